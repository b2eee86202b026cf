"""Recognise and remove advertising by its address, its HTML element or the links in a list."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from selectolax.lexbor import LexborNode

# Domains of affiliate links and banners; their subdomains count as well.
_NETWORKS = re.compile(
    r"(?:^|\.)(?:(?:impact(?:radius(?:-go)?)?|2checkout|avangate|awin1|zenaps|shareasale|linksynergy|anrdoezrs|"
    r"jdoqocy|tkqlhce|dpbolvw|kqzyfj|skimresources|viglink|redirectingat|taboola|outbrain)\.com|"
    r"(?:8odi|evyy|ojrq|7eer|clickbank|doubleclick)\.net|(?:sjv|pxf)\.io|prf\.hn|amzn\.to)$"
)
_PAID_PATHS = re.compile(r"/aff/|/affiliate|/sponsored/|/display-ad/|/banners/")
_PAID_PARAMETERS = re.compile(r"(?:^|&)(?:affiliate(?:_id)?|aff(?:_?id)?|irclickid|awc|tag|ascsubtag)=")
_TRACKING = re.compile(r"utm_|fbclid|gclid|msclkid|mc_[ce]id|ref_?src|igshid|_ga\b")

_UNWANTED = (
    "script, style, iframe, ins, object, form, nav, aside, footer, svg, head, button, select, textarea, "
    "noscript, template, video, audio, canvas, dialog, [hidden], [style*='display:none' i], "
    "[style*='display: none' i], img:is([width='0'], [width='1'], [height='0'], [height='1'])"
)
_WHOLE_GUIDE = "html, body, main, article, [role=main]"  # elements that may contain all of it
_ADVERT = re.compile(
    r"(?:^|[^a-z])(?:ads?|advert(?:s|isement|ising)?|adsbygoogle|sponsor(?:s|ed)?|promo(?:s|tion)?|affiliates?|"
    r"related|newsletter|subscribe|comments|sidebar|breadcrumbs?|cookies?|share|social|toc)(?:[^a-z]|$)"
    r"|also-?read|read-?also|read-?more"
)
_START, _END = "\x01", "\x02"  # of an advert, while its comments are removed
_MIN_LINKS = 3  # a link list has at least so many links
_MIN_LINK_SHARE = 0.8  # share of its text that is inside links
# A line of Markdown; the heading of a list of links that is not part of the guide.
LINK_LIST_HEADING = re.compile(
    r"(?i)(?:<h.>)?\**(?:also read|read (?:also|more)|see also|related(?: articles| posts)?|more from|"
    r"you (?:may|might) also like|recommended(?: reading)?|(?:popular|recent) posts|more articles|share this|"
    r"advertisement|sponsored)[*: .]*"
)


def is_paid(address: str) -> bool:
    """Check whether an address belongs to an affiliate programme or an advertiser."""
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
    marked = re.sub("<!--(.*?)-->", _mark_comment, commented + end, flags=re.DOTALL)
    # An advert without an end is kept, because it may be the whole guide.
    return re.sub(f"{_START}[^{_START}{_END}]*{_END}|[{_START}{_END}]", "", marked) + rest


def _mark_comment(comment: re.Match[str]) -> str:
    words = comment[1].lower()
    mark = _END if re.search("end|close|stop", words) else _START
    return mark if _ADVERT.search(words) else ""


def remove_adverts(content: LexborNode) -> None:
    """Remove advertising, trackers and the parts of the site around the guide from its HTML."""
    # In reverse, because an element must not be read after the element around it is removed.
    for link in reversed(content.css("a[href]")):
        if is_paid(link.attributes["href"] or "") and _is_standalone(link):
            link.decompose()
    for node in reversed(content.css(f":is({_UNWANTED}):not({_WHOLE_GUIDE})")):
        node.decompose()
    for node in reversed(content.css(f":is([class], [id]):not({_WHOLE_GUIDE}, a, ul, ol, table)")):
        if _ADVERT.search(f"{node.attributes.get('class')} {node.attributes.get('id')}".lower()):
            node.decompose()
    for node in reversed(content.css("ul, ol, table, p")):
        links = node.css("a[href]")
        size = sum(map(_measure_text, links))
        if len(links) >= _MIN_LINKS and size >= _MIN_LINK_SHARE * _measure_text(node):
            node.decompose()


def _is_standalone(link: LexborNode) -> bool:
    """Check whether a link contains a picture or has no text beside it, so that no sentence needs it."""
    has_picture = link.css_first("img, iframe") is not None
    return has_picture or _measure_text(link.parent or link) == _measure_text(link)


def _measure_text(node: LexborNode) -> int:
    return len("".join(node.text().split()))
