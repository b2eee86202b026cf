"""Run a conversation in a terminal, for one person at a keyboard or for a pipe."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel
from rich.style import Style
from rich.text import Text

from keyguide.assistant import Assistant
from keyguide.core.engine.pages.who_can_help import lead_handoff, write_summary
from keyguide.core.model.option_order import count_out
from keyguide.core.model.turn import Option, Reply, Role, Turn
from keyguide.core.phrases.human import HumanPhrases
from keyguide.core.phrases.phrases import Phrases
from keyguide.faces.terminal_input import make_reader
from keyguide.faces.terminal_options import WayLine, arrange_ways, list_ways
from keyguide.runtime.human_webhook import HumanWebhook, Outcome, PassedCall, make_call
from keyguide.vision.reader import PictureReader

ReplyPrinter = Callable[[Reply], None]

_PLACE = "terminal"
_CALL_HUMAN = "call-human"  # no pick of the engine: it calls a human, and that is done here
_QUIT_WORDS = {"quit", "exit", "q", ":q"}
_PICTURE_ENDINGS = frozenset((".png", ".jpg", ".jpeg", ".webp"))
_MAX_PATH = 1_000  # characters
_MAX_WIDTH = 100  # columns; longer lines are hard to read


def identify_user() -> str:
    """Name the person at this terminal, so that the conversation continues after a restart."""
    try:
        return f"terminal:{getpass.getuser()}"
    except (KeyError, OSError):  # an account without a name, as in some containers
        return "terminal:somebody"


async def chat(assistant: Assistant, opening: str, who: str, human: HumanWebhook | None = None) -> None:
    """Run a conversation until the person quits or the input ends; with a webhook a human can be called."""
    phrases = assistant.knowledge.choose_phrases("en")
    if sys.stdin.isatty() and sys.stdout.isatty():
        print_reply = make_rich_printer(Console(width=min(_MAX_WIDTH, Console().width)), phrases)
    else:
        print_reply = _make_plain_printer(phrases)
    read_message, reader = make_reader(phrases.terminal.prompt), PictureReader()
    print(phrases.terminal.welcome)

    async def answer(turn: Turn) -> Reply:
        turn = await _add_picture(reader, turn)
        reply = _offer_human(await assistant.reply(turn), phrases.human, human)
        print_reply(reply)
        return reply

    reply = await answer(Turn(who, text=opening) if opening else Turn(who, pick="start"))
    while (text := await read_message()) is not None and text.lower() not in _QUIT_WORDS:
        turn = _parse_turn(reply, who, text)
        if turn is None:
            print(phrases.terminal.no_such_number.format(number=text))
        elif turn.pick == _CALL_HUMAN and human:
            print(f"{phrases.human.line}:")
            call = make_call(assistant.knowledge, phrases.human, reply, _PLACE, await read_message() or "")
            print(_describe_call(phrases.human, await human.pass_on(who, call)))
        else:
            reply = await answer(turn)
    print(phrases.terminal.bye)


def _offer_human(reply: Reply, phrases: HumanPhrases, human: HumanWebhook | None) -> Reply:
    """If a reply hands over to a human, say who can help, and show the summary."""
    if reply.handoff is None:
        return reply
    led = lead_handoff(reply, phrases.offer if human else phrases.alone)
    summary = write_summary(phrases, reply.handoff)
    text = f"**{phrases.summary}**\n\n{summary}" if summary else ""
    call = (Option(phrases.pass_on, _CALL_HUMAN, role=Role.VERDICT),) if human else ()
    return replace(led, body=f"{led.body}\n\n{text}".strip(), options=(*call, *led.options))


def _describe_call(phrases: HumanPhrases, passed: PassedCall) -> str:
    told = {Outcome.PASSED: phrases.passed, Outcome.TRYING: phrases.trying, Outcome.FAILED: phrases.failed}
    return told[passed.outcome].format(reference=passed.reference).replace("**", "")


async def _add_picture(reader: PictureReader, turn: Turn) -> Turn:
    """Read the picture if a message is the path of one, as when a file is dragged into the terminal."""
    path = find_picture(turn.text)
    if path is None:
        return turn
    screens, problem = await reader.read_all(_load(path))
    return replace(turn, text="", screens=screens, picture_problem=problem)


async def _load(path: Path) -> AsyncIterator[bytes | None]:
    """Load a picture; None if it cannot be opened."""
    try:
        yield await asyncio.to_thread(path.read_bytes)
    except OSError:
        yield None


def find_picture(text: str) -> Path | None:
    """Find the picture that a text is the path of, perhaps in quotes; None if it is something else."""
    typed = text.strip().strip("\"'").replace("\\ ", " ")
    if Path(typed).suffix.lower() not in _PICTURE_ENDINGS or len(typed) > _MAX_PATH:
        return None
    path = Path(typed)
    return path if path.is_file() else None


def _parse_turn(reply: Reply, who: str, text: str) -> Turn | None:
    """Parse a message: a number picks that option (None if there is none), everything else is text."""
    if not (text.isdecimal() and len(text) <= 2):  # noqa: PLR2004 -- there are never a hundred options
        return Turn(who, text=text)
    pick = count_out([way.pick for way in list_ways(reply)], text)
    return Turn(who, pick=pick) if pick else None


def format_reply(reply: Reply, phrases: Phrases, *, numbered: bool = True) -> str:
    """Format a reply as plain text; number its options if a person can pick one by its number."""
    sections = (
        reply.notice,
        f"## {reply.title}" + (f" ({reply.progress})" if reply.progress else ""),
        reply.body,
        _format_picture(reply, phrases),
        _format_sources(reply, phrases),
        "\n".join(_format_lines(reply, phrases, numbered=numbered)),
    )
    return "\n\n".join(section for section in sections if section) + "\n"


def _format_lines(reply: Reply, phrases: Phrases, *, numbered: bool) -> Iterator[str]:
    """Format what a person can pick: each of the first ones on a line of its own, the others on one line."""
    for line in arrange_ways(reply, phrases):
        title = f"{line.title}: " if line.title else "" if numbered else "- "
        labels = [f"{number}. {way.label}" if numbered else way.label for number, way in line.ways]
        yield f"  {title}{' · '.join(labels)}"


def _format_picture(reply: Reply, phrases: Phrases) -> str:
    """Format the line that leads to the picture of a reply; empty if it has none."""
    picture = reply.picture
    return f"{phrases.terminal.picture}: {Path(picture.file.path).as_uri()}" if picture else ""


def _format_sources(reply: Reply, phrases: Phrases) -> str:
    """Format the small line under an answer: its sources, how sure it is, and when it was last verified."""
    pages = [f"{source.title}: {source.url}" for source in reply.sources]
    label = f"{phrases.terminal.sources}: " if pages else ""
    return label + " · ".join((*pages, reply.footing) if reply.footing else pages)


def _make_plain_printer(phrases: Phrases) -> ReplyPrinter:
    return lambda reply: print("\n" + format_reply(reply, phrases))


def make_rich_printer(console: Console, phrases: Phrases) -> ReplyPrinter:
    """Make a printer that draws replies with frames, colours and wrapped lines."""

    def print_reply(reply: Reply) -> None:
        if reply.notice:
            console.print(Panel(Markdown(reply.notice), border_style="yellow"))
        body = reply.body.replace("**\n", "**\n\n")  # otherwise a heading would run into its text
        # Addresses are printed, not only linked, because not every terminal can open a link.
        answer = Markdown(body, hyperlinks=False)
        console.print(Panel(answer, title=Text(reply.title), subtitle=Text(reply.progress)))
        if picture := _format_picture(reply, phrases):
            console.print(Text(f"  {picture}"), soft_wrap=True)
        if sources := _format_sources(reply, phrases):
            console.print(Text(f"  {sources}", Style(dim=True)), soft_wrap=True)
        for line in arrange_ways(reply, phrases):
            console.print(_draw_line(line))

    return print_reply


def _draw_line(line: WayLine) -> Text:
    drawn = Text("  ").append(f"{line.title}: " if line.title else "", Style(dim=True))
    for place, (number, way) in enumerate(line.ways):
        drawn.append(" · " if place else "").append(str(number), Style(bold=True, color="cyan"))
        drawn.append(f" {way.label}")
    return drawn
