"""Which file has which shape: mistakes are told in plain words, and the schemas for editors are true."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyguide.core.model.content.flow import Choice, Flow
from keyguide.core.model.content.golden_tests import GoldenTurn
from keyguide.load.shape import SHAPES, ShapeError, build_schema, parse_shape

CHOICE = {"id": "a", "label": "A", "go": "human"}
STEP = {"id": "s", "ask": "What?", "choices": [CHOICE, CHOICE]}
FLOW: dict[str, Any] = {"id": "f", "title": "F", "steps": [STEP]}
ARTICLE = {
    "id": "a",
    "title": "A",
    "answer": "b",
    "sources": ["ms"],
    "verified": "2026-11-20",
    "certainty": "official",
}
GROUP: dict[str, Any] = {"id": "g", "title": "G", "articles": [ARTICLE]}


def told(name: str, data: Any) -> list[tuple[tuple[str | int, ...], str]]:
    with pytest.raises(ShapeError) as caught:
        parse_shape(name, data)
    return caught.value.errors


def test_data_of_the_right_shape_becomes_the_dataclass() -> None:
    flow = parse_shape("flow", FLOW)

    assert isinstance(flow, Flow)
    assert flow.steps[0].choices[0] == Choice("a", "A", "human")


@pytest.mark.parametrize(("typed", "refuses"), [("true", True), ("false", False), ("yes", True)])
def test_true_and_false_are_read_from_what_was_typed(typed: str, refuses: object) -> None:
    group = parse_shape("articles", GROUP | {"articles": [ARTICLE | {"refuses": typed}]})

    assert group.articles[0].refuses is refuses


@pytest.mark.parametrize(
    ("name", "data", "wrong"),
    [
        ("flow", {"id": "f", "steps": [STEP]}, (("title",), "the key `title` is missing")),
        ("flow", FLOW | {"tittle": "x"}, (("tittle",), "unknown key `tittle`")),
        ("flow", FLOW | {"steps": "s"}, (("steps",), "this should be a list")),
        ("flow", FLOW | {"title": ["F"]}, (("title",), "this should be text")),
        ("flow", FLOW | {"steps": ["s"]}, (("steps", 0), "this should be a mapping of keys to values")),
        ("flow", "f", ((), "this should be a mapping of keys to values")),
        ("flow", ["f"], ((), "this should be a mapping of keys to values")),
        ("words", {"same": "x", "commands": {}}, (("same",), "this should be a mapping of keys to values")),
        (
            "flow",
            FLOW | {"steps": [STEP | {"choices": [CHOICE | {"windows": "12"}]}]},
            (("steps", 0, "choices", 0, "windows"), "this should be '', '10' or '11'"),
        ),
        (
            "articles",
            GROUP | {"articles": [ARTICLE | {"certainty": "sure"}]},
            (
                ("articles", 0, "certainty"),
                "this should be 'official', 'confirmed', 'reported', 'unverified' or 'disputed'",
            ),
        ),
        (
            "articles",
            GROUP | {"articles": [ARTICLE | {"refuses": "perhaps"}]},
            (("articles", 0, "refuses"), "this should be true or false"),
        ),
        (
            "articles",
            GROUP | {"articles": [ARTICLE | {"instead": {"win7": "x"}}]},
            (("articles", 0, "instead", "win7"), "unknown key `win7`"),
        ),
        (
            "articles",
            GROUP | {"articles": [ARTICLE | {"draft": "true"}]},
            (
                ("articles", 0, "draft"),
                "unknown key `draft`: write `status: draft` in place of `draft: true`",
            ),
        ),
        ("sources", {"id": "x"}, ((), "this should be a list")),
        (
            "articles",
            GROUP | {"articles": [ARTICLE | {"steps": [{"win11": "Click."}]}]},
            (("articles", 0, "steps", 0, "win10"), "the key `win10` is missing"),
        ),
        (
            "articles",
            GROUP | {"articles": [ARTICLE | {"steps": [["Click."]]}]},
            (("articles", 0, "steps", 0), "this should be text"),
        ),
    ],
)
def test_a_wrong_shape_is_told_in_plain_words(
    name: str, data: Any, wrong: tuple[tuple[str | int, ...], str]
) -> None:
    assert wrong in told(name, data)


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    assert len(told("flow", {"id": [], "titel": "F", "steps": [STEP | {"asks": "x"}, "s"]})) == 5


def test_a_mistake_in_a_step_of_an_article_is_told_once() -> None:
    steps = ["Go online.", {"win11": "Click.", "win10": "Tap.", "win9": "Wait."}]

    assert told("articles", GROUP | {"articles": [ARTICLE | {"steps": steps}]}) == [
        (("articles", 0, "steps", 1, "win9"), "unknown key `win9`")
    ]


def test_a_key_that_is_a_word_of_python_is_read_as_it_is_written() -> None:
    turn = {"say": "hi", "not": ["miss"]}
    conversation = {"name": "a", "kind": "scope", "turns": [turn]}

    golden = parse_shape("tests", {"conversations": [conversation]})

    assert golden.conversations[0].turns == (GoldenTurn("hi", not_=("miss",)),)
    assert told("tests", {"conversations": [conversation | {"turns": [{"say": "hi", "not_": []}]}]}) == [
        (("conversations", 0, "turns", 0, "not_"), "unknown key `not_`")
    ]


@pytest.mark.parametrize("name", SHAPES)
def test_the_committed_schema_is_what_the_program_reads(name: str, real_folder: Path) -> None:
    committed = (real_folder / "schema" / f"{name}.json").read_text(encoding="utf-8")

    assert committed == build_schema(name), "run: keyguide schema --write knowledge/schema"


def test_no_schema_is_left_over(real_folder: Path) -> None:
    assert {path.stem for path in (real_folder / "schema").iterdir()} == {*SHAPES}


def files_with_schema() -> list[Path]:
    folder = Path(__file__).parents[2] / "knowledge"
    return sorted(folder.glob("**/*.yaml"))


@pytest.mark.parametrize("file", files_with_schema(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_editor_finds_nothing_wrong_with_our_own_files(file: Path) -> None:
    jsonschema_rs = pytest.importorskip("jsonschema_rs")
    kind = {"flows": "flow"}.get(file.parent.name, file.parent.name)
    name = file.stem if kind == "knowledge" else kind

    wrong = jsonschema_rs.validator_for(json.loads(build_schema(name))).iter_errors(_as_an_editor_reads(file))

    assert [error.message for error in wrong] == []


def test_an_editor_finds_a_misspelt_key() -> None:
    jsonschema_rs = pytest.importorskip("jsonschema_rs")

    assert not jsonschema_rs.validator_for(json.loads(build_schema("flow"))).is_valid(FLOW | {"tittle": "x"})


class Editor(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] -- with C where it is
    """YAML 1.2, as editors read it: only true and false are switches, and no text is a date."""


Editor.yaml_implicit_resolvers = {
    sign: [(tag, shape) for tag, shape in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Editor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), ["t", "f"])


def _as_an_editor_reads(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=Editor)  # noqa: S506 -- it is a safe one
