"""Compare how the sessions of a period ended with those of the period before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from keyguide.core.model.daily_counts import DailyCount, Measure
from keyguide.insight.usage import Ending, count_endings

_MIN_TO_COMPARE = 20  # sessions in each period; shares of fewer jump about


@dataclass(frozen=True, slots=True)
class Share:
    """How many sessions of a period ended in one way, of all, and the same for the period before."""

    count: int
    total: int
    count_before: int
    total_before: int

    @property
    def percent(self) -> int:
        """The share of all, in percent."""
        return round(100 * self.count / self.total) if self.total else 0

    @property
    def percent_before(self) -> int | None:
        """The share in the period before; None if nothing was asked in it."""
        return round(100 * self.count_before / self.total_before) if self.total_before else None

    @property
    def change(self) -> int | None:
        """How many percentage points more than before; None if there were too few to compare."""
        if self.percent_before is None or min(self.total, self.total_before) < _MIN_TO_COMPARE:
            return None
        return self.percent - self.percent_before


@dataclass(frozen=True, slots=True)
class Totals:
    """How the sessions of a period ended, each with its share, and those that only looked around."""

    asked: int
    asked_before: int
    looked_around: int
    shares: Mapping[Ending, Share]


def compare_periods(counts: Iterable[DailyCount], since: date) -> Totals:
    """Compare the endings since a day with those before it; `counts` begins with the period before."""
    now, before = list[DailyCount](), list[DailyCount]()
    for count in counts:
        if count.measure == Measure.ENDED:
            (now if count.day >= since.isoformat() else before).append(count)
    endings, endings_before = count_endings(now), count_endings(before)
    asked, asked_before = sum(endings.values()), sum(endings_before.values())
    shares = {
        ending: Share(endings[ending], asked, endings_before[ending], asked_before) for ending in Ending
    }
    looked_around = sum(count.total for count in now) - asked
    return Totals(asked, asked_before, looked_around, shares)
