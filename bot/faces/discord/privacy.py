"""/privacy: what is kept about a person, to see, to have and to erase."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import discord
from discord import ButtonStyle as Style

from bot.core.phrases_server import Privacy
from bot.faces.discord.base import Asked
from bot.faces.discord.draw import note
from bot.faces.discord.pressing import button, panel, panels, row
from bot.faces.discord.sending import deliver, persistent

_FILE = "latchkey.json"


async def privacy(asked: Asked) -> None:
    """Tell somebody what is kept about them."""
    words = _words(asked)
    ways = row(
        button(words.export, "privacy", "export"), button(words.delete, "privacy", "delete", Style.danger)
    )
    told = asked.client.assistant.describe()
    blocks = [f"## {words.title}\n{words.body}", words.notes, *_tables(told)]
    await deliver(asked, panels(blocks, [ways]), private=_private(asked))


async def pressed(asked: Asked, what: str) -> None:
    """Do what was pressed."""
    words = _words(asked)
    match what:
        case "export":
            await _export(asked, words)
        case "delete":
            yes = button(words.yes, "privacy", "yes", Style.danger)
            sure = panel([words.sure, row(yes, button(words.no, "privacy", "no"))])
            await deliver(asked, [sure], private=_private(asked))
        case "yes":
            count = await asked.client.assistant.forget(_who(asked))
            await deliver(asked, [note(words.deleted.format(count=count))], private=True, update=True)
        case _:
            await deliver(asked, [note(words.kept)], private=True, update=True)


async def _export(asked: Asked, words: Privacy) -> None:
    kept = await asked.client.assistant.export(_who(asked))
    text = json.dumps(kept, ensure_ascii=False, indent=2).encode("utf-8", "replace")
    private = _private(asked)
    await persistent(
        lambda: asked.response.send_message(
            words.exported, ephemeral=private, file=discord.File(io.BytesIO(text), _FILE)
        )
    )


def _tables(told: dict[str, list[tuple[str, str]]]) -> Iterator[str]:
    for table, columns in told.items():
        lines = (f"- `{name}`: {reason}" for name, reason in columns)
        yield "\n".join([f"**{table}**", *lines])


def _words(asked: Asked) -> Privacy:
    return asked.client.phrases(str(asked.locale)).server.privacy


def _who(asked: Asked) -> str:
    return f"discord:{asked.user.id}"


def _private(asked: Asked) -> bool:
    return not asked.context.dm_channel
