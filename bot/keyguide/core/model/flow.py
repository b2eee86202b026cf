"""What a diagnosis is: a graph of questions, and the walk that the answers take through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

Graph = Mapping[str, tuple[str, ...]]
HUMAN = "human"  # the one place to go that is neither a step, an article nor a flow


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a step, and where it goes."""

    id: str
    label: str
    go: str
    says: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    windows: Literal["", "10", "11"] = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One question of a flow."""

    id: str
    ask: str
    choices: tuple[Choice, ...]
    how: str = ""

    def find_choice(self, id: str | None) -> Choice | None:
        """Return the choice of that id, or None where the step has no such choice (any more)."""
        return next((choice for choice in self.choices if choice.id == id), None)


@dataclass(frozen=True, slots=True)
class Flow:
    """A graph of steps, entered at its first."""

    id: str
    title: str
    steps: tuple[Step, ...]
    asks: tuple[str, ...] = ()

    @property
    def first_step(self) -> str:
        """The id of the step that everybody meets first."""
        return self.steps[0].id

    def find_step(self, id: str) -> Step | None:
        """Return the step of that id, or None."""
        return next((step for step in self.steps if step.id == id), None)

    def build_graph(self) -> Graph:
        """Return for each step the steps of this flow that follow it."""
        here = {step.id for step in self.steps}
        return {
            step.id: tuple(dict.fromkeys(choice.go for choice in step.choices if choice.go in here))
            for step in self.steps
        }


def find_reachable(graph: Graph, start: str) -> set[str]:
    """Return everything that can be reached from a place, itself included."""
    met, ahead = set[str](), [start]
    while ahead:
        here = ahead.pop()
        if here not in met:
            met.add(here)
            ahead += graph.get(here, ())
    return met


def measure_depth(graph: Graph, start: str) -> int:
    """Return how many questions the longest path asks, a whole circle counted once."""
    reached = {id: find_reachable(graph, id) for id in graph}
    circle = {id: frozenset(other for other in reached[id] if id in reached[other]) for id in graph}

    @cache
    def measure(ring: frozenset[str]) -> int:
        after = {circle[next_id] for id in ring for next_id in graph[id]} - {ring}
        return len(ring) + max(map(measure, after), default=0)

    return measure(circle[start])
