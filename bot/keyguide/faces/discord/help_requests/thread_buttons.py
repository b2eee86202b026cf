"""Build the first message of a help thread, and handle its buttons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import discord
from discord import ButtonStyle as Style

from keyguide.core.model.shorten import shorten
from keyguide.core.model.turn import Handoff
from keyguide.core.phrases.server import HelpRequestPhrases
from keyguide.faces.discord.cards.draw import Card, draw_note
from keyguide.faces.discord.cards.panels import CardPart, build_button, build_panel, build_row, read_texts
from keyguide.faces.discord.connection.bot import Interaction, make_turn
from keyguide.faces.discord.connection.note_keys import make_claim_name, make_help_place, make_person_name
from keyguide.faces.discord.connection.sending import deliver, send_followup
from keyguide.faces.discord.connection.server_settings import ServerSettings

_MAX_FACTS_LENGTH = 3_500
_MAX_LINE_LENGTH = 400  # characters of one line


def build_first_message(
    words: HelpRequestPhrases, role: int, person: int, sentence: str, handoff: Handoff | None
) -> Card:
    """Build the first message of a thread: who asks, and all that is known."""
    call = words.called.format(role=f"<@&{role}>", person=f"<@{person}>")
    quote = f"{words.said}\n> {discord.utils.escape_markdown(sentence)}" if sentence else ""
    facts = "\n\n".join(_list_known_facts(words, handoff or Handoff())) or words.nothing
    return build_panel(
        [
            f"## {words.title}\n{call}",
            quote,
            shorten(facts, _MAX_FACTS_LENGTH),
            _build_buttons(words, person, claimed=False),
        ]
    )


def _list_known_facts(words: HelpRequestPhrases, handoff: Handoff) -> Iterator[str]:
    sections = (
        (words.answers, [f"{ask} **{answer}**" for ask, answer in handoff.answers]),
        (words.facts, [f"{name}: **{value}**" for name, value in handoff.facts]),
        (words.read, [handoff.read] if handoff.read else []),
        (words.tried, list(handoff.tried)),
    )
    for title, lines in sections:
        if lines:
            yield "\n".join(
                [f"**{title}**", *(f"- {' '.join(line.split())[:_MAX_LINE_LENGTH]}" for line in lines)]
            )


def _build_buttons(words: HelpRequestPhrases, person: int, *, claimed: bool) -> CardPart:
    resolve = build_button(words.resolve, "resolve", str(person))
    if claimed:
        return build_row(resolve)
    return build_row(build_button(words.claim, "claim", str(person), Style.primary), resolve)


async def claim(interaction: Interaction, server: ServerSettings, person: str) -> None:
    """Record who helps, if they are a helper and nobody has claimed the request yet."""
    words = _get_words(interaction, server)
    if not _is_helper(interaction, server):
        await _tell_privately(interaction, words.helpers_only)
    elif not await interaction.client.assistant.notes.claim_note(*_make_claim_key(interaction), "1"):
        await _tell_privately(interaction, words.claimed_already)
    else:
        line = words.claimed.format(person=interaction.user.mention)
        parts = [*read_texts(interaction.message), line, _build_buttons(words, int(person), claimed=True)]
        await deliver(interaction, [build_panel(parts)], private=False, update=True)


async def resolve(interaction: Interaction, server: ServerSettings, person: str) -> None:
    """Record that a helper or the person called it resolved, and ask the person to confirm."""
    words = _get_words(interaction, server)
    if not (str(interaction.user.id) == person or _is_helper(interaction, server)):
        await _tell_privately(interaction, words.helpers_only)
        return
    assistant, guild = interaction.client.assistant, interaction.guild_id or 0
    is_first = await assistant.notes.drop_note(
        make_help_place(guild), make_person_name(person), str(interaction.channel_id)
    )
    await assistant.notes.drop_note(*_make_claim_key(interaction))
    line = words.resolved.format(person=interaction.user.mention)
    texts = [text for text in read_texts(interaction.message) if text != line]
    await deliver(interaction, [build_panel([*texts, line])], private=False, update=True)
    if is_first:
        yes = build_button(words.fixed, "fixed", person, Style.success)
        question = words.asked.format(person=f"<@{person}>")
        await send_followup(
            interaction,
            build_panel([question, build_row(yes, build_button(words.stuck, "stuck", person))]),
            private=False,
        )


async def confirm_fixed(interaction: Interaction, server: ServerSettings, person: str) -> None:
    """Record that it works now, and archive the thread; only the person who asked may say so."""
    words = _get_words(interaction, server)
    if await _refuse_others(interaction, person, words):
        return
    await _record_verdict(interaction, "good")
    await deliver(
        interaction, [build_panel([*read_texts(interaction.message), words.glad])], private=False, update=True
    )
    if isinstance(interaction.channel, discord.Thread):
        with suppress(discord.Forbidden, discord.NotFound):
            await interaction.channel.edit(archived=True)


async def reopen(interaction: Interaction, server: ServerSettings, person: str) -> None:
    """Record that it does not work yet, so that helpers go on; only the person who asked may say so."""
    words = _get_words(interaction, server)
    if await _refuse_others(interaction, person, words):
        return
    await _record_verdict(interaction, "bad")
    place, who = make_help_place(interaction.guild_id or 0), make_person_name(person)
    await interaction.client.assistant.notes.claim_note(place, who, str(interaction.channel_id))
    line = words.reopened.format(person=interaction.user.mention)
    await deliver(
        interaction,
        [build_panel([line, _build_buttons(words, int(person), claimed=False)])],
        private=False,
        update=True,
    )


async def _record_verdict(interaction: Interaction, verdict: str) -> None:
    """Record in the ledger whether calling a human helped."""
    human = interaction.client.assistant.knowledge.recognition.human
    turn = make_turn(
        interaction.user.id, interaction.guild_id, str(interaction.locale), pick=f"{verdict}/{human}"
    )
    await interaction.client.assistant.reply(turn)


async def _refuse_others(interaction: Interaction, person: str, words: HelpRequestPhrases) -> bool:
    if str(interaction.user.id) == person:
        return False
    await _tell_privately(interaction, words.not_yours)
    return True


def _is_helper(interaction: Interaction, server: ServerSettings) -> bool:
    """Check whether somebody has the helpers' role, or may manage threads or the server."""
    if interaction.permissions.manage_threads or interaction.permissions.manage_guild:
        return True
    user = interaction.user
    return isinstance(user, discord.Member) and user.get_role(server.helper_role) is not None


def _make_claim_key(interaction: Interaction) -> tuple[str, str]:
    return make_help_place(interaction.guild_id or 0), make_claim_name(interaction.channel_id)


async def _tell_privately(interaction: Interaction, line: str) -> None:
    await deliver(interaction, [draw_note(line)], private=True)


def _get_words(interaction: Interaction, server: ServerSettings) -> HelpRequestPhrases:
    locale = server.language or str(interaction.guild_locale or interaction.locale)
    return interaction.client.get_phrases(locale).server.plea
