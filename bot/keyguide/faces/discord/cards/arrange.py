"""Arrange the options of a reply: one row of buttons, and one select for everything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from keyguide.core.model.turn import Detail, Kind, Option, Reply, Role

MAX_BUTTONS, MAX_ENTRIES = 5, 25  # a phone breaks a longer row; Discord takes no longer select
_MAX_WAYS_ON = 3  # buttons under a refusal

_PAGES = frozenset({Kind.ARTICLE, Kind.REFUSAL})  # worth showing to everyone
_ROLES_BY_KIND: dict[Kind, tuple[Role, ...]] = {  # the roles that become buttons if not all options fit
    Kind.ARTICLE: (Role.RESUME, Role.VERDICT, Role.WALK, Role.BACK),
    Kind.REFUSAL: (Role.RESUME, Role.WALK, Role.PAGE),
    Kind.STEP: (Role.BACK, Role.HOW, Role.HUMAN),
}
_ROLES_OF_HANDOFF = (Role.RESUME, Role.HUMAN, Role.WALK)
_ROLES_OF_LIST = (Role.RESUME, Role.BACK, Role.MOVE, Role.HUMAN)
_ORDER = (  # of the options that are no such buttons
    Role.READING, Role.CHOICE, Role.WINDOWS, Role.WALK, Role.PAGE, Role.VERDICT, Role.RESUME, Role.BACK,
    Role.HOW, Role.MOVE, Role.HUMAN,
)  # fmt: skip
_LAST = frozenset({Role.MOVE, Role.HUMAN})  # the ways out of a list; they stay if it is cut

Entry = Option | Detail


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What is a button, what is an entry of the select, and whether there is a button to share the card."""

    buttons: tuple[Option, ...]
    entries: tuple[Entry, ...]
    is_shared: bool
    is_folded: bool  # whether the select holds what is less needed, rather than the choice itself


def arrange(reply: Reply, *, sharing: bool) -> Arrangement:
    """Choose the place of each option by its role."""
    is_page = reply.kind in _PAGES
    is_shared = sharing and is_page
    room = _MAX_WAYS_ON if reply.kind is Kind.REFUSAL else MAX_BUTTONS - is_shared
    options = list({option.pick: option for option in reversed(reply.options)}.values())[::-1]
    if reply.kind is Kind.STEP:  # in the middle of a walk, the ways out of it only distract
        options = [option for option in options if option.role is not Role.MOVE]
    details = [detail for detail in reply.details if detail.text != reply.body]
    roles = _ROLES_OF_HANDOFF if reply.handoff else _ROLES_BY_KIND.get(reply.kind, _ROLES_OF_LIST)
    if not details and len(options) <= room:
        ordered = _sort(options, roles if is_page else (Role.RESUME,))
        return Arrangement(tuple(ordered), (), is_shared, is_page)
    buttons = _sort([option for option in options if option.role in roles], roles)[:room]
    rest = _sort([option for option in options if option not in buttons])
    return Arrangement(tuple(buttons), tuple(_cut([*details, *rest])), is_shared, is_page)


def _sort(options: Sequence[Option], first: tuple[Role, ...] = ()) -> list[Option]:
    """Sort options by their roles, those of one role in the order of the reply."""
    order = (*first, *(role for role in _ORDER if role not in first))
    return sorted(options, key=lambda option: order.index(option.role))


def _cut(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Leave out the last pages if there are more entries than a select takes."""
    last = [entry for entry in entries if isinstance(entry, Option) and entry.role in _LAST]
    others = [entry for entry in entries if entry not in last]
    yield from others[: MAX_ENTRIES - len(last)]
    yield from last
