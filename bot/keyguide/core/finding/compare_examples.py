"""Compare the examples with one another: which resemble those of another label, how varied a label is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from keyguide.core.finding.features import encode_examples
from keyguide.core.finding.index import Example
from keyguide.core.finding.inverted_index import boost, index_examples
from keyguide.core.finding.normalise import Vocabulary, tokenise

_IDENTICAL = 1.5  # how similar a text is to itself
_COPY = 0.8  # share of that from which two examples hardly differ
_ALIKE = 0.45  # share of that from which two examples may be confused ...
_LEAD = 0.15  # ... if the nearest one of the same label is so much farther away
_SHORT, _LONG = 5, 20  # words of a text as people type it on a phone, and of a story
_MIN_STYLES = 5  # of a label with enough examples to have them
_MIN_EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Likeness:
    """An example, the other one that is most like it, and whether the two hardly differ."""

    example: int
    nearest: int
    is_copy: bool


def find_likenesses(examples: Sequence[Example], vocabulary: Vocabulary) -> Iterator[Likeness]:
    """Find the examples that are almost copies of another one, or most like one of another label."""
    rows = encode_examples(vocabulary.extract_search_words(example.text) for example in examples)
    no_vectors = np.zeros((len(rows), 0), np.float32)
    kernel = index_examples(rows, no_vectors).compute_kernel(rows, boost)
    numbers = {label: number for number, label in enumerate(dict.fromkeys(one.label for one in examples))}
    labels = np.array([numbers[example.label] for example in examples])
    for number, similarity in enumerate(kernel.read_rows()):
        row = similarity / _IDENTICAL
        row[number] = -1
        nearest, is_own = int(row.argmax()), labels == labels[number]
        best_own = float(np.where(is_own, row, -1).max())
        if row[nearest] >= _COPY and nearest < number:
            yield Likeness(number, nearest, is_copy=True)
        elif not is_own[nearest] and row[nearest] >= max(_ALIKE, best_own + _LEAD):
            yield Likeness(number, nearest, is_copy=False)


def find_uniform_labels(examples: Sequence[Example]) -> Mapping[str, int]:
    """Find the labels whose examples are written in too few styles, with the number of their styles."""
    styles = defaultdict[str, set[tuple[str, bool, bool]]](set)
    counts = defaultdict[str, int](int)
    for example in examples:
        styles[example.label].add(_describe_style(example.text))
        counts[example.label] += 1
    return {
        label: len(found)
        for label, found in styles.items()
        if counts[label] >= _MIN_EXAMPLES and len(found) < _MIN_STYLES
    }


def _describe_style(text: str) -> tuple[str, bool, bool]:
    """Describe how a text is written: its length, whether it asks, and whether it has capitals."""
    words = len(tokenise(text))
    length = "short" if words <= _SHORT else "long" if words >= _LONG else "middle"
    return length, "?" in text, text != text.lower()
