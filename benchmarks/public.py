"""How often the finder is right on two public data sets: `python benchmarks/public.py FOLDER`.

BANKING77 and CLINC150 are read from FOLDER, or fetched into it. Our finder and plain searches learn the same
examples: 5 or 10 of each label, drawn by several seeds, and all. What others have published stands below.
Sentence vectors are used if KEYGUIDE_VECTORS allows them; they are computed before anything is timed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean, pstdev
from typing import NamedTuple
from urllib.request import urlopen

import numpy as np

from keyguide.core.finding.features import Floats
from keyguide.core.finding.index import ELSEWHERE, Decision, Embedder, Example, Finder
from keyguide.core.finding.normalise import Vocabulary
from keyguide.core.finding.train import TrainingData, train_index
from keyguide.core.model.turn import Kind
from keyguide.desk.scoring.baseline_searches import build_baselines
from keyguide.load.sentences.open_vectors import open_vectors
from keyguide.runtime.configuration.settings import read_settings

HUB = "https://raw.githubusercontent.com"
BANKING_HUB = f"{HUB}/PolyAI-LDN/task-specific-datasets/57ec275d8078af65b7731c2a98be812d844a6d6b/banking_data"
BANKING, CLINC = "BANKING77", "CLINC150"
ADDRESSES = {
    BANKING: (f"{BANKING_HUB}/train.csv", f"{BANKING_HUB}/test.csv"),
    CLINC: (f"{HUB}/clinc/oos-eval/828f8093932c8fe6ca7936c3d2e52903b1c523de/data/data_full.json",),
}
PARTS = "train", "test"
STRANGERS = f"{ELSEWHERE}oos"
PLAIN = ("bm25", "fts5", "rapidfuzz")
ALL = sys.maxsize  # examples of each label
HEADER = """\
| data set | examples a label | method | right first | right, kept | OOS recall | OOS answered | learning s |
|---|---|---|---|---|---|---|---|"""

# In hundredths: right first with 5 and 10 examples as in the repository jianguoz/Few-Shot-Intent-Detection,
# with all as in table 3 of Casanueva and others (2020); kept and OOS recall as in Larson and others (2019).
PUBLISHED = (
    ("5", "RoBERTa and a classifier (Zhang and others 2020)", "74.04", "87.99"),
    ("5", "USE and ConveRT (Casanueva and others 2020)", "77.75", "90.49"),
    ("5", "DNNC (Zhang and others 2020)", "80.40", "91.02"),
    ("5", "CPFT (Zhang and others 2021)", "80.86", "92.34"),
    ("10", "RoBERTa and a classifier (Zhang and others 2020)", "84.27", "91.55"),
    ("10", "USE and ConveRT (Casanueva and others 2020)", "85.19", "93.26"),
    ("10", "ConvBERT with examples and observers (Mehri and Eric 2021)", "85.95", "93.97"),
    ("10", "DNNC (Zhang and others 2020)", "86.71", "93.76"),
    ("10", "CPFT (Zhang and others 2021)", "87.20", "94.18"),
    ("all", "USE and ConveRT (Casanueva and others 2020)", "93.36", ""),
    ("all", "BERT, tuned (Casanueva and others 2020)", "93.66", ""),
    ("all", "linear SVM (Larson and others 2019)", "", "", "91.0", "14.5"),
    ("all", "USE and a perceptron (Larson and others 2019)", "", "", "93.5", "47.4"),
    ("all", "BERT, tuned (Larson and others 2019)", "", "", "96.9", "40.3"),
)


class DataSet(NamedTuple):
    """Labelled texts to learn and to ask; of CLINC150 some of both are out of scope (OOS)."""

    name: str
    train: tuple[Example, ...]
    test: tuple[Example, ...]


class Found(NamedTuple):
    """The best label in scope, and whether it is given at once, or at least offered."""

    label: str
    is_answered: bool
    is_kept: bool


class Score(NamedTuple):
    """The columns of the table, as shares of 1; without strangers only the first is known."""

    right: float
    kept: float
    recall: float
    answered: float


Search = Callable[[str], Found]
Learner = Callable[[Sequence[Example]], Search]


def read_data_set(name: str, folder: Path) -> DataSet:
    """Read a data set; a file that is not there is fetched. Raise OSError if it cannot be."""
    folder.mkdir(parents=True, exist_ok=True)
    for address in ADDRESSES[name]:
        if not (file := folder / Path(address).name).exists():
            with urlopen(address, timeout=10) as answer:  # noqa: S310 -- always https
                file.write_bytes(answer.read())
    if name == BANKING:
        return DataSet(name, read_csv(folder / "train.csv"), read_csv(folder / "test.csv"))
    parts = json.loads((folder / "data_full.json").read_text(encoding="utf-8"))
    rows = {part: [*parts[part], *((text, STRANGERS) for text, _ in parts[f"oos_{part}"])] for part in PARTS}
    return DataSet(name, *(tuple(Example(*row) for row in rows[part]) for part in PARTS))


def read_csv(path: Path) -> tuple[Example, ...]:
    """Read the texts and labels of a file that has them in these two columns."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(Example(row["text"], row["category"]) for row in csv.DictReader(file))


def draw(examples: Sequence[Example], shots: int, seed: int) -> list[Example]:
    """Draw some examples of each label; those that are out of scope stay all."""
    groups = defaultdict[str, list[Example]](list)
    for example in examples:
        groups[example.label].append(example)
    chance = random.Random(seed)  # noqa: S311 -- the same sample every time
    return [
        example
        for label, group in sorted(groups.items())
        for example in (group if label == STRANGERS else chance.sample(group, min(shots, len(group))))
    ]


def make_learner(embed: Embedder | None) -> Learner:
    """Make a learner of our finder, without the synonyms of our own field."""

    def learn(examples: Sequence[Example]) -> Search:
        words = Vocabulary({})
        finder = Finder(train_index(TrainingData(tuple(examples), {}, ()), words, embed), words, embed)

        def search(text: str) -> Found:
            result = finder.find(text)
            is_kept = result.decision in {Decision.ANSWER, Decision.SUGGEST}
            return Found(result.top, result.decision is Decision.ANSWER, is_kept)

        return search

    return learn


def make_plain_learner(name: str) -> Learner:
    """Make a learner of a plain search, which takes the label of the best example."""

    def learn(examples: Sequence[Example]) -> Search:
        answerer = build_baselines([name], examples, frozenset())[name]

        def search(text: str) -> Found:
            reply = answerer(text)
            label = next((label for label in reply.shown if label != STRANGERS), "")
            return Found(label, *[reply.kind == Kind.ARTICLE] * 2)

        return search

    return learn


def score(search: Search, test: Sequence[Example]) -> Score:
    """Ask every text of the test, and count what was found."""
    ours = [(search(example.text), example.label) for example in test if example.label != STRANGERS]
    strangers = [search(example.text) for example in test if example.label == STRANGERS]
    right = [found.label == label for found, label in ours]
    return Score(
        mean(right),
        mean(is_right and found.is_kept for is_right, (found, _) in zip(right, ours, strict=True)),
        mean(not found.is_kept for found in strangers) if strangers else 0.0,
        mean(found.is_answered for found in strangers) if strangers else 0.0,
    )


def format_figures(scores: Sequence[Score]) -> list[str]:
    """Format the mean of each column, with its standard deviation over the seeds."""
    has_strangers = any(one.recall for one in scores)
    columns = [*zip(*scores, strict=True)][: None if has_strangers else 1]
    spreads = [f" ± {pstdev(column):.3f}" if len(scores) > 1 else "" for column in columns]
    figures = [f"{mean(column):.3f}{spread}" for column, spread in zip(columns, spreads, strict=True)]
    return figures + [""] * (len(Score._fields) - len(figures))


def compare(data: DataSet, shots: int, seeds: int, learners: dict[str, Learner]) -> None:
    """Print a row for each method."""
    samples = [draw(data.train, shots, seed) for seed in range(1 if shots == ALL else seeds)]
    size = "all" if shots == ALL else str(shots)
    for name, learn in learners.items():
        scores, took = [], 0.0
        for sample in samples:
            begun = time.process_time()
            search = learn(sample)
            took += time.process_time() - begun
            scores.append(score(search, data.test))
        row = (data.name, size, name, *format_figures(scores), f"{took / len(samples):.1f}")
        print(f"| {' | '.join(row)} |", flush=True)


def print_published(name: str) -> None:
    """Print what others have measured on a data set, as far as the table here has it."""
    for shots, method, banking, *clinc in PUBLISHED:
        if any(shown := [banking] if name == BANKING else clinc):
            figures = [f"{float(figure) / 100:.3f}" if figure else "" for figure in shown]
            print(f"| {' | '.join((name, shots, method, *figures, *[''] * (5 - len(figures))))} |")


def remember(embed: Embedder, data: DataSet) -> Embedder:
    """Embed all texts at once, because every sample asks for them again."""
    texts = [example.text for example in (*data.train, *data.test)]
    known: dict[str, Floats] = dict(zip(texts, embed(texts), strict=True))
    return lambda some: np.stack([known[text] for text in some])


def read_shots(text: str) -> int:
    """Read how many examples of each label to learn."""
    return ALL if text == "all" else int(text)


def main() -> int:
    """Print the table; the status says whether a data set is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="of the data sets")
    parser.add_argument("--shots", nargs="+", type=read_shots, default=(5, 10, ALL), help="such as 5 10 all")
    parser.add_argument("--seeds", type=int, default=5, help="how many samples of each size")
    options = parser.parse_args()
    settings = read_settings(os.environ)
    embed, missing = open_vectors(settings.vectors, settings.cache).embed, 0
    print(f"{'With' if embed else 'Without'} sentence vectors.\n\n{HEADER}")
    for name, addresses in ADDRESSES.items():
        folder = options.folder / name.lower()
        try:
            data = read_data_set(name, folder)
        except (OSError, ValueError, KeyError) as error:
            place = f"put {' and '.join(addresses)} into {folder}"
            print(f"{name} is left out: {place} ({error!r}).", file=sys.stderr)
            missing += 1
            continue
        learners = {"Keyguide": make_learner(remember(embed, data) if embed else None)}
        learners |= {name: make_plain_learner(name) for name in PLAIN}
        for shots in options.shots:
            compare(data, shots, options.seeds, learners)
        print_published(name)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
