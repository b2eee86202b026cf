"""Answer usual questions about the last page: how long it takes, what it costs, whether it is safe."""

from __future__ import annotations

from dataclasses import replace

from keyguide.core.engine import replies
from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.model.turn import Option


def answer_aspect(context: Context, aspect: str) -> TurnResult | None:
    """Answer a question about the last page from its aspects, or return None if no page was shown."""
    page = context.find_last_page()
    reply = replies.make_page_reply(context, page)
    if reply is None:
        return None
    article = context.knowledge.articles.get(page)
    phrases = context.phrases.talk
    title = context.knowledge.find_title(page) or ""
    if article and (text := article.aspects.get(aspect)):
        body = text
    else:
        body = phrases.aspect_missing.format(title=title)
    nearest = _find_nearest(context, page, aspect) if not (article and aspect in article.aspects) else None
    options = (nearest, *reply.options) if nearest else reply.options
    asked = context.knowledge.aspects[aspect].title
    return context.conversation, replace(
        reply, title=asked, body=body, notice=title, options=options, aspect=aspect
    )


def _find_nearest(context: Context, page: str, aspect: str) -> Option | None:
    """Find the page next to this one that answers the question."""
    article = context.knowledge.articles.get(page) or context.knowledge.find_error(page)
    for target in article.see if article else ():
        neighbour = context.knowledge.articles.get(target)
        if neighbour and aspect in neighbour.aspects:
            return replies.make_open_option(context, target)
    return None
