"""The records of a flow, a diagnosis as a graph of questions, and functions for its graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from keyguide.core.model.content.article import Variants

Graph = Mapping[str, tuple[str, ...]]
HUMAN = "human"  # the only target that is neither a step, an article nor a flow
UNKNOWN = "unknown"  # the id of the choice of those who can't tell


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a step, and where it leads."""

    id: str
    label: str
    go: str
    says: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)  # what it states of the person's case
    windows: Literal["", "10", "11"] = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One question of a flow."""

    id: str
    ask: str
    choices: tuple[Choice, ...]
    how: str = ""
    picture: str | Variants = ""  # shown together with `how`

    def find_choice(self, choice_id: str | None) -> Choice | None:
        """Find a choice by its id, or return None if the step has no such choice (any more)."""
        return next((choice for choice in self.choices if choice.id == choice_id), None)


@dataclass(frozen=True, slots=True)
class Flow:
    """A graph of steps; it starts at the first one."""

    id: str
    title: str
    steps: tuple[Step, ...]
    asks: tuple[str, ...] = ()

    @property
    def first_step(self) -> str:
        """The id of the step where the flow starts."""
        return self.steps[0].id

    def find_step(self, step_id: str) -> Step | None:
        """Find a step by its id, or return None if the flow has no such step."""
        return next((step for step in self.steps if step.id == step_id), None)

    def build_graph(self) -> Graph:
        """Map each step to the steps of this flow that its choices lead to."""
        own_steps = {step.id for step in self.steps}
        return {
            step.id: tuple(dict.fromkeys(choice.go for choice in step.choices if choice.go in own_steps))
            for step in self.steps
        }


def find_reachable(graph: Graph, start: str) -> set[str]:
    """Find every node that can be reached from a start, including the start."""
    reached, pending = set[str](), [start]
    while pending:
        node = pending.pop()
        if node not in reached:
            reached.add(node)
            pending += graph.get(node, ())
    return reached


def measure_depth(graph: Graph, start: str) -> int:
    """Count the questions on the longest path; if it has a cycle, all steps of the cycle count once."""
    reachable = {node: find_reachable(graph, node) for node in graph}
    cycles = {
        node: frozenset(other for other in reachable[node] if node in reachable[other]) for node in graph
    }

    @cache
    def measure(cycle: frozenset[str]) -> int:
        following = {cycles[after] for node in cycle for after in graph[node]} - {cycle}
        return len(cycle) + max(map(measure, following), default=0)

    return measure(cycles[start])
