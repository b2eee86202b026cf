"""Find, show and check the answers that a server wrote for itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from keyguide.core.engine.pages.make_replies import make_closing_options, make_verdict_options
from keyguide.core.evidence.secrets import mask
from keyguide.core.finding.index import Decision
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.knowledge.rules.answers.single_text import MAX_LABEL, check_text
from keyguide.core.model.server_answer import OwnAnswer
from keyguide.core.model.turn import Kind, Reply
from keyguide.core.phrases.phrases import Phrases

MAX_TEXT, MAX_ASK, MAX_ASKS = 1_000, 100, 10
_LIKENESS = 0.75  # share of words in common from which a text asks for an answer
_MAX_WORDS = 20  # a longer text is a story, and its answer is in the knowledge
_LINK = re.compile(r"\]\((https://[^)\s]{4,300})\)")


def find_own_answer(knowledge: Knowledge, answers: Sequence[OwnAnswer], text: str) -> OwnAnswer | None:
    """Find the answer that a text asks for, None if it is not clearly one of them."""
    words = _extract_words(knowledge, text) if answers else frozenset()
    if not words or len(words) > _MAX_WORDS:
        return None
    ranked = [
        (_compare(words, _extract_words(knowledge, ask)), number)
        for number, answer in enumerate(answers)
        for ask in (answer.title, *answer.asks)
    ]
    likeness, number = max(ranked, default=(0.0, 0))
    return answers[number] if likeness >= _LIKENESS else None


def _extract_words(knowledge: Knowledge, text: str) -> frozenset[str]:
    """Extract the words that say what a text is about; all of them if each is a filler."""
    words = knowledge.words.normalise_words(text[: MAX_ASK * 4])
    return frozenset(word for word in words if word not in knowledge.fillers) or frozenset(words)


def _compare(words: frozenset[str], others: frozenset[str]) -> float:
    return 2 * len(words & others) / (len(words) + len(others)) if others else 0.0


def make_own_reply(phrases: Phrases, answer: OwnAnswer) -> Reply:
    """Make the reply that shows a server's own answer, as the server's."""
    options = (*make_verdict_options(phrases, answer.subject), *make_closing_options(phrases))
    return Reply(
        Kind.ARTICLE,
        answer.title,
        answer.text,
        answer.subject,
        options=options,
        footing=phrases.talk.own_answer,
    )


def check_own_answer(knowledge: Knowledge, answer: OwnAnswer, others: Sequence[OwnAnswer]) -> Iterator[str]:
    """Yield the name of each phrase that says what is wrong with an answer."""
    texts = (answer.title, answer.text, *answer.asks)
    if not answer.title.strip() or len(answer.title) > MAX_LABEL or "\n" in answer.title:
        yield "wrong_title"
    if not answer.text.strip() or len(answer.text) > MAX_TEXT:
        yield "wrong_text"
    if any(mask(text, knowledge.public_keys).secret for text in texts):
        yield "wrong_secret"
    elif [*check_text(answer.text, frozenset(_LINK.findall(answer.text)), knowledge.public_keys)]:
        yield "wrong_markup"
    yield from _check_asks(knowledge, answer, others)


def _check_asks(knowledge: Knowledge, answer: OwnAnswer, others: Sequence[OwnAnswer]) -> Iterator[str]:
    """Check that the ways to ask are few and short, and ask for nothing that is answered already."""
    if not 1 <= len(answer.asks) <= MAX_ASKS or any(len(ask) > MAX_ASK for ask in answer.asks):
        yield "wrong_asks"
    if any(find_own_answer(knowledge, others, ask) for ask in answer.asks):
        yield "wrong_twice"
    pages = [page for text in (answer.title, *answer.asks) if (page := _find_page(knowledge, text))]
    if any(knowledge.is_refusal(page) for page in pages):
        yield "wrong_refused"
    elif pages:
        yield "wrong_known"


def _find_page(knowledge: Knowledge, text: str) -> str:
    """Find the page of the knowledge that answers a text for sure, "" if there is none."""
    result = knowledge.finder.find(text)
    return result.top if result.decision is Decision.ANSWER else ""
