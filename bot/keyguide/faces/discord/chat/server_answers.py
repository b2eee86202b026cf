"""Answer with a server's own answer if a text asks for one, else with the knowledge."""

from __future__ import annotations

from keyguide.core.engine.server_answers import find_own_answer, make_own_reply
from keyguide.core.model.turn import Reply, Turn
from keyguide.faces.discord.connection.bot import Bot
from keyguide.faces.discord.servers.note_names import parse_server_place
from keyguide.faces.discord.servers.server_answers import load_own_answers


async def reply(bot: Bot, turn: Turn) -> Reply:
    """Answer a turn; what a server answers itself is not counted, because it is not of the knowledge."""
    return await _find_own_reply(bot, turn) or await bot.assistant.reply(turn)


async def preview(bot: Bot, turn: Turn) -> Reply:
    """Compute the answer to a turn without saving or counting it."""
    return await _find_own_reply(bot, turn) or await bot.assistant.preview(turn)


async def _find_own_reply(bot: Bot, turn: Turn) -> Reply | None:
    guild = parse_server_place(turn.place)
    if turn.pick or not turn.text or not guild:
        return None
    knowledge = bot.assistant.knowledge
    own = find_own_answer(knowledge, await load_own_answers(bot, guild), turn.text)
    return make_own_reply(knowledge.choose_phrases(turn.locale), own) if own else None
