"""Rank the pages that a message may mean: by its words, by all that was said before, and by the last page.

What people write second and third hardly tells by itself what it is about ("and how do i see that it runs").
How much the texts before count, and how much likelier the last page and those that it links to are, was
learnt from 1,100 later turns of 519 conversations.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from keyguide.core.engine.answers.questions_about_page import (
    MIN_COMMON_LETTERS,
    count_letters,
    find_common,
    find_telling_words,
)
from keyguide.core.engine.context import Context
from keyguide.core.engine.incoming_text import MAX_QUESTION_LENGTH, ParsedMessage, drop_denied
from keyguide.core.evidence.mentioned_facts import find_facts
from keyguide.core.finding.normalise import tokenise
from keyguide.core.model.content.article import Article, ErrorCode

Ranking = list[tuple[str, float]]  # pages and flows with their shares of 1, best first

# words that point to what was said or shown before
POINTS_BACK = frozenset(["it", "that", "this", "there", "them", "they", "these", "those", "one", "its"])
_MAX_BRIEF_WORDS = 8
_LEAST = 0.001  # share that every page has: nobody can be surer


@dataclass(frozen=True, slots=True)
class _Weights:
    """How much likelier a message is about some page, as a logarithm; the rest is added if it applies."""

    always: float
    points_back: float
    is_brief: float

    def add_up(self, parsed: ParsedMessage) -> float:
        """Return how many times likelier that page is for this message than without the last page."""
        return exp(
            self.always
            + self.points_back * bool(POINTS_BACK & set(parsed.words))
            + self.is_brief * (len(tokenise(parsed.message.question)) <= _MAX_BRIEF_WORDS)
        )


_SAME_PAGE = _Weights(always=1.65, points_back=0.3, is_brief=1.4)
_LINKED_PAGE = _Weights(always=1.6, points_back=0.7, is_brief=0.4)
# how much a message counts by itself and behind what was said before it, after a page and without one
_AFTER_PAGE, _WITHOUT_PAGE = (1.0, 0.7), (0.7, 1.1)
_SAID_CASE, _SAID_LETTER = 1.5, 0.5  # of the right page, if the last one says when it is the wrong one
_MIN_SAID_LETTERS = 5
_MIN_SAID = 1 / 3  # of the letters of telling words: whoever names a case in passing means something else


def rank_pages(context: Context, parsed: ParsedMessage) -> Ranking:
    """Rank the answers that a text may mean, with their shares, near the last page if there is one."""
    knowledge, page = context.knowledge, context.knowledge.find_page(context.find_last_page())
    if page is None:
        return _sort_pages(context, _rank_with_earlier(context, parsed.message.question, _WITHOUT_PAGE))
    if knowledge.is_refusal(page.id):  # it colours nothing
        return _sort_pages(context, dict(knowledge.finder.classify(drop_denied(parsed.message.question))))
    return rank_near_page(context, parsed, page, count_said_letters(context, parsed))


def rank_near_page(
    context: Context, parsed: ParsedMessage, page: Article | ErrorCode, said_letters: dict[str, int]
) -> Ranking:
    """Rank the answers that a text may mean, with their shares, if it was said after a page."""
    knowledge = context.knowledge
    weights = dict.fromkeys(page.see, _LINKED_PAGE.add_up(parsed))
    weights[page.id] = _SAME_PAGE.add_up(parsed)
    for target, count in said_letters.items():
        weights[target] = weights.get(target, 1.0) * exp(_SAID_CASE + _SAID_LETTER * count)
    shares = _rank_with_earlier(context, parsed.message.question, _AFTER_PAGE)
    if page.id not in knowledge.articles:
        shares[page.id] = sum(shares.values()) / (len(shares) + 1)  # no example has the label of an error
    return _sort_pages(context, {label: share * weights.get(label, 1.0) for label, share in shares.items()})


def _sort_pages(context: Context, weighed: dict[str, float]) -> Ranking:
    """Sort what can be shown by its share of all, best first."""
    total = sum(weighed.values()) or 1.0  # no share at all if a text has no words
    ranking = sorted(weighed.items(), key=lambda each: -each[1])
    return [(label, share / total) for label, share in ranking if context.knowledge.find_title(label)]


def _rank_with_earlier(context: Context, text: str, weights: tuple[float, float]) -> dict[str, float]:
    """Weigh what a text is about by itself with what it is about behind all that was said before it."""
    finder = context.knowledge.finder
    alone = finder.classify(drop_denied(text))
    if not context.earlier:
        return dict(alone)
    joined = dict(finder.classify(join_texts(context.earlier, text)))
    return {
        label: (share + _LEAST) ** weights[0] * (joined.get(label, 0.0) + _LEAST) ** weights[1]
        for label, share in alone
    }


def join_texts(before: tuple[str, ...], text: str = "") -> str:
    """Join texts with one that follows them; what is too long loses its beginning."""
    return " ".join((*before, text)).strip()[-MAX_QUESTION_LENGTH:]


def count_said_letters(context: Context, parsed: ParsedMessage) -> dict[str, int]:
    """Count, for each page that the last one calls the right one in some case, what a text says of that case.

    Words that the last page says itself tell nothing. A fact that both state ("its a work laptop") counts as
    a long word.
    """
    knowledge, article = context.knowledge, context.knowledge.articles.get(context.find_last_page())
    telling, facts = find_telling_words(knowledge, parsed.words), parsed.message.facts.items()
    if article is None or not (telling or facts):
        return {}
    least = max(_MIN_SAID_LETTERS, count_letters(telling) * _MIN_SAID)
    counts: dict[str, int] = {}
    for target, case in knowledge.find_conditions(article.not_this_if).items():
        words = find_common(knowledge, telling, case)
        both = facts & find_facts(case.replace("?", "."), knowledge.mentions).items() if facts else ()
        if count_letters(words) + MIN_COMMON_LETTERS * len(both) < least:
            continue  # most texts say no case, and what the page says need not be looked at then
        shown = find_common(knowledge, words, f"{article.title} {article.answer}")
        counts[target] = count_letters(words) - count_letters(shown) + MIN_COMMON_LETTERS * len(both)
    return {target: count for target, count in counts.items() if count >= least}
