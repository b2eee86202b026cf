"""The order of options, by their roles: what stands first on a page is what "1" and "the first one" pick."""

from __future__ import annotations

from collections.abc import Sequence

from keyguide.core.model.turn import Option, Reply, Role

_COUNTED_ROLES = (Role.CHOICE, Role.VERDICT, Role.WALK, Role.PAGE)
_MAX_DIGITS = 2  # a longer number counts out nothing


def list_by_role(reply: Reply, *roles: Role) -> tuple[Option, ...]:
    """List the options with these roles: role by role, and within a role in the order of the reply."""
    return tuple(option for role in roles for option in reply.options if option.role is role)


def list_counted_picks(reply: Reply) -> tuple[str, ...]:
    """List the picks of the options that people count, in the order in which faces show them."""
    return tuple(option.pick for option in list_by_role(reply, *_COUNTED_ROLES))


def count_out(picks: Sequence[str], text: str) -> str:
    """Return the pick that a bare number counts out; empty if there is no such number or pick."""
    number = int(text) if text.isdecimal() and len(text) <= _MAX_DIGITS else 0
    return picks[number - 1] if 0 < number <= len(picks) else ""
