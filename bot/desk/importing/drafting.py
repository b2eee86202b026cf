"""A merged guide becomes draft articles and the sources that they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.core.article import Article, Group, Source
from bot.core.rules.texts import ASK, LABEL, WHOLE
from bot.core.words import Vocabulary, tokens
from bot.desk.importing.guide import Block, Guide, Topic
from bot.desk.importing.merging import Merged

_LINK = re.compile(r"\[([^\]\n]{0,500})\]\((https://[^)\s]{1,3000})\)")
_PICTURE = re.compile(
    r"\]\(https://[^)\s]{1,3000}\.(?:png|jpe?g|webp|gif|svg|avif|bmp)[^)\s]{0,200}\)", re.IGNORECASE
)
_LONGEST_ID = 40
_ROOM = 100  # characters of a card left free for the writer
_NOWHERE = "https://guide.invalid/"  # a name that never exists: the address is for the writer to fill in


@dataclass(slots=True)
class Taken:
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


def drafted(whole: Merged, taken: Taken, today: str) -> Draft:
    """Return the drafts of one guide; `taken` learns what they use."""
    guide = whole.guide
    before = set(taken.sources)
    names = {copy.file: _source(copy, taken).id for copy in whole.copies}
    asks = _asks(guide, taken)
    articles: list[tuple[Article, tuple[str, ...]]] = []
    for topic in guide.topics:
        _note_links(topic, taken)
        notes = _notes(whole, topic, first=not articles)
        cited = tuple(dict.fromkeys(names[copy.file] for copy in whole.holders[topic.title]))
        article = _article(topic, cited, guide.day or today, notes)
        articles.append((article, asks.get(topic.title, ())))
    group_id = _fresh(_slug(guide.title), set())
    done = tuple(_named(article, words, taken) for article, words in articles)
    blocks = [block for topic in guide.topics for block in topic.blocks]
    return Draft(
        group=Group(group_id, _short(guide.title), done),
        sources=tuple(source for url, source in taken.sources.items() if url not in before),
        steps=sum(block.kind == "step" for block in blocks),
        pictures=sum(len(_PICTURE.findall(block.text)) or block.kind == "picture" for block in blocks),
    )


def _article(topic: Topic, sources: tuple[str, ...], day: str, notes: list[str]) -> Article:
    body, rest = _fitted(topic.blocks)
    if rest:
        notes = [*notes, "Too long for one card; the rest:", *rest]
    if topic.title != _short(topic.title):
        notes = [*notes, f"The whole heading: {topic.title}"]
    return Article(
        id=topic.title,
        title=_short(topic.title),
        body=body,
        sources=sources,
        verified=day,
        certainty="reported",
        draft=True,
        notes="\n".join(notes),
    )


def _named(article: Article, asks: tuple[str, ...], taken: Taken) -> Article:
    id = _fresh(_slug(article.id), taken.ids)
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


def _fitted(blocks: Sequence[Block]) -> tuple[str, list[str]]:
    """Return as many blocks as fit on a card, and the others line by line."""
    lines: list[str] = []
    size = 0
    for at, block in enumerate(blocks):
        line = _line(block)
        gap = "" if at == 0 else "\n" if _joined(blocks[at - 1], block) else "\n\n"
        if size + len(gap) + len(line) > WHOLE - _ROOM:
            rest = [_line(other) for other in blocks[at:]]
            return "".join(lines) or _short(rest[0]), rest
        lines.append(gap + line)
        size += len(gap) + len(line)
    return "".join(lines), []


def _joined(before: Block, block: Block) -> bool:
    return before.kind == block.kind and block.kind in {"step", "point"}


def _line(block: Block) -> str:
    mark = {"step": f"{block.number}. ", "point": "- "}.get(block.kind, "")
    return mark + block.text


def _notes(whole: Merged, topic: Topic, *, first: bool) -> list[str]:
    files = ", ".join(copy.file for copy in whole.holders[topic.title])
    notes = [f"Imported from {files}. Hold every sentence against Microsoft's pages, then take `draft` away."]
    if first and whole.guide.opening:
        notes += ["The guide opens with:", *(_line(block) for block in whole.guide.opening)]
    return notes + whole.differences.get(topic.title, [])


def _asks(guide: Guide, taken: Taken) -> dict[str, tuple[str, ...]]:
    """Give each keyword to the topic with most of its words; none that is an example already."""
    shared: dict[str, list[str]] = {}
    for keyword in guide.keywords:
        said = taken.words.same(keyword)
        if not said or said in taken.asks or len(keyword) > ASK:
            continue
        taken.asks.add(said)
        best = max(guide.topics, key=lambda topic: len(set(tokens(topic.title)) & set(tokens(keyword))))
        shared.setdefault(best.title, []).append(keyword)
    return {title: tuple(words) for title, words in shared.items()}


def _source(guide: Guide, taken: Taken) -> Source:
    address = guide.address or f"{_NOWHERE}{_slug(guide.title)}"
    return _noted(taken, f"guide-{_slug(guide.title)}", guide.title, address)


def _note_links(topic: Topic, taken: Taken) -> None:
    for block in topic.blocks:
        for label, address in _LINK.findall(block.text):
            _noted(taken, _slug(label), label, address)


def _noted(taken: Taken, id: str, title: str, address: str) -> Source:
    """Return the source at an address: the one that is known, else a new one."""
    if address not in taken.sources:
        free = _fresh(id[:_LONGEST_ID].strip("-"), taken.source_ids)
        taken.source_ids.add(free)
        taken.sources[address] = Source(free, title, address)
    return taken.sources[address]


def _slug(text: str) -> str:
    """Return a text as an id: its first plain words, as many as fit."""
    id = ""
    for word in re.findall(r"[a-z0-9]+", " ".join(tokens(text))):
        if len(id) + len(word) + 1 > _LONGEST_ID - 4:
            break
        id = f"{id}-{word}" if id else word
    return id or "guide"


def _fresh(id: str, taken: Iterable[str]) -> str:
    """Return the id, numbered where it is taken."""
    there = set(taken)
    return next(free for free in _numbered(id) if free not in there)


def _numbered(id: str) -> Iterator[str]:
    yield id
    number = 2
    while True:
        yield f"{id[: _LONGEST_ID - 4]}-{number}".replace("--", "-")
        number += 1


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LABEL else f"{plain[: LABEL - 2].rsplit(' ', 1)[0]} \u2026"
