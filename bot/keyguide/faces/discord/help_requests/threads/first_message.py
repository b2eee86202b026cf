"""Build the messages of a help thread, and the note that tells helpers of one they did not hear of."""

from __future__ import annotations

from collections.abc import Iterator

import discord
from discord import ButtonStyle as Style

from keyguide.core.model.shorten import shorten
from keyguide.core.model.turn import Handoff
from keyguide.core.phrases.help_requests import HelpRequestPhrases
from keyguide.faces.discord.cards.draw import Card
from keyguide.faces.discord.cards.notice_cards import (
    CardPart,
    build_button,
    build_panel,
    build_row,
    read_texts,
)

_MAX_FACTS_LENGTH = 3_500
_MAX_LINE_LENGTH = 400  # characters of one line


def build_first_message(
    words: HelpRequestPhrases, role: int, person: int, sentence: str, handoff: Handoff | None
) -> Card:
    """Build the first message of a thread: who asks, and all that is known; no role if it cannot be rung."""
    call = words.called.format(role=f"<@&{role}>" if role else "", person=f"<@{person}>").strip()
    quote = f"{words.said}\n> {discord.utils.escape_markdown(sentence)}" if sentence else ""
    facts = "\n\n".join(_list_known_facts(words, handoff or Handoff())) or words.nothing
    return build_panel(
        [
            f"## {words.title}\n{call}",
            quote,
            shorten(facts, _MAX_FACTS_LENGTH),
            build_open_buttons(words, person),
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


def build_open_buttons(words: HelpRequestPhrases, person: int) -> CardPart:
    """Build the buttons of a request that nobody has claimed."""
    claim = build_button(words.claim, "claim", str(person), Style.primary)
    return build_row(claim, build_button(words.resolve, "resolve", str(person)))


def build_claimed_buttons(words: HelpRequestPhrases, person: int) -> CardPart:
    """Build the buttons of a request that somebody has claimed."""
    return build_row(
        build_button(words.resolve, "resolve", str(person), Style.primary),
        build_button(words.release, "release", str(person)),
        build_button(words.hand_over, "handover", str(person)),
    )


def rebuild_as_claimed(
    words: HelpRequestPhrases, message: discord.Message, person: int, helper: int, line: str = ""
) -> Card:
    """Build a message of a thread again, when somebody helps; a line in their place tells of who helps."""
    told = line or words.claimed.format(person=f"<@{helper}>")
    return build_panel([*read_lasting_texts(words, message), told, build_claimed_buttons(words, person)])


def rebuild_as_open(words: HelpRequestPhrases, message: discord.Message, person: int, line: str) -> Card:
    """Build a message of a thread again, when nobody helps any more."""
    return build_panel([*read_lasting_texts(words, message), line, build_open_buttons(words, person)])


def read_lasting_texts(words: HelpRequestPhrases, message: discord.Message | None) -> list[str]:
    """Read the texts of a message of a thread without the lines that say who helps."""
    patterns = (words.claimed, words.released, words.handed_over)
    endings = tuple(pattern.rpartition("}")[2] for pattern in patterns)
    return [text for text in read_texts(message) if not (text.startswith("<@") and text.endswith(endings))]


def build_knock(words: HelpRequestPhrases, person: int, thread: int) -> Card:
    """Build the note for the helpers' channel about a thread for which their role could not be rung."""
    line = words.knock.format(person=f"<@{person}>", thread=f"<#{thread}>")
    return build_panel([line, build_row(build_button(words.claim, "take", str(thread), Style.primary))])
