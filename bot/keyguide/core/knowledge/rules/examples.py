"""Rules for the examples that the finders learn from: short, and of one thing that exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from keyguide.core.finding.index import ELSEWHERE as ELSEWHERE_LABEL
from keyguide.core.finding.index import Example
from keyguide.core.knowledge.folder_content import ELSEWHERE, Files
from keyguide.core.knowledge.problem import KeyPath, Problem
from keyguide.core.knowledge.rules.answers.single_text import MAX_ASK
from keyguide.core.model.content.flow import Flow

MAX_EXAMPLE = 200  # characters of an act, an aspect or an answer to a step
_PLACE = "example questions are in asks/, so that the file of an answer stays short"


class PlacedAsk(NamedTuple):
    """An example question: what it is learnt for, how a writer is told of that, and where it is written."""

    example: Example
    owner: str
    file: str
    path: KeyPath


def list_placed_asks(files: Files) -> Iterator[PlacedAsk]:
    """List the example questions of asks/, and those about other topics."""
    for file, examples in files.examples.items():
        for page, asks in examples.topics.items():
            for number, ask in enumerate(asks):
                yield PlacedAsk(Example(ask, page), f"`{page}`", file, ("topics", page, number))
    for at, group in enumerate(files.elsewhere):
        owner = f"`{group.id}` in {ELSEWHERE}"
        for number, ask in enumerate(group.asks):
            example = Example(ask, f"{ELSEWHERE_LABEL}{group.id}")
            yield PlacedAsk(example, owner, ELSEWHERE, (at, "asks", number))


def check_examples(files: Files) -> Iterator[Problem]:
    """Report examples that are too long, of nothing that exists, of two choices, or in the wrong file."""
    pages = {article.id for _, _, article in files.list_articles()}
    pages |= {flow.id for flow in files.flows.values()}
    flows = {flow.id: flow for flow in files.flows.values()}
    for file, examples in files.examples.items():
        for page, asks in examples.topics.items():
            if page not in pages | files.broken:
                yield Problem(file, ("topics", page), f"there is no article or flow `{page}`")
            for number, ask in enumerate(asks):
                yield from (Problem(file, ("topics", page, number), text) for text in _check_ask(ask))
        for flow_id, steps in examples.choices.items():
            path = ("choices", flow_id)
            if flow := flows.get(flow_id):
                yield from (Problem(file, *problem) for problem in _check_examples_of_flow(flow, steps, path))
            elif flow_id not in files.broken:
                yield Problem(file, path, f"there is no flow `{flow_id}`")
    yield from _find_misplaced(files)


def _find_misplaced(files: Files) -> Iterator[Problem]:
    for file, number, article in files.list_articles():
        if article.asks and article.status != "draft":
            yield Problem(file, ("articles", number, "asks"), _PLACE)
        for at, ask in enumerate(article.asks):
            path = ("articles", number, "asks", at)
            yield from (Problem(file, path, text) for text in _check_ask(ask))
    for file, flow in files.flows.items():
        if flow.asks:
            yield Problem(file, ("asks",), _PLACE)


def _check_ask(ask: str) -> Iterator[str]:
    if len(ask) > MAX_ASK:
        yield f"this example has {len(ask)} characters, at most {MAX_ASK} are allowed"


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
        for place, text in check_distinct(((choice,), texts) for choice, texts in choices.items()):
            yield (*path, step_id, *place), text


def check_distinct(examples: Iterable[tuple[KeyPath, tuple[str, ...]]]) -> Iterator[tuple[KeyPath, str]]:
    """Report examples that are empty or too long, and those that stand for two things at once."""
    owners: dict[str, KeyPath] = {}
    for owner, texts in examples:
        for at, example in enumerate(texts):
            yield from (((*owner, at), text) for text in check_example(example))
            if owners.setdefault(example.casefold(), owner) != owner:
                yield (*owner, at), f'"{example}" is also an example of another one, so it tells nothing'


def check_example(example: str) -> Iterator[str]:
    """Report an example that is empty or too long."""
    if not example.strip():
        yield "this text is empty"
    elif len(example) > MAX_EXAMPLE:
        yield f"this is {len(example)} characters long, an example has at most {MAX_EXAMPLE}"
