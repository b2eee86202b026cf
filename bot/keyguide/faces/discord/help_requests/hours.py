"""Read when the helpers of a server are there, such as "Mon-Fri 09:00-17:00 Europe/Berlin"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAYS = {"mo": 0, "tu": 1, "di": 1, "we": 2, "mi": 2, "th": 3, "do": 3, "fr": 4, "sa": 5, "su": 6, "so": 6}
_WEEK = 7
_HOURS = re.compile(r"([^\d]{2,40}?)\s+(\d{1,2})(?::(\d\d))?\s?-\s?(\d{1,2})(?::(\d\d))?(?:\s+(\S{1,40}))?")


@dataclass(frozen=True, slots=True)
class HelperHours:
    """The days of the week, and from when to when on each; an end before the start is on the next day."""

    days: frozenset[int]
    start: time
    end: time
    zone: tzinfo

    def is_open(self, moment: datetime) -> bool:
        """Check whether helpers are there at a moment."""
        local = moment.astimezone(self.zone)
        now = local.time()
        if self.start < self.end:
            return local.weekday() in self.days and self.start <= now < self.end
        yesterday = (local.weekday() - 1) % _WEEK
        return (local.weekday() in self.days and now >= self.start) or (
            yesterday in self.days and now < self.end
        )

    def find_next_start(self, moment: datetime) -> datetime:
        """Find when helpers are there next."""
        local = moment.astimezone(self.zone)
        days = (local.date() + timedelta(days=ahead) for ahead in range(_WEEK + 1))
        starts = (datetime.combine(day, self.start, self.zone) for day in days if day.weekday() in self.days)
        return next(start for start in starts if start > local)


def parse_hours(text: str) -> HelperHours:
    """Parse the hours; raise ValueError if the text cannot be understood."""
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    days, start, start_minute, end, end_minute, zone = match.groups()
    return HelperHours(
        frozenset(_parse_days(days)),
        time(int(start), int(start_minute or 0)),
        time(int(end) % 24, int(end_minute or 0)),
        _parse_zone(zone or "UTC"),
    )


def _parse_days(text: str) -> list[int]:
    days: list[int] = []
    for part in text.casefold().replace("\u2013", "-").split(","):
        first, _, last = (name.strip() for name in part.partition("-"))
        numbers = [_parse_day(name) for name in (first, last) if name]
        length = (numbers[-1] - numbers[0]) % _WEEK
        days += [(numbers[0] + ahead) % _WEEK for ahead in range(length + 1)]
    return days


def _parse_day(name: str) -> int:
    if name[:2] not in _DAYS:
        raise ValueError(name)
    return _DAYS[name[:2]]


def _parse_zone(name: str) -> tzinfo:
    if name.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):  # OSError: the name of a folder of zones
        raise ValueError(name) from None
