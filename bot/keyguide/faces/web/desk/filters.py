"""Read what a keeper wants to see from the address of a desk page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

PERIODS = (7, 30, 90)  # days
_DEFAULT_DAYS = 30
_MAX_LENGTH = 200  # of a value in an address


@dataclass(frozen=True, slots=True)
class DeskQuery:
    """The server and the number of days that a keeper wants to see; without a place, all servers."""

    place: str = ""
    days: int = _DEFAULT_DAYS

    def find_start(self, moment: datetime) -> datetime:
        """Find the start of the period: the beginning of its first day."""
        start = moment - timedelta(days=self.days - 1)
        return start.replace(hour=0, minute=0, second=0, microsecond=0)

    def find_start_before(self, moment: datetime) -> datetime:
        """Find the start of the period before, which is as long."""
        return self.find_start(moment) - timedelta(days=self.days)


def parse_query(query: Mapping[str, str]) -> DeskQuery:
    """Parse the query of a keeper; use the default for the days if they are not one of the periods."""
    known = {str(period): period for period in PERIODS}
    return DeskQuery(read_value(query, "place"), known.get(query.get("days", ""), _DEFAULT_DAYS))


def read_value(query: Mapping[str, str], name: str) -> str:
    """Read a value that is no longer than any of ours; empty if there is none."""
    return query.get(name, "")[:_MAX_LENGTH]
