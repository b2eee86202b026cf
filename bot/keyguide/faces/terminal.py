"""Run a conversation in a terminal, for one person at a keyboard or for a pipe."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable

from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel
from rich.style import Style
from rich.text import Text

from keyguide.assistant import Assistant
from keyguide.core.model.turn import Reply, Turn
from keyguide.core.phrases.all import Phrases

ReplyPrinter = Callable[[Reply], None]

_QUIT_WORDS = {"quit", "exit", "q", ":q"}
_MAX_WIDTH = 100  # columns; longer lines are hard to read


def identify_user() -> str:
    """Name the person at this terminal, so that the conversation continues after a restart."""
    try:
        return f"terminal:{getpass.getuser()}"
    except (KeyError, OSError):  # an account without a name, as in some containers
        return "terminal:somebody"


async def chat(assistant: Assistant, opening: str, who: str) -> None:
    """Run a conversation until the person quits or the input ends."""
    phrases = assistant.knowledge.choose_phrases("en")
    live = sys.stdin.isatty() and sys.stdout.isatty()
    print_reply = (
        _make_rich_printer(Console(width=min(_MAX_WIDTH, Console().width)), phrases)
        if live
        else _make_plain_printer(phrases)
    )
    print(phrases.terminal.welcome)
    reply = await assistant.reply(Turn(who, text=opening) if opening else Turn(who, pick="start"))
    print_reply(reply)
    while (line := _read_line(phrases.terminal.prompt if live else "")) is not None:
        if line.strip().lower() in _QUIT_WORDS:
            break
        turn = _parse_turn(reply, who, line.strip())
        if turn is None:
            print(phrases.terminal.no_such_number.format(number=line.strip()))
            continue
        reply = await assistant.reply(turn)
        print_reply(reply)
    print(phrases.terminal.bye)


def _read_line(prompt: str) -> str | None:
    try:
        return input(prompt)
    except (EOFError, KeyboardInterrupt):
        print()
        return None


def _parse_turn(reply: Reply, who: str, line: str) -> Turn | None:
    """Parse a line: a number picks the option with that number (None if there is none), the rest is text."""
    if not (line.isdecimal() and len(line) <= 2):  # noqa: PLR2004 -- there are never a hundred options
        return Turn(who, text=line)
    number = int(line)
    return Turn(who, pick=reply.options[number - 1].pick) if 0 < number <= len(reply.options) else None


def format_reply(reply: Reply, phrases: Phrases) -> str:
    """Format a reply as plain text with numbered options."""
    sources = [f"- {source.title}: {source.url}" for source in reply.sources]
    sections = (
        reply.notice,
        f"## {reply.title}" + (f" ({reply.progress})" if reply.progress else ""),
        reply.body,
        "\n".join([f"{phrases.terminal.sources}:", *sources]) if sources else "",
        reply.footing,
        "\n".join(f"  {number}. {option.label}" for number, option in enumerate(reply.options, 1)),
    )
    return "\n\n".join(section for section in sections if section) + "\n"


def _make_plain_printer(phrases: Phrases) -> ReplyPrinter:
    return lambda reply: print("\n" + format_reply(reply, phrases))


def _make_rich_printer(console: Console, phrases: Phrases) -> ReplyPrinter:
    def print_reply(reply: Reply) -> None:
        if reply.notice:
            console.print(Panel(Markdown(reply.notice), border_style="yellow"))
        body = Markdown(reply.body.replace("**\n", "**\n\n"))  # otherwise a heading would run into its text
        console.print(Panel(body, title=Text(reply.title), subtitle=Text(reply.progress)))
        for source in reply.sources:
            console.print(
                f"  {phrases.terminal.sources}:", Text(source.title, Style(link=source.url)), style="dim"
            )
        if reply.footing:
            console.print(f"  {reply.footing}", style="dim", markup=False)
        for number, option in enumerate(reply.options, 1):
            console.print(f"  [bold cyan]{number}[/] ", end="")
            console.print(option.label, markup=False, highlight=False)

    return print_reply
