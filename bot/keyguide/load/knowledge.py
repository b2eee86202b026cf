"""Open the knowledge: read and check it, train the index, and cache the index for the next start."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from keyguide.core.finding.features import BUCKETS
from keyguide.core.finding.index import Finder, Index, InvertedIndex, KernelModel, Thresholds
from keyguide.core.finding.normalise import build_vocabulary
from keyguide.core.finding.train import TrainingData, train_index
from keyguide.core.knowledge.files import (
    assemble,
    build_choice_data,
    build_intent_data,
    build_training_data,
    collect_vocabulary,
)
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.recognition import WordLists
from keyguide.errors import KnowledgeError
from keyguide.load.folder import FolderContents, read_folder
from keyguide.load.vectors import Vectors

_CACHE_FORMAT = "42"  # raise it whenever the index, or how it is trained, changes
_POSTINGS_ARRAYS = ("places", "table", "starts", "owners", "values")
_MODEL_ARRAYS = ("known", "coefficients", "vectors")
_INDEX_ARRAYS = ("idf", "mine", "right")

SHIPPED = (
    Path(__file__).parents[1] / "index"
)  # what hatch_build.py trained; an installation from a checkout has none
_MANY_EXAMPLES = 500  # fewer are trained on sooner than another process starts

NO_VECTORS = Vectors(None, "", "")
ProcessTrainer = Callable[[], None]  # trains in another process, and leaves the index in the cache


def open_knowledge(
    folder: Path,
    cache: Path | None = None,
    vectors: Vectors = NO_VECTORS,
    trainer: ProcessTrainer | None = None,
) -> Knowledge:
    """Open the knowledge of a folder, or raise KnowledgeError with all mistakes if there are any."""
    contents = read_folder(folder)
    if contents.mistakes:
        raise KnowledgeError("\n".join(f"{folder}/{mistake}" for mistake in contents.mistakes))
    return build_knowledge(contents, cache, vectors, trainer)


def build_knowledge(
    contents: FolderContents,
    cache: Path | None = None,
    vectors: Vectors = NO_VECTORS,
    trainer: ProcessTrainer | None = None,
) -> Knowledge:
    """Build the knowledge from files that were checked."""
    files = contents.files
    vocabulary = collect_vocabulary(files)

    def find_with(data: TrainingData) -> Finder:
        index = _load_or_train_index(data, files.words, cache, vectors, trainer)
        return Finder(index, vocabulary, vectors.embed)

    return assemble(
        files,
        find_with(build_training_data(files)),
        find_with(build_intent_data(files)),
        find_with(build_choice_data(files)),
        contents.version,
    )


def _load_or_train_index(
    data: TrainingData, words: WordLists, cache: Path | None, vectors: Vectors, trainer: ProcessTrainer | None
) -> Index:
    """Load the index that was trained on the same examples before, or train one if there is none."""
    vocabulary = build_vocabulary(words.same)
    if cache is None:
        return train_index(data, vocabulary, vectors.embed)
    inputs = (_CACHE_FORMAT, BUCKETS, vectors.fingerprint, asdict(data), words.same)
    path = cache / f"index-{_compute_digest(inputs)}.npz"
    index = _load_index(SHIPPED / path.name) or _load_index(path)
    if index is None and trainer and len(data.examples) > _MANY_EXAMPLES:
        trainer()
        index = _load_index(path)
    if index is None:
        index = train_index(data, vocabulary, vectors.embed)
        _save_index(path, index)
    return index


def _compute_digest(inputs: object) -> str:
    """Compute a digest of the inputs; sort sets, because their order changes at every start."""
    return sha256(json.dumps(inputs, default=sorted).encode()).hexdigest()[:16]


def _load_index(path: Path) -> Index | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            postings = InvertedIndex(*(arrays[name] for name in _POSTINGS_ARRAYS))
            model = KernelModel(postings, *(arrays[name] for name in _MODEL_ARRAYS))
            labels, thresholds = tuple(arrays["labels"].tolist()), Thresholds(*arrays["bars"].tolist())
            return Index(
                labels, model=model, thresholds=thresholds, **{name: arrays[name] for name in _INDEX_ARRAYS}
            )
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None  # missing, or cut short by a crash: training again costs seconds


def _save_index(path: Path, index: Index) -> None:
    arrays: dict[str, Any] = index.model.postings._asdict()
    arrays |= {name: getattr(index.model, name) for name in _MODEL_ARRAYS}
    arrays |= {name: getattr(index, name) for name in _INDEX_ARRAYS}
    arrays |= {"labels": np.array(index.labels), "bars": np.array(index.thresholds)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.part.npz")  # two processes may start at once
        np.savez(draft, **arrays)
        draft.replace(path)
    except OSError:
        return  # if the cache cannot be written, the next start only takes longer
