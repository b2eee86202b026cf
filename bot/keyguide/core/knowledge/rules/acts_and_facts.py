"""Rules for acts, aspects and facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from keyguide.core.knowledge.folder_content import ACTS, ASPECTS, FACTS, Files
from keyguide.core.knowledge.problem import KeyPath, Problem
from keyguide.core.knowledge.rules.answers.single_text import check_id, check_label
from keyguide.core.knowledge.rules.examples import check_distinct, check_example
from keyguide.core.model.content.acts_and_facts import ACT_IDS, Act, Aspect, Fact


def check_dialogue(files: Files) -> Iterator[Problem]:
    """Report problems in the files about how people talk."""
    for file, problems in (
        (ACTS, _check_acts(files.acts)),
        (ASPECTS, _check_aspects(files.aspects)),
        (FACTS, _check_facts(files.facts)),
    ):
        yield from (Problem(file, path, text) for path, text in problems)
    yield from _check_choice_facts(files)


def _check_acts(acts: tuple[Act, ...]) -> Iterator[tuple[KeyPath, str]]:
    yield from _check_unique_ids(act.id for act in acts)
    yield from check_distinct(((number, "asks"), act.asks) for number, act in enumerate(acts))
    for number, act in enumerate(acts):
        if act.id not in ACT_IDS:
            yield (
                (number, "id"),
                f"the program cannot answer the act `{act.id}`; known are {', '.join(ACT_IDS)}",
            )
        for at, phrase in enumerate(act.says):
            yield from (((number, "says", at), text) for text in check_example(phrase))


def _check_aspects(aspects: tuple[Aspect, ...]) -> Iterator[tuple[KeyPath, str]]:
    yield from _check_unique_ids(aspect.id for aspect in aspects)
    yield from check_distinct(((number, "asks"), aspect.asks) for number, aspect in enumerate(aspects))
    for number, aspect in enumerate(aspects):
        yield from (((number, "id"), text) for text in check_id(aspect.id, 24))
        yield from (((number, "title"), text) for text in check_label(aspect.title))


def _check_facts(facts: tuple[Fact, ...]) -> Iterator[tuple[KeyPath, str]]:
    yield from _check_unique_ids(fact.id for fact in facts)
    for number, fact in enumerate(facts):
        yield from (((number, "label"), text) for text in check_label(fact.label))
        for path, text in _check_unique_ids(value.id for value in fact.values):
            yield (number, "values", *path), text
        yield from _check_broader_values(number, fact)
        values = (((at, "says"), value.says) for at, value in enumerate(fact.values))
        yield from (((number, "values", *path), text) for path, text in check_distinct(values))


def _check_broader_values(number: int, fact: Fact) -> Iterator[tuple[KeyPath, str]]:
    known = {value.id for value in fact.values}
    for at, value in enumerate(fact.values):
        if value.counts_as and value.counts_as not in known:
            path = (number, "values", at, "counts_as")
            yield path, f"`{value.counts_as}` is not a value of the fact `{fact.id}`"


def _check_choice_facts(files: Files) -> Iterator[Problem]:
    known = {fact.id: {value.id for value in fact.values} for fact in files.facts}
    for file, flow in files.flows.items():
        for step_number, step in enumerate(flow.steps):
            for number, choice in enumerate(step.choices):
                for fact, value in choice.facts.items():
                    if value not in known.get(fact, set()):
                        path = ("steps", step_number, "choices", number, "facts", fact)
                        yield Problem(file, path, f"`{fact}: {value}` is not a value of {FACTS}")


def _check_unique_ids(ids: Iterable[str]) -> Iterator[tuple[KeyPath, str]]:
    seen: set[str] = set()
    for number, name in enumerate(ids):
        if name in seen:
            yield (number, "id"), f"the id `{name}` is used twice"
        seen.add(name)
