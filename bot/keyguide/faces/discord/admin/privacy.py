"""/privacy: what is kept about a person, to see, to have and to erase."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import discord
from discord import ButtonStyle as Style

from keyguide.core.phrases.server import PrivacyPhrases
from keyguide.faces.discord.cards.draw import draw_note
from keyguide.faces.discord.cards.panels import build_button, build_panel, build_panels, build_row
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import deliver, retry

_FILE = "keyguide.json"


async def show_privacy(asked: Interaction) -> None:
    """Tell somebody what is kept about them."""
    words = _get_words(asked)
    ways = build_row(
        build_button(words.export, "privacy", "export"),
        build_button(words.delete, "privacy", "delete", Style.danger),
    )
    told = asked.client.assistant.describe()
    blocks = [f"## {words.title}\n{words.body}", words.notes, *_write_tables(told)]
    await deliver(asked, build_panels(blocks, [ways]), private=_is_private(asked))


async def handle_press(asked: Interaction, what: str) -> None:
    """Do what was pressed."""
    words = _get_words(asked)
    match what:
        case "export":
            await _export(asked, words)
        case "delete":
            yes = build_button(words.yes, "privacy", "yes", Style.danger)
            sure = build_panel([words.sure, build_row(yes, build_button(words.no, "privacy", "no"))])
            await deliver(asked, [sure], private=_is_private(asked))
        case "yes":
            count = await asked.client.assistant.forget(_make_person_id(asked))
            await deliver(asked, [draw_note(words.deleted.format(count=count))], private=True, update=True)
        case _:
            await deliver(asked, [draw_note(words.kept)], private=True, update=True)


async def _export(asked: Interaction, words: PrivacyPhrases) -> None:
    kept = await asked.client.assistant.export(_make_person_id(asked))
    text = json.dumps(kept, ensure_ascii=False, indent=2).encode("utf-8", "replace")
    private = _is_private(asked)
    await retry(
        lambda: asked.response.send_message(
            words.exported, ephemeral=private, file=discord.File(io.BytesIO(text), _FILE)
        )
    )


def _write_tables(told: dict[str, list[tuple[str, str]]]) -> Iterator[str]:
    for table, columns in told.items():
        lines = (f"- `{name}`: {reason}" for name, reason in columns)
        yield "\n".join([f"**{table}**", *lines])


def _get_words(asked: Interaction) -> PrivacyPhrases:
    return asked.client.get_phrases(str(asked.locale)).server.privacy


def _make_person_id(asked: Interaction) -> str:
    return f"discord:{asked.user.id}"


def _is_private(asked: Interaction) -> bool:
    return not asked.context.dm_channel
