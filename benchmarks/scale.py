"""What a reply costs as the knowledge grows: generated articles, up to ten thousand of them."""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import replace

from keyguide.core.engine.respond import respond
from keyguide.core.finding.index import Example, Finder
from keyguide.core.finding.train import TrainingData, train_index
from keyguide.core.model.content.article import Article
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Turn
from keyguide.load.knowledge import open_knowledge
from keyguide.runtime.configuration.settings import read_settings

SIZES = (100, 1_000, 10_000)
EXAMPLES, LENGTH, QUESTIONS = 10, 9, 200
SYLLABLES = (
    "ka",
    "re",
    "mo",
    "ti",
    "lu",
    "sen",
    "dor",
    "vi",
    "pla",
    "gri",
    "ton",
    "bex",
    "win",
    "act",
    "lic",
    "dow",
)


def _words(chance: random.Random, count: int) -> list[str]:
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(count)]


def measure(size: int) -> None:
    """Print one row of the table: learning, replying, and the memory that both took."""
    chance = random.Random(size)  # noqa: S311 -- the same table every time
    settings = read_settings({})
    real = open_knowledge(settings.knowledge, settings.cache)
    common = _words(chance, 2_000)
    examples = []
    for number in range(size):
        own = _words(chance, 6)
        for _ in range(EXAMPLES):
            text = " ".join(chance.choices(own, k=3) + chance.choices(common, k=LENGTH - 3))
            examples.append(Example(text, f"topic-{number}"))
    strangers = [Example(" ".join(chance.choices(common, k=LENGTH)), "elsewhere/other") for _ in range(300)]
    begun = time.perf_counter()
    index = train_index(TrainingData((*examples, *strangers), {}, ()), real.words)
    learnt = time.perf_counter() - begun
    model = next(iter(real.articles.values()))
    articles: dict[str, Article] = {
        f"topic-{number}": replace(model, id=f"topic-{number}", title=f"Topic {number}", see=())
        for number in range(size)
    }
    knowledge = replace(real, articles=real.articles | articles, finder=Finder(index, real.words))
    took, right = [], 0
    for example in chance.sample(examples, QUESTIONS):
        begun = time.perf_counter()
        _, reply = respond(knowledge, Conversation("bench"), Turn("bench", text=f"please {example.text}"))
        took.append((time.perf_counter() - begun) * 1e3)
        right += example.label in (reply.subject, *reply.offers)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"| {size:,} | {len(examples):,} | {learnt:.1f} | {statistics.median(took):.2f} | {max(took):.2f} "
        f"| {peak:,.0f} | {right / QUESTIONS:.0%} |"
    )


def main() -> None:
    """Print the table, each size in a process of its own, so that memory is its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", nargs="?", type=int, help="one size only, in this process")
    size = parser.parse_args().size
    if size:
        measure(size)
        return
    print("| articles | examples | learning s | reply median ms | reply max ms | peak MiB | found |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for size in SIZES:
        subprocess.run([sys.executable, __file__, str(size)], check=True)


if __name__ == "__main__":
    main()
