"""Show what helpers say fixed a problem, each as the draft of an answer that is missing."""

from __future__ import annotations

from aiohttp import web

from keyguide.faces.web.desk.overview import make_desk_page
from keyguide.faces.web.web_context import WEB_CONTEXT
from keyguide.insight.helper_solutions import SOLUTIONS, find_nearest_pages, format_draft, parse_solutions

_MAX_SHOWN = 100


async def show_solutions(request: web.Request) -> web.StreamResponse:
    """List the latest solutions, with the nearest answers and a draft for each."""
    assistant = request.app[WEB_CONTEXT].assistant
    solutions = parse_solutions(await assistant.notes.list_notes(SOLUTIONS))[:_MAX_SHOWN]
    rows = [
        (
            solution,
            find_nearest_pages(assistant.knowledge, solution),
            format_draft(assistant.knowledge, solution),
        )
        for solution in solutions
    ]
    return make_desk_page(request, "desk/solutions.html", rows=rows)
