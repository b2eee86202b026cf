"""How fast somebody may ask: in bursts, evenly, and each on their own."""

from __future__ import annotations

from typing import Any

import pytest

from keyguide.runtime.rate_limit import RateLimit


def test_who_asks_too_fast_waits_and_is_welcome_again(clock: Any) -> None:
    limit = RateLimit(60, 30, clock)
    waits = [limit.take("ann") for _ in range(31)]
    others = limit.take("ben")
    clock.now += 1.0

    assert waits[:30] == [0.0] * 30
    assert waits[30] == pytest.approx(1.0)
    assert others == 0.0
    assert limit.take("ann") == 0.0


def test_who_was_away_for_long_can_ask_no_more_at_once_than_anybody(clock: Any) -> None:
    limit = RateLimit(60, 30, clock)
    limit.take("ann")
    clock.now += 86_400

    assert [limit.take("ann") > 0 for _ in range(31)] == [False] * 30 + [True]


def test_a_long_text_counts_as_several_and_the_longest_is_still_welcome_once(clock: Any) -> None:
    limit = RateLimit(60, 30, clock)
    first, second = limit.take("ann", 20), limit.take("ann", 20)
    clock.now += 86_400

    assert (first, second) == (0.0, pytest.approx(10.0))
    assert limit.take("ann", 1_000) == 0.0
    assert limit.take("ann") > 0


def test_no_rate_is_no_limit(clock: Any) -> None:
    limit = RateLimit(0, 5, clock)

    assert not any(limit.take("ann") for _ in range(1_000))


def test_the_limit_of_only_so_many_is_kept(clock: Any) -> None:
    limit = RateLimit(60, 30, clock)
    for number in range(10_500):
        limit.take(str(number))

    assert len(limit) == 10_000


def test_whoever_may_ask_as_much_as_anybody_again_is_not_remembered(clock: Any) -> None:
    limit = RateLimit(60, 30, clock)
    limit.take("ann", 30)
    clock.now += 29
    limit.take("ben")
    early = len(limit)
    clock.now += 2
    limit.drop_old()

    assert (early, len(limit)) == (2, 1)
