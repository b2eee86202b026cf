"""A merged guide becomes draft articles and the sources that they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from keyguide.core.finding.normalise import Vocabulary, tokenise
from keyguide.core.knowledge.rules.texts import MAX_ANSWER, MAX_ASK, MAX_LABEL
from keyguide.core.model.article import Article, Group, Source
from keyguide.desk.importing.guide import Guide, GuideBlock, Topic
from keyguide.desk.importing.merge import MergedGuide

_LINK = re.compile(r"\[([^\]\n]{0,500})\]\((https://[^)\s]{1,3000})\)")
_PICTURE = re.compile(
    r"\]\(https://[^)\s]{1,3000}\.(?:png|jpe?g|webp|gif|svg|avif|bmp)[^)\s]{0,200}\)", re.IGNORECASE
)
_MAX_ID_LENGTH = 40
_RESERVED = 100  # characters of a card left free for the writer
_PLACEHOLDER_ADDRESS = (
    "https://guide.invalid/"  # a name that never exists: the address is for the writer to fill in
)


@dataclass(slots=True)
class Inventory:
    """What the knowledge has already, and what this run adds to it: nothing may be there twice."""

    words: Vocabulary
    ids: set[str] = field(default_factory=set)
    asks: set[str] = field(default_factory=set)
    sources: dict[str, Source] = field(default_factory=dict)  # by address
    source_ids: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Draft:
    """A file of drafts, and the sources that sources.yaml still lacks."""

    group: Group
    sources: tuple[Source, ...]
    steps: int
    pictures: int


def make_draft(whole: MergedGuide, taken: Inventory, today: str) -> Draft:
    """Return the drafts of one guide; `taken` learns what they use."""
    guide = whole.guide
    before = set(taken.sources)
    names = {copy.file: _make_source(copy, taken).id for copy in whole.copies}
    asks = _assign_keywords(guide, taken)
    articles: list[tuple[Article, tuple[str, ...]]] = []
    for topic in guide.topics:
        _add_link_sources(topic, taken)
        notes = _make_notes(whole, topic, first=not articles)
        cited = tuple(dict.fromkeys(names[copy.file] for copy in whole.holders[topic.title]))
        article = _make_article(topic, cited, guide.day or today, notes)
        articles.append((article, asks.get(topic.title, ())))
    group_id = _make_unique(_make_slug(guide.title), set())
    done = tuple(_add_id(article, words, taken) for article, words in articles)
    blocks = [block for topic in guide.topics for block in topic.blocks]
    return Draft(
        group=Group(group_id, _shorten(guide.title), done),
        sources=tuple(source for url, source in taken.sources.items() if url not in before),
        steps=sum(block.kind == "step" for block in blocks),
        pictures=sum(len(_PICTURE.findall(block.text)) or block.kind == "picture" for block in blocks),
    )


def _make_article(topic: Topic, sources: tuple[str, ...], day: str, notes: list[str]) -> Article:
    body, rest = _fit_card(topic.blocks)
    if rest:
        notes = [*notes, "Too long for one card; the rest:", *rest]
    if topic.title != _shorten(topic.title):
        notes = [*notes, f"The whole heading: {topic.title}"]
    return Article(
        id=topic.title,
        title=_shorten(topic.title),
        body=body,
        sources=sources,
        verified=day,
        certainty="reported",
        draft=True,
        notes="\n".join(notes),
    )


def _add_id(article: Article, asks: tuple[str, ...], taken: Inventory) -> Article:
    id = _make_unique(_make_slug(article.id), taken.ids)
    taken.ids.add(id)
    return Article(
        id=id,
        title=article.title,
        body=article.body,
        sources=article.sources,
        verified=article.verified,
        certainty=article.certainty,
        asks=asks,
        draft=True,
        notes=article.notes,
    )


def _fit_card(blocks: Sequence[GuideBlock]) -> tuple[str, list[str]]:
    """Return as many blocks as fit on a card, and the others line by line."""
    lines: list[str] = []
    size = 0
    for at, block in enumerate(blocks):
        line = _format_block(block)
        gap = "" if at == 0 else "\n" if _is_same_list(blocks[at - 1], block) else "\n\n"
        if size + len(gap) + len(line) > MAX_ANSWER - _RESERVED:
            rest = [_format_block(other) for other in blocks[at:]]
            return "".join(lines) or _shorten(rest[0]), rest
        lines.append(gap + line)
        size += len(gap) + len(line)
    return "".join(lines), []


def _is_same_list(before: GuideBlock, block: GuideBlock) -> bool:
    return before.kind == block.kind and block.kind in {"step", "point"}


def _format_block(block: GuideBlock) -> str:
    mark = {"step": f"{block.number}. ", "point": "- "}.get(block.kind, "")
    return mark + block.text


def _make_notes(whole: MergedGuide, topic: Topic, *, first: bool) -> list[str]:
    files = ", ".join(copy.file for copy in whole.holders[topic.title])
    notes = [f"Imported from {files}. Hold every sentence against Microsoft's pages, then take `draft` away."]
    if first and whole.guide.opening:
        notes += ["The guide opens with:", *(_format_block(block) for block in whole.guide.opening)]
    return notes + whole.differences.get(topic.title, [])


def _assign_keywords(guide: Guide, taken: Inventory) -> dict[str, tuple[str, ...]]:
    """Give each keyword to the topic with most of its words; none that is an example already."""
    shared: dict[str, list[str]] = {}
    for keyword in guide.keywords:
        said = taken.words.normalise(keyword)
        if not said or said in taken.asks or len(keyword) > MAX_ASK:
            continue
        taken.asks.add(said)
        best = max(guide.topics, key=lambda topic: len(set(tokenise(topic.title)) & set(tokenise(keyword))))
        shared.setdefault(best.title, []).append(keyword)
    return {title: tuple(words) for title, words in shared.items()}


def _make_source(guide: Guide, taken: Inventory) -> Source:
    address = guide.address or f"{_PLACEHOLDER_ADDRESS}{_make_slug(guide.title)}"
    return _add_source(taken, f"guide-{_make_slug(guide.title)}", guide.title, address)


def _add_link_sources(topic: Topic, taken: Inventory) -> None:
    for block in topic.blocks:
        for label, address in _LINK.findall(block.text):
            _add_source(taken, _make_slug(label), label, address)


def _add_source(taken: Inventory, id: str, title: str, address: str) -> Source:
    """Return the source at an address: the one that is known, else a new one."""
    if address not in taken.sources:
        free = _make_unique(id[:_MAX_ID_LENGTH].strip("-"), taken.source_ids)
        taken.source_ids.add(free)
        taken.sources[address] = Source(free, title, address)
    return taken.sources[address]


def _make_slug(text: str) -> str:
    """Return a text as an id: its first plain words, as many as fit."""
    id = ""
    for word in re.findall(r"[a-z0-9]+", " ".join(tokenise(text))):
        if len(id) + len(word) + 1 > _MAX_ID_LENGTH - 4:
            break
        id = f"{id}-{word}" if id else word
    return id or "guide"


def _make_unique(id: str, taken: Iterable[str]) -> str:
    """Return the id, numbered where it is taken."""
    there = set(taken)
    return next(free for free in _number_ids(id) if free not in there)


def _number_ids(id: str) -> Iterator[str]:
    yield id
    number = 2
    while True:
        yield f"{id[: _MAX_ID_LENGTH - 4]}-{number}".replace("--", "-")
        number += 1


def _shorten(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= MAX_LABEL else f"{plain[: MAX_LABEL - 2].rsplit(' ', 1)[0]} \u2026"
