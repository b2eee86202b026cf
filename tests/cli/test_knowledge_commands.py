"""`keyguide check`, `schema`, `learn` and `draw` as they are typed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.tiny_model import LENGTH, write_model

from keyguide.load.sentences.open_vectors import open_known_vectors
from keyguide.load.sentences.word_vectors import EXAMPLES_FILE

Run = Callable[..., tuple[int, str, str]]

# check


def test_check_says_what_a_sound_folder_holds(run: Run) -> None:
    status, out, _ = run("check")

    assert status == 0
    assert out.endswith("No problems.\n")


def test_check_notes_examples_that_could_be_better_if_asked(run: Run) -> None:
    status, out, _ = run("check", "--examples")

    assert status == 0
    assert re.search(r"No problems\.\n(.*\n)*\d+ notes on examples\n$", out)


def test_check_tells_every_problem(run: Run, folder: Any) -> None:
    places = [
        folder.change("flows/changed-parts.yaml", "go: who", "go: ▸woh"),
        folder.change("sources.yaml", "id: ms-errors,", "id: ms-errors, ▸id: x,"),
    ]

    status, out, err = run("check", str(folder.path), KEYGUIDE_KNOWLEDGE="")

    assert status == 1
    assert all(f"{folder.path}/{place}: " in out for place in places)
    assert "Traceback" not in err


def test_other_commands_tell_every_problem_as_well(run: Run, folder: Any) -> None:
    places = [
        folder.change("articles/help.yaml", "see: [link-how]", "see: [▸moon]"),
        folder.change("flows/changed-parts.yaml", "go: who", "go: ▸woh"),
    ]

    status, out, err = run("ask", "hello")

    assert (status, out) == (1, "")
    assert all(f"keyguide: {folder.path}/{place}: " in err for place in places)


# schema


def test_schema_prints_all_of_them(run: Run) -> None:
    status, out, _ = run("schema")

    assert status == 0
    assert {"articles", "flow", "errors"} <= {*json.loads(out)}


def test_schema_prints_one(run: Run) -> None:
    _, out, _ = run("schema", "flow")

    assert json.loads(out)["title"] == "Keyguide flow"


def test_schema_writes_a_file_for_each(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("schema", "--write", str(tmp_path / "new" / "schema"))

    assert (status, out) == (0, "")
    assert (tmp_path / "new/schema/flow.json").read_text(encoding="utf-8") == run("schema", "flow")[1].rstrip(
        "\n"
    ) + "\n"


def test_an_unknown_schema_is_told(run: Run) -> None:
    status, _, err = run("schema", "flows")

    assert status == 2
    assert "'flows' is not one of 'acts', 'articles', " in err


def test_a_folder_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    status, _, err = run("schema", "--write", str(tmp_path / "file"))

    assert (status, err.startswith(f"keyguide: {tmp_path}/file: ")) == (2, True)


# learn


def test_learn_keeps_what_was_learnt_for_the_next_start(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("learn")

    assert status == 0
    assert out.endswith(f", cached in {tmp_path}/cache\n")
    assert len([*(tmp_path / "cache").glob("index-*")]) == 3  # topics, acts and answers to steps


def test_learn_tells_the_mistakes_instead(run: Run, folder: Any, tmp_path: Path) -> None:
    place = folder.change("articles/help.yaml", "see: [link-how]", "see: [▸moon]")
    status, _, err = run("learn")

    assert (status, place in err, [*tmp_path.glob("cache/index-*")]) == (1, True, [])


# draw


def test_draw_prints_a_flow(run: Run) -> None:
    status, out, _ = run("draw", "changed-parts")

    assert status == 0
    assert out.startswith("%% changed-parts: I changed parts\nflowchart TD\n")


def test_draw_prints_all_flows(run: Run) -> None:
    _, out, _ = run("draw")

    assert out.count("flowchart TD") == 2


def test_draw_prints_a_picture(run: Run) -> None:
    status, out, _ = run("draw", "changed-parts", "--svg")

    assert (status, out.startswith("<svg")) == (0, True)


def test_a_picture_is_of_one_flow(run: Run) -> None:
    status, _, err = run("draw", "--svg")

    assert status == 2
    assert err.endswith("keyguide: name one flow to draw as SVG; choose from changed-parts, is-it-linked\n")


def test_an_unknown_flow_is_told(run: Run) -> None:
    status, _, err = run("draw", "moon")

    assert status == 2
    assert err.endswith("keyguide: there is no flow 'moon'; choose from changed-parts, is-it-linked\n")


@pytest.fixture
def model(tmp_path: Path) -> str:
    (tmp_path / "model").mkdir()
    return str(write_model(tmp_path / "model"))


def test_the_vectors_of_the_examples_are_written_into_the_knowledge_folder(
    run: Run, folder: Any, model: str
) -> None:
    status, out, _ = run("learn", "--write-vectors", KEYGUIDE_VECTORS=model)

    assert status == 0
    assert re.search(r"^wrote the vectors of \d+ texts to .*vectors.npz.xz \(0.\d MB\)$", out, re.MULTILINE)
    assert open_known_vectors(folder.path).embed_examples(["what is a generic key"]).shape == (1, LENGTH)  # type: ignore[misc]
    assert re.search(r"^wrote the vectors of their words to .*words.npz.xz \(0.\d MB\)$", out, re.MULTILINE)
    assert (folder.path / EXAMPLES_FILE).is_file()


def test_without_a_model_no_vectors_are_written(run: Run, folder: Any) -> None:
    status, _, errors = run("learn", "--write-vectors", KEYGUIDE_VECTORS="off")

    assert status == 2
    assert "sentence vectors are switched off" in errors
    assert not (folder.path / "vectors.npz.xz").exists()


def test_a_folder_that_cannot_take_the_vectors_is_told(run: Run, folder: Any, model: str) -> None:
    (folder.path / "vectors.npz.xz").mkdir()

    status, _, errors = run("learn", "--write-vectors", KEYGUIDE_VECTORS=model)

    assert status == 2
    assert "vectors.npz.xz: " in errors
