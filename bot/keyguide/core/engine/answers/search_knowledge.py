"""Look a question up: alone, or with what was said before if that adds certainty."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from keyguide.core.engine.answers.evidence import show_target
from keyguide.core.engine.answers.near_page import prefer_near
from keyguide.core.engine.answers.page_ranking import POINTS_BACK, join_texts
from keyguide.core.engine.answers.questions_about_page import answer_from_part, names_only_what_is_shown
from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.incoming_text import ParsedMessage, drop_denied
from keyguide.core.engine.intents import Intent
from keyguide.core.engine.pages import make_replies
from keyguide.core.finding.index import Decision, SearchResult
from keyguide.core.finding.normalise import tokenise
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.recognition import Language

_MAX_FRAGMENT_WORDS = 8  # a longer text stands alone
_SURE_IF_DOUBTFUL = 0.7  # confidence from which an answer is shown although something speaks against it
_SURE_ELSEWHERE = 0.15  # share of the best group from which a text surely belongs elsewhere
_MIN_FOREIGN_WORDS, _FOREIGN_SHARE = 2, 0.3  # small words of a language that give it away
_NEAR_LABELS = 3
_MAX_OTHERS = 2  # pages offered beside an answer about the last one
_GAIN = 0.1  # of confidence that joining texts must add
_MIN_STORY_WORDS = 2  # a code alone was answered as such, and any word behind it looks like a story
_PRODUCT_NAMES = frozenset(("microsoft", "windows", "10", "11"))  # they occur in almost every question
_ARTICLES = frozenset(("my", "our", "the", "a", "an", "this"))  # before a name
_SENTENCE = re.compile(
    r"(?<=[.!?:])\s+|\n+|[,;]?\s+(?:and also|also|and then|oh and)\s+"
    r"|[,;]?\s+and\s+(?=(?:how|what|where|why|when|which|can|could|do|does|is|are|will|should)\b)",
    re.IGNORECASE,
)
_CONJUNCTION = re.compile(r"(?:and|or|but|not even|in|on|with|without)\b", re.IGNORECASE)
_MAX_CONTINUATION_WORDS = 4
_LIKELY_REFUSED = 0.3  # share from which somebody asks again for what was refused
_MAX_QUESTIONS = 4  # sentences of a message that are looked up by themselves
_MIN_QUESTION_WORDS = 3
_SURE_SENTENCE = 0.8  # confidence from which the first sentence of several is answered first


def search(context: Context, question: str, words: list[str]) -> SearchResult:
    """Search for a text alone; a mere name such as "windows home" only brings suggestions."""
    result = _search_beside_refusals(context.knowledge, drop_denied(question), words)
    if result.decision is Decision.ANSWER and is_name_only(words):
        return replace(result, decision=Decision.SUGGEST)
    return result


def _search_beside_refusals(knowledge: Knowledge, question: str, words: list[str]) -> SearchResult:
    """Search for a text; if it may ask for something that we refuse, but may as well not, look beside it."""
    result = knowledge.finder.find(question)
    if not knowledge.is_refusal(result.top):
        return result
    if result.may_refuse or not knowledge.telltales.isdisjoint(words):
        return replace(result, decision=Decision.ANSWER, may_refuse=True)
    other = knowledge.finder.find(question, without=knowledge.list_refusals())
    return other if other.decision is Decision.ANSWER else result


def is_name_only(words: list[str]) -> bool:
    """Check whether a text only names a thing, such as "activation" or "windows home", and asks nothing."""
    return len([word for word in words if word not in _PRODUCT_NAMES | _ARTICLES]) <= 1


def answer_by_lookup(context: Context, parsed: ParsedMessage, intent: Intent) -> TurnResult:
    """Answer a question with the best result; if none is sure, suggest, refer elsewhere or admit it."""
    result, phrases = _search_in_context(context, parsed), context.phrases.talk
    if result.decision is not Decision.ANSWER and (language := _find_language(context, parsed)):
        return context.conversation, make_replies.make_miss_reply(context, language.title, language.says)
    state = parsed.find_shown_state(context)
    also = (state.go,) if state else ()
    if result.decision is Decision.ANSWER and not context.knowledge.is_refusal(result.top):
        return _show_result(context, parsed, result, also)
    if result.decision in {Decision.ANSWER, Decision.SUGGEST}:  # better to ask than to refuse by mistake
        return context.conversation, make_replies.make_suggestion_reply(
            context,
            phrases.suggest_title,
            phrases.suggest_body,
            (*also, *_put_refusals_last(context, result.labels)),
        )
    return _answer_unknown(context, parsed, result, intent, also)


def _answer_unknown(
    context: Context, parsed: ParsedMessage, result: SearchResult, intent: Intent, also: tuple[str, ...]
) -> TurnResult:
    """Answer what was not found: with more of the last page, by referring elsewhere, or by admitting it."""
    is_sure = intent.is_strange or result.elsewhere_share >= _SURE_ELSEWHERE
    is_certain = result.is_elsewhere_beyond_doubt
    is_strange = is_certain or (is_sure and result.decision is Decision.ELSEWHERE)
    is_of_page = (intent.belongs or bool(intent.aspect)) and not is_certain
    belongs = is_of_page or not is_strange or _goes_on(parsed)
    page, is_refusal = context.find_last_page(), context.knowledge.is_refusal
    guesses = tuple(guess for guess in result.guesses if not is_refusal(guess))  # suspect nobody on a guess
    also = (*guesses, *also)
    if is_refusal(page):  # nobody wants to hear more of that, but who asks for it again
        if _asks_again(context, parsed, page):
            return say_no_more(context, page, guesses)
    elif page:
        if belongs or _points_back(context, parsed) or names_only_what_is_shown(context, parsed.words):
            return _answer_from_page(context, parsed, also)
        is_doubtful = not intent.is_strange and not is_certain
        if is_doubtful and (answer := answer_from_part(context, parsed.words, also)):
            return answer
    if is_strange:
        return context.conversation, make_replies.make_elsewhere_reply(context, result.elsewhere, guesses)
    return context.conversation, make_replies.make_miss_reply(context, targets=guesses)


def list_likely_others(context: Context, parsed: ParsedMessage) -> list[str]:
    """List the pages besides the last one that a question about it may mean instead, best first."""
    result = prefer_near(context, parsed, parsed.result)
    likely = result.labels if parsed.result.decision is Decision.ANSWER else result.guesses
    page, is_refusal = context.find_last_page(), context.knowledge.is_refusal
    return [target for target in likely if target != page and not is_refusal(target)][:_MAX_OTHERS]


def _find_language(context: Context, parsed: ParsedMessage) -> Language | None:
    """Find the language of a text by its small words; None if it is English or cannot be told."""
    words = tokenise(parsed.message.question)
    counts = {
        language: sum(word in language.words for word in words) for language in context.knowledge.languages
    }
    best = max(counts, key=lambda language: counts[language], default=None)
    is_clear = best is not None and counts[best] >= max(_MIN_FOREIGN_WORDS, len(words) * _FOREIGN_SHARE)
    return best if is_clear else None


def _asks_again(context: Context, parsed: ParsedMessage, refused: str) -> bool:
    """Check whether a text most likely asks once more for what was just refused: "come on, just one"."""
    ranking = context.knowledge.finder.classify(parsed.message.question)
    return bool(ranking) and ranking[0][0] == refused and ranking[0][1] >= _LIKELY_REFUSED


def _goes_on(parsed: ParsedMessage) -> bool:
    """Check whether a brief text begins as if it went on with what was said: "and over vpn?"."""
    return bool(_CONJUNCTION.match(parsed.message.question)) and len(parsed.words) <= _MAX_CONTINUATION_WORDS


def _points_back(context: Context, parsed: ParsedMessage) -> bool:
    """Check whether a text such as "how do i fix that" points to the last page, and names hardly anything."""
    words = set(parsed.words)
    return bool(words & POINTS_BACK) and len(words - context.knowledge.fillers - POINTS_BACK) <= 1


def _show_result(
    context: Context, parsed: ParsedMessage, result: SearchResult, also: tuple[str, ...]
) -> TurnResult:
    """Show what was found; of the page that was just shown, say that it is all there is."""
    targets = (*result.labels[1:4], *also)
    if make_replies.choose_variant(context, result.top) == context.find_last_page():
        return _answer_from_page(context, parsed, targets)
    first, second = _order_questions(context, parsed, result.top)
    conversation, reply = show_target(context, first, "", targets)
    return conversation, make_replies.offer_first(context, reply, [second])


def _search_in_context(context: Context, parsed: ParsedMessage) -> SearchResult:
    """Search for a text, with what was said before if that adds certainty, near the last page if unsure."""
    alone = parsed.result.decision is Decision.ANSWER
    result = parsed.result if alone else _search_joined(context, parsed)
    return _put_doubtful_last(context, prefer_near(context, parsed, result))


def _put_doubtful_last(context: Context, result: SearchResult) -> SearchResult:
    """Put what is fresh before what is doubtful; a doubtful answer that is not sure is only suggested."""
    nearest, others = result.labels[:_NEAR_LABELS], result.labels[_NEAR_LABELS:]
    is_sure = result.is_sure(_SURE_IF_DOUBTFUL)
    doubtful = [label for label in nearest if context.is_doubtful(label)]
    if is_sure or not doubtful or len(doubtful) == len(nearest) or result.top not in doubtful:
        return result
    fresh = [label for label in nearest if label not in doubtful]
    is_answer = result.decision is Decision.ANSWER
    return replace(
        result,
        decision=Decision.SUGGEST if is_answer else result.decision,
        labels=(*fresh, *doubtful, *others),
        guesses=tuple(sorted(result.guesses, key=context.is_doubtful)),
    )


def is_windows_only(context: Context, parsed: ParsedMessage) -> bool:
    """Check whether a text only names a version, for the current subject.

    Examples are "and on windows 10?" and "sorry, i meant 10 not 11".
    """
    words, knowledge = set(parsed.words), context.knowledge
    has_version = bool(parsed.message.evidence.windows or "windows" in parsed.message.facts)
    small_words = knowledge.fillers | knowledge.corrections | _PRODUCT_NAMES
    return words <= _PRODUCT_NAMES or (has_version and words <= small_words)


def _search_joined(context: Context, parsed: ParsedMessage) -> SearchResult:
    """Search for a fragment together with the texts before it; keep that only if it adds certainty."""
    result, text = parsed.result, parsed.message.question
    before = join_texts(context.earlier)
    is_story = len(tokenise(before)) >= _MIN_STORY_WORDS
    if len(tokenise(text)) > _MAX_FRAGMENT_WORDS or not is_story or result.is_likely_elsewhere:
        return result
    finder = context.knowledge.finder
    joined = finder.find(join_texts(context.earlier, text))
    adds = joined.decision is Decision.ANSWER and joined.confidence >= result.confidence + _GAIN
    return joined if adds and joined.confidence >= finder.find(before).confidence + _GAIN else result


def _put_refusals_last(context: Context, targets: Iterable[str]) -> list[str]:
    """Put refusals after all other pages, because nobody likes to be suspected."""
    return sorted(targets, key=context.knowledge.is_refusal)


def _answer_from_page(context: Context, parsed: ParsedMessage, also: tuple[str, ...]) -> TurnResult:
    """Answer with the part of the last page that speaks of a text, or say that the page is all there is.

    If somebody has just named another version of Windows, there is its twin to show.
    """
    page = context.find_last_page()
    if (twin := make_replies.choose_variant(context, page)) != page:
        return show_target(context, twin, "", also)
    return answer_from_part(context, parsed.words, also) or say_no_more(context, page, also)


def say_no_more(context: Context, page: str, also: tuple[str, ...] = ()) -> TurnResult:
    """Say that the page just shown is all there is, with what may help instead."""
    phrases = context.phrases.talk
    title = context.knowledge.find_title(page) or ""
    article = context.knowledge.find_page(page)
    others = [target for target in (*also, *(article.see if article else ())) if target != page]
    reply = make_replies.make_suggestion_reply(
        context,
        phrases.no_more_title,
        phrases.no_more_body.format(title=title),
        _put_refusals_last(context, others),
    )
    return context.conversation, replace(reply, subject=page)


def _order_questions(context: Context, parsed: ParsedMessage, found: str) -> tuple[str, str]:
    """Return what the first sentence of a message asks, and what another one asks; empty if none does."""
    sentences = [
        part
        for part in _SENTENCE.split(parsed.message.question)
        if len(tokenise(part)) >= _MIN_QUESTION_WORDS
    ][:_MAX_QUESTIONS]
    if len(sentences) < 2:  # noqa: PLR2004 -- one question
        return found, ""
    results = [context.knowledge.finder.find(sentence) for sentence in sentences]
    asked = [
        result
        for result in results
        if result.decision is Decision.ANSWER and not context.knowledge.is_refusal(result.top)
    ]
    pages = [result.top for result in asked]
    sure = [result.top for result in asked if result.confidence >= _SURE_SENTENCE]
    first = sure[0] if found in pages and sure else found
    return first, next((page for page in pages if page != first), "")
