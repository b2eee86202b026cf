"""In the thread with the helpers: what is known, who helps, and whether that helped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import discord
from discord import ButtonStyle as Style

from bot.core.phrases_server import Plea
from bot.core.turn import Handoff
from bot.faces.discord.base import Asked, turn_of
from bot.faces.discord.draw import Card, note
from bot.faces.discord.pressing import Part, button, panel, row, texts_of
from bot.faces.discord.removal import pleas_of
from bot.faces.discord.sending import after, deliver
from bot.faces.discord.servers import server_of

_ROOM = 3_500
_SHORT = 400  # characters of one line


def opening(words: Plea, role: int, person: int, sentence: str, known: Handoff | None) -> Card:
    """Return the first message of a thread: who asks, and all that is known."""
    call = words.called.format(role=f"<@&{role}>", person=f"<@{person}>")
    said = f"{words.said}\n> {discord.utils.escape_markdown(sentence)}" if sentence else ""
    facts = "\n\n".join(_known(words, known or Handoff())) or words.nothing
    return panel([f"## {words.title}\n{call}", said, _fitting(facts), _ways(words, person, claimed=False)])


def _known(words: Plea, known: Handoff) -> Iterator[str]:
    shelves = (
        (words.answers, [f"{ask} **{answer}**" for ask, answer in known.answers]),
        (words.facts, [f"{name}: **{value}**" for name, value in known.facts]),
        (words.tried, list(known.tried)),
    )
    for title, lines in shelves:
        if lines:
            yield "\n".join([f"**{title}**", *(f"- {' '.join(line.split())[:_SHORT]}" for line in lines)])


def _fitting(text: str) -> str:
    return text if len(text) <= _ROOM else text[: _ROOM - 1] + "…"


def _ways(words: Plea, person: int, *, claimed: bool) -> Part:
    resolve = button(words.resolve, "resolve", str(person))
    if claimed:
        return row(resolve)
    return row(button(words.claim, "claim", str(person), Style.primary), resolve)


async def claim(asked: Asked, person: str) -> None:
    """Note that somebody helps, if they may and nobody was faster."""
    words = await _words(asked)
    if not await _is_helper(asked):
        await _whisper(asked, words.helpers_only)
    elif not await asked.client.assistant.claim_note(*_claim(asked), "1"):
        await _whisper(asked, words.claimed_already)
    else:
        line = words.claimed.format(person=asked.user.mention)
        parts = [*texts_of(asked.message), line, _ways(words, int(person), claimed=True)]
        await deliver(asked, [panel(parts)], private=False, update=True)


async def resolve(asked: Asked, person: str) -> None:
    """Note that it is resolved, and ask the person whether it is."""
    words = await _words(asked)
    if not (str(asked.user.id) == person or await _is_helper(asked)):
        await _whisper(asked, words.helpers_only)
        return
    assistant, guild = asked.client.assistant, asked.guild_id or 0
    first = await assistant.drop_note(pleas_of(guild), f"discord:{person}", str(asked.channel_id))
    await assistant.drop_note(*_claim(asked))
    line = words.resolved.format(person=asked.user.mention)
    texts = [text for text in texts_of(asked.message) if text != line]
    await deliver(asked, [panel([*texts, line])], private=False, update=True)
    if first:
        yes = button(words.fixed, "fixed", person, Style.success)
        question = words.asked.format(person=f"<@{person}>")
        await after(asked, panel([question, row(yes, button(words.stuck, "stuck", person))]), private=False)


async def fixed(asked: Asked, person: str) -> None:
    """Take the person's word that it works now, and close the thread."""
    words = await _words(asked)
    if await _is_other(asked, person, words):
        return
    await _judged(asked, "good")
    await deliver(asked, [panel([*texts_of(asked.message), words.glad])], private=False, update=True)
    if isinstance(asked.channel, discord.Thread):
        with suppress(discord.Forbidden, discord.NotFound):
            await asked.channel.edit(archived=True)


async def stuck(asked: Asked, person: str) -> None:
    """Take the person's word that it does not work yet: the helpers go on."""
    words = await _words(asked)
    if await _is_other(asked, person, words):
        return
    await _judged(asked, "bad")
    place, who = pleas_of(asked.guild_id or 0), f"discord:{person}"
    await asked.client.assistant.claim_note(place, who, str(asked.channel_id))
    line = words.reopened.format(person=asked.user.mention)
    await deliver(
        asked, [panel([line, _ways(words, int(person), claimed=False)])], private=False, update=True
    )


async def _judged(asked: Asked, verdict: str) -> None:
    """Keep in the ledger whether the way over a human helped."""
    human = asked.client.assistant.knowledge.shown.human
    turn = turn_of(asked.user.id, asked.guild_id, str(asked.locale), pick=f"{verdict}/{human}")
    await asked.client.assistant.reply(turn)


async def _is_other(asked: Asked, person: str, words: Plea) -> bool:
    if str(asked.user.id) == person:
        return False
    await _whisper(asked, words.not_yours)
    return True


async def _is_helper(asked: Asked) -> bool:
    """Whether somebody has the helpers' role, or may manage threads or the server anyway."""
    if asked.permissions.manage_threads or asked.permissions.manage_guild:
        return True
    server = await server_of(asked.client.assistant, asked.guild_id)
    return isinstance(asked.user, discord.Member) and asked.user.get_role(server.helper_role) is not None


def _claim(asked: Asked) -> tuple[str, str]:
    return pleas_of(asked.guild_id or 0), f"claimed:{asked.channel_id}"


async def _whisper(asked: Asked, line: str) -> None:
    await deliver(asked, [note(line)], private=True)


async def _words(asked: Asked) -> Plea:
    server = await server_of(asked.client.assistant, asked.guild_id)
    return asked.client.phrases(server.language or str(asked.guild_locale or asked.locale)).server.plea
