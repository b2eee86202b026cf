"""Several copies of one guide become one, and whatever they say differently is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from keyguide.core.finding.normalise import tokenise
from keyguide.desk.importing.guide import Guide, GuideBlock, Topic

_MIN_LIKENESS = 0.8  # of their words, in order, make two headings one topic
_MIN_SHARED_TOPICS = 0.5  # of their topics make two guides copies of one
_MAX_WORDS = 40  # words of a heading that are compared


@dataclass(slots=True)
class MergedGuide:
    """One guide out of its copies; `differences` says by topic what another copy has otherwise."""

    guide: Guide
    copies: list[Guide]
    differences: dict[str, list[str]] = field(default_factory=dict)
    holders: dict[str, list[Guide]] = field(default_factory=dict)  # by topic, the copies that have it


def merge_guides(guides: Sequence[Guide]) -> list[MergedGuide]:
    """Put copies of one guide together; the first of each is the one that the others are held against."""
    whole: list[MergedGuide] = []
    for guide in guides:
        known = next((one for one in whole if _is_copy(one.guide, guide)), None)
        if known is None:
            whole.append(MergedGuide(guide, [guide], {}, {topic.title: [guide] for topic in guide.topics}))
        else:
            _add_copy(known, guide)
    return whole


def _is_copy(one: Guide, other: Guide) -> bool:
    alike = sum(_find_match(one.topics, topic) is not None for topic in other.topics)
    return alike >= _MIN_SHARED_TOPICS * max(1, min(len(one.topics), len(other.topics)))


def _find_match(topics: Iterable[Topic], topic: Topic) -> Topic | None:
    """Return the topic whose heading is most like another's, None where none is like it."""
    best = max(((_compare_titles(one, topic), at, one) for at, one in enumerate(topics)), default=None)
    return best[-1] if best and best[0] >= _MIN_LIKENESS else None


def _compare_titles(one: Topic, other: Topic) -> float:
    left, right = tokenise(one.title)[:_MAX_WORDS], tokenise(other.title)[:_MAX_WORDS]
    return 1.0 if left == right else SequenceMatcher(None, left, right, autojunk=False).ratio()


def _add_copy(whole: MergedGuide, copy: Guide) -> None:
    topics = list(whole.guide.topics)
    for topic in copy.topics:
        known = _find_match(topics, topic)
        if known is None or copy in whole.holders[known.title]:
            topics.append(topic)
            whole.holders[topic.title] = [copy]
            whole.differences[topic.title] = [f"Only {copy.file} has this topic."]
            continue
        whole.holders[known.title].append(copy)
        whole.differences.setdefault(known.title, []).extend(_describe_differences(known, topic, copy.file))
    for known in topics:
        if copy not in whole.holders[known.title]:
            whole.differences.setdefault(known.title, []).append(f"{copy.file} does not have this topic.")
    keywords = tuple(dict.fromkeys((*whole.guide.keywords, *copy.keywords)))
    kept = whole.guide
    whole.guide = Guide(kept.file, kept.title, kept.address, kept.day, keywords, kept.opening, tuple(topics))
    whole.copies.append(copy)


def _describe_differences(known: Topic, topic: Topic, file: str) -> Iterator[str]:
    """Yield in words what one copy of a topic has and the other has not."""
    yield from (f'{file} also says: "{block.text}"' for block in _find_missing(topic.blocks, known.blocks))
    yield from (f'{file} does not say: "{block.text}"' for block in _find_missing(known.blocks, topic.blocks))


def _find_missing(blocks: Iterable[GuideBlock], others: Iterable[GuideBlock]) -> Iterator[GuideBlock]:
    there = {" ".join(tokenise(block.text)) for block in others}
    yield from (block for block in blocks if " ".join(tokenise(block.text)) not in there)
