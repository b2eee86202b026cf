"""The knowledge that the program runs on: read, checked, learnt from, and the learning kept for next time."""

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
from keyguide.core.finding.train import train_index
from keyguide.core.knowledge.files import Files, assemble, build_training_data, collect_vocabulary
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.errors import KnowledgeError
from keyguide.load.folder import FolderContents, read_folder
from keyguide.load.vectors import Vectors

_CACHE_FORMAT = "42"  # raised whenever what is learnt, or how, changes
_POSTINGS_ARRAYS = ("places", "table", "starts", "owners", "values")
_SUPPORT_ARRAYS = ("known", "coefficients", "vectors")
_INDEX_ARRAYS = ("idf", "mine", "right")

_MANY_EXAMPLES = 500  # examples; fewer are learnt sooner than another process starts

NO_VECTORS = Vectors(None, "", "")
ProcessTrainer = Callable[[], None]  # may learn the same and keep it, where that is better done elsewhere


def open_knowledge(
    folder: Path,
    cache: Path | None = None,
    vectors: Vectors = NO_VECTORS,
    apart: ProcessTrainer | None = None,
) -> Knowledge:
    """Return the knowledge of a folder, or raise KnowledgeError with every mistake in it."""
    draught = read_folder(folder)
    if draught.mistakes:
        told = "\n".join(f"{folder}/{mistake}" for mistake in draught.mistakes)
        raise KnowledgeError(told)
    return build_knowledge(draught, cache, vectors, apart)


def build_knowledge(
    draught: FolderContents,
    cache: Path | None = None,
    vectors: Vectors = NO_VECTORS,
    apart: ProcessTrainer | None = None,
) -> Knowledge:
    """Return the knowledge of files that were checked."""
    words = collect_vocabulary(draught.files)
    index = _load_or_train_index(draught.files, cache, vectors, apart)
    return assemble(draught.files, Finder(index, words, vectors.embed), draught.version)


def _load_or_train_index(
    files: Files, cache: Path | None, vectors: Vectors, apart: ProcessTrainer | None
) -> Index:
    """Return the index of the files: the one learnt before from the same examples, else a new one."""
    learning, words = build_training_data(files), collect_vocabulary(files)
    if cache is None:
        return train_index(learning, words, vectors.embed)
    lessons = (_CACHE_FORMAT, BUCKETS, vectors.fingerprint, asdict(learning), files.words.same)
    path = cache / f"index-{_compute_digest(lessons)}.npz"
    index = _load_index(path)
    if index is None and apart and len(learning.examples) > _MANY_EXAMPLES:
        apart()
        index = _load_index(path)
    if index is None:
        index = train_index(learning, words, vectors.embed)
        _save_index(path, index)
    return index


def _compute_digest(lessons: object) -> str:
    """Return what tells these lessons from others; sets are sorted, as their order changes at every start."""
    return sha256(json.dumps(lessons, default=sorted).encode()).hexdigest()[:16]


def _load_index(path: Path) -> Index | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            postings = InvertedIndex(*(kept[name] for name in _POSTINGS_ARRAYS))
            support = KernelModel(postings, *(kept[name] for name in _SUPPORT_ARRAYS))
            labels, bars = tuple(kept["labels"].tolist()), Thresholds(*kept["bars"].tolist())
            return Index(
                labels, model=support, thresholds=bars, **{name: kept[name] for name in _INDEX_ARRAYS}
            )
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None  # not there, or cut short by a crash: learning again costs seconds


def _save_index(path: Path, index: Index) -> None:
    parts: dict[str, Any] = index.model.postings._asdict()
    parts |= {name: getattr(index.model, name) for name in _SUPPORT_ARRAYS}
    parts |= {name: getattr(index, name) for name in _INDEX_ARRAYS}
    parts |= {"labels": np.array(index.labels), "bars": np.array(index.thresholds)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.part.npz")  # two may start at once
        np.savez(draft, **parts)
        draft.replace(path)
    except OSError:
        return  # a cache that cannot be written only costs time
