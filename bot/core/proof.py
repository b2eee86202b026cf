"""Answers to what a text proves by itself: a licence report, a code, a message, a key."""

from __future__ import annotations

from dataclasses import replace

from bot.core import show
from bot.core.article import Family
from bot.core.codes import near_codes, slips
from bot.core.find import Verdict
from bot.core.heard import Answer, Heard, Press
from bot.core.show import Stage


def by_evidence(stage: Stage, heard: Heard, press: Press) -> Answer | None:
    """Answer what the text shows: a licence report, a code, a message, a key."""
    if heard.refused(stage):
        return led(stage, heard.found.top, "", press, heard.found.labels[1:3])
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
    return led(stage, reading.go, said, press, (*reading.see, *_code_pages(stage, heard)))


def _code_pages(stage: Stage, heard: Heard) -> list[str]:
    known = (stage.knowledge.errors.get(code) for code in heard.message.evidence.codes)
    return [error.id for error in known if error]


def _by_code(stage: Stage, heard: Heard, press: Press) -> Answer | None:
    knowledge, talk = stage.knowledge, stage.phrases.talk
    codes = heard.message.evidence.codes
    tried = codes or near_codes(heard.message.text)
    if not tried:
        return None
    pages = _code_pages(stage, heard)
    elsewhere = heard.found.verdict is Verdict.ELSEWHERE and not heard.found.perhaps and _shared(stage, codes)
    if pages and not elsewhere:
        also = talk.also_asked.format(codes=", ".join(codes[1:])) if len(pages) > 1 else ""
        return led(stage, pages[0], also, press, (*pages[1:], *heard.likely()))
    for group in knowledge.elsewhere.values():
        if set(group.codes) & set(codes):
            return stage.talk, show.elsewhere(stage, group.id)
    return None if pages else _unknown_code(stage, heard, tried[0])


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
        pages = [knowledge.errors[known].id for known in close]
        return stage.talk, show.suggest(stage, title, talk.suggest_code_body.format(code=code), pages)
    family = _family(stage, code)
    if heard.found.verdict is Verdict.ELSEWHERE and _shared(stage, (code,)):
        return stage.talk, show.elsewhere(stage, heard.found.elsewhere, family.see if family else ())
    ids = (*(family.see if family else ()), *heard.likely())
    return stage.talk, show.miss(
        stage, talk.miss_code_title.format(code=code), family.says if family else "", ids
    )


def _by_state(stage: Stage, heard: Heard, press: Press) -> Answer | None:
    state = heard.state(stage)
    if state is None or heard.in_passing(stage, state):
        return None
    said = stage.phrases.talk.read_state.format(message=state.says[0])
    return led(stage, state.go, said, press, heard.likely())


def _by_key(stage: Stage, heard: Heard, press: Press) -> Answer | None:
    evidence, shown = heard.message.evidence, stage.knowledge.shown
    if evidence.secret:
        return led(stage, shown.secret, "", press, heard.likely())
    if evidence.public_key and heard.found.verdict is not Verdict.ANSWER:
        said = stage.phrases.talk.public_key.format(edition=evidence.public_key)
        return led(stage, shown.public_key, said, press, heard.likely())
    return None


def led(stage: Stage, id: str, said: str, press: Press, also: tuple[str, ...]) -> Answer:
    """Show what evidence leads to, with what was read from it above, and other ways on below."""
    if page := show.page(stage, id, also):
        talk, reply = replace(stage.talk, subject=page.subject or ""), page
    else:
        under_way = id == stage.talk.flow and stage.standing()
        talk, reply = press(stage, "resume" if under_way else f"go/{id}")
    return talk, replace(reply, notice=said.strip())
