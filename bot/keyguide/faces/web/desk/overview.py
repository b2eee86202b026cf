"""Show the pages of the desk that count: the overview, and a page for each flow."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from markupsafe import Markup

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.faces.web.desk.access import COOKIE
from keyguide.faces.web.desk.filters import PERIODS, parse_query, read_value
from keyguide.faces.web.desk.statistics import (
    compute_statistics,
    count_flows,
    find_least_helpful,
    find_step_stats,
)
from keyguide.faces.web.desk.unanswered import load_gaps
from keyguide.faces.web.make_page import make_page
from keyguide.faces.web.web_context import WEB_CONTEXT, choose_language
from keyguide.flow_pictures.svg import FlowNotes, draw_svg
from keyguide.insight.usage import Ending

ZOOMS = ("fit", "50", "75", "100", "150")  # percent of the size of a picture, or as wide as the page
_DEFAULT_ZOOM = "75"


async def show_overview(request: web.Request) -> web.StreamResponse:
    """Show how conversations ended, where people leave, and what is missing."""
    assistant, query = request.app[WEB_CONTEXT].assistant, parse_query(request.query)
    statistics = await compute_statistics(assistant, query)
    gaps = await load_gaps(assistant, query)
    return make_desk_page(
        request,
        "desk/overview.html",
        query=query,
        periods=PERIODS,
        statistics=statistics,
        flows=count_flows(assistant.knowledge, statistics),
        least_helpful=find_least_helpful(statistics.answer_stats),
        gaps=[gap for gap in gaps if gap.decision.ignored == ("ignored" in request.query)],
        ignored=sum(gap.decision.ignored for gap in gaps),
        showing_ignored="ignored" in request.query,
        can_draft=request.app[WEB_CONTEXT].site.desk.write_draft is not None,
        keeps_misses=assistant.keeps_misses,
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
    zoom = read_value(request.query, "zoom")
    return make_desk_page(
        request,
        "desk/flow.html",
        flow=flow,
        steps=steps,
        query=query,
        periods=PERIODS,
        statistics=statistics,
        zooms=ZOOMS,
        zoom=zoom if zoom in ZOOMS else _DEFAULT_ZOOM,
        picture=Markup(draw_svg(assistant.knowledge, flow, notes)),  # noqa: S704 -- it escapes every text
    )


def make_desk_page(request: web.Request, template: str, **values: Any) -> web.Response:
    """Make a page of the desk, with what all of its pages show."""
    context = request.app[WEB_CONTEXT]
    knowledge, desk = context.assistant.knowledge, choose_language(request)[1].desk
    shared: dict[str, Any] = {
        "knowledge": knowledge,
        "logged_in": COOKIE in request.cookies,
        "ending_labels": {ending: getattr(desk, ending) for ending in Ending},
        "name_place": context.site.desk.name_place,
        "edit_link": lambda id: _make_edit_link(knowledge, context.site.desk.edit_url, id),
        "scoreboard": context.site.scoreboard,
    }
    return make_page(request, template, **shared, **values)


def _make_edit_link(knowledge: Knowledge, edit_url: str, page_id: str) -> str:
    """Make the address where a page can be edited; empty if there is none."""
    place = knowledge.places.get(page_id)
    return edit_url.format(file=place.file, line=place.line) if place and edit_url else ""
