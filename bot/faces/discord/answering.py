"""From what somebody did to the card they see: the one road that every command, button and message takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from time import monotonic

import discord

from bot.core.turn import Kind, Reply, Turn
from bot.faces.discord import handoff
from bot.faces.discord.base import Asked, Bot, turn_of
from bot.faces.discord.draw import Card, Look, draw, note, shared
from bot.faces.discord.ids import Pressed
from bot.faces.discord.sending import deliver, heard, reply_to, write_to
from bot.faces.discord.servers import Server, server_of

Think = Callable[[Turn], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an answer will be seen, and in which language."""

    private: bool
    locale: str
    asker: int = 0
    sharing: bool = False


@dataclass(frozen=True, slots=True)
class Did:
    """What somebody did, and what answers it where that is not simply the assistant."""

    text: str = ""
    pick: str = ""
    think: Think | None = None


async def command(asked: Asked, did: Did) -> None:
    """Answer a command."""
    if await slowed(asked) or (did.pick == handoff.HUMAN and await handoff.takes_over(asked)):
        return
    spot = spot_of(asked, await server_of(asked.client.assistant, asked.guild_id))
    await _answer(asked, spot, did)


async def press(asked: Asked, pressed: Pressed) -> None:
    """Answer a button: in its place for whom it was drawn, with a walk of their own for everybody else."""
    if await slowed(asked) or (pressed.pick == handoff.HUMAN and await handoff.takes_over(asked)):
        return
    if pressed.asker not in {0, asked.user.id}:
        await _answer(asked, _alone(asked), Did(pick=pressed.pick))
        return
    public = bool(pressed.asker)
    server = await server_of(asked.client.assistant, asked.guild_id)
    spot = _among_all(asked, server) if public else _alone(asked)
    await _answer(asked, spot, Did(pick=pressed.pick), update=True)


async def _answer(asked: Asked, spot: Spot, did: Did, *, update: bool = False) -> None:
    begun = monotonic()
    with asked.client.at_work():
        await _answered(asked, spot, did, update=update)
    name = asked.command.qualified_name if asked.command else "button"
    asked.client.metrics.interaction(name, "answered")
    asked.client.metrics.acknowledged("discord", monotonic() - begun)


async def _answered(asked: Asked, spot: Spot, did: Did, *, update: bool) -> None:
    bot = asked.client
    bot.speaks(asked.user.id, str(asked.locale))
    turn = turn_of(asked.user.id, asked.guild_id, spot.locale, text=did.text, pick=did.pick)
    thinking = (did.think or bot.assistant.reply)(turn)
    reply = await heard(asked, thinking, private=spot.private, update=update)
    look = Look(bot.phrases(spot.locale), spot.asker, spot.sharing)
    cards = draw(await handoff.offered(bot, reply, asked.guild_id, spot.locale), look)
    await deliver(asked, cards, private=spot.private, update=update)


async def share(asked: Asked) -> None:
    """Show the card that was pressed to everyone, as it is."""
    if asked.message is None:
        return
    said = asked.client.phrases(str(asked.guild_locale or asked.locale)).discord
    line = said.shown.format(person=asked.user.mention)
    card = shared(Card.from_message(asked.message, timeout=None), asked.user.id, line)
    await deliver(asked, [card], private=False)


def spot_of(asked: Asked, server: Server) -> Spot:
    """Return where the answer to a command is seen: by the asker alone, unless the server chose otherwise."""
    return _among_all(asked, server) if server.public and asked.guild_id else _alone(asked)


def _alone(asked: Asked) -> Spot:
    # What we write in a person's own conversation with us is private, and stays there to be read again.
    ours = asked.context.dm_channel
    return Spot(private=not ours, locale=str(asked.locale), sharing=not ours)


def _among_all(asked: Asked, server: Server) -> Spot:
    locale = server.language or str(asked.guild_locale or asked.locale)
    return Spot(private=False, locale=locale, asker=asked.user.id)


def deeper(bot: Bot) -> Think:
    """Return what takes a text up and asks on from there, where there is a diagnosis for it."""
    assistant = bot.assistant

    async def think(turn: Turn) -> Reply:
        reply = await assistant.reply(turn)
        flow = next((id for id in reply.offers if id in assistant.knowledge.flows), "")
        if reply.kind is Kind.STEP or not flow:
            return reply
        step = await assistant.reply(replace(turn, text="", pick=f"go/{flow}"))
        return replace(step, notice=reply.notice, evidence=reply.evidence)

    return think


async def slowed(asked: Asked) -> bool:
    """Ask somebody who is too fast to wait, where nobody else sees it; tell whether they were."""
    if not asked.client.pace.too_fast(asked.user.id):
        return False
    asked.client.metrics.limited("discord")
    said = asked.client.phrases(str(asked.locale)).discord
    await deliver(asked, [note(said.slow_down)], private=True)
    return True


async def message(bot: Bot, said: discord.Message, did: Did) -> None:
    """Answer what somebody wrote, where they wrote it."""
    guild = said.guild.id if said.guild else None
    server = await server_of(bot.assistant, guild)
    locale = _locale_of(bot, said, server)
    if bot.pace.too_fast(said.author.id):
        bot.metrics.limited("discord")
        await privately(bot, said, bot.phrases(locale).discord.slow_down)
        return
    turn = turn_of(said.author.id, guild, locale, text=did.text, pick=did.pick)
    reply = await (did.think or bot.assistant.reply)(turn)
    bot.metrics.interaction("message", "answered")
    reply = await handoff.offered(bot, reply, guild, locale)
    look = Look(bot.phrases(locale), said.author.id if said.guild else 0)
    if not await reply_to(said, draw(reply, look)):
        line = look.phrases.discord.cannot_write.format(channel=f"<#{said.channel.id}>")
        await write_to(said.author, [note(line), *draw(reply, Look(look.phrases))], said.id)


async def privately(bot: Bot, said: discord.Message, line: str) -> None:
    """Tell somebody a line directly; where they take no direct messages, below what they wrote."""
    if not said.guild or not await write_to(said.author, [note(line)], said.id):
        await reply_to(said, [note(line)])


async def apologise(bot: Bot, said: discord.Message) -> None:
    """Tell somebody that we failed, as far as Discord still lets us."""
    bot.metrics.interaction("message", "failed")
    server = await server_of(bot.assistant, said.guild.id if said.guild else None)
    await privately(bot, said, bot.phrases(_locale_of(bot, said, server)).discord.failed)


def _locale_of(bot: Bot, said: discord.Message, server: Server) -> str:
    if said.guild:
        return server.language or str(said.guild.preferred_locale)
    return bot.languages.get(said.author.id, "en")
