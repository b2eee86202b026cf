"""Make the ids of buttons: each id holds its pick and its asker, so that nothing has to be stored."""

from __future__ import annotations

import re
from dataclasses import dataclass

BUTTON = re.compile(r"k:(?P<asker>\d{0,20}):(?P<pick>.{1,77})")
SELECT = re.compile(r"s:(?P<asker>\d{0,20}):\d{1,2}")
SHARE = "share"


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A pick and the person it was drawn for, 0 if nobody else can see it."""

    pick: str
    asker: int = 0


def make_button_id(pick: str, asker: int) -> str:
    """Make the id of a button."""
    return f"k:{asker or ''}:{pick}"


def make_select_id(number: int, asker: int) -> str:
    """Make the id of the nth select of a message; the picks are in its values."""
    return f"s:{asker or ''}:{number}"


def make_reply_id(argument: str) -> str:
    """Make the id of the button that sends a private card to the person whose message it answers."""
    return f"w:reply:{argument}"


def is_share_id(custom_id: str | None) -> bool:
    """Check whether an id belongs to a button that shows a private card to others."""
    return custom_id == SHARE or (custom_id or "").startswith(make_reply_id(""))


def replace_asker(custom_id: str, asker: int) -> str:
    """Return the id for a copy that everybody sees; ids of other kinds stay as they are."""
    head, _, rest = custom_id.partition(":")
    return f"{head}:{asker}:{rest.partition(':')[2]}" if head in {"k", "s"} else custom_id
