"""Free text: words that steer, an answer to the step at hand, evidence, and only then a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyguide.core.engine.respond import respond
from keyguide.core.evidence.secrets import MAX_TEXT_LENGTH
from keyguide.core.finding.index import Decision, SearchResult
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Kind, Reply, Turn

Person = Any  # from conftest: somebody who talks with the engine
Meet = Callable[..., Person]
Finding = Callable[..., Knowledge]

KEY = "N2434-X9D7W-8PF6X-8DV9T-8TYMD"
PUBLIC = "VK7JG-NPHTM-C97JM-9MPGT-3V66T"
MESSAGE_B = "Windows is activated with a digital license"
REPORT = """Name: Windows(R), Professional edition
Description: Windows(R) Operating System, RETAIL channel
Partial Product Key: {end}
License Status: Licensed"""


def sure(*ids: str) -> SearchResult:
    return SearchResult(Decision.ANSWER, ids, confidence=0.9)


# words that steer


@pytest.mark.parametrize(
    ("before", "number", "label"),
    [
        ("menu", "1", "I changed parts"),
        ("menu", "2", "Is my licence linked?"),
        ("go/link-how", "1", "That fixed it"),
        ("go/link-how", "2", "Still stuck"),
        ("go/link-how", " 3 ", "Walk me through it"),
        ("go/is-it-linked", "4", "Nothing at all"),
    ],
)
def test_a_bare_number_picks_what_stands_there(
    knowledge: Knowledge, meet: Meet, before: str, number: str, label: str
) -> None:
    writer, presser = meet(knowledge), meet(knowledge)
    writer.picks(before)
    presser.picks(before)

    assert replace(writer.says(number), masked_text="") == presser.presses(label)


def test_one_question_alone_leaves_the_options_as_the_page_has_them(finding: Finding, meet: Meet) -> None:
    knowledge = finding(linking_please=sure("link-how"))

    assert meet(knowledge).says("linking please").options == meet(knowledge).picks("go/link-how").options


@pytest.mark.parametrize("number", ["0", "9", "2024"])
def test_a_number_where_nothing_stands_is_looked_up(person: Person, number: str) -> None:
    person.picks("menu")

    assert person.says(number).kind is Kind.MISS


@pytest.mark.parametrize("text", ["menu", "Hello!", "  MENU  "])
def test_a_greeting_opens_the_menu(person: Person, text: str) -> None:
    assert person.says(text).kind is Kind.MENU


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("back", "page-says"),
        ("Go back!", "page-says"),
        ("start over", "page-says"),
        ("continue", "signed-in"),
    ],
)
def test_words_steer_through_a_flow(person: Person, text: str, step: str) -> None:
    person.picks("go/is-it-linked")
    person.presses("Digital licence only")

    assert person.says(text).step == step


def test_start_over_outside_a_flow_is_the_menu(person: Person) -> None:
    assert person.says("start over").kind is Kind.MENU


def test_back_with_nothing_to_go_back_to_says_so(person: Person) -> None:
    reply = person.says("back")

    assert (reply.kind, reply.notice) == (Kind.MENU, "There is nothing to go back to.")


def test_back_at_the_first_question_asks_it_again_and_says_so(person: Person) -> None:
    person.picks("go/is-it-linked")

    reply = person.says("back")

    assert (reply.step, reply.notice) == ("page-says", "There is nothing to go back to.")


def test_who_asks_for_a_human_gets_one(person: Person) -> None:
    reply = person.says("a real person")

    assert (reply.subject, reply.handoff is not None) == ("contact-support", True)


def test_not_sure_explains_how_to_find_out(person: Person) -> None:
    person.picks("go/is-it-linked")

    assert "**How to find out**" in person.says("not sure").body


def test_not_sure_where_nothing_explains_asks_again(person: Person) -> None:
    person.picks("go/is-it-linked")
    person.presses("Digital licence only")

    assert person.says("not sure").step == "signed-in"


def test_it_works_now_is_heard_under_an_article(person: Person) -> None:
    person.picks("go/link-how")

    assert person.says("it works now").title == "Good to hear!"


def test_still_stuck_is_heard_under_an_article(person: Person) -> None:
    person.picks("go/link-check")

    assert person.says("still stuck").judged is not None


def test_still_stuck_with_no_answer_before_is_a_question(person: Person) -> None:
    assert person.says("still stuck").kind is Kind.MISS


def test_who_is_still_stuck_in_the_middle_of_a_flow_gets_a_human_and_a_way_back(person: Person) -> None:
    person.picks("go/is-it-linked")

    reply = person.says("still stuck")

    assert (reply.judged, reply.handoff is not None) == (None, True)
    assert person.presses("Continue where you were").step == "page-says"


@pytest.mark.parametrize("text", ["", "   ", "?!", "\u200b", "\ud83d", "👍"])
def test_no_words_get_the_menu_and_a_friendly_line(person: Person, text: str) -> None:
    reply = person.says(text)

    assert (reply.kind, reply.notice) == (Kind.MENU, person.knowledge.phrases["en"].talk.empty)


def test_no_words_in_a_flow_leave_the_question_where_it_is(person: Person) -> None:
    person.picks("go/is-it-linked")

    assert person.says("...").step == "page-says"


# an answer to the step at hand


@pytest.mark.parametrize(
    "text",
    ["Digital licence only", "digital license ONLY", "digital", "2", "it is not linked to anything", "only"],
    ids=["label", "other spelling", "id", "number", "says", "a telling word"],
)
def test_words_answer_the_question_at_hand(person: Person, text: str) -> None:
    person.picks("go/is-it-linked")

    assert person.says(text).step == "signed-in"


@pytest.mark.parametrize(("text", "subject"), [("yep", "link-how"), ("nope", "link-classic")])
def test_yes_and_no_answer_a_question_that_takes_them(person: Person, text: str, subject: str) -> None:
    person.picks("go/is-it-linked")
    person.presses("Digital licence only")

    assert person.says(text).subject == subject


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (MESSAGE_B, "is-it-linked"),
        ("Windows is activated with a digital license linked to your Microsoft account", "link-check"),
        ("it shows 0xC004F034", "changed-parts"),
        (REPORT.format(end="8TYMD"), "is-it-linked"),
    ],
    ids=["a message", "another message", "a code", "a licence report"],
)
def test_evidence_answers_the_question_at_hand(person: Person, text: str, subject: str) -> None:
    person.picks("go/is-it-linked")

    reply = person.says(text)

    assert (reply.subject, person.conversation.flow) == (subject, "is-it-linked")
    assert (reply.kind, reply.step) != (Kind.STEP, "page-says")


def test_evidence_that_answers_no_choice_is_answered_itself_with_a_way_back(person: Person) -> None:
    person.picks("go/is-it-linked")

    reply = person.says("0xC004F211")

    assert reply.subject == "error-0xc004f211"
    assert person.presses("Continue where you were").step == "page-says"


def test_another_question_in_a_flow_is_answered_with_a_way_back(finding: Finding, meet: Meet) -> None:
    person = meet(finding(can_i_use_a_generic_key=sure("generic-keys")))
    person.picks("go/is-it-linked")

    reply = person.says("can i use a generic key")

    assert (reply.kind, reply.subject) == (Kind.ARTICLE, "generic-keys")
    assert person.presses("Continue where you were").step == "page-says"


def test_what_is_not_understood_in_a_flow_asks_again_and_says_so(person: Person) -> None:
    person.picks("go/is-it-linked")

    reply = person.says("qwertz uiop asdf")

    assert (reply.step, reply.notice) == ("page-says", person.knowledge.phrases["en"].talk.not_understood)


def test_how_long_it_takes_is_told_at_the_end_of_a_flow(person: Person) -> None:
    person.picks("go/is-it-linked")

    reply = person.says("how long does it take")

    assert (reply.step, reply.notice) == ("page-says", person.knowledge.phrases["en"].talk.told_later)


@pytest.mark.parametrize(
    ("flow", "text", "notice"),
    [
        ("is-it-linked", "what is the activation page", ""),
        ("is-it-linked", "ok, how do i open the activation page", ""),
        ("changed-parts", "what is a mainboard", "not_understood"),
        ("is-it-linked", "what is the moon", "not_understood"),
    ],
    ids=["explained", "how", "without an explanation", "something else"],
)
def test_who_asks_for_a_word_of_the_step_is_told_how_to_find_out(
    finding: Finding, meet: Meet, flow: str, text: str, notice: str
) -> None:
    person = meet(finding(**{text: SearchResult(Decision.MISS)}))
    first = person.picks(f"go/{flow}").step

    reply = person.says(text)

    assert reply.step == first
    assert reply.notice == (getattr(person.knowledge.phrases["en"].talk, notice) if notice else "")


@pytest.mark.parametrize("verdict", [Decision.ANSWER, Decision.ELSEWHERE])
def test_who_names_the_other_windows_on_a_page_with_a_twin_gets_that(
    finding: Finding, meet: Meet, verdict: Decision
) -> None:
    text = "and where would that be in windows 10 then"
    person = meet(finding(**{text: SearchResult(verdict, ("link-menu",), confidence=0.9)}))
    person.picks("go/link-menu")

    assert person.says(text).subject == "link-classic"
    assert person.says(text).kind is Kind.SUGGEST


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("no, not the password, the product key", "no the product key"),
        ("i meant the product key, not my old password.", "i meant the product key"),
        ("the key is not the problem i think", "the key is not the problem i think"),
        ("windows is not activated", "windows is not activated"),
    ],
    ids=["before", "after", "no contrast", "a state"],
)
def test_what_is_denied_is_not_searched_for(finding: Finding, meet: Meet, text: str, searched: str) -> None:
    asked: list[str] = []
    knowledge = finding()
    finder = SimpleNamespace(find=lambda text, without=frozenset(): asked.append(text) or sure("link-how"))
    finder.remember_scores, finder.classify = lambda read: finder, lambda text: ()

    meet(replace(knowledge, finder=finder)).says(text)

    assert " ".join(asked[0].split()) == searched


def test_a_statement_about_the_page_just_shown_answers_the_open_step_again(
    finding: Finding, meet: Meet
) -> None:
    statement = "so that key is the one in my machine i suppose then"
    about_keys = SearchResult(Decision.ANSWER, ("generic-keys",), confidence=0.99)
    person = meet(finding(**{"can i use a generic key": about_keys, statement: about_keys}))
    person.picks("go/is-it-linked")
    person.says("can i use a generic key")

    assert person.says(statement).step == "page-says"


def test_of_two_questions_joined_by_and_the_other_is_offered_first(finding: Finding, meet: Meet) -> None:
    text = "how do i link my licence, and can i use a generic key"
    knowledge = finding(
        **{
            text: sure("link-how"),
            "how do i link my licence": sure("link-how"),
            "can i use a generic key": sure("generic-keys"),
        }
    )

    reply = meet(knowledge).says(text)

    assert (reply.subject, reply.options[0].about) == ("link-how", "generic-keys")


@pytest.mark.parametrize("verdict", [Decision.ANSWER, Decision.SUGGEST])
def test_nobody_is_refused_who_may_mean_something_else(
    finding: Finding, meet: Meet, verdict: Decision
) -> None:
    found = SearchResult(verdict, ("no-cracks", "link-how", "link-menu"), may_refuse=False)
    reply = meet(finding(could_u_tell_me_pls=found)).says("could u tell me pls")

    assert reply.kind is Kind.SUGGEST
    assert reply.offers == ("link-how", "link-menu", "no-cracks")


def test_whoever_may_be_refused_is_refused_however_unsure_an_answer_would_be(
    finding: Finding, meet: Meet
) -> None:
    found = SearchResult(Decision.SUGGEST, ("no-cracks", "link-how"), may_refuse=True)

    assert meet(finding(gimme_a_crack=found)).says("gimme a crack").kind is Kind.REFUSAL


def test_beside_what_might_be_refused_another_sure_answer_is_given(finding: Finding, meet: Meet) -> None:
    found = SearchResult(Decision.ANSWER, ("no-cracks", "link-how"), may_refuse=False)
    knowledge = finding(**{"could u tell me pls": found, "could u tell me pls, beside": sure("link-how")})

    reply = meet(knowledge).says("could u tell me pls")

    assert (reply.kind, reply.subject) == (Kind.ARTICLE, "link-how")


def test_a_question_that_is_refused_is_refused_in_a_flow_too(finding: Finding, meet: Meet) -> None:
    person = meet(finding(gimme_a_crack=sure("no-cracks")))
    person.picks("go/is-it-linked")

    assert person.says("gimme a crack").kind is Kind.REFUSAL


# evidence


def test_a_known_code_shows_its_page(person: Person) -> None:
    reply = person.says("my pc says 0xc004f211")

    assert (reply.kind, reply.subject, reply.evidence.codes) == (
        Kind.ARTICLE,
        "error-0xc004f211",
        ("0xC004F211",),
    )


def test_of_two_codes_the_first_is_shown_and_the_other_offered(person: Person) -> None:
    reply = person.says("0xC004F034 and then 0xC004F211")

    assert reply.subject == "error-0xc004f034"
    assert "error-0xc004f211" in reply.offers
    assert reply.notice == "You also showed 0xC004F211."


def test_a_code_one_slip_away_is_asked_about_never_assumed(person: Person) -> None:
    reply = person.says("i get 0xC004F212")

    assert (reply.kind, reply.title, reply.offers) == (
        Kind.SUGGEST,
        "Did you mean 0xC004F211?",
        ("error-0xc004f211",),
    )
    assert "`0xC004F212`" in reply.body


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
@pytest.mark.parametrize("code", ["0x80070003", "0x80070422", "0x8007000E", "0x80080005"])
def test_an_ordinary_code_is_never_taken_for_a_slip_of_one_of_ours(real: Any, meet: Meet, code: str) -> None:
    reply = meet(real).says(code)

    assert reply.kind is not Kind.SUGGEST
    assert not [page for page in reply.offers if page.startswith("error-0x")]


def test_a_code_with_a_digit_too_few_is_asked_about(person: Person) -> None:
    assert person.says("error 0xC004F21").offers == ("error-0xc004f211",)


def test_of_an_unknown_code_only_its_kind_is_said(person: Person) -> None:
    reply = person.says("0xC004F999")

    assert (reply.kind, reply.title) == (Kind.MISS, "I don't know the code 0xC004F999")
    assert (reply.body, reply.offers) == ("Codes of this kind come from Windows activation.", ("link-how",))


def test_of_a_code_of_no_known_kind_nothing_is_said_but_that(person: Person) -> None:
    reply = person.says("0xDEADBEEF")

    assert (reply.kind, reply.offers) == (Kind.MISS, ())
    assert reply.body.startswith("I have no reviewed answer")


def test_an_unknown_code_comes_with_what_the_words_are_about(finding: Finding, meet: Meet) -> None:
    person = meet(finding(linking_shows_0xDEADBEEF=sure("link-menu")))

    reply = person.says("linking shows 0xDEADBEEF")

    assert (reply.kind, reply.offers) == (Kind.MISS, ("link-menu",))


def test_an_unknown_code_of_a_shared_kind_belongs_to_whom_the_words_belong(
    finding: Finding, meet: Meet, small_knowledge: Knowledge
) -> None:
    text = "will it rain with 0xC004F999"
    elsewhere = SearchResult(Decision.ELSEWHERE, ("link-how",), "weather")
    shared = tuple(replace(family, shared=True) for family in small_knowledge.families)

    person = meet(replace(finding(**{text: elsewhere}), families=shared))

    assert person.says(text).kind is Kind.ELSEWHERE


@pytest.mark.parametrize(("share", "kind"), [(0.5, Kind.ELSEWHERE), (0.1, Kind.ARTICLE)])
def test_a_known_code_of_a_shared_kind_is_explained_unless_the_words_surely_belong_elsewhere(
    finding: Finding, meet: Meet, small_knowledge: Knowledge, share: float, kind: Kind
) -> None:
    text = "will it rain with 0xC004F211"
    elsewhere = SearchResult(Decision.ELSEWHERE, ("link-how",), "weather", share)
    shared = tuple(replace(family, shared=True) for family in small_knowledge.families)

    person = meet(replace(finding(**{text: elsewhere}), families=shared))

    assert person.says(text).kind is kind


def test_a_code_that_is_not_ours_is_pointed_on(person: Person) -> None:
    reply = person.says("0x80070643 again")

    assert (reply.kind, reply.body) == (Kind.ELSEWHERE, "Office has its own licences.")


def test_a_message_of_windows_is_answered_and_quoted(person: Person) -> None:
    reply = person.says(MESSAGE_B)

    assert (reply.subject, reply.evidence.state) == ("link-how", "B")
    assert reply.notice == f'Windows says: "{MESSAGE_B}"'


def test_a_long_message_of_windows_is_quoted_in_part(real: Knowledge) -> None:
    beginning = "We can't activate Windows on this device as we can't connect to your"
    text = f"{beginning} organization's activation server"

    _, reply = respond(real, Conversation("ann"), Turn("ann", text=text))

    assert reply.notice == f'Windows says: "{beginning} …"'


def test_a_brief_message_alone_leads_to_its_answer(person: Person) -> None:
    reply = person.says("it says Windows looks grey")

    assert (reply.kind, reply.subject, reply.evidence.state) == (Kind.STEP, "changed-parts", "L")


def test_a_brief_message_said_in_passing_leaves_the_question_to_the_words(
    finding: Finding, meet: Meet
) -> None:
    text = "windows looks grey, how do I link my licence before I sell it"
    person = meet(finding(**{text: sure("link-how")}))

    reply = person.says(text)

    assert (reply.subject, reply.evidence.state) == ("link-how", "L")


def test_a_message_of_windows_can_lead_into_a_flow(person: Person) -> None:
    reply = person.says("We cannot activate Windows on this device as the hardware changed")

    assert (reply.kind, reply.subject, reply.step) == (Kind.STEP, "changed-parts", "part")


def test_a_message_that_is_only_part_of_a_story_gives_way_to_the_question(
    finding: Finding, meet: Meet
) -> None:
    story = f"{MESSAGE_B} but where can somebody see which generic installation keys Microsoft publishes"
    person = meet(finding(**{story: sure("generic-keys")}))

    reply = person.says(story)

    assert reply.subject == "generic-keys"
    assert "link-how" in reply.offers


@pytest.mark.parametrize(
    ("text", "subject", "said"),
    [
        (REPORT.format(end="3V66T"), "link-check", "channel **RETAIL**, status **Licensed**"),
        (REPORT.format(end="8TYMD"), "link-how", "A retail licence is active."),
    ],
    ids=["a public key", "an own key"],
)
def test_a_licence_report_is_read_out_and_answered(
    person: Person, text: str, subject: str, said: str
) -> None:
    reply = person.says(text)

    assert reply.subject == subject
    assert said in reply.notice
    assert reply.evidence.licence is not None


def test_what_a_report_says_takes_the_place_of_the_answer_which_unfolds(person: Person) -> None:
    reply = person.says(REPORT.format(end="8TYMD"))
    _, whole = respond(person.knowledge, Conversation("ann"), Turn("ann", pick=reply.details[0].pick))

    assert reply.body.startswith("1. Go online.")
    assert (reply.details[0].title, reply.details[0].text) == (
        "In short",
        "Signing in with a Microsoft account links it.",
    )
    assert (whole.subject, whole.notice) == (reply.subject, "")
    assert whole.body == f"{reply.details[0].text}\n\n{reply.body}"


def test_what_a_report_does_not_say_is_not_told(person: Person) -> None:
    reply = person.says("Name: Windows(R), Professional edition\nError: product key not found.")

    assert reply.notice == "No key is installed."


def test_a_code_beside_a_licence_report_is_offered(person: Person) -> None:
    reply = person.says(REPORT.format(end="8TYMD") + "\nand also 0xC004F211")

    assert "error-0xc004f211" in reply.offers


def test_a_posted_key_is_masked_said_and_answered(person: Person) -> None:
    reply = person.says(f"here is {KEY}")

    assert (reply.subject, reply.evidence.secret) == ("leaked-key", True)
    assert reply.notice.startswith("Your message contained a product key")


def test_a_posted_key_beside_a_question_is_masked_and_the_answer_is_at_hand(
    finding: Finding, meet: Meet
) -> None:
    text = f"how to link {KEY}"
    masked = text.replace(KEY[:-5], "*****-*****-*****-*****-")
    person = meet(finding(**{masked: sure("link-how")}))

    reply = person.says(text)

    assert "link-how" in (reply.subject, *reply.offers)
    assert "I masked it" in reply.notice


def test_a_key_posted_with_a_code_is_masked_and_what_to_do_about_it_is_offered(person: Person) -> None:
    reply = person.says(f"0xC004F211 and my key is {KEY}")

    assert reply.subject == "error-0xc004f211"
    assert reply.offers[-1] == "leaked-key"
    assert reply.evidence.secret


def test_a_public_key_is_named_as_such(person: Person) -> None:
    reply = person.says(f"it has {PUBLIC}")

    assert (reply.subject, reply.evidence.secret) == ("generic-keys", False)
    assert "(Pro)" in reply.notice


@pytest.mark.parametrize("text", [f"key {KEY}", f"on win10 0xC004F211 {KEY}", f"{KEY} {KEY}"])
def test_nothing_of_a_secret_is_remembered_or_shown(person: Person, text: str) -> None:
    reply = person.says(text)

    assert KEY[:23] not in repr(reply) + repr(person.conversation)


def test_what_a_text_shows_is_remembered_as_facts(person: Person) -> None:
    person.says("0xC004F211 on windows 10")
    person.says(REPORT.format(end="8TYMD"))
    person.says(MESSAGE_B)

    assert person.conversation.facts == {
        "code": "0xC004F211",
        "windows": "10",
        "channel": "RETAIL",
        "status": "Licensed",
        "state": "B",
    }


# a question to look up


def test_a_sure_find_is_answered_with_the_next_best_below(finding: Finding, meet: Meet) -> None:
    person = meet(finding(how_to_link=sure("link-check", "generic-keys", "link-how")))

    reply = person.says("how to link")

    assert (reply.kind, reply.subject) == (Kind.ARTICLE, "link-check")
    assert "generic-keys" in reply.offers


def test_a_sure_find_can_be_a_flow(finding: Finding, meet: Meet) -> None:
    person = meet(finding(check_it=sure("is-it-linked")))

    assert person.says("check it").step == "page-says"


def test_windows_10_in_the_text_picks_the_variant(finding: Finding, meet: Meet) -> None:
    person = meet(finding(link_button_on_win10=sure("link-menu")))

    assert person.says("link button on win10").subject == "link-classic"


def test_the_other_windows_alone_switches_what_was_shown(person: Person) -> None:
    person.picks("win/11/link-menu")

    assert person.says("and what about windows 10?").subject == "link-classic"


@pytest.mark.parametrize("said", ["windows 10", "windows 11", "it is win10"])
def test_a_windows_alone_is_noted_and_opens_nothing(person: Person, said: str) -> None:
    assert person.says(said).kind is Kind.MENU
    assert set(person.conversation.facts) == {"windows"}


@pytest.mark.parametrize("said", ["thanks", "Thanks!", "good bye", "it works now"])
def test_thanks_are_answered_kindly_and_change_nothing(person: Person, said: str) -> None:
    reply = person.says(said)

    assert (reply.kind, reply.title) == (Kind.MENU, "Any time!")
    assert replace(person.conversation, offered=()) == Conversation("ann")


def test_thanks_in_the_middle_of_a_flow_leave_the_step_open(person: Person) -> None:
    step = person.picks("go/is-it-linked").step
    reply = person.says("thanks")

    assert reply.kind is Kind.MENU
    assert person.picks(reply.options[0].pick).step == step


@pytest.mark.parametrize(
    "said", ["linking", "windows linking", "Linking?", "microsoft windows 11 linking", "my linking"]
)
def test_a_name_alone_is_asked_about_however_sure_the_find(finding: Finding, meet: Meet, said: str) -> None:
    person = meet(finding(**{said: sure("link-how", "link-menu")}))

    reply = person.says(said)

    assert (reply.kind, reply.offers) == (Kind.SUGGEST, ("link-how", "link-menu"))


def test_windows_alone_is_no_question(finding: Finding, meet: Meet) -> None:
    person = meet(finding(**{"Windows?": sure("link-how")}))

    assert person.says("Windows?").kind is Kind.MENU


def test_an_unsure_find_offers_a_few(finding: Finding, meet: Meet) -> None:
    labels = ("link-how", "is-it-linked", "link-check", "link-menu")
    person = meet(finding(linking=SearchResult(Decision.SUGGEST, labels)))

    reply = person.says("linking")

    assert (reply.kind, reply.offers) == (Kind.SUGGEST, labels)


def test_what_is_not_ours_is_said_politely(finding: Finding, meet: Meet) -> None:
    person = meet(finding(will_it_rain=SearchResult(Decision.ELSEWHERE, ("link-how",), "weather", 0.15)))

    reply = person.says("will it rain")

    assert (reply.kind, reply.body) == (Kind.ELSEWHERE, "I know nothing of the weather.")


def test_what_is_hardly_of_any_kind_is_a_miss_and_not_sent_elsewhere(finding: Finding, meet: Meet) -> None:
    person = meet(finding(a_cup_of_green_tea=SearchResult(Decision.ELSEWHERE, (), "weather", 0.14)))

    assert person.says("a cup of green tea").kind is Kind.MISS


def test_after_a_page_what_is_hardly_of_any_kind_belongs_to_it(finding: Finding, meet: Meet) -> None:
    person = meet(finding(a_cup_of_green_tea=SearchResult(Decision.ELSEWHERE, (), "weather", 0.14)))
    person.picks("go/link-how")

    reply = person.says("a cup of green tea")

    assert (reply.kind, reply.subject) == (Kind.SUGGEST, "link-how")


@pytest.mark.parametrize("text", ["Ich weiß es nicht", "fur mein Windows"])
def test_a_text_in_another_language_is_answered_with_a_line_in_it(person: Person, text: str) -> None:
    reply = person.says(text)

    assert (reply.kind, reply.title, reply.body) == (Kind.MISS, "Nur Englisch", "Bitte auf Englisch.")


@pytest.mark.parametrize(
    "text", ["nicht so good is it", "mein windows says something odd today and i wonder"]
)
def test_one_foreign_word_or_a_few_in_a_long_text_are_no_other_language(person: Person, text: str) -> None:
    assert person.says(text).title != "Nur Englisch"


def test_a_code_is_read_in_any_language(person: Person) -> None:
    assert person.says("ich habe nicht 0xC004F211").subject == "error-0xc004f211"


def test_a_miss_says_so_and_offers_the_menu_and_a_human(person: Person) -> None:
    reply = person.says("qwertz uiop asdf")

    assert (reply.kind, [option.pick for option in reply.options]) == (Kind.MISS, ["human", "menu"])


def test_a_story_in_pieces_is_read_together_if_that_adds_certainty(finding: Finding, meet: Meet) -> None:
    person = meet(finding(**{"my board died and now": sure("link-check")}))
    person.says("my board died")

    assert person.says("and now").subject == "link-check"


def test_a_code_that_was_answered_makes_no_story_with_the_next_word(finding: Finding, meet: Meet) -> None:
    person = meet(finding(**{"0xC004F211 lol": sure("link-check")}))
    person.says("0xC004F211")

    assert person.says("lol").subject == "error-0xc004f211"


def test_a_long_question_stands_alone(finding: Finding, meet: Meet) -> None:
    text = "where can somebody find the number of the nearest office"
    person = meet(finding(**{f"my board died {text}": sure("link-check")}))
    person.says("my board died")

    assert person.says(text).kind is Kind.MISS


def test_a_very_long_text_is_read_from_its_beginning_and_says_so(person: Person) -> None:
    reply = person.says("0xC004F211 " + "blah " * MAX_TEXT_LENGTH)

    assert reply.subject == "error-0xc004f211"
    assert reply.notice == person.knowledge.phrases["en"].talk.long_text


def test_the_few_examples_of_the_small_knowledge_are_learnt(small_knowledge: Knowledge, meet: Meet) -> None:
    replies = [
        meet(small_knowledge).says(text)
        for text in ("how do i link my license", "gimme a crack", "will it rain tomorrow")
    ]

    assert [(reply.kind, reply.subject) for reply in replies] == [
        (Kind.ARTICLE, "link-how"),
        (Kind.REFUSAL, "no-cracks"),
        (Kind.ELSEWHERE, None),
    ]


# whatever anybody can type


ANY_TEXT = st.text(st.characters())  # all of Unicode, lone surrogates too
PIECES = st.sampled_from(
    [
        "0xC004F211",
        "0x",
        "C004",
        KEY,
        PUBLIC,
        MESSAGE_B,
        REPORT.format(end="3V66T"),
        "back",
        "yes",
        "1",
        "99",
        "win10",
        "windows 11",
        "{}",
        "{message}",
        "%s",
        "**",
        "`",
        "\ud800",
        "\0",
        "\n",
        "\uff57\uff49\uff4e\uff11\uff10",
        "²",
        "٣",
        "/",
        "'",
    ]
)
TEXTS = st.one_of(ANY_TEXT, st.lists(st.one_of(PIECES, ANY_TEXT), max_size=8).map(" ".join))
PICKS = st.one_of(
    ANY_TEXT,
    st.lists(
        st.sampled_from(
            [
                "go",
                "say",
                "back",
                "how",
                "win",
                "good",
                "bad",
                "topics",
                "resume",
                "start",
                "human",
                "menu",
                "again",
                "link-how",
                "link-menu",
                "is-it-linked",
                "changed-parts",
                "page-says",
                "signed-in",
                "part",
                "who",
                "digital",
                "drive",
                "other",
                "error-0xc004f211",
                "10",
                "11",
                "linking",
                "",
                "human",
                "elsewhere/office",
            ]
        ),
        min_size=1,
        max_size=4,
    ).map("/".join),
)
TURNS = st.one_of(
    st.builds(Turn, st.just("ann"), text=TEXTS, locale=st.sampled_from(["en", "de", "", "xx-YY"])),
    st.builds(Turn, st.just("ann"), pick=PICKS),
)


def complete(reply: Reply) -> bool:
    return bool(
        reply.title.strip()
        and reply.options
        and all(option.label and option.pick for option in reply.options)
    )


Engine = Callable[[Conversation, Turn], tuple[Conversation, Reply]]


@pytest.fixture(scope="module")
def small_engine(small_knowledge: Knowledge) -> Engine:
    return lambda talk, turn: respond(small_knowledge, talk, turn)


@pytest.fixture(scope="module")
def real_engine(real: Knowledge) -> Engine:
    return lambda talk, turn: respond(real, talk, turn)


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(turns=st.lists(TURNS, min_size=1, max_size=6))
def test_whatever_anybody_types_or_presses_gets_a_reply(small_engine: Engine, turns: list[Turn]) -> None:
    talk = Conversation("ann")
    for turn in turns:
        talk, reply = small_engine(talk, turn)
        assert complete(reply)


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
def test_whatever_anybody_types_gets_a_reply_from_the_real_knowledge(real_engine: Engine, text: str) -> None:
    _, reply = real_engine(Conversation("ann"), Turn("ann", text=text))

    assert complete(reply)


TALKS = st.builds(
    Conversation,
    st.just("ann"),
    flow=st.sampled_from(["is-it-linked", "changed-parts", "moon", ""]),
    answers=st.dictionaries(
        st.sampled_from(
            ["is-it-linked/page-says", "is-it-linked/signed-in", "changed-parts/part", "changed-parts/who"]
        ),
        st.sampled_from(["digital", "code", "drive", "board", "other", "me", "yes", "gone"]),
    ),
    facts=st.just({"windows": "10"}),
    subject=st.sampled_from(["", "moon", "link-how", "is-it-linked", "error-0xc004f211"]),
    tried=st.lists(st.sampled_from(["link-how", "moon", "is-it-linked", "error-0xc004f211"])).map(tuple),
)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(talk=TALKS, turn=TURNS)
def test_whatever_a_conversation_holds_gets_a_reply(
    small_engine: Engine, talk: Conversation, turn: Turn
) -> None:
    _, reply = small_engine(talk, turn)

    assert complete(reply)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "0x" * 100_000,
        "N2434-" * 50_000,
        f"{MESSAGE_B} " * 5_000,
        "a: b\n" * 50_000,
        "\u0301" * 200_000,
    ],
    ids=["one word", "codes", "keys", "messages", "a report", "accents"],
)
def test_a_very_long_text_gets_a_reply(real: Knowledge, text: str) -> None:
    _, reply = respond(real, Conversation("ann"), Turn("ann", text=text))

    assert complete(reply)


def test_a_second_miss_in_a_row_offers_a_human_first(finding: Finding, meet: Meet) -> None:
    person = meet(finding())
    first, second = person.says("qwertz uiop asdf"), person.says("yxcv bnml fghj")

    assert (first.kind, second.kind) == (Kind.MISS, Kind.MISS)
    assert first.body == person.knowledge.phrases["en"].talk.miss_body.strip()
    assert second.options[0].pick == "human"
    assert second.body == person.knowledge.phrases["en"].talk.second_miss_body.strip()


def test_a_miss_after_the_menu_is_a_first_one(finding: Finding, meet: Meet) -> None:
    person = meet(finding())
    person.picks("menu")

    assert person.says("qwertz uiop asdf").body == person.knowledge.phrases["en"].talk.miss_body.strip()


@pytest.mark.parametrize(
    ("labels", "kind"),
    [(("no-cracks",), Kind.REFUSAL), (("no-cracks", "link-how"), Kind.ARTICLE)],
    ids=["nothing else is likely", "something else is likely"],
)
def test_in_a_talk_a_text_is_refused_only_if_hardly_anything_else_is_likely(
    finding: Finding, meet: Meet, labels: tuple[str, ...], kind: Kind
) -> None:
    found = SearchResult(Decision.ANSWER, labels, confidence=0.9)
    person = meet(finding(**{"can we keep it for free like that": found}))
    person.picks("go/link-menu")

    assert person.says("can we keep it for free like that").kind is kind


def test_who_names_an_activator_is_refused_if_that_is_likeliest(finding: Finding, meet: Meet) -> None:
    unsure = SearchResult(Decision.ANSWER, ("no-cracks", "link-how"), confidence=0.5, may_refuse=False)

    reply = meet(finding(**{"my cracktool hangs, why": unsure})).says("my cracktool hangs, why")

    assert reply.kind is Kind.REFUSAL


def test_a_page_that_two_sentences_name_keeps_the_place_of_the_first(finding: Finding, meet: Meet) -> None:
    text = "how do i link it. where is my key? how to link it again"
    link, key = sure("link-how"), sure("generic-keys")
    sentences = {"how do i link it.": link, "where is my key?": key, "how to link it again": link}
    knowledge = finding(**sentences, **{text: link})

    reply = meet(knowledge).says(text)

    assert (reply.subject, reply.offers[0]) == ("link-how", "generic-keys")
