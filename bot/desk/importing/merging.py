"""Several copies of one guide become one, and whatever they say differently is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from bot.core.words import tokens
from bot.desk.importing.guide import Block, Guide, Topic

_ALIKE = 0.8  # of their words, in order, make two headings one topic
_SAME = 0.5  # of their topics make two guides copies of one
_LONGEST = 40  # words of a heading that are compared


@dataclass(slots=True)
class Merged:
    """One guide out of its copies; `differences` says by topic what another copy has otherwise."""

    guide: Guide
    copies: list[Guide]
    differences: dict[str, list[str]] = field(default_factory=dict)
    holders: dict[str, list[Guide]] = field(default_factory=dict)  # by topic, the copies that have it


def merged(guides: Sequence[Guide]) -> list[Merged]:
    """Put copies of one guide together; the first of each is the one that the others are held against."""
    whole: list[Merged] = []
    for guide in guides:
        known = next((one for one in whole if _is_copy(one.guide, guide)), None)
        if known is None:
            whole.append(Merged(guide, [guide], {}, {topic.title: [guide] for topic in guide.topics}))
        else:
            _add(known, guide)
    return whole


def _is_copy(one: Guide, other: Guide) -> bool:
    alike = sum(_match(one.topics, topic) is not None for topic in other.topics)
    return alike >= _SAME * max(1, min(len(one.topics), len(other.topics)))


def _match(topics: Iterable[Topic], topic: Topic) -> Topic | None:
    """Return the topic whose heading is most like another's, None where none is like it."""
    best = max(((_likeness(one, topic), at, one) for at, one in enumerate(topics)), default=None)
    return best[-1] if best and best[0] >= _ALIKE else None


def _likeness(one: Topic, other: Topic) -> float:
    left, right = tokens(one.title)[:_LONGEST], tokens(other.title)[:_LONGEST]
    return 1.0 if left == right else SequenceMatcher(None, left, right, autojunk=False).ratio()


def _add(whole: Merged, copy: Guide) -> None:
    topics = list(whole.guide.topics)
    for topic in copy.topics:
        known = _match(topics, topic)
        if known is None or copy in whole.holders[known.title]:
            topics.append(topic)
            whole.holders[topic.title] = [copy]
            whole.differences[topic.title] = [f"Only {copy.file} has this topic."]
            continue
        whole.holders[known.title].append(copy)
        whole.differences.setdefault(known.title, []).extend(_told(known, topic, copy.file))
    for known in topics:
        if copy not in whole.holders[known.title]:
            whole.differences.setdefault(known.title, []).append(f"{copy.file} does not have this topic.")
    keywords = tuple(dict.fromkeys((*whole.guide.keywords, *copy.keywords)))
    kept = whole.guide
    whole.guide = Guide(kept.file, kept.title, kept.address, kept.day, keywords, kept.opening, tuple(topics))
    whole.copies.append(copy)


def _told(known: Topic, topic: Topic, file: str) -> Iterator[str]:
    """Yield in words what one copy of a topic has and the other has not."""
    yield from (f'{file} also says: "{block.text}"' for block in _missing(topic.blocks, known.blocks))
    yield from (f'{file} does not say: "{block.text}"' for block in _missing(known.blocks, topic.blocks))


def _missing(blocks: Iterable[Block], others: Iterable[Block]) -> Iterator[Block]:
    there = {" ".join(tokens(block.text)) for block in others}
    yield from (block for block in blocks if " ".join(tokens(block.text)) not in there)
