"""Export what the desk counts as CSV."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterable, Sequence

from aiohttp import web

from keyguide.errors import StoreError
from keyguide.faces.web.desk.filters import parse_query
from keyguide.faces.web.desk.unanswered import load_gaps
from keyguide.faces.web.web_context import WEB_CONTEXT
from keyguide.insight.unanswered_groups import write_decision

# A spreadsheet evaluates a cell that starts with one of these.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


_log = logging.getLogger(__name__)
_ROWS_AT_ONCE = 500  # are written together


async def export_ledger(request: web.Request) -> web.StreamResponse:
    """Export the ledger of a period without the names of people, a few hundred lines at a time."""
    assistant, query = request.app[WEB_CONTEXT].assistant, parse_query(request.query)
    start, place = query.find_start(assistant.read_clock()), query.place or None
    head = ("when", "place", "kind", "subject", "step", "judged", "verdict")
    response = web.StreamResponse(headers=_make_headers("ledger.csv"))
    rows: list[Sequence[str]] = [head]
    try:
        async for entry in assistant.ledger.stream_entries(start, place):
            rows.append((entry.when.isoformat(), *(getattr(entry, name) for name in head[1:])))
            if len(rows) >= _ROWS_AT_ONCE:
                await _write_rows(request, response, rows)
    except StoreError as error:
        if not response.prepared:
            raise  # as an error of its own
        _log.error("a ledger is only half exported: %s", error)
        if request.transport:
            request.transport.abort()  # the only way to tell now
        return response
    await _write_rows(request, response, rows)
    await response.write_eof()
    return response


async def _write_rows(request: web.Request, response: web.StreamResponse, rows: list[Sequence[str]]) -> None:
    if not response.prepared:
        await response.prepare(request)
    await response.write(_write_csv(rows).encode())
    rows.clear()


async def export_gaps(request: web.Request) -> web.StreamResponse:
    """Export the questions of a period that found no answer, in groups."""
    gaps = await load_gaps(request.app[WEB_CONTEXT].assistant, parse_query(request.query))
    head = ("times", "question", "other ways", "nearest", "decision")
    rows = [
        (
            str(gap.times),
            gap.group.heading,
            " | ".join(gap.wordings),
            " ".join(gap.nearest),
            write_decision(gap.decision),
        )
        for gap in gaps
    ]
    return _make_csv_response("gaps.csv", [head, *rows])


def _make_csv_response(name: str, rows: Iterable[Sequence[str]]) -> web.Response:
    return web.Response(body=_write_csv(rows).encode(), headers=_make_headers(name))


def _write_csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_escape_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def _make_headers(name: str) -> dict[str, str]:
    return {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }


def _escape_cell(text: str) -> str:
    """Escape a cell if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
