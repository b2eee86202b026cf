"""Load and save the answers that a server wrote for itself."""

from __future__ import annotations

import json
import logging
from uuid import uuid4

from keyguide.core.model.server_answer import OwnAnswer, parse_own_answers
from keyguide.errors import StoreError
from keyguide.faces.discord.connection.bot import Bot
from keyguide.faces.discord.servers.note_names import make_own_answers_place

MAX_ANSWERS = 25  # as many as a select shows

_log = logging.getLogger(__name__)


async def load_own_answers(bot: Bot, guild: int) -> tuple[OwnAnswer, ...]:
    """Load the answers of a server; none if they cannot be read, because there is still the knowledge."""
    try:
        notes = await bot.assistant.notes.list_notes(make_own_answers_place(guild))
    except StoreError as error:
        _log.info("the own answers of server %s cannot be read: %s", guild, error)
        return ()
    return tuple(parse_own_answers(notes))


async def save_own_answer(bot: Bot, guild: int, answer: OwnAnswer) -> None:
    """Save an answer in place of the one with its id; an answer without an id gets one."""
    content = {"title": answer.title, "text": answer.text, "asks": answer.asks}
    name = answer.id or uuid4().hex[:12]
    value = json.dumps(content, ensure_ascii=False)
    await bot.assistant.notes.set_note(make_own_answers_place(guild), name, value)


async def drop_own_answer(bot: Bot, guild: int, name: str) -> None:
    """Erase an answer."""
    await bot.assistant.notes.drop_note(make_own_answers_place(guild), name)
