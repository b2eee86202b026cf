"""Answer free text: as a command, an answer to the open step, evidence, an act, or a question to look up."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from keyguide.core.engine.answers.commands import find_command
from keyguide.core.engine.answers.evidence import answer_by_evidence, show_target
from keyguide.core.engine.answers.flow_beside_page import find_pick_beside_page
from keyguide.core.engine.answers.likely_pages import offer_likely
from keyguide.core.engine.answers.near_page import find_right_page
from keyguide.core.engine.answers.page_ranking import rank_pages
from keyguide.core.engine.answers.questions_about_page import answer_aspect
from keyguide.core.engine.answers.search_knowledge import (
    answer_by_lookup,
    is_windows_only,
    list_likely_others,
    say_no_more,
    search,
)
from keyguide.core.engine.answers.speech_acts import answer_act
from keyguide.core.engine.answers.step_answers import answer_open_step
from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.incoming_text import (
    Message,
    ParsedMessage,
    find_aside,
    find_reading,
    narrow_down,
    read_message,
)
from keyguide.core.engine.intents import Intent, find_intent, find_likely_aspect, is_question
from keyguide.core.engine.pages import make_replies
from keyguide.core.engine.pressed_option import press
from keyguide.core.finding.index import Decision
from keyguide.core.finding.normalise import tokenise
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.option_order import count_out
from keyguide.core.model.turn import Kind, Reply

_MAX_ASPECT_WORDS = 9  # a longer question that is surely a topic is about more than the last page
_NEAR_LABELS = 2  # among so many best labels, the last page is still what a question is about
_MAX_NO_WORDS = 2  # "it isnt there" says more than no
_CLAUSE_ENDS = (".", ",", ";", ":", "!", "?")
_REPORTS = frozenset(("not-solved", "did-that"))  # whatever else such a message tells
_SURE_TROUBLE = 0.9  # confidence from which "now its blocked" is a question, whatever success it sounds like
_SURE_NEW_PAGE = 0.6  # share of another page from which a remark beside thanks is about it
_SURE_OTHER_PAGE = 0.9  # share of another page from which no part of the last one is guessed
_SURE_TOPIC = 0.7  # confidence from which a text is a question of its own, whatever aspect it names


def answer_text(context: Context, text: str) -> TurnResult:
    """Answer what a person wrote, with a notice if the text held a secret or was too long."""
    message = read_message(context.knowledge, text)
    evidence = message.evidence
    context = replace(context, conversation=_add_facts(context.conversation, message))
    conversation, reply = _answer_message(context, message)
    notices = (
        context.phrases.talk.secret if evidence.secret else "",
        context.phrases.talk.long_text if message.cut else "",
        reply.notice,
    )
    notice = "\n\n".join(notice.strip() for notice in notices if notice)
    secret_page = context.knowledge.recognition.secret
    if evidence.secret and secret_page not in (reply.subject, *reply.offers):
        option = make_replies.make_open_option(context, secret_page)
        reply = replace(reply, options=(*reply.options, option) if option else reply.options)
    return conversation, replace(reply, notice=notice, masked_text=message.text, evidence=evidence)


def _add_facts(conversation: Conversation, message: Message) -> Conversation:
    evidence, licence = message.evidence, message.evidence.licence
    return conversation.add_facts(
        windows=evidence.windows,
        code=evidence.codes[0] if evidence.codes else "",
        state=evidence.state or "",
        channel=(licence.channel if licence else "") or "",
        status=(licence.status if licence else "") or "",
    ).add_facts(**message.facts)


def _answer_message(context: Context, message: Message) -> TurnResult:
    if not tokenise(message.question):
        conversation, reply = press(context, "resume" if context.find_open_step() else "menu")
        return conversation, replace(reply, notice=context.phrases.talk.empty)
    parsed = _parse(context, message)
    command = " ".join(parsed.words)
    if pick := count_out(context.conversation.offered, command) or find_command(context, command):
        return press(context, pick)
    aside = find_aside(context.knowledge, message.question) if context.has_begun() else ""
    if aside:
        return _answer_aside(context, message, aside)
    return answer_open_step(context, parsed) or _answer_freely(context, parsed)


def _answer_aside(context: Context, message: Message, question: str) -> TurnResult:
    """Answer a question that has nothing to do with the talk so far; an open flow waits."""
    context = replace(context, conversation=replace(context.conversation, subject=""), earlier=())
    return _answer_freely(context, _parse(context, narrow_down(context.knowledge, message, question)))


def _parse(context: Context, message: Message) -> ParsedMessage:
    words = context.knowledge.words.normalise_words(message.question)
    reading = find_reading(context.knowledge, message.evidence.licence)
    find = partial(search, context, message.question, words)
    return ParsedMessage(message, words, reading, find, partial(rank_pages, context))


def _answer_freely(context: Context, parsed: ParsedMessage) -> TurnResult:
    """Answer a text that is no answer to a step: evidence first, then acts, aspects and questions."""
    intent = find_intent(context.knowledge, parsed.message.question)
    page = context.find_last_page()
    speaks_of_page = bool(page and (intent.aspect or intent.act or intent.belongs))
    if (not speaks_of_page or parsed.list_evidence()) and (answer := answer_by_evidence(context, parsed)):
        return answer if parsed.reading else offer_likely(context, parsed, answer)  # a reading says what next
    if is_windows_only(context, parsed):
        return press(context, "again")
    if _only_sounds_like_act(context, parsed, intent):
        intent = Intent(rest=parsed.message.question)
    if intent.act:
        return offer_likely(context, parsed, _answer_act(context, parsed, intent))
    return offer_likely(context, parsed, _answer_topic(context, parsed, intent))


def _answer_topic(context: Context, parsed: ParsedMessage, intent: Intent) -> TurnResult:
    """Answer what a text is about: what settles the last page, a statement about it, or a question."""
    page = context.find_last_page()
    if right := find_right_page(context, parsed):
        return show_target(context, right, "", parsed.result.labels[:_NEAR_LABELS])
    pick = _find_pick(context, parsed, belongs=intent.belongs)
    answer = press(context, pick) if pick else None
    if answer and (answer[1].kind is not Kind.ARTICLE or answer[1].subject != page):
        return answer  # otherwise it is the page just shown
    return _answer_question(context, parsed, intent)


def _only_sounds_like_act(context: Context, parsed: ParsedMessage, intent: Intent) -> bool:
    """Check whether a text only sounds like an act: "it isnt there", "how do i see that it works"."""
    if intent.act == "solved":
        asks = not intent.rest and is_question(parsed.message.question)
        return asks or _tells_of_trouble(context, parsed)
    if intent.act == "did-that":
        return is_question(parsed.message.question)
    if intent.act == "restart":
        return parsed.is_sure_topic(_SURE_TROUBLE)
    if intent.act == "insist":
        return not context.knowledge.is_refusal(context.find_last_page())
    return intent.act == "no" and not intent.rest and len(parsed.words) > _MAX_NO_WORDS


def _tells_of_trouble(context: Context, parsed: ParsedMessage) -> bool:
    """Check whether what sounds like a success is the contrary: "not activated now", "now its blocked"."""
    is_topic = parsed.is_sure_topic(_SURE_TROUBLE)
    return parsed.denies_success() or (is_topic and not _is_settled(context, parsed))


def _answer_act(context: Context, parsed: ParsedMessage, intent: Intent) -> TurnResult:
    """Answer an act, or what else its message says."""
    if tokenise(intent.rest):
        return _answer_rest(context, parsed, intent.act, intent.rest)
    if intent.act == "insist":
        conversation, reply = say_no_more(context, context.find_last_page())
        return conversation, replace(reply, act=intent.act)
    return _answer_only_act(context, intent.act, parsed.message.question)


def _answer_only_act(context: Context, act: str, text: str = "") -> TurnResult:
    """Answer an act, whatever else its message says."""
    conversation, reply = answer_act(context, act, text)
    return conversation, replace(reply, act=act)


def _find_pick(context: Context, parsed: ParsedMessage, *, belongs: bool) -> str:
    """Find the pick that a statement about the last page stands for; empty if there is none."""
    if pick := find_pick_beside_page(context, parsed, belongs=belongs):
        return pick
    page = context.find_last_page()
    return f"good/{page}" if page and _is_settled(context, parsed) else ""


def _is_settled(context: Context, parsed: ParsedMessage) -> bool:
    """Check whether a text states that the matter is settled, such as that Windows is activated now."""
    known, facts = context.knowledge.facts, parsed.message.facts
    settled = any(
        value.id == facts.get(name) and value.solves for name in facts for value in known[name].values
    )
    return settled and not is_question(parsed.message.question) and not parsed.list_evidence()


def _answer_rest(context: Context, parsed: ParsedMessage, act: str, rest: str) -> TurnResult:
    """Answer what a message says besides an act, with a word about the act above it."""
    if act == "human":
        return answer_act(context, act)
    besides = _parse(context, narrow_down(context.knowledge, parsed.message, rest))
    says_much = _says_much(context, besides.words)
    if act in {"plea", "greeting"} and parsed.result.decision in {Decision.ANSWER, Decision.SUGGEST}:
        besides = parsed  # such words do not blur a question
    if _only_remarks(context, act, besides):
        return _answer_only_act(context, act)
    if act == "walk" and not (_ends_with_question(parsed, rest) and besides.is_sure_topic()):
        return answer_act(context, act, parsed.message.question)
    intent = find_intent(context.knowledge, rest)
    asks_on = bool(context.find_last_page()) and is_question(rest)  # "oh no, how do I delete it"
    nothing = {Decision.MISS, Decision.ELSEWHERE} if act in _REPORTS else {Decision.MISS}
    is_empty = besides.result.decision in nothing or not says_much
    if is_empty and not intent.aspect and not asks_on:
        return _answer_only_act(context, act)
    conversation, reply = _answer_question(context, besides, intent)
    notice = context.phrases.talk.glad if act in {"solved", "thanks"} else ""
    return conversation, replace(reply, notice=f"{notice}\n\n{reply.notice}".strip(), act=act)


def _only_remarks(context: Context, act: str, besides: ParsedMessage) -> bool:
    """Check whether what somebody says beside an act asks for nothing new.

    "Thank you, now i know how linking works" is a remark. While a step waits, so is what stands beside
    "let us go on", unless an answer to it is found.
    """
    if act == "resume" and context.find_open_step():
        return besides.result.decision is not Decision.ANSWER
    if act not in {"thanks", "goodbye"} or is_question(besides.message.question) or besides.list_evidence():
        return False
    is_new = _means_another_page(context, besides, _SURE_NEW_PAGE)
    return not (is_new and besides.is_sure_topic() and besides.ranking[0][0] == besides.result.top)


def _ends_with_question(parsed: ParsedMessage, rest: str) -> bool:
    """Check whether the last clause of a message asks something: "ok i do it by hand. where is the key"."""
    before, found, after = parsed.message.question.rpartition(rest)
    return bool(found) and not after and before.rstrip().endswith(_CLAUSE_ENDS) and is_question(rest)


def _says_much(context: Context, words: list[str]) -> bool:
    return len([word for word in words if word not in context.knowledge.fillers]) > 1


def _answer_question(context: Context, parsed: ParsedMessage, intent: Intent) -> TurnResult:
    """Answer a question about the last page from its aspects, any other one by lookup."""
    aspect = _find_aspect(context, parsed, intent)
    if aspect and (answer := answer_aspect(context, aspect, list_likely_others(context, parsed))):
        return answer
    conversation, reply = answer_by_lookup(context, parsed, intent)
    if _asks_of_another_page(context, intent, reply):
        there = replace(context, conversation=conversation)
        return answer_aspect(there, intent.aspect) or (conversation, reply)
    aspect = _guess_aspect(context, parsed, intent, reply) if reply.kind is Kind.SUGGEST else ""
    if aspect and (answer := answer_aspect(context, aspect, reply.offers)):
        return answer
    return conversation, reply


def _asks_of_another_page(context: Context, intent: Intent, reply: Reply) -> bool:
    """Check whether a talk turns to a part of another page: "and how long does the troubleshooter take"."""
    last, article = context.find_last_page(), context.knowledge.articles.get(reply.subject or "")
    is_other = bool(last) and reply.kind is Kind.ARTICLE and reply.subject != last
    return is_other and article is not None and intent.is_certain and intent.aspect in article.aspects


def _guess_aspect(context: Context, parsed: ParsedMessage, intent: Intent, reply: Reply) -> str:
    """Guess which aspect of the last page a text asks for, if there is nothing better than a few guesses."""
    article, text = context.knowledge.articles.get(context.find_last_page()), parsed.message.question
    is_strange = intent.is_strange or parsed.result.is_elsewhere_beyond_doubt
    if article is None or article.refuses or is_strange or _means_another_page(context, parsed):
        return ""
    is_about_page = reply.subject == article.id or is_question(text)
    return find_likely_aspect(context.knowledge, text, article.aspects) if is_about_page else ""


def _means_another_page(context: Context, parsed: ParsedMessage, least: float = _SURE_OTHER_PAGE) -> bool:
    """Check whether a text means another page than the last one, by its share of all that was said."""
    top, share = next(iter(parsed.ranking), ("", 0.0))
    return top != context.find_last_page() and share >= least


def _find_aspect(context: Context, parsed: ParsedMessage, intent: Intent) -> str:
    """Find the aspect of the last page that a question asks for; empty if it is about something else."""
    page, result, text = context.find_last_page(), parsed.result, parsed.message.question
    article = context.knowledge.articles.get(page)
    is_uncertain = article is not None and not intent.is_certain
    if result.is_elsewhere_beyond_doubt or (is_uncertain and _means_another_page(context, parsed)):
        return ""
    if article is None:
        return intent.aspect
    is_topic = parsed.is_sure_topic(_SURE_TOPIC)
    is_said_there = intent.is_certain and intent.aspect in article.aspects
    if article.refuses:  # whoever asks on after a refusal mostly asks for something else
        return intent.aspect if is_said_there and not is_topic else ""
    names_topic = is_topic and len(parsed.words) > _MAX_ASPECT_WORDS
    if intent.aspect and (not is_topic or (is_said_there and not names_topic)):
        return intent.aspect
    is_other = is_topic and page not in result.labels[:_NEAR_LABELS]
    is_strange = result.is_likely_elsewhere or (intent.is_strange and not (is_topic and result.top == page))
    if is_other or is_strange or not is_question(text):
        return ""
    return find_likely_aspect(context.knowledge, text, article.aspects)
