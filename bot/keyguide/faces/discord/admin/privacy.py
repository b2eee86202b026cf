"""/privacy: show, export or delete what is stored about a person."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import discord
from discord import ButtonStyle as Style

from keyguide.core.phrases.discord_servers import PrivacyPhrases
from keyguide.faces.discord.admin.erase_data import forget_person
from keyguide.faces.discord.cards.draw import draw_note
from keyguide.faces.discord.cards.notice_cards import build_button, build_panel, build_panels, build_row
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import deliver, send_file
from keyguide.faces.discord.help_requests.limits import list_blocks
from keyguide.faces.discord.servers.note_names import list_person_names
from keyguide.faces.discord.servers.server_settings import ServerSettings

_FILE = "keyguide.json"


async def show_privacy(interaction: Interaction, _server: ServerSettings) -> None:
    """Show somebody in a few words what is stored, with buttons to export, delete or list it."""
    words = _get_words(interaction)
    buttons = build_row(
        build_button(words.export, "privacy", "export"),
        build_button(words.delete, "privacy", "delete", Style.danger),
        build_button(words.fields, "privacy", "fields"),
    )
    card = build_panel([f"## {words.title}\n{words.body}", buttons])
    await deliver(interaction, [card], private=_is_private(interaction))


async def handle_press(interaction: Interaction, _server: ServerSettings, action: str) -> None:
    """Run the pressed button: export, list the fields, ask before deleting, delete, or keep everything."""
    words = _get_words(interaction)
    match action:
        case "export":
            await _export(interaction, words)
        case "fields":
            blocks = [words.notes, *_write_tables(interaction.client.assistant.describe())]
            await deliver(interaction, build_panels(blocks), private=_is_private(interaction))
        case "delete":
            yes = build_button(words.yes, "privacy", "yes", Style.danger)
            question = build_panel([words.sure, build_row(yes, build_button(words.no, "privacy", "no"))])
            await deliver(interaction, [question], private=_is_private(interaction))
        case "yes":
            line = await _erase(interaction, words)
            await deliver(interaction, [draw_note(line)], private=True, update=True)
        case _:
            await deliver(interaction, [draw_note(words.kept)], private=True, update=True)


async def _erase(interaction: Interaction, words: PrivacyPhrases) -> str:
    """Erase what is stored about a person; return a line about it, and about what a server keeps of them."""
    assistant, person = interaction.client.assistant, interaction.user.id
    interaction.client.memory.forget_person(person)
    line = words.deleted.format(count=await forget_person(assistant, person))
    return f"{line} {words.blocked}" if await list_blocks(assistant, person) else line


async def _export(interaction: Interaction, words: PrivacyPhrases) -> None:
    assistant, names = interaction.client.assistant, list_person_names(interaction.user.id)
    records: dict[str, list[object]] = {}
    for name in names:
        for table, rows in (await assistant.export(name)).items():
            records.setdefault(table, []).extend(rows if isinstance(rows, list) else [rows])
    content = json.dumps(records, ensure_ascii=False, indent=2).encode("utf-8", "replace")
    file = discord.File(io.BytesIO(content), _FILE)
    await send_file(interaction, words.exported, file, private=_is_private(interaction))


def _write_tables(tables: dict[str, list[tuple[str, str]]]) -> Iterator[str]:
    for table, columns in tables.items():
        lines = (f"- `{name}`: {reason}" for name, reason in columns)
        yield "\n".join([f"**{table}**", *lines])


def _get_words(interaction: Interaction) -> PrivacyPhrases:
    return interaction.client.get_phrases(str(interaction.locale)).server.privacy


def _is_private(interaction: Interaction) -> bool:
    return not interaction.context.dm_channel
