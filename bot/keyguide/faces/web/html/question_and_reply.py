"""Prepare an exchange for its template: what is its heading, and which options stand together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keyguide.core.model.option_order import list_by_role
from keyguide.core.model.turn import Detail, Kind, Option, Reply, Role
from keyguide.faces.web.html.markdown import render_line

MAX_SHOWN_CHARACTERS = 500  # of a message that is shown back
_MAX_SHOWN_DETAILS = 5  # folded parts of an answer that are in sight; the others are in a part of their own
_MAX_OPEN_PAGES = 3  # further pages under an article that nobody judges; the others are folded away
_ARTICLES = frozenset((Kind.ARTICLE, Kind.REFUSAL))
_WITH_DETAILS = _ARTICLES | {Kind.STEP}  # replies with a part where rarer options are folded away


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message of a person, with its secrets masked, and the reply to it."""

    id: str
    message: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Options that stand together, and how they look."""

    style: str
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
    reading: tuple[Option, ...]  # whether a picture was read rightly, right below the line that asks
    tabs: tuple[Option, ...]  # above the answer
    groups: tuple[OptionGroup, ...]  # right below the answer
    details: tuple[Detail, ...]  # below the options, each folded
    more_details: tuple[Detail, ...]  # folded away together, with the rarer options
    more: tuple[OptionGroup, ...]
    past: bool = False
    fresh: bool = False


def view_exchange(exchange: Exchange, *, past: bool = False, fresh: bool = False) -> ExchangeView:
    """View an exchange as its template shows it."""
    reply = exchange.reply
    above, heading, body = _split_heading(reply)
    return ExchangeView(
        exchange.id,
        _shorten(exchange.message).strip(),
        reply,
        above,
        heading,
        body,
        reading=list_by_role(reply, Role.READING),
        tabs=list_by_role(reply, Role.WINDOWS),
        groups=tuple(group for group in _group_main_options(reply) if group.options),
        details=reply.details[:_MAX_SHOWN_DETAILS],
        more_details=reply.details[_MAX_SHOWN_DETAILS:],
        more=tuple(group for group in _group_rare_options(reply) if group.options),
        past=past,
        fresh=fresh,
    )


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


def _group_main_options(reply: Reply) -> Iterator[OptionGroup]:
    """Group the options right below the answer: lists of what to pick, what to do next, and the ways out."""
    yield OptionGroup("list", list_by_role(reply, Role.CHOICE))
    yield OptionGroup("next", list_by_role(reply, Role.VERDICT, Role.WALK, Role.RESUME))
    yield OptionGroup("list", list_by_role(reply, Role.PAGE)[: _count_open_pages(reply)])
    rare = () if reply.kind in _WITH_DETAILS else (Role.MOVE,)
    yield OptionGroup("out", list_by_role(reply, Role.BACK, Role.HOW, *rare, Role.HUMAN))


def _group_rare_options(reply: Reply) -> Iterator[OptionGroup]:
    """Group the options that are folded away: further pages, and the ways to somewhere else."""
    yield OptionGroup("pages", list_by_role(reply, Role.PAGE)[_count_open_pages(reply) :])
    if reply.kind in _WITH_DETAILS:
        yield OptionGroup("out", list_by_role(reply, Role.MOVE))


def _count_open_pages(reply: Reply) -> int:
    """Count the further pages that are not folded away: none if the answer is judged, all of a menu."""
    if list_by_role(reply, Role.VERDICT):
        return 0
    return _MAX_OPEN_PAGES if reply.kind in _ARTICLES else len(reply.options)
