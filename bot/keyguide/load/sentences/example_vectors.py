"""The vectors of our own examples, kept in a small file, so that nobody has to compute them again."""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Sequence
from functools import cached_property
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np

from keyguide.core.finding.features import Bools, Floats, Ints
from keyguide.core.finding.index import Embedder
from keyguide.core.finding.train import TrainingData

FILE_NAME = "vectors.npz.xz"  # in a knowledge folder
# Numbers are rounded to steps of 1/64: 15,000 texts take 3 MB, and cosines to the exact vectors stay above
# .995, which moved no figure by more than one question in seventy (docs/decisions/0009-vectors-by-numpy.md).
_STEPS = 64
_TINY = 1e-6  # keeps a row of zeros as it is


class _Content(NamedTuple):
    fingerprint: str  # of the model that the vectors are from
    keys: Ints  # a digest of each text, in ascending order
    rows: Ints


class KnownVectors:
    """The vectors in a file, read when they are first needed; a file that is not there knows nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _content(self) -> _Content:
        try:
            packed = BytesIO(lzma.decompress(self._path.read_bytes()))
            with np.load(packed, allow_pickle=False) as arrays:
                return _Content(str(arrays["fingerprint"]), arrays["keys"], arrays["columns"].T)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile, lzma.LZMAError):
            return _Content("", np.zeros(0, np.uint64), np.zeros((0, 0), np.int8))

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the model that the vectors are from, or an empty string if there are none."""
        return self._content.fingerprint

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return the known row of each text, or raise LookupError if one of them is not known."""
        rows, is_known = self._look_up(texts)
        if not is_known.all():
            raise LookupError(f"{np.count_nonzero(~is_known)} examples have no vector yet")
        return rows

    def prefer(self, embed: Embedder, fingerprint: str) -> Embedder:
        """Make an embedder that computes only what is not known from the same model."""

        def embed_unknown(texts: Sequence[str]) -> Floats:
            if self.fingerprint != fingerprint:
                return embed(texts)
            rows, is_known = self._look_up(texts)
            unknown = np.flatnonzero(~is_known)
            if unknown.size:
                rows[unknown] = embed([texts[number] for number in unknown.tolist()])
            return rows

        return embed_unknown

    def _look_up(self, texts: Sequence[str]) -> tuple[Floats, Bools]:
        """Return a row for each text, and which of them are known."""
        _, keys, rows = self._content
        wanted = _compute_keys(texts)
        places = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
        is_known = keys[places] == wanted if len(keys) else np.zeros(len(wanted), bool)
        found = np.zeros((len(texts), rows.shape[1]), np.float32)
        found[is_known] = rows[places[is_known]]
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), _TINY)
        return found, is_known


def list_texts(all_data: Iterable[TrainingData]) -> list[str]:
    """List every text that training embeds, once."""
    trials = {trial.text for data in all_data for trial in data.trials}
    return sorted(trials.union(list_example_texts(all_data)))


def list_example_texts(all_data: Iterable[TrainingData]) -> list[str]:
    """List every text that is trained on, once."""
    return sorted({example.text for data in all_data for example in data.examples})


def dump_vectors(texts: Sequence[str], embed: Embedder, fingerprint: str) -> bytes:
    """Return the vectors of texts as the content of a file."""
    keys = _compute_keys(texts)
    order = np.argsort(keys)
    rounded = np.round(embed(texts) * _STEPS).astype(np.int8)[order]
    file = BytesIO()
    # by columns, whose numbers resemble each other more
    np.savez(
        file, fingerprint=np.array(fingerprint), keys=keys[order], columns=np.ascontiguousarray(rounded.T)
    )
    return lzma.compress(file.getvalue())


def _compute_keys(texts: Sequence[str]) -> Ints:
    digests = (blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts)
    return np.frombuffer(b"".join(digests), "<u8")
