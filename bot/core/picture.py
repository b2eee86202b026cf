"""A flow as a picture that needs no browser to be made: SVG, with everything in it said in words, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from bot.core.flow import HUMAN, Flow
from bot.core.knowledge import Knowledge
from bot.core.layout import LINE, PAD, WIDE, Card, Layout, Point, laid_out

_FONT = "font-family=\"system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif\" font-size=\"14\""
_BASE = 13.0  # from the top of a line of text to the foot of its letters
_ROUND = 6.0  # of an arrow's corners


@dataclass(frozen=True, slots=True)
class Notes:
    """What a keeper sees besides: a line under each step, and how much of it is marked (0 to 1)."""

    lines: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)


def svg(knowledge: Knowledge, flow: Flow, notes: Notes | None = None) -> str:
    """Return a flow as SVG text."""
    noted = notes or Notes()
    names = {choice.go: _name(knowledge, choice.go) for step in flow.steps for choice in step.choices}
    layout = laid_out(flow, names, noted.lines)
    return "\n".join(_drawn(flow, layout, noted, "\n".join(_told(flow, names, noted)))) + "\n"


def _name(knowledge: Knowledge, id: str) -> str:
    if id == HUMAN:
        return knowledge.spoken("en").buttons.human
    return knowledge.title(id) or id


def _drawn(flow: Flow, layout: Layout, notes: Notes, told: str) -> Iterator[str]:
    size = f"{layout.width:.0f} {layout.height:.0f}"
    name = f"flow-{flow.id}"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" viewBox="0 0 {size}" '
        f'width="{layout.width:.0f}" height="{layout.height:.0f}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" {_FONT}>'
    )
    yield f'<title id="{name}-title">{escape(flow.title)}</title>'
    yield f'<desc id="{name}-desc">{escape(told)}</desc>'
    yield (
        f'<defs><marker id="{name}-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto" markerUnits="userSpaceOnUse">'
        '<path class="tip" fill="#5b6675" d="M0 0L8 4L0 8z"/></marker></defs>'
    )
    yield '<rect class="ground" width="100%" height="100%" fill="#ffffff"/>'
    doors = {(card.left, card.door) for card in layout.cards}
    for arrow in layout.arrows:
        tip = f' marker-end="url(#{name}-tip)"' if arrow[-1] in doors else ""
        yield f'<path class="arrow" fill="none" stroke="#5b6675" stroke-width="1.5" d="{_path(arrow)}"{tip}/>'
    for card in layout.cards:
        yield from _card(card, notes.shares.get(card.id, 0.0))
    yield "</svg>"


def _card(card: Card, share: float) -> Iterator[str]:
    head = card.rows[0].top
    yield f'<g transform="translate({card.left:.1f} {card.top:.1f})">'
    yield (
        f'<rect class="card" width="{WIDE:.0f}" height="{card.height:.1f}" rx="8" '
        'fill="#ffffff" stroke="#8a94a3"/>'
    )
    yield (
        f'<path class="head" fill="#e3ecfb" stroke="#8a94a3" '
        f'd="M0 {head:.1f}V8Q0 0 8 0H{WIDE - 8:.0f}Q{WIDE:.0f} 0 {WIDE:.0f} 8V{head:.1f}z"/>'
    )
    foot = PAD + _BASE
    for line in card.ask:
        yield _text("ask", '#10203a" font-weight="600', foot, line)
        foot += LINE
    if card.note:
        top = foot - _BASE - 2
        yield (
            f'<rect class="share" x="0.5" y="{top:.1f}" width="{(WIDE - 1) * min(1.0, share):.1f}" '
            f'height="{LINE * len(card.note) + 2:.1f}" fill="#f2b8a0"/>'
        )
    for line in card.note:
        yield _text("note", "#5f1d0a", foot, line)
        foot += LINE
    for number, row in enumerate(card.rows):
        foot = row.top + PAD / 2 + _BASE
        if number:
            yield f'<path class="line" stroke="#d4d9e0" d="M0 {row.top:.1f}H{WIDE:.0f}"/>'
        for line in row.lines:
            yield _text("choice", "#1d2530", foot, line)
            foot += LINE
        for line in row.ends:
            yield _text("end", "#0b5c3b", foot, line)
            foot += LINE
    yield "</g>"


def _text(kind: str, colour: str, foot: float, line: str) -> str:
    return f'<text class="{kind}" x="{PAD:.0f}" y="{foot:.1f}" fill="{colour}">{escape(line)}</text>'


def _path(points: tuple[Point, ...]) -> str:
    """Return a line through points that lie level or upright to each other, its corners rounded."""
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        near, far = _towards(here, before), _towards(here, after)
        parts.append(f"L{near[0]:.1f} {near[1]:.1f}Q{here[0]:.1f} {here[1]:.1f} {far[0]:.1f} {far[1]:.1f}")
    parts.append(f"L{points[-1][0]:.1f} {points[-1][1]:.1f}")
    return "".join(parts)


def _towards(here: Point, there: Point) -> Point:
    across, down = there[0] - here[0], there[1] - here[1]
    far = abs(across) + abs(down)
    part = min(_ROUND, far / 2) / far if far else 0.0
    return here[0] + across * part, here[1] + down * part


def _told(flow: Flow, names: Mapping[str, str], notes: Notes) -> Iterator[str]:
    """Yield the flow in words: each question, and where each of its choices leads."""
    for step in flow.steps:
        noted = f" ({notes.lines[step.id]})" if step.id in notes.lines else ""
        yield f"{' '.join(step.ask.split())}{noted}"
        for choice in step.choices:
            onward = flow.step(choice.go)
            yield f"- {choice.label}: {' '.join(onward.ask.split()) if onward else names[choice.go]}"
