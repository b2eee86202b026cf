"""Plain searches over the same examples, as baselines to compare our own search with."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence

from keyguide.core.finding.index import ELSEWHERE, Example
from keyguide.core.finding.normalise import tokenise
from keyguide.core.model.turn import Kind
from keyguide.desk.scoring.question_scores import Answerer, ReplySummary
from keyguide.errors import SettingsError

Ranker = Callable[[str], Iterable[tuple[float, int]]]  # scores with the index of each example

_MAX_LABELS = 4  # the answer and three more: about as many as our own replies offer


def build_baselines(
    names: Sequence[str], examples: Sequence[Example], refusals: frozenset[str]
) -> dict[str, Answerer]:
    """Build an answerer for each named search; raise SettingsError if a name is unknown."""
    for name in names:
        if name not in _RANKERS:
            raise SettingsError(f"there is no baseline {name!r}; choose from {', '.join(_RANKERS)}")
    try:
        return {name: _make_answerer(_RANKERS[name](examples), examples, refusals) for name in names}
    except ModuleNotFoundError as error:
        raise SettingsError(
            f'{error.name} is not installed: run pip install ".[dev]" in a checkout'
        ) from None


def _make_answerer(rank: Ranker, examples: Sequence[Example], refusals: frozenset[str]) -> Answerer:
    """Build an answerer that answers with the label of the best example."""

    def answer(text: str) -> ReplySummary:
        best: dict[str, float] = {}
        for score, number in rank(text):
            label = examples[number].label
            best[label] = max(score, best.get(label, score))
        labels = sorted(best, key=lambda label: -best[label])[:_MAX_LABELS]
        first = labels[0] if labels else ""
        return ReplySummary(_choose_kind(first, refusals), first, tuple(labels))

    return answer


def _choose_kind(label: str, refusals: frozenset[str]) -> str:
    if not label:
        return Kind.MISS
    if label.startswith(ELSEWHERE):
        return Kind.ELSEWHERE
    return Kind.REFUSAL if label in refusals else Kind.ARTICLE


def _make_bm25(examples: Sequence[Example]) -> Ranker:
    from rank_bm25 import BM25Okapi  # type: ignore[import-untyped]  # noqa: PLC0415

    index = BM25Okapi([tokenise(example.text) for example in examples])
    return lambda text: zip(map(float, index.get_scores(tokenise(text))), range(len(examples)), strict=True)


def _make_rapidfuzz(examples: Sequence[Example]) -> Ranker:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 -- an optional dependency

    folded = [" ".join(tokenise(example.text)) for example in examples]

    def rank(text: str) -> Iterable[tuple[float, int]]:
        query = " ".join(tokenise(text))
        matches = process.extract(query, folded, scorer=fuzz.token_set_ratio, limit=30)
        return [(score, number) for _, score, number in matches]

    return rank


def _make_fts5(examples: Sequence[Example]) -> Ranker:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE ask USING fts5(text, tokenize = 'porter unicode61')")
    rows = enumerate(example.text for example in examples)
    db.executemany("INSERT INTO ask (rowid, text) VALUES (?, ?)", rows)
    sql = "SELECT -bm25(ask), rowid FROM ask WHERE ask MATCH ? ORDER BY rank LIMIT 30"

    def rank(text: str) -> Iterable[tuple[float, int]]:
        query = " OR ".join(f'"{word}"' for word in dict.fromkeys(tokenise(text)))
        return db.execute(sql, (query,)).fetchall() if query else []

    return rank


_RANKERS: Mapping[str, Callable[[Sequence[Example]], Ranker]] = {
    "bm25": _make_bm25,
    "rapidfuzz": _make_rapidfuzz,
    "fts5": _make_fts5,
}
