"""Contradictions: two things that claim the same id, question, code, message or word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from keyguide.core.finding.normalise import tokenise
from keyguide.core.knowledge.files import (
    ELSEWHERE,
    ERRORS,
    EVIDENCE,
    SOURCES,
    WORDS,
    Files,
    collect_vocabulary,
)
from keyguide.core.knowledge.problem import KeyPath, Problem

Claim = tuple[str, str, str, KeyPath]  # what is claimed, by whom, and where that stands


def find_contradictions(files: Files) -> Iterator[Problem]:
    """Tell everything that is claimed twice, at the later claim."""
    yield from _find_duplicates(_collect_ids(files), "the id `{what}` is taken already by {who}")
    yield from _find_duplicates(_collect_asks(files), "the same question is an example of {who}")
    yield from _find_duplicates(_collect_codes(files), "the code {what} is claimed already by {who}")
    yield from _find_duplicates(_collect_messages(files), "the same message belongs to {who}")
    yield from _find_duplicates(_collect_synonyms(files), "`{what}` stands for {who} already")


def _find_duplicates(claims: Iterable[Claim], text: str) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for what, who, file, path in claims:
        if what in first:
            yield Problem(file, path, text.format(what=what, who=first[what]))
        else:
            first[what] = who


def _collect_ids(files: Files) -> Iterator[Claim]:
    for file, number, article in files.list_articles():
        yield article.id, f"an article in {file}", file, ("articles", number, "id")
    for file, flow in files.flows.items():
        yield flow.id, f"the flow in {file}", file, ("id",)
    for at, group in enumerate(files.elsewhere):
        yield f"group {group.id}", f"another one in {ELSEWHERE}", ELSEWHERE, (at, "id")
    for at, source in enumerate(files.sources):
        yield f"source {source.id}", f"another one in {SOURCES}", SOURCES, (at, "id")
    for at, state in enumerate(files.shown.states):
        yield f"state {state.id}", f"another one in {EVIDENCE}", EVIDENCE, ("states", at, "id")
    for at, reading in enumerate(files.shown.readings):
        yield f"reading {reading.id}", f"another one in {EVIDENCE}", EVIDENCE, ("readings", at, "id")


def _collect_asks(files: Files) -> Iterator[Claim]:
    words = collect_vocabulary(files)
    for file, number, article in files.list_articles():
        for at, ask in enumerate(article.asks):
            yield words.normalise(ask), f"`{article.id}`", file, ("articles", number, "asks", at)
    for file, flow in files.flows.items():
        for at, ask in enumerate(flow.asks):
            yield words.normalise(ask), f"`{flow.id}`", file, ("asks", at)
    for number, group in enumerate(files.elsewhere):
        for at, ask in enumerate(group.asks):
            yield words.normalise(ask), f"`{group.id}` in {ELSEWHERE}", ELSEWHERE, (number, "asks", at)


def _collect_codes(files: Files) -> Iterator[Claim]:
    for at, error in enumerate(files.errors.codes):
        yield error.code, f"another entry of {ERRORS}", ERRORS, ("codes", at, "code")
    for number, group in enumerate(files.elsewhere):
        for at, code in enumerate(group.codes):
            yield code, f"{ERRORS} or another group", ELSEWHERE, (number, "codes", at)
    for at, family in enumerate(files.errors.families):
        yield f"{family.prefix}…", "another family", ERRORS, ("families", at, "prefix")


def _collect_messages(files: Files) -> Iterator[Claim]:
    for number, state in enumerate(files.shown.states):
        for at, message in enumerate(state.says):
            yield " ".join(tokenise(message)), f"state {state.id}", EVIDENCE, ("states", number, "says", at)


def _collect_synonyms(files: Files) -> Iterator[Claim]:
    for word, ways in files.words.same.items():
        yield " ".join(tokenise(word)), f"`{word}`", WORDS, ("same", word)
        for at, way in enumerate(ways):
            yield " ".join(tokenise(way)), f"`{word}`", WORDS, ("same", word, at)
