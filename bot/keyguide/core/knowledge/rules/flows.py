"""Rules for flows: every step can be reached, every path can end, and none is too long."""

from __future__ import annotations

from collections.abc import Iterator

from keyguide.core.knowledge.folder_content import Files
from keyguide.core.knowledge.problem import KeyPath, Problem
from keyguide.core.knowledge.rules.answers.articles import KnownIds
from keyguide.core.knowledge.rules.answers.single_text import (
    MAX_PICK,
    check_id,
    check_label,
    check_length,
    check_text,
)
from keyguide.core.model.content.flow import (
    HUMAN,
    UNKNOWN,
    Choice,
    Flow,
    Graph,
    Step,
    find_reachable,
    measure_depth,
)

MAX_DEPTH = 10
_MIN_CHOICES, _MAX_CHOICES = 2, 20
_CATCH_ALL = frozenset(("other", UNKNOWN, "nothing"))  # ids of choices for people whom no other one fits


def check_flows(files: Files, known: KnownIds) -> Iterator[Problem]:
    """Report problems of flows, of each by itself and of all together."""
    for file, flow in files.flows.items():
        for path, text in (*_check_flow(flow, known), *_check_paths(flow)):
            yield Problem(file, path, text)
    yield from _find_endless(files)


def _check_flow(flow: Flow, known: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    yield from ((("id",), text) for text in check_id(flow.id, 24))
    yield from ((("title",), text) for text in check_label(flow.title))
    if not flow.steps:
        yield ("steps",), "a flow needs a step"
    step_ids: set[str] = set()
    for number, step in enumerate(flow.steps):
        if step.id in step_ids:
            yield ("steps", number, "id"), f"the step id `{step.id}` is used twice"
        step_ids.add(step.id)
        for path, text in _check_step(flow, step, known):
            yield ("steps", number, *path), text


def _check_step(flow: Flow, step: Step, known: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    yield from ((("id",), text) for text in check_id(step.id, 24))
    if step.id in known.targets | {HUMAN}:
        yield ("id",), f"`{step.id}` is also the id of an article or a flow, so `go` would be ambiguous"
    if not step.ask.strip():
        yield ("ask",), "this text is empty"
    for name, part in (("ask", step.ask), ("how", step.how)):
        yield from (((name,), text) for text in check_text(part, known.links, known.public_keys))
    yield from ((("ask",), text) for text in check_length(len(step.ask) + len(step.how)))
    if not _MIN_CHOICES <= len(step.choices) <= _MAX_CHOICES:
        yield ("choices",), f"{len(step.choices)} choices; a step needs {_MIN_CHOICES} to {_MAX_CHOICES}"
    yield from _check_way_out(step)
    yield from _check_duplicates(step)
    for number, choice in enumerate(step.choices):
        for path, text in _check_choice(flow, step, choice, known):
            yield ("choices", number, *path), text


def _check_way_out(step: Step) -> Iterator[tuple[KeyPath, str]]:
    """Report a step that leaves people stuck whom no choice fits, or who can't tell which one does."""
    if not any(choice.id in _CATCH_ALL for choice in step.choices):
        text = "no choice for people whom none of these fits: add one with the id `other` or `unknown`"
        yield ("choices",), text


def _check_choice(flow: Flow, step: Step, choice: Choice, known: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    yield from ((("id",), text) for text in check_id(choice.id, 24))
    yield from ((("label",), text) for text in check_label(choice.label))
    if len(pick := f"say/{flow.id}/{step.id}/{choice.id}") > MAX_PICK:
        yield ("id",), f"{pick} has {len(pick)} characters, the id of a button can hold {MAX_PICK}"
    if choice.go != HUMAN and not flow.find_step(choice.go) and (problem := known.explain_missing(choice.go)):
        yield ("go",), problem
    for number, evidence in enumerate(choice.shows):
        if evidence not in known.states | known.codes | known.readings | known.broken:
            text = f"`{evidence}` is neither a state or reading of evidence.yaml nor a code of errors.yaml"
            yield ("shows", number), text


def _check_duplicates(step: Step) -> Iterator[tuple[KeyPath, str]]:
    """Report everything that two choices of a step both claim."""
    owners: dict[tuple[str, str], int] = {}
    for number, choice in enumerate(step.choices):
        claims = [("id", choice.id), ("label", choice.label.casefold())]
        claims += [("says", phrase.casefold()) for phrase in choice.says]
        claims += [("shows", evidence) for evidence in choice.shows]
        for key, value in claims:
            if owners.setdefault((key, value), number) != number:
                yield ("choices", number, key), f"`{value}` is already used by another choice of this step"


def _check_paths(flow: Flow) -> Iterator[tuple[KeyPath, str]]:
    graph = flow.build_graph()
    if len(graph) < len(flow.steps) or not graph:
        return  # steps with the same id are a problem of their own
    numbers = {step.id: number for number, step in enumerate(flow.steps)}
    exits = {step.id for step in flow.steps if any(choice.go not in numbers for choice in step.choices)}
    reachable, ending = find_reachable(graph, flow.first_step), _find_ending(graph, exits)
    for step_id, number in numbers.items():
        if step_id not in reachable:
            yield ("steps", number, "id"), "no path leads to this step"
    for step_id, number in numbers.items():
        if step_id not in ending:
            yield ("steps", number, "choices"), "no path from here ends at an article or a human"
    if (depth := measure_depth(graph, flow.first_step)) > MAX_DEPTH:
        yield ("steps",), f"the longest path asks {depth} questions, at most {MAX_DEPTH} are allowed"


def _find_ending(graph: Graph, ending: set[str]) -> set[str]:
    """Find every node from which a path leads to one of the nodes that end."""
    while more := {node for node, after in graph.items() if node not in ending and ending & set(after)}:
        ending = ending | more
    return ending


def _find_endless(files: Files) -> Iterator[Problem]:
    """Report flows that only ever lead to one another."""
    flows = {flow.id: flow for flow in files.flows.values()}
    graph: dict[str, tuple[str, ...]] = {}
    exits: set[str] = set()
    for flow in flows.values():
        targets = {choice.go for step in flow.steps for choice in step.choices}
        graph[flow.id] = tuple(targets & flows.keys())
        if targets - flows.keys() - {step.id for step in flow.steps}:
            exits.add(flow.id)
    ending = _find_ending(graph, exits)
    for file, flow in files.flows.items():
        if flow.id not in ending:
            yield Problem(file, ("id",), "this flow never ends at an article or a human")
