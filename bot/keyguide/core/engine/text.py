"""Free text: words that steer, an answer to the step at hand, evidence, and then a question to look up."""

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

_MAX_BRIEF_WORDS = 6  # words; a shorter text may be a follow-up of what was said before
_PRODUCT_NAMES = frozenset(("microsoft", "windows", "10", "11"))  # of what everything here is about


def answer_text(stage: Context, text: str) -> TurnResult:
    """Answer what a person wrote."""
    message = read_message(stage.knowledge, text)
    evidence = message.evidence
    stage = replace(stage, talk=_learn_facts(stage.talk, message))
    talk, reply = _answer_message(stage, message)
    notices = (
        stage.phrases.talk.secret if evidence.secret else "",
        stage.phrases.talk.long_text if message.cut else "",
        reply.notice,
    )
    notice = "\n\n".join(part.strip() for part in notices if part)
    if evidence.secret and stage.knowledge.shown.secret not in (reply.subject, *reply.offers):
        what_now = replies.make_open_option(stage, stage.knowledge.shown.secret)
        reply = replace(reply, options=(*reply.options, what_now) if what_now else reply.options)
    return talk, replace(reply, notice=notice, said=message.text, evidence=evidence)


def _learn_facts(talk: Conversation, message: Message) -> Conversation:
    evidence, licence = message.evidence, message.evidence.licence
    return talk.learn(
        windows=evidence.windows,
        code=evidence.codes[0] if evidence.codes else "",
        state=evidence.state or "",
        channel=(licence.channel if licence else "") or "",
        status=(licence.status if licence else "") or "",
    )


def _answer_message(stage: Context, message: Message) -> TurnResult:
    if not tokenise(message.question):
        talk, reply = press(stage, "resume" if stage.find_open_step() else "menu")
        return talk, replace(reply, notice=stage.phrases.talk.empty)
    words = stage.knowledge.words.normalise_words(message.question)
    if pick := _find_command(stage, " ".join(words)):
        return press(stage, pick)
    found, reading = _look_up(stage, message, words), find_reading(stage.knowledge, message.evidence.licence)
    heard = ParsedMessage(message, words, reading, found)
    ways = (_answer_open_step, _offer_human, answer_by_evidence)
    return next(filter(None, (way(stage, heard) for way in ways)), None) or _answer_by_lookup(stage, heard)


def _find_command(stage: Context, said: str) -> str:
    """Return the pick that a whole text such as "back" stands for, nothing for a question."""
    commands, buttons = stage.knowledge.commands, stage.phrases.buttons
    path, subject = stage.list_answered_steps(), stage.talk.subject
    page = subject if stage.knowledge.find_title(subject) and subject not in stage.knowledge.flows else ""
    standing = stage.find_open_step()
    picks = (
        ((*commands.menu, buttons.menu), "menu"),
        ((*commands.back, buttons.back), f"back/{path[-1]}" if path else "back"),
        ((*commands.restart, buttons.restart), f"go/{stage.talk.flow}" if stage.talk.flow else "menu"),
        ((*commands.resume, buttons.resume), "resume" if standing else ""),
        ((*commands.human, buttons.human), "human"),
        (
            (*commands.unsure, buttons.how),
            f"how/{standing}" if standing and _has_explanation(stage, standing) else "",
        ),
        ((*commands.fixed, buttons.fixed), f"good/{page}" if page else "thanks"),
        ((*commands.stuck, buttons.stuck), f"bad/{page}" if page and not standing else ""),
        (commands.thanks, "resume" if standing else "thanks"),
    )
    return next(
        (pick for ways, pick in picks if pick and said in normalise_all(stage.knowledge.words, ways)), ""
    )


def _has_explanation(stage: Context, place: str) -> bool:
    step = stage.knowledge.find_step(place)
    return bool(step and step.how)


def _look_up(stage: Context, message: Message, words: list[str]) -> SearchResult:
    """Look a text up, in the light of what was shown last where it is too brief to stand alone."""
    knowledge = stage.knowledge
    found = knowledge.finder.find(message.question)
    if found.decision is Decision.ANSWER and _is_name_only(words):
        found = replace(found, decision=Decision.SUGGEST)
    title = knowledge.find_title(stage.talk.subject)
    if (
        found.decision is Decision.ANSWER
        or stage.find_open_step()
        or not title
        or not _is_follow_up(stage, message.question)
    ):
        return found
    together = knowledge.finder.find(f"{title} {message.question}")
    return together if together.decision is Decision.ANSWER else found


def _is_name_only(words: list[str]) -> bool:
    """Whether a text such as "activation" or "windows home" names a thing, and says nothing of it."""
    return len([word for word in words if word not in _PRODUCT_NAMES]) <= 1


def _is_follow_up(stage: Context, text: str) -> bool:
    words = tokenise(text)
    said = " ".join(words)
    opening = any(said.startswith(f"{way} ") for way in stage.knowledge.followups)
    return opening or len(words) <= _MAX_BRIEF_WORDS


def _answer_open_step(stage: Context, heard: ParsedMessage) -> TurnResult | None:
    """Take the text as an answer to the step at hand, where it is one."""
    place = stage.find_open_step()
    step = stage.knowledge.find_step(place)
    if step is None:
        return None
    choice = choose_by_evidence(step, heard.list_evidence()) or choose_by_text(
        stage.knowledge, step, heard.message.question
    )
    return press(stage, f"say/{place}/{choice.id}") if choice else None


def _offer_human(stage: Context, heard: ParsedMessage) -> TurnResult | None:
    """Call a human for who is still stuck in the middle of a flow, where no choice of the step says so."""
    words, ways = stage.knowledge.words, (*stage.knowledge.commands.stuck, stage.phrases.buttons.stuck)
    stuck = stage.find_open_step() and " ".join(heard.words) in normalise_all(words, ways)
    return press(stage, "human") if stuck else None


def _answer_by_lookup(stage: Context, heard: ParsedMessage) -> TurnResult:
    """Answer a question by what it is about, as far as that is sure."""
    found, talk = heard.found, stage.phrases.talk
    state = heard.find_shown_state(stage)
    also = (state.go,) if state else ()
    if _is_windows_only(stage, heard):
        return press(stage, "again")
    if found.decision is Decision.ANSWER and not heard.is_refusal(stage):
        return show_target(stage, found.top, "", (*found.labels[1:3], *also))
    if found.decision in {Decision.ANSWER, Decision.SUGGEST}:  # better to ask than to refuse by mistake
        return stage.talk, replies.make_suggestion_reply(
            stage, talk.suggest_title, talk.suggest_body, (*also, *found.labels)
        )
    brief = len(tokenise(heard.message.question)) <= _MAX_BRIEF_WORDS
    if found.decision is Decision.ELSEWHERE and found.elsewhere and not (brief and stage.find_open_step()):
        return stage.talk, replies.make_elsewhere_reply(stage, found.elsewhere, found.guesses)
    if stage.find_open_step():
        after, reply = press(stage, "resume")
        return after, replace(reply, notice=talk.not_understood)
    return stage.talk, replies.make_miss_reply(stage, ids=found.guesses)


def _is_windows_only(stage: Context, heard: ParsedMessage) -> bool:
    """Whether a text such as "and on windows 10?" only names a Windows, for what is talked about."""
    said, named = set(heard.words), bool(heard.message.evidence.windows)
    return said <= _PRODUCT_NAMES or (named and said <= stage.knowledge.fillers | _PRODUCT_NAMES)
