"""Rules for the life of an answer: its status, its successor, and when somebody must read it again."""

from __future__ import annotations

from collections.abc import Iterator

from keyguide.core.knowledge.folder_content import BROKEN_LINKS, Files
from keyguide.core.knowledge.problem import KeyPath, Problem
from keyguide.core.knowledge.rules.answers.articles import KnownIds
from keyguide.core.knowledge.rules.answers.single_text import check_date
from keyguide.core.knowledge.successors import find_successors
from keyguide.core.model.content.article import Article

_REVIEW_DAYS = (90, 360)  # labels, prices and dates change; principles seldom do


def check_life(files: Files, known: KnownIds) -> Iterator[Problem]:
    """Report problems of the status, the successor and the review date of articles, and of broken links."""
    resolved = find_successors(files)
    for file, number, article in files.list_articles():
        for path, text in (*_check_article(article), *_check_successor(article, known)):
            yield Problem(file, ("articles", number, *path), text)
        is_circle = article.status == "retired" and article.successor and article.id not in resolved
        if is_circle and article.successor != article.id:
            text = f"`{article.successor}` leads back here in a circle"
            yield Problem(file, ("articles", number, "successor"), text)
    for number, broken in enumerate(files.broken_links):
        for key, day in (("since", broken.since), ("checked", broken.checked)):
            yield from (Problem(BROKEN_LINKS, (number, key), text) for text in check_date(day))
        if broken.source not in known.sources | known.broken:
            text = f"the source `{broken.source}` is not in sources.yaml"
            yield Problem(BROKEN_LINKS, (number, "source"), text)


def _check_article(article: Article) -> Iterator[tuple[KeyPath, str]]:
    yield from ((("verified",), text) for text in check_date(article.verified))
    if article.review_days not in _REVIEW_DAYS:
        yield ("review_days",), "write 90 if it names labels, prices or dates, and 360 for principles"
    if article.is_served and not article.sources:
        yield ("sources",), "a reviewed answer needs a source; write `status: draft` until it has one"


def _check_successor(article: Article, known: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    if article.status != "retired":
        if article.successor:
            yield ("successor",), "only an article with `status: retired` has a successor"
    elif not article.successor:
        yield ("status",), "a retired article needs a `successor`, the page that people are shown instead"
    elif article.successor == article.id:
        yield ("successor",), "an article cannot succeed itself"
    elif problem := known.explain_missing(article.successor):
        yield ("successor",), problem
