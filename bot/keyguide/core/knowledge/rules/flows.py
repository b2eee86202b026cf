"""The flow proof: every step can be reached, every path ends, and none is too deep."""

from __future__ import annotations

from collections.abc import Iterator

from keyguide.core.knowledge.files import Files
from keyguide.core.knowledge.problem import KeyPath, Problem
from keyguide.core.knowledge.rules.articles import KnownIds
from keyguide.core.knowledge.rules.texts import MAX_PICK, check_id, check_label, check_length, check_text
from keyguide.core.model.flow import HUMAN, Choice, Flow, Graph, Step, find_reachable, measure_depth

MAX_DEPTH = 10
_MIN_CHOICES, _MAX_CHOICES = 2, 20


def check_flows(files: Files, all: KnownIds) -> Iterator[Problem]:
    """Tell what is wrong with flows, each by itself and all together."""
    for file, flow in files.flows.items():
        for path, text in (*_check_flow(flow, all), *_check_paths(flow)):
            yield Problem(file, path, text)
    yield from _find_endless(files)


def _check_flow(flow: Flow, all: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    yield from ((("id",), text) for text in check_id(flow.id, 24))
    yield from ((("title",), text) for text in check_label(flow.title))
    if not flow.steps:
        yield ("steps",), "a flow needs a step"
    met: set[str] = set()
    for at, step in enumerate(flow.steps):
        if step.id in met:
            yield ("steps", at, "id"), f"the step `{step.id}` is there twice"
        met.add(step.id)
        for path, text in _check_step(flow, step, all):
            yield ("steps", at, *path), text


def _check_step(flow: Flow, step: Step, all: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    yield from ((("id",), text) for text in check_id(step.id, 24))
    if step.id in all.targets | {HUMAN}:
        yield ("id",), f"`{step.id}` is also the id of an article or a flow: nobody could tell which is meant"
    if not step.ask.strip():
        yield ("ask",), "this text is empty"
    for part in ("ask", "how"):
        yield from (((part,), text) for text in check_text(getattr(step, part), all.links, all.public))
    yield from ((("ask",), text) for text in check_length(len(step.ask) + len(step.how)))
    if not _MIN_CHOICES <= len(step.choices) <= _MAX_CHOICES:
        told = f"{len(step.choices)} choices; a step needs {_MIN_CHOICES} to {_MAX_CHOICES}"
        yield ("choices",), told
    yield from _check_duplicates(step)
    for at, choice in enumerate(step.choices):
        for path, text in _check_choice(flow, step, choice, all):
            yield ("choices", at, *path), text


def _check_choice(flow: Flow, step: Step, choice: Choice, all: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    yield from ((("id",), text) for text in check_id(choice.id, 24))
    yield from ((("label",), text) for text in check_label(choice.label))
    if len(pick := f"say/{flow.id}/{step.id}/{choice.id}") > MAX_PICK:
        yield ("id",), f"{pick} has {len(pick)} characters, a button's id has room for {MAX_PICK}"
    if choice.go != HUMAN and not flow.find_step(choice.go) and (lost := all.explain_missing(choice.go)):
        yield ("go",), f"goes to {lost}"
    for at, shown in enumerate(choice.shows):
        if shown not in all.states | all.codes | all.readings | all.broken:
            yield (
                ("shows", at),
                f"`{shown}` is no state or reading of evidence.yaml and no code of errors.yaml",
            )


def _check_duplicates(step: Step) -> Iterator[tuple[KeyPath, str]]:
    """Tell what two choices of a step both claim."""
    met: dict[tuple[str, str], int] = {}
    for at, choice in enumerate(step.choices):
        claims = [("id", choice.id), ("label", choice.label.casefold())]
        claims += [("says", said.casefold()) for said in choice.says] + [("shows", it) for it in choice.shows]
        for claim in claims:
            if met.setdefault(claim, at) != at:
                yield ("choices", at, claim[0]), f"`{claim[1]}` is claimed by another choice of this step"


def _check_paths(flow: Flow) -> Iterator[tuple[KeyPath, str]]:
    graph = flow.build_graph()
    if len(graph) < len(flow.steps) or not graph:
        return
    places = {step.id: at for at, step in enumerate(flow.steps)}
    reached = find_reachable(graph, flow.first_step)
    yield from ((("steps", at, "id"), "no path leads to this step")
                for id, at in places.items() if id not in reached)  # fmt: skip
    ending = _find_ending(
        graph, {step.id for step in flow.steps if any(c.go not in places for c in step.choices)}
    )
    yield from ((("steps", at, "choices"), "a trap: no path from here ends in an article or a human")
                for id, at in places.items() if id not in ending)  # fmt: skip
    if (deep := measure_depth(graph, flow.first_step)) > MAX_DEPTH:
        yield ("steps",), f"{deep} questions deep; at most {MAX_DEPTH}"


def _find_ending(graph: Graph, ending: set[str]) -> set[str]:
    """Grow the set of steps that have a way out until it grows no more."""
    while more := {id for id, after in graph.items() if id not in ending and ending & set(after)}:
        ending = ending | more
    return ending


def _find_endless(files: Files) -> Iterator[Problem]:
    """Tell which flows only ever lead to one another."""
    flows = {flow.id: flow for flow in files.flows.values()}
    onward: dict[str, tuple[str, ...]] = {}
    ends: set[str] = set()
    for flow in flows.values():
        goes = {choice.go for step in flow.steps for choice in step.choices}
        onward[flow.id] = tuple(goes & flows.keys())
        if goes - flows.keys() - {step.id for step in flow.steps}:
            ends.add(flow.id)
    ending = _find_ending(onward, ends)
    for file, flow in files.flows.items():
        if flow.id not in ending:
            yield Problem(file, ("id",), "this flow never ends in an article or a human")
