"""The batch: a contract by which other programs score us."""

from __future__ import annotations

import json
from typing import Any

import pytest

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.faces.batch import answer_lines

KEY = "N2434-X9D7W-8PF6X-8DV9T-8TYMD"


def answered(knowledge: Knowledge, *lines: str) -> list[dict[str, Any]]:
    return [json.loads(json.dumps(answer)) for answer in answer_lines(knowledge, lines)]


def test_a_question_comes_back_whole_with_its_reply(knowledge: Knowledge) -> None:
    assert answered(knowledge, '{"q": "0xC004F211", "id": 7, "class": "in"}') == [
        {
            "q": "0xC004F211",
            "id": 7,
            "class": "in",
            "replies": [
                {
                    "kind": "article",
                    "subject": "error-0xc004f211",
                    "offers": ["changed-parts", "link-how"],
                    "step": None,
                    "act": None,
                    "aspect": None,
                    "facts": {"code": "0xC004F211"},
                    "secret": False,
                    "evidence": {"code": "0xC004F211", "state": None, "licence": None},
                }
            ],
        }
    ]


def test_turns_are_one_conversation(knowledge: Knowledge) -> None:
    turns = ["We cannot activate Windows on this device as the hardware changed", "mainboard", "a shop"]

    ((line),) = answered(knowledge, json.dumps({"turns": turns}))

    assert [(reply["kind"], reply["subject"]) for reply in line["replies"]] == [
        ("step", "changed-parts"), ("step", "changed-parts"), ("article", "contact-support"),
    ]  # fmt: skip


def test_lines_know_nothing_of_each_other(knowledge: Knowledge) -> None:
    line = json.dumps({"turns": ["We cannot activate Windows on this device as the hardware changed"]})

    first, second = answered(knowledge, line, '{"q": "mainboard"}')

    assert first["replies"][0]["kind"] == "step"
    assert second["replies"][0]["kind"] == "miss"


def test_a_secret_and_a_licence_are_told(knowledge: Knowledge) -> None:
    report = "Description: Windows(R) Operating System, RETAIL channel\nLicense Status: Licensed"
    lines = [json.dumps({"q": f"my key is {KEY}"}), json.dumps({"q": report})]

    secret, licence = answered(knowledge, *lines)

    assert secret["replies"][0]["secret"] is True
    assert licence["replies"][0]["evidence"]["licence"] == {"channel": "RETAIL", "status": "Licensed"}


def test_empty_lines_are_passed_over(knowledge: Knowledge) -> None:
    assert len(answered(knowledge, "", '{"q": "menu"}\n', "  \n")) == 1


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("no json", "this is not JSON: "),
        ('{"q": "a"', "this is not JSON: "),
        ("\ufeff{", "this is not JSON: "),
        ("[" * 100_000, "this is not JSON: "),
        ('"q"', "this is not a JSON object: "),
        ("[]", "this is not a JSON object: "),
        ("null", "this is not a JSON object: "),
        ("{}", "an object must have either `q` or `turns`"),
        ('{"q": "a", "turns": ["b"]}', "an object must have either `q` or `turns`"),
        ('{"q": 1}', "`q` must be a text, `turns` a list of texts"),
        ('{"q": null}', "`q` must be a text, `turns` a list of texts"),
        ('{"turns": "a"}', "`q` must be a text, `turns` a list of texts"),
        ('{"turns": []}', "`q` must be a text, `turns` a list of texts"),
        ('{"turns": ["a", 1]}', "`q` must be a text, `turns` a list of texts"),
    ],
)
def test_a_line_that_is_not_valid_gets_an_error_and_stops_nothing(
    knowledge: Knowledge, line: str, error: str
) -> None:
    before, wrong, after = answered(knowledge, '{"q": "menu"}', line, '{"q": "menu"}')

    assert wrong["line"] == 2
    assert wrong["error"].startswith(error)
    assert [*before] == [*after] == ["q", "replies"]


def test_any_characters_come_back_as_they_were(knowledge: Knowledge) -> None:
    asked = {"q": "0xC004F211 \ud800 \u0000 👍 ä"}

    (line,) = answered(knowledge, json.dumps(asked))

    assert line["q"] == asked["q"]
