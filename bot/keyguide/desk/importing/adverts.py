"""Recognise and remove advertising by its address, its HTML element or the links in a list."""

from __future__ import annotations

import re
import sys
from urllib.parse import urlsplit, urlunsplit

from selectolax.lexbor import LexborNode

# Domains of affiliate links, banners and visitor counters; their subdomains count as well.
_NETWORKS = re.compile(
    r"(?:^|\.)(?:(?:impact(?:radius(?:-go)?)?|2checkout|avangate|awin1|zenaps|shareasale|linksynergy|anrdoezrs|"
    r"jdoqocy|tkqlhce|dpbolvw|kqzyfj|skimresources|viglink|redirectingat|googlesyndication|googleadservices|"
    r"adnxs|taboola|outbrain|criteo|mgid|popads|partnerize|google-analytics|googletagmanager|scorecardresearch|"
    r"quantserve)\.com|(?:8odi|evyy|ojrq|7eer|clickbank|doubleclick)\.net|(?:sjv|pxf)\.io|prf\.hn|amzn\.to)$"
)
_PAID_PATHS = re.compile(r"/aff/|/affiliate|/sponsored/|/display-ad/|/banners/")
_PAID_PARAMETERS = re.compile(r"(?:^|&)(?:affiliate(?:_id)?|aff(?:_?id)?|irclickid|awc|tag|ascsubtag)=")
_TRACKING = re.compile(r"utm_|fbclid|gclid|msclkid|mc_[ce]id|ref_?src|igshid|_ga\b")

_UNWANTED = (
    "script, style, iframe, ins, object, embed, form, nav, aside, footer, svg, head, button, input, select, "
    "textarea, noscript, template, video, audio, canvas, dialog, map, frame, frameset, link, meta, base, "
    "[hidden], [style*='display:none' i], [style*='display: none' i], img[style*='hidden' i], "
    "img:is([width='0'], [width='1'], [width='0px'], [width='1px'], "
    "[height='0'], [height='1'], [height='0px'], [height='1px'])"
)
_WHOLE_GUIDE = "html, body, main, article, [role=main]"  # elements that may contain all of it
_ADVERT = re.compile(
    r"(?:^|[^a-z])(?:ads?|advert(?:s|isement|ising)?|adsbygoogle|sponsor(?:s|ed)?|promo(?:s|tion)?|affiliates?|"
    r"related|newsletter|subscribe|comments|sidebar|breadcrumbs?|cookies?|share|social|toc)(?:[^a-z]|$)"
    r"|also-?read|read-?also|read-?more"
)
# A line of Markdown; the heading of a list of links that is not part of the guide.
LINK_LIST_HEADING = re.compile(
    r"(?:<h.>)?\**(?:also read|read (?:also|more)|see also|related(?: articles| posts)?|more from|"
    r"you (?:may|might) also like|recommended(?: reading)?|(?:popular|recent) posts|more articles|"
    r"share this|advertisement|sponsored)[*: .]*",
    re.IGNORECASE,
)
_MIN_LINKS = 3  # a link list has at least so many links
_MIN_LINK_SHARE = 0.8  # share of its text that is inside links


def is_paid(address: str) -> bool:
    """Check whether an address belongs to an affiliate programme, an advertiser or a visitor counter."""
    try:
        parts = urlsplit(address.lower())
        is_network = _NETWORKS.search(parts.hostname or "")
    except ValueError:
        return True
    return bool(is_network or _PAID_PATHS.search(parts.path) or _PAID_PARAMETERS.search(parts.query))


def remove_tracking(address: str) -> str:
    """Remove the query parameters that only track where a visitor came from."""
    parts = urlsplit(address)
    kept = [parameter for parameter in parts.query.split("&") if not _TRACKING.match(parameter.lower())]
    return urlunsplit(parts._replace(query="&".join(kept)))


def remove_marked_parts(text: str) -> str:
    """Remove all comments, and the text between two comments that mark the start and end of an advert."""
    commented, end, rest = text.rpartition("-->")
    first, *others = re.split("<!--(.*?)-->", commented + end, flags=re.DOTALL)
    kept, start = [first], sys.maxsize  # of an advert
    for comment, part in zip(others[::2], others[1::2], strict=True):
        words = comment[:200].lower()
        if _ADVERT.search(words) and re.search("end|close|stop", words):
            del kept[start:]
            start = sys.maxsize
        elif _ADVERT.search(words):
            start = len(kept)  # An advert without an end is kept, because it may be the whole guide.
        kept.append(part)
    return "".join((*kept, rest))


def remove_adverts(content: LexborNode) -> None:
    """Remove advertising, trackers and the parts of the site around the guide from its HTML."""
    # In reverse, because an element must not be read after the element around it is removed.
    for link in reversed(content.css("a[href]")):
        if is_paid(link.attributes["href"] or "") and _is_standalone(link):
            link.decompose()
    for node in reversed(content.css(f":is({_UNWANTED}):not({_WHOLE_GUIDE})")):
        node.decompose()
    for node in reversed(content.css(f":is([class], [id]):not({_WHOLE_GUIDE}, a, ul, ol, table)")):
        names = f"{node.attributes.get('class')} {node.attributes.get('id')}".lower()
        if _ADVERT.search(names[:300]):
            node.decompose()
    for node in reversed(content.css("ul, ol, table, p")):
        links = node.css("a[href]")
        size = sum(map(_measure_text, links))
        if len(links) >= _MIN_LINKS and size >= _MIN_LINK_SHARE * _measure_text(node):
            node.decompose()


def _is_standalone(link: LexborNode) -> bool:
    """Check whether a link contains a picture or has no text beside it, so that no sentence needs it."""
    has_picture = link.css_first("img, iframe") is not None
    return has_picture or link.parent is None or _measure_text(link.parent) == _measure_text(link)


def _measure_text(node: LexborNode) -> int:
    return len("".join(node.text().split()))
