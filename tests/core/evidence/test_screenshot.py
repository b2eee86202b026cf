"""What a picture of a screen shows, from lines as a program that reads letters finds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from keyguide.core.evidence.screenshot import read_screens
from keyguide.core.model.content.recognition import ActivationState
from keyguide.core.model.screenshot import Screen, ScreenLine, ScreenReading

KEY = "BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG"
LINKED = "Windows is activated with a digital license linked to your Microsoft account"
STATES = (
    ActivationState("A", (LINKED,), "link-check"),
    ActivationState("B", ("Windows is activated with a digital license",), "link-how"),
    ActivationState("C", ("Windows is activated",), "link-check"),
    ActivationState("E", ("Windows is not activated",), "link-how"),
    ActivationState("L", ("Go to Settings to activate Windows",), "link-how"),
)
KNOWN = {"0xC004F211", "0xC004F034"}
Reading = Callable[..., ScreenReading]


def draw(*lines: tuple[Any, ...]) -> Screen:
    """Make lines of a usual height: the text, the column, the row, and perhaps what was read again."""
    return tuple(
        ScreenLine(text, left, 30 * row, left + 9 * len(text), 30 * row + 20, *again)
        for text, left, row, *again in lines
    )


def read(*screens: Screen) -> ScreenReading:
    return read_screens(screens, STATES, KNOWN, {})


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        pytest.param([(LINKED, 0, 0)], "A", id="one line"),
        pytest.param([(LINKED.replace(" ", ""), 0, 0)], "A", id="no blanks"),
        pytest.param([(LINKED.replace("rosoft", "r0soft"), 0, 0)], "A", id="a letter misread"),
        pytest.param(
            [("Edition", 0, 0), ("Windows 10 Home", 200, 0), ("Activation", 0, 1),
             ("Windows is activated with a digital license linked to your", 200, 1),
             ("Microsoft account", 200, 2)],
            "A",
            id="two columns",
        ),
        pytest.param(
            [("Apps", 0, 0), ("Windows is activated with a digital", 200, 0), ("Accounts", 0, 1),
             ("license linked to your Microsoft", 200, 1), ("Time & language", 0, 2), ("account", 200, 2)],
            "A",
            id="a list beside it",
        ),
        pytest.param([("Windows is activated with a digital license", 0, 0)], "B", id="not linked"),
        pytest.param([("Windows is activated", 0, 0)], "C", id="activated"),
        pytest.param([("Windows is not activated", 0, 0)], "E", id="not activated"),
        pytest.param([("Activation state", 0, 0), ("Not active", 400, 0)], "E", id="only the labels"),
        pytest.param(
            [(LINKED, 0, 0), ("Go to Settings to activate Windows.", 500, 9)], "A", id="with a watermark"
        ),
        pytest.param([("Go to Settings to activate Windows.", 500, 9)], "L", id="only a watermark"),
        pytest.param([("How to cook rice", 0, 0)], "", id="something else"),
        pytest.param([], "", id="nothing"),
    ],
)  # fmt: skip
def test_the_message_of_windows_is_found(lines: list[tuple[str, int, int]], state: str) -> None:
    assert read(draw(*lines)).state == state


def test_the_message_is_told_in_the_words_of_windows() -> None:
    assert read(draw((LINKED.upper(), 0, 0))).message == LINKED


@pytest.mark.parametrize(
    ("text", "again", "codes", "doubtful"),
    [
        pytest.param("Error code: 0xC004F211", "0xC004F211", ("0xC004F211",), (), id="both alike"),
        pytest.param("Error code:0xC004F211", "OxC004F2l1", ("0xC004F211",), (), id="letters for digits"),
        pytest.param(
            "0xC004F211", "0xC004F034", (), ("0xC004F211", "0xC004F034"), id="two different readings"
        ),
        pytest.param("0xC004F211", "", (), ("0xC004F211",), id="not found again"),
        pytest.param("no code", "", (), (), id="none"),
    ],
)
def test_a_code_counts_only_if_two_readings_agree(
    text: str, again: str, codes: tuple[str, ...], doubtful: tuple[str, ...]
) -> None:
    reading = read(draw((text, 0, 0, again)))

    assert (reading.codes, reading.doubtful) == (codes, doubtful)


def test_a_code_in_two_parts_is_doubtful() -> None:
    assert read(draw(("0xC004", 0, 0), ("F211", 100, 0))).doubtful == ("0xC004F211",)


def test_several_pictures_are_read_together() -> None:
    reading = read(draw((LINKED, 0, 0)), draw(("0xC004F211", 0, 0, "0xC004F211")))

    assert (reading.state, reading.codes) == ("A", ("0xC004F211",))


@pytest.mark.parametrize(
    "lines",
    [
        [(KEY, 0, 0)],
        [(f"{KEY[:11]} ", 0, 0), (KEY[12:], 150, 0)],
        [(KEY.replace("-", " - "), 0, 0)],
        [(KEY.replace("W", "VV"), 0, 0)],
        [(KEY[:-1], 0, 0)],
        [(KEY.replace("-", "–"), 0, 0)],
        [(KEY.replace("-", ""), 0, 0)],
    ],
    ids=[
        "whole",
        "in two parts",
        "with blanks",
        "a letter as two",
        "one letter lost",
        "dashes",
        "no hyphens",
    ],
)
def test_a_key_is_caught_even_if_it_was_read_badly(lines: list[tuple[str, int, int]]) -> None:
    reading = read(draw(*lines))

    assert reading.secret
    assert "4WQ2M" not in reading.text


@pytest.mark.parametrize(
    "text",
    [
        "XXXXX-XXXXX-XXXXX-XXXXX-XXXXX",
        "Partial Product Key: 3V66T",
        "00330-80000-00000-AA123",
        "WINDOWS-UPDATE-2026",
    ],
)
def test_what_is_no_key_is_no_secret(text: str) -> None:
    assert not read(draw((text, 0, 0))).secret
