"""Turn a merged guide into draft articles and the sources that they cite."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

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
_RESERVED = 100  # characters of a card that stay free for the writer
_PLACEHOLDER_ADDRESS = "https://guide.invalid/"  # never resolves; the writer must fill in the real address


@dataclass(slots=True)
class Inventory:
    """Ids, questions and sources in use, extended with each draft, because none may occur twice."""

    words: Vocabulary
    ids: set[str] = field(default_factory=set)
    asks: set[str] = field(default_factory=set)
    sources: dict[str, Source] = field(default_factory=dict)  # by address
    source_ids: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Draft:
    """A group of draft articles, and the sources that sources.yaml does not have yet."""

    group: Group
    sources: tuple[Source, ...]
    steps: int
    pictures: int


def make_draft(merged: MergedGuide, known: Inventory, today: str) -> Draft:
    """Build the draft articles of one guide, and add their ids, questions and sources to `known`."""
    guide = merged.guide
    old_sources = set(known.sources)
    source_ids = {copy.file: _make_source(copy, known).id for copy in merged.copies}
    asks = _assign_keywords(guide, known)
    articles: list[Article] = []
    for topic in guide.topics:
        _add_link_sources(topic, known)
        notes = _make_notes(merged, topic, first=not articles)
        cited = tuple(dict.fromkeys(source_ids[copy.file] for copy in merged.copies_by_topic[topic.title]))
        article = _make_article(topic, cited, guide.day or today, notes)
        articles.append(_add_id(article, asks.get(topic.title, ()), known))
    group_id = _make_unique(_make_slug(guide.title), set())
    blocks = [block for topic in guide.topics for block in topic.blocks]
    return Draft(
        group=Group(group_id, _shorten(guide.title), tuple(articles)),
        sources=tuple(source for url, source in known.sources.items() if url not in old_sources),
        steps=sum(block.kind == "step" for block in blocks),
        pictures=sum(len(_PICTURE.findall(block.text)) or block.kind == "picture" for block in blocks),
    )


def _make_article(topic: Topic, sources: tuple[str, ...], day: str, notes: list[str]) -> Article:
    """Build an article that still has its heading as the id; put into the notes what does not fit."""
    body, rest = _fit_card(topic.blocks)
    if rest:
        notes = [*notes, "Too long for one card; the rest:", *rest]
    if topic.title != _shorten(topic.title):
        notes = [*notes, f"The full heading: {topic.title}"]
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


def _add_id(article: Article, asks: tuple[str, ...], known: Inventory) -> Article:
    """Replace the heading by a unique id, and add the example questions."""
    article_id = _make_unique(_make_slug(article.id), known.ids)
    known.ids.add(article_id)
    return replace(article, id=article_id, asks=asks)


def _fit_card(blocks: Sequence[GuideBlock]) -> tuple[str, list[str]]:
    """Format as many blocks as fit on a card, and return the others as lines."""
    lines: list[str] = []
    size = 0
    for index, block in enumerate(blocks):
        line = _format_block(block)
        gap = "" if index == 0 else "\n" if _is_same_list(blocks[index - 1], block) else "\n\n"
        if size + len(gap) + len(line) > MAX_ANSWER - _RESERVED:
            rest = [_format_block(other) for other in blocks[index:]]
            return "".join(lines) or _shorten(rest[0]), rest
        lines.append(gap + line)
        size += len(gap) + len(line)
    return "".join(lines), []


def _is_same_list(before: GuideBlock, block: GuideBlock) -> bool:
    return before.kind == block.kind and block.kind in {"step", "point"}


def _format_block(block: GuideBlock) -> str:
    mark = {"step": f"{block.number}. ", "point": "- "}.get(block.kind, "")
    return mark + block.text


def _make_notes(merged: MergedGuide, topic: Topic, *, first: bool) -> list[str]:
    files = ", ".join(copy.file for copy in merged.copies_by_topic[topic.title])
    notes = [f"Imported from {files}. Check every sentence against Microsoft's pages, then remove `draft`."]
    if first and merged.guide.opening:
        notes += ["The guide begins with:", *(_format_block(block) for block in merged.guide.opening)]
    return notes + merged.differences.get(topic.title, [])


def _assign_keywords(guide: Guide, known: Inventory) -> dict[str, tuple[str, ...]]:
    """Assign each keyword to the topic that shares most of its words; skip those that are examples."""
    by_topic: dict[str, list[str]] = {}
    for keyword in guide.keywords:
        text = known.words.normalise(keyword)
        if not text or text in known.asks or len(keyword) > MAX_ASK:
            continue
        known.asks.add(text)
        best = max(guide.topics, key=lambda topic: len(set(tokenise(topic.title)) & set(tokenise(keyword))))
        by_topic.setdefault(best.title, []).append(keyword)
    return {title: tuple(keywords) for title, keywords in by_topic.items()}


def _make_source(guide: Guide, known: Inventory) -> Source:
    """Build the source of a guide, with a placeholder if its address is unknown."""
    address = guide.address or f"{_PLACEHOLDER_ADDRESS}{_make_slug(guide.title)}"
    return _add_source(known, f"guide-{_make_slug(guide.title)}", guide.title, address)


def _add_link_sources(topic: Topic, known: Inventory) -> None:
    for block in topic.blocks:
        for label, address in _LINK.findall(block.text):
            _add_source(known, _make_slug(label), label, address)


def _add_source(known: Inventory, slug: str, title: str, address: str) -> Source:
    """Look up the source with an address, or add a new one if it is unknown."""
    if address not in known.sources:
        source_id = _make_unique(slug[:_MAX_ID_LENGTH].strip("-"), known.source_ids)
        known.source_ids.add(source_id)
        known.sources[address] = Source(source_id, title, address)
    return known.sources[address]


def _make_slug(text: str) -> str:
    """Build an id from the first plain words of a text, as many as fit."""
    slug = ""
    for word in re.findall(r"[a-z0-9]+", " ".join(tokenise(text))):
        if len(slug) + len(word) + 1 > _MAX_ID_LENGTH - 4:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or "guide"


def _make_unique(slug: str, known: Iterable[str]) -> str:
    """Add a number to an id if it is in use."""
    used = set(known)
    return next(candidate for candidate in _number_ids(slug) if candidate not in used)


def _number_ids(slug: str) -> Iterator[str]:
    yield slug
    number = 2
    while True:
        yield f"{slug[: _MAX_ID_LENGTH - 4]}-{number}".replace("--", "-")
        number += 1


def _shorten(text: str) -> str:
    """Shorten a text at a word boundary if it is too long for a label."""
    flat = " ".join(text.split())
    return flat if len(flat) <= MAX_LABEL else f"{flat[: MAX_LABEL - 2].rsplit(' ', 1)[0]} \u2026"
