"""Commands that answer questions in the terminal: `chat` and `ask`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable

from keyguide.assistant import Assistant
from keyguide.cli.options import Commands, Options, open_input
from keyguide.core.engine.respond import respond
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.reply_as_data import dump_reply
from keyguide.core.model.turn import Turn
from keyguide.errors import SettingsError
from keyguide.faces import terminal
from keyguide.faces.batch import answer_lines
from keyguide.runtime.open_knowledge import open_configured_knowledge
from keyguide.runtime.settings import Settings
from keyguide.store.open_store import open_store


def _add_chat(commands: Commands) -> None:
    parser = commands.add_parser(
        "chat", help="hold a conversation in the terminal",
        description="Hold a conversation in the terminal. Ask in your own words, paste an error code or what "
        "slmgr shows, or type the number of an option. back, restart, menu, human and quit do what they say. "
        "The conversation is remembered: it continues where it was when you start again.",
    )  # fmt: skip
    parser.add_argument("message", nargs="?", default="", help="a first message (default: show the menu)")
    parser.set_defaults(run=_run_chat)


def _run_chat(options: Options, settings: Settings) -> int:
    async def hold_conversation() -> None:
        store = await open_store(settings.database)
        try:
            await terminal.chat(
                Assistant(open_configured_knowledge(settings), store),
                options.message,
                terminal.identify_user(),
            )
        finally:
            await store.close()

    asyncio.run(hold_conversation())
    return 0


def _add_ask(commands: Commands) -> None:
    parser = commands.add_parser(
        "ask", help="print one answer, or answer a file of questions",
        description="Print the answer to one question. With --batch, read JSON lines, each with q (one "
        "message) or turns (a list of messages in one conversation), and write the same objects with replies "
        "added. The conversation is not stored.",
    )  # fmt: skip
    parser.add_argument("question", nargs="?", help="the question, in any words")
    parser.add_argument("--json", action="store_true", help="print the answer as data")
    parser.add_argument(
        "--batch", metavar="FILE", help="answer every line of a file of JSON lines; - is standard input"
    )
    parser.set_defaults(run=_run_ask)


def _run_ask(options: Options, settings: Settings) -> int:
    if (options.question is None) == (options.batch is None):
        raise SettingsError("ask needs either a question or --batch FILE; see keyguide ask --help")
    if options.batch is not None:
        with open_input(options.batch) as lines:
            _print_all(answer_lines(open_configured_knowledge(settings), lines))
        return 0
    knowledge = open_configured_knowledge(settings)
    _, reply = respond(knowledge, Conversation("ask"), Turn("ask", text=options.question))
    text = (
        json.dumps(dump_reply(reply), indent=2)
        if options.json
        else terminal.format_reply(reply, knowledge.choose_phrases("en"))
    )
    print(text)
    return 0


def _print_all(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, flush=True)


COMMANDS: dict[str, Callable[[Commands], None]] = {"chat": _add_chat, "ask": _add_ask}
