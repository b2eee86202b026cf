"""Notes on examples: told with their place, and no mistakes."""

from __future__ import annotations

from typing import Any

from keyguide.core.knowledge.rules.alike_examples import find_alike_examples
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


def test_an_example_most_like_one_of_another_page_is_noted(folder: Any) -> None:
    folder.change(TOPICS, "- how can i see whether it is linked", "- ▸attach the key to an account")

    notes = [str(note) for note in read_folder(folder.path, find_alike_examples).mistakes]

    assert any('most like "attach the key to my account" of `link-how`' in note for note in notes)


def test_it_makes_no_difference_which_of_two_other_topics_is_found(folder: Any) -> None:
    folder.change("elsewhere.yaml", "excel wants a subscription]", "is it sunny today in spain▸]")

    notes = [str(note) for note in read_folder(folder.path, find_alike_examples).mistakes]

    assert not any("is it sunny" in note and "most like" in note for note in notes)


def test_a_page_whose_examples_are_all_written_alike_is_noted(folder: Any) -> None:
    many = "\n    ".join(f"- link number {number}" for number in range(25))
    folder.change(TOPICS, "- how can i see whether it is linked", f"▸{many}")

    notes = [str(note) for note in read_folder(folder.path, find_alike_examples).mistakes]

    assert any("are in 1 styles only" in note or "in 2 styles only" in note for note in notes)
