"""`keyguide check` and `keyguide schema`: the writers' first look at what they wrote."""

from __future__ import annotations

from pathlib import Path

from keyguide.load.folder import read_folder
from keyguide.load.shape import SHAPES, build_schema


def check_folder(folder: Path) -> tuple[bool, str]:
    """Return whether a folder is sound, and every problem or what it holds, as text."""
    draught = read_folder(folder)
    if draught.mistakes:
        told = "\n".join(f"{folder}/{mistake}" for mistake in draught.mistakes)
        count = len(draught.mistakes)
        return False, f"{told}\n{count} problem{'s' if count > 1 else ''}"
    files = draught.files
    articles = [article for _, _, article in files.list_articles()]
    held = (
        f"{len(articles)} articles in {len(files.groups)} groups",
        f"{len(files.flows)} flows with {sum(len(flow.steps) for flow in files.flows.values())} steps",
        f"{len(files.errors.codes)} error codes",
        f"{len(files.shown.states)} messages and {len(files.shown.readings)} readings",
        f"{sum(len(group.asks) for group in files.elsewhere)} questions that are not ours",
        f"{sum(len(golden.questions) for golden in files.golden.values())} golden questions",
        f"{sum(len(golden.dialogues) for golden in files.golden.values())} dialogues",
    )
    return True, f"{folder}: {', '.join(held)}. No problems."


def build_schemas() -> dict[str, str]:
    """Return the JSON Schema of every kind of knowledge file, by its name."""
    return {name: build_schema(name) for name in SHAPES}
