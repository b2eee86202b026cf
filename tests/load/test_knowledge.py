"""The knowledge that the program runs on: refused whole where it is wrong, and learnt once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Reply, Turn
from keyguide.errors import KnowledgeError
from keyguide.load import open_indexes
from keyguide.load.knowledge import open_knowledge

INDEXES = 3  # of topics, of acts and aspects, and of answers to steps


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Every time that something is learnt, in place of a kept index."""
    seen: list[object] = []
    real = open_indexes.train_index

    def counted(*args: Any) -> Any:
        seen.append(args)
        return real(*args)

    monkeypatch.setattr(open_indexes, "train_index", counted)
    return iter([seen])


@pytest.fixture
def learning(fits: Iterator[list[object]]) -> list[object]:
    return next(fits)


def answer(knowledge: Knowledge, text: str = "connect windows with my account") -> Reply:
    return respond(knowledge, Conversation("ann"), Turn("ann", text=text))[1]


def test_a_sound_folder_is_opened(folder: Any) -> None:
    knowledge = open_knowledge(folder.path)

    assert {*knowledge.flows} == {"is-it-linked", "changed-parts"}
    assert len(knowledge.version) == 16


def test_a_folder_with_mistakes_is_refused_with_all_of_them(folder: Any) -> None:
    places = [
        folder.change("flows/changed-parts.yaml", "go: who", "go: ▸woh"),
        folder.change("articles/help.yaml", "see: [link-how]", "see: [▸moon]"),
    ]

    with pytest.raises(KnowledgeError) as caught:
        open_knowledge(folder.path)

    assert all(f"{folder.path}/{place}: " in str(caught.value) for place in places)


def test_what_was_learnt_is_kept_for_the_next_start(
    folder: Any, tmp_path: Path, learning: list[object]
) -> None:
    first = open_knowledge(folder.path, tmp_path / "cache")
    second = open_knowledge(folder.path, tmp_path / "cache")

    assert len(learning) == INDEXES
    assert answer(first) == answer(second)


@pytest.mark.slow
def test_another_process_finds_what_was_learnt(folder: Any, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from keyguide.load.knowledge import open_knowledge\n"
        "open_knowledge(Path(sys.argv[1]), Path(sys.argv[2]))"
    )

    for _ in range(2):  # each with its own order of hashes
        subprocess.run([sys.executable, "-c", code, folder.path, tmp_path / "cache"], check=True)

    assert len([*(tmp_path / "cache").glob("index-*")]) == INDEXES


def test_another_example_is_learnt_anew(folder: Any, tmp_path: Path, learning: list[object]) -> None:
    open_knowledge(folder.path, tmp_path)
    folder.change("elsewhere.yaml", "is it sunny in spain", "is it cloudy in spain")

    open_knowledge(folder.path, tmp_path)

    assert len(learning) == INDEXES + 2  # the topics, and what is told from them: this text is one of those


def test_another_answer_to_the_same_questions_needs_no_learning(
    folder: Any, tmp_path: Path, learning: list[object]
) -> None:
    open_knowledge(folder.path, tmp_path)
    folder.change("articles/help.yaml", "answer: Delete the message.", "answer: Delete it now.")

    open_knowledge(folder.path, tmp_path)

    assert len(learning) == INDEXES


def test_without_a_cache_it_is_learnt_each_time(folder: Any, learning: list[object]) -> None:
    open_knowledge(folder.path)
    open_knowledge(folder.path)

    assert len(learning) == 2 * INDEXES


@pytest.mark.parametrize(
    "keep", [0, 4, 1_000, 100_000, -1], ids=["nothing", "a little", "more", "much", "nearly all"]
)
def test_a_kept_index_that_was_cut_short_is_learnt_anew(
    folder: Any, tmp_path: Path, learning: list[object], keep: int
) -> None:
    cache = tmp_path / "cache"
    first = open_knowledge(folder.path, cache)
    kept = min(cache.glob("index-*"))
    kept.write_bytes(kept.read_bytes()[:keep])

    second = open_knowledge(folder.path, cache)

    assert len(learning) == INDEXES + 1
    assert answer(first) == answer(second)


def test_a_kept_index_that_is_something_else_is_learnt_anew(
    folder: Any, tmp_path: Path, learning: list[object]
) -> None:
    cache = tmp_path / "cache"
    open_knowledge(folder.path, cache)
    kept = min(cache.glob("index-*"))
    kept.write_bytes(b"not an index" * 1_000)

    open_knowledge(folder.path, cache)

    assert len(learning) == INDEXES + 1
