"""`keyguide check` and `keyguide schema`, as the writers meet them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from keyguide.desk.check_folder import build_schemas, check_folder
from keyguide.load.shape import SHAPES


def test_a_sound_folder_says_what_it_holds(folder: Any) -> None:
    sound, told = check_folder(folder.path)

    assert sound
    assert told.startswith(f"{folder.path}: 8 articles in 2 groups, 2 flows with 4 steps, 2 error codes")
    assert told.endswith("No problems.")


@pytest.mark.parametrize(
    ("wrong", "count"), [(["link-how"], "1 problem"), (["link-how", "is-it-linked"], "2 problems")]
)
def test_a_folder_with_mistakes_tells_each_and_how_many(folder: Any, wrong: list[str], count: str) -> None:
    places = [folder.change("flows/changed-parts.yaml", f"go: {go}", "go: ▸moon") for go in wrong]

    sound, told = check_folder(folder.path)

    assert not sound
    assert all(f"{folder.path}/{place}: `moon` does not exist" in told for place in places)
    assert told.splitlines()[-1] == count


def test_there_is_a_schema_for_every_kind_of_file() -> None:
    assert {name: json.loads(text)["title"] for name, text in build_schemas().items()} == {
        name: f"Keyguide {name}" for name in SHAPES
    }
