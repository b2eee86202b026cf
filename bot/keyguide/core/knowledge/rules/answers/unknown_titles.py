"""Rules for titles that a text mentions: `see "Get a genuine licence"` must name a page that exists."""

from __future__ import annotations

from collections.abc import Iterator

from keyguide.core.knowledge.folder_content import Files
from keyguide.core.knowledge.mentioned_titles import list_mentions, simplify_title
from keyguide.core.knowledge.problem import Problem
from keyguide.core.knowledge.rules.answers.articles import list_parts


def check_mentions(files: Files) -> Iterator[Problem]:
    """Report titles that a reader is sent to and that no page has."""
    titles = {simplify_title(article.title) for _, _, article in files.list_articles()}
    titles |= {simplify_title(flow.title) for flow in files.flows.values()}
    if files.broken:
        return  # the page may be in a file that could not be read
    for file, number, article in files.list_articles():
        for path, part in list_parts(article):
            for title in list_mentions(part):
                if simplify_title(title) not in titles:
                    yield Problem(file, ("articles", number, *path), f'no page has the title "{title}"')
