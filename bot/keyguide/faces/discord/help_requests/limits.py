"""Keep people from calling the helpers too often, and those whom a server has blocked from calling at all."""

from __future__ import annotations

from keyguide.assistant import Assistant
from keyguide.core.phrases.help_requests import HelpRequestPhrases
from keyguide.faces.discord.servers.note_names import (
    make_block_place,
    make_count_place,
    make_person_name,
    parse_block_place,
)
from keyguide.faces.discord.servers.server_settings import ServerSettings


async def find_refusal(
    assistant: Assistant, guild: int, server: ServerSettings, person: int, words: HelpRequestPhrases
) -> str:
    """Find the reason why somebody may not call the helpers now, "" if they may."""
    if await is_blocked(assistant, guild, person):
        return words.blocked
    if server.daily_limit and await _count_today(assistant, guild, person) >= server.daily_limit:
        return words.too_many.format(limit=server.daily_limit)
    return ""


async def count_call(assistant: Assistant, guild: int, person: int) -> None:
    """Count that somebody has called the helpers; only the count of the last day is kept."""
    count = await _count_today(assistant, guild, person) + 1
    value = f"{assistant.read_clock().date().isoformat()} {count}"
    await assistant.notes.set_note(make_count_place(guild), make_person_name(person), value)


async def drop_old_counts(assistant: Assistant, guild: int) -> None:
    """Erase the counts of other days than today."""
    today, place = assistant.read_clock().date().isoformat(), make_count_place(guild)
    for name, value in (await assistant.notes.list_notes(place)).items():
        if not value.startswith(today):
            await assistant.notes.drop_note(place, name, value)


async def _count_today(assistant: Assistant, guild: int, person: int) -> int:
    value = await assistant.notes.get_note(make_count_place(guild), make_person_name(person)) or ""
    day, _, count = value.partition(" ")
    return int(count) if day == assistant.read_clock().date().isoformat() else 0


async def is_blocked(assistant: Assistant, guild: int, person: int) -> bool:
    """Check whether a server has blocked somebody from calling its helpers."""
    return await assistant.notes.get_note(make_block_place(guild), make_person_name(person)) is not None


async def block(assistant: Assistant, guild: int, person: int) -> None:
    """Block somebody from calling the helpers of a server."""
    moment = assistant.read_clock().isoformat()
    await assistant.notes.set_note(make_block_place(guild), make_person_name(person), moment)


async def unblock(assistant: Assistant, guild: int, person: int) -> None:
    """Let somebody call the helpers of a server again."""
    await assistant.notes.drop_note(make_block_place(guild), make_person_name(person))


async def list_blocks(assistant: Assistant, person: int) -> list[int]:
    """List the servers that have blocked somebody."""
    notes = (await assistant.export(make_person_name(person))).get("note", [])
    places = [str(note.get("place")) for note in notes] if isinstance(notes, list) else []
    return [guild for place in places if (guild := parse_block_place(place))]
