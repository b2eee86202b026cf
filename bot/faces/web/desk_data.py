"""What the desk shows, counted from the ledger for one server and one period."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.assistant import Assistant
from bot.core import ledger
from bot.core.knowledge import Knowledge
from bot.core.ledger import Ending, Passed, Worth
from bot.core.likeness import Alike, Worded, grouped
from bot.core.review import Overdue, overdue

PERIODS = (7, 30, 90)  # days
_USUAL = 30
_SHOWN = 15  # answers that help least, and groups of questions
_FOUND = 60
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What a keeper asked to see: of which server (none is all of them), and of how many days."""

    place: str = ""
    days: int = _USUAL

    def since(self, moment: datetime) -> datetime:
        """Return the beginning of the period: of its first day."""
        start = moment - timedelta(days=self.days - 1)
        return start.replace(hour=0, minute=0, second=0, microsecond=0)


def asked(query: Mapping[str, str]) -> Asked:
    """Read what a keeper asked for; what makes no sense is the usual."""
    days = query.get("days", "")
    known = {str(period): period for period in PERIODS}
    return Asked(query.get("place", "")[:200], known.get(days, _USUAL))


@dataclass(frozen=True, slots=True)
class Missing:
    """Questions without an answer that mean the same, and what is nearest to them."""

    heading: str
    times: int
    ways: tuple[str, ...]
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """One period of one server, counted."""

    places: tuple[str, ...]
    endings: Mapping[Ending, int]
    days: Mapping[date, Mapping[Ending, int]]
    worths: tuple[Worth, ...]
    passed: Mapping[str, Passed]
    missing: tuple[Missing, ...]
    overdue: tuple[Overdue, ...]


async def counted(assistant: Assistant, want: Asked) -> Counted:
    """Count what the ledger and the kept questions say; the counting itself keeps nobody waiting."""
    moment = assistant.moment()
    since = want.since(moment)
    everywhere = await assistant.entries(since)
    misses = await assistant.misses(since, want.place or None)
    knowledge = assistant.knowledge
    lines = [line for line in everywhere if want.place in {"", line.place}]
    places = tuple(sorted({line.place for line in everywhere if line.place}))
    days = (since.date(), moment.date())
    return await asyncio.to_thread(_counted, knowledge, places, lines, misses, days)


def _counted(
    knowledge: Knowledge,
    places: tuple[str, ...],
    lines: Sequence[ledger.Line],
    misses: Sequence[Worded],
    days: tuple[date, date],
) -> Counted:
    talks = ledger.talks(lines)
    worths = [worth for worth in ledger.worths(lines) if knowledge.title(worth.subject)]
    return Counted(
        places=places,
        endings=ledger.endings(talks),
        days=ledger.by_day(talks, *days),
        worths=tuple(worths),
        passed=ledger.passed(talks),
        missing=tuple(_missing(knowledge, grouped(misses, knowledge.words, knowledge.fillers))),
        overdue=tuple(overdue(knowledge, days[1])),
    )


def _missing(knowledge: Knowledge, groups: Iterable[Alike[Worded]]) -> Iterable[Missing]:
    for group in groups:
        near = knowledge.finder.find(group.heading).labels[:_NEAREST]
        ways = tuple(dict.fromkeys(one.text for one in group.asked))
        yield Missing(group.heading, len(group.asked), ways, tuple(id for id in near if knowledge.title(id)))


def least(worths: Iterable[Worth]) -> list[Worth]:
    """Return the answers that help least, of those that somebody judged."""
    return [worth for worth in worths if worth.bad][:_SHOWN]


def searched(knowledge: Knowledge, text: str) -> list[str]:
    """Return the ids of the answers that a text may mean; all of them for an empty one."""
    if not text.strip():
        return [*knowledge.articles, *(error.id for error in knowledge.errors.values())]
    wanted = set(knowledge.words.normal(text))
    likely = [id for id in knowledge.finder.find(text).labels if id in knowledge.articles]
    holding = [id for id, said in _pages(knowledge) if wanted <= set(knowledge.words.normal(said))]
    holding.sort(key=lambda id: not wanted <= set(knowledge.words.normal(knowledge.title(id) or "")))
    return list(dict.fromkeys((*holding, *likely)))[:_FOUND]


def _pages(knowledge: Knowledge) -> Iterable[tuple[str, str]]:
    for id, article in knowledge.articles.items():
        parts = (id, article.title, article.body, article.win10, article.win11, article.fails, article.avoid)
        yield id, " ".join((*parts, *article.asks))
    for error in knowledge.errors.values():
        yield error.id, f"{error.code} {error.title} {error.message} {error.means} {error.fix}"
