"""Whether a hostile text takes long: `python benchmarks/hostile.py`.

The yardstick is masking an ordinary text of the same length, timed in the same run, so that a slow or
busy machine changes the ratios little. The exit status is 1 if any work takes 100 times as long.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from keyguide.core.evidence.secrets import mask
from keyguide.core.finding.normalise import build_vocabulary
from keyguide.core.knowledge.rules.answers.single_text import check_text
from keyguide.desk.importing.parse_guide import GuideError, read_guide
from keyguide.faces.discord.cards.markdown import join_broken_lines, split_into_pages
from keyguide.insight.similar_questions import group_questions

ORDINARY = "Windows says that it is not activated, and I changed the board of my computer last week. "
ROUNDS, MAX_RATIO = 3, 100


@dataclass(frozen=True)
class Question:
    """A question, as the grouping takes it."""

    text: str


def _read_guide(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder, suppress(GuideError):
        path = Path(folder) / "guide.md"
        path.write_text(text, encoding="utf-8")
        read_guide(path)


def _group(text: str) -> None:
    words = text.split() or [text]
    asked = [Question(" ".join(words[at : at + 8])) for at in range(0, len(words), 8)]
    group_questions(asked, build_vocabulary({}), frozenset())


WORK: dict[str, tuple[Callable[[str], object], int, tuple[str, ...]]] = {
    "mask secrets": (lambda text: mask(text, {}), 100_000, ("BCDFG-", "B ", "1 ", "123456 ", "-", "a@")),
    "check a text": (
        lambda text: [*check_text(text, frozenset(), {})],
        100_000,
        ("<a", "[", "[](", "![", "`", "**", "| ", "|\n", "# ", "http://", "<", "\n"),
    ),
    "read a guide": (
        _read_guide,
        30_000,
        (
            "<!-- ads begin -->",
            "<!--",
            "-->",
            "https://",
            "http://a?",
            "[",
            "![",
            "](",
            "**",
            "`",
            "<b>x</b>",
            "1. x\n",
            "# x\n",
            "<ul><li>",
            "<",
            "> ",
            "_*",
            "\\",
        ),
    ),
    "split into pages": (
        lambda text: split_into_pages([join_broken_lines(text)]),
        100_000,
        ("**", "1. ", "\n", "- \n", "x"),
    ),
    "group questions": (_group, 100_000, ("a ", "windows ", "word1 word2 ", "0x80070005 ")),
}


def _measure(work: Callable[[str], object], text: str) -> float:
    """Return the least of a few times, in seconds."""
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work(text)
        took.append(time.perf_counter() - begun)
    return min(took)


def main() -> int:
    """Print the table; return the exit status."""
    worst = 0.0
    print("| work | characters | slowest piece | ms | × masking |\n|---|---|---|---|---|")
    for name, (work, length, pieces) in WORK.items():
        yardstick = _measure(lambda text: mask(text, {}), (ORDINARY * length)[:length])
        took = {piece: _measure(work, piece * (length // len(piece))) for piece in pieces}
        slowest = max(took, key=took.__getitem__)
        ratio = took[slowest] / yardstick
        worst = max(worst, ratio)
        print(
            f"| {name} | {length:,} | {slowest!r} | {took[slowest] * 1_000:.0f} | {ratio:.1f} |", flush=True
        )
    return int(worst > MAX_RATIO)


if __name__ == "__main__":
    sys.exit(main())
