"""The engine, as a person meets it who presses options: on, back, again, and where a button is old."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Kind, Turn, Verdict

Person = Any  # from conftest: somebody who talks with the engine


def pick_of(person: Person, label: str) -> str:
    return str(next(option.pick for option in person.reply.options if option.label == label))


@pytest.mark.parametrize(
    ("pick", "kind", "subject"),
    [
        ("go/link-how", Kind.ARTICLE, "link-how"),
        ("go/error-0xc004f211", Kind.ARTICLE, "error-0xc004f211"),
        ("go/is-it-linked", Kind.STEP, "is-it-linked"),
        ("go/no-cracks", Kind.REFUSAL, "no-cracks"),
        ("win/10/link-menu", Kind.ARTICLE, "link-classic"),
        ("start", Kind.MENU, None),
        ("menu", Kind.MENU, None),
        ("topics", Kind.MENU, None),
        ("topics/linking", Kind.MENU, None),
        ("human", Kind.ARTICLE, "contact-support"),
        ("say/is-it-linked/page-says/linked", Kind.ARTICLE, "link-check"),
        ("say/is-it-linked/page-says/nothing", Kind.ARTICLE, "contact-support"),
        ("back/is-it-linked/page-says", Kind.STEP, "is-it-linked"),
    ],
)
def test_every_pick_leads_where_it_says(person: Person, pick: str, kind: Kind, subject: str | None) -> None:
    reply = person.picks(pick)

    assert (reply.kind, reply.subject, reply.notice.startswith("That button")) == (kind, subject, False)


@pytest.mark.parametrize(
    "pick",
    [
        "go/moon",
        "go",
        "go/link-how/more",
        "say/is-it-linked/page-says/gone",
        "say/is-it-linked/gone/linked",
        "say/is-it-linked",
        "back/is-it-linked/gone",
        "how/is-it-linked/page-says",
        "win/10/moon",
        "win/10/is-it-linked",
        "good/moon",
        "bad/moon",
        "resume",
        "say/is-it-linked/signed-in/yes",
        "nonsense",
        "///",
        " ",
        "go/error-0x",
        "\ud800/\udfff",
    ],
)
def test_a_button_that_fits_no_more_leads_politely_to_a_new_start(person: Person, pick: str) -> None:
    reply = person.picks(pick)

    assert reply.kind is Kind.MENU
    assert reply.notice == person.knowledge.phrases["en"].talk.stale


def test_a_button_that_fits_no_more_leads_back_to_the_question_at_hand(person: Person) -> None:
    person.picks("go/is-it-linked")

    reply = person.picks("go/moon")

    assert (reply.kind, reply.step) == (Kind.STEP, "page-says")
    assert reply.notice.startswith("That button is from an earlier conversation.")


def test_a_flow_is_walked_from_question_to_question_to_the_answer(person: Person) -> None:
    steps = [
        person.picks("go/is-it-linked").step,
        person.presses("Digital licence only").step,
        person.presses("Yes, I am").subject,
    ]

    assert steps == ["page-says", "signed-in", "link-how"]


def test_back_asks_the_last_question_again_and_forgets_its_answer(person: Person) -> None:
    person.picks("go/is-it-linked")
    person.presses("Digital licence only")

    reply = person.presses("Back")

    assert reply.step == "page-says"
    assert person.conversation.answers == {}


def test_start_over_begins_the_flow_again(person: Person) -> None:
    person.picks("go/changed-parts")
    person.presses("The mainboard")

    reply = person.presses("Start over")

    assert (reply.step, person.conversation.answers) == ("part", {})


def test_one_flow_leads_into_another_and_back(person: Person) -> None:
    person.picks("go/changed-parts")

    there = person.presses("The drive")
    back = person.presses("Back")

    assert (there.subject, there.step, back.subject, back.step) == (
        "is-it-linked",
        "page-says",
        "changed-parts",
        "part",
    )


def test_a_choice_that_leads_back_to_an_earlier_question_asks_that_again(person: Person) -> None:
    person.picks("go/changed-parts")
    person.presses("The mainboard")

    reply = person.presses("It was another part")

    assert (reply.step, person.conversation.answers) == ("part", {})


def test_two_flows_that_lead_to_each_other_never_lose_a_person(person: Person) -> None:
    person.picks("go/changed-parts")
    person.presses("The drive")

    reply = person.presses("An error code")

    assert (reply.subject, reply.step, person.conversation.answers) == ("changed-parts", "part", {})


def test_an_old_button_pressed_again_takes_the_person_back_there(person: Person) -> None:
    person.picks("go/is-it-linked")
    old = pick_of(person, "Digital licence only")
    person.presses("Digital licence only")
    person.presses("Yes, I am")

    reply = person.picks(old)

    assert (reply.step, person.conversation.answers) == ("signed-in", {"is-it-linked/page-says": "digital"})


def test_another_answer_to_an_old_question_takes_the_place_of_the_first(person: Person) -> None:
    person.picks("go/is-it-linked")
    other = pick_of(person, "Digital licence, linked")
    person.presses("Digital licence only")

    reply = person.picks(other)

    assert (reply.subject, person.conversation.answers) == (
        "link-check",
        {"is-it-linked/page-says": "linked"},
    )


def test_an_old_button_of_another_flow_s_first_question_enters_that_flow(person: Person) -> None:
    person.picks("go/changed-parts")

    reply = person.picks("say/is-it-linked/page-says/digital")

    assert (reply.subject, reply.step, person.conversation.flow) == (
        "is-it-linked",
        "signed-in",
        "is-it-linked",
    )


def test_an_old_button_of_another_flow_s_later_question_leads_to_the_question_at_hand(person: Person) -> None:
    person.picks("go/changed-parts")

    reply = person.picks("say/is-it-linked/signed-in/yes")

    assert (reply.subject, reply.step, reply.notice != "") == ("changed-parts", "part", True)


def test_how_explains_the_question_at_hand(person: Person) -> None:
    person.picks("go/is-it-linked")

    reply = person.presses("Not sure: how do I find out?")

    assert (reply.step, "**How to find out**" in reply.body) == ("page-says", True)


def test_an_answer_can_tell_which_windows_a_person_has(person: Person) -> None:
    person.picks("go/is-it-linked")
    person.presses("Digital licence only")

    reply = person.presses("No, a local account")

    assert person.conversation.facts == {"windows": "10"}
    assert reply.subject == "link-classic"


WALK = Conversation(
    "ann",
    flow="link-account",
    answers={
        "link-account/active-now": "active",
        "link-account/admin-here": "admin",
        "link-account/personal": "have",
    },
    facts={"windows": "10"},
)


def test_which_windows_it_is_is_not_asked_again(real: Knowledge, meet: Callable[..., Person]) -> None:
    reply = meet(real, WALK).picks("say/link-account/button-there/visible")

    assert reply.subject == "link-how-win10"


def test_back_shows_the_question_that_was_passed_over(real: Knowledge, meet: Callable[..., Person]) -> None:
    person = meet(real, WALK)
    person.picks("say/link-account/button-there/visible")
    asked = person.picks(pick_of(person, "Change what I said"))
    other = person.picks("say/link-account/which-windows/eleven")

    assert (asked.step, other.subject) == ("which-windows", "link-how")


def test_the_switch_shows_the_other_windows_and_is_remembered(person: Person) -> None:
    person.picks("go/link-how")

    reply = person.presses("Show Windows 10")
    other = person.picks("go/link-menu")

    assert ("Your info" in reply.body, "Accounts" in reply.body) == (True, False)
    assert other.subject == "link-classic"


@pytest.mark.parametrize("version", ["11", "10"])
def test_the_switch_goes_there_and_back(person: Person, version: str) -> None:
    other = {"10": "11", "11": "10"}[version]
    person.picks(f"win/{version}/link-menu")

    shown = [
        person.presses(f"Show Windows {other}").subject,
        person.presses(f"Show Windows {version}").subject,
    ]

    served = {"11": "link-menu", "10": "link-classic"}
    assert shown == [served[other], served[version]]


def test_the_end_of_a_flow_can_be_a_human_who_is_told_the_answers(person: Person) -> None:
    person.picks("go/is-it-linked")

    reply = person.presses("Nothing at all")

    assert reply.handoff is not None
    assert reply.handoff.answers == (("What does the Activation page say?", "Nothing at all"),)


def test_start_goes_on_where_a_person_was(person: Person) -> None:
    person.picks("go/is-it-linked")
    person.presses("Digital licence only")

    assert person.picks("start").step == "signed-in"


def test_a_question_in_between_leaves_a_flow_where_it_was(person: Person) -> None:
    person.picks("go/is-it-linked")
    person.picks("go/link-menu")

    assert person.presses("Continue where you were").step == "page-says"


def test_that_fixed_it_ends_happily_and_leaves_the_flow(person: Person) -> None:
    person.picks("go/is-it-linked")
    person.presses("Digital licence, linked")

    reply = person.presses("That fixed it")

    assert (reply.kind, reply.title, reply.judged) == (
        Kind.MENU,
        "Good to hear!",
        Verdict("link-check", "good"),
    )
    assert [option.pick for option in reply.options] == ["menu"]
    assert (person.conversation.flow, person.conversation.answers, person.conversation.tried) == ("", {}, ())


def test_still_stuck_leads_to_the_next_thing(person: Person) -> None:
    person.picks("go/link-check")

    reply = person.presses("Still stuck")

    assert (reply.subject, reply.judged) == ("link-how", Verdict("link-check", "bad"))
    assert reply.notice.startswith("Sorry that didn't help")
    assert person.conversation.tried == ("link-check",)


def test_still_stuck_passes_over_what_was_tried(person: Person) -> None:
    person.conversation = Conversation("ann", tried=("link-how",))

    assert person.picks("bad/link-check").subject == "link-menu"


def test_still_stuck_passes_over_what_was_tried_under_another_name(person: Person) -> None:
    """On Windows 10 link-menu is served as link-classic, which was tried."""
    person.conversation = Conversation(
        "ann", facts={"windows": "10"}, tried=("link-how", "is-it-linked", "link-classic")
    )

    assert person.picks("bad/link-check").subject == "contact-support"


def test_still_stuck_first_shows_what_to_do_if_it_does_not_work(person: Person) -> None:
    person.picks("go/link-how")

    reply = person.presses("Still stuck")

    assert (reply.subject, reply.title, reply.body) == (
        "link-how",
        "If it does not work",
        "Try again tomorrow.",
    )
    assert reply.judged == Verdict("link-how", "bad")
    assert person.conversation.tried == ("link-how",)


def test_still_stuck_after_that_leads_into_a_flow_once(person: Person) -> None:
    person.picks("go/link-how")
    person.presses("Still stuck")

    reply = person.presses("Still stuck")

    assert (reply.kind, reply.subject) == (Kind.STEP, "is-it-linked")
    assert "is-it-linked" in person.conversation.tried


@pytest.mark.parametrize(
    ("name", "title", "aspect"),
    [("avoid", "What not to do", ""), ("how-long", "How long does it take?", "how-long")],
)
def test_a_folded_part_is_shown_in_place_of_the_answer(
    person: Person, name: str, title: str, aspect: str
) -> None:
    reply = person.picks(f"more/link-how/{name}")

    assert (reply.subject, reply.title, reply.notice) == ("link-how", title, "Link your licence")
    assert reply.aspect == aspect
    assert person.conversation.subject == "link-how"


def test_a_folded_part_leads_back_to_its_page(person: Person) -> None:
    page = person.picks("go/link-how")
    person.picks("more/link-how/avoid")

    assert person.presses("Link your licence") == page


def test_a_part_offers_the_pages_that_it_mentions_first(
    knowledge: Knowledge, meet: Callable[..., Person]
) -> None:
    text = "Read “Reach a person”, or see “Is my licence linked”. Do not see “Something else”."
    article = replace(knowledge.articles["link-how"], not_this_if=text, see=("link-menu", "contact-support"))
    person = meet(replace(knowledge, articles={**knowledge.articles, "link-how": article}))

    reply = person.picks("more/link-how/not-this")

    assert reply.body == text
    assert reply.offers[:2] == ("contact-support", "is-it-linked")
    assert [option.about for option in reply.options].count("contact-support") == 1


@pytest.mark.parametrize("pick", ["more/moon/fails", "more/link-how/moon", "stuck/moon"])
def test_a_part_that_does_not_exist_is_an_outdated_button(person: Person, pick: str) -> None:
    assert person.picks(pick).notice == person.knowledge.phrases["en"].talk.stale


def test_still_stuck_with_nothing_left_calls_a_human(person: Person) -> None:
    person.picks("go/leaked-key")

    reply = person.presses("Still stuck")

    assert reply.subject == "contact-support"
    assert reply.notice.startswith("That was the last thing I know about this.")
    assert (reply.judged, reply.handoff is not None) == (Verdict("leaked-key", "bad"), True)


def stuck_until_a_human(person: Person, start: str) -> list[str]:
    """Press "Still stuck" under page after page, walking through flows on the way; return where it led."""
    reply, led = person.picks(f"go/{start}"), [start]
    for _ in range(500):
        if reply.handoff:
            return led
        if reply.kind is Kind.STEP:
            reply = person.picks(reply.options[0].pick)
        else:
            reply = person.presses("Still stuck")
            led.append(reply.subject)
    pytest.fail(f"from {start} this goes on for ever")


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
@pytest.mark.parametrize("windows", ["", "10", "11"], ids=["unknown", "windows 10", "windows 11"])
def test_still_stuck_never_goes_in_a_circle_and_ends_with_a_human(
    real: Knowledge, meet: Callable[..., Person], windows: str
) -> None:
    facts = {"windows": windows} if windows else {}
    pages = [id for id, page in real.articles.items() if not page.refuses]

    for start in [*pages, *(error.id for error in real.errors.values())]:
        led = stuck_until_a_human(meet(real, Conversation("ann", facts=facts)), start)
        assert led[-1] == real.recognition.human
        pages = [page for page, before in zip(led[:-1], ["", *led], strict=False) if page != before]
        assert len({*pages}) == len(pages)


def test_what_was_tried_long_ago_is_forgotten_before_it_fills_a_memory(person: Person) -> None:
    person.conversation = Conversation("ann", tried=tuple(f"page-{number}" for number in range(500)))

    person.picks("bad/leaked-key")

    assert len(person.conversation.tried) < 300


def test_a_conversation_about_a_flow_that_is_gone_starts_anew(person: Person) -> None:
    person.conversation = Conversation("ann", flow="moon", answers={"moon/one": "yes"}, subject="moon")

    assert person.picks("start").kind is Kind.MENU


def test_a_conversation_whose_answer_is_gone_asks_that_question_again(person: Person) -> None:
    person.conversation = Conversation("ann", flow="is-it-linked", answers={"is-it-linked/page-says": "gone"})

    assert person.picks("start").step == "page-says"


def test_a_flow_that_leads_to_an_article_that_is_gone_ends_at_the_menu(knowledge: Knowledge) -> None:
    fewer = {id: article for id, article in knowledge.articles.items() if id != "link-check"}
    turn = Turn("ann", pick="say/is-it-linked/page-says/linked")

    _, reply = respond(replace(knowledge, articles=fewer), Conversation("ann"), turn)

    assert reply.kind is Kind.MENU


def test_the_phrases_are_those_of_the_person_s_language(
    knowledge: Knowledge, meet: Callable[..., Person]
) -> None:
    english = knowledge.phrases["en"]
    german = replace(english, talk=replace(english.talk, menu_title="Wie kann ich helfen?"))
    both = replace(knowledge, phrases={"en": english, "de": german})

    assert meet(both, locale="de-AT").picks("menu").title == "Wie kann ich helfen?"


def test_the_same_turn_gives_the_same_reply(real: Knowledge) -> None:
    texts = [
        "how do i link my licence",
        "0xC004F211",
        "win10",
        "still stuck",
        "what is a generic key",
        "asdf",
        "1",
    ]

    def replies() -> list[object]:
        talk, said = Conversation("ann"), list[object]()
        for text in texts:
            talk, reply = respond(real, talk, Turn("ann", text=text))
            said += [talk, reply]
        return said

    assert replies() == replies()


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
def test_every_path_of_every_flow_ends_in_an_article_or_with_a_human(
    real: Knowledge, meet: Callable[..., Person]
) -> None:
    ends: list[Kind] = []
    for flow in real.flows.values():
        ahead = [
            Turn("ann", pick=f"say/{flow.id}/{flow.first_step}/{choice.id}")
            for choice in flow.steps[0].choices
        ]
        unanswered = [(Conversation("ann"), turn) for turn in ahead]
        met: set[str] = set()
        while unanswered:
            talk, reply = respond(real, *unanswered.pop())
            picks = {option.pick for option in reply.options if option.pick.startswith("say/")} - met
            met |= picks
            unanswered += [(talk, Turn("ann", pick=pick)) for pick in picks]
            ends += [] if reply.kind is Kind.STEP else [reply.kind]

    assert len(ends) > len(real.flows)
    assert set(ends) <= {Kind.ARTICLE, Kind.REFUSAL}
