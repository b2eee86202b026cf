"""A knowledge folder becomes Files, and every mistake in it a line that says where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from keyguide.errors import SettingsError
from keyguide.load.folder import Mistake, read_folder


def test_a_mistake_is_written_as_editors_and_compilers_do() -> None:
    assert str(Mistake("flows/a.yaml", 3, 7, "no")) == "flows/a.yaml:3:7: no"


def test_a_folder_is_read_whole(folder: Any) -> None:
    files = read_folder(folder.path).files

    assert [*files.groups] == ["articles/help.yaml", "articles/linking.yaml"]
    assert [*files.flows] == ["flows/changed-parts.yaml", "flows/is-it-linked.yaml"]
    assert [*files.phrases] == ["phrases/en.yaml"]
    assert [*files.golden] == ["tests/small.yaml"]
    assert (len(files.errors.codes), len(files.sources), len(files.elsewhere)) == (2, 3, 2)


def test_the_version_is_that_of_the_content(folder: Any) -> None:
    before = read_folder(folder.path).files.version
    again = read_folder(folder.path).files.version

    folder.change("sources.yaml", "Microsoft: help", "Microsoft: more help")

    assert before == again != read_folder(folder.path).files.version


def test_the_version_changes_with_a_picture(folder: Any) -> None:
    before = read_folder(folder.path).files.version

    (folder.path / "pictures" / "link-11.png").write_bytes(b"png")

    assert read_folder(folder.path).files.version != before


def test_a_picture_that_cannot_be_read_counts_as_missing(folder: Any) -> None:
    (folder.path / "pictures" / "page.png").mkdir()

    assert [*read_folder(folder.path).files.picture_files] == ["link-11.png"]


def test_a_folder_needs_no_pictures(folder: Any) -> None:
    (folder.path / "pictures.yaml").unlink()
    (folder.path / "pictures" / "link-11.png").unlink()
    folder.change("articles/linking.yaml", "    picture: link-11\n", "")

    assert folder.list_problems() == []


def test_other_files_in_the_folder_are_left_alone(folder: Any) -> None:
    folder.write("articles/notes.txt", "not yaml: [")
    folder.write("schema/flow.json", "{")

    assert folder.list_problems() == []


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="moon: there is no such knowledge folder"):
        read_folder(tmp_path / "moon")


def test_a_file_is_no_folder(folder: Any) -> None:
    with pytest.raises(SettingsError, match="there is no such knowledge folder"):
        read_folder(folder.path / "errors.yaml")


@pytest.mark.parametrize(
    "file", ["errors.yaml", "evidence.yaml", "words.yaml", "elsewhere.yaml", "sources.yaml"]
)
def test_a_missing_file_is_told(folder: Any, file: str) -> None:
    (folder.path / file).unlink()

    assert f"{file}:1:1: this file is missing" in folder.list_problems()


def test_an_empty_folder_is_told_what_it_lacks(tmp_path: Path) -> None:
    told = [mistake.text for mistake in read_folder(tmp_path).mistakes]

    assert told.count("this file is missing") == 8


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "1:1: the file is empty"),
        (b"- {id: a, title: b,\n   url: \xff}", "2:1: this is not UTF-8 text"),
        ("- {id: ä".encode("utf-16"), "1:1: this is not UTF-8 text"),
        (b"- {id: [" + b"[" * 50, "1:27: nested too deeply"),
        (b"x" * 5_000_001, "1:1: the file is larger than 5 MB"),
        (b"- {id: &a ms, title: *a, url: x}", "1:22: an alias (*) is not allowed: write the value out"),
        (b"- {id: ms, id: ms}", "1:12: the key `id` is written twice"),
        (b"- {id: ms, title: x, url: 'https://x.y', tilte: z}", "1:42: unknown key `tilte`"),
        (b"- {id: ms, title: x}", "1:3: the key `url` is missing"),
        (b"- {id: ms, title: [x], url: y}", "1:19: this should be text"),
        (b"id: ms", "1:1: this should be a list"),
        (b"- id: 'ms", "1:10: this is not valid YAML: found unexpected end of stream"),
    ],
    ids=["empty", "not utf-8", "utf-16", "too deep", "too large", "an alias", "a key twice", "an unknown key",
         "a missing key", "a list for a text", "a mapping for a list", "no yaml"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_with_its_place(folder: Any, content: bytes, told: str) -> None:
    (folder.path / "sources.yaml").write_bytes(content)

    assert f"sources.yaml:{told}" in folder.list_problems()


def test_what_cannot_be_read_at_all_is_told(folder: Any) -> None:
    (folder.path / "articles" / "folder.yaml").mkdir()
    (folder.path / "flows" / "nowhere.yaml").symlink_to("moon")

    assert folder.list_problems() == [
        "articles/folder.yaml:1:1: this file cannot be read: Is a directory",
        "flows/nowhere.yaml:1:1: this file cannot be read: No such file or directory",
    ]


def test_a_file_may_begin_with_the_mark_that_windows_editors_write(folder: Any) -> None:
    path = folder.path / "sources.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert folder.list_problems() == []


def test_a_code_in_a_broken_file_may_be_named_without_being_told_off(folder: Any) -> None:
    place = folder.change("errors.yaml", "families:", "▸famlies:")

    assert folder.list_problems() == [
        "errors.yaml:1:1: the key `families` is missing",
        f"{place}: unknown key `famlies`",
    ]


def test_what_stands_in_a_file_that_is_no_yaml_may_be_named_as_well(folder: Any) -> None:
    folder.change("flows/changed-parts.yaml", "label: A shop,", "label: 'A shop,")

    assert [line.split(": ")[1] for line in folder.list_problems()] == ["this is not valid YAML"]
