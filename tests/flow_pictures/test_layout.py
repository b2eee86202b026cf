"""In the picture of a flow nothing lies on anything else, and all arrows arrive."""

from __future__ import annotations

from itertools import combinations, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.flow import Choice, Flow, Step
from keyguide.flow_pictures.layout import (
    CARD_WIDTH,
    LINE_HEIGHT,
    PADDING,
    Arrow,
    Layout,
    StepCard,
    drop_back_edges,
    lay_out_flow,
    wrap_text,
)


def flow(**steps: dict[str, str]) -> Flow:
    """Make a flow: for each step its choices, by where they go."""
    made = tuple(
        Step(
            id,
            f"What about {id}?",
            tuple(Choice(f"c{at}", label, go) for at, (label, go) in enumerate(choices.items())),
        )
        for id, choices in steps.items()
    )
    return Flow("trial", "A trial", made)


def crosses(arrow: tuple[tuple[float, float], ...], card: StepCard) -> bool:
    """Whether an arrow runs over the inside of a card."""
    for (x, y), (u, v) in pairwise(arrow):
        left, right, top, bottom = min(x, u), max(x, u), min(y, v), max(y, v)
        if (
            left < card.left + CARD_WIDTH - 0.1
            and right > card.left + 0.1
            and top < card.top + card.height
            and bottom > card.top
        ):
            return True
    return False


def run_together(one: Arrow, other: Arrow) -> bool:
    """Whether parts of two arrows lie so near beside each other that they look like one line."""
    for (a, b), (c, d) in product(pairwise(one.points), pairwise(other.points)):
        for along, across in ((0, 1), (1, 0)):
            if a[across] == b[across] and c[across] == d[across] and abs(a[across] - c[across]) < 5:
                starts = max(min(a[along], b[along]), min(c[along], d[along]))
                ends = min(max(a[along], b[along]), max(c[along], d[along]))
                if ends - starts > 1:
                    return True
    return False


def assert_sound(layout: Layout) -> None:
    for one, other in combinations(layout.cards, 2):
        apart = (
            one.left != other.left or one.top + one.height < other.top or other.top + other.height < one.top
        )
        assert apart, f"{one.id} lies on {other.id}"
    for arrow in layout.arrows:
        assert not any(crosses(arrow.points, card) for card in layout.cards)
    for one, other in combinations(layout.arrows, 2):
        assert one.to == other.to or not run_together(one, other), f"{one} and {other}"
    for card in layout.cards:
        assert card.top >= 0
        assert card.left + CARD_WIDTH <= layout.width
        assert card.top + card.height <= layout.height


def test_every_flow_of_the_knowledge_can_be_drawn_without_overlaps(real: Knowledge) -> None:
    for one in real.flows.values():
        layout = lay_out_flow(one, {}, {step.id: "12 came, 5 left here (42 %)" for step in one.steps})

        assert_sound(layout)
        assert {card.id for card in layout.cards} == {step.id for step in one.steps}


def test_an_arrow_leads_from_its_choice_to_its_step() -> None:
    layout = lay_out_flow(flow(one={"yes": "two", "no": "human"}, two={"a": "x", "b": "y"}), {}, {})
    one, two = layout.cards

    (arrow,) = layout.arrows
    assert arrow.points[0] == (one.left + CARD_WIDTH, one.top + one.rows[0].middle)
    assert arrow.points[-1] == (two.left, two.entry_y)
    assert two.left > one.left + CARD_WIDTH


def test_a_choice_that_ends_says_where_instead_of_an_arrow() -> None:
    layout = lay_out_flow(flow(one={"yes": "link-how", "no": "human"}), {"link-how": "Link your licence"}, {})

    assert [row.ends for row in layout.cards[0].rows] == [("→ Link your licence",), ("→ human",)]
    assert layout.arrows == ()


def test_a_choice_that_leads_back_names_the_question_instead_of_an_arrow() -> None:
    layout = lay_out_flow(flow(one={"yes": "two", "no": "x"}, two={"again": "one", "done": "y"}), {}, {})

    assert layout.cards[1].rows[0].ends == ("↩ What about one?",)
    assert len(layout.arrows) == 1


def test_an_arrow_that_skips_a_column_passes_between_its_cards() -> None:
    skipping = flow(
        one={"far": "four", "near": "two", "mid": "three"},
        two={"on": "three", "x": "x"},
        three={"on": "four", "x": "x"},
        four={"a": "x", "b": "y"},
    )

    layout = lay_out_flow(skipping, {}, {})

    assert_sound(layout)
    assert len(layout.arrows) == 8


def test_a_note_makes_room_for_itself() -> None:
    one = flow(one={"yes": "x", "no": "y"})
    bare, noted = (lay_out_flow(one, {}, notes).cards[0] for notes in ({}, {"one": "5 came"}))

    assert noted.note == ("5 came",)
    assert noted.height == bare.height + LINE_HEIGHT


def test_a_circle_is_cut_where_it_closes() -> None:
    circle = flow(one={"a": "two"}, two={"a": "three"}, three={"a": "one", "b": "two", "c": "x"})

    assert drop_back_edges(circle) == {"one": ("two",), "two": ("three",), "three": ()}


@pytest.mark.parametrize(
    "text",
    [
        "short",
        "a text of quite a few words that will not fit on one line of a card",
        "x" * 400,
        "語" * 90,
        "",
    ],
    ids=["short", "long", "one word", "wide letters", "empty"],
)
def test_wrapping_loses_no_letter(text: str) -> None:
    lines = wrap_text(text)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) < 80 for line in lines)


def test_marks_of_an_article_are_not_drawn() -> None:
    assert wrap_text("Press **Win + R** and type `slmgr`") == ("Press Win + R and type slmgr",)


IDS = [f"s{number}" for number in range(7)]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from([*IDS, "end", "human"]), min_size=1, max_size=6), min_size=7, max_size=7
    )
)
def test_any_flow_at_all_can_be_drawn_without_overlaps(goes: list[list[str]]) -> None:
    steps = {
        id: {f"choice {at}": go for at, go in enumerate(ways)} for id, ways in zip(IDS, goes, strict=True)
    }

    layout = lay_out_flow(flow(**steps), {}, {})

    assert_sound(layout)
    assert {card.id for card in layout.cards} == set(IDS)


def test_the_margin_is_the_same_all_round() -> None:
    layout = lay_out_flow(flow(one={"yes": "x", "no": "y"}), {}, {})

    card = layout.cards[0]
    assert (card.left, card.top) == (PADDING, PADDING)
    assert (layout.width, layout.height) == (CARD_WIDTH + 2 * PADDING, card.height + 2 * PADDING)
