"""Recognise advertising by its address, its HTML element or the links in a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborNode

# Domains of affiliate links, banners and visitor counters; their subdomains count as well.
_NETWORKS = frozenset(
    (
        *("sjv.io", "pxf.io", "8odi.net", "evyy.net", "ojrq.net", "7eer.net", "impact.com"),
        *(
            "impactradius-go.com",
            "impactradius.com",
            "2checkout.com",
            "avangate.com",
            "awin1.com",
            "zenaps.com",
        ),
        *(
            "shareasale.com",
            "clickbank.net",
            "linksynergy.com",
            "anrdoezrs.net",
            "jdoqocy.com",
            "tkqlhce.com",
        ),
        *("dpbolvw.net", "kqzyfj.com", "prf.hn", "skimresources.com", "viglink.com", "redirectingat.com"),
        *("amzn.to", "doubleclick.net", "googlesyndication.com", "googleadservices.com", "adnxs.com"),
        *("taboola.com", "outbrain.com", "criteo.com", "mgid.com", "popads.net", "partnerize.com"),
        *("google-analytics.com", "googletagmanager.com", "scorecardresearch.com", "quantserve.com"),
    )
)
_PAID_PARAMETERS = frozenset(
    ("affiliate", "affid", "aff_id", "aff", "affiliate_id", "irclickid", "awc", "tag", "ascsubtag")
)
_PAID_PATHS = ("/aff/", "/affiliate", "/sponsored/", "/display-ad/", "/banners/")
_TRACKING = re.compile(r"utm_|fbclid|gclid|msclkid|mc_[ce]id|ref_?src|igshid|_ga\b")

_UNWANTED_TAGS = frozenset(
    (
        *(
            "script",
            "style",
            "iframe",
            "ins",
            "object",
            "embed",
            "form",
            "nav",
            "aside",
            "footer",
            "svg",
            "head",
        ),
        *(
            "button",
            "input",
            "select",
            "textarea",
            "noscript",
            "template",
            "video",
            "audio",
            "canvas",
            "dialog",
        ),
        *("map", "frame", "frameset", "link", "meta", "base"),
    )
)
_ADVERT_PATTERN = re.compile(
    r"(?:^|[^a-z])(?:ads?|advert(?:s|isement|ising)?|adsbygoogle|sponsor(?:s|ed)?|promo(?:s|tion)?|affiliates?|"
    r"related|newsletter|subscribe|comments|sidebar|breadcrumbs?|cookies?|share|social|toc)(?:[^a-z]|$)"
    r"|also-?read|read-?also|read-?more"
)
_LINK_LIST_HEADINGS = frozenset(
    (
        *("also read", "read also", "read more", "see also", "related", "related articles", "related posts"),
        *("you may also like", "you might also like", "more from", "recommended", "recommended reading"),
        *("popular posts", "recent posts", "more articles", "share this", "advertisement", "sponsored"),
    )
)
_MIN_LINKS = 3  # a link list has at least so many links
_MIN_LINK_SHARE = 0.8  # share of its text that is inside links


def is_paid(address: str) -> bool:
    """Check whether an address belongs to an affiliate programme, an advertiser or a visitor counter."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return True
    labels = host.lower().split(".")
    domains = {".".join(labels[start:]) for start in range(len(labels))}
    parameters = {name.lower() for name, _ in parse_qsl(parts.query)}
    return bool(
        domains & _NETWORKS
        or parameters & _PAID_PARAMETERS
        or any(path in parts.path.lower() for path in _PAID_PATHS)
    )


def remove_tracking(address: str) -> str:
    """Remove the query parameters that only track where a visitor came from."""
    parts = urlsplit(address)
    if not _TRACKING.search(parts.query.lower()):
        return address
    kept = [(name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.match(name.lower())]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def remove_marked_parts(text: str) -> str:
    """Remove all comments, and the text between two comments that mark the start and end of an advert."""
    cuts = sorted(_find_cuts(text))
    kept, position = [], 0
    for start, end in cuts:
        if end > position:
            kept.append(text[position : max(start, position)])
            position = end
    return "".join((*kept, text[position:]))


def _find_cuts(text: str) -> Iterator[tuple[int, int]]:
    advert_start = -1
    for start, end in _find_comments(text):
        yield start, end
        comment = text[start + 4 : min(end - 3, start + 204)].lower()
        if not _ADVERT_PATTERN.search(comment):
            continue
        if any(word in comment for word in ("end", "close", "stop")):
            if advert_start >= 0:
                yield advert_start, end
            advert_start = -1
        else:
            # An advert without an end is kept: too much advertising is better than a lost guide.
            advert_start = start


def _find_comments(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        position = end + 3
        yield start, position


def is_unwanted(node: LexborNode) -> bool:
    """Check whether an element is advertising, a tracker, or part of the site around the guide."""
    match node.tag:
        case "img":
            return _is_banner(node)
        case "a":
            return is_paid(_get_attribute(node, "href")) and _is_standalone(node)
        case "ul" | "ol" | "table":
            return _is_link_list(node)
        case tag:
            return (
                tag in _UNWANTED_TAGS
                or _is_advert(node)
                or _is_link_list_heading(node)
                or (tag == "p" and _is_link_list(node))
            )


def _get_attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _is_advert(node: LexborNode) -> bool:
    if node.tag in {"body", "html", "main", "article"}:
        return False
    names = f"{_get_attribute(node, 'class')} {_get_attribute(node, 'id')}".lower()[:300]
    is_hidden = (
        "display:none" in _get_attribute(node, "style").replace(" ", "").lower()
        or "hidden" in node.attributes
    )
    return is_hidden or _ADVERT_PATTERN.search(names) is not None


def _is_banner(node: LexborNode) -> bool:
    """Check whether a picture is a banner or an invisible tracking pixel."""
    style = _get_attribute(node, "style").replace(" ", "").lower()
    is_tiny = any(_get_attribute(node, side).strip("px ") in {"0", "1"} for side in ("width", "height"))
    return is_tiny or "hidden" in style or is_paid(_get_attribute(node, "src")) or _is_advert(node)


def _is_standalone(node: LexborNode) -> bool:
    """Check whether a link contains a picture or has no text beside it, so that no sentence needs it."""
    if node.css_first("img, iframe") is not None or node.parent is None:
        return True
    return _measure_text(node.parent) == _measure_text(node)


def _is_link_list(node: LexborNode) -> bool:
    """Check whether a list or paragraph consists almost only of links."""
    links = node.css("a[href]")
    return len(links) >= _MIN_LINKS and sum(map(_measure_text, links)) >= _MIN_LINK_SHARE * _measure_text(
        node
    )


def _is_link_list_heading(node: LexborNode) -> bool:
    if node.tag not in {"h1", "h2", "h3", "h4", "h5", "h6", "p", "span", "strong", "b", "div"}:
        return False
    text = node.text(deep=True)[:60]
    return len(text) < 40 and " ".join(text.lower().split()).strip(":. ") in _LINK_LIST_HEADINGS  # noqa: PLR2004


def _measure_text(node: LexborNode) -> int:
    return len("".join(node.text(deep=True).split()))
