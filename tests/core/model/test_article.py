"""What an answer and an error code say of themselves."""

from __future__ import annotations

import pytest

from keyguide.core.model.article import Article, ErrorCode


def article(**parts: str) -> Article:
    return Article("a", "A", "Body", ("ms",), "2026-11-20", "official", **parts)  # type: ignore[arg-type]


def code(title: str) -> ErrorCode:
    return ErrorCode("0xC004F211", "", "why", "what", (), ("ms",), "2026-11-20", "official", title)


@pytest.mark.parametrize(
    ("parts", "varies"),
    [({}, False), ({"win10": "x"}, False), ({"win11": "x"}, False), ({"win10": "x", "win11": "y"}, True)],
    ids=["neither", "only 10", "only 11", "both"],
)
def test_an_article_varies_where_both_windows_have_a_part(parts: dict[str, str], *, varies: bool) -> None:
    assert article(**parts).has_variants is varies


def test_an_error_code_has_an_id_that_a_link_can_hold() -> None:
    assert code("").id == "error-0xc004f211"


@pytest.mark.parametrize(
    ("title", "name"),
    [("", "0xC004F211"), ("The hardware has changed", "0xC004F211: The hardware has changed")],
    ids=["without a title", "with a title"],
)
def test_an_error_code_is_headed_by_the_code_and_what_it_is(title: str, name: str) -> None:
    assert code(title).name == name
