"""From what somebody did to the card they see: the one road that every command, button and message takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from time import monotonic

import discord

from keyguide.core.model.turn import Kind, Reply, Turn
from keyguide.faces.discord.cards.button_ids import ButtonPress
from keyguide.faces.discord.cards.draw import Card, DrawOptions, draw_cards, draw_note, draw_shared_card
from keyguide.faces.discord.connection.bot import Bot, Interaction, make_turn
from keyguide.faces.discord.connection.sending import defer_if_slow, deliver, reply_to, send_direct_message
from keyguide.faces.discord.connection.server_settings import ServerSettings, load_server_settings
from keyguide.faces.discord.help_requests import help_form

Responder = Callable[[Turn], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Audience:
    """Where an answer will be seen, and in which language."""

    private: bool
    locale: str
    asker: int = 0
    sharing: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody did, and what answers it where that is not simply the assistant."""

    text: str = ""
    pick: str = ""
    responder: Responder | None = None


async def answer_command(asked: Interaction, did: Request) -> None:
    """Answer a command."""
    if await enforce_rate_limit(asked) or (
        did.pick == help_form.HUMAN and await help_form.start_help_request(asked)
    ):
        return
    spot = choose_audience(asked, await load_server_settings(asked.client.assistant, asked.guild_id))
    await _answer(asked, spot, did)


async def answer_press(asked: Interaction, pressed: ButtonPress) -> None:
    """Answer a button: in its place for whom it was drawn, with a walk of their own for everybody else."""
    if await enforce_rate_limit(asked) or (
        pressed.pick == help_form.HUMAN and await help_form.start_help_request(asked)
    ):
        return
    if pressed.asker not in {0, asked.user.id}:
        await _answer(asked, _make_private_audience(asked), Request(pick=pressed.pick))
        return
    public = bool(pressed.asker)
    server = await load_server_settings(asked.client.assistant, asked.guild_id)
    spot = _make_public_audience(asked, server) if public else _make_private_audience(asked)
    await _answer(asked, spot, Request(pick=pressed.pick), update=True)


async def _answer(asked: Interaction, spot: Audience, did: Request, *, update: bool = False) -> None:
    begun = monotonic()
    with asked.client.track_answer():
        await _deliver_reply(asked, spot, did, update=update)
    name = asked.command.qualified_name if asked.command else "button"
    asked.client.metrics.count_interaction(name, "answered")
    asked.client.metrics.record_delay("discord", monotonic() - begun)


async def _deliver_reply(asked: Interaction, spot: Audience, did: Request, *, update: bool) -> None:
    bot = asked.client
    bot.remember_language(asked.user.id, str(asked.locale))
    turn = make_turn(asked.user.id, asked.guild_id, spot.locale, text=did.text, pick=did.pick)
    thinking = (did.responder or bot.assistant.reply)(turn)
    reply = await defer_if_slow(asked, thinking, private=spot.private, update=update)
    look = DrawOptions(bot.get_phrases(spot.locale), spot.asker, spot.sharing)
    cards = draw_cards(await help_form.add_help_option(bot, reply, asked.guild_id, spot.locale), look)
    await deliver(asked, cards, private=spot.private, update=update)


async def share_card(asked: Interaction) -> None:
    """Show the card that was pressed to everyone, as it is."""
    if asked.message is None:
        return
    said = asked.client.get_phrases(str(asked.guild_locale or asked.locale)).discord
    line = said.shown.format(person=asked.user.mention)
    card = draw_shared_card(Card.from_message(asked.message, timeout=None), asked.user.id, line)
    await deliver(asked, [card], private=False)


def choose_audience(asked: Interaction, server: ServerSettings) -> Audience:
    """Return where the answer to a command is seen: by the asker alone, unless the server chose otherwise."""
    return (
        _make_public_audience(asked, server)
        if server.public and asked.guild_id
        else _make_private_audience(asked)
    )


def _make_private_audience(asked: Interaction) -> Audience:
    # What we write in a person's own conversation with us is private, and stays there to be read again.
    ours = asked.context.dm_channel
    return Audience(private=not ours, locale=str(asked.locale), sharing=not ours)


def _make_public_audience(asked: Interaction, server: ServerSettings) -> Audience:
    locale = server.language or str(asked.guild_locale or asked.locale)
    return Audience(private=False, locale=locale, asker=asked.user.id)


def make_diagnosis_responder(bot: Bot) -> Responder:
    """Return what takes a text up and asks on from there, where there is a diagnosis for it."""
    assistant = bot.assistant

    async def diagnose(turn: Turn) -> Reply:
        reply = await assistant.reply(turn)
        flow = next((id for id in reply.offers if id in assistant.knowledge.flows), "")
        if reply.kind is Kind.STEP or not flow:
            return reply
        step = await assistant.reply(replace(turn, text="", pick=f"go/{flow}"))
        return replace(step, notice=reply.notice, evidence=reply.evidence)

    return diagnose


async def enforce_rate_limit(asked: Interaction) -> bool:
    """Ask somebody who is too fast to wait, where nobody else sees it; tell whether they were."""
    if not asked.client.rate_limit.is_exceeded_by(asked.user.id):
        return False
    asked.client.metrics.count_rate_limited("discord")
    said = asked.client.get_phrases(str(asked.locale)).discord
    await deliver(asked, [draw_note(said.slow_down)], private=True)
    return True


async def answer_message(bot: Bot, said: discord.Message, did: Request) -> None:
    """Answer what somebody wrote, where they wrote it."""
    guild = said.guild.id if said.guild else None
    server = await load_server_settings(bot.assistant, guild)
    locale = _choose_locale(bot, said, server)
    if bot.rate_limit.is_exceeded_by(said.author.id):
        bot.metrics.count_rate_limited("discord")
        await tell_privately(bot, said, bot.get_phrases(locale).discord.slow_down)
        return
    turn = make_turn(said.author.id, guild, locale, text=did.text, pick=did.pick)
    reply = await (did.responder or bot.assistant.reply)(turn)
    bot.metrics.count_interaction("message", "answered")
    reply = await help_form.add_help_option(bot, reply, guild, locale)
    look = DrawOptions(bot.get_phrases(locale), said.author.id if said.guild else 0)
    if not await reply_to(said, draw_cards(reply, look)):
        line = look.phrases.discord.cannot_write.format(channel=f"<#{said.channel.id}>")
        await send_direct_message(
            said.author, [draw_note(line), *draw_cards(reply, DrawOptions(look.phrases))], said.id
        )


async def tell_privately(bot: Bot, said: discord.Message, line: str) -> None:
    """Tell somebody a line directly; where they take no direct messages, below what they wrote."""
    if not said.guild or not await send_direct_message(said.author, [draw_note(line)], said.id):
        await reply_to(said, [draw_note(line)])


async def apologise(bot: Bot, said: discord.Message) -> None:
    """Tell somebody that we failed, as far as Discord still lets us."""
    bot.metrics.count_interaction("message", "failed")
    server = await load_server_settings(bot.assistant, said.guild.id if said.guild else None)
    await tell_privately(bot, said, bot.get_phrases(_choose_locale(bot, said, server)).discord.failed)


def _choose_locale(bot: Bot, said: discord.Message, server: ServerSettings) -> str:
    if said.guild:
        return server.language or str(said.guild.preferred_locale)
    return bot.languages.get(said.author.id, "en")
