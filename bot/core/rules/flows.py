"""The flow proof: every step can be reached, every path ends, and none is too deep."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.files import Files
from bot.core.flow import HUMAN, Choice, Flow, Graph, Step, depth, reach
from bot.core.problem import Path, Problem
from bot.core.rules.articles import Known
from bot.core.rules.texts import PICK, wrong_id, wrong_label, wrong_length, wrong_text

DEEPEST = 10
_FEWEST_CHOICES, _MOST_CHOICES = 2, 20


def flow_problems(files: Files, all: Known) -> Iterator[Problem]:
    """Tell what is wrong with flows, each by itself and all together."""
    for file, flow in files.flows.items():
        for path, text in (*_flow(flow, all), *_proof(flow)):
            yield Problem(file, path, text)
    yield from _endless(files)


def _flow(flow: Flow, all: Known) -> Iterator[tuple[Path, str]]:
    yield from ((("id",), text) for text in wrong_id(flow.id, 24))
    yield from ((("title",), text) for text in wrong_label(flow.title))
    if not flow.steps:
        yield ("steps",), "a flow needs a step"
    met: set[str] = set()
    for at, step in enumerate(flow.steps):
        if step.id in met:
            yield ("steps", at, "id"), f"the step `{step.id}` is there twice"
        met.add(step.id)
        for path, text in _step(flow, step, all):
            yield ("steps", at, *path), text


def _step(flow: Flow, step: Step, all: Known) -> Iterator[tuple[Path, str]]:
    yield from ((("id",), text) for text in wrong_id(step.id, 24))
    if step.id in all.shown | {HUMAN}:
        yield ("id",), f"`{step.id}` is also the id of an article or a flow: nobody could tell which is meant"
    if not step.ask.strip():
        yield ("ask",), "this text is empty"
    for part in ("ask", "how"):
        yield from (((part,), text) for text in wrong_text(getattr(step, part), all.links, all.public))
    yield from ((("ask",), text) for text in wrong_length(len(step.ask) + len(step.how)))
    if not _FEWEST_CHOICES <= len(step.choices) <= _MOST_CHOICES:
        told = f"{len(step.choices)} choices; a step needs {_FEWEST_CHOICES} to {_MOST_CHOICES}"
        yield ("choices",), told
    yield from _twice(step)
    for at, choice in enumerate(step.choices):
        for path, text in _choice(flow, step, choice, all):
            yield ("choices", at, *path), text


def _choice(flow: Flow, step: Step, choice: Choice, all: Known) -> Iterator[tuple[Path, str]]:
    yield from ((("id",), text) for text in wrong_id(choice.id, 24))
    yield from ((("label",), text) for text in wrong_label(choice.label))
    if len(pick := f"say/{flow.id}/{step.id}/{choice.id}") > PICK:
        yield ("id",), f"{pick} has {len(pick)} characters, a button's id has room for {PICK}"
    if choice.go != HUMAN and not flow.step(choice.go) and (lost := all.lost(choice.go)):
        yield ("go",), f"goes to {lost}"
    for at, shown in enumerate(choice.shows):
        if shown not in all.states | all.codes | all.readings | all.broken:
            yield (
                ("shows", at),
                f"`{shown}` is no state or reading of evidence.yaml and no code of errors.yaml",
            )


def _twice(step: Step) -> Iterator[tuple[Path, str]]:
    """Tell what two choices of a step both claim."""
    met: dict[tuple[str, str], int] = {}
    for at, choice in enumerate(step.choices):
        claims = [("id", choice.id), ("label", choice.label.casefold())]
        claims += [("says", said.casefold()) for said in choice.says] + [("shows", it) for it in choice.shows]
        for claim in claims:
            if met.setdefault(claim, at) != at:
                yield ("choices", at, claim[0]), f"`{claim[1]}` is claimed by another choice of this step"


def _proof(flow: Flow) -> Iterator[tuple[Path, str]]:
    graph = flow.graph()
    if len(graph) < len(flow.steps) or not graph:
        return
    places = {step.id: at for at, step in enumerate(flow.steps)}
    reached = reach(graph, flow.first)
    yield from ((("steps", at, "id"), "no path leads to this step")
                for id, at in places.items() if id not in reached)  # fmt: skip
    ending = _ending(graph, {step.id for step in flow.steps if any(c.go not in places for c in step.choices)})
    yield from ((("steps", at, "choices"), "a trap: no path from here ends in an article or a human")
                for id, at in places.items() if id not in ending)  # fmt: skip
    if (deep := depth(graph, flow.first)) > DEEPEST:
        yield ("steps",), f"{deep} questions deep; at most {DEEPEST}"


def _ending(graph: Graph, ending: set[str]) -> set[str]:
    """Grow the set of steps that have a way out until it grows no more."""
    while more := {id for id, after in graph.items() if id not in ending and ending & set(after)}:
        ending = ending | more
    return ending


def _endless(files: Files) -> Iterator[Problem]:
    """Tell which flows only ever lead to one another."""
    flows = {flow.id: flow for flow in files.flows.values()}
    onward: dict[str, tuple[str, ...]] = {}
    ends: set[str] = set()
    for flow in flows.values():
        goes = {choice.go for step in flow.steps for choice in step.choices}
        onward[flow.id] = tuple(goes & flows.keys())
        if goes - flows.keys() - {step.id for step in flow.steps}:
            ends.add(flow.id)
    ending = _ending(onward, ends)
    for file, flow in files.flows.items():
        if flow.id not in ending:
            yield Problem(file, ("id",), "this flow never ends in an article or a human")
