"""Arrange what a person at a terminal can pick by its number: options, and the folded parts of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count

from keyguide.core.model.option_order import list_by_role
from keyguide.core.model.turn import Detail, Option, Reply, Role
from keyguide.core.phrases.phrases import Phrases

_OUT = (Role.READING, Role.WINDOWS, Role.BACK, Role.HOW, Role.MOVE, Role.HUMAN)


@dataclass(frozen=True, slots=True)
class Way:
    """Something to pick: what it is called, and what the engine gets back."""

    label: str
    pick: str


@dataclass(frozen=True, slots=True)
class WayLine:
    """What stands on one line, each with its number; a title says what the line holds."""

    ways: tuple[tuple[int, Way], ...]
    title: str = ""


def arrange_ways(reply: Reply, phrases: Phrases) -> Iterator[WayLine]:
    """Arrange everything to pick: the first ones on a line each, then a line for each kind of the others."""
    numbers = count(1)
    first, *others = _group_ways(reply)
    for way in first:
        yield WayLine(((next(numbers), way),))
    for title, ways in zip((phrases.terminal.more, phrases.terminal.pages, ""), others, strict=True):
        if ways:
            yield WayLine(tuple((next(numbers), way) for way in ways), title)


def list_ways(reply: Reply) -> list[Way]:
    """List everything to pick, in the order of the numbers."""
    return list(chain.from_iterable(_group_ways(reply)))


def _group_ways(reply: Reply) -> Iterator[list[Way]]:
    """Group what stands first, the details, further pages, and the ways out.

    If nobody judges the reply, as with a menu, the pages are what a person came for, and stand first.
    """
    roles = (Role.CHOICE, Role.VERDICT, Role.WALK, Role.RESUME)
    pages_first = not list_by_role(reply, Role.VERDICT)
    yield _make_ways(list_by_role(reply, *roles, *((Role.PAGE,) if pages_first else ())))
    yield _make_ways(reply.details)
    yield _make_ways(() if pages_first else list_by_role(reply, Role.PAGE))
    yield _make_ways(list_by_role(reply, *_OUT))


def _make_ways(parts: tuple[Option, ...] | tuple[Detail, ...]) -> list[Way]:
    return [Way(_make_label(part), part.pick) for part in parts]


def _make_label(part: Option | Detail) -> str:
    if isinstance(part, Detail):
        return part.title
    return f"{part.label} ({part.hint})" if part.hint else part.label
