"""Lay out the picture of a flow: steps in columns, arrows in the channels between them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from keyguide.core.model.content.flow import Flow, Graph

CARD_WIDTH = 300.0
LINE_HEIGHT = 18.0
PADDING = 10.0
_TRACK_WIDTH = 12.0  # between two arrows that run side by side
_CARD_GAP = 28.0  # between two cards of a column
_LANE_HEIGHT = 16.0  # for arrows that pass a column
_CLEARANCE = 6.0  # between horizontal parts of arrows to different steps, so that they never look like one
_ENTRY = PADDING + LINE_HEIGHT / 2  # from the top of a card to where arrows to it end
_FONT_SIZE = 14.0
_TEXT_WIDTH = CARD_WIDTH - 2 * PADDING
_BOLD_TEXT_WIDTH = _TEXT_WIDTH / 1.2  # bold letters are wider


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A choice on the card of its step: the step that its arrow goes to, or its end in words."""

    lines: tuple[str, ...]
    ends: tuple[str, ...]
    to: str
    top: float
    height: float

    @property
    def middle(self) -> float:
        """The height at which its arrow begins."""
        return self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class StepCard:
    """The card of a step: its question, a note, and its choices below one another."""

    id: str
    ask: tuple[str, ...]
    note: tuple[str, ...]
    rows: tuple[ChoiceRow, ...]
    left: float
    top: float
    height: float

    @property
    def entry_y(self) -> float:
        """The height at which arrows to it end."""
        return self.top + _ENTRY


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A part of the way to a step: from a column to the next one."""

    points: tuple[Point, ...]
    to: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The cards and arrows of a whole picture, with its size."""

    cards: tuple[StepCard, ...]
    arrows: tuple[Arrow, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Lane:
    """The strip in which arrows to a step pass a column."""

    to: str
    top: float
    height: float = _LANE_HEIGHT

    @property
    def entry_y(self) -> float:
        """The height at which arrows pass."""
        return self.top + _LANE_HEIGHT / 2


_ColumnItem = StepCard | _Lane


def lay_out_flow(flow: Flow, names: Mapping[str, str], notes: Mapping[str, str]) -> Layout:
    """Lay out a flow; `names` holds the text for each end of a choice, `notes` the note under each step."""
    columns = _assign_columns(flow)
    column_of = {step_id: number for number, step_ids in enumerate(columns) for step_id in step_ids}
    stacks: list[list[_ColumnItem]] = []
    for step_ids in columns:
        stacks.append(_stack_column(flow, step_ids, stacks, column_of, (names, notes)))
    lefts, arrows = _route_arrows(stacks)
    cards = tuple(
        replace(item, left=left)
        for items, left in zip(stacks, lefts, strict=True)
        for item in items
        if isinstance(item, StepCard)
    )
    bottom = max(item.top + item.height for items in stacks for item in items)
    return Layout(cards, arrows, lefts[-1] + CARD_WIDTH + PADDING, bottom + PADDING)


def drop_back_edges(flow: Flow) -> Graph:
    """Return the graph of the flow without the edges that lead back to a step on the path to them."""
    graph = flow.build_graph()
    kept: dict[str, list[str]] = {step_id: [] for step_id in graph}
    path, done = set[str](), set[str]()

    def visit(step_id: str) -> None:
        path.add(step_id)
        for following in graph[step_id]:
            if following in path:
                continue
            kept[step_id].append(following)
            if following not in done:
                visit(following)
        path.discard(step_id)
        done.add(step_id)

    for step_id in graph:
        if step_id not in done:
            visit(step_id)
    return {step_id: tuple(following) for step_id, following in kept.items()}


def _assign_columns(flow: Flow) -> list[list[str]]:
    """Assign each step to a column by the number of questions on the longest path to it."""
    graph = drop_back_edges(flow)
    depth = dict.fromkeys(graph, 0)
    for _ in graph:
        for step_id, following_ids in graph.items():
            for following in following_ids:
                depth[following] = max(depth[following], depth[step_id] + 1)
    columns: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for step_id, number in depth.items():
        columns[number].append(step_id)
    return columns


_Labels = tuple[Mapping[str, str], Mapping[str, str]]


def _build_card(flow: Flow, step_id: str, column_of: Mapping[str, int], labels: _Labels) -> StepCard:
    """Build the card of a step, at the top of its column."""
    step = flow.find_step(step_id)
    assert step is not None  # noqa: S101 -- the columns are made of the flow's own steps
    names, notes = labels
    ask = wrap_text(step.ask, _BOLD_TEXT_WIDTH)
    note = wrap_text(notes[step_id]) if step_id in notes else ()
    top = 2 * PADDING + LINE_HEIGHT * (len(ask) + len(note))
    rows = []
    for choice in step.choices:
        following = flow.find_step(choice.go)
        has_arrow = following is not None and column_of[choice.go] > column_of[step_id]
        end = f"\u21a9 {following.ask}" if following else f"\u2192 {names.get(choice.go, choice.go)}"
        ends = () if has_arrow else wrap_text(end)
        lines = wrap_text(choice.label)
        height = LINE_HEIGHT * (len(lines) + len(ends)) + PADDING
        rows.append(ChoiceRow(lines, ends, choice.go if has_arrow else "", top, height))
        top += height
    return StepCard(step_id, ask, note, tuple(rows), PADDING, PADDING, top)


def _stack_column(
    flow: Flow,
    step_ids: Sequence[str],
    stacks: Sequence[Sequence[_ColumnItem]],
    column_of: Mapping[str, int],
    labels: _Labels,
) -> list[_ColumnItem]:
    """Stack cards, and lanes for arrows that pass the column, each as near as possible to its source."""
    sources = list(_find_sources(stacks[-1])) if stacks else []
    targets = dict.fromkeys(target for target, _ in sources)
    passing = [target for target in targets if column_of[target] > len(stacks)]
    heights = {
        step_id: [y for target, y in sources if target == step_id] for step_id in (*step_ids, *passing)
    }
    stack: list[_ColumnItem] = []
    free = PADDING
    for step_id in sorted(heights, key=lambda item: sum(heights[item]) / max(1, len(heights[item]))):
        if step_id in passing:
            entry = max(free + _LANE_HEIGHT / 2, min(heights[step_id]))
            lane = _Lane(step_id, _find_clear_entry(entry, step_id, sources) - _LANE_HEIGHT / 2)
            stack.append(lane)
            free = lane.top + _LANE_HEIGHT + _CARD_GAP / 2
            continue
        card = _build_card(flow, step_id, column_of, labels)
        entry = max(free + _ENTRY, min(heights[step_id], default=0.0))
        top = _find_clear_entry(entry, step_id, sources) - _ENTRY
        stack.append(replace(card, top=top))
        free = top + card.height + _CARD_GAP
    return stack


def _find_clear_entry(entry: float, step_id: str, sources: Sequence[tuple[str, float]]) -> float:
    """Find the first height from here on where no arrow to another step leaves the column before."""
    others = [y for target, y in sources if target != step_id]
    while blocking := [y for y in others if abs(y - entry) < _CLEARANCE]:
        entry = max(blocking) + _CLEARANCE
    return entry


def _find_sources(items: Sequence[_ColumnItem]) -> Iterator[tuple[str, float]]:
    """Yield for each arrow that leaves a column its target and the height at which it leaves."""
    for item in items:
        if isinstance(item, _Lane):
            yield item.to, item.entry_y
        else:
            yield from ((row.to, item.top + row.middle) for row in item.rows if row.to)


def _route_arrows(
    stacks: Sequence[Sequence[_ColumnItem]],
) -> tuple[list[float], tuple[Arrow, ...]]:
    """Route the arrows and place the columns; every target has a track of its own in each channel."""
    lefts, arrows = [PADDING], []
    for number, items in enumerate(stacks[1:], 1):
        by_target = {item.to if isinstance(item, _Lane) else item.id: item for item in items}
        sources = [(target, y) for target, y in _find_sources(stacks[number - 1]) if target in by_target]
        tracks = _assign_tracks(sources, {target: item.entry_y for target, item in by_target.items()})
        start_x = lefts[-1] + CARD_WIDTH
        left = start_x + _TRACK_WIDTH * (len(tracks) + 2)
        lefts.append(left)
        for target, y in sources:
            track_x = start_x + _TRACK_WIDTH * (tracks[target] + 1)
            entry_y = by_target[target].entry_y
            end_x = left + (CARD_WIDTH if isinstance(by_target[target], _Lane) else 0)
            points = ((start_x, y), (track_x, y), (track_x, entry_y), (end_x, entry_y))
            arrows.append(Arrow(points, target))
    return lefts, tuple(arrows)


def _assign_tracks(sources: Sequence[tuple[str, float]], entries: Mapping[str, float]) -> dict[str, int]:
    """Assign a track to each target so that arrows in the same direction do not cross."""
    highest = {target: min(y for other, y in sources if other == target) for target, _ in sources}
    down = [target for target in highest if entries[target] >= highest[target]]
    up = [target for target in highest if entries[target] < highest[target]]
    down.sort(key=lambda target: -entries[target])
    up.sort(key=lambda target: entries[target])
    return {target: track for track, target in enumerate((*up, *down))}


def wrap_text(text: str, width: float = _TEXT_WIDTH) -> tuple[str, ...]:
    """Wrap a text into lines that fit on a card; cut a word if it is too long."""
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
    """Split a text into words; if one is too wide for a line, split it into pieces that fit."""
    for word in text.replace("**", "").replace("`", "").split():
        piece, piece_width = "", 0.0
        for char in word:
            if piece_width + _measure_text(char) > width:
                yield piece
                piece, piece_width = "", 0.0
            piece += char
            piece_width += _measure_text(char)
        yield piece


def _measure_text(text: str) -> float:
    """Estimate the width of a text in an ordinary typeface."""
    return sum(_measure_char(char) for char in text) * _FONT_SIZE


def _measure_char(char: str) -> float:
    if char in "iljtfrI.,:;'!|()[] ":
        return 0.36
    if char in "mwMW@%\u2026" or unicodedata.east_asian_width(char) in "WF":
        return 1.0
    return 0.72 if char.isupper() else 0.59
