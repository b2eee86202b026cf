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
from keyguide.core.phrases.phrases import Phrases
from keyguide.faces.terminal_input import make_reader

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
    if sys.stdin.isatty() and sys.stdout.isatty():
        print_reply = _make_rich_printer(Console(width=min(_MAX_WIDTH, Console().width)), phrases)
    else:
        print_reply = _make_plain_printer(phrases)
    read_message = make_reader(phrases.terminal.prompt)
    print(phrases.terminal.welcome)
    reply = await assistant.reply(Turn(who, text=opening) if opening else Turn(who, pick="start"))
    print_reply(reply)
    while (text := await read_message()) is not None and text.lower() not in _QUIT_WORDS:
        turn = _parse_turn(reply, who, text)
        if turn is None:
            print(phrases.terminal.no_such_number.format(number=text))
            continue
        reply = await assistant.reply(turn)
        print_reply(reply)
    print(phrases.terminal.bye)


def _parse_turn(reply: Reply, who: str, text: str) -> Turn | None:
    """Parse a message: a number picks that option (None if there is none), everything else is text."""
    if not (text.isdecimal() and len(text) <= 2):  # noqa: PLR2004 -- there are never a hundred options
        return Turn(who, text=text)
    number = int(text)
    return Turn(who, pick=reply.options[number - 1].pick) if 0 < number <= len(reply.options) else None


def format_reply(reply: Reply, phrases: Phrases, *, numbered: bool = True) -> str:
    """Format a reply as plain text; number its options if a person can pick one by its number."""
    marks = [f"{number}." if numbered else "-" for number in range(1, len(reply.options) + 1)]
    options = [f"  {mark} {option.label}" for mark, option in zip(marks, reply.options, strict=True)]
    sources = [f"- {source.title}: {source.url}" for source in reply.sources]
    sections = (
        reply.notice,
        f"## {reply.title}" + (f" ({reply.progress})" if reply.progress else ""),
        reply.body,
        "\n".join([f"{phrases.terminal.sources}:", *sources]) if sources else "",
        reply.footing,
        "\n".join(options),
    )
    return "\n\n".join(section for section in sections if section) + "\n"


def _make_plain_printer(phrases: Phrases) -> ReplyPrinter:
    return lambda reply: print("\n" + format_reply(reply, phrases))


def _make_rich_printer(console: Console, phrases: Phrases) -> ReplyPrinter:
    def print_reply(reply: Reply) -> None:
        if reply.notice:
            console.print(Panel(Markdown(reply.notice), border_style="yellow"))
        body = reply.body.replace("**\n", "**\n\n")  # otherwise a heading would run into its text
        # Addresses are printed, not only linked, because not every terminal can open a link.
        answer = Markdown(body, hyperlinks=False)
        console.print(Panel(answer, title=Text(reply.title), subtitle=Text(reply.progress)))
        for source in reply.sources:
            text = Text(f"  {phrases.terminal.sources}: {source.title}: {source.url}", Style(dim=True))
            console.print(text, soft_wrap=True)
        if reply.footing:
            console.print(f"  {reply.footing}", style="dim", markup=False)
        for number, option in enumerate(reply.options, 1):
            console.print(f"  [bold cyan]{number}[/] ", end="")
            console.print(option.label, markup=False, highlight=False)

    return print_reply
