"""Check a knowledge folder and build its JSON Schemas, for `keyguide check` and `keyguide schema`."""

from __future__ import annotations

from pathlib import Path

from keyguide.core.knowledge.rules.alike_examples import find_alike_examples
from keyguide.load.folder import read_folder
from keyguide.load.shape import SHAPES, build_schema


def check_folder(folder: Path) -> tuple[bool, str]:
    """Check a folder and report as text: every problem if it is invalid, else what it contains."""
    contents = read_folder(folder)
    if contents.mistakes:
        problems = "\n".join(f"{folder}/{mistake}" for mistake in contents.mistakes)
        count = len(contents.mistakes)
        return False, f"{problems}\n{count} problem{'s' if count > 1 else ''}"
    files = contents.files
    articles = [article for _, _, article in files.list_articles()]
    counts = (
        f"{len(articles)} articles in {len(files.groups)} groups",
        f"{len(files.flows)} flows with {sum(len(flow.steps) for flow in files.flows.values())} steps",
        f"{len(files.errors.codes)} error codes",
        f"{len(files.recognition.states)} messages and {len(files.recognition.readings)} readings",
        f"{sum(len(group.asks) for group in files.elsewhere)} questions about other topics",
        f"{sum(len(golden.questions) for golden in files.golden.values())} golden questions",
        f"{sum(len(golden.dialogues) for golden in files.golden.values())} dialogues",
        f"{sum(len(golden.conversations) for golden in files.golden.values())} conversations",
    )
    return True, f"{folder}: {', '.join(counts)}. No problems."


def list_notes_on_examples(folder: Path) -> list[str]:
    """List what could be better about the example questions of a valid folder, each with its place."""
    return [f"{folder}/{note}" for note in read_folder(folder, find_alike_examples).mistakes]


def build_schemas() -> dict[str, str]:
    """Build the JSON Schema of every kind of knowledge file, by name."""
    return {name: build_schema(name) for name in SHAPES}
