"""Cards: every reply of the real knowledge within Discord's limits, and nothing left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from discord import ui
from simcord.components import walk_components

from keyguide.core.engine import replies
from keyguide.core.engine.replies import Context
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.evidence import Evidence
from keyguide.core.model.turn import Kind, Option, Reply
from keyguide.faces.discord.cards import button_ids as named
from keyguide.faces.discord.cards.draw import Card, DrawOptions, draw_cards, draw_note, draw_shared_card

ASKER = 2**63  # longer than any id that Discord gives today
BUTTON, SELECT, TEXT = 2, 3, 10
READ = [re.compile(template) for template in (named.BUTTON, named.SELECT, named.SHARE)]


def stages(knowledge: Knowledge, language: str) -> Iterator[Context]:
    """Yield where people can stand: nowhere, on each Windows, and in the middle of a diagnosis."""
    flow = next(iter(knowledge.flows))
    for facts in ({}, {"windows": "10"}, {"windows": "11"}):
        for at in ("", flow):
            yield Context(
                knowledge, knowledge.choose_phrases(language), Conversation("ann", flow=at, facts=facts)
            )


def list_replies(stage: Context) -> Iterator[Reply]:
    """Yield every article, error, step, group and menu."""
    knowledge = stage.knowledge
    yield from (replies.make_article_reply(stage, id) for id in knowledge.articles)
    yield from (replies.make_error_reply(stage, code) for code in knowledge.errors.values())
    yield from (
        replies.make_topics_reply(stage, group) for group in ("", *(group.id for group in knowledge.groups))
    )
    yield from (replies.make_elsewhere_reply(stage, group) for group in knowledge.elsewhere)
    yield from (
        replies.make_menu_reply(stage),
        replies.make_human_reply(stage),
        replies.make_miss_reply(stage),
    )
    for flow in knowledge.flows.values():
        for step in flow.steps:
            for explained in (False, True):
                yield replies.make_step_reply(stage, f"{flow.id}/{step.id}", explained=explained)


def wrongs(card: Card) -> Iterator[str]:
    """Tell each limit of Discord that a card breaks."""
    parts = list(walk_components(card.to_components()))
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    buttons = [part for part in parts if part["type"] == BUTTON]
    options = [option for part in parts if part["type"] == SELECT for option in part["options"]]
    if len(parts) > 40:
        yield f"{len(parts)} components"
    if sum(len(part["content"]) for part in parts if part["type"] == TEXT) > 4000:
        yield "too much text"
    if len(set(ids)) != len(ids) or any(not 0 < len(id) <= 100 for id in ids):
        yield f"ids {ids}"
    yield from (f"id {id} is read by nobody" for id in ids if not any(one.fullmatch(id) for one in READ))
    yield from (f"label {part['label']}" for part in buttons if not 0 < len(part["label"]) <= 80)
    yield from (f"option {option}" for option in options if not 0 < len(option["label"]) <= 100)
    yield from (f"value {option}" for option in options if not 0 < len(option["value"]) <= 100)
    yield from (f"select of {len(part['options'])}" for part in parts
                if part["type"] == SELECT and not 0 < len(part["options"]) <= 25)  # fmt: skip


def texts(cards: list[Card]) -> str:
    parts = walk_components([part for card in cards for part in card.to_components()])
    return "\n".join(part["content"] for part in parts if part["type"] == TEXT)


def picks(cards: list[Card]) -> set[str]:
    """Return everything that can be picked on cards."""
    parts = list(walk_components([part for card in cards for part in card.to_components()]))
    chosen = {option["value"] for part in parts if part["type"] == SELECT for option in part["options"]}
    return chosen | {part["custom_id"].split(":", 2)[2] for part in parts
                     if part["type"] == BUTTON and ":" in part["custom_id"]}  # fmt: skip


async def test_every_reply_of_the_real_knowledge_fits_into_a_message(real: Knowledge) -> None:
    broken = [
        (reply.title, wrong)
        for language in real.phrases
        for stage in stages(real, language)
        for reply in list_replies(stage)
        for card in draw_cards(reply, DrawOptions(stage.phrases, ASKER, sharing=True))
        for wrong in wrongs(card)
    ]

    assert broken == []


async def test_every_reply_of_the_real_knowledge_is_one_card(real: Knowledge) -> None:
    stage = next(stages(real, "en"))

    assert [
        reply.title for reply in list_replies(stage) if len(draw_cards(reply, DrawOptions(stage.phrases))) > 1
    ] == []


async def test_everything_that_can_be_picked_is_on_the_card(real: Knowledge) -> None:
    stage = next(stages(real, "en"))
    lost = [
        (reply.title, option)
        for reply in list_replies(stage)
        for option in reply.options
        if option.pick not in picks(draw_cards(reply, DrawOptions(stage.phrases)))
    ]

    assert lost == []


async def test_a_long_answer_is_cut_into_pages_and_nothing_is_lost(real: Knowledge) -> None:
    words = [f"word{number}" for number in range(2_000)]
    reply = Reply(
        Kind.ARTICLE, "Long", " ".join(words), options=(Option("Menu", "menu"),), footing="The end."
    )
    cards = draw_cards(reply, DrawOptions(real.choose_phrases("en"), ASKER, sharing=True))
    told = texts(cards)

    assert len(cards) > 2
    assert [wrong for card in cards for wrong in wrongs(card)] == []
    assert [word for word in words if word not in told.split()] == []
    assert f"Page 1 of {len(cards)}" in texts(cards[:1])
    assert picks(cards[:-1]) == set()
    assert picks(cards[-1:]) == {"menu"}
    assert "The end." in texts(cards[-1:])


async def test_text_without_a_space_is_cut_all_the_same(real: Knowledge) -> None:
    cards = draw_cards(Reply(Kind.ARTICLE, "Long", "x" * 10_000), DrawOptions(real.choose_phrases("en")))

    assert texts(cards).count("x") == 10_000
    assert [wrong for card in cards for wrong in wrongs(card)] == []


@pytest.mark.parametrize(("many", "selects"), [(8, 0), (9, 1), (25, 1), (26, 2), (60, 3)])
async def test_many_choices_go_into_selects(real: Knowledge, many: int, selects: int) -> None:
    options = tuple(Option(f"Choice {number}", f"go/{number}") for number in range(many))
    cards = draw_cards(
        Reply(Kind.MENU, "Pick", "", options=(*options, Option("Menu", "menu"))),
        DrawOptions(real.choose_phrases("en")),
    )
    parts = list(walk_components(cards[0].to_components()))

    assert sum(part["type"] == SELECT for part in parts) == selects
    assert picks(cards) == {"menu", *(option.pick for option in options)}
    assert list(wrongs(cards[0])) == []


async def test_the_fixed_buttons_come_last(real: Knowledge) -> None:
    stage = next(stages(real, "en"))
    cards = draw_cards(
        replies.make_article_reply(stage, next(iter(real.articles))), DrawOptions(stage.phrases, sharing=True)
    )
    labels = [part["label"] for part in walk_components(cards[0].to_components()) if part["type"] == BUTTON]

    assert labels[-3:] == ["Ask a human", "Menu", "Show to everyone"]


async def test_a_pick_that_comes_twice_is_one_button(real: Knowledge) -> None:
    options = (Option("One", "go/one"), Option("Once more", "go/one"))
    cards = draw_cards(Reply(Kind.MENU, "Pick", options=options), DrawOptions(real.choose_phrases("en")))

    assert list(wrongs(cards[0])) == []
    assert picks(cards) == {"go/one"}


async def test_a_label_that_is_too_long_ends_in_an_ellipsis(real: Knowledge) -> None:
    cards = draw_cards(
        Reply(Kind.MENU, "Pick", options=(Option("x" * 200, "go/one"),)),
        DrawOptions(real.choose_phrases("en")),
    )
    (label,) = [part["label"] for part in walk_components(cards[0].to_components()) if part["type"] == BUTTON]

    assert label == "x" * 79 + "…"


async def test_sources_are_links_with_their_titles(real: Knowledge) -> None:
    stage = next(stages(real, "en"))
    reply = next(reply for reply in list_replies(stage) if reply.sources)
    told = texts(draw_cards(reply, DrawOptions(stage.phrases)))

    assert all(f"]({source.url})" in told for source in reply.sources)
    assert reply.footing in told


async def test_a_notice_stands_above_everything_else(real: Knowledge) -> None:
    told = texts(
        draw_cards(
            Reply(Kind.MENU, "Title", "Body", notice="Mind this.\n\nAnd that."),
            DrawOptions(real.choose_phrases("en")),
        )
    )

    assert told.startswith("> Mind this.\n>\n> And that.\n## Title")


async def test_a_card_that_is_shown_to_everyone_can_be_pressed_by_who_showed_it_alone(
    real: Knowledge,
) -> None:
    stage = next(stages(real, "en"))
    for reply in list_replies(stage):
        (card,) = draw_cards(reply, DrawOptions(stage.phrases, sharing=True))
        open_to_all = draw_shared_card(card, ASKER, "ann shows this:")
        ids = [
            part["custom_id"] for part in walk_components(open_to_all.to_components()) if "custom_id" in part
        ]

        assert list(wrongs(open_to_all)) == []
        assert all(f":{ASKER}:" in id for id in ids)
        assert picks([open_to_all]) == picks([card])
        assert texts([open_to_all]) == f"-# ann shows this:\n{texts([card])}"


async def test_a_card_is_never_kept_in_memory(real: Knowledge) -> None:
    (card,) = draw_cards(
        Reply(Kind.MENU, "Title", options=(Option("Menu", "menu"),)), DrawOptions(real.choose_phrases("en"))
    )

    assert card.is_finished()


async def test_a_note_is_one_line_on_a_card() -> None:
    assert texts([draw_note("Please wait.")]) == "Please wait."


async def test_what_is_asked_is_told_apart_by_more_than_colour(real: Knowledge) -> None:
    """Every button has words on it."""
    stage = next(stages(real, "en"))
    cards = [card for reply in list_replies(stage) for card in draw_cards(reply, DrawOptions(stage.phrases))]

    assert all(item.label for card in cards for item in card.walk_children() if isinstance(item, ui.Button))


async def test_the_same_answer_is_drawn_once_whoever_asked_and_however(real: Knowledge) -> None:
    reply, look = Reply(Kind.MENU, "Title", "Body"), DrawOptions(real.choose_phrases("en"))

    assert draw_cards(reply, look) is draw_cards(replace(reply, masked_text="my words", subject="mine"), look)


async def test_what_may_repeat_something_pasted_is_not_kept(real: Knowledge) -> None:
    reply = Reply(Kind.ARTICLE, "Title", "Body", evidence=Evidence(codes=("0xC004F211",)))
    look = DrawOptions(real.choose_phrases("en"))

    assert draw_cards(reply, look) is not draw_cards(reply, look)
