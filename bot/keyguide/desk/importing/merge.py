"""Merge several copies of one guide and record their differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from keyguide.core.finding.normalise import tokenise
from keyguide.desk.importing.guide import Guide, GuideBlock, Topic

_MIN_SIMILARITY = 0.8  # two headings with this similarity of words, in order, are one topic
_MIN_SHARED_TOPICS = 0.5  # two guides that share this part of their topics are copies
_MAX_WORDS = 40  # compared words of a heading


@dataclass(slots=True)
class MergedGuide:
    """One guide merged from its copies; `differences` describes, by topic, how the other copies differ."""

    guide: Guide
    copies: list[Guide]
    differences: dict[str, list[str]] = field(default_factory=dict)
    copies_by_topic: dict[str, list[Guide]] = field(default_factory=dict)  # the copies that have a topic


def merge_guides(guides: Sequence[Guide]) -> list[MergedGuide]:
    """Merge the copies of each guide; the first copy is the one that the others are compared with."""
    all_merged: list[MergedGuide] = []
    for guide in guides:
        merged = next((candidate for candidate in all_merged if _is_copy(candidate.guide, guide)), None)
        if merged is None:
            topics = {topic.title: [guide] for topic in guide.topics}
            all_merged.append(MergedGuide(guide, [guide], {}, topics))
        else:
            _add_copy(merged, guide)
    return all_merged


def _is_copy(first: Guide, second: Guide) -> bool:
    """Check whether two guides share enough topics to be copies of one guide."""
    shared = sum(_find_match(first.topics, topic) is not None for topic in second.topics)
    return shared >= _MIN_SHARED_TOPICS * max(1, min(len(first.topics), len(second.topics)))


def _find_match(topics: Iterable[Topic], topic: Topic) -> Topic | None:
    """Find the topic with the most similar heading, or None if no heading is similar enough."""
    best = max(
        ((_compare_titles(known, topic), index, known) for index, known in enumerate(topics)), default=None
    )
    return best[-1] if best and best[0] >= _MIN_SIMILARITY else None


def _compare_titles(first: Topic, second: Topic) -> float:
    """Compute the similarity of two headings, from 0 to 1."""
    left, right = tokenise(first.title)[:_MAX_WORDS], tokenise(second.title)[:_MAX_WORDS]
    return 1.0 if left == right else SequenceMatcher(None, left, right, autojunk=False).ratio()


def _add_copy(merged: MergedGuide, copy: Guide) -> None:
    """Add the new topics and keywords of a copy, and record its differences."""
    topics = list(merged.guide.topics)
    for topic in copy.topics:
        known = _find_match(topics, topic)
        if known is None or copy in merged.copies_by_topic[known.title]:
            topics.append(topic)
            merged.copies_by_topic[topic.title] = [copy]
            merged.differences[topic.title] = [f"Only {copy.file} has this topic."]
            continue
        merged.copies_by_topic[known.title].append(copy)
        merged.differences.setdefault(known.title, []).extend(_describe_differences(known, topic, copy.file))
    for known in topics:
        if copy not in merged.copies_by_topic[known.title]:
            merged.differences.setdefault(known.title, []).append(f"{copy.file} does not have this topic.")
    keywords = tuple(dict.fromkeys((*merged.guide.keywords, *copy.keywords)))
    merged.guide = replace(merged.guide, keywords=keywords, topics=tuple(topics))
    merged.copies.append(copy)


def _describe_differences(known: Topic, topic: Topic, file: str) -> Iterator[str]:
    """Yield a sentence for each block that only one of two copies of a topic has."""
    yield from (f'{file} also says: "{block.text}"' for block in _find_missing(topic.blocks, known.blocks))
    yield from (f'{file} does not say: "{block.text}"' for block in _find_missing(known.blocks, topic.blocks))


def _find_missing(blocks: Iterable[GuideBlock], others: Iterable[GuideBlock]) -> Iterator[GuideBlock]:
    known = {" ".join(tokenise(block.text)) for block in others}
    yield from (block for block in blocks if " ".join(tokenise(block.text)) not in known)
