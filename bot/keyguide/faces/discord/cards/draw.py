"""A Reply as a card in Discord's Components V2; nothing here sends, so that any way of sending can use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from functools import lru_cache
from typing import Any

from discord import ButtonStyle as Style
from discord import ui

from keyguide.core.model.evidence import NO_EVIDENCE
from keyguide.core.model.text import shorten
from keyguide.core.model.turn import Kind, Option, Reply
from keyguide.core.phrases.all import ButtonPhrases, Phrases
from keyguide.faces.discord.cards.button_ids import SHARE, make_button_id, make_select_id, replace_asker
from keyguide.faces.discord.cards.markdown import (
    MAX_LENGTH,
    join_broken_lines,
    make_link,
    make_small,
    split_into_pages,
)

_MOST_BUTTONS = 8  # choices; more of them read better in a select
_MOST_IN_ROW = 5
_MOST_IN_SELECT = 25
_BUTTON_LABEL, _SELECT_LABEL = 80, 100
_PRIMARY, _SECONDARY = Style.primary, Style.secondary


class Card(ui.LayoutView):
    """What is sent; once it is finished it never changes, so it can be sent to many."""

    _sent_as: list[dict[str, Any]] | None = None

    def finish(self) -> Card:
        """Let discord.py forget it: a press is read from the button's id alone."""
        self.stop()
        self._sent_as = super().to_components()  # type: ignore[no-untyped-call]
        return self

    def has_components_v2(self) -> bool:
        """Say what every card is; discord.py would look at all parts each time that one is sent."""
        return True

    def to_components(self) -> list[dict[str, Any]]:
        """Return what Discord takes; worked out once where nothing will change any more."""
        if self._sent_as is None:
            return super().to_components()  # type: ignore[no-any-return, no-untyped-call]
        return self._sent_as


@dataclass(frozen=True, slots=True)
class DrawOptions:
    """How a reply is drawn: in which words, who alone may press, and whether it can be shown to everyone."""

    phrases: Phrases
    asker: int = 0
    sharing: bool = False


def draw_cards(reply: Reply, look: DrawOptions) -> tuple[Card, ...]:
    """Return a reply as one card, or as several where it is longer than one message may be."""
    if reply.evidence != NO_EVIDENCE:  # it may repeat what somebody pasted, and that is not kept
        return _draw_pages(reply, look)
    return _draw_cached(replace(reply, subject=None, step="", said="", judged=None, handoff=None), look)


def _draw_pages(reply: Reply, look: DrawOptions) -> tuple[Card, ...]:
    said = look.phrases.discord
    told = split_into_pages(
        _build_blocks(reply, look.phrases), MAX_LENGTH - len(said.page) - len(reply.progress) - 40
    )
    cards = []
    for number, page in enumerate(told, 1):
        last = number == len(told)
        mark = make_small(said.page.format(number=number, most=len(told))) if len(told) > 1 else ""
        rows = [*_build_controls(reply.options, look, urgent=reply.kind is Kind.STEP)] if last else []
        if look.sharing:
            rows.append(_build_row([_build_button(said.show_everyone, SHARE, _SECONDARY)]))
        cards.append(_build_card([*page, mark], rows))
    return tuple(cards)


_draw_cached = lru_cache(maxsize=256)(_draw_pages)  # most people are shown the same few dozen answers


def draw_note(text: str) -> Card:
    """Return one line as a card."""
    return _build_card([text], [])


def draw_shared_card(card: ui.LayoutView, asker: int, line: str) -> Card:
    """Return a card that one person saw as one that everybody sees, with that person's line above it."""
    box = next(item for item in card.children if isinstance(item, ui.Container))
    rows = [row for row in box.children if isinstance(row, ui.ActionRow)]
    texts = [item.content for item in box.children if isinstance(item, ui.TextDisplay)]
    kept = [
        [_copy_for_asker(item, asker) for item in row.children if not _is_share_button(item)] for row in rows
    ]
    return _build_card([make_small(line), *texts], [_build_row(items) for items in kept if items])


def _is_share_button(item: ui.Item[Any]) -> bool:
    return isinstance(item, ui.Button) and item.custom_id == SHARE


def _copy_for_asker(item: ui.Item[Any], asker: int) -> ui.Item[Any]:
    if isinstance(item, ui.Button):
        return ui.Button(
            label=item.label, style=item.style, custom_id=replace_asker(item.custom_id or "", asker)
        )
    assert isinstance(item, ui.Select)  # noqa: S101 -- we draw nothing else that can be pressed
    custom_id = replace_asker(item.custom_id, asker)
    return ui.Select(custom_id=custom_id, placeholder=item.placeholder, options=item.options)


def _build_card(texts: Sequence[str], rows: Sequence[ui.ActionRow[Any]]) -> Card:
    card = Card(timeout=None)
    box: ui.Container[Any] = ui.Container()
    for text in texts:
        if text:
            box.add_item(ui.TextDisplay(text))
    if rows:
        box.add_item(ui.Separator())
    for row in rows:
        box.add_item(row)
    card.add_item(box)
    return card.finish()


def _build_blocks(reply: Reply, phrases: Phrases) -> Iterator[str]:
    """Yield the parts of a reply from the top to the bottom."""
    if reply.notice:
        yield "\n".join(f"> {line}" if line else ">" for line in join_broken_lines(reply.notice).splitlines())
    yield f"## {reply.title}" + (f"\n{make_small(reply.progress)}" if reply.progress else "")
    yield join_broken_lines(reply.body)
    if reply.sources:
        links = " · ".join(make_link(source.title, source.url) for source in reply.sources)
        yield make_small(f"{phrases.discord.sources}: {links}")
    yield make_small(reply.footing)


def _build_controls(
    options: Sequence[Option], look: DrawOptions, *, urgent: bool
) -> Iterator[ui.ActionRow[Any]]:
    """Yield rows to press: what belongs to this reply first, what is under all of them last."""
    fixed = _collect_fixed_labels(look.phrases.buttons)
    once = list({option.pick: option for option in reversed(options)}.values())[::-1]
    own = [option for option in once if option.label not in fixed]
    if len(own) > _MOST_BUTTONS:
        yield from _build_select_rows(own, look)
    else:
        yield from _build_button_rows(own, look, _PRIMARY if urgent else _SECONDARY)
    yield from _build_button_rows([option for option in once if option.label in fixed], look, _SECONDARY)


@lru_cache(maxsize=16)
def _collect_fixed_labels(buttons: ButtonPhrases) -> frozenset[str]:
    """Return the labels that are under every reply."""
    return frozenset(astuple(buttons))


def _build_button_rows(
    options: Sequence[Option], look: DrawOptions, style: Style
) -> Iterator[ui.ActionRow[Any]]:
    for start in range(0, len(options), _MOST_IN_ROW):
        shown = options[start : start + _MOST_IN_ROW]
        yield _build_row(
            [_build_button(option.label, make_button_id(option.pick, look.asker), style) for option in shown]
        )


def _build_button(label: str, custom_id: str, style: Style) -> ui.Button[Any]:
    return ui.Button(label=shorten(label, _BUTTON_LABEL), custom_id=custom_id, style=style)


def _build_select_rows(options: Sequence[Option], look: DrawOptions) -> Iterator[ui.ActionRow[Any]]:
    said = look.phrases.discord
    shelves = [options[at : at + _MOST_IN_SELECT] for at in range(0, len(options), _MOST_IN_SELECT)]
    for number, shelf in enumerate(shelves, 1):
        hint = said.choose_more.format(number=number, most=len(shelves)) if len(shelves) > 1 else said.choose
        select: ui.Select[Any] = ui.Select(custom_id=make_select_id(number, look.asker), placeholder=hint)
        for option in shelf:
            select.add_option(label=shorten(option.label, _SELECT_LABEL), value=option.pick)
        yield _build_row([select])


def _build_row(items: Sequence[ui.Item[Any]]) -> ui.ActionRow[Any]:
    return ui.ActionRow(*items)
