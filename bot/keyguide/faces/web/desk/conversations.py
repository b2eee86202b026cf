"""Show the conversations that a bar of the desk counts: what was shown in them, without words and names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from aiohttp import web

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.server_answer import is_own_subject
from keyguide.core.model.turn import Kind
from keyguide.core.phrases.desk import DeskPhrases
from keyguide.faces.web.desk.filters import DeskQuery, parse_query, read_value
from keyguide.faces.web.desk.overview import make_desk_page
from keyguide.faces.web.desk.server_answers import find_own_titles
from keyguide.faces.web.web_context import WEB_CONTEXT, choose_language
from keyguide.insight.sessions import RecordedSession, SessionFilter, split_sessions
from keyguide.insight.usage import PAGE_KINDS, UsageRecord

_MAX_SHOWN = 50
_MAX_LINES = 20_000  # of the ledger that are read for one page
_MARGIN = timedelta(hours=2)  # around a day, because a conversation may go on past midnight


@dataclass(frozen=True, slots=True)
class FoundSessions:
    """The latest sessions that were looked for, and the day up to which the ledger was read."""

    sessions: tuple[RecordedSession, ...]
    oldest_day: date


async def show_conversations(request: web.Request) -> web.StreamResponse:
    """List the latest conversations of a period that fit what a bar counts."""
    assistant, query = request.app[WEB_CONTEXT].assistant, parse_query(request.query)
    wanted = SessionFilter(
        *(read_value(request.query, name) for name in ("ending", "subject", "verdict", "step"))
    )
    day = _read_day(read_value(request.query, "day"))
    moment = assistant.read_clock()
    days = [day] if day else _list_days(query, moment)
    found = await _find_sessions(assistant, query, wanted, days)
    places = (line.place for session in found.sessions for line in session.lines if _is_own(line))
    own_titles = {
        subject: title for subject, (title, _) in (await find_own_titles(assistant, places)).items()
    }
    return make_desk_page(
        request,
        "desk/conversations.html",
        query=query,
        wanted=wanted,
        day=day,
        found=found,
        is_whole=found.oldest_day == days[-1],
        own_titles=own_titles,
        describe_line=partial(
            _describe_line, assistant.knowledge, choose_language(request)[1].desk, own_titles
        ),
    )


def _is_own(line: UsageRecord) -> bool:
    return is_own_subject(line.subject) or is_own_subject(line.judged)


def _describe_line(
    knowledge: Knowledge, desk: DeskPhrases, own_titles: Mapping[str, str], line: UsageRecord
) -> tuple[str, str]:
    """Describe what was shown in one line of the ledger, with the address of its page on the desk."""
    if step := knowledge.find_step(f"{line.subject}/{line.step}"):
        return step.ask.strip(), f"/desk/flow/{line.subject}"
    if line.kind in PAGE_KINDS and (title := knowledge.find_title(line.subject)):
        return title, f"/desk/article/{line.subject}"
    if is_own_subject(line.subject):
        return own_titles.get(line.subject, desk.own_answer), ""
    names = {
        Kind.SUGGEST: desk.suggested,
        Kind.MISS: desk.missed,
        Kind.ELSEWHERE: desk.elsewhere,
        Kind.REFUSAL: desk.refused,
        Kind.STEP: desk.question,
    }
    return names.get(Kind(line.kind), desk.menu) if line.kind in {*Kind} else line.kind, ""


def _list_days(query: DeskQuery, moment: datetime) -> list[date]:
    """List the days of the period, the latest first."""
    return [(moment - timedelta(days=ago)).date() for ago in range(query.days)]


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def _find_sessions(
    assistant: Assistant, query: DeskQuery, wanted: SessionFilter, days: Iterable[date]
) -> FoundSessions:
    """Read day by day, from the last one, until there are enough sessions or lines."""
    found: list[RecordedSession] = []
    lines_read = 0
    oldest = date.max
    for day in days:
        oldest = day
        lines = await _read_day_lines(assistant, query, day, _MAX_LINES - lines_read)
        lines_read += len(lines)
        found += [session for session in split_sessions(lines, day) if wanted.fits(session)]
        if len(found) >= _MAX_SHOWN or lines_read >= _MAX_LINES:
            break
    return FoundSessions(tuple(found[:_MAX_SHOWN]), oldest)


async def _read_day_lines(assistant: Assistant, query: DeskQuery, day: date, limit: int) -> list[UsageRecord]:
    """Read the ledger of one day and a little around it."""
    start = datetime.combine(day, time(), assistant.read_clock().tzinfo)
    lines = list[UsageRecord]()
    async for line in assistant.ledger.stream_entries(start - _MARGIN, query.place or None):
        if line.when >= start + timedelta(days=1) + _MARGIN or len(lines) >= limit:
            break
        lines.append(line)
    return lines
