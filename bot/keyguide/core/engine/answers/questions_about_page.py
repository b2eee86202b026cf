"""Answer usual questions about the last page: how long it takes, what it costs, whether it is safe."""

from __future__ import annotations

from dataclasses import replace

from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.pages import article_parts, make_replies
from keyguide.core.model.turn import Option


def answer_aspect(context: Context, aspect: str) -> TurnResult | None:
    """Answer a question about the last page from its aspects, or return None if no page was shown."""
    page = context.find_last_page()
    reply = make_replies.make_page_reply(context, page)
    if reply is None:
        return None
    if detail := article_parts.find_detail(reply, aspect):
        return context.conversation, replace(article_parts.unfold(context, reply, detail), aspect=aspect)
    title = context.knowledge.find_title(page) or ""
    nearest = _find_nearest(context, page, aspect)
    return context.conversation, replace(
        reply,
        title=context.knowledge.aspects[aspect].title,
        body=context.phrases.talk.aspect_missing.format(title=title),
        notice=title,
        options=(nearest, *reply.options) if nearest else reply.options,
        aspect=aspect,
    )


def _find_nearest(context: Context, page: str, aspect: str) -> Option | None:
    """Find the page next to this one that answers the question."""
    article = context.knowledge.find_page(page)
    for target in article.see if article else ():
        neighbour = context.knowledge.articles.get(target)
        if neighbour and aspect in neighbour.aspects:
            return make_replies.make_open_option(context, target)
    return None
