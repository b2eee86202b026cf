"""Prepare an exchange for its template: what is its heading, and which options stand together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from keyguide.core.model.turn import Kind, Option, Reply
from keyguide.core.phrases.phrases import Phrases
from keyguide.faces.web.html.markdown import render_line

MAX_SHOWN_CHARACTERS = 1_200  # of a message that is shown back


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message of a person, with its secrets masked, and the reply to it."""

    id: str
    message: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Options of one style that follow each other, with the heading above them."""

    style: str
    heading: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """What the template of an exchange shows; a past one folds its options, a fresh one takes the focus."""

    id: str
    message: str
    reply: Reply
    above: str  # the line above the heading
    heading: str  # marked as HTML if it has Markdown
    body: str
    groups: tuple[OptionGroup, ...]
    past: bool = False
    fresh: bool = False


def view_exchange(
    exchange: Exchange, phrases: Phrases, *, past: bool = False, fresh: bool = False
) -> ExchangeView:
    """View an exchange as its template shows it."""
    above, heading, body = _split_heading(exchange.reply)
    groups = tuple(_group_options(exchange.reply, phrases))
    message = _shorten(exchange.message).strip()
    return ExchangeView(exchange.id, message, exchange.reply, above, heading, body, groups, past, fresh)


def _split_heading(reply: Reply) -> tuple[str, str, str]:
    """Split a reply into the line above the heading, the heading, and the body.

    If the reply is a step, its question is the heading: it is new, and a screen reader should read it first.
    """
    if reply.kind is not Kind.STEP:
        return reply.progress, reply.title, reply.body
    question, _, rest = reply.body.partition("\n\n")
    return f"{reply.title} · {reply.progress}", render_line(question), rest


def _shorten(message: str) -> str:
    return message if len(message) <= MAX_SHOWN_CHARACTERS else f"{message[:MAX_SHOWN_CHARACTERS]} …"


def _group_options(reply: Reply, phrases: Phrases) -> Iterator[OptionGroup]:
    for style, options in groupby(reply.options, key=lambda option: _find_style(option, phrases)):
        yield OptionGroup(style, _find_heading(style, reply, phrases), tuple(options))


def _find_heading(style: str, reply: Reply, phrases: Phrases) -> str:
    # For other kinds of reply the title says it.
    also = phrases.web.also if reply.kind in {Kind.ARTICLE, Kind.REFUSAL} else ""
    return {"way": also, "verdict": phrases.web.helped}.get(style, "")


def _find_style(option: Option, phrases: Phrases) -> str:
    """Find the style of an option by the fixed labels and by what it opens, never by its pick."""
    buttons = phrases.buttons
    styles = {
        "onward": (buttons.walk, buttons.resume),
        "switch": (buttons.windows_10, buttons.windows_11),
        "verdict": (buttons.fixed, buttons.stuck),
        "hint": (buttons.how,),
        "move": (buttons.back, buttons.restart, buttons.topics, buttons.human, buttons.menu),
    }
    fixed = next((style for style, labels in styles.items() if option.label in labels), "")
    return fixed or ("way" if option.about else "choice")
