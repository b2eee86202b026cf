"""How far the figures of `keyguide score` hang on single examples: `python benchmarks/steadiness.py FILE`.

It learns five times, each time without another hundredth of the examples, and prints the mean of every figure
with its standard deviation. A figure nearer to an aim than that has reached it by luck.
"""

from __future__ import annotations

import argparse
import os
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, pstdev

import numpy as np

from keyguide.core.finding.features import Floats
from keyguide.core.finding.index import Embedder, Finder
from keyguide.core.finding.train import train_index
from keyguide.core.knowledge.folder_content import build_training_data, collect_vocabulary
from keyguide.desk.scoring import question_scores
from keyguide.load.folder import read_folder
from keyguide.load.knowledge import build_knowledge
from keyguide.load.sentences.open_vectors import open_vectors
from keyguide.runtime.configuration.settings import read_settings

ROUNDS, LEFT_OUT = 5, 0.01


def main() -> None:
    """Learn, score, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="practice questions, as `keyguide score` takes them")
    file = parser.parse_args().file
    asked = question_scores.read_questions(str(file), file.read_text(encoding="utf-8").splitlines())
    settings = read_settings(os.environ)
    draught, embed = read_folder(settings.knowledge), open_vectors(settings.vectors, settings.cache).embed
    embed = _remembering(embed) if embed else None
    base = build_knowledge(draught, settings.cache)
    whole, words = build_training_data(draught.files), collect_vocabulary(draught.files)
    rows = []
    for seed in range(ROUNDS):
        chance = random.Random(seed)  # noqa: S311 -- no secret
        kept = tuple(one for one in whole.examples if chance.random() > LEFT_OUT)
        finder = Finder(train_index(replace(whole, examples=kept), words, embed), words, embed)
        answerer = question_scores.make_engine_answerer(replace(base, finder=finder))
        rows.append(question_scores.format_row("", question_scores.score_questions(answerer, asked)))
    print(f"{len(whole.examples)} examples, {'with' if embed else 'without'} sentence vectors")
    for name, figures in list(zip(question_scores.HEADER, zip(*rows, strict=True), strict=True))[1:]:
        numbers = [float(figure) for figure in figures]
        print(f"{name:>8}  {mean(numbers):.3f} ± {pstdev(numbers):.3f}")


def _remembering(embed: Embedder) -> Embedder:
    """Return the same that works every text out only once."""
    known: dict[str, Floats] = {}

    def remembered(texts: Sequence[str]) -> Floats:
        if new := [text for text in texts if text not in known]:
            known.update(zip(new, embed(new), strict=True))
        return np.stack([known[text] for text in texts])

    return remembered


if __name__ == "__main__":
    main()
