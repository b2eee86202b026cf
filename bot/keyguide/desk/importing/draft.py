"""Turn a merged guide into draft articles and the sources that they cite."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, count

from keyguide.core.finding.normalise import tokenise
from keyguide.core.knowledge.files import Files, collect_vocabulary
from keyguide.core.knowledge.rules.texts import MAX_ANSWER, MAX_ASK, MAX_LABEL
from keyguide.core.model.article import Source
from keyguide.core.model.shorten import shorten
from keyguide.desk.importing.parse_guide import Guide, Topic

_LINK = re.compile(r"\[([^\]\n]{0,500})\]\((https://[^)\s]{1,3000})\)")
_GAP_IN_LIST = re.compile(r"^((?:[0-9]+\.|-) .*\n)\n(?=(?:[0-9]+\.|-) )", re.MULTILINE)
_MARKS = re.compile(r"[*`[]|\]\([^)\s]*\)")
_MAX_ID_LENGTH = 40
_RESERVED = 100  # characters of a card that stay free for the writer
_PLACEHOLDER_ADDRESS = "https://guide.invalid/"  # never resolves; the writer must fill in the real address


class Inventory:
    """Ids, questions and sources in use, extended with each draft, because none may occur twice."""

    def __init__(self, files: Files) -> None:
        articles = [article for _, _, article in files.list_articles()]
        asked = [files.list_asks(article) for article in articles]
        asked += [files.list_asks(flow) for flow in files.flows.values()]
        asked += [group.asks for group in files.elsewhere]
        self.words = collect_vocabulary(files)
        self.asks = {self.words.normalise(ask) for asks in asked for ask in asks}
        self.ids = {*files.flows, *(article.id for article in articles)}
        self.groups: set[str] = set()
        self.sources = {source.url: source for source in files.sources}
        self.source_ids = {source.id for source in files.sources}

    def find_source(self, address: str, title: str, prefix: str = "") -> str:
        """Find the id of the source with an address; add the source if it is unknown."""
        address = address or f"{_PLACEHOLDER_ADDRESS}{_make_slug(title)}"
        if address not in self.sources:
            slug = f"{prefix}{_make_slug(title)}"[:_MAX_ID_LENGTH].strip("-")
            source_id = _make_unique(slug, self.source_ids)
            self.sources[address] = Source(source_id, title, address)
        return self.sources[address].id


def make_draft(guide: Guide, known: Inventory, today: str) -> dict[str, object]:
    """Build a group of draft articles, and add their ids, questions and sources to `known`."""
    copies = (guide, *guide.copies)
    cited = {copy.file: known.find_source(copy.address, copy.title, "guide-") for copy in copies}
    articles = []
    for topic, asks in zip(guide.topics, _assign_keywords(guide, known), strict=True):
        for label, address in _LINK.findall("\n".join(topic.lines)):
            known.find_source(address, label)
        body, rest = _fit_card(topic.lines)
        article = {
            "id": _make_unique(_make_slug(topic.title), known.ids),
            "title": shorten(topic.title, MAX_LABEL),
            "answer": body,
            "sources": list(dict.fromkeys(cited[file] for file in topic.files)),
            "verified": guide.day or today,
            "certainty": "reported",
            "asks": asks,
            "draft": True,
            "notes": "\n".join(_make_notes(guide, topic, rest)),
        }
        articles.append({key: value for key, value in article.items() if value})
    group_id = _make_unique(_make_slug(guide.title), known.groups)
    return {"id": group_id, "title": shorten(guide.title, MAX_LABEL), "articles": articles}


def _assign_keywords(guide: Guide, known: Inventory) -> list[list[str]]:
    """Assign each keyword to the topic that shares most of its words; skip those that are examples."""
    assigned: list[list[str]] = [[] for _ in guide.topics]
    titles = [set(tokenise(topic.title)) for topic in guide.topics]
    for keyword in (keyword for copy in (guide, *guide.copies) for keyword in copy.keywords):
        text = known.words.normalise(keyword)
        if text and text not in known.asks and len(keyword) <= MAX_ASK:
            known.asks.add(text)
            shared = [len(title.intersection(tokenise(keyword))) for title in titles]
            assigned[shared.index(max(shared))].append(keyword)
    return assigned


def _fit_card(lines: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Join as many lines as fit on a card, and return the others."""
    fitting = bisect_right([*accumulate(len(line) + 2 for line in lines)], MAX_ANSWER - _RESERVED)
    body = _GAP_IN_LIST.sub(r"\1", "\n\n".join(lines[:fitting]))
    return body or shorten(_MARKS.sub("", lines[0]), MAX_LABEL), lines[fitting:]


def _make_notes(guide: Guide, topic: Topic, rest: Sequence[str]) -> Iterator[str]:
    files = ", ".join(topic.files)
    yield f"Imported from {files}. Check every sentence against Microsoft's pages, then remove `draft`."
    if topic is guide.topics[0] and guide.opening:
        yield from ("The guide begins with:", *guide.opening)
    yield from topic.differences
    if rest:
        yield from ("Too long for one card; the rest:", *rest)
    if len(topic.title) > MAX_LABEL:
        yield f"The full heading: {topic.title}"


def _make_slug(text: str) -> str:
    """Build an id from the first plain words of a text, as many as fit."""
    words = re.findall(r"[a-z0-9]+", " ".join(tokenise(text)))
    fitting = bisect_right([*accumulate(len(word) + 1 for word in words)], _MAX_ID_LENGTH - 3)
    return "-".join(words[:fitting]) or "guide"


def _make_unique(slug: str, used: set[str]) -> str:
    """Add a number to an id if it is in use, and add the id to `used`."""
    numbered = (f"{slug[: _MAX_ID_LENGTH - 4]}-{number}".replace("--", "-") for number in count(2))
    unique = next(candidate for candidate in chain([slug], numbered) if candidate not in used)
    used.add(unique)
    return unique
