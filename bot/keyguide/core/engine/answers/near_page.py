"""Weigh what a message may be about by the page just shown: people mostly ask on about what is near it.

How much likelier the page itself and those that it links to are was learnt from the second and later turns of
the golden conversations: there, "do updates still come" after the limits of Windows without a licence is no
question about the end of Windows 10.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import exp

from keyguide.core.engine.answers.questions_about_page import (
    MIN_COMMON_LETTERS,
    count_letters,
    find_common,
    find_telling_words,
)
from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.incoming_text import ParsedMessage, drop_denied
from keyguide.core.engine.intents import is_question
from keyguide.core.engine.pages.make_replies import choose_variant, offer_first
from keyguide.core.evidence.mentioned_facts import find_facts
from keyguide.core.finding.index import Decision, SearchResult
from keyguide.core.finding.normalise import tokenise
from keyguide.core.model.content.article import Article, ErrorCode
from keyguide.core.model.turn import Kind

# words that point to what was said or shown before
POINTS_BACK = frozenset(["it", "that", "this", "there", "them", "they", "these", "those", "one", "its"])
_MAX_BRIEF_WORDS = 8
_SURE_OTHER = 0.9  # confidence from which a text is about another page, whatever was shown last
_SURE_SHARE = 0.6  # from which a page that the last one links to is shown, and another one to who asks
_LEAST = 0.001  # share that every page has: nobody can be surer
_MAX_LABELS = 8
# share from which a page is offered beside such a reply, and how many are
_LEAST_LIKELY = {Kind.ARTICLE: 0.04, Kind.SUGGEST: 0.04, Kind.STEP: 0.04, Kind.MISS: 0.1, Kind.ELSEWHERE: 0.1}
_LEAST_IF_UNHAPPY, _NEVER = 0.3, 1.1
_UNHAPPY = frozenset(("not-solved", "did-that", "repeating", "wrong", "insult", "yes", "no", "unsure"))
_MAX_LIKELY = 3
_MAX_GUESSES = 4


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
    ranking = _rank_near_page(context, parsed, article, _count_said_letters(context, parsed))
    top, share = next(iter(ranking), ("", 0.0))
    near = [label for label, _ in ranking[:_MAX_LABELS]]
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
    counts = _count_said_letters(context, parsed)
    if article is None or not counts:
        return ""
    ranking = _rank_near_page(context, parsed, article, counts)
    top, share = next(iter(ranking), ("", 0.0))
    return top if counts.get(top, 0) >= MIN_COMMON_LETTERS and share >= _SURE_SHARE else ""


def rank_pages(context: Context, parsed: ParsedMessage) -> list[tuple[str, float]]:
    """Rank the answers that a text may mean, with their shares, near the last page if there is one."""
    knowledge, page = context.knowledge, context.knowledge.find_page(context.find_last_page())
    if page is None:
        return _sort_pages(context, _rank_with_earlier(context, parsed.message.question, _WITHOUT_PAGE))
    if knowledge.is_refusal(page.id):  # it colours nothing
        return _sort_pages(context, dict(knowledge.finder.classify(drop_denied(parsed.message.question))))
    return _rank_near_page(context, parsed, page, _count_said_letters(context, parsed))


def offer_likely(context: Context, parsed: ParsedMessage, answer: TurnResult) -> TurnResult:
    """Put the pages that a text may mean as well first: one press leads from a wrong answer to the right."""
    conversation, reply = answer
    least = _LEAST_IF_UNHAPPY if reply.act in _UNHAPPY else _LEAST_LIKELY.get(reply.kind, _NEVER)
    others = [page for page in list_likely(context, parsed, least) if page != reply.subject]
    return conversation, offer_first(context, reply, others[:_MAX_LIKELY])


def list_likely(context: Context, parsed: ParsedMessage, least: float) -> list[str]:
    """List the pages that a text may mean with at least this share, best first; no refusal is among them."""
    if least >= _NEVER:
        return []
    is_refusal = context.knowledge.is_refusal
    ranking = rank_pages(context, parsed)
    likely = [label for label, share in ranking if share >= least and not is_refusal(label)]
    return [choose_variant(context, label) for label in sorted(likely, key=context.is_doubtful)]


def _order(result: SearchResult, decision: Decision, labels: Iterable[str]) -> SearchResult:
    return replace(result, decision=decision, labels=tuple(dict.fromkeys(labels)))


def _rank_near_page(
    context: Context, parsed: ParsedMessage, page: Article | ErrorCode, said_letters: dict[str, int]
) -> list[tuple[str, float]]:
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


def _sort_pages(context: Context, weighed: dict[str, float]) -> list[tuple[str, float]]:
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
    joined = dict(finder.classify(" ".join((*context.earlier, text))))
    return {
        label: (share + _LEAST) ** weights[0] * (joined.get(label, 0.0) + _LEAST) ** weights[1]
        for label, share in alone
    }


def _count_said_letters(context: Context, parsed: ParsedMessage) -> dict[str, int]:
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
