"""Commands that answer questions in the terminal: `chat` and `ask`."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Iterable
from datetime import date

import click

from keyguide.assistant import Assistant
from keyguide.cli.options import INPUT_FILE, command
from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.reply_as_data import dump_reply
from keyguide.core.model.turn import Turn
from keyguide.faces import terminal
from keyguide.faces.batch import answer_lines
from keyguide.runtime.configuration.settings import Settings
from keyguide.runtime.open_knowledge import open_configured_knowledge
from keyguide.runtime.run import open_human_webhook
from keyguide.store.open_store import open_store
from keyguide.store.protocols import get_now


@command("chat")
@click.argument("words", metavar="[MESSAGE]", nargs=-1)
def hold_chat(settings: Settings, words: tuple[str, ...]) -> int:
    """Talk with the assistant in this terminal.

    Ask in your own words, paste an error code or what slmgr shows, or type the number of an option. back,
    restart, menu, human and quit do what they say. The conversation is remembered: it continues where it was
    when you start again. MESSAGE is your first message; it needs no quotes.
    """
    knowledge = open_configured_knowledge(settings)  # not in the event loop, where Ctrl-C would have to wait
    asyncio.run(_hold_conversation(knowledge, settings, " ".join(words)))
    return 0


async def _hold_conversation(knowledge: Knowledge, settings: Settings, opening: str) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # that of asyncio waits for the next message
    store = await open_store(settings.database)
    try:
        async with open_human_webhook(settings) as human:
            await terminal.chat(Assistant(knowledge, store), opening, terminal.identify_user(), human)
    finally:
        await store.close()


@command("ask")
@click.argument("words", metavar="[QUESTION]", nargs=-1)
@click.option("--json", "as_data", is_flag=True, help="Print the answer as data.")
@click.option("--batch", metavar="FILE", type=INPUT_FILE, help="Answer a file of questions; - reads stdin.")
def ask(settings: Settings, words: tuple[str, ...], *, as_data: bool, batch: Iterable[str] | None) -> int:
    """Print the answer to one question, which needs no quotes.

    The conversation is not stored: to go on from an answer, use `keyguide chat`.

    With --batch, read JSON lines, each with q (one message) or turns (a list of messages in one
    conversation), and print the same objects with replies added, or with an error (then the exit status
    is 1).
    """
    if bool(words) == (batch is not None):
        raise click.UsageError("Give either a question or --batch FILE.", click.get_current_context())
    knowledge, today = open_configured_knowledge(settings), get_now().date()
    if batch is not None:
        return _answer_batch(knowledge, batch, today)
    _, reply = respond(knowledge, Conversation("ask"), Turn("ask", text=" ".join(words), today=today))
    phrases = knowledge.choose_phrases("en")
    data = json.dumps(dump_reply(reply), indent=2) if as_data else None
    print(data or terminal.format_reply(reply, phrases, numbered=False))
    return 0


def _answer_batch(knowledge: Knowledge, lines: Iterable[str], today: date) -> int:
    """Print one line for each line, and return 1 if one of them is an error."""
    status = 0
    for answer in answer_lines(knowledge, lines, today):
        print(json.dumps(answer), flush=True)
        status |= "replies" not in answer
    return status


COMMANDS = {"chat": hold_chat, "ask": ask}
