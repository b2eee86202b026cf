"""List what servers answer themselves, with the same figures as the answers of the knowledge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from keyguide.assistant import Assistant
from keyguide.core.model.server_answer import make_own_place, parse_own_answers
from keyguide.faces.web.desk.statistics import DeskStatistics
from keyguide.insight.usage import AnswerStats


@dataclass(frozen=True, slots=True)
class OwnRow:
    """An answer of a server in a list, with its figures."""

    title: str
    place: str
    stats: AnswerStats


async def list_own_rows(assistant: Assistant, statistics: DeskStatistics, place: str) -> list[OwnRow]:
    """List the own answers of a server, or of all, that were shown, the most shown first.

    One that was deleted since has no title any more, and is left out.
    """
    figures = {stats.subject: stats for stats in statistics.own_stats}
    places = (place,) if place else statistics.places
    titles = await find_own_titles(assistant, places if figures else ())
    rows = [OwnRow(*titles[subject], stats) for subject, stats in figures.items() if subject in titles]
    return sorted(rows, key=lambda row: (-row.stats.shown, row.title))


async def find_own_titles(assistant: Assistant, places: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    """Find the title and the server of each own answer of some servers, by its subject."""
    return {
        answer.subject: (answer.title, place)
        for place in dict.fromkeys(places)
        for answer in parse_own_answers(await assistant.notes.list_notes(make_own_place(place)))
    }
