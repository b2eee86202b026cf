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

from bot.core.features import BUCKETS
from bot.core.files import Files, assemble, lore, vocabulary_of
from bot.core.find import Bars, Finder, Index, Postings, Support
from bot.core.fit import fit
from bot.core.knowledge import Knowledge
from bot.errors import KnowledgeError
from bot.load.folder import Draught, read_folder
from bot.load.vectors import Vectors

_FORMAT = "41"  # raised whenever what is learnt, or how, changes
_POSTINGS = ("places", "table", "starts", "owners", "values")
_SUPPORT = ("known", "pull", "vectors")
_GATES = ("idf", "mine", "right")

_MANY = 500  # examples; fewer are learnt sooner than another process starts

NO_VECTORS = Vectors(None, "", "")
Apart = Callable[[], None]  # may learn the same and keep it, where that is better done elsewhere


def open_knowledge(
    folder: Path, cache: Path | None = None, vectors: Vectors = NO_VECTORS, apart: Apart | None = None
) -> Knowledge:
    """Return the knowledge of a folder, or raise KnowledgeError with every mistake in it."""
    draught = read_folder(folder)
    if draught.mistakes:
        told = "\n".join(f"{folder}/{mistake}" for mistake in draught.mistakes)
        raise KnowledgeError(told)
    return knowledge_of(draught, cache, vectors, apart)


def knowledge_of(
    draught: Draught, cache: Path | None = None, vectors: Vectors = NO_VECTORS, apart: Apart | None = None
) -> Knowledge:
    """Return the knowledge of files that were checked."""
    words = vocabulary_of(draught.files)
    index = _index(draught.files, cache, vectors, apart)
    return assemble(draught.files, Finder(index, words, vectors.embed), draught.version)


def _index(files: Files, cache: Path | None, vectors: Vectors, apart: Apart | None) -> Index:
    """Return the index of the files: the one learnt before from the same examples, else a new one."""
    learning, words = lore(files), vocabulary_of(files)
    if cache is None:
        return fit(learning, words, vectors.embed)
    path = (
        cache / f"index-{_digest((_FORMAT, BUCKETS, vectors.mark, asdict(learning), files.words.same))}.npz"
    )
    index = _kept(path)
    if index is None and apart and len(learning.examples) > _MANY:
        apart()
        index = _kept(path)
    if index is None:
        index = fit(learning, words, vectors.embed)
        _keep(path, index)
    return index


def _digest(lessons: object) -> str:
    """Return what tells these lessons from others; sets are sorted, as their order changes at every start."""
    return sha256(json.dumps(lessons, default=sorted).encode()).hexdigest()[:16]


def _kept(path: Path) -> Index | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            postings = Postings(*(kept[name] for name in _POSTINGS))
            support = Support(postings, *(kept[name] for name in _SUPPORT))
            labels, bars = tuple(kept["labels"].tolist()), Bars(*kept["bars"].tolist())
            return Index(labels, support=support, bars=bars, **{name: kept[name] for name in _GATES})
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None  # not there, or cut short by a crash: learning again costs seconds


def _keep(path: Path, index: Index) -> None:
    parts: dict[str, Any] = index.support.postings._asdict()
    parts |= {name: getattr(index.support, name) for name in _SUPPORT}
    parts |= {name: getattr(index, name) for name in _GATES}
    parts |= {"labels": np.array(index.labels), "bars": np.array(index.bars)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.part.npz")  # two may start at once
        np.savez(draft, **parts)
        draft.replace(path)
    except OSError:
        return  # a cache that cannot be written only costs time
