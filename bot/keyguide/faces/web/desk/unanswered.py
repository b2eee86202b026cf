"""Let keepers decide about questions without an answer: ignore them, give them to somebody, or draft one."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from keyguide.assistant import MISSES_KEPT_FOR, Assistant
from keyguide.faces.web.desk.filters import DeskQuery
from keyguide.faces.web.forms import read_form
from keyguide.faces.web.make_page import redirect
from keyguide.faces.web.web_context import WEB_CONTEXT
from keyguide.insight.unanswered_groups import Gap, GapDecision, find_gaps, list_gap_keys, write_decision

_PLACE = "desk:gaps"  # of the notes about decisions
_MAX_NAME = 40
_EVERYTHING = DeskQuery(days=MISSES_KEPT_FOR.days)


async def load_gaps(assistant: Assistant, query: DeskQuery) -> list[Gap[Any]]:
    """Load the questions of a period that found no answer, in groups, with what was decided about each."""
    moment = assistant.read_clock()
    since = max(query.find_start(moment), moment - MISSES_KEPT_FOR)
    misses = await assistant.ledger.list_misses(since, query.place or None)
    notes = await assistant.notes.list_notes(_PLACE)
    return await asyncio.to_thread(find_gaps, assistant.knowledge, misses, notes)


async def decide(request: web.Request) -> web.StreamResponse:
    """Note a decision about a group of questions; if a draft is asked for, return it as a file."""
    context, form = request.app[WEB_CONTEXT], await read_form(request)
    assistant = context.assistant
    gaps = await load_gaps(assistant, _EVERYTHING)
    gap = next((gap for gap in gaps if gap.key == form.get("key")), None)
    if gap is None:  # its questions were erased meanwhile
        raise web.HTTPNotFound
    match form.get("action"):
        case "ignore":
            decision = GapDecision(ignored=True)
        case "assign":
            decision = GapDecision(assigned=" ".join(form.get("name", "").split())[:_MAX_NAME])
        case "draft" if context.site.desk.write_draft:
            decision = GapDecision(drafted=assistant.read_clock().date().isoformat())
        case _:
            decision = GapDecision()
    await _note(assistant, gap, decision)
    if decision.drafted and context.site.desk.write_draft:
        text = await asyncio.to_thread(context.site.desk.write_draft, assistant.knowledge, gap)
        return _make_file(f"draft-{gap.key}.yaml", text)
    return redirect("/desk#gaps")


async def _note(assistant: Assistant, gap: Gap[Any], decision: GapDecision) -> None:
    """Write a decision in place of the one before, and drop those about questions that are kept no more."""
    moment = assistant.read_clock()
    kept = list_gap_keys(await assistant.ledger.list_misses(moment - MISSES_KEPT_FOR))
    wordings = list_gap_keys(gap.group.questions)
    for name in await assistant.notes.list_notes(_PLACE):
        if name not in kept or name in wordings:
            await assistant.notes.drop_note(_PLACE, name)
    if note := write_decision(decision):
        await assistant.notes.set_note(_PLACE, gap.key, note)


def _make_file(name: str, text: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(text=text, content_type="application/yaml", headers=headers)
