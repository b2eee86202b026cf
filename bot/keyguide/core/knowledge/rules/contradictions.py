"""Find contradictions: two entries that claim the same id, question, code, message or word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from keyguide.core.finding.normalise import tokenise
from keyguide.core.knowledge.folder_content import (
    ACTS,
    ASPECTS,
    ELSEWHERE,
    ERRORS,
    EVIDENCE,
    SOURCES,
    WORDS,
    Files,
    collect_vocabulary,
)
from keyguide.core.knowledge.problem import KeyPath, Problem
from keyguide.core.knowledge.rules.examples import list_placed_asks

Claim = tuple[str, str, str, KeyPath]  # what is claimed, by what, and the file and place of the claim


def find_contradictions(files: Files) -> Iterator[Problem]:
    """Report everything that is claimed twice, at the place of the later claim."""
    yield from _find_duplicates(_collect_ids(files), "the id `{what}` is already taken by {owner}")
    yield from _find_duplicates(_collect_asks(files), "the same question is an example of {owner}")
    yield from _find_duplicates(_collect_intents(files), "the same words are an example of {owner}")
    yield from _find_duplicates(_collect_codes(files), "the code {what} is already claimed by {owner}")
    yield from _find_duplicates(_collect_messages(files), "the same message belongs to {owner}")
    yield from _find_duplicates(_collect_synonyms(files), "`{what}` already stands for {owner}")


def _find_duplicates(claims: Iterable[Claim], text: str) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for what, owner, file, path in claims:
        if what in owners:
            yield Problem(file, path, text.format(what=what, owner=owners[what]))
        else:
            owners[what] = owner


def _collect_ids(files: Files) -> Iterator[Claim]:
    for file, number, article in files.list_articles():
        yield article.id, f"an article in {file}", file, ("articles", number, "id")
    for file, flow in files.flows.items():
        yield flow.id, f"the flow in {file}", file, ("id",)
    for number, group in enumerate(files.elsewhere):
        yield f"group {group.id}", f"another one in {ELSEWHERE}", ELSEWHERE, (number, "id")
    for number, source in enumerate(files.sources):
        yield f"source {source.id}", f"another one in {SOURCES}", SOURCES, (number, "id")
    for number, state in enumerate(files.recognition.states):
        yield f"state {state.id}", f"another one in {EVIDENCE}", EVIDENCE, ("states", number, "id")
    for number, reading in enumerate(files.recognition.readings):
        yield f"reading {reading.id}", f"another one in {EVIDENCE}", EVIDENCE, ("readings", number, "id")


def _collect_asks(files: Files) -> Iterator[Claim]:
    words = collect_vocabulary(files)
    for file, number, article in files.list_articles():
        for ask_number, ask in enumerate(article.asks):
            yield words.normalise(ask), f"`{article.id}`", file, ("articles", number, "asks", ask_number)
    for placed in list_placed_asks(files):
        yield words.normalise(placed.example.text), placed.owner, placed.file, placed.path


def _collect_intents(files: Files) -> Iterator[Claim]:
    """Collect the examples of three files, each once for a file: within a file, other rules look at them."""
    words = collect_vocabulary(files)
    for file, group in (
        (ACTS, [(act.id, act.asks) for act in files.acts]),
        (ASPECTS, [(aspect.id, aspect.asks) for aspect in files.aspects]),
        (ELSEWHERE, [(other.id, other.asks) for other in files.elsewhere]),
    ):
        places = {
            words.normalise(ask): (f"`{owner}` in {file}", file, (number, "asks", ask_number))
            for number, (owner, asks) in enumerate(group)
            for ask_number, ask in enumerate(asks)
        }
        for said, claim in places.items():
            if said:  # signs alone, such as thumbs, are no words
                yield said, *claim


def _collect_codes(files: Files) -> Iterator[Claim]:
    for number, error in enumerate(files.errors.codes):
        yield error.code, f"another entry of {ERRORS}", ERRORS, ("codes", number, "code")
    for number, group in enumerate(files.elsewhere):
        for code_number, code in enumerate(group.codes):
            yield code, f"{ERRORS} or another group", ELSEWHERE, (number, "codes", code_number)
    for number, family in enumerate(files.errors.families):
        yield f"{family.prefix}…", "another family", ERRORS, ("families", number, "prefix")


def _collect_messages(files: Files) -> Iterator[Claim]:
    for number, state in enumerate(files.recognition.states):
        path = "states", number, "says"
        for message_number, message in enumerate(state.says):
            yield " ".join(tokenise(message)), f"state {state.id}", EVIDENCE, (*path, message_number)


def _collect_synonyms(files: Files) -> Iterator[Claim]:
    for word, synonyms in files.words.same.items():
        yield " ".join(tokenise(word)), f"`{word}`", WORDS, ("same", word)
        for number, synonym in enumerate(synonyms):
            yield " ".join(tokenise(synonym)), f"`{word}`", WORDS, ("same", word, number)
