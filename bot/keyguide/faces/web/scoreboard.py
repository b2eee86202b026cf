"""Show everybody how many were helped, if the operator wants that: shares alone, of all places together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from keyguide.assistant import Assistant
from keyguide.faces.web.desk.filters import DeskQuery
from keyguide.faces.web.desk.statistics import DeskStatistics, compute_statistics
from keyguide.faces.web.make_page import make_page
from keyguide.faces.web.web_context import WEB_CONTEXT, choose_language
from keyguide.insight.usage import Ending

_PERIOD = DeskQuery(days=90)
_MIN_ASKED = 20  # fewer conversations would tell about single people
_MAX_ANSWERS = 10
_KEPT_FOR = timedelta(minutes=10)  # so that a crowd costs no more than one visitor


def add_scoreboard(app: web.Application) -> None:
    """Add the page, whose figures are computed at most every few minutes."""
    board = _Scoreboard()
    app.router.add_get("/scoreboard", board.show)


@dataclass(slots=True)
class _Scoreboard:
    """The figures, and when they were computed."""

    statistics: DeskStatistics | None = None
    computed: datetime | None = None

    async def show(self, request: web.Request) -> web.Response:
        """Show the figures."""
        assistant, desk = request.app[WEB_CONTEXT].assistant, choose_language(request)[1].desk
        statistics = await self._compute(assistant)
        most_shown = sorted(statistics.answer_stats, key=lambda stats: -stats.shown)[:_MAX_ANSWERS]
        return make_page(
            request,
            "scoreboard.html",
            knowledge=assistant.knowledge,
            totals=statistics.totals,
            is_shown=statistics.totals.asked >= _MIN_ASKED,
            days=_PERIOD.days,
            labels={ending: getattr(desk, ending) for ending in Ending},
            most_shown=[stats for stats in most_shown if stats.shown],
            answers=[*assistant.knowledge.articles.values(), *assistant.knowledge.errors.values()],
            overdue=len(statistics.overdue),
        )

    async def _compute(self, assistant: Assistant) -> DeskStatistics:
        now = assistant.read_clock()
        if self.statistics is None or self.computed is None or now - self.computed > _KEPT_FOR:
            self.statistics, self.computed = await compute_statistics(assistant, _PERIOD), now
        return self.statistics
