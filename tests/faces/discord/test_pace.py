"""Who is too fast."""

from __future__ import annotations

from keyguide.faces.discord.connection.rate_limit import RateLimit


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_sixth_turn_in_ten_seconds_is_one_too_many() -> None:
    pace = RateLimit(Clock())

    assert [pace.is_exceeded_by(1) for _ in range(7)] == [False] * 5 + [True] * 2


def test_a_turn_every_two_seconds_is_never_too_fast() -> None:
    clock = Clock()
    pace, told = RateLimit(clock), []
    for _ in range(20):
        told.append(pace.is_exceeded_by(1))
        clock.now += 2.1

    assert not any(told)


def test_people_are_told_apart() -> None:
    pace = RateLimit(Clock())
    for _ in range(5):
        pace.is_exceeded_by(1)

    assert not pace.is_exceeded_by(2)
    assert pace.is_exceeded_by(1)


def test_those_who_went_are_let_go() -> None:
    clock = Clock()
    pace = RateLimit(clock)
    for person in range(5_000):
        clock.now += 1
        pace.is_exceeded_by(person)

    assert len(pace._turns) < 1_100  # noqa: SLF001 -- what is let go can be seen nowhere else
