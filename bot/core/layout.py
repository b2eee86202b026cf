"""Where everything stands in a picture of a flow: steps in columns, arrows in the channels between them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.flow import Flow, Graph

WIDE = 300.0  # of a card
LINE = 18.0  # of text
PAD = 10.0
_TRACK = 12.0  # between two arrows that run side by side
_APART = 28.0  # between two cards of a column
_LANE = 16.0  # for an arrow that passes a column
_SIZE = 14.0  # of the letters
_TEXT = WIDE - 2 * PAD
_BOLD = _TEXT / 1.2  # bold letters are wider


@dataclass(frozen=True, slots=True)
class Row:
    """A choice on its step's card: where it ends, in words, or the step to which its arrow goes."""

    lines: tuple[str, ...]
    ends: tuple[str, ...]
    to: str
    top: float
    height: float

    @property
    def middle(self) -> float:
        """Where its arrow begins."""
        return self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class Card:
    """A step: its question, a note, and its choices below one another."""

    id: str
    ask: tuple[str, ...]
    note: tuple[str, ...]
    rows: tuple[Row, ...]
    left: float
    top: float
    height: float

    @property
    def door(self) -> float:
        """Where arrows to it end."""
        return self.top + PAD + LINE / 2


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole picture."""

    cards: tuple[Card, ...]
    arrows: tuple[tuple[Point, ...], ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Lane:
    """The height at which arrows to a step pass a column."""

    to: str
    top: float
    height: float = _LANE

    @property
    def door(self) -> float:
        """Where arrows pass."""
        return self.top + _LANE / 2


_Place = Card | _Lane


def laid_out(flow: Flow, names: Mapping[str, str], notes: Mapping[str, str]) -> Layout:
    """Place a flow; `names` says what is written where a choice ends, `notes` what under a step."""
    columns = _columns(flow)
    column = {id: at for at, ids in enumerate(columns) for id in ids}
    placed: list[list[_Place]] = []
    for ids in columns:
        placed.append(_stacked(flow, ids, placed, column, (names, notes)))
    lefts, arrows = _arrows(placed)
    cards = tuple(
        replace(place, left=left)
        for places, left in zip(placed, lefts, strict=True)
        for place in places
        if isinstance(place, Card)
    )
    bottom = max(place.top + place.height for places in placed for place in places)
    return Layout(cards, arrows, lefts[-1] + WIDE + PAD, bottom + PAD)


def forward(flow: Flow) -> Graph:
    """Return the flow's graph without the ways that lead back to a step on the way to them."""
    graph = flow.graph()
    kept: dict[str, list[str]] = {id: [] for id in graph}
    open_, done = set[str](), set[str]()

    def visit(id: str) -> None:
        open_.add(id)
        for after in graph[id]:
            if after in open_:
                continue
            kept[id].append(after)
            if after not in done:
                visit(after)
        open_.discard(id)
        done.add(id)

    for id in graph:
        if id not in done:
            visit(id)
    return {id: tuple(after) for id, after in kept.items()}


def _columns(flow: Flow) -> list[list[str]]:
    """Return the steps by how many questions the longest way to them asks."""
    graph = forward(flow)
    depth = dict.fromkeys(graph, 0)
    for _ in graph:
        for id, after in graph.items():
            for step in after:
                depth[step] = max(depth[step], depth[id] + 1)
    found: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for id, at in depth.items():
        found[at].append(id)
    return found


_Words = tuple[Mapping[str, str], Mapping[str, str]]


def _card(flow: Flow, id: str, column: Mapping[str, int], words: _Words) -> Card:
    """Return the card of a step at the top of its column."""
    step = flow.step(id)
    assert step is not None  # noqa: S101 -- the columns are made of the flow's own steps
    names, notes = words
    ask = wrapped(step.ask, _BOLD)
    note = wrapped(notes[id]) if id in notes else ()
    top = 2 * PAD + LINE * (len(ask) + len(note))
    rows = []
    for choice in step.choices:
        onward = flow.step(choice.go)
        leads = onward is not None and column[choice.go] > column[id]
        ends = (
            ()
            if leads
            else wrapped(f"\u21a9 {onward.ask}" if onward else f"\u2192 {names.get(choice.go, choice.go)}")
        )
        lines = wrapped(choice.label)
        height = LINE * (len(lines) + len(ends)) + PAD
        rows.append(Row(lines, ends, choice.go if leads else "", top, height))
        top += height
    return Card(id, ask, note, tuple(rows), PAD, PAD, top)


def _stacked(
    flow: Flow,
    ids: Sequence[str],
    placed: Sequence[Sequence[_Place]],
    column: Mapping[str, int],
    words: _Words,
) -> list[_Place]:
    """Place a column's cards, and lanes for arrows that go on, each as near as can be to its source."""
    at = len(placed)
    sources = list(_sources(placed[-1])) if placed else []
    passing = [to for to in dict.fromkeys(to for to, _ in sources) if column[to] > at]
    wanted = {id: [y for to, y in sources if to == id] for id in (*ids, *passing)}
    stack: list[_Place] = []
    free = PAD
    for id in sorted(wanted, key=lambda id: sum(wanted[id]) / len(wanted[id]) if wanted[id] else 0.0):
        if id in passing:
            lane = _Lane(id, max(free, min(wanted[id]) - _LANE / 2))
            stack.append(lane)
            free = lane.top + _LANE + _APART / 2
            continue
        card = _card(flow, id, column, words)
        top = max(free, min(wanted[id], default=PAD) - PAD - LINE / 2)
        stack.append(replace(card, top=top))
        free = top + card.height + _APART
    return stack


def _sources(places: Sequence[_Place]) -> Iterator[tuple[str, float]]:
    """Yield where arrows leave a column, and to which step."""
    for place in places:
        if isinstance(place, _Lane):
            yield place.to, place.door
        else:
            yield from ((row.to, place.top + row.middle) for row in place.rows if row.to)


def _arrows(placed: Sequence[Sequence[_Place]]) -> tuple[list[float], tuple[tuple[Point, ...], ...]]:
    """Return where each column begins, and the arrows: every step has a track of its own in each channel."""
    lefts, arrows = [PAD], []
    for at, places in enumerate(placed[1:], 1):
        doors = {place.to if isinstance(place, _Lane) else place.id: place for place in places}
        sources = [(to, y) for to, y in _sources(placed[at - 1]) if to in doors]
        tracks = _tracks(sources, {id: place.door for id, place in doors.items()})
        begin = lefts[-1] + WIDE
        left = begin + _TRACK * (len(tracks) + 2)
        lefts.append(left)
        for to, y in sources:
            x, door = begin + _TRACK * (tracks[to] + 1), doors[to].door
            end = left + (WIDE if isinstance(doors[to], _Lane) else 0)
            arrows.append(((begin, y), (x, y), (x, door), (end, door)))
    return lefts, tuple(arrows)


def _tracks(sources: Sequence[tuple[str, float]], doors: Mapping[str, float]) -> dict[str, int]:
    """Give each target a track so that arrows that go the same way do not cross."""
    highest = {to: min(y for other, y in sources if other == to) for to, _ in sources}
    down = sorted((to for to in highest if doors[to] >= highest[to]), key=lambda to: -doors[to])
    up = sorted((to for to in highest if doors[to] < highest[to]), key=lambda to: doors[to])
    return {to: at for at, to in enumerate((*up, *down))}


def wrapped(text: str, width: float = _TEXT) -> tuple[str, ...]:
    """Return a text in lines that fit on a card; a word that is too long is cut."""
    lines, line = [], ""
    for word in _words(text, width):
        longer = f"{line} {word}" if line else word
        if line and _breadth(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return (*lines, line) if line else tuple(lines)


def _words(text: str, width: float) -> Iterator[str]:
    """Yield the words of a text; one that is too wide for a line in pieces that are not."""
    for word in text.replace("**", "").replace("`", "").split():
        piece, wide = "", 0.0
        for sign in word:
            if wide + _breadth(sign) > width:
                yield piece
                piece, wide = "", 0.0
            piece += sign
            wide += _breadth(sign)
        yield piece


def _breadth(text: str) -> float:
    """Return about how wide a text is in an ordinary typeface."""
    return sum(_sign(sign) for sign in text) * _SIZE


def _sign(sign: str) -> float:
    if sign in "iljtfrI.,:;'!|()[] ":
        return 0.36
    if sign in "mwMW@%\u2026" or unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    return 0.72 if sign.isupper() else 0.59
