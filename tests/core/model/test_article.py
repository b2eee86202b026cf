"""What an answer and an error code say of themselves."""

from __future__ import annotations

from typing import Any

import pytest

from keyguide.core.model.content.article import Article, ErrorCode, Variants


def make_article(**parts: Any) -> Article:
    return Article("a", "A", "Body", ("ms",), "2026-11-20", "official", **parts)


def code(title: str) -> ErrorCode:
    return ErrorCode("0xC004F211", "", "why", "what", (), ("ms",), "2026-11-20", "official", title)


@pytest.mark.parametrize(
    ("step", "varies"),
    [("Click.", False), (Variants(win11="Click.", win10="Tap."), True)],
    ids=["one text", "two texts"],
)
def test_an_article_has_variants_if_a_step_differs_between_versions(
    step: str | Variants, *, varies: bool
) -> None:
    assert make_article(steps=("Go online.", step)).has_variants is varies


def test_an_article_lists_every_text_that_is_shown() -> None:
    article = make_article(
        steps=("First.", Variants("Eleven.", "Ten.")), fails="Again.", aspects={"cost": "Nothing."}
    )

    assert [text for text in article.list_texts() if text] == [
        "A", "Body", "First.", "Eleven.", "Ten.", "Again.", "Nothing.",
    ]  # fmt: skip


def test_an_error_code_has_an_id_that_a_link_can_hold() -> None:
    assert code("").id == "error-0xc004f211"


@pytest.mark.parametrize(
    ("title", "name"),
    [("", "0xC004F211"), ("The hardware has changed", "0xC004F211: The hardware has changed")],
    ids=["without a title", "with a title"],
)
def test_an_error_code_is_headed_by_the_code_and_what_it_is(title: str, name: str) -> None:
    assert code(title).name == name
