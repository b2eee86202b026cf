"""What plain search would do with the same examples: the measure that our own finding is held against."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.core.find import ELSEWHERE, Example
from bot.core.turn import Kind
from bot.core.words import tokens
from bot.desk.scoring import Answer, Answerer
from bot.errors import SettingsError

Ranked = Callable[[str], Iterable[tuple[float, int]]]  # how well each example fits, by its number

_SHOWN = 4  # what is answered and three more: about what our own answers offer


def baselines(
    names: Sequence[str], examples: Sequence[Example], refusals: frozenset[str]
) -> dict[str, Answerer]:
    """Return what answers with the first that each named search finds; SettingsError for an unknown name."""
    for name in names:
        if name not in _WAYS:
            raise SettingsError(f"there is no baseline {name!r}; there are {', '.join(_WAYS)}")
    try:
        return {name: _answering(_WAYS[name](examples), examples, refusals) for name in names}
    except ModuleNotFoundError as error:
        raise SettingsError(f'{error.name} is not installed: pip install "latchkey[dev]"') from None


def _answering(ranked: Ranked, examples: Sequence[Example], refusals: frozenset[str]) -> Answerer:
    def answer(text: str) -> Answer:
        best: dict[str, float] = {}
        for score, number in ranked(text):
            label = examples[number].label
            best[label] = max(score, best.get(label, score))
        labels = sorted(best, key=lambda label: -best[label])[:_SHOWN]
        first = labels[0] if labels else ""
        return Answer(_kind(first, refusals), first, tuple(labels))

    return answer


def _kind(label: str, refusals: frozenset[str]) -> str:
    if not label:
        return Kind.MISS
    if label.startswith(ELSEWHERE):
        return Kind.ELSEWHERE
    return Kind.REFUSAL if label in refusals else Kind.ARTICLE


def _bm25(examples: Sequence[Example]) -> Ranked:
    from rank_bm25 import BM25Okapi  # type: ignore[import-untyped]  # noqa: PLC0415

    index = BM25Okapi([tokens(example.text) for example in examples])
    return lambda text: zip(map(float, index.get_scores(tokens(text))), range(len(examples)), strict=True)


def _rapidfuzz(examples: Sequence[Example]) -> Ranked:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 -- only for comparing

    folded = [" ".join(tokens(example.text)) for example in examples]

    def ranked(text: str) -> Iterable[tuple[float, int]]:
        asked = " ".join(tokens(text))
        found = process.extract(asked, folded, scorer=fuzz.token_set_ratio, limit=30)
        return [(score, number) for _, score, number in found]

    return ranked


def _fts5(examples: Sequence[Example]) -> Ranked:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE ask USING fts5(text, tokenize = 'porter unicode61')")
    rows = enumerate(example.text for example in examples)
    db.executemany("INSERT INTO ask (rowid, text) VALUES (?, ?)", rows)
    question = "SELECT -bm25(ask), rowid FROM ask WHERE ask MATCH ? ORDER BY rank LIMIT 30"

    def ranked(text: str) -> Iterable[tuple[float, int]]:
        wanted = " OR ".join(f'"{word}"' for word in dict.fromkeys(tokens(text)))
        return db.execute(question, (wanted,)).fetchall() if wanted else []

    return ranked


_WAYS: Mapping[str, Callable[[Sequence[Example]], Ranked]] = {
    "bm25": _bm25,
    "rapidfuzz": _rapidfuzz,
    "fts5": _fts5,
}
