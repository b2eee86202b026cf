"""Draw a Reply as cards in Discord's Components V2; sending is done elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from discord import ButtonStyle as Style
from discord import ui

from keyguide.core.model.content.article import Source
from keyguide.core.model.content.picture import Picture
from keyguide.core.model.evidence import NO_EVIDENCE
from keyguide.core.model.shorten import shorten
from keyguide.core.model.turn import Detail, Handoff, Kind, Option, Reply, Role
from keyguide.core.phrases.phrases import Phrases
from keyguide.faces.discord.cards.arrange import Arrangement, Entry, arrange
from keyguide.faces.discord.cards.button_ids import (
    SHARE,
    is_share_id,
    make_button_id,
    make_reply_id,
    make_select_id,
    replace_asker,
)
from keyguide.faces.discord.cards.markdown import (
    MAX_LENGTH,
    join_broken_lines,
    make_link,
    make_small,
    remove_markdown,
    split_into_pages,
)

_MAX_BUTTON_LABEL, _MAX_SELECT_LABEL, _MAX_DESCRIPTION = 80, 100, 100
_MAX_QUESTION = 200  # characters of a question that is a heading


class Card(ui.LayoutView):
    """A message to send; once finished it never changes, so it can be sent many times."""

    picture: Picture | None = None
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
    reply_to: str = ""  # the message and person that a shared card is sent to, "" for everybody


def draw_cards(reply: Reply, options: DrawOptions) -> tuple[Card, ...]:
    """Draw a reply as one card, or as several if it is too long for one message."""
    if reply.evidence != NO_EVIDENCE:  # it may repeat pasted text, which must not stay in the cache
        return _draw_pages(reply, options)
    handoff = Handoff() if reply.handoff else None  # whether there is one decides which buttons come first
    shown = replace(
        reply,
        subject=None,
        step="",
        masked_text="",
        judged=None,
        handoff=handoff,
        facts={},
        act="",
        aspect="",
    )
    return _draw_cached(shown, options)


def _draw_pages(reply: Reply, options: DrawOptions) -> tuple[Card, ...]:
    phrases = options.phrases.discord
    limit = MAX_LENGTH - len(phrases.page) - len(reply.progress) - 40
    pages = split_into_pages(_build_blocks(reply), limit)
    cards = []
    for number, page in enumerate(pages, 1):
        last = number == len(pages)
        mark = make_small(phrases.page.format(number=number, most=len(pages))) if len(pages) > 1 else ""
        rows = [*_build_controls(arrange(reply, sharing=options.sharing), options)] if last else []
        cards.append(_build_card([*page, mark], rows, reply.picture if last else None))
    return tuple(cards)


_draw_cached = lru_cache(maxsize=256)(_draw_pages)  # most people are shown the same few dozen answers


def draw_note(text: str) -> Card:
    """Draw one line as a card."""
    return _build_card([text], [])


def draw_shared_card(card: ui.LayoutView, picture: Picture | None, asker: int, line: str) -> Card:
    """Redraw a private card for everybody, with a line above it that says who shared it."""
    texts, controls = _read_card(card)
    rows = [_build_row([_copy_for_asker(item, asker) for item in items]) for items in controls]
    return _build_card([make_small(line), *texts], rows, picture)


def draw_without_share_button(card: ui.LayoutView, picture: Picture | None) -> Card:
    """Redraw a private card after it was shared."""
    texts, controls = _read_card(card)
    return _build_card(texts, [_build_row(items) for items in controls], picture)


def read_picture_id(card: ui.LayoutView) -> str:
    """Read which picture a card shows, by the name of its file; empty if it shows none."""
    galleries = (item for item in card.walk_children() if isinstance(item, ui.MediaGallery))
    urls = [item.media.url for gallery in galleries for item in gallery.items]
    return PurePosixPath(urlsplit(urls[0]).path).stem if urls else ""


def _read_card(card: ui.LayoutView) -> tuple[list[str], list[list[ui.Item[Any]]]]:
    """Read the texts of a card, and its rows of controls without the button that shares it."""
    container = next(item for item in card.children if isinstance(item, ui.Container))
    rows = [row.children for row in container.children if isinstance(row, ui.ActionRow)]
    controls = [[item for item in row if not _is_share_button(item)] for row in rows]
    texts = [item.content for item in container.children if isinstance(item, ui.TextDisplay)]
    return texts, [items for items in controls if items]


def _is_share_button(item: ui.Item[Any]) -> bool:
    return isinstance(item, ui.Button) and is_share_id(item.custom_id)


def _copy_for_asker(item: ui.Item[Any], asker: int) -> ui.Item[Any]:
    if isinstance(item, ui.Button):
        return ui.Button(
            label=item.label, style=item.style, custom_id=replace_asker(item.custom_id or "", asker)
        )
    assert isinstance(item, ui.Select)  # noqa: S101 -- cards hold no other controls
    custom_id = replace_asker(item.custom_id, asker)
    return ui.Select(custom_id=custom_id, placeholder=item.placeholder, options=item.options)


def _build_card(
    texts: Sequence[str], rows: Sequence[ui.ActionRow[Any]], picture: Picture | None = None
) -> Card:
    card = Card(timeout=None)
    card.picture = picture
    container: ui.Container[Any] = ui.Container()
    for text in texts:
        if text:
            container.add_item(ui.TextDisplay(text))
    if picture:
        gallery: ui.MediaGallery[Any] = ui.MediaGallery()
        gallery.add_item(media=f"attachment://{picture.file_name}", description=picture.alt)
        container.add_item(gallery)
    if rows:
        container.add_item(ui.Separator())
    for row in rows:
        container.add_item(row)
    card.add_item(container)
    return card.finish()


def _build_blocks(reply: Reply) -> Iterator[str]:
    """Yield the texts of a reply from top to bottom."""
    if reply.notice:
        yield "\n".join(f"> {line}" if line else ">" for line in join_broken_lines(reply.notice).splitlines())
    heading, body, above = reply.title, reply.body, reply.progress
    question, _, explanation = reply.body.partition("\n\n")
    if reply.kind is Kind.STEP and "\n" not in question and len(question) <= _MAX_QUESTION:
        heading, body, above = question, explanation, f"{reply.title} · {reply.progress}"
    yield f"## {heading}" + (f"\n{make_small(above)}" if above else "")
    yield join_broken_lines(body)
    yield make_small(" · ".join(part for part in (*_list_links(reply.sources), reply.footing) if part))


def _list_links(sources: Sequence[Source]) -> Iterator[str]:
    """Yield links to what each publisher wrote; all but the first are numbers, so that the line is short."""
    by_publisher = defaultdict[str, list[Source]](list)
    for source in sources:
        by_publisher[source.title.partition(": ")[0]].append(source)
    for publisher, pages in by_publisher.items():
        names = [f"{publisher} 1", *map(str, range(2, len(pages) + 1))] if len(pages) > 1 else [publisher]
        yield ", ".join(make_link(name, page.url) for name, page in zip(names, pages, strict=True))


def _build_controls(arrangement: Arrangement, options: DrawOptions) -> Iterator[ui.ActionRow[Any]]:
    """Yield the row of buttons and the select, first what people need first."""
    phrases = options.phrases.discord
    buttons = [_build_option_button(option, options.asker) for option in arrangement.buttons]
    if arrangement.is_shared:
        buttons.append(_build_share_button(options))
    rows = [_build_row(buttons)] if buttons else []
    if arrangement.entries:
        hint = phrases.more if arrangement.is_folded else phrases.choose
        select = _build_row([_build_select(arrangement.entries, hint, options.asker)])
        rows.insert(len(rows) if arrangement.is_folded else 0, select)
    yield from rows


def _build_share_button(options: DrawOptions) -> ui.Button[Any]:
    phrases = options.phrases.discord
    if options.reply_to:
        return _build_button(phrases.reply_to_them, make_reply_id(options.reply_to), Style.secondary)
    return _build_button(phrases.show_everyone, SHARE, Style.secondary)


def _build_option_button(option: Option, asker: int) -> ui.Button[Any]:
    style = Style.primary if option.role is Role.CHOICE else Style.secondary
    return _build_button(option.label, make_button_id(option.pick, asker), style)


def _build_button(label: str, custom_id: str, style: Style) -> ui.Button[Any]:
    return ui.Button(label=shorten(label, _MAX_BUTTON_LABEL), custom_id=custom_id, style=style)


def _build_select(entries: Sequence[Entry], hint: str, asker: int) -> ui.Select[Any]:
    select: ui.Select[Any] = ui.Select(custom_id=make_select_id(1, asker), placeholder=hint)
    for entry in entries:
        label, text = (entry.title, entry.text) if isinstance(entry, Detail) else (entry.label, entry.hint)
        description = shorten(remove_markdown(text), _MAX_DESCRIPTION) or None
        select.add_option(label=shorten(label, _MAX_SELECT_LABEL), value=entry.pick, description=description)
    return select


def _build_row(items: Sequence[ui.Item[Any]]) -> ui.ActionRow[Any]:
    return ui.ActionRow(*items)
