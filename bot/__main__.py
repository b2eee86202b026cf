"""The front door: reads settings, wires the rooms together by hand, and runs the command asked for."""

from __future__ import annotations

import os

# Answers are many small products: on a busy machine threads for them cost far more than they save.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from bot import commands_desk, commands_doctor, commands_faces, commands_run
from bot.assistant import Assistant
from bot.core.contract import whole
from bot.core.conversation import Conversation
from bot.core.picture import svg
from bot.core.respond import respond
from bot.core.turn import Turn
from bot.desk.checking import checked, schemas
from bot.desk.drawing import mermaid
from bot.errors import LatchkeyError, SettingsError
from bot.faces import terminal
from bot.faces.asking import answer_lines
from bot.knowing import knowledge_for
from bot.log import start_logging
from bot.settings import Settings, read_settings
from bot.store.opening import open_store

Options = argparse.Namespace
if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["_Parser"]  # noqa: SLF001 -- argparse has no public name for it


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line, with the word that was probably meant."""

    def error(self, message: str) -> NoReturn:
        raise SettingsError(f"{message}; see {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 well, 1 something was found wrong, 2 asked wrongly."""
    _forgive(sys.stdin, sys.stdout, sys.stderr)
    try:
        options = _parsed(sys.argv[1:] if arguments is None else arguments)
        settings = read_settings(os.environ)
        start_logging(settings.log, settings.log_format)
        return int(options.run(options, settings))
    except SettingsError as error:
        return _told(error, 2)
    except LatchkeyError as error:
        return _told(error, 1)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has heard enough
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _forgive(*streams: TextIO) -> None:
    """Let a sign that somebody's pipe or terminal cannot carry become a question mark, and no traceback."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _told(error: LatchkeyError, status: int) -> int:
    for line in str(error).splitlines():
        print(f"latchkey: {line}", file=sys.stderr)
    return status


def _parsed(arguments: Sequence[str]) -> Options:
    parser = _Parser(
        prog="latchkey",
        description="A support assistant for Windows activation and for linking a Windows licence to a "
        "Microsoft account.",
        epilog="Settings are environment variables; the README lists them.",
    )
    parser.add_argument("--version", action="version", version=f"latchkey {version('latchkey')}")
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    for add in COMMANDS.values():
        add(commands)
    word = next((word for word in arguments if not word.startswith("-")), "")
    if word and word not in COMMANDS:
        close = get_close_matches(word, COMMANDS, 1)
        hint = f"; did you mean {close[0]}?" if close else "."
        raise SettingsError(f"there is no command {word!r}{hint} See latchkey --help")
    options = parser.parse_args(arguments)
    if not hasattr(options, "run"):
        parser.print_help()
        raise SystemExit(2)
    return options


def _add_chat(commands: Commands) -> None:
    parser = commands.add_parser(
        "chat", help="hold a conversation in the terminal",
        description="Hold a conversation in the terminal. Ask in your own words, paste an error code or what "
        "slmgr shows, or type the number of an option. back, restart, menu, human and quit do what they say. "
        "The conversation is remembered: start again and it goes on where it was.",
    )  # fmt: skip
    parser.add_argument("message", nargs="?", default="", help="a first message, instead of the menu")
    parser.set_defaults(run=_chat)


def _chat(options: Options, settings: Settings) -> int:
    async def hold() -> None:
        store = await open_store(settings.database)
        try:
            await terminal.chat(Assistant(knowledge_for(settings), store), options.message, terminal.person())
        finally:
            await store.close()

    asyncio.run(hold())
    return 0


def _add_ask(commands: Commands) -> None:
    parser = commands.add_parser(
        "ask", help="print one answer, or answer a file of questions",
        description="Print the answer to one question. With --batch, read JSON lines, each with q (one "
        "message) or turns (a list of messages in one conversation), and write the same objects with replies "
        "added. "
        "Nothing is remembered.",
    )  # fmt: skip
    parser.add_argument("question", nargs="?", help="the question, in any words")
    parser.add_argument("--json", action="store_true", help="print the answer as data")
    parser.add_argument(
        "--batch", metavar="FILE", help="answer every line of a file of JSON lines; - is standard input"
    )
    parser.set_defaults(run=_ask)


def _ask(options: Options, settings: Settings) -> int:
    if (options.question is None) == (options.batch is None):
        raise SettingsError("ask needs either a question or --batch FILE; see latchkey ask --help")
    if options.batch is not None:
        with _opened(options.batch) as lines:
            _print_all(answer_lines(knowledge_for(settings), lines))
        return 0
    knowledge = knowledge_for(settings)
    _, reply = respond(knowledge, Conversation("ask"), Turn("ask", text=options.question))
    said = (
        json.dumps(whole(reply), indent=2) if options.json else terminal.text(reply, knowledge.spoken("en"))
    )
    print(said)
    return 0


def _add_check(commands: Commands) -> None:
    parser = commands.add_parser(
        "check", help="check a knowledge folder and tell every problem",
        description="Read a knowledge folder and tell every problem at once, with file, line and column "
        "(exit status 1), or say what it holds.",
    )  # fmt: skip
    parser.add_argument("folder", nargs="?", type=Path, help="the folder; without it, the one in use")
    parser.set_defaults(run=_check)


def _check(options: Options, settings: Settings) -> int:
    sound, told = checked(options.folder or settings.knowledge)
    print(told)
    return 0 if sound else 1


def _add_schema(commands: Commands) -> None:
    parser = commands.add_parser(
        "schema", help="print the JSON Schema of the knowledge files",
        description="Print the JSON Schema of the knowledge files, so that editors complete and check them.",
    )  # fmt: skip
    parser.add_argument(
        "name", nargs="?", help=f"one of {', '.join(sorted(schemas()))}; without it, all of them"
    )
    parser.add_argument(
        "--write", metavar="FOLDER", type=Path, help="write a file for each into this folder instead"
    )
    parser.set_defaults(run=_schema)


def _schema(options: Options, _settings: Settings) -> int:
    known = schemas()
    if options.name and options.name not in known:
        raise SettingsError(f"there is no schema {options.name!r}; there are {', '.join(sorted(known))}")
    if options.write:
        try:
            options.write.mkdir(parents=True, exist_ok=True)
            for name, text in known.items():
                (options.write / f"{name}.json").write_text(text, encoding="utf-8")
        except OSError as error:
            raise SettingsError(f"{options.write}: {error.strerror}") from None
        return 0
    print(
        known[options.name]
        if options.name
        else json.dumps({n: json.loads(t) for n, t in known.items()}, indent=2)
    )
    return 0


def _add_draw(commands: Commands) -> None:
    parser = commands.add_parser(
        "draw", help="print a flow as a picture: Mermaid text, or SVG",
        description="Print a flow as Mermaid text, which GitHub and many editors draw as a picture, or as "
        "SVG, which is a picture already.",
    )  # fmt: skip
    parser.add_argument("flow", nargs="?", help="the id of a flow; without it, all of them")
    parser.add_argument("--svg", action="store_true", help="print one flow as SVG")
    parser.set_defaults(run=_draw)


def _draw(options: Options, settings: Settings) -> int:
    knowledge = knowledge_for(settings)
    if options.flow and options.flow not in knowledge.flows:
        raise SettingsError(
            f"there is no flow {options.flow!r}; there are {', '.join(sorted(knowledge.flows))}"
        )
    if options.svg:
        if not options.flow:
            raise SettingsError(f"name the flow to draw; there are {', '.join(sorted(knowledge.flows))}")
        print(svg(knowledge, knowledge.flows[options.flow]), end="")
        return 0
    chosen = [knowledge.flows[options.flow]] if options.flow else list(knowledge.flows.values())
    print("\n".join(mermaid(knowledge, flow) for flow in chosen), end="")
    return 0


def _opened(name: str) -> TextIO:
    if name == "-":
        return sys.stdin
    try:
        return Path(name).open(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise SettingsError(f"{name}: {error.strerror}") from None


def _print_all(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, flush=True)


COMMANDS: dict[str, Callable[[Commands], None]] = {
    "chat": _add_chat,
    "ask": _add_ask,
    "check": _add_check,
    "schema": _add_schema,
    "draw": _add_draw,
    **commands_run.COMMANDS,
    **commands_faces.COMMANDS,
    **commands_desk.COMMANDS,
    **commands_doctor.COMMANDS,
}

if __name__ == "__main__":
    raise SystemExit(main())
