"""Numbers as pictures: SVG made here, with everything that it shows said in words, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.faces.web.prose import plain

_LABEL, _BAR, _NUMBER, _LINE = 190, 420, 60, 30  # of a chart of bars
_WIDE, _HIGH, _FOOT, _SIDE = 680, 180, 24, 36  # of a chart of columns


@dataclass(frozen=True, slots=True)
class Part:
    """Something counted: how it is called, and by which class it gets its colour."""

    name: str
    label: str


def bars(id: str, title: str, counts: Sequence[tuple[Part, int]]) -> str:
    """Return a bar for each count, its label before and its number behind it."""
    most = max((count for _, count in counts), default=0) or 1
    width, height = _LABEL + _BAR + _NUMBER, _LINE * len(counts) + 8
    drawn = [_bar(part, count, _LINE * at, _BAR * count / most) for at, (part, count) in enumerate(counts)]
    told = "; ".join(f"{part.label}: {count}" for part, count in counts)
    return _chart(id, title, told, (width, height), drawn)


def _bar(part: Part, count: int, top: int, length: float) -> str:
    return (
        f'<text x="{_LABEL - 10}" y="{top + 22}" text-anchor="end">{plain(part.label)}</text>'
        f'<rect class="e-{part.name}" x="{_LABEL}" y="{top + 6}" rx="3" '
        f'width="{max(2.0, length) if count else 0:.1f}" height="{_LINE - 8}"/>'
        f'<text class="number" x="{_LABEL + length + 8:.1f}" y="{top + 22}">{count}</text>'
    )


def columns(id: str, title: str, parts: Sequence[Part], days: Mapping[str, Sequence[int]]) -> str:
    """Return a column for each day, made of the counts of its parts, the first at the foot."""
    most = max((sum(counts) for counts in days.values()), default=0) or 1
    step = (_WIDE - _SIDE) / max(1, len(days))
    drawn = [_scale(most)]
    for at, (day, counts) in enumerate(days.items()):
        left = _SIDE + step * at
        drawn.append(_column(parts, counts, left, max(1.0, step * 0.8), most))
        if at % max(1, len(days) // 6) == 0 and left + 60 < _WIDE:
            drawn.append(f'<text class="day" x="{left:.1f}" y="{_HIGH + _FOOT - 6}">{plain(day)}</text>')
    told = "; ".join(f"{day}: {sum(counts)}" for day, counts in days.items() if sum(counts)) or "0"
    return _chart(id, title, told, (_WIDE, _HIGH + _FOOT), drawn) + _legend(parts)


def _column(parts: Sequence[Part], counts: Sequence[int], left: float, width: float, most: int) -> str:
    room = _HIGH - 12
    tops = accumulate(counts)
    return "".join(
        f'<rect class="e-{part.name}" x="{left:.1f}" y="{_HIGH - room * top / most:.1f}" '
        f'width="{width:.1f}" height="{room * count / most:.1f}"/>'
        for part, count, top in zip(parts, counts, tops, strict=True)
        if count
    )


def _scale(most: int) -> str:
    return (
        f'<path class="scale" d="M{_SIDE} {_HIGH}H{_WIDE}M{_SIDE} 12H{_WIDE}"/>'
        f'<text class="number" x="{_SIDE - 6}" y="16" text-anchor="end">{most}</text>'
        f'<text class="number" x="{_SIDE - 6}" y="{_HIGH}" text-anchor="end">0</text>'
    )


def _legend(parts: Iterable[Part]) -> str:
    items = "".join(
        f'<li><svg class="chart key" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">'
        f'<rect class="e-{part.name}" width="12" height="12" rx="3"/></svg> {plain(part.label)}</li>'
        for part in parts
    )
    return f'<ul class="legend">{items}</ul>'


def _chart(id: str, title: str, told: str, size: tuple[int, int], drawn: Iterable[str]) -> str:
    width, height = size
    return (
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{id}-title {id}-desc">'
        f'<title id="{id}-title">{plain(title)}</title><desc id="{id}-desc">{plain(told)}</desc>'
        f"{''.join(drawn)}</svg>"
    )
