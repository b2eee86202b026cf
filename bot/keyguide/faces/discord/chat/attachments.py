"""Read what is attached to a message: text files, and the names and kinds of everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from mimetypes import guess_type

import discord

from keyguide.core.evidence.file_excerpt import choose_excerpt
from keyguide.core.evidence.secrets import MAX_TEXT_LENGTH
from keyguide.core.model.turn import Reply, Turn
from keyguide.faces.discord.chat.answer import Responder
from keyguide.faces.discord.connection.bot import Bot
from keyguide.vision.image_header import MAX_BYTES, check_announced
from keyguide.vision.reader import MAX_PICTURES

MAX_FILE_SIZE = 64 * 1024  # bytes of one text file
_MAX_FILES = 3
_ENDINGS = (".txt", ".log")


def list_attachments(message: discord.Message) -> list[discord.Attachment]:
    """List the attachments of a message and of those that it forwards."""
    forwarded = (file for snapshot in message.message_snapshots for file in snapshot.attachments)
    return [*message.attachments, *forwarded]


def list_pictures(message: discord.Message) -> list[discord.Attachment]:
    """List the pictures that a message shows."""
    return [file for file in list_attachments(message) if is_picture(file)]


def is_picture(file: discord.Attachment) -> bool:
    """Check whether a file is called a picture; what it is will be seen in its first bytes."""
    return (file.content_type or guess_type(file.filename)[0] or "").startswith("image/")


def make_picture_responder(
    bot: Bot, pictures: Sequence[discord.Attachment], responder: Responder
) -> Responder:
    """Make a responder that reads pictures first, while Discord already knows of us."""

    async def respond(turn: Turn) -> Reply:
        screens, problem = await bot.picture_reader.read_all(_fetch_pictures(bot, pictures[:MAX_PICTURES]))
        return await responder(replace(turn, screens=screens, picture_problem=problem))

    return respond


async def _fetch_pictures(bot: Bot, pictures: Sequence[discord.Attachment]) -> AsyncIterator[bytes | None]:
    """Fetch pictures one after the other; none of them if Discord says that one is too large."""
    for file in pictures:
        check_announced(file.size, file.width, file.height)
    for file in pictures:
        yield await bot.download(file.url, MAX_BYTES)


def list_text_files(message: discord.Message) -> list[discord.Attachment]:
    """List the text files to read, such as the message.txt that Discord makes of a long message."""
    files = (file for file in list_attachments(message) if file.filename.casefold().endswith(_ENDINGS))
    return [file for file in files if file.size <= MAX_FILE_SIZE][:_MAX_FILES]


async def read_text_files(bot: Bot, message: discord.Message) -> str:
    """Read the text files of a message as one text, "" if there are none or they cannot be read."""
    contents = [await bot.download(file.url, MAX_FILE_SIZE) for file in list_text_files(message)]
    return "\n".join(_decode(content).strip() for content in contents if content)


def _decode(content: bytes) -> str:
    """Decode a text file; Windows writes many of them as UTF-16 with a mark at the beginning."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "replace").replace("\0", "")


def join_texts(*texts: str) -> str:
    """Join what somebody wrote and attached to one text that is short enough to be read."""
    return choose_excerpt("\n".join(text for text in texts if text), MAX_TEXT_LENGTH)


def make_file_responder(bot: Bot, messages: Sequence[discord.Message], responder: Responder) -> Responder:
    """Make a responder that reads the text files of messages first, while Discord already knows of us."""

    async def respond(turn: Turn) -> Reply:
        files = [await read_text_files(bot, message) for message in messages]
        return await responder(replace(turn, text=join_texts(turn.text, *files)))

    return respond
