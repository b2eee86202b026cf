"""In the thread with the helpers: what is known, who helps, and whether that helped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import discord
from discord import ButtonStyle as Style

from keyguide.core.model.turn import Handoff
from keyguide.core.phrases.server import HelpRequestPhrases
from keyguide.faces.discord.admin.removal import make_help_place
from keyguide.faces.discord.cards.draw import Card, draw_note
from keyguide.faces.discord.cards.panels import CardPart, build_button, build_panel, build_row, read_texts
from keyguide.faces.discord.connection.bot import Interaction, make_turn
from keyguide.faces.discord.connection.sending import deliver, send_followup
from keyguide.faces.discord.connection.server_settings import load_server_settings

_MAX_FACTS_LENGTH = 3_500
_MAX_LINE_LENGTH = 400  # characters of one line


def build_first_message(
    words: HelpRequestPhrases, role: int, person: int, sentence: str, known: Handoff | None
) -> Card:
    """Return the first message of a thread: who asks, and all that is known."""
    call = words.called.format(role=f"<@&{role}>", person=f"<@{person}>")
    said = f"{words.said}\n> {discord.utils.escape_markdown(sentence)}" if sentence else ""
    facts = "\n\n".join(_list_known_facts(words, known or Handoff())) or words.nothing
    return build_panel(
        [f"## {words.title}\n{call}", said, _shorten(facts), _build_buttons(words, person, claimed=False)]
    )


def _list_known_facts(words: HelpRequestPhrases, known: Handoff) -> Iterator[str]:
    shelves = (
        (words.answers, [f"{ask} **{answer}**" for ask, answer in known.answers]),
        (words.facts, [f"{name}: **{value}**" for name, value in known.facts]),
        (words.tried, list(known.tried)),
    )
    for title, lines in shelves:
        if lines:
            yield "\n".join(
                [f"**{title}**", *(f"- {' '.join(line.split())[:_MAX_LINE_LENGTH]}" for line in lines)]
            )


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_FACTS_LENGTH else text[: _MAX_FACTS_LENGTH - 1] + "…"


def _build_buttons(words: HelpRequestPhrases, person: int, *, claimed: bool) -> CardPart:
    resolve = build_button(words.resolve, "resolve", str(person))
    if claimed:
        return build_row(resolve)
    return build_row(build_button(words.claim, "claim", str(person), Style.primary), resolve)


async def claim(asked: Interaction, person: str) -> None:
    """Note that somebody helps, if they may and nobody was faster."""
    words = await _load_words(asked)
    if not await _is_helper(asked):
        await _tell_privately(asked, words.helpers_only)
    elif not await asked.client.assistant.claim_note(*_make_claim_key(asked), "1"):
        await _tell_privately(asked, words.claimed_already)
    else:
        line = words.claimed.format(person=asked.user.mention)
        parts = [*read_texts(asked.message), line, _build_buttons(words, int(person), claimed=True)]
        await deliver(asked, [build_panel(parts)], private=False, update=True)


async def resolve(asked: Interaction, person: str) -> None:
    """Note that it is resolved, and ask the person whether it is."""
    words = await _load_words(asked)
    if not (str(asked.user.id) == person or await _is_helper(asked)):
        await _tell_privately(asked, words.helpers_only)
        return
    assistant, guild = asked.client.assistant, asked.guild_id or 0
    first = await assistant.drop_note(make_help_place(guild), f"discord:{person}", str(asked.channel_id))
    await assistant.drop_note(*_make_claim_key(asked))
    line = words.resolved.format(person=asked.user.mention)
    texts = [text for text in read_texts(asked.message) if text != line]
    await deliver(asked, [build_panel([*texts, line])], private=False, update=True)
    if first:
        yes = build_button(words.fixed, "fixed", person, Style.success)
        question = words.asked.format(person=f"<@{person}>")
        await send_followup(
            asked,
            build_panel([question, build_row(yes, build_button(words.stuck, "stuck", person))]),
            private=False,
        )


async def confirm_fixed(asked: Interaction, person: str) -> None:
    """Take the person's word that it works now, and close the thread."""
    words = await _load_words(asked)
    if await _refuse_others(asked, person, words):
        return
    await _record_verdict(asked, "good")
    await deliver(asked, [build_panel([*read_texts(asked.message), words.glad])], private=False, update=True)
    if isinstance(asked.channel, discord.Thread):
        with suppress(discord.Forbidden, discord.NotFound):
            await asked.channel.edit(archived=True)


async def reopen(asked: Interaction, person: str) -> None:
    """Take the person's word that it does not work yet: the helpers go on."""
    words = await _load_words(asked)
    if await _refuse_others(asked, person, words):
        return
    await _record_verdict(asked, "bad")
    place, who = make_help_place(asked.guild_id or 0), f"discord:{person}"
    await asked.client.assistant.claim_note(place, who, str(asked.channel_id))
    line = words.reopened.format(person=asked.user.mention)
    await deliver(
        asked,
        [build_panel([line, _build_buttons(words, int(person), claimed=False)])],
        private=False,
        update=True,
    )


async def _record_verdict(asked: Interaction, verdict: str) -> None:
    """Keep in the ledger whether the way over a human helped."""
    human = asked.client.assistant.knowledge.shown.human
    turn = make_turn(asked.user.id, asked.guild_id, str(asked.locale), pick=f"{verdict}/{human}")
    await asked.client.assistant.reply(turn)


async def _refuse_others(asked: Interaction, person: str, words: HelpRequestPhrases) -> bool:
    if str(asked.user.id) == person:
        return False
    await _tell_privately(asked, words.not_yours)
    return True


async def _is_helper(asked: Interaction) -> bool:
    """Whether somebody has the helpers' role, or may manage threads or the server anyway."""
    if asked.permissions.manage_threads or asked.permissions.manage_guild:
        return True
    server = await load_server_settings(asked.client.assistant, asked.guild_id)
    return isinstance(asked.user, discord.Member) and asked.user.get_role(server.helper_role) is not None


def _make_claim_key(asked: Interaction) -> tuple[str, str]:
    return make_help_place(asked.guild_id or 0), f"claimed:{asked.channel_id}"


async def _tell_privately(asked: Interaction, line: str) -> None:
    await deliver(asked, [draw_note(line)], private=True)


async def _load_words(asked: Interaction) -> HelpRequestPhrases:
    server = await load_server_settings(asked.client.assistant, asked.guild_id)
    return asked.client.get_phrases(server.language or str(asked.guild_locale or asked.locale)).server.plea
