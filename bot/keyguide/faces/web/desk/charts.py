"""Draw counts as SVG charts, with a description in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from keyguide.faces.web.html.markdown import escape_html

_LABEL_WIDTH, _BAR_WIDTH, _NUMBER_WIDTH, _LINE_HEIGHT = 190, 420, 60, 30  # of a chart of bars
_CHART_WIDTH, _CHART_HEIGHT, _FOOT_HEIGHT, _SIDE_WIDTH = 680, 180, 24, 36  # of a chart of columns


@dataclass(frozen=True, slots=True)
class Series:
    """A series of counts: its name, which is also its CSS class, and its label."""

    name: str
    label: str


def draw_bar_chart(chart_id: str, title: str, counts: Sequence[tuple[Series, int]]) -> str:
    """Draw a bar for each count, with its label before it and its number after it."""
    most = max((count for _, count in counts), default=0) or 1
    width, height = _LABEL_WIDTH + _BAR_WIDTH + _NUMBER_WIDTH, _LINE_HEIGHT * len(counts) + 8
    drawn = [
        _draw_bar(part, count, _LINE_HEIGHT * at, _BAR_WIDTH * count / most)
        for at, (part, count) in enumerate(counts)
    ]
    text = "; ".join(f"{part.label}: {count}" for part, count in counts)
    return _draw_chart(chart_id, title, text, (width, height), drawn)


def _draw_bar(part: Series, count: int, top: int, length: float) -> str:
    return (
        f'<text x="{_LABEL_WIDTH - 10}" y="{top + 22}" text-anchor="end">{escape_html(part.label)}</text>'
        f'<rect class="e-{part.name}" x="{_LABEL_WIDTH}" y="{top + 6}" rx="3" '
        f'width="{max(2.0, length) if count else 0:.1f}" height="{_LINE_HEIGHT - 8}"/>'
        f'<text class="number" x="{_LABEL_WIDTH + length + 8:.1f}" y="{top + 22}">{count}</text>'
    )


def draw_column_chart(
    chart_id: str, title: str, parts: Sequence[Series], days: Mapping[str, Sequence[int]]
) -> str:
    """Draw a column for each day, stacked from the counts of its parts with the first at the bottom."""
    most = max((sum(counts) for counts in days.values()), default=0) or 1
    step = (_CHART_WIDTH - _SIDE_WIDTH) / max(1, len(days))
    drawn = [_draw_scale(most)]
    for at, (day, counts) in enumerate(days.items()):
        left = _SIDE_WIDTH + step * at
        drawn.append(_draw_column(parts, counts, left, max(1.0, step * 0.8), most))
        if at % max(1, len(days) // 6) == 0 and left + 60 < _CHART_WIDTH:
            drawn.append(
                f'<text class="day" x="{left:.1f}" y="{_CHART_HEIGHT + _FOOT_HEIGHT - 6}">'
                f"{escape_html(day)}</text>"
            )
    text = "; ".join(f"{day}: {sum(counts)}" for day, counts in days.items() if sum(counts)) or "0"
    return _draw_chart(
        chart_id, title, text, (_CHART_WIDTH, _CHART_HEIGHT + _FOOT_HEIGHT), drawn
    ) + _draw_legend(parts)


def _draw_column(parts: Sequence[Series], counts: Sequence[int], left: float, width: float, most: int) -> str:
    room = _CHART_HEIGHT - 12
    tops = accumulate(counts)
    return "".join(
        f'<rect class="e-{part.name}" x="{left:.1f}" y="{_CHART_HEIGHT - room * top / most:.1f}" '
        f'width="{width:.1f}" height="{room * count / most:.1f}"/>'
        for part, count, top in zip(parts, counts, tops, strict=True)
        if count
    )


def _draw_scale(most: int) -> str:
    return (
        f'<path class="scale" d="M{_SIDE_WIDTH} {_CHART_HEIGHT}H{_CHART_WIDTH}'
        f'M{_SIDE_WIDTH} 12H{_CHART_WIDTH}"/>'
        f'<text class="number" x="{_SIDE_WIDTH - 6}" y="16" text-anchor="end">{most}</text>'
        f'<text class="number" x="{_SIDE_WIDTH - 6}" y="{_CHART_HEIGHT}" text-anchor="end">0</text>'
    )


def _draw_legend(parts: Iterable[Series]) -> str:
    items = "".join(
        f'<li><svg class="chart key" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">'
        f'<rect class="e-{part.name}" width="12" height="12" rx="3"/></svg> {escape_html(part.label)}</li>'
        for part in parts
    )
    return f'<ul class="legend">{items}</ul>'


def _draw_chart(chart_id: str, title: str, text: str, size: tuple[int, int], drawn: Iterable[str]) -> str:
    width, height = size
    return (
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{chart_id}-title {chart_id}-desc">'
        f'<title id="{chart_id}-title">{escape_html(title)}</title>'
        f'<desc id="{chart_id}-desc">{escape_html(text)}</desc>'
        f"{''.join(drawn)}</svg>"
    )
