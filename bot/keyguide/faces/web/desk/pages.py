"""Show the pages of the desk: an overview, a search, and a page for each flow and answer."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from markupsafe import Markup

from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.doubts import count_days_since
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Turn
from keyguide.faces.web.context import WEB_CONTEXT, choose_language
from keyguide.faces.web.desk.access import COOKIE
from keyguide.faces.web.desk.statistics import (
    PERIODS,
    compute_statistics,
    count_flows,
    find_least_helpful,
    find_step_stats,
    parse_query,
    search_answers,
)
from keyguide.faces.web.pages import make_page
from keyguide.insight.overdue import find_overdue
from keyguide.insight.usage import Ending
from keyguide.pictures.flow_svg import FlowNotes, draw_svg


async def show_overview(request: web.Request) -> web.StreamResponse:
    """Show how conversations ended, where people leave, and what is missing."""
    assistant, query = request.app[WEB_CONTEXT].assistant, parse_query(request.query)
    desk = choose_language(request)[1].desk
    statistics = await compute_statistics(assistant, query)
    return _make_desk_page(
        request,
        "desk/overview.html",
        query=query,
        periods=PERIODS,
        statistics=statistics,
        ending_labels={ending: getattr(desk, ending) for ending in Ending},
        flows=count_flows(assistant.knowledge, statistics),
        least_helpful=find_least_helpful(statistics.answer_stats),
        keeps_misses=assistant.keeps_misses,
    )


async def show_articles(request: web.Request) -> web.StreamResponse:
    """Show the answers that a search finds."""
    assistant = request.app[WEB_CONTEXT].assistant
    knowledge, text = assistant.knowledge, request.query.get("q", "")[:200]
    return _make_desk_page(
        request,
        "desk/search.html",
        text=text,
        answers=[answer for id in search_answers(knowledge, text) if (answer := knowledge.find_page(id))],
        overdue={answer.id for answer in find_overdue(knowledge, assistant.read_clock().date())},
    )


async def show_article(request: web.Request) -> web.StreamResponse:
    """Show an article or an error code: its text, and what keepers know about it."""
    assistant = request.app[WEB_CONTEXT].assistant
    knowledge, today = assistant.knowledge, assistant.read_clock().date()
    answer = knowledge.find_page(request.match_info["id"])
    if answer is None:
        raise web.HTTPNotFound
    statistics = await compute_statistics(assistant, parse_query(request.query))
    return _make_desk_page(
        request,
        "desk/answer.html",
        answer=answer,
        text=_compose_text(knowledge, answer.id, choose_language(request)[0]),
        days=count_days_since(answer, today),
        is_overdue=any(overdue.id == answer.id for overdue in find_overdue(knowledge, today)),
        stats=next((stats for stats in statistics.answer_stats if stats.subject == answer.id), None),
        sources=[knowledge.sources[id] for id in answer.sources if id in knowledge.sources],
    )


async def show_flow(request: web.Request) -> web.StreamResponse:
    """Show the picture of a flow, and how many people left at each step."""
    assistant, query = request.app[WEB_CONTEXT].assistant, parse_query(request.query)
    flow = assistant.knowledge.flows.get(request.match_info["id"])
    if flow is None:
        raise web.HTTPNotFound
    statistics = await compute_statistics(assistant, query)
    steps, note = find_step_stats(flow, statistics), choose_language(request)[1].desk.step_note
    lines = {
        step.id: note.format(asked=stats.asked, left=stats.left, share=round(100 * stats.left_share))
        for step, stats in steps
        if stats.asked
    }
    notes = FlowNotes(lines, {step.id: stats.left_share for step, stats in steps})
    return _make_desk_page(
        request,
        "desk/flow.html",
        flow=flow,
        steps=steps,
        query=query,
        periods=PERIODS,
        statistics=statistics,
        picture=Markup(draw_svg(assistant.knowledge, flow, notes)),  # noqa: S704 -- it escapes every text
    )


def _make_desk_page(request: web.Request, template: str, **values: Any) -> web.Response:
    knowledge, logged_in = request.app[WEB_CONTEXT].assistant.knowledge, COOKIE in request.cookies
    return make_page(request, template, knowledge=knowledge, logged_in=logged_in, **values)


def _compose_text(knowledge: Knowledge, answer_id: str, locale: str) -> str:
    """Compose the whole text of an answer as Markdown: the first view, and all that is folded away."""
    _, reply = respond(knowledge, Conversation("desk"), Turn("desk", pick=f"go/{answer_id}", locale=locale))
    return "\n\n".join((reply.body, *(f"**{detail.title}**\n\n{detail.text}" for detail in reply.details)))
