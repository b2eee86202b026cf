"""A flow as a picture that needs no browser to be made: SVG, with everything in it said in words, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.flow import HUMAN, Flow
from keyguide.pictures.flow_layout import (
    CARD_WIDTH,
    LINE_HEIGHT,
    PADDING,
    Layout,
    Point,
    StepCard,
    lay_out_flow,
)

_FONT = "font-family=\"system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif\" font-size=\"14\""
_BASELINE = 13.0  # from the top of a line of text to the foot of its letters
_CORNER_RADIUS = 6.0  # of an arrow's corners


@dataclass(frozen=True, slots=True)
class FlowNotes:
    """What a keeper sees besides: a line under each step, and how much of it is marked (0 to 1)."""

    lines: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)


def draw_svg(knowledge: Knowledge, flow: Flow, notes: FlowNotes | None = None) -> str:
    """Return a flow as SVG text."""
    noted = notes or FlowNotes()
    names = {choice.go: _name_target(knowledge, choice.go) for step in flow.steps for choice in step.choices}
    layout = lay_out_flow(flow, names, noted.lines)
    return "\n".join(_draw_flow(flow, layout, noted, "\n".join(_describe_flow(flow, names, noted)))) + "\n"


def _name_target(knowledge: Knowledge, id: str) -> str:
    if id == HUMAN:
        return knowledge.choose_phrases("en").buttons.human
    return knowledge.find_title(id) or id


def _draw_flow(flow: Flow, layout: Layout, notes: FlowNotes, told: str) -> Iterator[str]:
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
    doors = {(card.left, card.entry_y) for card in layout.cards}
    for arrow in layout.arrows:
        tip = f' marker-end="url(#{name}-tip)"' if arrow[-1] in doors else ""
        yield (
            f'<path class="arrow" fill="none" stroke="#5b6675" stroke-width="1.5" '
            f'd="{_draw_path(arrow)}"{tip}/>'
        )
    for card in layout.cards:
        yield from _draw_card(card, notes.shares.get(card.id, 0.0))
    yield "</svg>"


def _draw_card(card: StepCard, share: float) -> Iterator[str]:
    head = card.rows[0].top
    yield f'<g transform="translate({card.left:.1f} {card.top:.1f})">'
    yield (
        f'<rect class="card" width="{CARD_WIDTH:.0f}" height="{card.height:.1f}" rx="8" '
        'fill="#ffffff" stroke="#8a94a3"/>'
    )
    yield (
        f'<path class="head" fill="#e3ecfb" stroke="#8a94a3" '
        f'd="M0 {head:.1f}V8Q0 0 8 0H{CARD_WIDTH - 8:.0f}'
        f'Q{CARD_WIDTH:.0f} 0 {CARD_WIDTH:.0f} 8V{head:.1f}z"/>'
    )
    foot = PADDING + _BASELINE
    for line in card.ask:
        yield _draw_text("ask", '#10203a" font-weight="600', foot, line)
        foot += LINE_HEIGHT
    if card.note:
        top = foot - _BASELINE - 2
        yield (
            f'<rect class="share" x="0.5" y="{top:.1f}" width="{(CARD_WIDTH - 1) * min(1.0, share):.1f}" '
            f'height="{LINE_HEIGHT * len(card.note) + 2:.1f}" fill="#f2b8a0"/>'
        )
    for line in card.note:
        yield _draw_text("note", "#5f1d0a", foot, line)
        foot += LINE_HEIGHT
    for number, row in enumerate(card.rows):
        foot = row.top + PADDING / 2 + _BASELINE
        if number:
            yield f'<path class="line" stroke="#d4d9e0" d="M0 {row.top:.1f}H{CARD_WIDTH:.0f}"/>'
        for line in row.lines:
            yield _draw_text("choice", "#1d2530", foot, line)
            foot += LINE_HEIGHT
        for line in row.ends:
            yield _draw_text("end", "#0b5c3b", foot, line)
            foot += LINE_HEIGHT
    yield "</g>"


def _draw_text(kind: str, colour: str, foot: float, line: str) -> str:
    return f'<text class="{kind}" x="{PADDING:.0f}" y="{foot:.1f}" fill="{colour}">{escape(line)}</text>'


def _draw_path(points: tuple[Point, ...]) -> str:
    """Return a line through points that lie level or upright to each other, its corners rounded."""
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        near, far = _move_towards(here, before), _move_towards(here, after)
        parts.append(f"L{near[0]:.1f} {near[1]:.1f}Q{here[0]:.1f} {here[1]:.1f} {far[0]:.1f} {far[1]:.1f}")
    parts.append(f"L{points[-1][0]:.1f} {points[-1][1]:.1f}")
    return "".join(parts)


def _move_towards(here: Point, there: Point) -> Point:
    across, down = there[0] - here[0], there[1] - here[1]
    far = abs(across) + abs(down)
    part = min(_CORNER_RADIUS, far / 2) / far if far else 0.0
    return here[0] + across * part, here[1] + down * part


def _describe_flow(flow: Flow, names: Mapping[str, str], notes: FlowNotes) -> Iterator[str]:
    """Yield the flow in words: each question, and where each of its choices leads."""
    for step in flow.steps:
        noted = f" ({notes.lines[step.id]})" if step.id in notes.lines else ""
        yield f"{' '.join(step.ask.split())}{noted}"
        for choice in step.choices:
            onward = flow.find_step(choice.go)
            yield f"- {choice.label}: {' '.join(onward.ask.split()) if onward else names[choice.go]}"
