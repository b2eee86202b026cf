"""Replies made of knowledge: what is shown, and what can be pressed under it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from keyguide.core.engine.pages import article_parts, make_replies
from keyguide.core.engine.pages.make_replies import Context
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.article import Article, Variants
from keyguide.core.model.content.picture import Picture, PictureFile
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Handoff, Kind, Reply, Role

MIDWAY = {"is-it-linked/page-says": "digital"}


def stage(
    knowledge: Knowledge, flow: str = "", answers: dict[str, str] | None = None, **facts: str
) -> Context:
    return Context(knowledge, knowledge.phrases["en"], Conversation("ann", flow, answers or {}, facts))


def labels(reply: Reply) -> list[str]:
    return [option.label for option in reply.options]


@pytest.mark.parametrize(
    ("windows", "step"),
    [
        ("", "2. Press **Win + I**, then Accounts (Windows 10: Your info)."),
        ("10", "2. Press **Win + I**, then Your info."),
        ("11", "2. Press **Win + I**, then Accounts."),
    ],
    ids=["unknown", "windows 10", "windows 11"],
)
def test_a_step_is_for_the_known_windows_or_for_both(knowledge: Knowledge, windows: str, step: str) -> None:
    reply = make_replies.make_article_reply(stage(knowledge, windows=windows), "link-how")

    assert reply.body == f"Signing in with a Microsoft account links it.\n\n1. Go online.\n{step}"


@pytest.mark.parametrize(
    ("windows", "switches"),
    [("", ["win/11/link-how", "win/10/link-how"]), ("10", ["win/11/link-how"]), ("11", ["win/10/link-how"])],
    ids=["unknown", "windows 10", "windows 11"],
)
def test_an_option_switches_to_the_other_windows(
    knowledge: Knowledge, windows: str, switches: list[str]
) -> None:
    reply = make_replies.make_article_reply(stage(knowledge, windows=windows), "link-how")

    assert [option.pick for option in reply.options if option.pick.startswith("win/")] == switches


def illustrate(knowledge: Knowledge, article: str) -> Knowledge:
    """Give an article a picture for each Windows version."""
    names = ("page-11", "page-10")
    pictures = {name: Picture(name, "The page.", PictureFile(f"/{name}.png", b"")) for name in names}
    shown = replace(knowledge.articles[article], picture=Variants("page-11", "page-10"))
    return replace(knowledge, pictures=pictures, articles={**knowledge.articles, article: shown})


@pytest.mark.parametrize(
    ("windows", "picture"),
    [("", "page-11"), ("10", "page-10"), ("11", "page-11")],
    ids=["unknown", "windows 10", "windows 11"],
)
def test_the_picture_is_for_the_known_windows(knowledge: Knowledge, windows: str, picture: str) -> None:
    context = stage(illustrate(knowledge, "link-menu"), windows=windows)
    article = context.knowledge.articles["link-menu"]

    shown = article_parts.choose_picture(context, article.picture)

    assert shown is not None
    assert shown.id == picture


def test_a_part_that_unfolds_does_not_repeat_the_picture(knowledge: Knowledge) -> None:
    context = stage(illustrate(knowledge, "link-how"))
    reply = make_replies.make_article_reply(context, "link-how")
    detail = article_parts.find_detail(reply, "fails")
    assert detail is not None

    assert reply.picture is not None
    assert article_parts.unfold(context, reply, detail).picture is None


def test_a_step_shows_its_picture_together_with_how_to_find_out(knowledge: Knowledge) -> None:
    context = stage(illustrate(knowledge, "link-how"), "is-it-linked")
    flow = context.knowledge.flows["is-it-linked"]
    first = replace(flow.steps[0], picture="page-11")
    flows = {**context.knowledge.flows, flow.id: replace(flow, steps=(first, *flow.steps[1:]))}
    context = replace(context, knowledge=replace(context.knowledge, flows=flows))
    position = f"{flow.id}/{first.id}"

    asked = make_replies.make_step_reply(context, position)
    explained = make_replies.make_step_reply(context, position, explained=True)

    assert asked.picture is None
    assert explained.picture is not None


@pytest.mark.parametrize(
    ("windows", "id"),
    [("", "link-menu"), ("11", "link-menu"), ("10", "link-classic")],
    ids=["unknown", "windows 11", "windows 10"],
)
def test_who_is_served_better_by_another_article_gets_that_one(
    knowledge: Knowledge, windows: str, id: str
) -> None:
    reply = make_replies.make_article_reply(stage(knowledge, windows=windows), "link-menu")

    assert reply.subject == id


def test_an_article_for_one_windows_shows_its_part_and_a_way_to_the_other(knowledge: Knowledge) -> None:
    reply = make_replies.make_article_reply(stage(knowledge, windows="11"), "link-menu")

    assert "1. It is on the Activation page." in reply.body
    assert ("Show Windows 10", "win/10/link-menu", "link-classic") in [
        (option.label, option.pick, option.about) for option in reply.options
    ]


def test_an_article_ends_with_what_a_person_would_press_next(knowledge: Knowledge) -> None:
    reply = make_replies.make_article_reply(stage(knowledge, windows="10"), "link-how")

    assert labels(reply) == [
        "Show Windows 11",
        "Walk me through it",
        "The link button on Windows 11",
        "That fixed it",
        "Still stuck",
        "Ask a human",
        "Menu",
    ]


@pytest.mark.parametrize(
    ("win11", "win10", "step"),
    [
        (
            "Open Settings > **System** > **Activation**.",
            "Open Settings > **Update & Security** > **Activation**.",
            "Open Settings > **System** (Windows 10: **Update & Security**) > **Activation**.",
        ),
        ("Open it, then press X.", "Press X.", "Open it, then press X (Windows 10: Press X)."),
        ("Open **Your PC**.", "Open **Your info**.", "Open **Your PC** (Windows 10: Open **Your info**)."),
        ("Press X twice.", "Press X.", "Press X twice (Windows 10: Press X)."),
        ("Open **X** > C. On?", "Open **Y** > C. On?", "Open **X** (Windows 10: **Y**) > C. On?"),
    ],
    ids=[
        "only the difference",
        "nothing in common",
        "no half of a bold text",
        "something more",
        "a question",
    ],
)
def test_what_differs_between_versions_is_shown_side_by_side(
    knowledge: Knowledge, win11: str, win10: str, step: str
) -> None:
    article = replace(knowledge.articles["link-how"], steps=(Variants(win11, win10),))
    changed = replace(knowledge, articles={**knowledge.articles, "link-how": article})

    assert make_replies.make_article_reply(stage(changed), "link-how").body.endswith(f"1. {step}")


def test_the_rest_of_an_article_is_folded_away_under_its_headings(knowledge: Knowledge) -> None:
    reply = make_replies.make_article_reply(stage(knowledge), "link-how")

    assert [(detail.title, detail.text, detail.pick) for detail in reply.details] == [
        ("If it does not work", "Try again tomorrow.", "more/link-how/fails"),
        ("What not to do", "Do not pay anybody for it.", "more/link-how/avoid"),
        ("How long does it take?", "A minute.", "more/link-how/how-long"),
    ]


def test_why_is_told_once_by_the_article_or_its_aspect(knowledge: Knowledge) -> None:
    linked = knowledge.articles["link-how"]
    both = replace(linked, why="It is safe.", aspects={"why": "It is free."})
    aspect = replace(linked, aspects={"why": "It is free."})

    def list_details(article: Article) -> list[str]:
        changed = replace(knowledge, articles={**knowledge.articles, "link-how": article})
        details = make_replies.make_article_reply(stage(changed), "link-how").details
        return [detail.text for detail in details if detail.pick.endswith("/why")]

    assert (list_details(both), list_details(aspect)) == (["It is safe."], ["It is free."])


@pytest.mark.parametrize(
    ("id", "footing"),
    [
        ("link-how", "From Microsoft. Checked: 20 November 2026."),
        ("link-menu", "Several independent sources agree. Checked: 2 November 2026."),
        ("link-classic", "Partly not confirmed by Microsoft. Checked: 2 November 2026."),
        ("link-check", "Not all of it has an official source. Checked: 9 January 2026."),
        ("generic-keys", "Sources disagree in part; this is the safe advice. Checked: 20 November 2026."),
    ],
)
def test_an_answer_says_how_sure_we_are_and_when_it_was_verified(
    knowledge: Knowledge, id: str, footing: str
) -> None:
    assert make_replies.make_article_reply(stage(knowledge), id).footing == footing


def test_an_answer_links_its_sources(knowledge: Knowledge) -> None:
    (source,) = make_replies.make_article_reply(stage(knowledge), "link-how").sources

    assert (source.title, source.url) == ("Microsoft: linking", "https://example.com/linking")


def test_an_article_that_refuses_is_a_refusal(knowledge: Knowledge) -> None:
    assert make_replies.make_article_reply(stage(knowledge), "no-cracks").kind is Kind.REFUSAL


def test_nobody_is_asked_whether_a_refusal_helped(knowledge: Knowledge) -> None:
    options = make_replies.make_article_reply(stage(knowledge), "no-cracks").options

    assert [option for option in options if option.role is Role.VERDICT] == []


def test_a_choice_hints_at_the_one_message_that_windows_shows_for_it(knowledge: Knowledge) -> None:
    options = make_replies.make_step_reply(stage(knowledge), "is-it-linked/page-says").options

    assert [(option.label, option.hint) for option in options][1:3] == [
        ("Digital licence only", "Windows is activated with a digital license"),
        ("An error code", ""),
    ]


def test_other_ways_on_come_after_the_article_s_own_each_once_and_never_itself(knowledge: Knowledge) -> None:
    reply = make_replies.make_article_reply(
        stage(knowledge), "link-check", ("link-check", "link-how", "leaked-key", "moon")
    )

    assert reply.offers == ("link-how", "link-menu", "leaked-key")


def test_at_most_seven_pages_are_offered_besides_the_flow(knowledge: Knowledge) -> None:
    everything = (*knowledge.articles, *knowledge.flows)

    reply = make_replies.make_article_reply(stage(knowledge), "leaked-key", everything)

    assert len(reply.offers) == 8
    assert labels(reply)[0] == "Walk me through it"


def test_a_person_in_the_middle_of_a_flow_can_continue_it_from_an_article(knowledge: Knowledge) -> None:
    reply = make_replies.make_article_reply(stage(knowledge, "is-it-linked", MIDWAY), "link-check")

    assert ("Continue where you were", "resume") in [(option.label, option.pick) for option in reply.options]


def test_an_article_at_the_end_of_a_flow_leads_back_to_the_last_question(knowledge: Knowledge) -> None:
    answers = {**MIDWAY, "is-it-linked/signed-in": "yes"}

    reply = make_replies.make_article_reply(stage(knowledge, "is-it-linked", answers), "link-how")

    assert "back/is-it-linked/signed-in" in [option.pick for option in reply.options]
    assert "resume" not in [option.pick for option in reply.options]


def test_an_error_page_says_meaning_and_fix_and_folds_the_message(knowledge: Knowledge) -> None:
    reply = make_replies.make_error_reply(stage(knowledge), knowledge.errors["0xC004F211"], ("link-check",))

    assert reply.body == "Windows takes it for a new PC.\n\nLink your licence, then reactivate."
    assert [(detail.title, detail.text) for detail in reply.details] == [
        ("What Windows says", "The hardware of this device has changed.")
    ]
    assert reply.offers == ("changed-parts", "link-how", "link-check")
    assert (reply.subject, reply.kind) == ("error-0xc004f211", Kind.ARTICLE)


def test_an_error_page_without_a_verified_message_shows_none(knowledge: Knowledge) -> None:
    reply = make_replies.make_error_reply(stage(knowledge), knowledge.errors["0xC004F034"])

    assert reply.details == ()


@pytest.mark.parametrize(
    ("id", "subject"),
    [
        ("link-how", "link-how"),
        ("error-0xc004f211", "error-0xc004f211"),
        ("is-it-linked", None),
        ("moon", None),
    ],
)
def test_a_page_is_an_article_or_an_error(knowledge: Knowledge, id: str, subject: str | None) -> None:
    page = make_replies.make_page_reply(stage(knowledge), id)

    assert (page.subject if page else None) == subject


def test_the_first_step_of_a_flow_has_nothing_to_go_back_to(knowledge: Knowledge) -> None:
    reply = make_replies.make_step_reply(stage(knowledge, "is-it-linked"), "is-it-linked/page-says")

    assert labels(reply) == [
        "Digital licence, linked",
        "Digital licence only",
        "An error code",
        "Nothing at all",
        "Not sure: how do I find out?",
        "Ask a human",
        "Menu",
    ]
    assert reply.progress == "Question 1 of at most 2"


def test_a_later_step_can_go_back_and_start_over(knowledge: Knowledge) -> None:
    reply = make_replies.make_step_reply(stage(knowledge, "is-it-linked", MIDWAY), "is-it-linked/signed-in")

    assert [option.pick for option in reply.options] == [
        "say/is-it-linked/signed-in/yes",
        "say/is-it-linked/signed-in/no",
        "say/is-it-linked/signed-in/unknown",
        "back/is-it-linked/page-says",
        "go/is-it-linked",
        "human",
        "menu",
    ]
    assert reply.progress == "Question 2 of at most 2"


def test_an_explained_step_says_how_to_find_out_and_offers_it_no_more(knowledge: Knowledge) -> None:
    reply = make_replies.make_step_reply(
        stage(knowledge, "is-it-linked"), "is-it-linked/page-says", explained=True
    )

    assert reply.body == (
        "What does the Activation page say?\n\n"
        "**How to find out**\nPress **Win + R** and type `ms-settings:activation`."
    )
    assert not any(option.pick.startswith("how/") for option in reply.options)


def test_questions_are_counted_anew_in_a_flow_that_another_led_to(knowledge: Knowledge) -> None:
    reply = make_replies.make_step_reply(
        stage(knowledge, "changed-parts", {"changed-parts/part": "drive"}), "is-it-linked/page-says"
    )

    assert reply.progress == "Question 1 of at most 2"
    assert "go/changed-parts" in [option.pick for option in reply.options]


def test_the_menu_offers_the_flows_all_topics_and_a_human(knowledge: Knowledge) -> None:
    assert [option.pick for option in make_replies.make_menu_reply(stage(knowledge)).options] == [
        "go/changed-parts", "go/is-it-linked", "topics", "human",
    ]  # fmt: skip


def test_the_topics_are_the_shelves(knowledge: Knowledge) -> None:
    reply = make_replies.make_topics_reply(stage(knowledge))

    assert labels(reply)[:2] == ["Help and safety", "Linking"]


def test_a_shelf_holds_its_articles(knowledge: Knowledge) -> None:
    reply = make_replies.make_topics_reply(stage(knowledge), "linking")

    assert reply.title == "Linking"
    assert reply.offers == ("link-how", "link-menu", "link-classic", "link-check")


def test_a_shelf_that_is_gone_leads_to_all_shelves(knowledge: Knowledge) -> None:
    assert make_replies.make_topics_reply(stage(knowledge), "moon") == make_replies.make_topics_reply(
        stage(knowledge)
    )


def test_at_most_four_things_are_suggested(knowledge: Knowledge) -> None:
    reply = make_replies.make_suggestion_reply(
        stage(knowledge), "Did you mean", "this", ("moon", *knowledge.articles)
    )

    assert len(reply.offers) == 4


def test_a_miss_offers_what_may_help_the_menu_and_a_human(knowledge: Knowledge) -> None:
    reply = make_replies.make_miss_reply(stage(knowledge), targets=("link-how",))

    assert [option.pick for option in reply.options] == ["go/link-how", "human", "menu"]
    assert (reply.title, reply.body != "") == ("I don't know that one", True)


@pytest.mark.parametrize("make", ["menu", "miss", "suggest", "elsewhere", "human"])
def test_whatever_is_said_in_the_middle_of_a_flow_it_can_be_continued(
    knowledge: Knowledge, make: str
) -> None:
    midway = stage(knowledge, "is-it-linked", MIDWAY)
    made = {
        "menu": make_replies.make_menu_reply(midway),
        "miss": make_replies.make_miss_reply(midway),
        "suggest": make_replies.make_suggestion_reply(midway, "t", "b", ()),
        "elsewhere": make_replies.make_elsewhere_reply(midway, "office"),
        "human": make_replies.make_human_reply(midway),
    }

    assert "resume" in [option.pick for option in made[make].options]


def test_what_is_not_ours_is_pointed_on(knowledge: Knowledge) -> None:
    reply = make_replies.make_elsewhere_reply(stage(knowledge), "office", ("link-how",))

    assert (reply.kind, reply.body, reply.offers) == (
        Kind.ELSEWHERE, "Office has its own licences.", ("link-how",),
    )  # fmt: skip


def test_a_human_is_told_everything_that_was_said_already(knowledge: Knowledge) -> None:
    talk = Conversation(
        "ann", "is-it-linked", {"is-it-linked/page-says": "nothing"},
        {"windows": "10", "code": "0xC004F211", "other": "x"}, tried=("link-how", "gone"),
    )  # fmt: skip

    reply = make_replies.make_human_reply(replace(stage(knowledge), conversation=talk))

    assert reply.handoff == Handoff(
        answers=(("What does the Activation page say?", "Nothing at all"),),
        facts=(("Windows version", "10"), ("Error code", "0xC004F211")),
        tried=("Link your licence",),  # a page that is gone has no title, and an id says nothing
    )
    assert reply.notice.startswith("Never send anybody your full product key")
    assert [option.pick for option in reply.options] == ["go/link-check", "menu"]


def test_a_human_is_told_in_words_what_windows_shows_and_what_the_person_mentioned(real: Knowledge) -> None:
    state, (name, fact) = (
        real.recognition.states[0],
        next(item for item in real.facts.items() if item[0] != "windows"),
    )
    value = fact.values[0]

    reply = make_replies.make_human_reply(stage(real, state=state.id, **{name: value.id}))

    assert reply.handoff is not None
    assert reply.handoff.facts == (("Activation page", state.says[0]), (fact.label, value.label))


def test_a_state_that_is_gone_is_not_passed_on_as_its_id(knowledge: Knowledge) -> None:
    reply = make_replies.make_human_reply(stage(knowledge, state="gone"))

    assert reply.handoff == Handoff()


def test_a_human_is_told_what_the_person_read_last(knowledge: Knowledge) -> None:
    talk = Conversation("ann", subject="link-how")

    reply = make_replies.make_human_reply(replace(stage(knowledge), conversation=talk))

    assert reply.handoff == Handoff(read="Link your licence")


def test_an_answer_that_is_gone_is_not_passed_on(knowledge: Knowledge) -> None:
    reply = make_replies.make_human_reply(
        stage(knowledge, "is-it-linked", {"is-it-linked/page-says": "gone"})
    )

    assert reply.handoff == Handoff()
