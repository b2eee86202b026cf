"""Add the routes of the desk, which only those may use who know its token."""

from __future__ import annotations

from aiohttp import web

from keyguide.faces.web.desk import answer_pages, conversations, exports, overview, solutions, unanswered
from keyguide.faces.web.desk.access import DeskAccess


def add_desk(app: web.Application, token: str) -> None:
    """Add the pages of the desk, its exports, and the ways in and out."""
    access = DeskAccess(token)
    routes = {
        "/desk": overview.show_overview,
        "/desk/articles": answer_pages.show_articles,
        "/desk/article/{id}": answer_pages.show_article,
        "/desk/flow/{id}": overview.show_flow,
        "/desk/conversations": conversations.show_conversations,
        "/desk/solutions": solutions.show_solutions,
        "/desk/ledger.csv": exports.export_ledger,
        "/desk/gaps.csv": exports.export_gaps,
    }
    for path, route in routes.items():
        app.router.add_get(path, access.require(route))
    app.router.add_post("/desk/gap", access.require(unanswered.decide))
    app.router.add_post("/desk/enter", access.enter)
    app.router.add_post("/desk/leave", access.leave)
