"""Write a trained index to a file, and read it back."""

from __future__ import annotations

import json
from dataclasses import fields
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import numpy as np

from keyguide.core.finding.confidence import Confidence, Thresholds
from keyguide.core.finding.features import BUCKETS
from keyguide.core.finding.index import Index
from keyguide.core.finding.inverted_index import ExampleIndex, make_starts
from keyguide.core.finding.normalise import Vocabulary
from keyguide.core.finding.train import TrainingData

_FORMAT = "59"  # raise it whenever the index, or how it is trained, changes


def name_index(data: TrainingData, vocabulary: Vocabulary, fingerprint: str) -> str:
    """Return the name of the file for an index; everything that the index is trained on changes it."""
    inputs = (_FORMAT, BUCKETS, fingerprint, data, vocabulary.phrases)
    digest = sha256(json.dumps(inputs, default=_as_json).encode())
    return f"index-{digest.hexdigest()[:16]}.npz"


def _as_json(value: Any) -> object:
    """Return a part of the training data as JSON has it; a set in order, because its own order is random."""
    if isinstance(value, set | frozenset):
        return sorted(value)
    return {field.name: getattr(value, field.name) for field in fields(value)}


def dump_index(index: Index) -> bytes:
    """Return an index as the content of a file; numbers are rounded to three digits."""
    file = BytesIO()
    np.savez(
        file,
        labels=np.array(index.labels, str),
        lengths=np.diff(index.examples.starts).astype(np.uint16),
        owners=index.examples.owners,
        values=index.examples.values.astype(np.float16),
        vectors=index.examples.vectors.astype(np.float16),
        mean=index.examples.mean,
        coefficients=index.coefficients.astype(np.float16),
        known=np.packbits(index.known),
        in_scope=index.confidence.in_scope,
        first_is_right=index.confidence.first_is_right,
        thresholds=np.array(index.confidence.thresholds),
        common=np.array(index.common, str),
    )
    return file.getvalue()


def parse_index(content: bytes) -> Index:
    """Return the index in the content of a file, or raise ValueError if it is cut short or something else."""
    try:
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            return Index(
                labels=tuple(arrays["labels"].tolist()),
                examples=ExampleIndex(
                    make_starts(arrays["lengths"]),
                    arrays["owners"],
                    arrays["values"].astype(np.float32),
                    arrays["vectors"].astype(np.float32, order="F"),
                    arrays["mean"],
                ),
                # Column by column, as the vectors: then an answer to new words takes 3.3 ms of processor
                # instead of 3.8, and comparing with the vectors .22 ms instead of .34.
                coefficients=arrays["coefficients"].astype(np.float32, order="F"),
                known=np.unpackbits(arrays["known"]).astype(bool),
                confidence=Confidence(
                    arrays["in_scope"],
                    arrays["first_is_right"],
                    Thresholds(*arrays["thresholds"].tolist()),
                ),
                common=tuple(arrays["common"].tolist()),
            )
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise ValueError(f"this is no index: {error}") from error
