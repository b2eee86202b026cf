"""Load the indexes of a knowledge folder from the wheel or the cache, and train those that are missing."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from keyguide.core.finding.index import Index
from keyguide.core.finding.normalise import Vocabulary
from keyguide.core.finding.train import ProgressReport, TrainingData, train_index
from keyguide.load.index_file import dump_index, name_index, parse_index
from keyguide.load.sentences.open_vectors import Vectors

SHIPPED = Path(__file__).parents[1] / "index"  # what hatch_build.py trained; in a checkout there is none

IndexTrainer = Callable[[Sequence[TrainingData], Vocabulary, Vectors], Sequence[bytes]]

_log = logging.getLogger(__name__)


def train_here(
    all_data: Sequence[TrainingData],
    vocabulary: Vocabulary,
    vectors: Vectors,
    report: ProgressReport = lambda share: None,
) -> Sequence[bytes]:
    """Train an index on each of the data in this process, and return the files to keep."""
    total = sum(len(data.examples) for data in all_data) or 1
    files, done = list[bytes](), 0.0
    for data in all_data:
        share = len(data.examples) / total
        embed = vectors.embed_examples if vectors.serve(data) else None
        index = train_index(data, vocabulary, embed, partial(_report_part, report, done, share))
        files.append(dump_index(index))
        done += share
    return files


def _report_part(report: ProgressReport, done: float, share: float, share_of_part: float) -> None:
    report(done + share * share_of_part)


def load_or_train_indexes(
    all_data: Sequence[TrainingData],
    vocabulary: Vocabulary,
    vectors: Vectors,
    cache: Path | None,
    train: IndexTrainer = train_here,
) -> list[Index]:
    """Load the index of each of the data; train those that are missing, and keep them in the cache."""
    names = [
        name_index(data, vocabulary, vectors.fingerprint if vectors.serve(data) else "") for data in all_data
    ]
    loaded = {name: index for name in names if (index := _load_index(list_kept_folders(cache), name))}
    missing = {name: data for name, data in zip(names, all_data, strict=True) if name not in loaded}
    if missing:
        files = dict(zip(missing, train([*missing.values()], vocabulary, vectors), strict=True))
        loaded |= {name: parse_index(content) for name, content in files.items()}
        if cache:
            _keep_files(cache, files)
    return [loaded[name] for name in names]


def list_kept_folders(cache: Path | None) -> list[Path]:
    """List the folders that may hold what an earlier run found out: that of the build, and the cache."""
    return [SHIPPED, cache] if cache else [SHIPPED]


def _load_index(folders: Sequence[Path], name: str) -> Index | None:
    """Load an index from the first folder that has it; one that was cut short counts as missing."""
    for folder in folders:
        with suppress(OSError, ValueError):
            return parse_index((folder / name).read_bytes())
    return None


def _keep_files(cache: Path, files: dict[str, bytes]) -> None:
    try:
        cache.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            draft = cache / f"{name}.{os.getpid()}.part"  # two processes may start at once
            draft.write_bytes(content)
            draft.replace(cache / name)
    except OSError as error:
        _log.warning("every start has to learn again: %s cannot be written: %s", cache, error.strerror)
