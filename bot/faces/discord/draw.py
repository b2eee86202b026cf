"""A Reply as a card in Discord's Components V2; nothing here sends, so that any way of sending can use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from functools import lru_cache
from typing import Any

from discord import ButtonStyle as Style
from discord import ui

from bot.core.evidence import NOTHING_SHOWN
from bot.core.phrases import Buttons, Phrases
from bot.core.turn import Kind, Option, Reply
from bot.faces.discord.ids import SHARE, button_id, owned, select_id
from bot.faces.discord.write import ROOM, flowing, link, pages, small

_MOST_BUTTONS = 8  # choices; more of them read better in a select
_MOST_IN_ROW = 5
_MOST_IN_SELECT = 25
_BUTTON_LABEL, _SELECT_LABEL = 80, 100
_ASKED, _BESIDE = Style.primary, Style.secondary


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
class Look:
    """How a reply is drawn: in which words, who alone may press, and whether it can be shown to everyone."""

    phrases: Phrases
    asker: int = 0
    sharing: bool = False


def draw(reply: Reply, look: Look) -> tuple[Card, ...]:
    """Return a reply as one card, or as several where it is longer than one message may be."""
    if reply.evidence != NOTHING_SHOWN:  # it may repeat what somebody pasted, and that is not kept
        return _drawn(reply, look)
    return _drawn_once(replace(reply, subject=None, step="", said="", judged=None, handoff=None), look)


def _drawn(reply: Reply, look: Look) -> tuple[Card, ...]:
    said = look.phrases.discord
    told = pages(_blocks(reply, look.phrases), ROOM - len(said.page) - len(reply.progress) - 40)
    cards = []
    for number, page in enumerate(told, 1):
        last = number == len(told)
        mark = small(said.page.format(number=number, most=len(told))) if len(told) > 1 else ""
        rows = [*_controls(reply.options, look, urgent=reply.kind is Kind.STEP)] if last else []
        if look.sharing:
            rows.append(_row([_plain(said.show_everyone, SHARE, _BESIDE)]))
        cards.append(_card([*page, mark], rows))
    return tuple(cards)


_drawn_once = lru_cache(maxsize=256)(_drawn)  # most people are shown the same few dozen answers


def note(text: str) -> Card:
    """Return one line as a card."""
    return _card([text], [])


def shared(card: ui.LayoutView, asker: int, line: str) -> Card:
    """Return a card that one person saw as one that everybody sees, with that person's line above it."""
    box = next(item for item in card.children if isinstance(item, ui.Container))
    rows = [row for row in box.children if isinstance(row, ui.ActionRow)]
    texts = [item.content for item in box.children if isinstance(item, ui.TextDisplay)]
    kept = [[_copied(item, asker) for item in row.children if not _is_share(item)] for row in rows]
    return _card([small(line), *texts], [_row(items) for items in kept if items])


def _is_share(item: ui.Item[Any]) -> bool:
    return isinstance(item, ui.Button) and item.custom_id == SHARE


def _copied(item: ui.Item[Any], asker: int) -> ui.Item[Any]:
    if isinstance(item, ui.Button):
        return ui.Button(label=item.label, style=item.style, custom_id=owned(item.custom_id or "", asker))
    assert isinstance(item, ui.Select)  # noqa: S101 -- we draw nothing else that can be pressed
    custom_id = owned(item.custom_id, asker)
    return ui.Select(custom_id=custom_id, placeholder=item.placeholder, options=item.options)


def _card(texts: Sequence[str], rows: Sequence[ui.ActionRow[Any]]) -> Card:
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


def _blocks(reply: Reply, phrases: Phrases) -> Iterator[str]:
    """Yield the parts of a reply from the top to the bottom."""
    if reply.notice:
        yield "\n".join(f"> {line}" if line else ">" for line in flowing(reply.notice).splitlines())
    yield f"## {reply.title}" + (f"\n{small(reply.progress)}" if reply.progress else "")
    yield flowing(reply.body)
    if reply.sources:
        links = " · ".join(link(source.title, source.url) for source in reply.sources)
        yield small(f"{phrases.discord.sources}: {links}")
    yield small(reply.footing)


def _controls(options: Sequence[Option], look: Look, *, urgent: bool) -> Iterator[ui.ActionRow[Any]]:
    """Yield rows to press: what belongs to this reply first, what is under all of them last."""
    fixed = _fixed(look.phrases.buttons)
    once = list({option.pick: option for option in reversed(options)}.values())[::-1]
    own = [option for option in once if option.label not in fixed]
    if len(own) > _MOST_BUTTONS:
        yield from _selects(own, look)
    else:
        yield from _buttons(own, look, _ASKED if urgent else _BESIDE)
    yield from _buttons([option for option in once if option.label in fixed], look, _BESIDE)


@lru_cache(maxsize=16)
def _fixed(buttons: Buttons) -> frozenset[str]:
    """Return the labels that are under every reply."""
    return frozenset(astuple(buttons))


def _buttons(options: Sequence[Option], look: Look, style: Style) -> Iterator[ui.ActionRow[Any]]:
    for start in range(0, len(options), _MOST_IN_ROW):
        shown = options[start : start + _MOST_IN_ROW]
        yield _row([_plain(option.label, button_id(option.pick, look.asker), style) for option in shown])


def _plain(label: str, custom_id: str, style: Style) -> ui.Button[Any]:
    return ui.Button(label=_fitting(label, _BUTTON_LABEL), custom_id=custom_id, style=style)


def _selects(options: Sequence[Option], look: Look) -> Iterator[ui.ActionRow[Any]]:
    said = look.phrases.discord
    shelves = [options[at : at + _MOST_IN_SELECT] for at in range(0, len(options), _MOST_IN_SELECT)]
    for number, shelf in enumerate(shelves, 1):
        hint = said.choose_more.format(number=number, most=len(shelves)) if len(shelves) > 1 else said.choose
        select: ui.Select[Any] = ui.Select(custom_id=select_id(number, look.asker), placeholder=hint)
        for option in shelf:
            select.add_option(label=_fitting(option.label, _SELECT_LABEL), value=option.pick)
        yield _row([select])


def _row(items: Sequence[ui.Item[Any]]) -> ui.ActionRow[Any]:
    return ui.ActionRow(*items)


def _fitting(label: str, room: int) -> str:
    """Return a label with an ellipsis where Discord would refuse it; our own labels are shorter by rule."""
    return label if len(label) <= room else label[: room - 1] + "…"
