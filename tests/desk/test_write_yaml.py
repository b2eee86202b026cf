"""Drafts land on the disk whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguide.core.model.content.article import Source
from keyguide.desk import write_yaml
from keyguide.desk.write_yaml import format_sources, format_yaml, write_new_files
from keyguide.errors import KeyguideError
from keyguide.load.strict_yaml import read_yaml


def test_files_are_written_with_their_folders(tmp_path: Path) -> None:
    write_new_files({tmp_path / "a" / "b.yaml": "b: ü\n", tmp_path / "c.yaml": "c\n"})

    assert (tmp_path / "a" / "b.yaml").read_bytes() == "b: ü\n".encode()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c.yaml"]


def test_a_file_that_is_there_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text("old")

    with pytest.raises(KeyguideError, match=r"old\.yaml: already exists"):
        write_new_files({tmp_path / "new.yaml": "new", tmp_path / "old.yaml": "new"})
    assert [path.name for path in tmp_path.iterdir()] == ["old.yaml"]


def test_a_file_named_as_changed_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text("old")

    write_new_files({path: "new"}, overwrite=[path])

    assert path.read_text() == "new"


def test_where_writing_fails_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int) -> None:
        raise OSError(28, "No space left on device", "disk")

    monkeypatch.setattr(write_yaml.os, "fsync", full)

    with pytest.raises(KeyguideError, match="No space left on device"):
        write_new_files({tmp_path / "a.yaml": "a"})
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(KeyguideError):
        write_new_files({tmp_path / "file" / "a.yaml": "a"})


def test_long_texts_are_written_as_blocks_in_the_order_given() -> None:
    text = format_yaml({"title": "One", "body": "First.\n\nSecond.", "asks": ["a", "no"], "draft": True})

    assert text == "title: One\nbody: |-\n  First.\n\n  Second.\nasks:\n  - a\n  - 'no'\ndraft: true\n"


@given(
    st.dictionaries(
        st.from_regex(r"\A[a-z]{1,8}\Z"), st.text(st.characters(exclude_categories=["Cs"])), max_size=4
    )
)
def test_every_text_comes_back_as_it_was_written(data: dict[str, str]) -> None:
    if data:
        assert read_yaml(format_yaml(data)).data == data


def test_sources_are_written_one_a_line() -> None:
    lines = format_sources([Source("a", 'Says "hi": ü', "https://a.example/?x=1&y={2}")])

    assert lines == '- {id: a, title: "Says \\"hi\\": ü", url: "https://a.example/?x=1&y={2}"}\n'
    assert read_yaml(lines).data == [
        {"id": "a", "title": 'Says "hi": ü', "url": "https://a.example/?x=1&y={2}"}
    ]
