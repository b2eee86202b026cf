"""Marking an answer as reviewed changes its date, and not one other byte of its file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from keyguide.desk.mark_reviewed import mark_reviewed
from keyguide.errors import KeyguideError
from keyguide.load.folder import read_folder

DAY = date(2027, 2, 28)


def test_only_the_date_of_that_article_changes(folder: Any) -> None:
    path = folder.path / "articles" / "linking.yaml"
    before = path.read_bytes()

    assert mark_reviewed(folder.path, "link-check", DAY) == path

    assert before.count(b"2026-01-09") == 1
    assert path.read_bytes() == before.replace(b"2026-01-09", b"2027-02-28")


def test_a_code_is_marked_by_the_id_of_its_page(folder: Any) -> None:
    code = read_folder(folder.path).files.errors.codes[-1]

    mark_reviewed(folder.path, code.id, DAY)

    *others, last = read_folder(folder.path).files.errors.codes
    assert last.verified == "2027-02-28"
    assert all(other.verified != "2027-02-28" for other in others)


def test_a_stale_article_is_a_reviewed_one_again(folder: Any) -> None:
    folder.change("articles/help.yaml", "refuses: true", "status: stale  # new prices\n    refuses: true")

    mark_reviewed(folder.path, "no-cracks", DAY)

    assert "status: reviewed  # new prices" in (folder.path / "articles" / "help.yaml").read_text()
    assert folder.list_problems() == []


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfarticles: [{id: one, verified: 2026-01-09, title: \xc3\xa4}]\n",
        b"# a comment\r\narticles:\r\n  - id: one\r\n    verified: '2026-01-09'  # why\r\n    title: x\r\n",
        'articles: [{title: "Ü 🔑", id: one, verified: "2026-01-09"}]'.encode(),
        b"articles:\n- verified: 2026-01-09\n  id: one\n\n\n\n",
    ],
    ids=["a byte order mark", "line ends of Windows", "one line with other letters", "empty lines"],
)
def test_a_file_of_any_style_keeps_its_style(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "articles" / "a.yaml"
    path.parent.mkdir()
    path.write_bytes(content)

    mark_reviewed(tmp_path, "one", DAY)

    assert path.read_bytes() == content.replace(b"2026-01-09", b"2027-02-28")


def test_an_answer_without_a_date_to_change_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "articles" / "a.yaml"
    path.parent.mkdir()
    path.write_text("articles: [{id: one}]\n", encoding="utf-8")

    with pytest.raises(KeyguideError, match=r"a\.yaml: `verified` of the answer cannot be found"):
        mark_reviewed(tmp_path, "one", DAY)


def test_an_unknown_answer_or_a_file_that_cannot_be_read_is_reported(folder: Any, tmp_path: Path) -> None:
    with pytest.raises(KeyguideError, match="no file has the answer moon"):
        mark_reviewed(folder.path, "moon", DAY)

    with pytest.raises(KeyguideError, match=r"errors\.yaml: this file cannot be read"):
        mark_reviewed(tmp_path, "moon", DAY)
