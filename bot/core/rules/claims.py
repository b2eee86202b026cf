"""Contradictions: two things that claim the same id, question, code, message or word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.core.files import ELSEWHERE, ERRORS, SHOWN, SOURCES, WORDS, Files, vocabulary_of
from bot.core.problem import Path, Problem
from bot.core.words import tokens

Claim = tuple[str, str, str, Path]  # what is claimed, by whom, and where that stands


def contradictions(files: Files) -> Iterator[Problem]:
    """Tell everything that is claimed twice, at the later claim."""
    yield from _twice(_ids(files), "the id `{what}` is taken already by {who}")
    yield from _twice(_asks(files), "the same question is an example of {who}")
    yield from _twice(_codes(files), "the code {what} is claimed already by {who}")
    yield from _twice(_messages(files), "the same message belongs to {who}")
    yield from _twice(_ways(files), "`{what}` stands for {who} already")


def _twice(claims: Iterable[Claim], text: str) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for what, who, file, path in claims:
        if what in first:
            yield Problem(file, path, text.format(what=what, who=first[what]))
        else:
            first[what] = who


def _ids(files: Files) -> Iterator[Claim]:
    for file, number, article in files.articles():
        yield article.id, f"an article in {file}", file, ("articles", number, "id")
    for file, flow in files.flows.items():
        yield flow.id, f"the flow in {file}", file, ("id",)
    for at, group in enumerate(files.elsewhere):
        yield f"group {group.id}", f"another one in {ELSEWHERE}", ELSEWHERE, (at, "id")
    for at, source in enumerate(files.sources):
        yield f"source {source.id}", f"another one in {SOURCES}", SOURCES, (at, "id")
    for at, state in enumerate(files.shown.states):
        yield f"state {state.id}", f"another one in {SHOWN}", SHOWN, ("states", at, "id")
    for at, reading in enumerate(files.shown.readings):
        yield f"reading {reading.id}", f"another one in {SHOWN}", SHOWN, ("readings", at, "id")


def _asks(files: Files) -> Iterator[Claim]:
    words = vocabulary_of(files)
    for file, number, article in files.articles():
        for at, ask in enumerate(article.asks):
            yield words.same(ask), f"`{article.id}`", file, ("articles", number, "asks", at)
    for file, flow in files.flows.items():
        for at, ask in enumerate(flow.asks):
            yield words.same(ask), f"`{flow.id}`", file, ("asks", at)
    for number, group in enumerate(files.elsewhere):
        for at, ask in enumerate(group.asks):
            yield words.same(ask), f"`{group.id}` in {ELSEWHERE}", ELSEWHERE, (number, "asks", at)


def _codes(files: Files) -> Iterator[Claim]:
    for at, error in enumerate(files.errors.codes):
        yield error.code, f"another entry of {ERRORS}", ERRORS, ("codes", at, "code")
    for number, group in enumerate(files.elsewhere):
        for at, code in enumerate(group.codes):
            yield code, f"{ERRORS} or another group", ELSEWHERE, (number, "codes", at)
    for at, family in enumerate(files.errors.families):
        yield f"{family.prefix}…", "another family", ERRORS, ("families", at, "prefix")


def _messages(files: Files) -> Iterator[Claim]:
    for number, state in enumerate(files.shown.states):
        for at, message in enumerate(state.says):
            yield " ".join(tokens(message)), f"state {state.id}", SHOWN, ("states", number, "says", at)


def _ways(files: Files) -> Iterator[Claim]:
    for word, ways in files.words.same.items():
        yield " ".join(tokens(word)), f"`{word}`", WORDS, ("same", word)
        for at, way in enumerate(ways):
            yield " ".join(tokens(way)), f"`{word}`", WORDS, ("same", word, at)
