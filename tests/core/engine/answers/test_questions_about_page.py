"""Usual questions about a page that does not answer them."""

from __future__ import annotations

from dataclasses import replace

from keyguide.core.engine.answers.questions_about_page import answer_aspect, names_only_what_is_shown
from keyguide.core.engine.context import Context
from keyguide.core.engine.pages.make_replies import make_article_reply
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.article import Article
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Reply


def read_link_how(knowledge: Knowledge) -> Context:
    """Make the context of somebody who was shown the page link-how."""
    return Context(knowledge, knowledge.phrases["en"], Conversation("ann", subject="link-how"))


def ask(knowledge: Knowledge, *articles: Article) -> tuple[Reply, Reply]:
    """Ask on the page link-how how long it takes; return the answer, and the page itself."""
    changed = replace(
        knowledge, articles={**knowledge.articles, **{article.id: article for article in articles}}
    )
    context = read_link_how(changed)
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


def test_a_text_without_any_word_of_weight_names_nothing(knowledge: Knowledge) -> None:
    assert not names_only_what_is_shown(read_link_how(knowledge), [])


def test_what_a_page_says_is_told_from_what_it_does_not(knowledge: Knowledge) -> None:
    context = read_link_how(knowledge)
    shown = knowledge.words.normalise_words(knowledge.articles["link-how"].title)

    assert names_only_what_is_shown(context, shown)
    assert not names_only_what_is_shown(context, [*shown, "zeppelin"])
