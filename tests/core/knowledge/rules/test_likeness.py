"""Notes on examples: told with their place, and no mistakes."""

from __future__ import annotations

from typing import Any

from keyguide.core.knowledge.rules.likeness import find_alike_examples
from keyguide.load.folder import read_folder

TOPICS = "asks/linking.yaml"


def test_an_example_that_is_nearly_another_one_is_noted_at_its_place(folder: Any) -> None:
    path = folder.path / TOPICS
    text = path.read_text(encoding="utf-8")
    first = next(line for line in text.splitlines() if line.strip().startswith("- "))
    path.write_text(text.replace(first, f"{first}\n{first} now", 1), encoding="utf-8")
    line = text.splitlines().index(first) + 2

    notes = [str(note) for note in read_folder(folder.path, find_alike_examples).mistakes]

    assert any(note.startswith(f"{TOPICS}:{line}:") and "nearly the same as" in note for note in notes)
    assert read_folder(folder.path).mistakes == ()
