"""Answers to what a text proves by itself: a licence report, a code, a message, a key."""

from __future__ import annotations

from dataclasses import replace

from keyguide.core.engine import replies
from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.message import ParsedMessage
from keyguide.core.engine.picks import press
from keyguide.core.evidence.codes import find_malformed_codes, find_similar_codes
from keyguide.core.finding.index import Decision
from keyguide.core.model.article import CodeFamily


def answer_by_evidence(stage: Context, heard: ParsedMessage) -> TurnResult | None:
    """Answer what the text shows: a licence report, a code, a message, a key."""
    if heard.is_sure_refusal(stage):
        return show_target(stage, heard.found.top, "", heard.found.labels[1:3])
    for way in (_answer_by_licence, _answer_by_code, _answer_by_state, _answer_by_key):
        if shown := way(stage, heard):
            return shown
    return None


def _answer_by_licence(stage: Context, heard: ParsedMessage) -> TurnResult | None:
    licence, reading = heard.message.evidence.licence, heard.reading
    if licence is None or reading is None:
        return None
    talk = stage.phrases.talk
    parts = talk.licence_parts.format(
        channel=licence.channel or talk.licence_unknown, status=licence.status or talk.licence_unknown
    )
    said = f"{talk.read_licence.format(parts=parts)} {reading.says.strip()}"
    return show_target(stage, reading.go, said, (*reading.see, *_find_code_pages(stage, heard)))


def _find_code_pages(stage: Context, heard: ParsedMessage) -> list[str]:
    known = (stage.knowledge.errors.get(code) for code in heard.message.evidence.codes)
    return [error.id for error in known if error]


def _answer_by_code(stage: Context, heard: ParsedMessage) -> TurnResult | None:
    knowledge, talk = stage.knowledge, stage.phrases.talk
    codes = heard.message.evidence.codes
    tried = codes or find_malformed_codes(heard.message.text)
    if not tried:
        return None
    pages = _find_code_pages(stage, heard)
    elsewhere = (
        heard.found.decision is Decision.ELSEWHERE and not heard.found.guesses and _is_shared(stage, codes)
    )
    if pages and not elsewhere:
        also = talk.also_asked.format(codes=", ".join(codes[1:])) if len(pages) > 1 else ""
        return show_target(stage, pages[0], also, (*pages[1:], *heard.list_likely()))
    for group in knowledge.elsewhere.values():
        if set(group.codes) & set(codes):
            return stage.talk, replies.make_elsewhere_reply(stage, group.id)
    return None if pages else _answer_unknown_code(stage, heard, tried[0])


def _is_shared(stage: Context, codes: tuple[str, ...]) -> bool:
    """Whether every code is of a kind that is used all over Windows, so that the words around decide."""
    families = (_find_family(stage, code) for code in codes)
    return all(family is not None and family.shared for family in families)


def _find_family(stage: Context, code: str) -> CodeFamily | None:
    return next((family for family in stage.knowledge.families if code.startswith(family.prefix)), None)


def _answer_unknown_code(stage: Context, heard: ParsedMessage, code: str) -> TurnResult:
    """Ask about a code that is one slip from a known one, else say only what kind of code it is."""
    knowledge, talk = stage.knowledge, stage.phrases.talk
    if close := find_similar_codes(code, knowledge.errors):
        title = talk.suggest_code_title.format(codes=" / ".join(close))
        pages = [knowledge.errors[known].id for known in close]
        return stage.talk, replies.make_suggestion_reply(
            stage, title, talk.suggest_code_body.format(code=code), pages
        )
    family = _find_family(stage, code)
    if heard.found.decision is Decision.ELSEWHERE and _is_shared(stage, (code,)):
        return stage.talk, replies.make_elsewhere_reply(
            stage, heard.found.elsewhere, family.see if family else ()
        )
    ids = (*(family.see if family else ()), *heard.list_likely())
    return stage.talk, replies.make_miss_reply(
        stage, talk.miss_code_title.format(code=code), family.says if family else "", ids
    )


def _answer_by_state(stage: Context, heard: ParsedMessage) -> TurnResult | None:
    state = heard.find_shown_state(stage)
    if state is None or heard.is_incidental(stage, state):
        return None
    said = stage.phrases.talk.read_state.format(message=state.says[0])
    return show_target(stage, state.go, said, heard.list_likely())


def _answer_by_key(stage: Context, heard: ParsedMessage) -> TurnResult | None:
    evidence, shown = heard.message.evidence, stage.knowledge.shown
    if evidence.secret:
        return show_target(stage, shown.secret, "", heard.list_likely())
    if evidence.public_key and heard.found.decision is not Decision.ANSWER:
        said = stage.phrases.talk.public_key.format(edition=evidence.public_key)
        return show_target(stage, shown.public_key, said, heard.list_likely())
    return None


def show_target(stage: Context, id: str, said: str, also: tuple[str, ...]) -> TurnResult:
    """Show what evidence leads to, with what was read from it above, and other ways on below."""
    if page := replies.make_page_reply(stage, id, also):
        talk, reply = replace(stage.talk, subject=page.subject or ""), page
    else:
        under_way = id == stage.talk.flow and stage.find_open_step()
        talk, reply = press(stage, "resume" if under_way else f"go/{id}")
    return talk, replace(reply, notice=said.strip())
