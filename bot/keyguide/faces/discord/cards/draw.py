"""Draw a Reply as cards in Discord's Components V2; sending is done elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from functools import lru_cache
from typing import Any

from discord import ButtonStyle as Style
from discord import ui

from keyguide.core.model.evidence import NO_EVIDENCE
from keyguide.core.model.shorten import shorten
from keyguide.core.model.turn import Kind, Option, Reply
from keyguide.core.phrases.phrases import ButtonPhrases, Phrases
from keyguide.faces.discord.cards.button_ids import SHARE, make_button_id, make_select_id, replace_asker
from keyguide.faces.discord.cards.markdown import (
    MAX_LENGTH,
    join_broken_lines,
    make_link,
    make_small,
    split_into_pages,
)

_MAX_BUTTONS = 8  # choices; more of them read better in a select
_MAX_IN_ROW = 5
_MAX_IN_SELECT = 25
_MAX_BUTTON_LABEL, _MAX_SELECT_LABEL = 80, 100
_PRIMARY, _SECONDARY = Style.primary, Style.secondary


class Card(ui.LayoutView):
    """A message to send; once finished it never changes, so it can be sent many times."""

    _sent_as: list[dict[str, Any]] | None = None

    def finish(self) -> Card:
        """Freeze the card and let discord.py forget it: presses are read from the buttons' ids alone."""
        self.stop()
        self._sent_as = super().to_components()  # type: ignore[no-untyped-call]
        return self

    def has_components_v2(self) -> bool:
        """Return True for every card; discord.py would check all components on every send."""
        return True

    def to_components(self) -> list[dict[str, Any]]:
        """Build the payload for Discord; return the stored one if the card is finished."""
        if self._sent_as is None:
            return super().to_components()  # type: ignore[no-any-return, no-untyped-call]
        return self._sent_as


@dataclass(frozen=True, slots=True)
class DrawOptions:
    """How to draw a reply: the phrases, who alone may press, and whether there is a button to share it."""

    phrases: Phrases
    asker: int = 0
    sharing: bool = False


def draw_cards(reply: Reply, options: DrawOptions) -> tuple[Card, ...]:
    """Draw a reply as one card, or as several if it is too long for one message."""
    if reply.evidence != NO_EVIDENCE:  # it may repeat pasted text, which must not stay in the cache
        return _draw_pages(reply, options)
    shown = replace(reply, subject=None, step="", masked_text="", judged=None, handoff=None)
    return _draw_cached(replace(shown, facts={}, act="", aspect=""), options)


def _draw_pages(reply: Reply, options: DrawOptions) -> tuple[Card, ...]:
    phrases = options.phrases.discord
    limit = MAX_LENGTH - len(phrases.page) - len(reply.progress) - 40
    pages = split_into_pages(_build_blocks(reply, options.phrases), limit)
    cards = []
    for number, page in enumerate(pages, 1):
        last = number == len(pages)
        mark = make_small(phrases.page.format(number=number, most=len(pages))) if len(pages) > 1 else ""
        rows = [*_build_controls(reply.options, options, urgent=reply.kind is Kind.STEP)] if last else []
        if options.sharing:
            rows.append(_build_row([_build_button(phrases.show_everyone, SHARE, _SECONDARY)]))
        cards.append(_build_card([*page, mark], rows))
    return tuple(cards)


_draw_cached = lru_cache(maxsize=256)(_draw_pages)  # most people are shown the same few dozen answers


def draw_note(text: str) -> Card:
    """Draw one line as a card."""
    return _build_card([text], [])


def draw_shared_card(card: ui.LayoutView, asker: int, line: str) -> Card:
    """Redraw a private card for everybody, with a line above it that says who shared it."""
    container = next(item for item in card.children if isinstance(item, ui.Container))
    rows = [row for row in container.children if isinstance(row, ui.ActionRow)]
    texts = [item.content for item in container.children if isinstance(item, ui.TextDisplay)]
    controls = [
        [_copy_for_asker(item, asker) for item in row.children if not _is_share_button(item)] for row in rows
    ]
    return _build_card([make_small(line), *texts], [_build_row(items) for items in controls if items])


def _is_share_button(item: ui.Item[Any]) -> bool:
    return isinstance(item, ui.Button) and item.custom_id == SHARE


def _copy_for_asker(item: ui.Item[Any], asker: int) -> ui.Item[Any]:
    if isinstance(item, ui.Button):
        return ui.Button(
            label=item.label, style=item.style, custom_id=replace_asker(item.custom_id or "", asker)
        )
    assert isinstance(item, ui.Select)  # noqa: S101 -- cards hold no other controls
    custom_id = replace_asker(item.custom_id, asker)
    return ui.Select(custom_id=custom_id, placeholder=item.placeholder, options=item.options)


def _build_card(texts: Sequence[str], rows: Sequence[ui.ActionRow[Any]]) -> Card:
    card = Card(timeout=None)
    container: ui.Container[Any] = ui.Container()
    for text in texts:
        if text:
            container.add_item(ui.TextDisplay(text))
    if rows:
        container.add_item(ui.Separator())
    for row in rows:
        container.add_item(row)
    card.add_item(container)
    return card.finish()


def _build_blocks(reply: Reply, phrases: Phrases) -> Iterator[str]:
    """Yield the texts of a reply from top to bottom."""
    if reply.notice:
        yield "\n".join(f"> {line}" if line else ">" for line in join_broken_lines(reply.notice).splitlines())
    yield f"## {reply.title}" + (f"\n{make_small(reply.progress)}" if reply.progress else "")
    yield join_broken_lines(reply.body)
    if reply.sources:
        links = " · ".join(make_link(source.title, source.url) for source in reply.sources)
        yield make_small(f"{phrases.discord.sources}: {links}")
    yield make_small(reply.footing)


def _build_controls(
    choices: Sequence[Option], options: DrawOptions, *, urgent: bool
) -> Iterator[ui.ActionRow[Any]]:
    """Yield the rows of controls: first those of this reply, last those under every reply."""
    fixed = _collect_fixed_labels(options.phrases.buttons)
    unique = list({choice.pick: choice for choice in reversed(choices)}.values())[::-1]
    own = [choice for choice in unique if choice.label not in fixed]
    if len(own) > _MAX_BUTTONS:
        yield from _build_select_rows(own, options)
    else:
        yield from _build_button_rows(own, options, _PRIMARY if urgent else _SECONDARY)
    yield from _build_button_rows([choice for choice in unique if choice.label in fixed], options, _SECONDARY)


@lru_cache(maxsize=16)
def _collect_fixed_labels(buttons: ButtonPhrases) -> frozenset[str]:
    """Collect the labels of the buttons under every reply."""
    return frozenset(astuple(buttons))


def _build_button_rows(
    choices: Sequence[Option], options: DrawOptions, style: Style
) -> Iterator[ui.ActionRow[Any]]:
    for start in range(0, len(choices), _MAX_IN_ROW):
        row = choices[start : start + _MAX_IN_ROW]
        yield _build_row(
            [_build_button(choice.label, make_button_id(choice.pick, options.asker), style) for choice in row]
        )


def _build_button(label: str, custom_id: str, style: Style) -> ui.Button[Any]:
    return ui.Button(label=shorten(label, _MAX_BUTTON_LABEL), custom_id=custom_id, style=style)


def _build_select_rows(choices: Sequence[Option], options: DrawOptions) -> Iterator[ui.ActionRow[Any]]:
    phrases = options.phrases.discord
    groups = [choices[start : start + _MAX_IN_SELECT] for start in range(0, len(choices), _MAX_IN_SELECT)]
    for number, group in enumerate(groups, 1):
        hint = phrases.choose
        if len(groups) > 1:
            hint = phrases.choose_more.format(number=number, most=len(groups))
        select: ui.Select[Any] = ui.Select(custom_id=make_select_id(number, options.asker), placeholder=hint)
        for choice in group:
            select.add_option(label=shorten(choice.label, _MAX_SELECT_LABEL), value=choice.pick)
        yield _build_row([select])


def _build_row(items: Sequence[ui.Item[Any]]) -> ui.ActionRow[Any]:
    return ui.ActionRow(*items)
