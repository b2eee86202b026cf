"""Export what the desk counts as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from aiohttp import web

from keyguide.faces.web.context import WEB_CONTEXT
from keyguide.faces.web.desk.statistics import compute_statistics, parse_query

# A spreadsheet evaluates a cell that starts with one of these.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


async def export_ledger(request: web.Request) -> web.StreamResponse:
    """Export the ledger of a period without the names of people."""
    assistant, query = request.app[WEB_CONTEXT].assistant, parse_query(request.query)
    entries = await assistant.ledger.list_entries(
        query.find_start(assistant.read_clock()), query.place or None
    )
    head = ("when", "place", "kind", "subject", "step", "judged", "verdict")
    rows = [(entry.when.isoformat(), *(getattr(entry, name) for name in head[1:])) for entry in entries]
    return _make_csv_response("ledger.csv", [head, *rows])


async def export_gaps(request: web.Request) -> web.StreamResponse:
    """Export the questions of a period that found no answer, in groups."""
    statistics = await compute_statistics(request.app[WEB_CONTEXT].assistant, parse_query(request.query))
    head = ("times", "question", "other ways", "nearest")
    rows = [
        (str(group.times), group.heading, " | ".join(group.wordings), " ".join(group.nearest))
        for group in statistics.unanswered
    ]
    return _make_csv_response("gaps.csv", [head, *rows])


def _make_csv_response(name: str, rows: Iterable[Sequence[str]]) -> web.Response:
    text = io.StringIO()
    csv.writer(text).writerows([_escape_cell(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(text=text.getvalue(), content_type="text/csv", charset="utf-8", headers=headers)


def _escape_cell(text: str) -> str:
    """Escape a cell if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
