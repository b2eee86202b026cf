"""What the bot may do in a server: the least that it needs, and the links by which it comes in."""

from __future__ import annotations

import base64
import binascii

import discord

NEEDED = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_private_threads=True,
    read_message_history=True,
    attach_files=True,
)
_PAGE = "https://discord.com/oauth2/authorize"


def build_server_link(application: int) -> str:
    """Return the link by which somebody adds the bot to their server."""
    return (
        f"{_PAGE}?client_id={application}&integration_type=0"
        f"&scope=bot+applications.commands&permissions={NEEDED.value}"
    )


def build_person_link(application: int) -> str:
    """Return the link by which somebody adds the bot to their own account, to use it anywhere."""
    return f"{_PAGE}?client_id={application}&integration_type=1&scope=applications.commands"


def read_application_id(token: str) -> int | None:
    """Return the application's id, which is the first part of its token; None where it is not."""
    head = token.partition(".")[0]
    try:
        told = base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return int(told) if told.isdecimal() and len(told) <= 20 else None  # noqa: PLR2004 -- the longest id
