"""Where everything stands in a picture of a flow: steps in columns, arrows in the channels between them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from keyguide.core.model.flow import Flow, Graph

CARD_WIDTH = 300.0  # of a card
LINE_HEIGHT = 18.0  # of text
PADDING = 10.0
_TRACK_WIDTH = 12.0  # between two arrows that run side by side
_CARD_GAP = 28.0  # between two cards of a column
_LANE_HEIGHT = 16.0  # for an arrow that passes a column
_FONT_SIZE = 14.0  # of the letters
_TEXT_WIDTH = CARD_WIDTH - 2 * PADDING
_BOLD_TEXT_WIDTH = _TEXT_WIDTH / 1.2  # bold letters are wider


@dataclass(frozen=True, slots=True)
class ChoiceRow:
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
class StepCard:
    """A step: its question, a note, and its choices below one another."""

    id: str
    ask: tuple[str, ...]
    note: tuple[str, ...]
    rows: tuple[ChoiceRow, ...]
    left: float
    top: float
    height: float

    @property
    def entry_y(self) -> float:
        """Where arrows to it end."""
        return self.top + PADDING + LINE_HEIGHT / 2


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole picture."""

    cards: tuple[StepCard, ...]
    arrows: tuple[tuple[Point, ...], ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Lane:
    """The height at which arrows to a step pass a column."""

    to: str
    top: float
    height: float = _LANE_HEIGHT

    @property
    def entry_y(self) -> float:
        """Where arrows pass."""
        return self.top + _LANE_HEIGHT / 2


_Place = StepCard | _Lane


def lay_out_flow(flow: Flow, names: Mapping[str, str], notes: Mapping[str, str]) -> Layout:
    """Place a flow; `names` says what is written where a choice ends, `notes` what under a step."""
    columns = _assign_columns(flow)
    column = {id: at for at, ids in enumerate(columns) for id in ids}
    placed: list[list[_Place]] = []
    for ids in columns:
        placed.append(_stack_column(flow, ids, placed, column, (names, notes)))
    lefts, arrows = _route_arrows(placed)
    cards = tuple(
        replace(place, left=left)
        for places, left in zip(placed, lefts, strict=True)
        for place in places
        if isinstance(place, StepCard)
    )
    bottom = max(place.top + place.height for places in placed for place in places)
    return Layout(cards, arrows, lefts[-1] + CARD_WIDTH + PADDING, bottom + PADDING)


def drop_back_edges(flow: Flow) -> Graph:
    """Return the flow's graph without the ways that lead back to a step on the way to them."""
    graph = flow.build_graph()
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


def _assign_columns(flow: Flow) -> list[list[str]]:
    """Return the steps by how many questions the longest way to them asks."""
    graph = drop_back_edges(flow)
    depth = dict.fromkeys(graph, 0)
    for _ in graph:
        for id, after in graph.items():
            for step in after:
                depth[step] = max(depth[step], depth[id] + 1)
    found: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for id, at in depth.items():
        found[at].append(id)
    return found


_Labels = tuple[Mapping[str, str], Mapping[str, str]]


def _build_card(flow: Flow, id: str, column: Mapping[str, int], words: _Labels) -> StepCard:
    """Return the card of a step at the top of its column."""
    step = flow.find_step(id)
    assert step is not None  # noqa: S101 -- the columns are made of the flow's own steps
    names, notes = words
    ask = wrap_text(step.ask, _BOLD_TEXT_WIDTH)
    note = wrap_text(notes[id]) if id in notes else ()
    top = 2 * PADDING + LINE_HEIGHT * (len(ask) + len(note))
    rows = []
    for choice in step.choices:
        onward = flow.find_step(choice.go)
        leads = onward is not None and column[choice.go] > column[id]
        ends = (
            ()
            if leads
            else wrap_text(f"\u21a9 {onward.ask}" if onward else f"\u2192 {names.get(choice.go, choice.go)}")
        )
        lines = wrap_text(choice.label)
        height = LINE_HEIGHT * (len(lines) + len(ends)) + PADDING
        rows.append(ChoiceRow(lines, ends, choice.go if leads else "", top, height))
        top += height
    return StepCard(id, ask, note, tuple(rows), PADDING, PADDING, top)


def _stack_column(
    flow: Flow,
    ids: Sequence[str],
    placed: Sequence[Sequence[_Place]],
    column: Mapping[str, int],
    words: _Labels,
) -> list[_Place]:
    """Place a column's cards, and lanes for arrows that go on, each as near as can be to its source."""
    at = len(placed)
    sources = list(_find_sources(placed[-1])) if placed else []
    passing = [to for to in dict.fromkeys(to for to, _ in sources) if column[to] > at]
    wanted = {id: [y for to, y in sources if to == id] for id in (*ids, *passing)}
    stack: list[_Place] = []
    free = PADDING
    for id in sorted(wanted, key=lambda id: sum(wanted[id]) / len(wanted[id]) if wanted[id] else 0.0):
        if id in passing:
            lane = _Lane(id, max(free, min(wanted[id]) - _LANE_HEIGHT / 2))
            stack.append(lane)
            free = lane.top + _LANE_HEIGHT + _CARD_GAP / 2
            continue
        card = _build_card(flow, id, column, words)
        top = max(free, min(wanted[id], default=PADDING) - PADDING - LINE_HEIGHT / 2)
        stack.append(replace(card, top=top))
        free = top + card.height + _CARD_GAP
    return stack


def _find_sources(places: Sequence[_Place]) -> Iterator[tuple[str, float]]:
    """Yield where arrows leave a column, and to which step."""
    for place in places:
        if isinstance(place, _Lane):
            yield place.to, place.entry_y
        else:
            yield from ((row.to, place.top + row.middle) for row in place.rows if row.to)


def _route_arrows(placed: Sequence[Sequence[_Place]]) -> tuple[list[float], tuple[tuple[Point, ...], ...]]:
    """Return where each column begins, and the arrows: every step has a track of its own in each channel."""
    lefts, arrows = [PADDING], []
    for at, places in enumerate(placed[1:], 1):
        doors = {place.to if isinstance(place, _Lane) else place.id: place for place in places}
        sources = [(to, y) for to, y in _find_sources(placed[at - 1]) if to in doors]
        tracks = _assign_tracks(sources, {id: place.entry_y for id, place in doors.items()})
        begin = lefts[-1] + CARD_WIDTH
        left = begin + _TRACK_WIDTH * (len(tracks) + 2)
        lefts.append(left)
        for to, y in sources:
            x, door = begin + _TRACK_WIDTH * (tracks[to] + 1), doors[to].entry_y
            end = left + (CARD_WIDTH if isinstance(doors[to], _Lane) else 0)
            arrows.append(((begin, y), (x, y), (x, door), (end, door)))
    return lefts, tuple(arrows)


def _assign_tracks(sources: Sequence[tuple[str, float]], doors: Mapping[str, float]) -> dict[str, int]:
    """Give each target a track so that arrows that go the same way do not cross."""
    highest = {to: min(y for other, y in sources if other == to) for to, _ in sources}
    down = sorted((to for to in highest if doors[to] >= highest[to]), key=lambda to: -doors[to])
    up = sorted((to for to in highest if doors[to] < highest[to]), key=lambda to: doors[to])
    return {to: at for at, to in enumerate((*up, *down))}


def wrap_text(text: str, width: float = _TEXT_WIDTH) -> tuple[str, ...]:
    """Return a text in lines that fit on a card; a word that is too long is cut."""
    lines, line = [], ""
    for word in _split_words(text, width):
        longer = f"{line} {word}" if line else word
        if line and _measure_text(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return (*lines, line) if line else tuple(lines)


def _split_words(text: str, width: float) -> Iterator[str]:
    """Yield the words of a text; one that is too wide for a line in pieces that are not."""
    for word in text.replace("**", "").replace("`", "").split():
        piece, wide = "", 0.0
        for sign in word:
            if wide + _measure_text(sign) > width:
                yield piece
                piece, wide = "", 0.0
            piece += sign
            wide += _measure_text(sign)
        yield piece


def _measure_text(text: str) -> float:
    """Return about how wide a text is in an ordinary typeface."""
    return sum(_measure_char(sign) for sign in text) * _FONT_SIZE


def _measure_char(sign: str) -> float:
    if sign in "iljtfrI.,:;'!|()[] ":
        return 0.36
    if sign in "mwMW@%\u2026" or unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    return 0.72 if sign.isupper() else 0.59
