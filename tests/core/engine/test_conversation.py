"""Whole conversations on the real knowledge: acts, aspects, interruptions, corrections and facts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from keyguide.core.model.turn import Reply

LINK = "how do i link my license to my microsoft account"

Meet = Callable[..., Any]


def show(reply: Reply) -> tuple[str, str | None, str]:
    """Say in short what a reply shows."""
    return reply.kind.value, reply.subject, reply.step


def list_picks(reply: Reply) -> list[str]:
    return [option.pick for option in reply.options]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("thanks", "Any time!"),
        ("thanks, appreciate it", "Any time!"),
        ("hey, good evening", "Hello"),
        ("can someone help", "Go ahead"),
        ("please help me", "Go ahead"),
        ("r u a bot", "I am a program"),
        ("you are useless", "Sorry about that"),
        ("stupid bot", "Sorry about that"),
        ("start over", "How can I help with Windows activation?"),
    ],
)
@pytest.mark.parametrize("before", ["", LINK], ids=["at first", "after an article"])
def test_an_act_is_answered_as_one_and_opens_no_article(ann: Any, before: str, text: str, title: str) -> None:
    if before:
        ann.says(before)
    reply = ann.says(text)

    assert (reply.kind, reply.subject, reply.title) == ("menu", None, title)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("too long", "shorter"),
        ("source?", "source"),
        ("the second one", "second"),
        ("where were we", "resume"),
    ],
)
def test_an_act_about_an_answer_opens_no_article_if_there_is_no_answer_yet(
    ann: Any, text: str, act: str
) -> None:
    reply = ann.says(text)

    assert (reply.kind, reply.subject, reply.act) == ("menu", None, act)


@pytest.mark.parametrize(
    "text",
    [
        "thanks, that was very helpful, you saved my day",
        "thank you so much for your help with this",
        "great, thanks for the help with activation",
        "cheers for explaining the licence thing",
        "thanks for telling me about the product key",
    ],
)
@pytest.mark.parametrize("before", ["", LINK], ids=["at first", "after an article"])
def test_thanks_in_a_sentence_never_open_an_article(ann: Any, before: str, text: str) -> None:
    if before:
        ann.says(before)

    assert ann.says(text).kind not in {"article", "refusal", "step"}


def test_an_answer_that_is_too_long_is_given_in_short(ann: Any) -> None:
    long = ann.says(LINK)
    short = ann.says("too long")

    assert (show(short), short.act) == (show(long), "shorter")
    assert len(short.body) < len(long.body)
    assert short.notice == "In short"


def test_the_sources_of_an_answer_are_named(ann: Any) -> None:
    article = ann.says(LINK)
    reply = ann.says("source?")

    assert (show(reply), reply.act) == (show(article), "source")
    assert article.sources
    assert all(source.url in reply.body for source in article.sources)


@pytest.mark.parametrize(("text", "act"), [("source?", "source"), ("too long", "shorter")])
def test_in_a_flow_such_words_are_about_the_page_that_was_shown_last(ann: Any, text: str, act: str) -> None:
    ann.picks("go/not-activated")
    article = ann.picks("go/troubleshooter")
    reply = ann.says(text)

    assert (show(reply), reply.act) == (show(article), act)
    assert ann.picks(next(each.pick for each in reply.options if "Continue" in each.label)).step == "pc-kind"


def test_before_any_page_is_shown_they_bring_the_question_again(ann: Any) -> None:
    step = ann.picks("go/not-activated")

    assert show(ann.says("source?")) == show(step)


def test_why_not_after_a_refusal_is_answered(ann: Any) -> None:
    refusal = ann.says("can i use massgrave")
    reply = ann.says("why not")

    assert (show(reply), reply.aspect) == (show(refusal), "why")
    assert reply.body != refusal.body


def test_the_second_one_is_the_second_option_of_the_last_reply(ann: Any, real: Any, meet: Meet) -> None:
    offered = ann.picks("topics/" + real.groups[0].id).options
    pressed = meet(real).picks(offered[1].pick)
    reply = ann.says("the second one")

    assert (show(reply), reply.title, reply.act) == (show(pressed), pressed.title, "second")


def test_the_second_one_answers_an_open_step(ann: Any) -> None:
    ann.picks("go/not-activated")
    ann.says("the second one")

    assert dict(ann.conversation.answers) == {"not-activated/pc-kind": "work"}


def test_starting_over_in_a_flow_asks_its_first_question(ann: Any) -> None:
    ann.picks("go/hardware-changed")
    ann.says("graphics card")
    reply = ann.says("start over")

    assert show(reply) == ("step", "hardware-changed", "part")
    assert dict(ann.conversation.answers) == {}


@pytest.mark.parametrize("text", ["where were we", "keep going"])
def test_where_were_we_shows_the_last_answer_once_more(ann: Any, text: str) -> None:
    article = ann.says(LINK)
    ann.says("thanks")
    reply = ann.says(text)

    assert (show(reply), reply.body) == (show(article), article.body)


@pytest.mark.parametrize("text", ["hey, good evening", "you are useless", "tldr"])
def test_an_act_in_a_flow_keeps_the_open_question(ann: Any, text: str) -> None:
    ann.picks("go/not-activated")
    ann.says("its mine")
    reply = ann.says(text)

    assert show(reply) == ("step", "not-activated", "page-says")
    assert dict(ann.conversation.answers) == {"not-activated/pc-kind": "own"}


def test_asking_for_a_bot_in_a_flow_leads_back_to_it(ann: Any) -> None:
    ann.picks("go/not-activated")
    reply = ann.says("r u a bot")

    assert (reply.kind, reply.title) == ("menu", "I am a program")
    assert "resume" in list_picks(reply)


def test_a_refusal_does_not_colour_the_next_message(ann: Any) -> None:
    refused = ann.says("massgrave?")
    joke = ann.says("tell me a joke")

    assert refused.kind == "refusal"
    assert joke.kind in {"elsewhere", "miss"}
    assert ann.says(LINK).subject == "link-how"


@pytest.mark.parametrize(
    ("text", "aspect"), [("how long does it take", "how-long"), ("does it cost anything", "cost")]
)
def test_a_usual_question_after_an_article_is_about_that_article(ann: Any, text: str, aspect: str) -> None:
    article = ann.says(LINK)
    reply = ann.says(text)

    assert (reply.kind, reply.subject, reply.aspect) == ("article", article.subject, aspect)
    assert reply.body != article.body
    assert reply.notice == article.title
    assert ann.conversation.subject == article.subject


def test_a_usual_question_counts_more_than_a_page_that_its_words_may_name(ann: Any) -> None:
    article = ann.says(LINK)
    alone = ann.knowledge.finder.find("how much does it cost")
    reply = ann.says("how much does it cost")

    assert alone.top == "buy-genuine"
    assert (reply.subject, reply.aspect) == (article.subject, "cost")


def test_usual_questions_may_follow_one_another(ann: Any) -> None:
    ann.says(LINK)
    replies = [ann.says("how long does it take"), ann.says("does it cost anything")]

    assert [(reply.subject, reply.aspect) for reply in replies] == [
        ("link-how", "how-long"),
        ("link-how", "cost"),
    ]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("how do i find my product key", "find-product-key"),
        ("what is the difference between oem and retail", "key-types"),
    ],
)
def test_another_question_in_a_flow_is_answered_and_leads_back(ann: Any, text: str, subject: str) -> None:
    ann.picks("go/hardware-changed")
    step = ann.says("graphics card")
    reply = ann.says(text)

    assert (reply.kind, reply.subject) == ("article", subject)
    assert "resume" in list_picks(reply)
    assert show(ann.says("where were we")) == show(step) == ("step", "hardware-changed", "online-now")


def test_a_correction_answers_an_earlier_question_again(ann: Any) -> None:
    ann.picks("go/hardware-changed")
    first = ann.says("graphics card")
    assert show(first) == ("step", "hardware-changed", "online-now")

    reply = ann.says("actually it was the motherboard too")

    assert show(reply) == ("step", "hardware-changed", "who")
    assert dict(ann.conversation.answers) == {"hardware-changed/part": "board"}


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("never had an account", "account", "none"),
        ("i have windows 10", "windows", "10"),
        ("its my own pc", "owner", "mine"),
        ("i swapped the motherboard", "changed", "board"),
    ],
)
def test_a_fact_said_in_passing_is_kept(ann: Any, text: str, fact: str, value: str) -> None:
    assert ann.says(text).facts[fact] == value

    ann.says(LINK)
    assert ann.says("thanks").facts[fact] == value


def test_who_said_windows_10_gets_the_answer_for_windows_10(ann: Any) -> None:
    ann.says("i have windows 10")

    assert ann.says("how do i link my license").subject == "link-how-win10"


def test_what_was_said_before_is_not_asked_again(ann: Any) -> None:
    ann.says("my motherboard died and i never linked it")
    first = ann.picks("go/hardware-changed")
    then = ann.says("i did")

    assert show(first) == ("step", "hardware-changed", "who")
    assert first.notice == "You said: Motherboard or several parts."
    assert show(then) == ("step", "hardware-changed", "licence-kind")
    assert then.notice == "You said: No, or I never had an account."


def test_own_words_choose_an_answer(ann: Any) -> None:
    ann.picks("go/not-activated")
    reply = ann.says("its mine just my gaming pc")

    assert show(reply) == ("step", "not-activated", "page-says")
    assert dict(ann.conversation.answers) == {"not-activated/pc-kind": "own"}
    assert reply.facts["owner"] == "mine"


def test_what_was_taken_from_earlier_words_can_be_changed(ann: Any) -> None:
    ann.says("my motherboard died")
    first = ann.picks("go/hardware-changed")
    (change,) = [option for option in first.options if option.label == "Change what I said"]
    asked = ann.picks(change.pick)

    assert show(asked) == ("step", "hardware-changed", "part")
    assert "hardware-changed/part" not in ann.conversation.answers


@pytest.mark.parametrize("text", ["sorry i meant 10 not 11", "and that works on 10 too?", "what about 10"])
def test_another_version_in_few_words_brings_the_same_answer_for_it(ann: Any, text: str) -> None:
    ann.says(LINK)

    assert ann.says(text).subject == "link-how-win10"


def test_ten_of_something_else_is_no_version_of_windows(ann: Any) -> None:
    assert "windows" not in ann.says("i have 10 pcs, how many can i link").facts


def test_the_second_one_in_a_flow_is_the_second_answer(ann: Any, real: Any) -> None:
    ann.picks("go/not-activated")
    ann.says("the second one")

    choices = real.find_step("not-activated/pc-kind").choices
    assert dict(ann.conversation.answers) == {"not-activated/pc-kind": choices[1].id}


def test_what_a_step_does_not_ask_is_noted_and_the_step_comes_again(ann: Any) -> None:
    step = ann.picks("go/not-activated")
    reply = ann.says("it came with the pc")

    assert show(reply) == show(step)
    assert reply.notice == "Noted: It came with the PC."
    assert reply.facts["origin"] == "with-pc"


def test_words_that_a_later_step_of_another_flow_expects_open_no_other_flow(ann: Any) -> None:
    step = ann.picks("go/not-activated")

    assert show(ann.says("yes i reset it yesterday")) == show(step)


def test_a_whole_sentence_about_something_else_leaves_the_step(ann: Any) -> None:
    ann.picks("go/not-activated")

    assert ann.says("my printer prints nothing but empty pages since yesterday").kind == "elsewhere"


@pytest.mark.parametrize(
    ("flow", "text", "subject"),
    [
        ("link-account", "getting a new motherboard soon", "link-before-hardware-change"),
        ("error-code", "popup says windows is blocked call microsoft", "scam-popup"),
    ],
)
def test_an_answer_may_be_described_by_what_it_leads_to(ann: Any, flow: str, text: str, subject: str) -> None:
    ann.picks(f"go/{flow}")

    assert ann.says(text).subject == subject
    assert ann.conversation.answers


def test_thanks_in_a_flow_are_answered_with_the_way_back_first(ann: Any) -> None:
    ann.picks("go/not-activated")
    reply = ann.says("thx will check")

    assert (reply.kind, reply.act) == ("menu", "thanks")
    assert ann.picks(reply.options[0].pick).step == "pc-kind"


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        ("guide me link", "link-account"),
        ("guide me error", "error-code"),
    ],
)
def test_who_asks_to_be_guided_through_a_matter_in_a_word_is(ann: Any, text: str, flow: str) -> None:
    assert show(ann.says(text))[:2] == ("step", flow)


def test_instead_of_guesses_comes_the_aspect_that_a_text_most_likely_asks_for(ann: Any) -> None:
    ann.picks("go/oem-bios-key")

    reply = ann.says("can i use it on my other pc")

    assert (reply.kind, reply.subject, reply.aspect) == ("article", "oem-bios-key", "which-pc")
    assert "transfer-license" in reply.offers[:3]  # what the text may mean as well


def test_a_page_that_has_nothing_else_to_say_still_says_the_likely_aspect(ann: Any) -> None:
    ann.picks("go/account-admin-needed")

    reply = ann.says("and after making him admin, reboot needed or not")

    assert (reply.subject, reply.aspect) == ("account-admin-needed", "restart")


def test_who_asks_how_long_another_page_takes_is_told_that_part_of_it(ann: Any) -> None:
    ann.picks("go/generic-keys")

    reply = ann.says("how long does the troubleshooter take")

    assert (reply.subject, reply.aspect) == ("troubleshooter", "how-long")


def test_what_is_no_question_about_the_page_brings_no_aspect(ann: Any) -> None:
    ann.picks("go/account-admin-needed")

    assert ann.says("fair enough").aspect == ""


def test_who_asks_to_be_guided_and_names_no_matter_chooses_from_the_menu(ann: Any) -> None:
    assert ann.says("guide me").kind == "menu"
