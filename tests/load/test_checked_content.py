"""A start trusts content that passed the check before, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from keyguide.errors import KnowledgeError
from keyguide.load import checked_content
from keyguide.load.folder import read_folder
from keyguide.load.knowledge import open_knowledge


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The version of the content at every full check."""
    seen: list[str] = []
    real = checked_content.find_problems

    def counted(files: Any) -> Any:
        seen.append(files.version)
        return real(files)

    monkeypatch.setattr(checked_content, "find_problems", counted)
    return seen


def test_content_that_passed_is_not_checked_at_the_next_start(
    folder: Any, tmp_path: Path, checks: list[str]
) -> None:
    for _ in range(3):
        open_knowledge(folder.path, tmp_path / "cache")

    assert checks == [read_folder(folder.path).files.version]


def test_a_mistake_made_since_is_still_found(folder: Any, tmp_path: Path) -> None:
    open_knowledge(folder.path, tmp_path / "cache")
    place = folder.change("articles/help.yaml", "see: [link-how]", "see: [▸moon]")

    for _ in range(2):  # a folder that failed leaves no mark
        with pytest.raises(KnowledgeError, match=place):
            open_knowledge(folder.path, tmp_path / "cache")


def test_other_rules_check_everything_again(
    folder: Any, tmp_path: Path, checks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_knowledge(folder.path, tmp_path / "cache")
    monkeypatch.setattr(checked_content, "_fingerprint_rules", lambda: "those of another release")

    open_knowledge(folder.path, tmp_path / "cache")

    assert len(checks) == 2


def test_a_cache_that_cannot_be_written_only_means_another_check(
    folder: Any, tmp_path: Path, checks: list[str]
) -> None:
    cache = tmp_path / "cache"
    cache.write_text("a file where the folder should be")

    for _ in range(2):
        open_knowledge(folder.path, cache)

    assert len(checks) == 2


def test_check_itself_never_takes_an_earlier_word_for_it(folder: Any, tmp_path: Path) -> None:
    place = folder.change("articles/help.yaml", "see: [link-how]", "see: [▸moon]")
    checked_content.remember_as_checked(tmp_path, read_folder(folder.path).files.version)

    assert any(problem.startswith(place) for problem in folder.list_problems())
