"""The rules for pictures: what is refused, and where it is told."""

from __future__ import annotations

from typing import Any

import pytest

from keyguide.core.model.content.picture import PNG_SIGNATURE

CAPTIONS = "- id: page\n  alt: The page with a button.\n"


@pytest.fixture
def illustrated(folder: Any) -> Any:
    """A valid folder with one picture, which an article shows."""
    (folder.path / "pictures" / "link-11.png").unlink()
    folder.write("pictures.yaml", CAPTIONS)
    add_file(folder, "page")
    folder.change("articles/linking.yaml", "picture: link-11", "picture: page")
    return folder


def add_file(folder: Any, name: str, content: bytes = PNG_SIGNATURE) -> None:
    (folder.path / "pictures" / f"{name}.png").write_bytes(content)


def test_a_folder_with_a_picture_is_valid(illustrated: Any) -> None:
    assert illustrated.list_problems() == []


def test_an_unknown_picture_of_an_article_is_told(illustrated: Any) -> None:
    place = illustrated.change(
        "articles/linking.yaml", "picture: page", "picture: {win11: page, win10: ▸other}"
    )

    assert illustrated.list_problems() == [f"{place}: the picture `other` is not in pictures.yaml"]


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        pytest.param("id: page", "id: ▸Page", "pictures/Page.png is missing", id="a missing file"),
        pytest.param(
            "The page with a button.", '▸""', "this text is empty: say what the picture shows", id="no words"
        ),
        pytest.param(
            "The page with a button.",
            f"▸{'x' * 601}",
            "this has 601 characters, at most 600 are allowed",
            id="too many words",
        ),
        pytest.param(
            "The page", "▸The **page**", "this is read out as it is: leave out ** and `", id="Markdown"
        ),
        pytest.param(
            "- id: page",
            "- {id: page, alt: The same page.}\n- id: ▸page",
            "the id `page` is used twice",
            id="an id twice",
        ),
    ],
)
def test_a_wrong_caption_is_told(illustrated: Any, old: str, new: str, text: str) -> None:
    place = illustrated.change("pictures.yaml", old, new)

    assert f"{place}: {text}" in illustrated.list_problems()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(b"GIF89a", "pictures/page.png is not a PNG file", id="another kind of file"),
        pytest.param(
            PNG_SIGNATURE + bytes(60_000),
            "pictures/page.png has 60 kB, at most 60 are allowed",
            id="too heavy",
        ),
    ],
)
def test_a_wrong_file_is_told(illustrated: Any, content: bytes, text: str) -> None:
    add_file(illustrated, "page", content)

    assert illustrated.list_problems() == [f"pictures.yaml:1:7: {text}"]


def test_a_picture_that_is_shown_nowhere_is_told(illustrated: Any) -> None:
    illustrated.write("pictures.yaml", CAPTIONS + CAPTIONS.replace("page\n", "other\n", 1))
    add_file(illustrated, "other")

    assert illustrated.list_problems() == ["pictures.yaml:3:7: no article and no step shows this picture"]


def test_a_file_without_words_is_told(illustrated: Any) -> None:
    add_file(illustrated, "other")

    assert illustrated.list_problems() == ["pictures.yaml:1:1: pictures/other.png has no words here"]


def test_a_step_shows_a_picture_only_with_an_explanation(illustrated: Any) -> None:
    flow = illustrated.path / "flows" / "changed-parts.yaml"
    text = flow.read_text(encoding="utf-8")
    at = text.index("    choices:")
    place = illustrated.write("flows/changed-parts.yaml", f"{text[:at]}    picture: ▸page\n{text[at:]}")

    expected = "a picture of a step is shown together with `how`, which is missing here"
    assert illustrated.list_problems() == [f"{place}: {expected}"]
