"""The knowledge that the program runs on: read, checked, learnt from, and the learning kept for next time."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np

from bot.core.features import BUCKETS
from bot.core.files import Files, assemble, examples, near, vocabulary_of
from bot.core.find import Finder, Index, Support
from bot.core.fit import fit
from bot.core.knowledge import Knowledge
from bot.errors import KnowledgeError
from bot.load.folder import Draught, read_folder

_FORMAT = "1"  # raised whenever what is learnt, or how, changes


def open_knowledge(folder: Path, cache: Path | None = None) -> Knowledge:
    """Return the knowledge of a folder, or raise KnowledgeError with every mistake in it."""
    draught = read_folder(folder)
    if draught.mistakes:
        told = "\n".join(f"{folder}/{mistake}" for mistake in draught.mistakes)
        raise KnowledgeError(told)
    return knowledge_of(draught, cache)


def knowledge_of(draught: Draught, cache: Path | None = None) -> Knowledge:
    """Return the knowledge of files that were checked."""
    words = vocabulary_of(draught.files)
    index = _index(draught.files, cache)
    return assemble(draught.files, Finder(index, words), draught.version)


def _index(files: Files, cache: Path | None) -> Index:
    """Return the index of the files: the one learnt before from the same examples, else a new one."""
    if cache is None:
        return fit(examples(files), vocabulary_of(files), near(files))
    lessons = repr((_FORMAT, BUCKETS, examples(files), files.words.same, near(files)))
    path = cache / f"index-{sha256(lessons.encode()).hexdigest()[:16]}.npz"
    index = _kept(path)
    if index is None:
        index = fit(examples(files), vocabulary_of(files), near(files))
        _keep(path, index)
    return index


def _kept(path: Path) -> Index | None:
    try:
        with np.load(path, allow_pickle=False) as kept:
            support = Support(*(kept[name] for name in ("starts", "rows", "values", "vectors", "pull")))
            return Index(tuple(kept["labels"].tolist()), kept["idf"], support, kept["mine"], kept["right"], kept["bars"])
    except (OSError, ValueError, KeyError, EOFError):
        return None  # not there, or cut short by a crash: learning again costs seconds


def _keep(path: Path, index: Index) -> None:
    support = index.support
    parts = {"starts": support.starts, "rows": support.rows, "values": support.values, "vectors": support.vectors,
             "pull": support.pull, "labels": np.array(index.labels), "idf": index.idf, "mine": index.mine,
             "right": index.right, "bars": index.bars}  # fmt: skip
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part.npz")
        np.savez(draft, **parts)
        draft.replace(path)
    except OSError:
        return  # a cache that cannot be written only costs time
