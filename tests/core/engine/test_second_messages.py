"""What the second message of a conversation is taken for, on the real knowledge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from keyguide.core.finding.index import Decision, SearchResult
from keyguide.core.model.turn import Kind

Meet = Callable[..., Any]


def test_trouble_that_sounds_like_a_success_is_looked_up(ann: Any) -> None:
    ann.picks("go/activation-enter-key")

    assert ann.says("now its blocked").subject == "key-blocked"


def test_a_success_is_still_one(ann: Any) -> None:
    ann.picks("go/activation-enter-key")

    assert (ann.says("now it works").act, ann.reply.kind) == ("solved", "menu")


def test_a_report_that_begins_like_a_no_is_looked_up(ann: Any) -> None:
    ann.picks("go/link-how")

    assert ann.says("it isnt there").subject == "account-option-missing"


def test_a_question_about_what_was_tried_is_no_report_of_it(ann: Any) -> None:
    ann.picks("go/link-work-account")

    reply = ann.says("will the uni see that i tried")

    assert (reply.act, reply.subject) == ("", "link-work-account")


@pytest.mark.parametrize(
    ("page", "text", "meant"),
    [
        ("account-forgot-password", "no not the password the product key", "find-product-key"),
        ("key-blocked", "its not blocked its already used on another pc", "key-already-used"),
    ],
)
def test_what_somebody_does_not_mean_does_not_lead_astray(ann: Any, page: str, text: str, meant: str) -> None:
    ann.picks(f"go/{page}")

    assert ann.says(text).subject == meant


def test_a_lawful_question_about_the_page_just_shown_is_not_refused(ann: Any) -> None:
    ann.picks("go/link-several-pcs")

    assert ann.says("so one key is good for all 4 of them?").kind == "suggest"


def test_a_page_that_the_last_one_links_to_is_shown_though_the_words_alone_name_nothing(ann: Any) -> None:
    ann.picks("go/volume-kms")

    assert ann.says("ok and how do i clean this").subject == "activator-cleanup"


def test_what_a_question_about_a_page_may_mean_instead_is_offered_first(ann: Any) -> None:
    ann.picks("go/s-mode")

    reply = ann.says("do i need a microsoft account for that")

    assert (reply.subject, reply.aspect, reply.offers[0]) == ("s-mode", "no-account", "account-create")


def test_who_is_asked_a_step_again_is_offered_the_page_that_the_words_are_about(ann: Any) -> None:
    ann.picks("go/hardware-changed")
    choices = len([option for option in ann.reply.options if option.role == "choice"])

    reply = ann.says("i think my old rig isnt in there")

    assert reply.kind == "step"
    assert reply.options[choices].about == "troubleshooter-no-device"


def test_a_statement_that_begins_with_yes_answers_a_step_that_has_such_a_choice(ann: Any) -> None:
    ann.picks("go/link-account")
    before = ann.reply.step

    assert ann.says("Yes it has that word under my name").step != before


def test_no_clue_is_no_no(ann: Any) -> None:
    ann.picks("go/link-account")
    before = ann.reply.step

    assert ann.says("no clue what that means").step == before


def test_the_matter_is_found_in_the_whole_text_if_the_rest_of_it_says_nothing(ann: Any) -> None:
    assert ann.says("can we do the linking together").subject == "link-account"


def test_of_several_sentences_the_first_that_surely_asks_something_is_answered(ann: Any) -> None:
    reply = ann.says("so, other pc: setup wants a product key and i have none")

    assert reply.subject == "clean-install-skip-key"


@pytest.mark.parametrize("text", ["how do i see that it works", "does it work now?"])
def test_who_asks_whether_it_works_has_not_solved_it(ann: Any, text: str) -> None:
    ann.picks("go/esu-enroll")

    assert ann.says(text).act != "solved"


def test_who_asks_on_after_a_success_gets_an_answer(ann: Any) -> None:
    ann.picks("go/troubleshooter")

    assert ann.says("it worked, thanks! next: how do i link").subject == "link-how"


def test_a_report_offers_first_what_it_may_mean(ann: Any) -> None:
    assert ann.says("slmgr /xpr says Windows is in Notification mode").offers[0] == "not-activated"


def test_another_version_is_heard_behind_small_words(ann: Any) -> None:
    ann.picks("go/link-how")

    assert ann.says("oh wait its windows 10 sorry").subject == "link-how-win10"


def test_a_question_behind_a_no_is_answered(ann: Any) -> None:
    ann.picks("go/transfer-license")

    assert ann.says("ok so no. what now").subject == "transfer-license"


def test_what_else_somebody_tells_who_is_still_stuck_leads_nowhere_else(ann: Any) -> None:
    assert ann.says("hello? back after dinner, still fails").act == "not-solved"


def test_a_brief_text_that_goes_on_belongs_to_the_page_just_shown(ann: Any) -> None:
    ann.picks("go/volume-kms")

    assert ann.says("and over vpn?").subject == "volume-kms"


def test_a_question_of_its_own_does_not(ann: Any) -> None:
    ann.picks("go/volume-kms")

    assert ann.says("and which vpn is good for gaming on my laptop?").kind == "elsewhere"


def test_who_asks_again_for_what_was_refused_is_told_that_there_is_no_more(ann: Any) -> None:
    ann.says("got a crack for windows 11?")

    reply = ann.says("come on just give me one crack")

    assert (reply.kind, reply.subject) in {("suggest", "piracy-refused"), ("refusal", "piracy-refused")}


def test_what_is_lawful_after_a_refusal_is_heard_as_such(ann: Any) -> None:
    ann.says("got a crack for windows 11?")

    assert ann.says("come on, what does a real one cost").subject == "buy-genuine"


@pytest.mark.parametrize(
    "text", ["tried that allready 2 times", "this is useless", "you keep asking the same"]
)
def test_who_is_weary_of_questions_is_offered_a_human_behind_the_choices(ann: Any, text: str) -> None:
    ann.picks("go/cannot-sign-in")

    reply = ann.says(text)
    choices = len([option for option in reply.options if option.role == "choice"])

    assert (reply.kind, reply.options[choices].pick) == ("step", "human")
    assert reply.notice.startswith("I'm sorry that this is hard going.")


def test_what_is_surely_a_topic_does_not_start_over(ann: Any) -> None:
    ann.picks("go/secondhand-pc")

    assert ann.says("i want to wipe it and start over").subject == "reinstall-windows"


def test_who_begs_once_more_in_words_that_name_nothing_is_told_the_same(finding: Any, meet: Meet) -> None:
    refused = "no-cracks"
    begging = SearchResult(
        Decision.ELSEWHERE, (refused,), "feelings", 0.2, guesses=(refused,), may_refuse=False
    )
    person = meet(finding(come_on_nobody_will_ever_know=begging))
    person.picks(f"go/{refused}")

    reply = person.says("come on nobody will ever know")

    assert (reply.kind, reply.subject) == ("suggest", refused)


def test_a_remark_about_something_else_is_not_joined_with_what_was_said(finding: Any, meet: Meet) -> None:
    wifi = SearchResult(Decision.ELSEWHERE, ("link-check",), "office", 0.4, 0.1)
    joined = SearchResult(Decision.ANSWER, ("link-how",), confidence=0.9)
    finds = {"my wifi is slow": wifi, "activation is slow my wifi is slow": joined}
    person = meet(finding(**{text.replace(" ", "_"): result for text, result in finds.items()}))
    person.says("activation is slow")

    assert person.says("my wifi is slow").kind == "elsewhere"


def test_nobody_is_suspected_on_a_mere_guess(finding: Any, meet: Meet) -> None:
    unsure = SearchResult(Decision.MISS, ("no-cracks", "link-check"), guesses=("no-cracks", "link-check"))
    person = meet(finding(for_my_daughters_school_laptop=unsure))

    assert person.says("for my daughters school laptop").offers == ("link-check",)


def test_what_surely_belongs_elsewhere_is_no_question_about_the_page(ann: Any) -> None:
    ann.picks("go/link-how")

    assert ann.says("why is the sky blue").kind == "elsewhere"


def test_whoever_surely_asks_about_something_else_is_not_told_that_the_page_is_all(
    finding: Any, meet: Meet
) -> None:
    weather = SearchResult(Decision.MISS, ("link-check",), "office", 0.95)
    person = meet(finding(tell_me_the_weather=weather))
    person.picks("go/link-how")

    assert person.says("tell me the weather").kind == "elsewhere"


def test_trouble_with_another_product_does_not_begin_our_diagnosis(ann: Any) -> None:
    ann.picks("go/link-how")

    assert ann.says("antivirus subscription renewal wont activate").kind != "step"


@pytest.mark.parametrize("text", ["come on just one", "please, nobody will know"])
def test_who_insists_on_what_was_refused_is_told_that_there_is_no_more(ann: Any, text: str) -> None:
    ann.says("got a crack for windows 11?")

    assert (ann.says(text).kind, ann.reply.subject) == ("suggest", "piracy-refused")


def test_who_insists_on_nothing_is_looked_up(ann: Any) -> None:
    ann.picks("go/link-how")

    assert ann.says("please please please").act != "insist"


def test_who_insists_while_a_step_waits_is_asked_it_again(ann: Any) -> None:
    step = ann.picks("go/link-account").step

    assert ann.says("please please please").step == step


def test_a_question_behind_the_tale_of_what_is_done_is_answered(ann: Any) -> None:
    ann.says("hi my activation says 0xC004F034")

    assert ann.says("ok ok i do it by hand. where do i put the key").subject == "activation-enter-key"


def test_a_question_about_another_product_is_none_about_the_page_just_shown(ann: Any) -> None:
    ann.picks("go/link-how")

    assert ann.says("and my xbox games, are they in there").kind == "elsewhere"


def test_starting_over_is_heard_beside_its_reason(ann: Any) -> None:
    ann.picks("go/link-account")
    ann.says("yes it is activated")

    assert ann.says("hm can we start over, thats the wrong pc").step == "active-now"


def test_the_bot_is_greeted_back_though_it_is_asked_how_it_is(ann: Any) -> None:
    assert ann.says("hey bot how are u").kind == "menu"


def test_the_flow_to_walk_through_is_that_to_which_the_pages_about_the_text_lead(ann: Any) -> None:
    assert ann.says("link my account, step by step pls").subject == "link-account"


def test_an_answer_to_a_later_step_is_noted_in_a_flow_that_another_led_to(ann: Any) -> None:
    for text in ("my windows isnt activated", "its my own pc", "the page says the hardware has changed"):
        ann.says(text)
    step = ann.says("the motherboard").step

    reply = ann.says("no ms account ever")

    assert (step, reply.step, reply.facts["linked"]) == ("who", step, "no")


def test_a_part_that_somebody_named_answers_what_was_changed(ann: Any) -> None:
    reply = ann.says("i changed the gpu and now windows is not activated, walk me through it")

    assert (reply.subject, reply.step, reply.facts["changed"]) == ("hardware-changed", "online-now", "gpu")


def test_another_part_than_was_said_goes_on_in_the_diagnosis_beside_the_page(ann: Any) -> None:
    ann.says("my pc says windows not activated after i changed the gpu")

    reply = ann.says("wait no, it was the motherboard my friend says")

    assert (reply.subject, reply.step, reply.facts["changed"]) == ("hardware-changed", "who", "board")


def test_stop_leads_to_the_menu_with_the_way_back_first(ann: Any) -> None:
    ann.picks("go/link-account")

    reply = ann.says("stop")

    assert (reply.kind, reply.options[0].pick) == ("menu", "resume")


def test_a_school_owns_a_pc_as_a_company_does(ann: Any) -> None:
    ann.picks("go/not-activated")
    ann.says("my own pc")

    assert ann.says("sorry, school owns it").step == "company-network"


def test_a_question_that_names_only_what_is_shown_belongs_to_the_page(ann: Any) -> None:
    ann.picks("go/activation-servers-network")

    reply = ann.says("could it be my VPN?")

    assert (reply.kind, reply.subject) == ("suggest", "activation-servers-network")


def test_who_asks_for_a_human_and_says_why_is_told_whom_to_ask(ann: Any) -> None:
    ann.picks("go/link-how")

    reply = ann.says("this is too hard for me, can i talk to a real person")

    assert reply.subject == "contact-support"


def test_a_greeting_with_a_word_of_no_weight_is_a_greeting(ann: Any) -> None:
    reply = ann.says("hi, hm ok")

    assert (reply.kind, reply.act) == ("menu", "greeting")


@pytest.mark.parametrize(
    ("page", "text", "aspect"),
    [
        ("link-how-win10", "will they charge me for that", "cost"),
        ("account-create", "where do i see my device", "where"),
    ],
)
def test_a_part_of_the_page_that_is_asked_for_comes_before_a_list_of_guesses(
    ann: Any, page: str, text: str, aspect: str
) -> None:
    ann.picks(f"go/{page}")

    reply = ann.says(text)

    assert (reply.kind, reply.subject, reply.aspect) == (Kind.ARTICLE, page, aspect)


def test_who_still_does_not_know_in_other_words_takes_the_answer_for_that(ann: Any) -> None:
    ann.picks("go/link-account")
    ann.picks("say/link-account/active-now/active")
    first, second = ann.says("dunno"), ann.says("no clue at all")

    assert (first.step, second.step) == ("admin-here", "personal")


def test_what_is_told_beside_thanks_is_answered_if_it_is_surely_about_another_page(ann: Any) -> None:
    ann.picks("go/link-keep-local-account")

    reply = ann.says("nice. oh and my sister has Home Single Language whatever that is")

    assert (reply.act, reply.subject) == ("thanks", "home-single-language")


def test_a_remark_about_the_page_just_shown_is_no_question(ann: Any) -> None:
    ann.picks("go/link-how")

    reply = ann.says("thank you, now i know how linking works")

    assert (reply.act, reply.kind) == ("thanks", "menu")


def test_who_wants_to_go_on_goes_on_whatever_stands_beside_it(ann: Any) -> None:
    ann.picks("go/not-activated")
    ann.says("unrelated: can you leave s mode")

    reply = ann.says("free? nice. back to my pc pls")

    assert (reply.act, reply.kind) == ("resume", "step")


def test_who_opens_with_somebody_else_and_says_what_it_is_about_leaves_the_step(ann: Any) -> None:
    ann.picks("go/hardware-changed")

    reply = ann.says("wait i gotta ask smth for my sister first, she forgot her microsoft password")

    assert reply.subject == "account-forgot-password"


def test_another_pc_begins_an_aside(ann: Any) -> None:
    ann.picks("go/licensing-service-broken")

    assert ann.says("never mind that. other pc: how do i find the key there").subject == "find-product-key"
