"""Handle the buttons of a help thread: claim, release, hand over, and whether it is fixed."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import discord
from discord import ButtonStyle as Style
from discord import ui

from keyguide.core.phrases.discord_servers import ServerPhrases
from keyguide.core.phrases.help_requests import HelpRequestPhrases
from keyguide.faces.discord.cards.draw import draw_note
from keyguide.faces.discord.cards.notice_cards import (
    build_button,
    build_panel,
    build_row,
    make_modal_id,
    read_modal_values,
    read_texts,
)
from keyguide.faces.discord.connection.bot import Asker, Interaction, make_turn
from keyguide.faces.discord.connection.sending import deliver, respond_once, retry, send_followup
from keyguide.faces.discord.help_requests.open_requests import (
    HelpRequest,
    add_request,
    claim_request,
    close_request,
    find_request,
    release_request,
)
from keyguide.faces.discord.help_requests.reach_helpers import is_helper
from keyguide.faces.discord.help_requests.threads.first_message import (
    build_open_buttons,
    read_lasting_texts,
    rebuild_as_claimed,
    rebuild_as_open,
)
from keyguide.faces.discord.servers.log_channel import write_log
from keyguide.faces.discord.servers.note_names import make_help_place, make_person_name
from keyguide.faces.discord.servers.server_settings import ServerSettings

_HELPER = "helper"


async def claim(interaction: Interaction, server: ServerSettings, person: str) -> None:
    """Record who helps, if they are a helper and nobody has claimed the request yet."""
    words = get_words(interaction, server)
    if await refuse_strangers(interaction, server):
        return
    request = await _find_own_request(interaction, int(person))
    if (
        not request
        or request.helper
        or not await claim_request(interaction.client.assistant, request, interaction.user.id)
    ):
        await tell_privately(interaction, words.claimed_already)
    elif interaction.message:
        card = rebuild_as_claimed(words, interaction.message, int(person), interaction.user.id)
        await deliver(interaction, [card], private=False, update=True)


async def release(interaction: Interaction, server: ServerSettings, person: str) -> None:
    """Let the request wait for another helper."""
    words = get_words(interaction, server)
    if await refuse_strangers(interaction, server):
        return
    request = await _find_own_request(interaction, int(person))
    if not request or not request.helper or not await release_request(interaction.client.assistant, request):
        await tell_privately(interaction, words.changed)
    elif interaction.message:
        line = words.released.format(person=interaction.user.mention)
        card = rebuild_as_open(words, interaction.message, int(person), line)
        await deliver(interaction, [card], private=False, update=True)


async def ask_for_successor(interaction: Interaction, server: ServerSettings, person: str) -> None:
    """Ask a helper in a form to whom they hand the request over."""
    words = get_words(interaction, server)
    if await refuse_strangers(interaction, server):
        return
    modal = ui.Modal(title=words.hand_over, custom_id=make_modal_id("handover", person), timeout=None)
    select: ui.UserSelect[Any] = ui.UserSelect(custom_id=_HELPER)
    modal.add_item(ui.Label(text=words.hand_over_to, component=select))
    modal.stop()
    await respond_once(lambda: interaction.response.send_modal(modal))


async def hand_over(interaction: Interaction, server: ServerSettings, person: str) -> None:
    """Make the chosen person the helper of the request, if they are one."""
    words, chosen = get_words(interaction, server), _read_chosen_helper(interaction, server)
    if await refuse_strangers(interaction, server):
        return
    if not chosen:
        await tell_privately(interaction, words.no_helper)
        return
    request = await _find_own_request(interaction, int(person))
    if not request or not await claim_request(interaction.client.assistant, request, chosen):
        await tell_privately(interaction, words.changed)
    elif interaction.message and isinstance(interaction.channel, discord.Thread):
        thread = interaction.channel
        line = words.handed_over.format(person=interaction.user.mention, helper=f"<@{chosen}>")
        card = rebuild_as_claimed(words, interaction.message, int(person), chosen, line)
        await deliver(interaction, [card], private=False, update=True)
        await retry(lambda: thread.add_user(discord.Object(chosen)))


def _read_chosen_helper(interaction: Interaction, server: ServerSettings) -> int:
    """Read who was chosen in the form, 0 if it is no helper of this server."""
    (chosen, *_) = read_modal_values(interaction).get(_HELPER, []) or ["0"]
    data: dict[str, Any] = {**(interaction.data or {})}
    member = data.get("resolved", {}).get("members", {}).get(chosen, {})
    granted = discord.Permissions(int(member.get("permissions") or 0))
    has_role = str(server.helper_role) in map(str, member.get("roles", []))
    return int(chosen) if has_role or granted.manage_threads or granted.manage_guild else 0


async def finish(interaction: Interaction, server: ServerSettings, person: str) -> None:
    """Record that somebody called it resolved, and ask the person to confirm."""
    words = get_words(interaction, server)
    assistant, guild = interaction.client.assistant, interaction.guild_id or 0
    is_first = await assistant.notes.drop_note(
        make_help_place(guild), make_person_name(person), str(interaction.channel_id)
    )
    await close_request(assistant, guild, interaction.channel_id)
    line = words.resolved.format(person=interaction.user.mention)
    texts = [text for text in read_lasting_texts(words, interaction.message) if text != line]
    await deliver(interaction, [build_panel([*texts, line])], private=False, update=True)
    if is_first:
        yes = build_button(words.fixed, "fixed", person, Style.success)
        question = words.asked.format(person=f"<@{person}>")
        card = build_panel([question, build_row(yes, build_button(words.stuck, "stuck", person))])
        await send_followup(interaction, card, private=False)
        closed = _get_server_phrases(interaction, server).log.closed
        line = closed.format(thread=f"<#{interaction.channel_id}>", person=interaction.user.mention)
        await write_log(interaction.client, server, line)


async def confirm_fixed(interaction: Interaction, server: ServerSettings, person: str) -> None:
    """Record that it works now, and archive the thread; only the person who asked may say so."""
    words = get_words(interaction, server)
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
    words = get_words(interaction, server)
    if await _refuse_others(interaction, person, words):
        return
    await _record_verdict(interaction, "bad")
    assistant, guild = interaction.client.assistant, interaction.guild_id or 0
    await assistant.notes.claim_note(
        make_help_place(guild), make_person_name(person), str(interaction.channel_id)
    )
    await add_request(assistant, guild, int(person), interaction.channel_id or 0)
    line = words.reopened.format(person=interaction.user.mention)
    card = build_panel([line, build_open_buttons(words, int(person))])
    await deliver(interaction, [card], private=False, update=True)


async def _find_own_request(interaction: Interaction, person: int) -> HelpRequest | None:
    """Find the request of this thread, None if the person has another one by now."""
    assistant, guild, thread = interaction.client.assistant, interaction.guild_id or 0, interaction.channel_id
    await add_request(assistant, guild, person, thread or 0)  # a thread of an older version has none yet
    return await find_request(assistant, guild, thread)


async def _record_verdict(interaction: Interaction, verdict: str) -> None:
    """Record in the ledger whether calling a human helped."""
    human = interaction.client.assistant.knowledge.recognition.human
    asker = Asker(interaction.user.id, interaction.guild_id, str(interaction.locale))
    await interaction.client.assistant.reply(make_turn(asker, pick=f"{verdict}/{human}"))


async def refuse_strangers(interaction: Interaction, server: ServerSettings) -> bool:
    """Tell somebody who is no helper that only helpers can do that; return whether that was so."""
    if is_helper(interaction, server):
        return False
    await tell_privately(interaction, get_words(interaction, server).helpers_only)
    return True


async def _refuse_others(interaction: Interaction, person: str, words: HelpRequestPhrases) -> bool:
    if str(interaction.user.id) == person:
        return False
    await tell_privately(interaction, words.not_yours)
    return True


async def tell_privately(interaction: Interaction, line: str) -> None:
    """Tell somebody a line that nobody else sees."""
    await deliver(interaction, [draw_note(line)], private=True)


def get_words(interaction: Interaction, server: ServerSettings) -> HelpRequestPhrases:
    """Choose the phrases of a thread in the language of the server."""
    return _get_server_phrases(interaction, server).plea


def _get_server_phrases(interaction: Interaction, server: ServerSettings) -> ServerPhrases:
    locale = server.choose_locale(interaction.guild_locale or interaction.locale)
    return interaction.client.get_phrases(locale).server
