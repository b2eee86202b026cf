"""Decide by the page just shown what a message is about: people mostly ask on about what is near it.

"Do updates still come" after the limits of Windows without a licence is no question about the end of
Windows 10.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from keyguide.core.engine.answers.page_ranking import count_said_letters, rank_near_page
from keyguide.core.engine.answers.questions_about_page import MIN_COMMON_LETTERS
from keyguide.core.engine.context import Context
from keyguide.core.engine.incoming_text import ParsedMessage
from keyguide.core.engine.intents import is_question
from keyguide.core.finding.index import Decision, SearchResult

_SURE_OTHER = 0.9  # confidence from which a text is about another page, whatever was shown last
_SURE_SHARE = 0.6  # from which a page that the last one links to is shown, and another one to who asks
_MAX_LABELS = 8
_MAX_GUESSES = 4


def prefer_near(context: Context, parsed: ParsedMessage, result: SearchResult) -> SearchResult:
    """Prefer the last page and those that it links to, unless a text is surely about another one.

    If the last page itself comes first, there is nothing to show but what else it says.
    """
    page = context.find_last_page()
    article = context.knowledge.find_page(page)
    is_answer = result.decision is Decision.ANSWER
    is_sure = is_answer and result.confidence >= _SURE_OTHER
    if article is None or is_sure or context.knowledge.is_refusal(page):  # a refusal colours nothing
        return result
    top, share = next(iter(parsed.ranking), ("", 0.0))
    near = [label for label, _ in parsed.ranking[:_MAX_LABELS]]
    others, found = [label for label in near if label != page], [result.top] if is_answer else []
    is_clear, is_linked = share >= _SURE_SHARE, top in article.see
    is_likely_ours = result.decision in {Decision.ANSWER, Decision.SUGGEST}
    if not is_likely_ours and not (is_clear and is_linked and result.confidence >= _SURE_OTHER):
        return replace(result, guesses=tuple(others[:_MAX_GUESSES]) if result.guesses else ())
    if top == page:
        return _order(result, Decision.ANSWER, [page, *found, *others])
    if is_clear and (is_linked or top in found):
        return _order(result, Decision.ANSWER, near)
    if is_answer and not is_question(parsed.message.question):
        return result
    return _order(result, Decision.SUGGEST, [*others[:2], *found, *others])


def find_right_page(context: Context, parsed: ParsedMessage) -> str:
    """Find the page that the last one calls the right one for what a text says; empty if it names none.

    "But I replaced the motherboard" after "It was activated and now it is not" is no detail of that page.
    """
    article = context.knowledge.articles.get(context.find_last_page())
    counts = count_said_letters(context, parsed)
    if article is None or not counts:
        return ""
    ranking = rank_near_page(context, parsed, article, counts)
    top, share = next(iter(ranking), ("", 0.0))
    return top if counts.get(top, 0) >= MIN_COMMON_LETTERS and share >= _SURE_SHARE else ""


def _order(result: SearchResult, decision: Decision, labels: Iterable[str]) -> SearchResult:
    return replace(result, decision=decision, labels=tuple(dict.fromkeys(labels)))
