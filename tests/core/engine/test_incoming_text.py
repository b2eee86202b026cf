"""Everything that one text shows, gathered before anything is looked up."""

from __future__ import annotations

import pytest

from keyguide.core.engine.incoming_text import MAX_QUESTION_LENGTH, find_reading, read_message
from keyguide.core.evidence.secrets import MAX_TEXT_LENGTH
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.evidence import Evidence, Licence

KEY = "N2434-X9D7W-8PF6X-8DV9T-8TYMD"
PUBLIC = "VK7JG-NPHTM-C97JM-9MPGT-3V66T"


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("hello", Evidence()),
        ("i get 0xC004F211 and 0xc004f034", Evidence(codes=("0xC004F211", "0xC004F034"))),
        ("Windows is activated with a digital license", Evidence(state="B")),
        ("on win10 please", Evidence(windows="10")),
        ("on Windows 11", Evidence(windows="11")),
        ("from windows 10 to windows 11", Evidence()),
        ("w10 or Win 10", Evidence(windows="10")),
        (f"use {PUBLIC}", Evidence(public_key="Pro")),
        (f"my key is {KEY}", Evidence(secret=True)),
    ],
)
def test_a_text_shows(knowledge: Knowledge, text: str, evidence: Evidence) -> None:
    assert read_message(knowledge, text).evidence == evidence


@pytest.mark.parametrize("sign", ["\ufdfa", "x", "\u00e9", "B/", "Windows is activated "])
def test_of_a_text_of_any_kind_only_so_much_is_looked_up(knowledge: Knowledge, sign: str) -> None:
    """One sign of Unicode may become eighteen, and looking up is what costs most."""
    message = read_message(knowledge, sign * MAX_TEXT_LENGTH)

    assert len(message.question) <= MAX_QUESTION_LENGTH
    assert len(message.rest) <= MAX_QUESTION_LENGTH


def test_a_secret_is_gone_from_the_text_before_anybody_reads_it(knowledge: Knowledge) -> None:
    message = read_message(knowledge, f"my key is {KEY} ok")

    assert KEY[:11] not in message.text + message.rest


def test_what_is_said_besides_a_message_of_windows_is_kept_apart(knowledge: Knowledge) -> None:
    message = read_message(knowledge, "Windows is activated with a digital license. is that good")

    assert (message.evidence.state, message.rest) == ("B", "is that good")


@pytest.mark.parametrize(
    ("size", "cut"),
    [(MAX_TEXT_LENGTH, False), (MAX_TEXT_LENGTH + 1, True)],
    ids=["just fits", "one too many"],
)
def test_only_the_beginning_of_a_very_long_text_is_read(
    knowledge: Knowledge, size: int, *, cut: bool
) -> None:
    message = read_message(knowledge, "x" * size)

    assert (len(message.text), message.cut) == (MAX_TEXT_LENGTH, cut)


@pytest.mark.parametrize(
    ("licence", "reading"),
    [
        (None, None),
        (Licence("RETAIL", "Licensed", partial_key="3V66T"), "generic"),
        (Licence("RETAIL", "Licensed", partial_key="8TYMD"), "retail"),
        (Licence("RETAIL", "Licensed"), "retail"),
        (Licence(None, "Unlicensed", no_key=True), "bare"),
        (Licence("OEM_DM", "Notification", "0xC004F034"), "unlicensed"),
        (Licence("OEM_DM", "Notification", "0xC004F200"), None),
        (Licence(), None),
    ],
    ids=[
        "no report",
        "a public key",
        "an own key",
        "a key not shown",
        "no key",
        "a reason",
        "another reason",
        "empty",
    ],
)
def test_the_first_reading_whose_every_column_fits_is_the_one(
    knowledge: Knowledge, licence: Licence | None, reading: str | None
) -> None:
    found = find_reading(knowledge, licence)

    assert (found.id if found else None) == reading
