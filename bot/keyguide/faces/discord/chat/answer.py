"""Answer every command, button press and message with cards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import discord

from keyguide.core.model.option_order import list_by_role
from keyguide.core.model.turn import Kind, Reply, Role, Turn
from keyguide.faces.discord.cards.button_ids import ButtonPress
from keyguide.faces.discord.cards.draw import (
    Card,
    DrawOptions,
    draw_cards,
    draw_note,
    draw_shared_card,
    draw_without_share_button,
    read_picture_id,
)
from keyguide.faces.discord.connection.bot import Asker, Bot, Interaction, make_turn
from keyguide.faces.discord.connection.sending import (
    defer_if_slow,
    deliver,
    deliver_when_ready,
    make_files,
    reply_to,
    respond_once,
    retry,
    send_direct_message,
    send_followup,
)
from keyguide.faces.discord.help_requests.offer_help import add_help_option
from keyguide.faces.discord.help_requests.reach_helpers import is_helper
from keyguide.faces.discord.servers.server_settings import ServerSettings

Responder = Callable[[Turn], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who will see an answer, in which language, and who may press its buttons."""

    private: bool
    locale: str
    asker: int = 0  # the one person who may press, 0 if nobody else sees it
    sharing: bool = False
    reply_to: str = ""  # the message and person that the card can be sent to


@dataclass(frozen=True, slots=True)
class Request:
    """A text or pick to answer, and a responder if it is not the assistant's own reply."""

    text: str = ""
    pick: str = ""
    responder: Responder | None = None
    about: str = ""  # somebody's message and its author, if it is their question


async def answer_command(interaction: Interaction, server: ServerSettings, request: Request) -> None:
    """Answer a command, for everyone if the server decided so, else for the asker alone."""
    audience = choose_audience(interaction, server)
    if request.about and audience.sharing and is_helper(interaction, server):
        audience = replace(audience, reply_to=request.about)
    drawing = _draw_answer(interaction, server, request, audience)
    await deliver_when_ready(interaction, drawing, private=audience.private)


async def answer_somebody(
    interaction: Interaction, server: ServerSettings, request: Request, person: int
) -> None:
    """Answer a question for everybody, addressed to somebody, who alone may press its buttons and is rung."""
    audience = replace(make_public_audience(interaction, server), asker=person)
    drawing = _draw_answer(interaction, server, request, audience)
    (first, *rest) = await defer_if_slow(interaction, drawing, private=False)
    words = interaction.client.get_phrases(audience.locale).discord
    line = words.answered_for.format(person=f"<@{person}>", helper=interaction.user.mention)
    card = draw_shared_card(first, first.picture, person, line)
    mentions = discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(person)])
    send = interaction.response.send_message
    if interaction.response.is_done():
        await retry(
            lambda: interaction.followup.send(view=card, files=make_files(card), allowed_mentions=mentions)
        )
    else:
        await respond_once(lambda: send(view=card, files=make_files(card), allowed_mentions=mentions))
    for further in rest:
        await send_followup(interaction, further, private=False)


async def answer_privately(interaction: Interaction, server: ServerSettings, request: Request) -> None:
    """Answer for the asker alone, whatever the server decided, and leave the pressed message as it is."""
    audience = _make_private_audience(interaction)
    drawing = _draw_answer(interaction, server, request, audience)
    await deliver_when_ready(interaction, drawing, private=audience.private)


async def answer_press(
    interaction: Interaction, server: ServerSettings, press: ButtonPress, responder: Responder
) -> None:
    """Answer a press in place if the card was drawn for this person, else with a card of their own."""
    is_owner = press.asker in {0, interaction.user.id}
    public = is_owner and press.asker
    audience = make_public_audience(interaction, server) if public else _make_private_audience(interaction)
    drawing = _draw_answer(interaction, server, Request(pick=press.pick, responder=responder), audience)
    await deliver_when_ready(interaction, drawing, private=audience.private, update=is_owner)


async def _draw_answer(
    interaction: Interaction, server: ServerSettings, request: Request, audience: Audience
) -> Sequence[Card]:
    bot, asker = interaction.client, Asker(interaction.user.id, interaction.guild_id, audience.locale)
    bot.memory.remember_language(interaction.user.id, str(interaction.locale))
    turn = make_turn(asker, text=request.text, pick=request.pick, own=server.own)
    reply = await (request.responder or bot.assistant.reply)(turn)
    reply = await add_help_option(bot, server, reply, asker)
    reply = keep_picture_if(reply, interaction.app_permissions)
    phrases = bot.get_phrases(audience.locale)
    options = DrawOptions(phrases, audience.asker, audience.sharing, audience.reply_to)
    return draw_cards(reply, options)


def keep_picture_if(reply: Reply, permissions: discord.Permissions) -> Reply:
    """Leave the picture out where the bot may not attach files: Discord would refuse the whole card."""
    return reply if reply.picture is None or permissions.attach_files else replace(reply, picture=None)


async def is_first_share(interaction: Interaction, message: discord.Message) -> bool:
    """Check that a card is shown for the first time; ignore a press made before the button was gone."""
    version = f"shared:{message.id}:{message.edited_at}"  # a message shows another answer after a press
    is_first = await interaction.client.once.is_first(version, interaction.created_at.timestamp())
    if not is_first:
        await respond_once(interaction.response.defer)
    return is_first


async def share_card(interaction: Interaction) -> None:
    """Show the card of the pressed button to everyone, once: its own button is gone then."""
    message = interaction.message
    if message is None:
        return
    if not await is_first_share(interaction, message):
        return
    phrases = interaction.client.get_phrases(str(interaction.guild_locale or interaction.locale)).discord
    line = phrases.shown.format(person=interaction.user.mention)
    card = Card.from_message(message, timeout=None)
    picture = interaction.client.assistant.knowledge.pictures.get(read_picture_id(card))
    await deliver(interaction, [draw_without_share_button(card, picture)], private=True, update=True)
    shared_card = draw_shared_card(card, picture, interaction.user.id, line)
    await send_followup(interaction, shared_card, private=False)


def choose_audience(interaction: Interaction, server: ServerSettings) -> Audience:
    """Choose who sees the answer to a command: only the asker, unless server or channel decided otherwise.

    Where everybody would see it, but the last such answer was just now, only the asker sees it, too.
    """
    channel = server.find_channel(interaction.channel)
    is_public = channel.mode == "public" if channel.mode else server.public
    if not is_public or not interaction.guild_id:
        return _make_private_audience(interaction)
    if not interaction.client.memory.take_public_turn(interaction.channel_id or 0, channel.cooldown):
        return _make_private_audience(interaction)
    return make_public_audience(interaction, server)


def _make_private_audience(interaction: Interaction) -> Audience:
    # A direct message is private anyway; as an ordinary message it can be read again later.
    direct = interaction.context.dm_channel
    return Audience(private=not direct, locale=str(interaction.locale), sharing=not direct)


def make_public_audience(interaction: Interaction, server: ServerSettings) -> Audience:
    """Make the audience of an answer that everybody sees, in the language of the server."""
    locale = server.language or str(interaction.guild_locale or interaction.locale)
    return Audience(private=False, locale=locale, asker=interaction.user.id)


def make_diagnosis_responder(bot: Bot, flow: str = "") -> Responder:
    """Make a responder that continues with this diagnosis, or with one that the answer offers."""
    assistant = bot.assistant

    async def diagnose(turn: Turn) -> Reply:
        turn = replace(turn, own=())  # what a server answers itself is no diagnosis
        reply = await assistant.reply(turn)
        offers = () if reply.kind is Kind.MENU else reply.offers  # the menu offers everything
        found = flow or next((offer for offer in offers if offer in assistant.knowledge.flows), "")
        if reply.kind is Kind.STEP or not found:
            return reply
        step = await assistant.reply(replace(turn, text="", pick=f"go/{found}"))
        options = (*step.options, *list_by_role(reply, Role.READING))
        return replace(step, notice=reply.notice, evidence=reply.evidence, options=options)

    return diagnose


async def answer_message(
    bot: Bot, message: discord.Message, server: ServerSettings, request: Request
) -> None:
    """Answer a message in its channel, or by direct message if the bot may not write there."""
    guild, locale = _get_guild_id(message), choose_locale(bot, message, server)
    phrases = bot.get_phrases(locale)
    if bot.memory.rate_limit.take(message.author.id):
        bot.metrics.count_rate_limited("discord")
        if not bot.memory.slow_down_limit.take(message.author.id):  # asked once per flood, however long it is
            await tell_privately(message, phrases.discord.slow_down)
        return
    asker = Asker(message.author.id, guild, locale)
    turn = make_turn(asker, text=request.text, pick=request.pick, own=server.own)
    reply = await (request.responder or bot.assistant.reply)(turn)
    bot.metrics.count_interaction("message", "answered")
    reply = await add_help_option(bot, server, reply, asker)
    if isinstance(message.channel, discord.abc.GuildChannel | discord.Thread):
        reply = keep_picture_if(reply, message.channel.permissions_for(message.channel.guild.me))
    if server.find_channel(message.channel).mode == "private":
        private_cards = draw_cards(reply, DrawOptions(phrases))
        if await send_direct_message(message.author, private_cards, message.id):
            return
    if not await reply_to(
        message, draw_cards(reply, DrawOptions(phrases, message.author.id if guild else 0))
    ):
        line = phrases.discord.cannot_write.format(channel=f"<#{message.channel.id}>")
        cards = [draw_note(line), *draw_cards(reply, DrawOptions(phrases))]
        await send_direct_message(message.author, cards, message.id)


async def tell_privately(message: discord.Message, line: str) -> None:
    """Send the author a line by direct message, or below their message if they accept none."""
    if not message.guild or not await send_direct_message(message.author, [draw_note(line)], message.id):
        await reply_to(message, [draw_note(line)])


async def apologise(bot: Bot, message: discord.Message, server: ServerSettings) -> None:
    """Tell the author that the bot failed, if Discord still allows it."""
    bot.metrics.count_interaction("message", "failed")
    await tell_privately(message, bot.get_phrases(choose_locale(bot, message, server)).discord.failed)


def choose_locale(bot: Bot, message: discord.Message, server: ServerSettings) -> str:
    """Choose the language of an answer: the server's, or the person's in a direct message."""
    if message.guild:
        return server.choose_locale(message.guild.preferred_locale)
    return bot.memory.languages.get(message.author.id, "en")


def _get_guild_id(message: discord.Message) -> int | None:
    return message.guild.id if message.guild else None
