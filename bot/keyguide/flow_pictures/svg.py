"""Draw a flow as SVG without a browser, with everything in it also described in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.flow import HUMAN, Flow
from keyguide.flow_pictures.layout import (
    CARD_WIDTH,
    LINE_HEIGHT,
    PADDING,
    ChoiceRow,
    Layout,
    Point,
    StepCard,
    lay_out_flow,
)

_FONT = "font-family=\"system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif\" font-size=\"14\""
_BASELINE = 13.0  # from the top of a line of text to its baseline
# Each has a contrast of at least 4.5 to white, and neighbours differ for colour-blind people, too.
_COLOURS = ("#3a4657", "#0b5fa5", "#9c4a00", "#1b6f4b", "#8a2f6b", "#6a5400")
_CORNER_RADIUS = 6.0  # of an arrow's corners


@dataclass(frozen=True, slots=True)
class FlowNotes:
    """Extra notes for keepers: a line under each step, and how much of it is marked (0 to 1)."""

    lines: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)


def draw_svg(knowledge: Knowledge, flow: Flow, notes: FlowNotes | None = None) -> str:
    """Draw a flow as SVG text; if there are notes, write each under its step."""
    notes = notes or FlowNotes()
    names = {choice.go: _name_target(knowledge, choice.go) for step in flow.steps for choice in step.choices}
    layout = lay_out_flow(flow, names, notes.lines)
    description = "\n".join(_describe_flow(flow, names, notes))
    return "\n".join(_draw_flow(flow, layout, notes, description)) + "\n"


def _name_target(knowledge: Knowledge, target: str) -> str:
    if target == HUMAN:
        return knowledge.choose_phrases("en").buttons.human
    return knowledge.find_title(target) or target


def _draw_flow(flow: Flow, layout: Layout, notes: FlowNotes, description: str) -> Iterator[str]:
    size = f"{layout.width:.0f} {layout.height:.0f}"
    name = f"flow-{flow.id}"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" viewBox="0 0 {size}" '
        f'width="{layout.width:.0f}" height="{layout.height:.0f}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" {_FONT}>'
    )
    yield f'<title id="{name}-title">{escape(flow.title)}</title>'
    yield f'<desc id="{name}-desc">{escape(description)}</desc>'
    yield f"<defs>{''.join(_draw_tip(name, number) for number in range(len(_COLOURS)))}</defs>"
    yield '<rect class="ground" width="100%" height="100%" fill="#ffffff"/>'
    yield from _draw_arrows(layout, name)
    for card in layout.cards:
        yield from _draw_card(card, notes.shares.get(card.id, 0.0))
    yield "</svg>"


def _draw_tip(name: str, number: int) -> str:
    return (
        f'<marker id="{name}-tip-{number}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto" markerUnits="userSpaceOnUse">'
        f'<path class="tip c{number}" fill="{_COLOURS[number]}" d="M0 0L8 4L0 8z"/></marker>'
    )


def _draw_arrows(layout: Layout, name: str) -> Iterator[str]:
    """Draw the arrows; all to one step have one colour, and a rim parts them from those that they cross."""
    entries = {(card.left, card.entry_y) for card in layout.cards}
    for place, card in enumerate(layout.cards):
        number = place % len(_COLOURS)
        arrows = [arrow.points for arrow in layout.arrows if arrow.to == card.id]
        for points in arrows:
            path = _draw_path(points)
            yield f'<path class="rim" fill="none" stroke="#ffffff" stroke-width="5" d="{path}"/>'
        for points in arrows:
            tip = f' marker-end="url(#{name}-tip-{number})"' if points[-1] in entries else ""
            yield (
                f'<path class="arrow c{number}" fill="none" stroke="{_COLOURS[number]}" '
                f'stroke-width="1.8" d="{_draw_path(points)}"{tip}/>'
            )


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
    baseline = PADDING + _BASELINE
    for line in card.ask:
        yield _draw_text("ask", '#10203a" font-weight="600', baseline, line)
        baseline += LINE_HEIGHT
    if card.note:
        top = baseline - _BASELINE - 2
        yield (
            f'<rect class="share" x="0.5" y="{top:.1f}" width="{(CARD_WIDTH - 1) * min(1.0, share):.1f}" '
            f'height="{LINE_HEIGHT * len(card.note) + 2:.1f}" fill="#f2b8a0"/>'
        )
    for line in card.note:
        yield _draw_text("note", "#5f1d0a", baseline, line)
        baseline += LINE_HEIGHT
    for number, row in enumerate(card.rows):
        if number:
            yield f'<path class="line" stroke="#d4d9e0" d="M0 {row.top:.1f}H{CARD_WIDTH:.0f}"/>'
        yield from _draw_row(row)
    yield "</g>"


def _draw_row(row: ChoiceRow) -> Iterator[str]:
    baseline = row.top + PADDING / 2 + _BASELINE
    for line in row.lines:
        yield _draw_text("choice", "#1d2530", baseline, line)
        baseline += LINE_HEIGHT
    for line in row.ends:
        yield _draw_text("end", "#0b5c3b", baseline, line)
        baseline += LINE_HEIGHT


def _draw_text(kind: str, colour: str, baseline: float, line: str) -> str:
    return f'<text class="{kind}" x="{PADDING:.0f}" y="{baseline:.1f}" fill="{colour}">{escape(line)}</text>'


def _draw_path(points: tuple[Point, ...]) -> str:
    """Draw a line of horizontal and vertical pieces through points, with rounded corners."""
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        start, end = _move_towards(corner, before), _move_towards(corner, after)
        curve = f"Q{corner[0]:.1f} {corner[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
        parts.append(f"L{start[0]:.1f} {start[1]:.1f}{curve}")
    parts.append(f"L{points[-1][0]:.1f} {points[-1][1]:.1f}")
    return "".join(parts)


def _move_towards(corner: Point, target: Point) -> Point:
    """Move from a corner by its radius, or half the way if the target is nearer than twice that."""
    across, down = target[0] - corner[0], target[1] - corner[1]
    distance = abs(across) + abs(down)
    share = min(_CORNER_RADIUS, distance / 2) / distance if distance else 0.0
    return corner[0] + across * share, corner[1] + down * share


def _describe_flow(flow: Flow, names: Mapping[str, str], notes: FlowNotes) -> Iterator[str]:
    """Describe the flow in words: each question, and where each of its choices leads."""
    for step in flow.steps:
        note = f" ({notes.lines[step.id]})" if step.id in notes.lines else ""
        yield f"{' '.join(step.ask.split())}{note}"
        for choice in step.choices:
            following = flow.find_step(choice.go)
            yield f"- {choice.label}: {' '.join(following.ask.split()) if following else names[choice.go]}"
