"""Usual questions about a page that does not answer them."""

from __future__ import annotations

from dataclasses import replace

from keyguide.core.engine.answers.questions_about_page import answer_aspect
from keyguide.core.engine.context import Context
from keyguide.core.engine.pages.make_replies import make_article_reply
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.article import Article
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Reply


def ask(knowledge: Knowledge, *articles: Article) -> tuple[Reply, Reply]:
    """Ask on the page link-how how long it takes; return the answer, and the page itself."""
    changed = replace(
        knowledge, articles={**knowledge.articles, **{article.id: article for article in articles}}
    )
    context = Context(changed, changed.phrases["en"], Conversation("ann", subject="link-how"))
    answer = answer_aspect(context, "how-long")
    assert answer is not None
    return answer[1], make_article_reply(context, "link-how")


def test_a_page_that_does_not_say_it_offers_the_nearest_that_does(knowledge: Knowledge) -> None:
    page = replace(knowledge.articles["link-how"], aspects={}, see=("is-it-linked", "link-check"))

    reply, shown = ask(knowledge, page)

    assert page.title in reply.body
    assert reply.options[0].about == "link-check"
    assert sorted(option.pick for option in reply.options) == sorted(option.pick for option in shown.options)


def test_if_no_page_near_says_it_either_nothing_more_is_offered(knowledge: Knowledge) -> None:
    page = replace(knowledge.articles["link-how"], aspects={}, see=("link-check",))
    near = replace(knowledge.articles["link-check"], aspects={})

    reply, shown = ask(knowledge, page, near)

    assert page.title in reply.body
    assert reply.options == shown.options
