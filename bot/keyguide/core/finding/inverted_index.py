"""Compare a text with every example at once, through an inverted index, and examples with one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from keyguide.core.finding.features import BUCKETS, FeatureRow, Floats, Ints

_DENSE_BUCKETS = 512  # the commonest ones, of all examples
_BLOCK = 256  # rows of the kernel that are worked on at once
STRETCH = np.float32(1.5)
_STEPS = 8000  # into which a similarity of 1 is divided; the highest one, 4, fits into 16 bits


class Kernel(NamedTuple):
    """How similar every two examples are, in steps: 16 bits take half the memory of floats, no more time."""

    steps: Ints

    def multiply(self, matrix: Floats) -> Floats:
        """Multiply by a matrix, block by block, so that the kernel is never there as floats."""
        scaled = (matrix / _STEPS).astype(np.float32)
        product = np.empty((len(self.steps), matrix.shape[1]), np.float32)
        for block in _split(len(product)):
            product[block] = self.steps[block].astype(np.float32) @ scaled
        return product

    @property
    def diagonal(self) -> Floats:
        """How similar each example is to itself."""
        return np.diagonal(self.steps) / np.float32(_STEPS)

    def take_among(self, examples: Ints) -> Kernel:
        """Take what concerns some of the examples alone."""
        return Kernel(self.steps[np.ix_(examples, examples)])

    def take_columns(self, examples: Ints) -> Floats:
        """Take how similar every example is to some of them."""
        return self.steps[:, examples] / np.float32(_STEPS)

    def read_rows(self) -> Iterator[Floats]:
        """Yield how similar each example is to every other one."""
        for row in self.steps:
            yield row / np.float32(_STEPS)


class PostingList(NamedTuple):
    """Examples that have a feature, with its tf-idf value in each, which is to be multiplied by a number."""

    owners: Ints
    values: Floats
    scale: float


class ExampleIndex(NamedTuple):
    """An inverted index of the examples, and their sentence vectors (of no numbers if there are none)."""

    starts: Ints  # where the posting list of each bucket begins, and last where the last one ends
    owners: Ints  # the examples in the posting lists ...
    values: Floats  # ... and their tf-idf values
    vectors: Floats  # less the mean of all
    mean: Floats  # of the vectors

    def compute_kernel(self, rows: Sequence[FeatureRow], extend: Callable[[Floats], Floats]) -> Kernel:
        """Compute how similar every two examples are, given the rows of all of them, and extend that.

        A product of matrices takes care of the commonest buckets, whose posting lists are the longest.
        Each block of rows is compared with itself and what comes after it; the rest is its mirror image.
        """
        size = len(rows)
        table, buckets, values, owners = self._split_common(rows)
        cursors, ends = self.starts[:-1].copy(), self.starts[1:]
        steps: Ints = np.empty((size, size), np.int16)
        for block in _split(size):
            inside = slice(*np.searchsorted(owners, (block.start, block.stop)))
            rare = buckets[inside]
            lengths = ends[rare] - cursors[rare]
            found = _list_ranges(cursors[rare], lengths)
            row_starts = (owners[inside] - block.start) * (size - block.start)
            cells = np.repeat(row_starts, lengths) + self.owners[found] - block.start
            products = np.repeat(values[inside], lengths) * self.values[found]
            similarity: Floats = table[block] @ table[block.start :].T
            similarity += np.bincount(cells, products, similarity.size).reshape(similarity.shape)
            np.add.at(cursors, rare, 1)
            steps[block, block.start :] = _round(extend(similarity))
            steps[block.start :, block] = steps[block, block.start :].T
        return Kernel(steps)

    def _split_common(self, rows: Sequence[FeatureRow]) -> tuple[Floats, Ints, Floats, Ints]:
        """Return a table of the commonest buckets and the vectors; of all others bucket, value and owner."""
        common = np.argsort(np.diff(self.starts), kind="stable")[-_DENSE_BUCKETS:]
        columns = np.full(BUCKETS, -1)
        columns[common] = np.arange(len(common))
        buckets, values, owners = _concatenate(rows)
        column = columns[buckets]
        is_common, shape = column >= 0, (len(rows), len(common))
        cells = (owners * len(common) + column)[is_common]
        table = np.bincount(cells, values[is_common], shape[0] * shape[1]).reshape(shape).astype(np.float32)
        is_rare = ~is_common
        return np.column_stack((table, self.vectors)), buckets[is_rare], values[is_rare], owners[is_rare]

    def multiply(self, buckets: Ints, values: Floats, more: Sequence[PostingList] = ()) -> Floats:
        """Compute the dot product of some features with the row of each example, and add more postings."""
        bounds = zip(self.starts[buckets].tolist(), self.starts[buckets + 1].tolist(), strict=True)
        lists = [slice(*bound) for bound in bounds]
        owners = [*(self.owners[one] for one in lists), *(one.owners for one in more), self.owners[:0]]
        posted = [*(self.values[one] for one in lists), *(one.values for one in more), self.values[:0]]
        scales = np.array([*values.tolist(), *(one.scale for one in more), 0], np.float32)
        products = np.concatenate(posted) * np.repeat(scales, [*map(len, owners)])
        return np.bincount(np.concatenate(owners), products, len(self.vectors)).astype(np.float32)

    def count_owners(self, bucket: int) -> int:
        """Count the examples that have a feature."""
        return int(self.starts[bucket + 1] - self.starts[bucket])


def round_kernel(similarity: Floats) -> Kernel:
    """Keep similarities as a kernel."""
    return Kernel(_round(similarity))


def _round(similarity: Floats) -> Ints:
    """Round similarities to steps."""
    return np.rint(np.clip(similarity * _STEPS, -(1 << 15), (1 << 15) - 1)).astype(np.int16)


def _split(size: int) -> Iterator[slice]:
    for start in range(0, size, _BLOCK):
        yield slice(start, min(start + _BLOCK, size))


def _list_ranges(starts: Ints, lengths: Ints) -> Ints:
    """Return the whole numbers of several ranges, one range after the other."""
    ends = np.cumsum(lengths)
    return np.arange(lengths.sum()) + np.repeat(starts - ends + lengths, lengths)


def _concatenate(rows: Sequence[FeatureRow]) -> tuple[Ints, Floats, Ints]:
    """Return bucket, value and owner of all features of the rows."""
    return (
        np.concatenate([row.buckets for row in rows]),
        np.concatenate([row.values for row in rows]),
        np.repeat(np.arange(len(rows)), [len(row.buckets) for row in rows]),
    )


def boost(similarity: Floats) -> Floats:
    """Raise high similarities, so that several shared features count for more than their sum."""
    return similarity + square(similarity)


def square(similarity: Floats) -> Floats:
    """Compute by how much several shared features count for more than their sum."""
    squared: Floats = similarity * similarity
    squared /= 2
    return squared


def stretch(similarity: Floats) -> Floats:
    """Raise all similarities alike: by as much as boosting raises that of a text to itself."""
    return similarity * STRETCH


def index_examples(rows: Sequence[FeatureRow], vectors: Floats) -> ExampleIndex:
    """Build the inverted index of examples from their tf-idf rows.

    The vectors lose their mean, in which all sentences are alike: without it training needs fewer steps, and
    1 in a hundred held-out questions more is recognised as ours.
    """
    buckets, values, owners = _concatenate(rows)
    order = np.argsort(buckets, kind="stable")
    mean = vectors.mean(axis=0)
    return ExampleIndex(
        starts=make_starts(np.bincount(buckets, minlength=BUCKETS)),
        owners=owners[order].astype(np.uint16),
        values=values[order].astype(np.float32),
        vectors=vectors - mean,
        mean=mean,
    )


def make_starts(lengths: Ints) -> Ints:
    """Return where each posting list begins, given how long each of them is."""
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
