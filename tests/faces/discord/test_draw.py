"""Cards: every reply of the real knowledge within Discord's limits, and nothing left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from discord import ui
from simcord.components import walk_components

from keyguide.core.engine.pages import article_parts, make_replies
from keyguide.core.engine.pages.make_replies import Context
from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.article import Source
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.evidence import Evidence
from keyguide.core.model.turn import Detail, Handoff, Kind, Option, Reply, Role, Turn, Verdict
from keyguide.core.phrases.phrases import Phrases
from keyguide.faces.discord.cards import button_ids as named
from keyguide.faces.discord.cards.draw import Card, DrawOptions, draw_cards, draw_note, draw_shared_card

ASKER = 2**63  # longer than any id that Discord gives today
BUTTON, SELECT, TEXT = 2, 3, 10
READ = [re.compile(template) for template in (named.BUTTON, named.SELECT, named.SHARE)]


def stages(knowledge: Knowledge, language: str) -> Iterator[Context]:
    """Yield where people can stand: nowhere, on each Windows, and in the middle of a diagnosis."""
    flow = next(iter(knowledge.flows))
    for facts, at in (({}, ""), ({}, flow), ({"windows": "10"}, ""), ({"windows": "11"}, flow)):
        yield Context(
            knowledge, knowledge.choose_phrases(language), Conversation("ann", flow=at, facts=facts)
        )


def list_replies(stage: Context) -> Iterator[Reply]:
    """Yield every article with each of its parts, every error, step, group, menu, suggestion and miss."""
    knowledge, pages = stage.knowledge, tuple(stage.knowledge.articles)
    for id in pages:
        page = make_replies.make_article_reply(stage, id, also=pages[:9])
        yield page
        if not stage.conversation.facts:  # the parts of a page are the same on each Windows
            yield from (article_parts.unfold(stage, page, detail) for detail in page.details)
    yield from (make_replies.make_error_reply(stage, code) for code in knowledge.errors.values())
    yield from (
        make_replies.make_topics_reply(stage, group)
        for group in ("", *(group.id for group in knowledge.groups))
    )
    yield from (make_replies.make_elsewhere_reply(stage, group) for group in knowledge.elsewhere)
    yield from (
        make_replies.make_menu_reply(stage),
        make_replies.make_human_reply(stage),
        make_replies.make_thanks_reply(stage),
        make_replies.make_fixed_reply(stage, Verdict(pages[0], "good")),
        make_replies.make_suggestion_reply(stage, "Which?", "One of these.", pages[:9]),
        make_replies.make_miss_reply(stage),
        make_replies.make_miss_reply(stage, targets=pages[:9]),
    )
    for flow in knowledge.flows.values():
        for step in flow.steps:
            for explained in (False, True):
                yield make_replies.make_step_reply(stage, f"{flow.id}/{step.id}", explained=explained)


def walk(knowledge: Knowledge) -> Iterator[Reply]:
    """Yield what every choice of every step leads to, each step once, on the way from its flow's start."""
    seen: set[str] = set()
    todo = [respond(knowledge, Conversation("ann"), Turn("ann", pick=f"go/{id}")) for id in knowledge.flows]
    while todo:
        conversation, reply = todo.pop()
        yield reply
        if reply.kind is Kind.STEP and f"{reply.subject}/{reply.step}" not in seen:
            seen.add(f"{reply.subject}/{reply.step}")
            chosen = [option.pick for option in reply.options if option.role is Role.CHOICE]
            todo += [respond(knowledge, conversation, Turn("ann", pick=pick)) for pick in chosen]


def wrongs(card: Card) -> Iterator[str]:
    """Tell each limit of Discord, and of a phone, that a card breaks."""
    parts = list(walk_components(card.to_components()))
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    buttons = [part for part in parts if part["type"] == BUTTON]
    options = [option for part in parts if part["type"] == SELECT for option in part["options"]]
    if len(parts) > 40:
        yield f"{len(parts)} components"
    if len(buttons) > 5 or sum(part["type"] == SELECT for part in parts) > 1:
        yield f"{[part['label'] for part in buttons]}"
    if sum(len(part["content"]) for part in parts if part["type"] == TEXT) > 4000:
        yield "too much text"
    if len(set(ids)) != len(ids) or any(not 0 < len(id) <= 100 for id in ids):
        yield f"ids {ids}"
    yield from (f"id {id} is read by nobody" for id in ids if not any(one.fullmatch(id) for one in READ))
    yield from (f"label {part['label']}" for part in buttons if not 0 < len(part["label"]) <= 80)
    yield from (f"option {option}" for option in options if not 0 < len(option["label"]) <= 100)
    yield from (f"value {option}" for option in options if not 0 < len(option["value"]) <= 100)
    yield from (f"description {option}" for option in options if len(option.get("description") or "x") > 100)
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


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
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


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
async def test_every_reply_of_the_real_knowledge_is_one_card(real: Knowledge) -> None:
    stage = next(stages(real, "en"))

    assert [
        reply.title for reply in list_replies(stage) if len(draw_cards(reply, DrawOptions(stage.phrases))) > 1
    ] == []


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
async def test_every_step_on_every_way_through_every_flow_fits_into_a_message(real: Knowledge) -> None:
    look = DrawOptions(real.choose_phrases("en"), ASKER, sharing=True)
    drawn = [(reply, draw_cards(reply, look)) for reply in walk(real)]

    assert [(reply.title, wrong) for reply, cards in drawn for card in cards for wrong in wrongs(card)] == []
    assert any(option.role is Role.BACK for reply, _ in drawn for option in reply.options)


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
async def test_everything_that_can_be_picked_is_on_the_card(real: Knowledge) -> None:
    stage = next(stages(real, "en"))
    lost = [
        (reply.title, option)
        for reply in list_replies(stage)
        for drawn in [picks(draw_cards(reply, DrawOptions(stage.phrases)))]
        for option in (*reply.options, *reply.details)
        if option.pick not in drawn and not is_left_out(reply, option)
    ]

    assert lost == []


def is_left_out(reply: Reply, option: Option | Detail) -> bool:
    """Check whether an option is left out on purpose: the way out of a walk, or the part that is shown."""
    if isinstance(option, Detail):
        return option.text == reply.body
    return reply.kind is Kind.STEP and option.role is Role.MOVE


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


def read_row(reply: Reply, phrases: Phrases, *, sharing: bool = False) -> tuple[list[str], list[str]]:
    """Read the labels of the buttons and of the entries of the select, from a reply's only card."""
    (card,) = draw_cards(reply, DrawOptions(phrases, ASKER, sharing=sharing))
    parts = list(walk_components(card.to_components()))
    return (
        [part["label"] for part in parts if part["type"] == BUTTON],
        [option["label"] for part in parts if part["type"] == SELECT for option in part["options"]],
    )


def read_select(reply: Reply, phrases: Phrases) -> dict[str, Any]:
    """Read the select of a reply's only card."""
    (card,) = draw_cards(reply, DrawOptions(phrases, ASKER))
    (select,) = [part for part in walk_components(card.to_components()) if part["type"] == SELECT]
    return select


async def test_under_an_article_stand_the_verdicts_the_walk_and_sharing_and_the_rest_is_folded(
    knowledge: Knowledge,
) -> None:
    stage = next(stages(knowledge, "en"))
    page = make_replies.make_article_reply(stage, "link-how")

    assert read_row(page, stage.phrases, sharing=True) == (
        ["That fixed it", "Still stuck", "Walk me through it", "Show to everyone"],
        [
            "If it does not work",
            "What not to do",
            "How long does it take?",
            "Show Windows 11",
            "Show Windows 10",
            "The link button on Windows 11",
            "Menu",
            "Ask a human",
        ],
    )
    assert read_select(page, stage.phrases)["placeholder"] == "More…"


async def test_in_the_middle_of_a_walk_the_way_back_to_it_comes_first(knowledge: Knowledge) -> None:
    stage = [*stages(knowledge, "en")][1]
    page = make_replies.make_article_reply(stage, "link-how")

    assert read_row(page, stage.phrases, sharing=True)[0] == [
        "Continue where you were", "That fixed it", "Still stuck", "Walk me through it", "Show to everyone",
    ]  # fmt: skip


async def test_a_folded_part_is_announced_by_its_first_words_without_marks(real: Knowledge) -> None:
    text = "- Press **Win + R**, type `winver`.\n- See [the page](https://example.com)" + " and wait" * 20
    page = Reply(Kind.ARTICLE, "Title", "Body", details=(Detail("If it fails", text, "more/one/fails"),))
    (entry,) = read_select(page, real.choose_phrases("en"))["options"]

    assert entry["label"] == "If it fails"
    assert entry["description"].startswith("Press Win + R, type winver. See the page and wait and")
    assert entry["description"].endswith("…")


async def test_a_part_that_is_unfolded_leads_back_and_is_not_offered_again(knowledge: Knowledge) -> None:
    stage = next(stages(knowledge, "en"))
    page = make_replies.make_article_reply(stage, "link-how")
    row, folded = read_row(article_parts.unfold(stage, page, page.details[0]), stage.phrases)

    assert row == ["That fixed it", "Still stuck", "Walk me through it", "Link your licence"]
    assert "If it does not work" not in folded


def make_step(many: int, *others: Option) -> Reply:
    choices = [Option(f"Choice {number}", f"say/{number}", role=Role.CHOICE) for number in range(many)]
    how, menu = Option("How?", "how", role=Role.HOW), Option("Menu", "menu", role=Role.MOVE)
    options = (*choices, how, *others, Option("A human", "human", role=Role.HUMAN), menu)
    return Reply(Kind.STEP, "Flow", "Which?", progress="Question 1", options=options)


async def test_few_choices_are_buttons_and_a_walk_offers_nothing_but_help_besides(real: Knowledge) -> None:
    phrases = real.choose_phrases("en")

    assert read_row(make_step(3), phrases, sharing=True) == (
        ["Choice 0", "Choice 1", "Choice 2", "How?", "A human"],
        [],
    )


async def test_many_choices_go_into_the_select_each_with_what_windows_shows(real: Knowledge) -> None:
    phrases = real.choose_phrases("en")
    hinted = Option("It says so", "say/so", role=Role.CHOICE, hint="Windows is activated")
    back = Option("Back", "back", role=Role.BACK)
    step = make_step(3, hinted, back)

    assert read_row(step, phrases) == (
        ["Back", "How?", "A human"],
        ["Choice 0", "Choice 1", "Choice 2", "It says so"],
    )
    assert read_select(step, phrases)["options"][-1]["description"] == "Windows is activated"
    assert read_select(step, phrases)["placeholder"] == "Pick one"


async def test_a_step_begins_with_its_question(real: Knowledge) -> None:
    phrases = real.choose_phrases("en")
    told = texts(draw_cards(make_step(2), DrawOptions(phrases)))

    assert told == "## Which?\n-# Flow · Question 1"


async def test_a_question_of_several_lines_stays_below_the_title(real: Knowledge) -> None:
    phrases = real.choose_phrases("en")
    step = replace(make_step(2), body="- one\n- two")

    assert texts(draw_cards(step, DrawOptions(phrases))) == "## Flow\n-# Question 1\n- one\n- two"


@pytest.mark.parametrize(("many", "buttons", "entries"), [(4, 5, 0), (5, 1, 5), (25, 1, 25), (40, 1, 25)])
async def test_a_list_is_buttons_if_they_fit_into_a_row_and_else_a_select(
    real: Knowledge, many: int, buttons: int, entries: int
) -> None:
    options = tuple(Option(f"Page {number}", f"go/{number}") for number in range(many))
    menu = Reply(Kind.MENU, "Pick", options=(*options, Option("Menu", "menu", role=Role.MOVE)))
    row, chosen = read_row(menu, real.choose_phrases("en"), sharing=True)

    assert (len(row), len(chosen), row[-1]) == (buttons, entries, "Menu")


async def test_a_select_that_is_too_long_loses_pages_and_no_way_out(real: Knowledge) -> None:
    pages = tuple(Option(f"Page {number}", f"go/{number}") for number in range(30))
    ways_out = Option("Menu", "menu", role=Role.MOVE), Option("A human", "human", role=Role.HUMAN)
    _, folded = read_row(Reply(Kind.ARTICLE, "Title", options=(*ways_out, *pages)), real.choose_phrases("en"))

    assert folded == [*(f"Page {number}" for number in range(23)), "Menu", "A human"]


async def test_a_refusal_offers_three_ways_on(real: Knowledge) -> None:
    pages = tuple(Option(f"Page {number}", f"go/{number}") for number in range(5))
    refusal = Reply(Kind.REFUSAL, "No", options=(*pages, Option("Menu", "menu", role=Role.MOVE)))

    assert read_row(refusal, real.choose_phrases("en"), sharing=True) == (
        ["Page 0", "Page 1", "Page 2", "Show to everyone"],
        ["Page 3", "Page 4", "Menu"],
    )


async def test_where_helpers_can_be_called_that_is_the_first_button(real: Knowledge) -> None:
    pages = tuple(Option(f"Page {number}", f"go/{number}") for number in range(5))
    call = Option("Call a helper", "human", role=Role.HUMAN)
    reply = Reply(Kind.ARTICLE, "A human", options=(*pages, call), handoff=Handoff())

    assert read_row(reply, real.choose_phrases("en"))[0] == ["Call a helper"]


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


async def test_sources_and_date_share_one_small_line(real: Knowledge) -> None:
    titles = ("a", "Microsoft: Keys"), ("b", "The Shop"), ("c", "Microsoft: Codes")
    sources = tuple(Source(url, title, f"https://{url}.example") for url, title in titles)
    reply = Reply(Kind.ARTICLE, "Title", "Body", sources=sources, footing="Checked: today.")

    assert texts(draw_cards(reply, DrawOptions(real.choose_phrases("en")))).splitlines()[2:] == [
        "-# [Microsoft 1](https://a.example), [2](https://c.example)"
        " · [The Shop](https://b.example) · Checked: today."
    ]


async def test_a_notice_stands_above_everything_else(real: Knowledge) -> None:
    told = texts(
        draw_cards(
            Reply(Kind.MENU, "Title", "Body", notice="Mind this.\n\nAnd that."),
            DrawOptions(real.choose_phrases("en")),
        )
    )

    assert told.startswith("> Mind this.\n>\n> And that.\n## Title")


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
async def test_a_card_that_is_shown_to_everyone_can_be_pressed_by_who_showed_it_alone(
    real: Knowledge,
) -> None:
    stage = next(stages(real, "en"))
    for reply in list_replies(stage):
        (card,) = draw_cards(reply, DrawOptions(stage.phrases, sharing=True))
        open_to_all = draw_shared_card(card, card.picture, ASKER, "ann shows this:")
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


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
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
