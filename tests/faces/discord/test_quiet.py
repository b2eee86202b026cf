"""Who is being helped by a person at this moment."""

from __future__ import annotations

from bot.faces.discord.quiet import Quiet

HERE, THERE, ANN, BEN, HAL = range(5)


class Clock:
    """A clock that goes on only when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_whom_somebody_addresses_is_being_helped_there_for_a_while() -> None:
    clock = Clock()
    quiet = Quiet(clock)
    quiet.heard(HERE, BEN, {ANN}, helper=False)

    assert quiet.helped(HERE, ANN)
    assert not quiet.helped(THERE, ANN)
    assert not quiet.helped(HERE, BEN)
    clock.now = 600
    assert not quiet.helped(HERE, ANN)


def test_a_helpers_word_to_nobody_in_particular_is_for_those_who_spoke_there() -> None:
    quiet = Quiet(Clock())
    quiet.heard(HERE, ANN, (), helper=False)
    quiet.heard(THERE, BEN, (), helper=False)
    quiet.heard(HERE, HAL, (), helper=True)

    assert quiet.helped(HERE, ANN)
    assert not quiet.helped(HERE, HAL)
    assert not quiet.helped(THERE, BEN)


def test_only_so_many_are_remembered() -> None:
    quiet = Quiet(Clock())
    for person in range(6_000):
        quiet.heard(HERE, HAL, {person}, helper=True)

    assert not quiet.helped(HERE, 0)
    assert quiet.helped(HERE, 5_999)
