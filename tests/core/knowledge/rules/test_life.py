"""The life of an answer: what its status demands, where a retired one leads, and what links say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

LINKING, HELP, BROKEN = "articles/linking.yaml", "articles/help.yaml", "broken-links.yaml"
LINK = "{source: ms-help, since: 2026-11-20, checked: 2026-11-27, reason: status 404}"


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        pytest.param(
            "verified: 2026-01-09",
            "verified: ▸2026-13-09",
            "`2026-13-09` is not a date: write it as 2026-11-20",
            id="a date that does not exist",
        ),
        pytest.param(
            "verified: 2026-01-09",
            "verified: 2026-01-09\n    review_days: ▸30",
            "write 90 if it names labels, prices or dates, and 360 for principles",
            id="a review date of another kind",
        ),
        pytest.param(
            "sources: [ms-linking]\n    verified: 2026-01-09",
            "sources: ▸[]\n    verified: 2026-01-09",
            "a reviewed answer needs a source; write `status: draft` until it has one",
            id="a reviewed answer without a source",
        ),
        pytest.param(
            "verified: 2026-01-09",
            "verified: 2026-01-09\n    successor: ▸link-how",
            "only an article with `status: retired` has a successor",
            id="a successor of an article that is still served",
        ),
        pytest.param(
            "verified: 2026-01-09",
            "verified: 2026-01-09\n    status: ▸retired",
            "a retired article needs a `successor`, the page that people are shown instead",
            id="a retired article that leads nowhere",
        ),
        pytest.param(
            "verified: 2026-01-09",
            "verified: 2026-01-09\n    status: retired\n    successor: ▸link-check",
            "an article cannot succeed itself",
            id="its own successor",
        ),
        pytest.param(
            "verified: 2026-01-09",
            "verified: 2026-01-09\n    status: retired\n    successor: ▸link-chekc",
            "`link-chekc` does not exist",
            id="an unknown successor",
        ),
    ],
)
def test_an_article_that_breaks_a_rule_is_reported(
    refused: Callable[[str, str, str, str], None], old: str, new: str, text: str
) -> None:
    refused(LINKING, old, new, text)


def test_articles_that_succeed_each_other_in_a_circle_are_all_reported(folder: Any) -> None:
    first = folder.change(
        LINKING,
        "verified: 2026-01-09",
        "verified: 2026-01-09\n    status: retired\n    successor: ▸no-cracks",
    )
    second = folder.change(HELP, "refuses: true", "status: retired\n    successor: ▸link-check")

    assert folder.list_problems() == [
        f"{second}: `link-check` leads back here in a circle",
        f"{first}: `no-cracks` leads back here in a circle",
    ]


@pytest.mark.parametrize("status", ["draft", "retired\n    successor: link-check"])
def test_an_article_that_nobody_is_shown_needs_no_source(folder: Any, status: str) -> None:
    folder.change(HELP, "refuses: true\n    aspects: {how-long: A minute.}\n    sources: [ms-help]",
                  f"status: {status}\n    sources: []")  # fmt: skip

    assert folder.list_problems() == []


def test_broken_links_are_sound_or_reported(folder: Any) -> None:
    folder.write(BROKEN, f"- {LINK}\n")
    assert folder.list_problems() == []

    place = folder.write(BROKEN, "- " + LINK.replace("ms-help", "▸ms-hepl") + "\n")
    assert folder.list_problems() == [f"{place}: the source `ms-hepl` is not in sources.yaml"]

    place = folder.write(BROKEN, "- " + LINK.replace("2026-11-20", "▸2026-11-31") + "\n")
    assert folder.list_problems() == [f"{place}: `2026-11-31` is not a date: write it as 2026-11-20"]
