"""How easily a text reads: measured by sentences and syllables, without what a writer cannot change."""

from __future__ import annotations

from typing import Any

import pytest

from keyguide.core.knowledge.rules.answers.reading_age import count_syllables, measure_age

HARD = (
    "Organisational administrators responsible for centralised licence management should consider "
    "reactivation procedures whenever substantial modifications necessitate additional authorisation."
)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        *[("a", 1), ("key", 1), ("licence", 2), ("Windows", 2), ("activate", 3), ("activated", 4)],
        *[
            ("change", 1),
            ("changes", 2),
            ("fixed", 1),
            ("used", 1),
            ("needed", 2),
            ("people", 2),
            ("table", 2),
        ],
        *[
            ("Microsoft's", 3),
            ("account", 2),
            ("edition", 3),
            ("PC", 1),
            ("2026", 1),
            ("the", 1),
            ("boxes", 2),
        ],
    ],
)
def test_syllables_are_counted_by_groups_of_vowels(word: str, syllables: int) -> None:
    assert count_syllables(word) == syllables


def test_short_sentences_of_short_words_read_more_easily() -> None:
    easy = "Press the key. Then wait. It may take a while."

    assert measure_age(easy) < 6
    assert measure_age(HARD) > 13
    assert measure_age("Press the key and wait, for it may take a while.") > measure_age(easy)


def test_labels_commands_titles_and_addresses_are_not_the_writer_s_words() -> None:
    plain = "Press this. Then see this page."

    assert measure_age("Press **Administrative authorisation**. Then see this page.") == measure_age(plain)
    assert measure_age("Press `Get-CimInstance SoftwareLicensingService`. Then see this page.") == (
        measure_age(plain)
    )
    assert measure_age("Press this. Then see this [page](https://example.com/administration).") == (
        measure_age(plain)
    )


def test_a_command_or_title_that_goes_on_in_the_next_line_is_one_too() -> None:
    plain = "Press this. Then see this page."

    assert measure_age("Press `Get-CimInstance\nSoftwareLicensingService`. Then see this page.") == (
        measure_age(plain)
    )
    assert measure_age('Press this. Then see "Administrative\nauthorisation" page.') == measure_age(plain)


def test_every_item_of_a_list_is_a_sentence() -> None:
    assert measure_age("You need:\n- a key\n- a cable") < measure_age("You need a key and a cable")


def test_a_text_without_words_is_easy() -> None:
    assert measure_age("…") == 0


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("articles/help.yaml", "answer: Delete the message.", "answer: ▸{}"),
        ("articles/linking.yaml", "fails: Try again tomorrow.", "fails: ▸{}"),
        ("articles/linking.yaml", "avoid: Do not pay anybody for it.", "avoid: ▸{}"),
        ("articles/linking.yaml", "steps: [It is on the Activation page.]", "steps: ▸[{}]"),
        ("errors.yaml", "means: No key was found.", "means: ▸{}"),
        ("errors.yaml", "fix: Enter the key again.", "fix: ▸{}"),
        ("errors.yaml", "says: Codes of this kind come from Windows activation.", "says: ▸{}"),
        ("evidence.yaml", "says: Windows found no key.", "says: ▸{}"),
        ("flows/is-it-linked.yaml", "ask: What does the Activation page say?", "ask: ▸{}"),
    ],
)
def test_a_text_that_is_hard_to_read_is_reported(folder: Any, file: str, old: str, new: str) -> None:
    place = folder.change(file, old, new.format(HARD))

    (problem,) = folder.list_problems()

    assert problem.startswith(f"{place}: this reads like a text for people of ")
    assert problem.endswith("at most 12 is allowed: shorter sentences and shorter words help")


def test_an_aspect_that_is_hard_to_read_is_reported(folder: Any) -> None:
    place = folder.change(
        "articles/help.yaml",
        "refuses: true\n    aspects: {how-long: A minute.}",
        f"refuses: true\n    aspects: {{how-long: ▸{HARD}}}",
    )

    (problem,) = folder.list_problems()

    assert problem.startswith(f"{place}: this reads like a text for people of ")


def test_the_how_of_a_question_is_read_with_it(folder: Any) -> None:
    place = folder.change("flows/is-it-linked.yaml", "ask: What does the", "ask: ▸What does the")
    folder.change(
        "flows/is-it-linked.yaml", "how: Press **Win + R** and type `ms-settings:activation`.", f"how: {HARD}"
    )

    (problem,) = folder.list_problems()

    assert problem.startswith(f"{place}: this reads like a text for people of ")


def test_a_few_words_are_not_measured_because_one_of_them_would_decide(folder: Any) -> None:
    folder.change(
        "articles/help.yaml", "answer: Delete the message.", "answer: Administrators need authorisation."
    )

    assert measure_age("Administrators need authorisation.") > 13
    assert folder.list_problems() == []


def test_a_draft_may_be_hard_to_read(folder: Any) -> None:
    folder.change("articles/help.yaml", "answer: That is not something to help with.", f"answer: {HARD}")
    folder.change("articles/help.yaml", "refuses: true", "status: draft")

    assert folder.list_problems() == []
