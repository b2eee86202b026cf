"""`keyguide chat` and `keyguide ask` as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]

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


def test_chat_answers_a_first_message_that_needs_no_quotes(run: Run) -> None:
    _, out, _ = run("chat", "my", "pc", "says", "0xC004F211")

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


@pytest.mark.parametrize(
    "words", [["how do i link my licence?"], ["how", "do", "i", "link", "my", "licence"]], ids=len
)
def test_ask_prints_one_answer_with_or_without_quotes(run: Run, words: list[str]) -> None:
    status, out, err = run("ask", *words)

    assert (status, err) == (0, "")
    assert out.startswith("## Link your licence")


def test_ask_prints_no_numbers_that_nobody_can_press(run: Run) -> None:
    _, out, _ = run("ask", "menu")

    assert "\n  - Is my licence linked?\n" in out
    assert "1." not in out


def test_ask_prints_an_answer_as_data(run: Run) -> None:
    status, out, _ = run("ask", "my", "pc", "--json", "says", "0xC004F211")

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
    assert status == 1
    assert first["replies"][0]["subject"] == "error-0xc004f211"
    assert second["error"].startswith("this is not JSON")
    assert len(third["replies"]) == 2


def test_a_batch_is_read_from_standard_input(run: Run) -> None:
    status, out, _ = run("ask", "--batch", "-", typed='{"q": "menu"}\n')

    assert (status, json.loads(out)["replies"][0]["kind"]) == (0, "menu")


def test_a_batch_of_wrong_bytes_gets_errors_and_no_traceback(run: Run, tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_bytes(b'\xff\xfe\n{"q": "a\xff"}\n')

    status, out, _ = run("ask", "--batch", str(tmp_path / "questions.jsonl"))

    assert (status, len(out.splitlines())) == (1, 2)


@pytest.mark.parametrize("arguments", [[], ["question", "--batch", "-"]], ids=["neither", "both"])
def test_ask_needs_a_question_or_a_batch(run: Run, arguments: list[str]) -> None:
    status, out, err = run("ask", *arguments)

    assert (status, out) == (2, "")
    assert err.startswith("keyguide: Give either a question or --batch FILE.\nUsage: keyguide ask ")
