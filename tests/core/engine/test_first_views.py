"""What people see at first of our own answers: one screen, and less than a minute to read aloud."""

from __future__ import annotations

import re
from statistics import median

import pytest

from keyguide.core.engine.pages.article_parts import build_first_view
from keyguide.core.model.content.article import Article
from keyguide.core.phrases.phrases import Phrases
from keyguide.load.folder import FolderContents

WORDS_PER_MINUTE, MAX_SECONDS = 165, 45
_SIGNS = re.compile(r"[*`>]")
_WORD = re.compile(r"[\w’'.:/\\-]+")


@pytest.fixture(scope="module")
def first_views(real_contents: FolderContents) -> dict[str, tuple[str, str]]:
    """Map each article to its title and its first view, for somebody whose Windows is unknown."""
    files = real_contents.files
    phrases: Phrases = files.phrases["phrases/en.yaml"]
    articles: list[Article] = [article for _, _, article in files.list_articles() if article.is_served]
    return {article.id: (article.title, build_first_view(phrases, article, "")) for article in articles}


def test_half_of_the_first_views_have_at_most_600_characters(
    first_views: dict[str, tuple[str, str]],
) -> None:
    assert median(len(view) for _, view in first_views.values()) <= 600


def test_no_first_view_has_more_than_1000_characters(first_views: dict[str, tuple[str, str]]) -> None:
    assert {page: len(view) for page, (_, view) in first_views.items() if len(view) > 1_000} == {}


def test_no_answer_takes_more_than_45_seconds_to_read_aloud(
    first_views: dict[str, tuple[str, str]],
) -> None:
    seconds = {
        page: len(_WORD.findall(_SIGNS.sub("", f"{title} {view}"))) * 60 / WORDS_PER_MINUTE
        for page, (title, view) in first_views.items()
    }

    assert {page: round(long) for page, long in seconds.items() if long > MAX_SECONDS} == {}
