"""The command `read`: read pictures of Windows' screens."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from keyguide.cli.options import command
from keyguide.core.evidence.screenshot import read_screens
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.screenshot import Screen, ScreenReading
from keyguide.errors import SettingsError
from keyguide.runtime.configuration.settings import Settings
from keyguide.runtime.open_knowledge import open_configured_knowledge
from keyguide.vision.reader import PictureReader, can_read_pictures
from keyguide.vision.unread_picture import UnreadablePictureError


@command("read")
@click.argument("files", metavar="IMAGE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_data", is_flag=True, help="Print one JSON object a line.")
def read_files(settings: Settings, files: tuple[Path, ...], *, as_data: bool) -> int:
    """Print what pictures of Windows' screens show: the message, the error code, and whether a key is seen.

    Needs the extra vision. Each picture is read in a process of its own; keys are masked. Exit status 1 if
    one could not be read.
    """
    if not can_read_pictures():
        raise SettingsError('pictures are read with the extra vision: pip install ".[vision]"')
    return asyncio.run(_read_files(open_configured_knowledge(settings), files, as_data=as_data))


async def _read_files(knowledge: Knowledge, files: tuple[Path, ...], *, as_data: bool) -> int:
    reader, status = PictureReader(), 0
    for file in files:
        data = await _read_file(reader, knowledge, file)
        status |= "error" in data
        print(json.dumps(data) if as_data else _format(data), flush=True)
    return status


async def _read_file(reader: PictureReader, knowledge: Knowledge, file: Path) -> dict[str, Any]:
    try:
        screen = await reader.read(await asyncio.to_thread(file.read_bytes))
    except OSError as error:
        return {"file": str(file), "error": error.strerror}
    except UnreadablePictureError as error:
        return {"file": str(file), "error": getattr(knowledge.choose_phrases("en").pictures, error.problem)}
    return {"file": str(file)} | _dump_reading(read_screen(knowledge, screen))


def read_screen(knowledge: Knowledge, screen: Screen) -> ScreenReading:
    """Read what the lines of one picture show."""
    return read_screens([screen], knowledge.recognition.states, knowledge.errors, knowledge.public_keys)


def _dump_reading(reading: ScreenReading) -> dict[str, Any]:
    return {
        "text": reading.text,
        "code": reading.codes[0] if reading.codes else None,
        "doubtful": list(reading.doubtful),
        "state": reading.state or None,
        "secret": reading.secret,
    }


def _format(data: dict[str, Any]) -> str:
    if "error" in data:
        return f"{data['file']}: {data['error']}"
    parts = [f"state {data['state'] or '-'}", f"code {data['code'] or '-'}"]
    parts += [f"perhaps {', '.join(data['doubtful'])}"] if data["doubtful"] else []
    parts += ["A KEY IS SEEN"] if data["secret"] else []
    return f"{data['file']}: {', '.join(parts)}"


COMMANDS = {"read": read_files}
