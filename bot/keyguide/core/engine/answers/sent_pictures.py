"""Answer pictures by what was read in them, as if somebody had typed it, and ask whether that is right."""

from __future__ import annotations

from dataclasses import replace

from keyguide.core.engine.answers.evidence import show_target
from keyguide.core.engine.answers.free_text import answer_text
from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.pages import make_replies
from keyguide.core.engine.pressed_option import press
from keyguide.core.evidence.codes import find_similar_codes
from keyguide.core.evidence.licence.report import read_licence
from keyguide.core.evidence.screenshot import read_screens
from keyguide.core.model.screenshot import ScreenReading
from keyguide.core.model.turn import Kind, Option, Reply, Role, Turn

_SURE_KINDS = frozenset((Kind.ARTICLE, Kind.STEP, Kind.REFUSAL))
_QUIET_PROBLEM = "not_installed"  # nobody need be told if the words alone were answered


def answer_pictures(context: Context, turn: Turn) -> TurnResult:
    """Answer what was read in pictures together with what was written; say what could not be read."""
    knowledge = context.knowledge
    reading = read_screens(
        turn.screens, knowledge.recognition.states, knowledge.errors, knowledge.public_keys
    )
    said = _describe(reading)
    if said:
        conversation, reply = _answer_reading(context, turn, reading, said)
    elif reading.secret:
        conversation, reply = show_target(context, knowledge.recognition.secret, "", ())
    elif reading.doubtful:
        conversation, reply = _ask_for_code(context, reading)
    else:
        conversation, reply = _answer_words(context, turn)
        problem = turn.picture_problem or "nothing_found"
        is_answered = turn.text and reply.kind in _SURE_KINDS
        if not (is_answered and problem == _QUIET_PROBLEM):
            line = getattr(context.phrases.pictures, problem)
            notice = f"{line}\n\n{reply.notice}".strip() if turn.text else line
            reply = replace(reply, notice=notice)
    return conversation, _tell_secret(context, reply) if reading.secret else reply


def _describe(reading: ScreenReading) -> str:
    """Describe what was read as somebody would type it; empty if it says nothing of use."""
    licence = read_licence(reading.text)
    report = reading.text if licence and licence.status else ""
    return "\n".join(part for part in (reading.message, " ".join(reading.codes), report) if part)


def _answer_reading(context: Context, turn: Turn, reading: ScreenReading, said: str) -> TurnResult:
    phrases = context.phrases.pictures
    conversation, reply = answer_text(context, f"{turn.text}\n{said}".strip())
    read = [f"*{reading.message}*"] if reading.message else []
    parts = ", ".join((*read, *reading.codes))
    lines = [phrases.read.format(parts=parts)] if parts else []
    if reading.doubtful:
        lines.append(phrases.doubt.format(codes=", ".join(reading.doubtful)))
    if turn.text or not parts:
        lines.append(reply.notice)
    options = (
        Option(phrases.yes, "again", role=Role.READING),
        Option(phrases.no, "read/no", role=Role.READING),
        Option(phrases.other, "read/other", role=Role.READING),
    )
    notice = "\n\n".join(line for line in lines if line)
    return conversation, replace(reply, notice=notice, options=(*reply.options, *options))


def _ask_for_code(context: Context, reading: ScreenReading) -> TurnResult:
    """Ask for a code that could not be read well, with the known ones that it may be."""
    errors, phrases = context.knowledge.errors, context.phrases.pictures
    likely = [code for code in reading.doubtful if code in errors]
    likely += [known for code in reading.doubtful for known in find_similar_codes(code, errors)]
    pages = [errors[code].id for code in dict.fromkeys(likely)]
    body = phrases.doubt.format(codes=", ".join(reading.doubtful))
    return context.conversation, make_replies.make_suggestion_reply(context, phrases.ask_title, body, pages)


def _answer_words(context: Context, turn: Turn) -> TurnResult:
    if turn.text:
        return answer_text(context, turn.text)
    return press(context, "start")


def _tell_secret(context: Context, reply: Reply) -> Reply:
    """Say that the picture shows a key, and let the face know it."""
    notice = f"{context.phrases.pictures.secret.strip()}\n\n{reply.notice}".strip()
    return replace(reply, notice=notice, evidence=replace(reply.evidence, secret=True))
