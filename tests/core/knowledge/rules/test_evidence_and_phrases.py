"""Evidence, what is not ours, phrases and golden tests: what is refused, and where it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from keyguide.core.evidence.licence.report_words import CHANNELS

EVIDENCE, ELSEWHERE, EN, GOLDEN = "evidence.yaml", "elsewhere.yaml", "phrases/en.yaml", "tests/small.yaml"
NO_CODE = "is not an error code: write it as"


@pytest.mark.parametrize(
    ("file", "old", "new", "text"),
    [
        pytest.param(
            EVIDENCE,
            "secret: leaked-key",
            "secret: ▸moon",
            "`moon` is not an article",
            id="the page for secrets",
        ),
        pytest.param(
            "words.yaml", "title: Nur Englisch", 'title: ▸""', "this text is empty", id="a language's title"
        ),
        pytest.param(
            "words.yaml",
            'says: "Bitte auf Englisch."',
            'says: ▸"Bitte **auf Englisch."',
            "a ** is opened and never closed",
            id="what we say in a language",
        ),
        pytest.param(
            EVIDENCE,
            "human: contact-support",
            "human: ▸is-it-linked",
            "`is-it-linked` is not an article",
            id="a human that is a flow",
        ),
        pytest.param(
            EVIDENCE,
            "go: changed-parts\nreadings",
            "go: ▸moon\nreadings",
            "`moon` does not exist",
            id="a message that leads nowhere",
        ),
        pytest.param(
            EVIDENCE,
            "- id: E\n    says: [We cannot activate Windows on this device as the hardware changed]",
            "- ▸id: E\n    says: []",
            "a state needs a message",
            id="a state without its message",
        ),
        pytest.param(
            EVIDENCE,
            "- id: unlicensed",
            "- id: ▸Unlicensed",
            "`Unlicensed` is not a valid id: use lower-case letters, digits and single hyphens",
            id="the id of a reading",
        ),
        pytest.param(
            EVIDENCE,
            "says: No key is installed.",
            "says: ▸No `key is installed.",
            "a ` is opened and never closed on its line",
            id="the text of a reading",
        ),
        pytest.param(
            EVIDENCE,
            "go: changed-parts\npublic",
            "go: ▸moon\npublic",
            "`moon` does not exist",
            id="a reading that leads nowhere",
        ),
        pytest.param(
            EVIDENCE, "see: [is-it-linked]", "see: [▸moon]", "`moon` does not exist", id="a reading's way on"
        ),
        pytest.param(
            EVIDENCE,
            "status: [Notification]",
            "status: [▸Licenced]",
            "`Licenced` is not one of: Unlicensed, Licensed, Initial grace period, Additional grace period, "
            "Non-genuine grace period, Notification, Extended grace period",
            id="an unknown status",
        ),
        pytest.param(
            EVIDENCE,
            "channels: [RETAIL]\n    key: public",
            "channels: [▸Retail]\n    key: public",
            f"`Retail` is not one of: {', '.join(CHANNELS)}",
            id="an unknown channel",
        ),
        pytest.param(
            EVIDENCE,
            'reasons: ["0xC004F034"]',
            'reasons: [▸"C004F034"]',
            f"`C004F034` {NO_CODE} 0xC004F211",
            id="a reason that is no code",
        ),
        pytest.param(
            EVIDENCE,
            "key: VK7JG-NPHTM-C97JM-9MPGT-3V66T",
            "key: ▸VK7JG-NPHTM-C97JM-9MPGT",
            "this is not a product key",
            id="a public key that is none",
        ),
        pytest.param(
            ELSEWHERE,
            "id: office",
            "id: ▸The office",
            "`The office` is not a valid id: use lower-case letters, digits and single hyphens",
            id="the id of a group",
        ),
        pytest.param(
            ELSEWHERE, "title: Office", 'title: ▸""', "this text is empty", id="a group without a title"
        ),
        pytest.param(
            ELSEWHERE,
            "says: Office has its own licences.",
            "says: ▸See https://office.example.",
            "this contains a bare web address (write [text](address)), which not every face can show",
            id="the text of a group",
        ),
        pytest.param(
            ELSEWHERE, '"0x80070643"', '▸"80070643"', f"`80070643` {NO_CODE} 0x80070643", id="a group's code"
        ),
        pytest.param(EN, "menu: Menu", 'menu: ▸""', "this text is empty", id="an empty phrase"),
        pytest.param(
            EN,
            "walk: Walk me through it",
            f"walk: ▸{'x' * 81}",
            "a button shows at most 80 characters",
            id="an over-long button",
        ),
        pytest.param(
            EN, "months: [January, ", "months: ▸[", "a year has 12 months, not 11", id="a short year"
        ),
        pytest.param(
            GOLDEN,
            "topics: [link-how]",
            "topics: [▸moon]",
            "`moon` does not exist",
            id="a question about nothing",
        ),
        pytest.param(
            GOLDEN,
            "- {say: how do i link my licence, topics: [link-how]}",
            "- ▸{say: how do i link my licence}",
            "a question of kind `in` needs topics",
            id="a question without topics",
        ),
        pytest.param(
            GOLDEN,
            "- {say: how do i link my licence, topics: [link-how]}",
            "- ▸{say: give me a crack, kind: refuse}",
            "a question of kind `refuse` needs topics",
            id="a plea for a crack without what refuses it",
        ),
        pytest.param(
            GOLDEN,
            "- {say: how do i link my licence, topics: [link-how]}",
            "- ▸{say: my wifi is slow, kind: near, topics: [link-how]}",
            "a question of kind `near` must not have topics, because it is not ours",
            id="a question of somebody else's with topics",
        ),
        pytest.param(
            GOLDEN,
            "- {press:",
            '- ▸{say: "1", press:',
            "a line needs either `say` or `press`",
            id="a line that says and presses",
        ),
        pytest.param(
            GOLDEN,
            '- {press: "Digital licence, linked", kind',
            "- ▸{kind",
            "a line needs either `say` or `press`",
            id="a line that does nothing",
        ),
        pytest.param(
            GOLDEN,
            "- {say: walk me through checking the link, kind: step",
            "- ▸{say: walk me through checking the link, kind: stop",
            "`stop` is not a kind of reply: article, step, suggest, menu, miss, elsewhere, refusal",
            id="a line of no kind",
        ),
        pytest.param(
            GOLDEN,
            "- {say: walk me through checking the link, kind: step, subject: is-it-linked}",
            "- ▸{say: walk me through checking the link, kind: step, subject: moon}",
            "`moon` does not exist",
            id="a line about nothing",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(
    refused: Callable[..., None], file: str, old: str, new: str, text: str
) -> None:
    refused(file, old, new, text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("progress: Question {number} of at most {most}", "progress: ▸Frage {number}"),
        ("bye: Good luck!", 'bye: ▸"Tschüs {name}!"'),
        ('verified: "Checked: {date}."', 'verified: ▸"Geprüft: {datum}."'),
    ],
    ids=["lost", "too many", "translated"],
)
def test_another_language_fills_in_the_same_words(folder: Any, old: str, new: str) -> None:
    english = (folder.path / "phrases/en.yaml").read_text(encoding="utf-8")
    place = folder.write("phrases/de.yaml", english.replace(old, new))

    assert folder.list_problems() == [f"{place}: the words in {{braces}} differ from the English ones"]


def test_english_phrases_are_needed(folder: Any) -> None:
    (folder.path / "phrases/en.yaml").rename(folder.path / "phrases/de.yaml")

    assert folder.list_problems() == [
        "phrases/en.yaml:1:1: the English phrases are missing or wrong; "
        "every other language is compared with them"
    ]


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_reading_may_name_every_channel_that_is_recognised(folder: Any, channel: str) -> None:
    folder.change(
        "evidence.yaml", "channels: [RETAIL]\n    key: public", f"channels: [{channel}]\n    key: public"
    )

    assert folder.list_problems() == []
