"""Add the routes of the desk, which only those may use who know its token."""

from __future__ import annotations

from aiohttp import web

from keyguide.faces.web.desk import answers, conversations, exports, pages, solutions, triage
from keyguide.faces.web.desk.access import DeskAccess


def add_desk(app: web.Application, token: str) -> None:
    """Add the pages of the desk, its exports, and the ways in and out."""
    access = DeskAccess(token)
    routes = {
        "/desk": pages.show_overview,
        "/desk/articles": answers.show_articles,
        "/desk/article/{id}": answers.show_article,
        "/desk/flow/{id}": pages.show_flow,
        "/desk/conversations": conversations.show_conversations,
        "/desk/solutions": solutions.show_solutions,
        "/desk/ledger.csv": exports.export_ledger,
        "/desk/gaps.csv": exports.export_gaps,
    }
    for path, route in routes.items():
        app.router.add_get(path, access.require(route))
    app.router.add_post("/desk/gap", access.require(triage.decide))
    app.router.add_post("/desk/enter", access.enter)
    app.router.add_post("/desk/leave", access.leave)
