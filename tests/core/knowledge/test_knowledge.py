"""All that is known: by which names it is found, and where answers lead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from keyguide.core.knowledge.knowledge import Knowledge


@pytest.mark.parametrize(
    ("id", "title"),
    [
        ("link-how", "Link your licence"),
        ("is-it-linked", "Is my licence linked?"),
        ("error-0xc004f211", "0xC004F211: The hardware has changed"),
        ("error-0xC004F211", "0xC004F211: The hardware has changed"),
        ("error-0xc004ffff", None),
        ("0xC004F211", None),
        ("moon", None),
        ("", None),
    ],
)
def test_a_title_is_found_by_the_id_of_an_article_a_flow_or_an_error(
    knowledge: Knowledge, id: str, title: str | None
) -> None:
    assert knowledge.find_title(id) == title


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("en", "English"),
        ("de", "Deutsch"),
        ("de-AT", "Deutsch"),
        ("DE_ch", "Deutsch"),
        ("fr", "English"),
        ("", "English"),
    ],
)
def test_a_locale_is_spoken_as_far_as_we_can_and_in_english_else(
    knowledge: Knowledge, locale: str, language: str
) -> None:
    english = knowledge.phrases["en"]
    both = replace(knowledge, phrases={"en": english, "de": replace(english, language="Deutsch")})

    assert both.choose_phrases(locale).language == language


@pytest.mark.parametrize(
    ("place", "ask"),
    [
        ("is-it-linked/signed-in", "Are you signed in with a Microsoft account?"),
        ("is-it-linked/moon", None),
        ("moon/signed-in", None),
        ("is-it-linked", None),
        ("", None),
    ],
)
def test_a_step_is_found_by_its_place(knowledge: Knowledge, place: str, ask: str | None) -> None:
    step = knowledge.find_step(place)

    assert (step.ask if step else None) == ask


@pytest.mark.parametrize(
    ("answers", "walked"),
    [
        ({}, ["changed-parts/part"]),
        ({"changed-parts/part": "board"}, ["changed-parts/part", "changed-parts/who"]),
        ({"changed-parts/part": "gone"}, ["changed-parts/part"]),
        (
            {"changed-parts/part": "board", "changed-parts/who": "me"},
            ["changed-parts/part", "changed-parts/who", "link-how"],
        ),
        (
            {"changed-parts/part": "board", "changed-parts/who": "shop"},
            ["changed-parts/part", "changed-parts/who", "human"],
        ),
        (
            {"changed-parts/part": "drive", "is-it-linked/page-says": "digital"},
            ["changed-parts/part", "is-it-linked/page-says", "is-it-linked/signed-in"],
        ),
        (
            {"changed-parts/part": "board", "changed-parts/who": "other"},
            ["changed-parts/part", "changed-parts/who"],
        ),
    ],
    ids=[
        "nothing answered",
        "one answer",
        "a choice that is gone",
        "to an article",
        "to a human",
        "into another flow",
        "round a circle",
    ],
)
def test_the_answers_lead_to_where_a_person_stands(
    knowledge: Knowledge, answers: dict[str, str], walked: list[str]
) -> None:
    assert [*knowledge.walk("changed-parts", answers)] == walked


def test_a_flow_that_is_gone_leads_nowhere(knowledge: Knowledge) -> None:
    assert [*knowledge.walk("moon", {"moon/one": "yes"})] == []


def test_the_pages_that_a_text_names_are_found_with_what_it_says_before_them(knowledge: Knowledge) -> None:
    found = knowledge.find_conditions(
        'No button? See "Link your licence" or "The link button on Windows 10". It moved: see "Nowhere". '
        'You only look: read "Is my licence linked".'
    )

    assert {page: condition.strip(" .") for page, condition in found.items()} == {
        "link-how": "No button?",
        "link-classic": "No button?",
        "is-it-linked": "You only look:",
    }
