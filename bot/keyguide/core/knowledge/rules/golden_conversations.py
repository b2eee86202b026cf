"""Rules for golden conversations: every reply that they name exists, and none is both good and wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

from keyguide.core.knowledge.folder_content import Files
from keyguide.core.knowledge.problem import KeyPath, Problem
from keyguide.core.knowledge.rules.answers.articles import KnownIds
from keyguide.core.model.content.golden_tests import GoldenTests, GoldenTurn
from keyguide.core.model.turn import Kind


def check_conversations(files: Files, known: KnownIds) -> Iterator[Problem]:
    """Report golden conversations that name what does not exist, or that contradict themselves."""
    steps = frozenset(f"{flow.id}/{step.id}" for flow in files.flows.values() for step in flow.steps)
    names = Counter(one.name for golden in files.golden.values() for one in golden.conversations)
    for file, golden in files.golden.items():
        for number, conversation in enumerate(golden.conversations):
            place = "conversations", number
            if names[conversation.name] > 1:
                yield Problem(file, (*place, "name"), f"`{conversation.name}` is the name of several")
            if not conversation.turns:
                yield Problem(file, (*place, "turns"), "a conversation needs turns")
            for turn_number, turn in enumerate(conversation.turns):
                for path, text in _check_turn(turn, known, steps):
                    yield Problem(file, (*place, "turns", turn_number, *path), text)
        yield from (Problem(file, path, text) for path, text in _check_measured(golden))


def _check_turn(turn: GoldenTurn, known: KnownIds, steps: frozenset[str]) -> Iterator[tuple[KeyPath, str]]:
    if not turn.say.strip():
        yield ("say",), "this text is empty"
    for key, names in (("ok", turn.ok), ("not", turn.not_)):
        for number, name in enumerate(names):
            if problem := _explain_missing(name, known, steps):
                yield (key, number), problem
    for number, name in enumerate(turn.ok):
        if turn.how == "kind" and name not in set(Kind):
            yield ("ok", number), f"`{name}` is not a kind of reply: {', '.join(Kind)}"
        if name in turn.not_:
            yield ("ok", number), f"`{name}` is both `ok` and `not`"


def _explain_missing(name: str, known: KnownIds, steps: frozenset[str]) -> str:
    """Explain why no reply can have this name; empty if one can, or may have it in a broken file."""
    flow, slash, _ = name.partition("/")
    if name in set(Kind) or name in steps or (slash and flow in known.broken):
        return ""
    return known.explain_missing(name)


def _check_measured(golden: GoldenTests) -> Iterator[tuple[KeyPath, str]]:
    if golden.measured:
        for key, share in asdict(golden.measured).items():
            if not 0 <= share <= 1:
                yield ("measured", key), "this is not a share: write a number from 0 to 1"
