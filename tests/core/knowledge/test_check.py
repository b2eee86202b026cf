"""All rules together: a sound folder is quiet, and everything that is wrong is told at once."""

from __future__ import annotations

from typing import Any


def test_a_sound_folder_has_nothing_to_tell(folder: Any) -> None:
    assert folder.list_problems() == []


def test_everything_wrong_is_told_at_once_in_the_order_of_files_and_lines(folder: Any) -> None:
    places = [
        folder.change("articles/help.yaml", "answer: Delete the message.", "answer: ▸Delete <b>it</b>."),
        folder.change(
            "articles/linking.yaml", "see: [is-it-linked, link-menu]", "see: [is-it-linked, ▸moon]"
        ),
        folder.change("elsewhere.yaml", "is it sunny in spain", "▸gimme a crack"),
        folder.change("flows/changed-parts.yaml", "go: who", "go: ▸woh"),
        folder.change("flows/is-it-linked.yaml", "title: Is my", "▸tittle: Is my"),
        folder.change("sources.yaml", "id: ms-errors, title", "id: ms-errors, ▸id: ms-errors, title"),
        folder.change("words.yaml", "mainboard: [motherboard, mobo]", "mainboard: [motherboard, mobo, ▸w10]"),
    ]

    told = folder.list_problems()

    assert all(any(line.startswith(f"{place}: ") for line in told) for place in places)
    assert [line.split(":")[0] for line in told] == sorted(line.split(":")[0] for line in told)
