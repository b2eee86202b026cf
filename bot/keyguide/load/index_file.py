"""Write a trained index to a file, and read it back."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
from keyguide.core.finding.near_examples import NearExamples
from keyguide.core.finding.normalise import Vocabulary
from keyguide.core.finding.train import TrainingData
from keyguide.core.finding.weights import FeatureWeights, Weights, find_places

_FORMAT = "61"  # raise it whenever the index, or how it is trained, changes


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
    near = {} if index.near is None else _dump_near(index.near)
    np.savez(
        file,
        labels=np.array(index.labels, str),
        size=index.size,
        counts=index.counts,
        mean=index.mean,
        buckets=np.flatnonzero(index.weights.places >= 0).astype(np.int32),
        steps=index.weights.rows.steps,
        step_sizes=index.weights.rows.step_sizes,
        of_vectors=index.weights.of_vectors,
        known=np.packbits(index.known),
        in_scope=index.confidence.in_scope,
        first_is_right=index.confidence.first_is_right,
        thresholds=np.array(index.confidence.thresholds),
        **near,
    )
    return file.getvalue()


def _dump_near(near: NearExamples) -> dict[str, Any]:
    return {
        "owners": near.examples.owners,
        "values": near.examples.values.astype(np.float16),
        "vectors": near.examples.vectors.astype(np.float16),
        "near_steps": near.weights.steps,
        "near_step_sizes": near.weights.step_sizes,
        "common": np.array(near.common, str),
    }


def _parse_near(arrays: Mapping[str, Any]) -> NearExamples:
    examples = ExampleIndex(
        make_starts(arrays["counts"]),
        arrays["owners"],
        arrays["values"].astype(np.float32),
        # Column by column: then comparing with the vectors takes .22 ms instead of .34.
        arrays["vectors"].astype(np.float32, order="F"),
        arrays["mean"],
    )
    weights = Weights(arrays["near_steps"], arrays["near_step_sizes"])
    return NearExamples(examples, weights, tuple(arrays["common"].tolist()))


def parse_index(content: bytes) -> Index:
    """Return the index in the content of a file, or raise ValueError if it is cut short or something else."""
    try:
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            return Index(
                labels=tuple(arrays["labels"].tolist()),
                size=int(arrays["size"]),
                counts=arrays["counts"],
                mean=arrays["mean"],
                weights=FeatureWeights(
                    find_places(arrays["buckets"]),
                    Weights(arrays["steps"], arrays["step_sizes"]),
                    arrays["of_vectors"],
                ),
                near=_parse_near(arrays) if "owners" in arrays else None,
                known=np.unpackbits(arrays["known"]).astype(bool),
                confidence=Confidence(
                    arrays["in_scope"],
                    arrays["first_is_right"],
                    Thresholds(*arrays["thresholds"].tolist()),
                ),
            )
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise ValueError(f"this is no index: {error}") from error
