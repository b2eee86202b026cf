"""What a button's id says: who may press it and what it picks, so that nothing about it is kept in memory."""

from __future__ import annotations

from dataclasses import dataclass

BUTTON = r"k:(?P<asker>\d{0,20}):(?P<pick>.{1,77})"
SELECT = r"s:(?P<asker>\d{0,20}):\d{1,2}"
SHARE = r"share"


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A pick, and the one person whom it was drawn for; 0 where nobody else can see it."""

    pick: str
    asker: int = 0


def make_button_id(pick: str, asker: int) -> str:
    """Return the id of a button."""
    return f"k:{asker or ''}:{pick}"


def make_select_id(number: int, asker: int) -> str:
    """Return the id of the nth select of a message; what it picks is in its values."""
    return f"s:{asker or ''}:{number}"


def replace_asker(custom_id: str, asker: int) -> str:
    """Return the same id for a message that everybody sees."""
    head, _, rest = custom_id.partition(":")
    return f"{head}:{asker}:{rest.partition(':')[2]}" if head in {"k", "s"} else custom_id
