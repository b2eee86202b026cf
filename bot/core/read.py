"""Free text: words that steer, an answer to the step at hand, evidence, and then a question to look up."""

from __future__ import annotations

from dataclasses import replace

from bot.core import show
from bot.core.choose import choose, showing
from bot.core.conversation import Conversation
from bot.core.find import Found, Verdict
from bot.core.gather import Message, gather, reading_of
from bot.core.heard import Answer, Heard, Press
from bot.core.proof import by_evidence, led
from bot.core.show import Stage
from bot.core.words import same_ways, tokens

_BRIEF = 6  # words; a shorter text may be a follow-up of what was said before
_NAMES = frozenset(("microsoft", "windows", "10", "11"))  # of what everything here is about


def read(stage: Stage, text: str, press: Press) -> Answer:
    """Answer what a person wrote; `press` is what happens when an option is pressed."""
    message = gather(stage.knowledge, text)
    evidence = message.evidence
    stage = replace(stage, talk=_learnt(stage.talk, message))
    talk, reply = _answered(stage, message, press)
    notices = (
        stage.phrases.talk.secret if evidence.secret else "",
        stage.phrases.talk.long_text if message.cut else "",
        reply.notice,
    )
    notice = "\n\n".join(part.strip() for part in notices if part)
    if evidence.secret and stage.knowledge.shown.secret not in (reply.subject, *reply.offers):
        what_now = show.opened(stage, stage.knowledge.shown.secret)
        reply = replace(reply, options=(*reply.options, what_now) if what_now else reply.options)
    return talk, replace(reply, notice=notice, said=message.text, evidence=evidence)


def _learnt(talk: Conversation, message: Message) -> Conversation:
    evidence, licence = message.evidence, message.evidence.licence
    return talk.learn(
        windows=evidence.windows,
        code=evidence.codes[0] if evidence.codes else "",
        state=evidence.state or "",
        channel=(licence.channel if licence else "") or "",
        status=(licence.status if licence else "") or "",
    )


def _answered(stage: Stage, message: Message, press: Press) -> Answer:
    if not tokens(message.asked):
        talk, reply = press(stage, "resume" if stage.standing() else "menu")
        return talk, replace(reply, notice=stage.phrases.talk.empty)
    words = stage.knowledge.words.normal(message.asked)
    if pick := _steering(stage, " ".join(words)):
        return press(stage, pick)
    found, reading = _found(stage, message, words), reading_of(stage.knowledge, message.evidence.licence)
    heard = Heard(message, words, reading, found)
    ways = (_in_flow, _at_a_loss, by_evidence)
    return next(filter(None, (way(stage, heard, press) for way in ways)), None) or _looked_up(
        stage, heard, press
    )


def _steering(stage: Stage, said: str) -> str:
    """Return the pick that a whole text such as "back" stands for, nothing for a question."""
    commands, buttons = stage.knowledge.commands, stage.phrases.buttons
    path, subject = stage.path(), stage.talk.subject
    page = subject if stage.knowledge.title(subject) and subject not in stage.knowledge.flows else ""
    standing = stage.standing()
    picks = (
        ((*commands.menu, buttons.menu), "menu"),
        ((*commands.back, buttons.back), f"back/{path[-1]}" if path else "back"),
        ((*commands.restart, buttons.restart), f"go/{stage.talk.flow}" if stage.talk.flow else "menu"),
        ((*commands.resume, buttons.resume), "resume" if standing else ""),
        ((*commands.human, buttons.human), "human"),
        (
            (*commands.unsure, buttons.how),
            f"how/{standing}" if standing and _explains(stage, standing) else "",
        ),
        ((*commands.fixed, buttons.fixed), f"good/{page}" if page else "thanks"),
        ((*commands.stuck, buttons.stuck), f"bad/{page}" if page and not standing else ""),
        (commands.thanks, "resume" if standing else "thanks"),
    )
    return next((pick for ways, pick in picks if pick and said in same_ways(stage.knowledge.words, ways)), "")


def _explains(stage: Stage, place: str) -> bool:
    step = stage.knowledge.step(place)
    return bool(step and step.how)


def _found(stage: Stage, message: Message, words: list[str]) -> Found:
    """Look a text up, in the light of what was shown last where it is too brief to stand alone."""
    knowledge = stage.knowledge
    found = knowledge.finder.find(message.asked)
    if found.verdict is Verdict.ANSWER and _names_only(words):
        found = replace(found, verdict=Verdict.SUGGEST)
    title = knowledge.title(stage.talk.subject)
    if found.verdict is Verdict.ANSWER or stage.standing() or not title or not _follows(stage, message.asked):
        return found
    together = knowledge.finder.find(f"{title} {message.asked}")
    return together if together.verdict is Verdict.ANSWER else found


def _names_only(words: list[str]) -> bool:
    """Whether a text such as "activation" or "windows home" names a thing, and says nothing of it."""
    return len([word for word in words if word not in _NAMES]) <= 1


def _follows(stage: Stage, text: str) -> bool:
    words = tokens(text)
    said = " ".join(words)
    opening = any(said.startswith(f"{way} ") for way in stage.knowledge.followups)
    return opening or len(words) <= _BRIEF


def _in_flow(stage: Stage, heard: Heard, press: Press) -> Answer | None:
    """Take the text as an answer to the step at hand, where it is one."""
    place = stage.standing()
    step = stage.knowledge.step(place)
    if step is None:
        return None
    choice = showing(step, heard.shows()) or choose(stage.knowledge, step, heard.message.asked)
    return press(stage, f"say/{place}/{choice.id}") if choice else None


def _at_a_loss(stage: Stage, heard: Heard, press: Press) -> Answer | None:
    """Call a human for who is still stuck in the middle of a flow, where no choice of the step says so."""
    words, ways = stage.knowledge.words, (*stage.knowledge.commands.stuck, stage.phrases.buttons.stuck)
    stuck = stage.standing() and " ".join(heard.words) in same_ways(words, ways)
    return press(stage, "human") if stuck else None


def _looked_up(stage: Stage, heard: Heard, press: Press) -> Answer:
    """Answer a question by what it is about, as far as that is sure."""
    found, talk = heard.found, stage.phrases.talk
    state = heard.state(stage)
    also = (state.go,) if state else ()
    if _only_windows(stage, heard):
        return press(stage, "again")
    if found.verdict is Verdict.ANSWER and not heard.refusing(stage):
        return led(stage, found.top, "", press, (*found.labels[1:3], *also))
    if found.verdict in {Verdict.ANSWER, Verdict.SUGGEST}:  # better to ask than to refuse by mistake
        return stage.talk, show.suggest(stage, talk.suggest_title, talk.suggest_body, (*also, *found.labels))
    brief = len(tokens(heard.message.asked)) <= _BRIEF
    if found.verdict is Verdict.ELSEWHERE and found.elsewhere and not (brief and stage.standing()):
        return stage.talk, show.elsewhere(stage, found.elsewhere, found.perhaps)
    if stage.standing():
        after, reply = press(stage, "resume")
        return after, replace(reply, notice=talk.not_understood)
    return stage.talk, show.miss(stage, ids=found.perhaps)


def _only_windows(stage: Stage, heard: Heard) -> bool:
    """Whether a text such as "and on windows 10?" only names a Windows, for what is talked about."""
    said, named = set(heard.words), bool(heard.message.evidence.windows)
    return said <= _NAMES or (named and said <= stage.knowledge.fillers | _NAMES)
