"""Merge several copies of one guide and record their differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches

from keyguide.core.finding.normalise import tokenise
from keyguide.desk.importing.article_markdown import ITEM_MARK
from keyguide.desk.importing.parse_guide import Guide, Topic

_MIN_SIMILARITY = 0.8  # two headings with this similarity of words, in order, are one topic
_MIN_SHARED_TOPICS = 0.5  # two guides that share this part of their topics are copies
_MAX_COMPARED = 400  # characters of a heading


def merge_guides(guides: Iterable[Guide]) -> list[Guide]:
    """Merge the copies of each guide; the first copy is the one that the others are compared with."""
    merged: list[Guide] = []
    for guide in guides:
        for number, known in enumerate(merged):
            if _is_copy(known, guide):
                merged[number] = _add_copy(known, guide)
                break
        else:
            merged.append(guide)
    return merged


def _is_copy(known: Guide, guide: Guide) -> bool:
    """Check whether two guides share enough topics to be copies of one guide."""
    shared = sum(_find_match(known.topics, topic) is not None for topic in guide.topics)
    return shared >= _MIN_SHARED_TOPICS * min(len(known.topics), len(guide.topics))


def _find_match(topics: Iterable[Topic], topic: Topic) -> Topic | None:
    """Find the topic with the most similar heading, or None if no heading is similar enough."""
    by_words = {tuple(tokenise(known.title[:_MAX_COMPARED])): known for known in topics}
    words = tokenise(topic.title[:_MAX_COMPARED])
    matches = get_close_matches(words, by_words, n=1, cutoff=_MIN_SIMILARITY)
    return by_words[tuple(matches[0])] if matches else None


def _add_copy(guide: Guide, copy: Guide) -> Guide:
    """Add the new topics of a copy, and record its differences."""
    topics = list(guide.topics)
    for topic in copy.topics:
        known = _find_match((known for known in topics if copy.file not in known.files), topic)
        if known is None:
            topics.append(replace(topic, differences=(f"Only {copy.file} has this topic.",)))
        else:
            differences = (*known.differences, *_describe_differences(known, topic, copy.file))
            files = (*known.files, copy.file)
            topics[topics.index(known)] = replace(known, files=files, differences=differences)
    missing = f"{copy.file} does not have this topic."
    topics = [
        topic if copy.file in topic.files else replace(topic, differences=(*topic.differences, missing))
        for topic in topics
    ]
    return replace(guide, topics=tuple(topics), copies=(*guide.copies, copy))


def _describe_differences(known: Topic, topic: Topic, file: str) -> Iterator[str]:
    """Yield a sentence for each line that only one of two copies of a topic has."""
    old, new = (
        {" ".join(tokenise(text)): text for text in (ITEM_MARK.sub("", line) for line in each.lines)}
        for each in (known, topic)
    )
    yield from (f'{file} also says: "{text}"' for words, text in new.items() if words not in old)
    yield from (f'{file} does not say: "{text}"' for words, text in old.items() if words not in new)
