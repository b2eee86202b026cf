"""Answer free text: as a command, an answer to the open step, evidence, or a question to look up."""

from __future__ import annotations

from dataclasses import replace

from keyguide.core.engine import replies
from keyguide.core.engine.by_evidence import answer_by_evidence, show_target
from keyguide.core.engine.choice import choose_by_evidence, choose_by_text
from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.message import Message, ParsedMessage, find_reading, read_message
from keyguide.core.engine.picks import press
from keyguide.core.finding.index import Decision, SearchResult
from keyguide.core.finding.normalise import normalise_all, tokenise
from keyguide.core.model.conversation import Conversation

_MAX_BRIEF_WORDS = 6  # a text of so few words may be a follow-up to the last page
_PRODUCT_NAMES = frozenset(("microsoft", "windows", "10", "11"))  # they occur in almost every question


def answer_text(context: Context, text: str) -> TurnResult:
    """Answer what a person wrote, with a notice if the text held a secret or was too long."""
    message = read_message(context.knowledge, text)
    evidence = message.evidence
    context = replace(context, conversation=_learn_facts(context.conversation, message))
    conversation, reply = _answer_message(context, message)
    notices = (
        context.phrases.talk.secret if evidence.secret else "",
        context.phrases.talk.long_text if message.cut else "",
        reply.notice,
    )
    notice = "\n\n".join(notice.strip() for notice in notices if notice)
    secret_page = context.knowledge.recognition.secret
    if evidence.secret and secret_page not in (reply.subject, *reply.offers):
        option = replies.make_open_option(context, secret_page)
        reply = replace(reply, options=(*reply.options, option) if option else reply.options)
    return conversation, replace(reply, notice=notice, masked_text=message.text, evidence=evidence)


def _learn_facts(conversation: Conversation, message: Message) -> Conversation:
    evidence, licence = message.evidence, message.evidence.licence
    return conversation.learn(
        windows=evidence.windows,
        code=evidence.codes[0] if evidence.codes else "",
        state=evidence.state or "",
        channel=(licence.channel if licence else "") or "",
        status=(licence.status if licence else "") or "",
    )


def _answer_message(context: Context, message: Message) -> TurnResult:
    if not tokenise(message.question):
        conversation, reply = press(context, "resume" if context.find_open_step() else "menu")
        return conversation, replace(reply, notice=context.phrases.talk.empty)
    words = context.knowledge.words.normalise_words(message.question)
    if pick := _find_command(context, " ".join(words)):
        return press(context, pick)
    reading = find_reading(context.knowledge, message.evidence.licence)
    parsed = ParsedMessage(message, words, reading, _look_up(context, message, words))
    for method in (_answer_open_step, _offer_human, answer_by_evidence):
        if answer := method(context, parsed):
            return answer
    return _answer_by_lookup(context, parsed)


def _find_command(context: Context, text: str) -> str:
    """Find the pick that a whole text such as "back" stands for; empty if it is not a command."""
    commands, buttons = context.knowledge.commands, context.phrases.buttons
    path, page = context.list_answered_steps(), _find_last_page(context)
    flow, step = context.conversation.flow, context.find_open_step()
    picks = (
        ((*commands.menu, buttons.menu), "menu"),
        ((*commands.back, buttons.back), f"back/{path[-1]}" if path else "back"),
        ((*commands.restart, buttons.restart), f"go/{flow}" if flow else "menu"),
        ((*commands.resume, buttons.resume), "resume" if step else ""),
        ((*commands.human, buttons.human), "human"),
        ((*commands.unsure, buttons.how), f"how/{step}" if _has_explanation(context, step) else ""),
        ((*commands.fixed, buttons.fixed), f"good/{page}" if page else "thanks"),
        ((*commands.stuck, buttons.stuck), f"bad/{page}" if page and not step else ""),
        (commands.thanks, "resume" if step else "thanks"),
    )
    words = context.knowledge.words
    return next((pick for phrases, pick in picks if pick and text in normalise_all(words, phrases)), "")


def _find_last_page(context: Context) -> str:
    subject = context.conversation.subject
    is_page = context.knowledge.find_title(subject) and subject not in context.knowledge.flows
    return subject if is_page else ""


def _has_explanation(context: Context, place: str) -> bool:
    step = context.knowledge.find_step(place)
    return bool(step and step.how)


def _look_up(context: Context, message: Message, words: list[str]) -> SearchResult:
    """Search for a text; if it is a follow-up, search for it together with the title of the last page."""
    knowledge = context.knowledge
    result = knowledge.finder.find(message.question)
    if result.decision is Decision.ANSWER and _is_name_only(words):
        result = replace(result, decision=Decision.SUGGEST)
    title = knowledge.find_title(context.conversation.subject)
    if (
        result.decision is Decision.ANSWER
        or context.find_open_step()
        or not title
        or not _is_follow_up(context, message.question)
    ):
        return result
    combined = knowledge.finder.find(f"{title} {message.question}")
    return combined if combined.decision is Decision.ANSWER else result


def _is_name_only(words: list[str]) -> bool:
    """Check whether a text only names a thing, such as "activation" or "windows home", and asks nothing."""
    return len([word for word in words if word not in _PRODUCT_NAMES]) <= 1


def _is_follow_up(context: Context, text: str) -> bool:
    words = tokenise(text)
    starts_so = any(" ".join(words).startswith(f"{opening} ") for opening in context.knowledge.followups)
    return starts_so or len(words) <= _MAX_BRIEF_WORDS


def _answer_open_step(context: Context, parsed: ParsedMessage) -> TurnResult | None:
    """Take the text as an answer to the open step, or return None if it picks no choice of it."""
    place = context.find_open_step()
    step = context.knowledge.find_step(place)
    if step is None:
        return None
    choice = choose_by_evidence(step, parsed.list_evidence()) or choose_by_text(
        context.knowledge, step, parsed.message.question
    )
    return press(context, f"say/{place}/{choice.id}") if choice else None


def _offer_human(context: Context, parsed: ParsedMessage) -> TurnResult | None:
    """Offer a human if somebody writes that they are stuck in mid-flow and no choice of the step says so."""
    if not context.find_open_step():
        return None
    phrases = (*context.knowledge.commands.stuck, context.phrases.buttons.stuck)
    is_stuck = " ".join(parsed.words) in normalise_all(context.knowledge.words, phrases)
    return press(context, "human") if is_stuck else None


def _answer_by_lookup(context: Context, parsed: ParsedMessage) -> TurnResult:
    """Answer a question with the search result; if that is not sure, suggest, refer elsewhere or admit it."""
    result, phrases = parsed.result, context.phrases.talk
    state = parsed.find_shown_state(context)
    also = (state.go,) if state else ()
    if _is_windows_only(context, parsed):
        return press(context, "again")
    if result.decision is Decision.ANSWER and not parsed.is_refusal(context):
        return show_target(context, result.top, "", (*result.labels[1:3], *also))
    if result.decision in {Decision.ANSWER, Decision.SUGGEST}:  # better to ask than to refuse by mistake
        return context.conversation, replies.make_suggestion_reply(
            context, phrases.suggest_title, phrases.suggest_body, (*also, *result.labels)
        )
    step = context.find_open_step()
    may_answer_step = step and len(tokenise(parsed.message.question)) <= _MAX_BRIEF_WORDS
    if result.decision is Decision.ELSEWHERE and result.elsewhere and not may_answer_step:
        return context.conversation, replies.make_elsewhere_reply(context, result.elsewhere, result.guesses)
    if step:
        conversation, reply = press(context, "resume")
        return conversation, replace(reply, notice=phrases.not_understood)
    return context.conversation, replies.make_miss_reply(context, targets=result.guesses)


def _is_windows_only(context: Context, parsed: ParsedMessage) -> bool:
    """Check whether a text such as "and on windows 10?" only names a version, for the current subject."""
    words, has_version = set(parsed.words), bool(parsed.message.evidence.windows)
    return words <= _PRODUCT_NAMES or (has_version and words <= context.knowledge.fillers | _PRODUCT_NAMES)
