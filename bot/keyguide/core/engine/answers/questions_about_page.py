"""Answer questions about the last page: from its aspects, or from the folded part that speaks of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.pages import article_parts, make_replies
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.turn import Detail, Reply

_MIN_TELLING_LETTERS = 4  # shorter words occur in every text
_STEM_LETTERS = 5  # words that begin alike are taken for the same: "update" and "updates"
MIN_COMMON_LETTERS = 9  # two words, or a long one


def answer_aspect(context: Context, aspect: str, also: Iterable[str] = ()) -> TurnResult | None:
    """Answer a question about the last page from its aspects, or return None if no page was shown.

    Other pages that the question may be about, `also`, come first among the options.
    """
    page = context.find_last_page()
    reply = make_replies.make_page_reply(context, page)
    if reply is None:
        return None
    if detail := article_parts.find_detail(reply, aspect):
        shown = make_replies.offer_first(context, article_parts.unfold(context, reply, detail), also)
        return context.conversation, replace(shown, aspect=aspect)
    title = context.knowledge.find_title(page) or ""
    missing = replace(
        reply,
        title=context.knowledge.aspects[aspect].title,
        body=context.phrases.talk.aspect_missing.format(title=title),
        notice=title,
        aspect=aspect,
    )
    nearest = _find_nearest(context, page, aspect)
    return context.conversation, make_replies.offer_first(context, missing, [nearest, *also])


def _find_nearest(context: Context, page: str, aspect: str) -> str:
    """Find the page next to this one that answers the question; empty if there is none."""
    article = context.knowledge.find_page(page)
    for target in article.see if article else ():
        neighbour = context.knowledge.articles.get(target)
        if neighbour and aspect in neighbour.aspects:
            return target
    return ""


def answer_from_part(context: Context, words: list[str], also: tuple[str, ...]) -> TurnResult | None:
    """Answer with the folded part of the last page that speaks of a question; None if none clearly does."""
    reply = make_replies.make_page_reply(context, context.find_last_page(), also)
    part = _find_part(context, reply, words) if reply else None
    if reply is None or part is None:
        return None
    return context.conversation, make_replies.offer_first(
        context, article_parts.unfold(context, reply, part), also
    )


def names_only_what_is_shown(context: Context, words: list[str]) -> bool:
    """Check whether every word that a text is about is on the last page: "could it be my VPN?"."""
    knowledge = context.knowledge
    named = {word for word in words if word not in knowledge.fillers}
    reply = make_replies.make_page_reply(context, context.find_last_page()) if named else None
    if reply is None:
        return False
    texts = (reply.title, reply.body, *(detail.text for detail in reply.details))
    return named <= set(knowledge.words.normalise_words(" ".join(texts)))


def _find_part(context: Context, reply: Reply, words: list[str]) -> Detail | None:
    """Find the folded part that shares most with a question, if it shares more than what was shown does."""
    knowledge = context.knowledge
    telling = find_telling_words(knowledge, words)
    counts = {detail: count_letters(find_common(knowledge, telling, detail.text)) for detail in reply.details}
    best = max(counts, key=lambda detail: counts[detail], default=None)
    shown = count_letters(find_common(knowledge, telling, f"{reply.title} {reply.body}"))
    return best if best and counts[best] >= max(MIN_COMMON_LETTERS, shown + 1) else None


def find_telling_words(knowledge: Knowledge, words: list[str]) -> dict[str, str]:
    """Find the words of a question that tell what it is about, by their stems."""
    return {
        word[:_STEM_LETTERS]: word
        for word in words
        if len(word) >= _MIN_TELLING_LETTERS and word not in knowledge.fillers
    }


def find_common(knowledge: Knowledge, telling: dict[str, str], text: str) -> dict[str, str]:
    """Find those telling words that a text has as well."""
    stems = {word[:_STEM_LETTERS] for word in knowledge.words.normalise_words(text)}
    return {stem: word for stem, word in telling.items() if stem in stems}


def count_letters(words: dict[str, str]) -> int:
    """Count the letters of words: long ones tell more."""
    return sum(map(len, words.values()))
