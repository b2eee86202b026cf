"""Free text: words that steer, an answer to the step at hand, evidence, and only then a question to look up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.core import show
from bot.core.article import Family
from bot.core.choose import choose, showing
from bot.core.codes import near_codes, slips
from bot.core.conversation import Conversation
from bot.core.facts import Reading, State
from bot.core.find import Found, Verdict
from bot.core.gather import Message, gather, reading_of
from bot.core.show import Stage
from bot.core.turn import Reply
from bot.core.words import tokens

Answer = tuple[Conversation, Reply]
Press = Callable[[Stage, str], Answer]

_BESIDE = 6  # telling words beside a message of the Activation page that still leave it the main thing
_LITTLE = 2  # the same beside a message so brief ("Windows is not activated") that it may be said in passing
_PASSING = 4  # words
_BRIEF = 6  # words; a shorter text may be a follow-up of what was said before


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as the engine took it in: what it shows, what it means, what it is probably about."""

    message: Message
    reading: Reading | None
    found: Found

    def shows(self) -> list[str]:
        """Return everything shown that a step's choice may name."""
        evidence = self.message.evidence
        reading = [self.reading.id] if self.reading else []
        return [*evidence.codes, *([evidence.state] if evidence.state else []), *reading]


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
    if not tokens(message.text):
        talk, reply = press(stage, "resume" if stage.standing() else "menu")
        return talk, replace(reply, notice=stage.phrases.talk.empty)
    if pick := _steering(stage, message.text):
        return press(stage, pick)
    heard = Heard(message, reading_of(stage.knowledge, message.evidence.licence), _found(stage, message))
    return _in_flow(stage, heard, press) or _shown(stage, heard, press) or _looked_up(stage, heard, press)


def _steering(stage: Stage, text: str) -> str:
    """Return the pick that a whole text such as "back" or "still stuck" stands for, nothing for a question."""
    commands, said = stage.knowledge.commands, stage.knowledge.words.same(text)
    path, subject = stage.path(), stage.talk.subject
    page = subject if stage.knowledge.title(subject) and subject not in stage.knowledge.flows else ""
    standing = stage.standing()
    picks = (
        (commands.menu, "menu"),
        (commands.back, f"back/{path[-1]}" if path else "back"),
        (commands.restart, f"go/{stage.talk.flow}" if stage.talk.flow else "menu"),
        (commands.resume, "resume" if standing else ""),
        (commands.human, "human"),
        (commands.unsure, f"how/{standing}" if standing and _explains(stage, standing) else ""),
        (commands.fixed, f"good/{page}" if page else ""),
        (commands.stuck, f"bad/{page}" if page and not standing else ""),
    )
    for ways, pick in picks:
        if pick and any(said == stage.knowledge.words.same(way) for way in ways):
            return pick
    return ""


def _explains(stage: Stage, place: str) -> bool:
    step = stage.knowledge.step(place)
    return bool(step and step.how)


def _found(stage: Stage, message: Message) -> Found:
    """Look a text up, in the light of what was shown last where it is too brief to stand alone."""
    knowledge = stage.knowledge
    found = knowledge.finder.find(message.text)
    title = knowledge.title(stage.talk.subject)
    if found.verdict is Verdict.ANSWER or not title or not _follows(stage, message.text):
        return found
    together = knowledge.finder.find(f"{title} {message.text}")
    return together if together.verdict is Verdict.ANSWER else found


def _follows(stage: Stage, text: str) -> bool:
    words = tokens(text)
    said = " ".join(words)
    opening = any(said.startswith(f"{way} ") for way in stage.knowledge.followups)
    return opening or len(words) <= _BRIEF


def _in_flow(stage: Stage, heard: Heard, press: Press) -> Answer | None:
    """Take the text as an answer to the step at hand, where it is one."""
    place = stage.standing()
    step = stage.knowledge.step(place)
    if step is None or _refused(stage, heard):
        return None
    choice = showing(step, heard.shows()) or choose(stage.knowledge, step, heard.message.text)
    return press(stage, f"say/{place}/{choice.id}") if choice else None


def _refused(stage: Stage, heard: Heard) -> bool:
    top = stage.knowledge.articles.get(heard.found.top)
    return bool(top and top.refuses and heard.found.verdict is Verdict.ANSWER)


def _shown(stage: Stage, heard: Heard, press: Press) -> Answer | None:
    """Answer what the text shows: a licence report, a code, a message, a key."""
    if _refused(stage, heard):
        return None
    for way in (_by_licence, _by_code, _by_state, _by_key):
        if shown := way(stage, heard, press):
            return shown
    return None


def _by_licence(stage: Stage, heard: Heard, press: Press) -> Answer | None:
    licence, reading = heard.message.evidence.licence, heard.reading
    if licence is None or reading is None:
        return None
    talk = stage.phrases.talk
    parts = talk.licence_parts.format(
        channel=licence.channel or talk.licence_unknown, status=licence.status or talk.licence_unknown
    )
    said = f"{talk.read_licence.format(parts=parts)} {reading.says.strip()}"
    return _led(stage, reading.go, said, press, (*reading.see, *_code_pages(stage, heard)))


def _code_pages(stage: Stage, heard: Heard) -> list[str]:
    known = (stage.knowledge.errors.get(code) for code in heard.message.evidence.codes)
    return [error.id for error in known if error]


def _by_code(stage: Stage, heard: Heard, press: Press) -> Answer | None:
    knowledge, talk = stage.knowledge, stage.phrases.talk
    codes = heard.message.evidence.codes
    pages = _code_pages(stage, heard)
    elsewhere = heard.found.verdict is Verdict.ELSEWHERE and _shared(stage, codes)
    if pages and not elsewhere:
        also = talk.also_asked.format(codes=", ".join(codes[1:])) if len(pages) > 1 else ""
        return _led(stage, pages[0], also, press, (*pages[1:], *_likely(heard)))
    tried = codes or near_codes(heard.message.text)
    for group in knowledge.elsewhere.values():
        if set(group.codes) & set(codes):
            return stage.talk, show.elsewhere(stage, group.id)
    if pages or not tried:
        return None
    return _unknown_code(stage, heard, tried[0])


def _shared(stage: Stage, codes: tuple[str, ...]) -> bool:
    """Whether every code is of a kind that is used all over Windows, so that the words around decide."""
    families = (_family(stage, code) for code in codes)
    return all(family is not None and family.shared for family in families)


def _family(stage: Stage, code: str) -> Family | None:
    return next((family for family in stage.knowledge.families if code.startswith(family.prefix)), None)


def _unknown_code(stage: Stage, heard: Heard, code: str) -> Answer:
    """Ask about a code that is one slip from a known one, else say only what kind of code it is."""
    knowledge, talk = stage.knowledge, stage.phrases.talk
    if close := slips(code, knowledge.errors):
        title = talk.suggest_code_title.format(codes=" / ".join(close))
        ids = [knowledge.errors[known].id for known in close]
        return stage.talk, show.suggest(stage, title, talk.suggest_code_body.format(code=code), ids)
    family = _family(stage, code)
    if heard.found.verdict is Verdict.ELSEWHERE and _shared(stage, (code,)):
        return stage.talk, show.elsewhere(stage, heard.found.elsewhere, family.see if family else ())
    ids = (*(family.see if family else ()), *_likely(heard))
    return stage.talk, show.miss(stage, talk.miss_code_title.format(code=code), family.says if family else "", ids)


def _likely(heard: Heard) -> tuple[str, ...]:
    """Return what the words of a text are probably about, where they say anything."""
    if heard.found.verdict in {Verdict.ANSWER, Verdict.SUGGEST}:
        return heard.found.labels[:2]
    return ()


def _by_state(stage: Stage, heard: Heard, press: Press) -> Answer | None:
    state = next((s for s in stage.knowledge.shown.states if s.id == heard.message.evidence.state), None)
    if state is None or (_in_passing(stage, heard, state) and heard.found.verdict is Verdict.ANSWER):
        return None
    said = stage.phrases.talk.read_state.format(message=state.says[0])
    return _led(stage, state.go, said, press, _likely(heard))


def _in_passing(stage: Stage, heard: Heard, state: State) -> bool:
    """Whether so much else is said that the message is only part of a story."""
    beside = [word for word in tokens(heard.message.rest) if word not in stage.knowledge.fillers]
    brief = all(len(tokens(message)) <= _PASSING for message in state.says)
    return len(beside) > (_LITTLE if brief else _BESIDE)


def _by_key(stage: Stage, heard: Heard, press: Press) -> Answer | None:
    evidence, shown = heard.message.evidence, stage.knowledge.shown
    if heard.found.verdict is Verdict.ANSWER:
        return None
    if evidence.secret:
        return _led(stage, shown.secret, "", press, _likely(heard))
    if evidence.public_key:
        said = stage.phrases.talk.public_key.format(edition=evidence.public_key)
        return _led(stage, shown.public_key, said, press, _likely(heard))
    return None


def _led(stage: Stage, id: str, said: str, press: Press, also: tuple[str, ...]) -> Answer:
    """Show what evidence leads to, with what was read from it above, and other ways on below."""
    talk, reply = press(stage, f"go/{id}")
    if page := show.page(stage, id, also):
        reply = page
    return talk, replace(reply, notice=said.strip())


def _looked_up(stage: Stage, heard: Heard, press: Press) -> Answer:
    """Answer a question by what it is about, as far as that is sure."""
    found, talk = heard.found, stage.phrases.talk
    known_state = next((s for s in stage.knowledge.shown.states if s.id == heard.message.evidence.state), None)
    also = (known_state.go,) if known_state else ()
    if _only_windows(stage, heard.message):
        return press(stage, f"go/{stage.talk.subject}")
    if found.verdict is Verdict.ANSWER:
        return _led(stage, found.top, "", press, (*found.labels[1:3], *also))
    if found.verdict is Verdict.SUGGEST:
        return stage.talk, show.suggest(stage, talk.suggest_title, talk.suggest_body, (*also, *found.labels))
    if found.verdict is Verdict.ELSEWHERE and found.elsewhere:
        return stage.talk, show.elsewhere(stage, found.elsewhere)
    if stage.standing():
        after, reply = press(stage, "resume")
        return after, replace(reply, notice=talk.not_understood)
    return stage.talk, show.miss(stage)


def _only_windows(stage: Stage, message: Message) -> bool:
    """Whether a text such as "and on windows 10?" only names the other Windows for what was shown last."""
    words = set(stage.knowledge.words.normal(message.text)) - stage.knowledge.fillers - {"windows", "10", "11"}
    page = stage.talk.subject in stage.knowledge.articles
    return bool(message.evidence.windows and page and not words)
