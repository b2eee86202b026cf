"""The permissions that the bot needs, and the links that install it."""

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
_MAX_ID_LENGTH = 20  # digits


def build_server_link(application: int) -> str:
    """Build the link that adds the bot to a server."""
    return (
        f"{_PAGE}?client_id={application}&integration_type=0"
        f"&scope=bot+applications.commands&permissions={NEEDED.value}"
    )


def build_person_link(application: int) -> str:
    """Build the link that adds the bot to a personal account, for use anywhere."""
    return f"{_PAGE}?client_id={application}&integration_type=1&scope=applications.commands"


def read_application_id(token: str) -> int | None:
    """Decode the application id from the first part of a token, None if it is not there."""
    head = token.partition(".")[0]
    try:
        text = base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return int(text) if text.isdecimal() and len(text) <= _MAX_ID_LENGTH else None
