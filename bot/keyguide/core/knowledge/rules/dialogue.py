"""Rules for acts, aspects, facts and the examples of answers to steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from keyguide.core.knowledge.files import ACTS, ASPECTS, EXAMPLES, FACTS, Files
from keyguide.core.knowledge.problem import KeyPath, Problem
from keyguide.core.knowledge.rules.texts import check_id, check_label
from keyguide.core.model.dialogue import ACT_IDS, Act, Aspect, Fact
from keyguide.core.model.flow import Flow

MAX_EXAMPLE = 200  # characters
MAX_ASPECT_ANSWER = 400


def check_dialogue(files: Files) -> Iterator[Problem]:
    """Report problems in the files about how people talk."""
    for file, problems in (
        (ACTS, _check_acts(files.acts)),
        (ASPECTS, _check_aspects(files.aspects)),
        (FACTS, _check_facts(files.facts)),
        (EXAMPLES, _check_choice_examples(files)),
    ):
        yield from (Problem(file, path, text) for path, text in problems)
    yield from _check_article_aspects(files)
    yield from _check_choice_facts(files)


def _check_acts(acts: tuple[Act, ...]) -> Iterator[tuple[KeyPath, str]]:
    yield from _check_unique_ids(act.id for act in acts)
    yield from _check_distinct(((number, "asks"), act.asks) for number, act in enumerate(acts))
    for number, act in enumerate(acts):
        if act.id not in ACT_IDS:
            yield (
                (number, "id"),
                f"the program cannot answer the act `{act.id}`; known are {', '.join(ACT_IDS)}",
            )
        for at, phrase in enumerate(act.says):
            yield from (((number, "says", at), text) for text in _check_example(phrase))


def _check_aspects(aspects: tuple[Aspect, ...]) -> Iterator[tuple[KeyPath, str]]:
    yield from _check_unique_ids(aspect.id for aspect in aspects)
    yield from _check_distinct(((number, "asks"), aspect.asks) for number, aspect in enumerate(aspects))
    for number, aspect in enumerate(aspects):
        yield from (((number, "id"), text) for text in check_id(aspect.id, 24))
        yield from (((number, "title"), text) for text in check_label(aspect.title))


def _check_facts(facts: tuple[Fact, ...]) -> Iterator[tuple[KeyPath, str]]:
    yield from _check_unique_ids(fact.id for fact in facts)
    for number, fact in enumerate(facts):
        yield from (((number, "label"), text) for text in check_label(fact.label))
        for path, text in _check_unique_ids(value.id for value in fact.values):
            yield (number, "values", *path), text
        values = (((at, "says"), value.says) for at, value in enumerate(fact.values))
        yield from (((number, "values", *path), text) for path, text in _check_distinct(values))


def _check_choice_examples(files: Files) -> Iterator[tuple[KeyPath, str]]:
    """Report examples of answers to steps or choices that do not exist, and one example of two choices."""
    flows = {flow.id: flow for flow in files.flows.values()}
    for flow_id, steps in files.examples.choices.items():
        path = ("choices", flow_id)
        if flow := flows.get(flow_id):
            yield from _check_examples_of_flow(flow, steps, path)
        elif flow_id not in files.broken:
            yield path, f"there is no flow `{flow_id}`"


def _check_examples_of_flow(
    flow: Flow, steps: Mapping[str, Mapping[str, tuple[str, ...]]], path: KeyPath
) -> Iterator[tuple[KeyPath, str]]:
    for step_id, choices in steps.items():
        step = flow.find_step(step_id)
        if step is None:
            yield (*path, step_id), f"the flow `{flow.id}` has no step `{step_id}`"
            continue
        for choice_id in choices:
            if step.find_choice(choice_id) is None:
                yield (
                    (*path, step_id, choice_id),
                    f"the step `{flow.id}/{step_id}` has no choice `{choice_id}`",
                )
        for place, text in _check_distinct(((choice,), texts) for choice, texts in choices.items()):
            yield (*path, step_id, *place), text


def _check_article_aspects(files: Files) -> Iterator[Problem]:
    known = {aspect.id for aspect in files.aspects}
    for file, number, article in files.list_articles():
        for aspect, answer in article.aspects.items():
            path = ("articles", number, "aspects", aspect)
            if aspect not in known:
                yield Problem(file, path, f"`{aspect}` is not an aspect of {ASPECTS}")
            if not 0 < len(answer.strip()) <= MAX_ASPECT_ANSWER:
                text = (
                    f"this answer has {len(answer.strip())} characters, 1 to {MAX_ASPECT_ANSWER} are allowed"
                )
                yield Problem(file, path, text)


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


def _check_distinct(examples: Iterable[tuple[KeyPath, tuple[str, ...]]]) -> Iterator[tuple[KeyPath, str]]:
    """Report examples that are empty or too long, and those that stand for two things at once."""
    owners: dict[str, KeyPath] = {}
    for owner, texts in examples:
        for at, example in enumerate(texts):
            yield from (((*owner, at), text) for text in _check_example(example))
            if owners.setdefault(example.casefold(), owner) != owner:
                yield (*owner, at), f'"{example}" is also an example of another one, so it tells nothing'


def _check_example(example: str) -> Iterator[str]:
    if not example.strip():
        yield "this text is empty"
    elif len(example) > MAX_EXAMPLE:
        yield f"this is {len(example)} characters long, an example has at most {MAX_EXAMPLE}"
