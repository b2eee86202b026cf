"""The front door: each command, its exit status, and one clear line where something was asked wrongly."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keyguide import __main__ as door
from keyguide.__main__ import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    folder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command in process, on the small knowledge; returns status, output and errors."""
    for name in [*os.environ]:
        if name.startswith("KEYGUIDE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("KEYGUIDE_KNOWLEDGE", str(folder.path))
    monkeypatch.setenv("KEYGUIDE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KEYGUIDE_DATABASE", str(tmp_path / "keyguide.db"))

    def run_(*arguments: str, typed: str = "", **settings: str) -> tuple[int, str, str]:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(
            sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode("utf-8", "surrogateescape")))
        )
        try:
            status = main(arguments)
        except SystemExit as left:
            status = int(left.code or 0)
        return status, *capsys.readouterr()

    return run_


# chat


def test_chat_holds_a_conversation_that_ends_with_the_input(run: Run) -> None:
    status, out, err = run("chat", typed="2\n2\n1\nback\nmenu\n")

    assert (status, err) == (0, "")
    told = [
        "How can I help",
        "Question 1 of",
        "Question 2 of",
        "## Link your licence",
        "Question 2 of",
        "Good luck!",
    ]
    places = [out.find(line) for line in told]
    assert -1 not in places
    assert out.count("Question 2 of at most 2") == 2


def test_chat_answers_a_first_message(run: Run) -> None:
    _, out, _ = run("chat", "my pc says 0xC004F211")

    assert "## 0xC004F211: The hardware has changed" in out


def test_chat_goes_on_where_it_was(run: Run) -> None:
    run("chat", typed="2\n2\n")

    _, out, _ = run("chat")

    assert "Question 2 of at most 2" in out


def test_chat_takes_signs_that_are_no_text(run: Run) -> None:
    status, out, err = run("chat", typed="\udcff\udcfe\n")

    assert (status, err) == (0, "")
    assert "Good luck!" in out


def test_chat_without_a_memory_is_one_clear_line(run: Run, tmp_path: Path) -> None:
    status, _, err = run("chat", KEYGUIDE_DATABASE="ftp://moon")

    assert status == 1
    assert err.startswith("keyguide: ")
    assert "Traceback" not in err


# ask


def test_ask_prints_one_answer(run: Run) -> None:
    status, out, err = run("ask", "how do i link my licence?")

    assert (status, err) == (0, "")
    assert out.startswith("## Link your licence")


def test_ask_prints_an_answer_as_data(run: Run) -> None:
    status, out, _ = run("ask", "0xC004F211", "--json")

    data = json.loads(out)
    assert (status, data["kind"], data["subject"]) == (0, "article", "error-0xc004f211")
    assert {"title", "body", "options", "sources", "footing", "offers", "evidence"} <= {*data}


def test_ask_remembers_nothing(run: Run, tmp_path: Path) -> None:
    run("ask", "0xC004F211")

    assert not (tmp_path / "keyguide.db").exists()


def test_a_batch_is_read_from_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text(
        '{"q": "0xC004F211"}\nno json\n{"turns": ["menu", "2"]}\n', encoding="utf-8"
    )

    status, out, _ = run("ask", "--batch", str(tmp_path / "questions.jsonl"))

    first, second, third = (json.loads(line) for line in out.splitlines())
    assert status == 0
    assert first["replies"][0]["subject"] == "error-0xc004f211"
    assert second["error"].startswith("this is not JSON")
    assert len(third["replies"]) == 2


def test_a_batch_is_read_from_standard_input(run: Run) -> None:
    status, out, _ = run("ask", "--batch", "-", typed='{"q": "menu"}\n')

    assert (status, json.loads(out)["replies"][0]["kind"]) == (0, "menu")


def test_a_batch_of_wrong_bytes_gets_errors_and_no_traceback(run: Run, tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_bytes(b'\xff\xfe\n{"q": "a\xff"}\n')

    status, out, _ = run("ask", "--batch", str(tmp_path / "questions.jsonl"))

    assert (status, len(out.splitlines())) == (0, 2)


@pytest.mark.parametrize("arguments", [[], ["question", "--batch", "-"]], ids=["neither", "both"])
def test_ask_needs_a_question_or_a_batch(run: Run, arguments: list[str]) -> None:
    status, out, err = run("ask", *arguments)

    assert (status, out) == (2, "")
    assert err == "keyguide: ask needs either a question or --batch FILE; see keyguide ask --help\n"


# check


def test_check_says_what_a_sound_folder_holds(run: Run) -> None:
    status, out, _ = run("check")

    assert status == 0
    assert out.endswith("No problems.\n")


def test_check_tells_every_problem(run: Run, folder: Any) -> None:
    places = [
        folder.change("flows/changed-parts.yaml", "go: who", "go: ▸woh"),
        folder.change("sources.yaml", "id: ms-errors,", "id: ms-errors, ▸id: x,"),
    ]

    status, out, err = run("check", str(folder.path), KEYGUIDE_KNOWLEDGE="")

    assert (status, err) == (1, "")
    assert all(f"{folder.path}/{place}: " in out for place in places)


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
    assert err.startswith("keyguide: there is no schema 'flows'; choose from articles, ")


def test_a_folder_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    status, _, err = run("schema", "--write", str(tmp_path / "file"))

    assert (status, err.startswith(f"keyguide: {tmp_path}/file: ")) == (2, True)


# learn


def test_learn_keeps_what_was_learnt_for_the_next_start(run: Run, tmp_path: Path) -> None:
    status, out, err = run("learn")

    assert (status, err) == (0, "")
    assert out.endswith(f", cached in {tmp_path}/cache\n")
    assert len([*(tmp_path / "cache").glob("index-*")]) == 1


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

    assert (status, err) == (
        2,
        "keyguide: name one flow to draw as SVG; choose from changed-parts, is-it-linked\n",
    )


def test_an_unknown_flow_is_told(run: Run) -> None:
    status, _, err = run("draw", "moon")

    assert (status, err) == (
        2,
        "keyguide: there is no flow 'moon'; choose from changed-parts, is-it-linked\n",
    )


# what was asked wrongly


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["chta"], "there is no command 'chta'; did you mean chat? See keyguide --help"),
        (["drwa", "x"], "there is no command 'drwa'; did you mean draw? See keyguide --help"),
        (["xyzzy"], "there is no command 'xyzzy'. See keyguide --help"),
        (["ask", "--jsn", "x"], "unrecognized arguments: --jsn; see keyguide --help"),
        (["check", "a", "b"], "unrecognized arguments: b; see keyguide --help"),
        (["ask", "--batch"], "argument --batch: expected one argument; see keyguide ask --help"),
        (["ask", "--batch", "/moon/questions"], "/moon/questions: No such file or directory"),
        (["check", "/moon"], "/moon: there is no such knowledge folder"),
    ],
)
def test_what_was_asked_wrongly_is_one_clear_line(run: Run, arguments: list[str], told: str) -> None:
    status, out, err = run(*arguments)

    assert (status, out, err) == (2, "", f"keyguide: {told}\n")


def test_an_unknown_setting_is_one_clear_line(run: Run) -> None:
    status, out, err = run("ask", "hello", KEYGUIDE_DATABSE="x")

    assert (status, out) == (2, "")
    assert err == "keyguide: KEYGUIDE_DATABSE: there is no such setting; did you mean KEYGUIDE_DATABASE?\n"


def test_all_wrong_settings_are_told_a_line_each(run: Run) -> None:
    status, _, err = run("ask", "hello", KEYGUIDE_LOG="loud", KEYGUIDE_LOG_FORMAT="xml")

    assert (status, len(err.splitlines())) == (2, 2)


def test_knowledge_that_is_not_there_is_one_clear_line(run: Run) -> None:
    status, _, err = run("ask", "hello", KEYGUIDE_KNOWLEDGE="/moon")

    assert (status, err) == (2, "keyguide: /moon: there is no such knowledge folder\n")


# help


@pytest.mark.parametrize("command", sorted(door.COMMANDS))
def test_every_command_has_help_worth_reading(run: Run, command: str) -> None:
    status, out, err = run(command, "--help")

    assert (status, err) == (0, "")
    assert out.startswith(f"usage: keyguide {command}")
    assert len(out.split()) > 20


def test_the_help_names_every_command(run: Run) -> None:
    status, out, _ = run("--help")

    assert status == 0
    assert all(f"    {command} " in out or f"    {command}\n" in out for command in door.COMMANDS)


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    status, out, _ = run()

    assert (status, out.startswith("usage: keyguide")) == (2, True)


def test_the_version_is_told(run: Run) -> None:
    status, out, _ = run("--version")

    assert (status, out.startswith("keyguide ")) == (0, True)


# ends


def test_an_interrupt_is_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_variables: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(door, "read_settings", interrupted)

    status, _, err = run("check")

    assert (status, err) == (130, "")


def test_whoever_closes_the_pipe_has_heard_enough(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_variables: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(door, "read_settings", closed)
    monkeypatch.setattr(door.os, "dup2", lambda *_: None)

    status, _, err = run("check")

    assert (status, err) == (0, "")


def test_a_stream_that_is_no_file_is_left_as_it_is(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())

    assert run("schema", "flow")[0] == 0


# as a process


def process(
    *arguments: str, typed: bytes = b"", folder: Path, **settings: str
) -> subprocess.CompletedProcess[bytes]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("KEYGUIDE_")}
    kept = {
        "KEYGUIDE_KNOWLEDGE": str(folder),
        "KEYGUIDE_CACHE": str(folder / "cache"),
        "KEYGUIDE_DATABASE": ":memory:",
    }
    return subprocess.run(
        [sys.executable, "-m", "keyguide", *arguments],
        input=typed, capture_output=True, check=False, timeout=120, env=own | kept | settings,
    )  # fmt: skip


@pytest.mark.slow
def test_the_program_talks_in_a_pipe(folder: Any) -> None:
    ended = process("chat", typed=b"0xC004F211\n\xff\n", folder=folder.path)

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"The hardware has changed" in ended.stdout


@pytest.mark.slow
def test_a_terminal_that_knows_no_unicode_gets_question_marks(folder: Any) -> None:
    folder.change("articles/linking.yaml", "title: Link your licence", "title: Link → your licence")

    ended = process("ask", "how do i link my licence", folder=folder.path, PYTHONIOENCODING="ascii")

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"## Link ? your licence" in ended.stdout


@pytest.mark.slow
def test_a_reader_that_leaves_early_sees_no_traceback(folder: Any, tmp_path: Path) -> None:
    lines = "".join('{"q": "0xC004F211"}\n' for _ in range(3_000))
    (tmp_path / "many.jsonl").write_text(lines, encoding="utf-8")
    own = os.environ | {"KEYGUIDE_KNOWLEDGE": str(folder.path), "KEYGUIDE_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "keyguide", "ask", "--batch", str(tmp_path / "many.jsonl")]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=own) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.readline()
        program.stdout.close()
        err = program.stderr.read()

    assert (program.returncode, err) == (0, b"")


def test_importing_the_package_does_nothing() -> None:
    code = "import sys, keyguide; print([name for name in sys.modules if name.startswith('keyguide')])"

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert ended.stdout == "['keyguide']\n"
