"""A flow as a graph: its first step, what follows what, what can be reached, and how deep it is."""

from __future__ import annotations

import pytest

from keyguide.core.model.content.flow import Choice, Flow, Graph, Step, find_reachable, measure_depth


def step(id: str, *goes: str) -> Step:
    return Step(id, f"{id}?", tuple(Choice(f"to-{go}", go, go) for go in goes))


FLOW = Flow("f", "F", (step("one", "two", "two", "an-article"), step("two", "human", "one")))


def test_a_flow_is_entered_at_its_first_step() -> None:
    assert FLOW.first_step == "one"


@pytest.mark.parametrize(
    ("id", "found"), [("two", FLOW.steps[1]), ("three", None)], ids=["there", "not there"]
)
def test_a_step_is_found_by_its_id(id: str, found: Step | None) -> None:
    assert FLOW.find_step(id) is found


@pytest.mark.parametrize(
    ("id", "go"), [("to-human", "human"), ("to-moon", None), (None, None)], ids=["there", "gone", "none made"]
)
def test_a_choice_is_found_by_its_id(id: str | None, go: str | None) -> None:
    choice = FLOW.steps[1].find_choice(id)

    assert (choice.go if choice else None) == go


def test_the_graph_names_each_following_step_once_and_nothing_outside_the_flow() -> None:
    assert FLOW.build_graph() == {"one": ("two",), "two": ("one",)}


@pytest.mark.parametrize(
    ("graph", "reached"),
    [
        ({"a": ()}, {"a"}),
        ({"a": ("b",), "b": ("c",), "c": (), "d": ("a",)}, {"a", "b", "c"}),
        ({"a": ("b",), "b": ("a",)}, {"a", "b"}),
        ({"a": ("elsewhere",)}, {"a", "elsewhere"}),
    ],
    ids=["alone", "a chain", "a circle", "outside"],
)
def test_everything_that_can_be_reached_is_reached(graph: Graph, reached: set[str]) -> None:
    assert find_reachable(graph, "a") == reached


@pytest.mark.parametrize(
    ("graph", "deep"),
    [
        ({"a": ()}, 1),
        ({"a": ("b", "c"), "b": ("c",), "c": ()}, 3),
        ({"a": ("b",), "b": ("a", "c"), "c": ()}, 3),
        ({"a": ("a",)}, 1),
        ({"a": ("b", "c"), "b": ("d",), "c": ("d",), "d": ()}, 3),
    ],
    ids=["alone", "the longer way", "a whole circle once", "onto itself", "a diamond"],
)
def test_the_depth_is_that_of_the_longest_path(graph: Graph, deep: int) -> None:
    assert measure_depth(graph, "a") == deep
