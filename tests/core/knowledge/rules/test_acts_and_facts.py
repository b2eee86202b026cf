"""Rules of acts, aspects, facts and examples of answers: what is refused, and where it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from keyguide.core.model.content.acts_and_facts import ACT_IDS

ACTS, ASPECTS, FACTS, EXAMPLES = "acts.yaml", "aspects.yaml", "facts.yaml", "asks/choices.yaml"
LINKING, PARTS = "articles/linking.yaml", "flows/changed-parts.yaml"
LONG = "x" * 201
TOO_LONG = "this is 201 characters long, an example has at most 200"
TWICE = "is also an example of another one, so it tells nothing"


@pytest.mark.parametrize(
    ("file", "old", "new", "text"),
    [
        pytest.param(
            ACTS,
            "id: solved",
            "id: ▸dance",
            f"the program cannot answer the act `dance`; known are {', '.join(ACT_IDS)}",
            id="an act that the program cannot answer",
        ),
        pytest.param(
            ACTS, "id: solved", "id: ▸thanks", "the id `thanks` is used twice", id="two acts of one id"
        ),
        pytest.param(ACTS, '"blue"', '▸" "', "this text is empty", id="an empty example of an act"),
        pytest.param(ACTS, '"blue"', f"▸{LONG}", TOO_LONG, id="an over-long example of an act"),
        pytest.param(ACTS, '"blue"', "▸Cheers Mate", f'"Cheers Mate" {TWICE}', id="one example of two acts"),
        pytest.param(
            ACTS,
            "- id: solved",
            '- id: solved\n  says: ["all done", ▸""]',
            "this text is empty",
            id="an empty phrase of an act",
        ),
        pytest.param(
            ACTS,
            "- id: solved",
            f"- id: solved\n  says: [▸{LONG}]",
            TOO_LONG,
            id="an over-long phrase of an act",
        ),
        pytest.param(
            ASPECTS,
            '"is it quick"]',
            '"is it quick"]\n- {id: ▸how-long, title: Again, asks: [is it slow]}',
            "the id `how-long` is used twice",
            id="two aspects of one id",
        ),
        pytest.param(
            ASPECTS,
            "id: how-long",
            "id: ▸How_Long",
            "`How_Long` is not a valid id: use lower-case letters, digits and single hyphens",
            id="the id of an aspect",
        ),
        pytest.param(
            ASPECTS,
            "id: how-long",
            f"id: ▸{'a' * 25}",
            f"`{'a' * 25}` has 25 characters, at most 24 are allowed",
            id="an over-long id of an aspect",
        ),
        pytest.param(
            ASPECTS,
            'title: "How long does it take?"',
            f"title: ▸{'x' * 81}",
            "this is 81 characters long, a button shows at most 80",
            id="an over-long title of an aspect",
        ),
        pytest.param(
            ASPECTS,
            'title: "How long does it take?"',
            'title: ▸""',
            "this text is empty",
            id="an aspect without a title",
        ),
        pytest.param(
            ASPECTS, '"is it quick"', '▸""', "this text is empty", id="an empty example of an aspect"
        ),
        pytest.param(
            ASPECTS,
            '"is it quick"]',
            '"is it quick"]\n- {id: cost, title: Cost, asks: [is it free, ▸is it quick]}',
            f'"is it quick" {TWICE}',
            id="one example of two aspects",
        ),
        pytest.param(
            FACTS,
            'label: "Linked to an account"',
            'label: ▸""',
            "this text is empty",
            id="a fact without a label",
        ),
        pytest.param(
            FACTS,
            'says: ["never linked it"]',
            'says: ["never linked it"]\n- {id: ▸linked, label: Again, values: []}',
            "the id `linked` is used twice",
            id="two facts of one id",
        ),
        pytest.param(
            FACTS, 'id: "no"', 'id: ▸"yes"', "the id `yes` is used twice", id="two values of one id"
        ),
        pytest.param(
            FACTS,
            '"never linked it"',
            '▸"I linked it"',
            f'"I linked it" {TWICE}',
            id="one phrase of two values",
        ),
        pytest.param(
            FACTS, '"never linked it"', '▸""', "this text is empty", id="an empty phrase of a value"
        ),
        pytest.param(
            FACTS,
            'says: ["never linked it"]',
            'says: ["never linked it"]\n      counts_as: ▸maybe',
            "`maybe` is not a value of the fact `linked`",
            id="a value that counts as an unknown one",
        ),
        pytest.param(FACTS, '"never linked it"', f"▸{LONG}", TOO_LONG, id="an over-long phrase of a value"),
        pytest.param(
            LINKING,
            "see: [is-it-linked, link-menu]\n    aspects: {",
            "see: [is-it-linked, link-menu]\n    aspects: {cost: ▸Nothing., ",
            "`cost` is not an aspect of aspects.yaml",
            id="an answer to an unknown aspect",
        ),
        pytest.param(
            LINKING,
            "see: [is-it-linked, link-menu]\n    aspects: {how-long: A minute.}",
            'see: [is-it-linked, link-menu]\n    aspects: {how-long: ▸" "}',
            "this text is empty",
            id="an empty answer to an aspect",
        ),
        pytest.param(
            LINKING,
            "  - id: link-check\n    title: Check that it is linked",
            "  - ▸{id: link-new, title: New, answer: New., sources: [ms-linking], verified: 2026-11-20,\n"
            "     certainty: official}\n  - id: link-check\n    title: Check that it is linked",
            "0 aspects, at least 1 are needed; it lacks how-long",
            id="an article without aspects",
        ),
        pytest.param(
            PARTS,
            "label: The drive,",
            "label: The drive, facts: {linked: ▸maybe},",
            "`linked: maybe` is not a value of facts.yaml",
            id="an unknown value of a fact",
        ),
        pytest.param(
            PARTS,
            "label: The drive,",
            "label: The drive, facts: {colour: ▸blue},",
            "`colour: blue` is not a value of facts.yaml",
            id="an unknown fact",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(folder: Any, file: str, old: str, new: str, text: str) -> None:
    place = folder.change(file, old, new)

    assert f"{place}: {text}" in folder.list_problems()


def test_whatever_is_allowed_is_no_mistake(folder: Any) -> None:
    folder.change(ACTS, '"blue"', f'"{"x" * 200}", "blue", "Blue"')
    folder.change(
        LINKING,
        "see: [is-it-linked, link-menu]\n    aspects: {how-long: A minute.}",
        f"see: [is-it-linked, link-menu]\n    aspects: {{how-long: {'x' * 200}}}",
    )
    folder.change(PARTS, "label: The drive,", 'label: The drive, facts: {linked: "no"},')

    assert folder.list_problems() == []


def test_every_act_of_the_program_may_be_taught(folder: Any) -> None:
    folder.write(ACTS, "".join(f'- {{id: "{act}", asks: [example of {act}]}}\n' for act in ACT_IDS))

    assert folder.list_problems() == []


def test_one_mistake_is_told_once(refused: Callable[..., None]) -> None:
    refused(ACTS, '"blue"', "▸it worked", f'"it worked" {TWICE}')
