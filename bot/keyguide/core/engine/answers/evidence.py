"""Answers that follow from recognised evidence alone: a licence report, a code, a message or a key."""

from __future__ import annotations

import textwrap
from dataclasses import replace

from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.incoming_text import ParsedMessage
from keyguide.core.engine.pages import make_replies
from keyguide.core.engine.pages.article_parts import fold_answer
from keyguide.core.engine.pressed_option import press
from keyguide.core.evidence.codes import find_malformed_codes, find_similar_codes
from keyguide.core.finding.index import Decision
from keyguide.core.model.evidence import Licence
from keyguide.core.phrases.phrases import EnginePhrases

_MAX_MESSAGE = 80  # characters of a message of Windows that is repeated: enough to know it again


def answer_by_evidence(context: Context, parsed: ParsedMessage) -> TurnResult | None:
    """Answer the strongest evidence in a text, or return None if it contains none; a refusal comes first."""
    if parsed.is_sure_refusal(context):
        return show_target(context, parsed.result.top, "", parsed.result.labels[1:3])
    for method in (_answer_by_licence, _answer_by_code, _answer_by_state, _answer_by_key):
        if answer := method(context, parsed):
            return answer
    return None


def _answer_by_licence(context: Context, parsed: ParsedMessage) -> TurnResult | None:
    licence, reading = parsed.message.evidence.licence, parsed.reading
    if licence is None or reading is None:
        return None
    parts = _name_parts(context.phrases.talk, licence)
    pasted = context.phrases.talk.read_licence.format(parts=", ".join(parts)) if parts else ""
    notice = f"{pasted} {reading.says.strip()}"
    also = *reading.see, *_find_code_pages(context, parsed)
    conversation, reply = show_target(context, reading.go, notice, also)
    return conversation, make_replies.offer_first(context, fold_answer(context, reply), reading.see)


def _name_parts(phrases: EnginePhrases, licence: Licence) -> list[str]:
    """Name what was read in a report, so that the person sees whether it was read well."""
    channel = phrases.licence_channel.format(channel=licence.channel) if licence.channel else ""
    status = phrases.licence_status.format(status=licence.status) if licence.status else ""
    return [part for part in (channel, status) if part]


def _find_code_pages(context: Context, parsed: ParsedMessage) -> list[str]:
    known = (context.knowledge.errors.get(code) for code in parsed.message.evidence.codes)
    return [error.id for error in known if error]


def _answer_by_code(context: Context, parsed: ParsedMessage) -> TurnResult | None:
    knowledge, phrases, result = context.knowledge, context.phrases.talk, parsed.result
    codes = parsed.message.evidence.codes
    candidates = codes or find_malformed_codes(parsed.message.text)
    if not candidates:
        return None
    pages = _find_code_pages(context, parsed)
    elsewhere = result.is_likely_elsewhere and not result.guesses and _are_shared_codes(context, codes)
    if pages and not elsewhere:
        notice = phrases.also_asked.format(codes=", ".join(codes[1:])) if len(pages) > 1 else ""
        return show_target(context, pages[0], notice, (*pages[1:], *parsed.list_likely()))
    for group in knowledge.elsewhere.values():
        if set(group.codes) & set(codes):
            return context.conversation, make_replies.make_elsewhere_reply(context, group.id)
    return None if pages else _answer_unknown_code(context, parsed, candidates[0])


def _are_shared_codes(context: Context, codes: tuple[str, ...]) -> bool:
    """Check whether every code is of a kind used all over Windows, so that the other words must decide."""
    families = (context.knowledge.find_family(code) for code in codes)
    return all(family is not None and family.shared for family in families)


def _answer_unknown_code(context: Context, parsed: ParsedMessage, code: str) -> TurnResult:
    """Suggest known codes if one typing mistake explains the code; otherwise explain only its family.

    A whole code of a kind that is used all over Windows is no mistake: 0x80070422 is an ordinary one of
    Windows Update, although 0x80070426 is one of ours.
    """
    knowledge, phrases, result = context.knowledge, context.phrases.talk, parsed.result
    is_ordinary = code in parsed.message.evidence.codes and _are_shared_codes(context, (code,))
    if similar := () if is_ordinary else find_similar_codes(code, knowledge.errors):
        title = phrases.suggest_code_title.format(codes=" / ".join(similar))
        body = phrases.suggest_code_body.format(code=code)
        pages = [knowledge.errors[known].id for known in similar]
        return context.conversation, make_replies.make_suggestion_reply(context, title, body, pages)
    family = context.knowledge.find_family(code)
    see = family.see if family else ()
    if result.decision is Decision.ELSEWHERE and _are_shared_codes(context, (code,)):
        return context.conversation, make_replies.make_elsewhere_reply(context, result.elsewhere, see)
    title, body = phrases.miss_code_title.format(code=code), family.says if family else ""
    return context.conversation, make_replies.make_miss_reply(
        context, title, body, (*see, *parsed.list_likely())
    )


def _answer_by_state(context: Context, parsed: ParsedMessage) -> TurnResult | None:
    state = parsed.find_shown_state(context)
    if state is None or parsed.is_incidental(context, state):
        return None
    message = textwrap.shorten(state.says[0], _MAX_MESSAGE, placeholder=" …")
    notice = context.phrases.talk.read_state.format(message=message)
    return show_target(context, state.go, notice, parsed.list_likely())


def _answer_by_key(context: Context, parsed: ParsedMessage) -> TurnResult | None:
    evidence, targets = parsed.message.evidence, context.knowledge.recognition
    if evidence.secret:
        return show_target(context, targets.secret, "", parsed.list_likely())
    if evidence.public_key and parsed.result.decision is not Decision.ANSWER:
        notice = context.phrases.talk.public_key.format(edition=evidence.public_key)
        return show_target(context, targets.public_key, notice, parsed.list_likely())
    return None


def show_target(context: Context, target: str, notice: str, also: tuple[str, ...]) -> TurnResult:
    """Show a page or a flow, with a notice above it and further pages as options below it."""
    if page := make_replies.make_page_reply(context, target, also):
        conversation, reply = replace(context.conversation, subject=page.subject or ""), page
    else:
        flows = {context.conversation.flow, context.find_open_flow()}
        is_open = target in flows and context.find_open_step()
        conversation, reply = press(context, "resume" if is_open else f"go/{target}")
    return conversation, replace(reply, notice=notice.strip())
