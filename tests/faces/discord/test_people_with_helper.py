"""Who is being helped by a person at this moment."""

from __future__ import annotations

from typing import Any

from keyguide.faces.discord.chat.people_with_helper import HelpTracker

HERE, THERE, ANN, BEN, HAL = range(5)


def test_whom_somebody_addresses_is_being_helped_there_for_a_while(clock: Any) -> None:
    quiet = HelpTracker(clock)
    quiet.record_message(HERE, BEN, {ANN}, helper=False)

    assert quiet.is_helped(HERE, ANN)
    assert not quiet.is_helped(THERE, ANN)
    assert not quiet.is_helped(HERE, BEN)
    clock.now += 600
    assert not quiet.is_helped(HERE, ANN)


def test_a_helpers_word_to_nobody_in_particular_is_for_those_who_spoke_there(clock: Any) -> None:
    quiet = HelpTracker(clock)
    quiet.record_message(HERE, ANN, (), helper=False)
    quiet.record_message(THERE, BEN, (), helper=False)
    quiet.record_message(HERE, HAL, (), helper=True)

    assert quiet.is_helped(HERE, ANN)
    assert not quiet.is_helped(HERE, HAL)
    assert not quiet.is_helped(THERE, BEN)


def test_only_so_many_are_remembered(clock: Any) -> None:
    quiet = HelpTracker(clock)
    for person in range(6_000):
        quiet.record_message(HERE, HAL, {person}, helper=True)

    assert not quiet.is_helped(HERE, 0)
    assert quiet.is_helped(HERE, 5_999)
