"""When helpers are there, as a manager writes it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from keyguide.faces.discord.help_requests.hours import parse_hours

MONDAY_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("Mon-Fri 9-17", True),
        ("mo-fr 09:00-17:00 UTC", True),
        ("Montag, Mittwoch 9 - 17", True),
        ("Tue 9-17", False),
        ("Sat-Sun 0-24", False),
        ("Fri-Mon 9-17 Europe/Berlin", True),
        ("Mon 9:00-13:00 Europe/Berlin", False),
        ("Mon 22-6", False),
        ("Sun 20-14", True),
    ],
)
def test_hours_hold_in_their_time_zone(text: str, *, is_open: bool) -> None:
    assert parse_hours(text).is_open(MONDAY_NOON) is is_open


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Mon-Fri 9-17", datetime(2026, 3, 3, 9, tzinfo=UTC)),
        ("Mon 13:30-17", datetime(2026, 3, 2, 13, 30, tzinfo=UTC)),
        ("Mon 9-10", datetime(2026, 3, 9, 9, tzinfo=UTC)),
        ("Sat 10-12 America/New_York", datetime(2026, 3, 7, 15, tzinfo=UTC)),
    ],
)
def test_the_next_start_is_found(text: str, start: datetime) -> None:
    assert parse_hours(text).find_next_start(MONDAY_NOON) == start


@pytest.mark.parametrize(
    "text",
    [
        "",
        "always",
        "Mon-Fri",
        "9-17",
        "Xyz 9-17",
        "Mon 25-26",
        "Mon 9:77-10",
        "Mon 9-17 Mars/Olympus",
        "Mon 9-17 ../etc",
        "Mon 9-17 Europe",
    ],
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"hour|minute|^.*$"):
        parse_hours(text)
