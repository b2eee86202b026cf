"""Read one message after the other, from a person at a keyboard or from a pipe.

Several lines that are pasted at once are one message. Nothing that was typed is written to a file: people
paste product keys.
"""

from __future__ import annotations

import asyncio
import select
import sys
from collections.abc import Awaitable, Callable

from prompt_toolkit import PromptSession
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

MessageReader = Callable[[], Awaitable[str | None]]  # returns None at the end of the input

_PASTE_PAUSE = 0.05  # seconds; a line that follows sooner was pasted together with the one before it


def make_reader(prompt: str) -> MessageReader:
    """Choose how messages are read: with an editor if a person sees what they type, else as plain lines."""
    if not sys.stdin.isatty():
        return _read_line
    return _make_editor(prompt) if sys.stdout.isatty() else _read_waiting_lines


def _make_editor(prompt: str) -> MessageReader:
    """Make a reader with line editing, a history in memory, and pasted lines as one message."""
    keys = KeyBindings()

    @keys.add("enter")
    def end_line(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.document.is_cursor_at_the_end:
            buffer.insert_text("\n")
            event.app.create_background_task(_submit_unless_pasted(buffer, buffer.text))
        else:
            buffer.validate_and_handle()

    session: PromptSession[str] = PromptSession(
        prompt, key_bindings=keys, multiline=True, enable_suspend=True, prompt_continuation=""
    )

    async def read() -> str | None:
        try:
            return (await session.prompt_async()).strip()
        except EOFError:
            return None

    return read


async def _submit_unless_pasted(buffer: Buffer, text: str) -> None:
    """Submit the message, unless more follows so soon that the line end is part of a paste.

    Most terminals mark what is pasted, and then no key press arrives here; this is for the others.
    """
    await asyncio.sleep(_PASTE_PAUSE)
    if buffer.text == text:
        buffer.delete_before_cursor()
        buffer.validate_and_handle()


async def _read_line() -> str | None:
    line = _read_next_line()
    return line.strip() if line else None


async def _read_waiting_lines() -> str | None:
    """Read a line and all lines that are waiting after it, as when a person pastes several."""
    text = line = _read_next_line()
    while line and sys.platform != "win32" and select.select([sys.stdin], [], [], _PASTE_PAUSE)[0]:
        text += (line := sys.stdin.readline())
    return text.strip() if text else None


def _read_next_line() -> str:
    """Read a line, after handing over what was printed: whoever reads it from a pipe waits for that."""
    sys.stdout.flush()
    return sys.stdin.readline()
