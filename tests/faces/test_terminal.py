"""The terminal, at a keyboard and in a pipe."""

from __future__ import annotations

import getpass
import io
import re
import sys
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.article import Source
from keyguide.core.model.content.picture import Picture, PictureFile
from keyguide.core.model.screenshot import ScreenLine
from keyguide.core.model.turn import Detail, Kind, Option, Reply, Role
from keyguide.faces import terminal
from keyguide.faces.terminal import chat, format_reply, identify_user
from keyguide.faces.terminal_options import arrange_ways
from keyguide.runtime.human_webhook import HumanCall, Outcome, PassedCall
from keyguide.store.memory import MemoryStore
from keyguide.vision.reader import PictureReader

REPLY = Reply(
    kind=Kind.STEP,
    title="Is it linked?",
    body="What does it say?",
    progress="Question 1 of at most 2",
    notice="Masked.",
    options=(Option("Linked", "a", role=Role.CHOICE, hint="It is linked"), Option("Not linked", "b")),
    sources=(Source("ms", "Microsoft", "https://example.com"),),
    footing="Official.",
)


PICTURE = Picture("page", "The page.", PictureFile("/some where/page.png", b""))


class Keyboard(io.StringIO):
    """Input that says of itself whether a person types it."""

    live = False

    def isatty(self) -> bool:
        return self.live


Typing = Callable[..., None]


@pytest.fixture
def assistant(knowledge: Knowledge) -> Assistant:
    return Assistant(knowledge, MemoryStore())


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typing:
    def type_(*lines: str, live: bool = False) -> None:
        keyboard = Keyboard("".join(f"{line}\n" for line in lines))
        keyboard.live = live
        monkeypatch.setattr(sys, "stdin", keyboard)
        monkeypatch.setattr(sys.stdout, "isatty", lambda: live)
        if live:
            monkeypatch.setattr(terminal, "make_reader", lambda _prompt: _make_reader(lines))

    return type_


def _make_reader(lines: Iterable[str]) -> Callable[[], Awaitable[str | None]]:
    waiting = iter(lines)

    async def read() -> str | None:
        return next(waiting, None)

    return read


def plain(drawn: str) -> str:
    """Return what was drawn without its colours and links."""
    return re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", drawn)


def test_a_reply_as_plain_text_shows_everything_and_numbers_its_options(knowledge: Knowledge) -> None:
    assert format_reply(REPLY, knowledge.phrases["en"]) == (
        "Masked.\n\n"
        "## Is it linked? (Question 1 of at most 2)\n\n"
        "What does it say?\n\n"
        "Sources: Microsoft: https://example.com · Official.\n\n"
        "  1. Linked (It is linked)\n  2. Not linked\n"
    )


def test_options_that_nobody_can_press_have_no_numbers(knowledge: Knowledge) -> None:
    said = format_reply(REPLY, knowledge.phrases["en"], numbered=False)

    assert said.endswith("\n\n  - Linked (It is linked)\n  - Not linked\n")


def test_what_a_reply_has_not_leaves_no_gap(knowledge: Knowledge) -> None:
    assert format_reply(Reply(Kind.MISS, "No"), knowledge.phrases["en"]) == "## No\n"


ANSWER = Reply(
    Kind.ARTICLE,
    "Link it",
    "Sign in.",
    details=(Detail("If it fails", "Try again.", "more/a/fails"), Detail("Why?", "Because.", "more/a/why")),
    options=(
        Option("Menu", "menu", role=Role.MOVE),
        Option("Another", "go/b", "b"),
        Option("Windows 10", "win/10/a", role=Role.WINDOWS),
        Option("Walk", "go/f", "f", Role.WALK),
        Option("Fixed", "good/a", role=Role.VERDICT),
        Option("Stuck", "stuck/a", role=Role.VERDICT),
    ),
)


def test_an_answer_has_its_verdicts_first_and_everything_else_on_a_few_lines(knowledge: Knowledge) -> None:
    assert format_reply(ANSWER, knowledge.phrases["en"]).endswith(
        "\n\n  1. Fixed\n  2. Stuck\n  3. Walk\n"
        "  More: 4. If it fails · 5. Why?\n"
        "  See also: 6. Another\n"
        "  7. Windows 10 · 8. Menu\n"
    )


def test_what_nobody_judges_has_its_pages_first(knowledge: Knowledge) -> None:
    menu = Reply(Kind.MENU, "Menu", options=(Option("Topics", "t", role=Role.MOVE), Option("Page", "go/b")))

    assert format_reply(menu, knowledge.phrases["en"]).endswith("\n\n  1. Page\n  2. Topics\n")


async def test_a_folded_part_can_be_picked_by_its_number(
    assistant: Assistant, typed: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("2", "2", "1", "4")

    await chat(assistant, "", "terminal:ann")

    said = capsys.readouterr().out
    assert "4. If it does not work" in said
    assert said.index("4. If it does not work") < said.index("## If it does not work\n\nTry again tomorrow.")


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
@pytest.mark.parametrize("lang", ["en", "de"])
def test_every_reply_of_the_real_knowledge_can_be_printed_and_picked_from(
    real: Knowledge, every_reply: Any, lang: str
) -> None:
    phrases = real.choose_phrases(lang)
    console = Console(width=80, file=io.StringIO())
    draw = terminal.make_rich_printer(console, phrases)
    for reply in every_reply(real, lang):
        ways = [pair for line in arrange_ways(reply, phrases) for pair in line.ways]
        picks = [part.pick for part in (*reply.details, *reply.options)]
        draw(reply)

        assert [number for number, _ in ways] == [*range(1, len(picks) + 1)], reply.title
        assert sorted(way.pick for _, way in ways) == sorted(picks), reply.title
        assert reply.title in format_reply(reply, phrases)


async def test_a_conversation_in_a_pipe_ends_with_the_input(
    assistant: Assistant, typed: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("walk me", "2")

    await chat(assistant, "", "terminal:ann")

    said = capsys.readouterr().out
    assert said.startswith("Ask in your own words")
    assert said.index("How can I help") < said.index("I don't know that one") < said.rindex("Good luck!")
    assert "> " not in said


async def test_numbers_press_options(
    assistant: Assistant, typed: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("2", "2", "1")

    await chat(assistant, "", "terminal:ann")

    said = capsys.readouterr().out
    assert said.index("Question 1 of") < said.index("Question 2 of") < said.index("## Link your licence")


@pytest.mark.parametrize("number", ["0", "99", "66"])
async def test_a_number_without_an_option_is_told(
    assistant: Assistant, typed: Typing, capsys: pytest.CaptureFixture[str], number: str
) -> None:
    typed(number)

    await chat(assistant, "", "terminal:ann")

    assert f"There is no option {number} here." in capsys.readouterr().out


async def test_a_long_number_is_words(
    assistant: Assistant, typed: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("123456789012")

    await chat(assistant, "", "terminal:ann")

    assert "There is no option" not in capsys.readouterr().out


@pytest.mark.parametrize("word", ["quit", "EXIT", " q ", ":q"])
async def test_a_person_can_leave(
    assistant: Assistant, typed: Typing, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    typed(word, "0xC004F211")

    await chat(assistant, "", "terminal:ann")

    said = capsys.readouterr().out
    assert said.endswith("Good luck!\n")
    assert "0xC004F211" not in said


async def test_a_first_message_is_answered_at_once(
    assistant: Assistant, typed: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    typed()

    await chat(assistant, "my pc says 0xC004F211", "terminal:ann")

    assert "## 0xC004F211: The hardware has changed" in capsys.readouterr().out


async def test_a_conversation_goes_on_where_it_was(
    assistant: Assistant, typed: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("2", "2")
    await chat(assistant, "", "terminal:ann")
    capsys.readouterr()
    typed()

    await chat(assistant, "", "terminal:ann")

    assert "Question 2 of at most 2" in capsys.readouterr().out


async def test_at_a_keyboard_a_reply_is_drawn(
    assistant: Assistant, typed: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("0xC004F211", "2", "0xC004F212", live=True)

    await chat(assistant, "", "terminal:ann")

    said = plain(capsys.readouterr().out)
    assert "╭" in said
    assert "0xC004F211: The hardware has changed" in said
    assert "Sources: Microsoft: errors: https://" in said
    assert "Checked: 20 November 2026." in said
    assert "3 Menu · 4 Ask a human" in said


async def test_a_notice_is_drawn_above(
    assistant: Assistant, typed: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("back", live=True)

    await chat(assistant, "", "terminal:ann")

    assert "There is nothing to go back to." in capsys.readouterr().out


async def test_what_looks_like_markup_is_shown_as_it_is(
    assistant: Assistant, typed: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = Reply(
        Kind.MENU,
        "[bold]Title[/]",
        body="x",
        footing="[red]Foot[/red]",
        options=(Option("[b]Label[/b]", "menu"),),
        sources=(Source("ms", "[i]Source[/i]", "https://example.com/[x]"),),
    )

    class Strange:
        knowledge = assistant.knowledge

        async def reply(self, _turn: object) -> Reply:
            return strange

    typed(live=True)

    await chat(Strange(), "", "terminal:ann")  # type: ignore[arg-type]  # a stand-in

    said = plain(capsys.readouterr().out)
    assert all(
        shown in said for shown in ("[bold]Title[/]", "[red]Foot[/red]", "[b]Label[/b]", "[i]Source[/i]")
    )


async def test_addresses_can_be_read_where_links_cannot_be_opened(
    assistant: Assistant, typed: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    long = f"https://example.com/{'a' * 200}"
    sources = (Source("ms", "Microsoft", long),)
    linked = Reply(Kind.ARTICLE, "Title", body="See [this](https://a.example).", sources=sources)

    class Linked:
        knowledge = assistant.knowledge

        async def reply(self, _turn: object) -> Reply:
            return linked

    typed(live=True)

    await chat(Linked(), "", "terminal:ann")  # type: ignore[arg-type]  # a stand-in

    said = plain(capsys.readouterr().out)
    assert f"Sources: Microsoft: {long}\n" in said
    assert "this (https://a.example)" in said


def test_a_person_is_who_is_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "ann")

    assert identify_user() == "terminal:ann"


@pytest.mark.parametrize("error", [KeyError, OSError])
def test_an_account_without_a_name_is_somebody(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def nobody() -> str:
        raise error

    monkeypatch.setattr(terminal.getpass, "getuser", nobody)

    assert identify_user() == "terminal:somebody"


class Phone:
    """A webhook that remembers who was called, and says what a test wants."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.calls: list[HumanCall] = []

    async def pass_on(self, _who: str, call: HumanCall) -> PassedCall:
        self.calls.append(call)
        return PassedCall("ABC234", self.outcome)


async def test_in_the_terminal_nobody_can_be_called_and_the_summary_can_be_copied(
    assistant: Assistant, typed: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("2", "4")  # the diagnosis, and its choice that ends with a human

    await chat(assistant, "menu", "terminal:ann")

    said = capsys.readouterr().out
    assert "I cannot call anybody from here. These people can see your licence" in said
    assert "What you answered:\n- What does the Activation page say? Nothing at all" in said
    assert "Pass it on" not in said


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Outcome.PASSED, "Passed on. Your number is ABC234: a helper names it"),
        (Outcome.TRYING, "I go on trying for a quarter of an hour, as long as I run; your number is ABC234."),
        (Outcome.FAILED, "I could not pass it on, so nobody was called."),
    ],
)
async def test_with_a_webhook_the_terminal_passes_a_call_on(
    assistant: Assistant, typed: Typing, capsys: pytest.CaptureFixture[str], outcome: Outcome, told: str
) -> None:
    phone = Phone(outcome)
    typed("2", "4", "1", "at the office, BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG", "quit")

    await chat(assistant, "menu", "terminal:ann", phone)  # type: ignore[arg-type]  # a stand-in

    assert told in capsys.readouterr().out
    (call,) = phone.calls
    assert call.message == "at the office, *****-*****-*****-*****-68DJG"
    assert call.answers == (("What does the Activation page say?", "Nothing at all"),)


def test_a_picture_is_a_line_that_leads_to_it(knowledge: Knowledge) -> None:
    reply = replace(REPLY, picture=PICTURE)
    drawn = io.StringIO()
    terminal.make_rich_printer(Console(file=drawn, width=80), knowledge.phrases["en"])(reply)

    plain = format_reply(reply, knowledge.phrases["en"])

    for text in (plain, drawn.getvalue()):
        assert [line.strip() for line in text.splitlines() if "Picture" in line] == [
            "Picture: file:///some%20where/page.png"
        ]


async def test_the_path_of_a_picture_is_a_picture_to_read(
    assistant: Assistant,
    typed: Typing,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    async def read_all(_self: PictureReader, contents: AsyncIterable[bytes]) -> tuple[Any, str]:
        (content,) = [content async for content in contents]
        return ((ScreenLine(content.decode(), 0, 0, 300, 20, content.decode()),),), ""

    monkeypatch.setattr(PictureReader, "read_all", read_all)
    (tmp_path / "my screen.png").write_text("Error code: 0xC004F211")
    typed(f"'{tmp_path / 'my screen.png'}'", "quit")

    await chat(assistant, "menu", "terminal:ann")

    assert "I read: 0xC004F211. Is that right?" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["0xC004F211", "nowhere.png", "what is a .png", f"{'x' * 5_000}.png"])
def test_what_is_no_picture_is_text(text: str) -> None:
    assert terminal.find_picture(text) is None
