"""Find the choice of a step that a text picks: by number, label, phrase, yes or no, evidence, or facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from keyguide.core.finding.normalise import normalise_all, split_all
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.flow import Choice, Step

_MAX_DIGITS = 2  # a step has at most 20 choices
_MAX_BRIEF_WORDS = (
    6  # a longer text is a story or a question, and an answer only if it contains a long phrase
)
_ASKS_BACK = re.compile(r"(?:what (?:do|does|is|are)|whats|where|wheres|how|why)\b", re.IGNORECASE)
_MIN_PHRASE_WORDS = 3  # of a phrase that is searched for in a long text
Words = tuple[str, ...]


def choose_by_text(knowledge: Knowledge, step: Step, text: str) -> Choice | None:
    """Find the one choice that a text picks, or return None if no choice or several choices fit."""
    words = tuple(knowledge.words.normalise_words(text))
    if not words:
        return None
    methods = (_choose_by_number, _choose_exact, _choose_by_yes_or_no, _choose_by_phrase, _choose_by_words)
    asks = "?" in text or _ASKS_BACK.match(text)
    for method in methods:
        if (choice := method(knowledge, step, words)) and (not asks or method is _choose_exact):
            return choice
    return None


def choose_by_evidence(step: Step, evidence: Iterable[str]) -> Choice | None:
    """Find the first choice that the evidence in a text answers."""
    shown = set(evidence)
    return next((choice for choice in step.choices if shown & set(choice.shows)), None)


def choose_by_facts(knowledge: Knowledge, step: Step, facts: Mapping[str, str]) -> Choice | None:
    """Find the one choice all of whose facts were mentioned."""
    said = knowledge.broaden_facts(facts).items()
    return _pick_single(choice for choice in step.choices if choice.facts and choice.facts.items() <= said)


def _choose_by_number(_knowledge: Knowledge, step: Step, words: Words) -> Choice | None:
    number = int(words[0]) if len(words) == 1 and words[0].isdecimal() and len(words[0]) <= _MAX_DIGITS else 0
    return step.choices[number - 1] if 0 < number <= len(step.choices) else None


def _list_phrasings(knowledge: Knowledge, choice: Choice) -> tuple[Words, ...]:
    return split_all(knowledge.words, (choice.label, choice.id, *choice.says))


def _pick_single(choices: Iterable[Choice]) -> Choice | None:
    fitting = list(choices)
    return fitting[0] if len(fitting) == 1 else None


def _choose_exact(knowledge: Knowledge, step: Step, words: Words) -> Choice | None:
    return _pick_single(choice for choice in step.choices if words in _list_phrasings(knowledge, choice))


def _choose_by_yes_or_no(knowledge: Knowledge, step: Step, words: Words) -> Choice | None:
    """Match "yes" or "no" with the choice whose label begins with it or whose id it is."""
    text = " ".join(words)
    for phrases, answer in ((knowledge.commands.yes, "yes"), (knowledge.commands.no, "no")):
        if text in normalise_all(knowledge.words, phrases):
            return _pick_single(
                choice
                for choice in step.choices
                if choice.id == answer or _list_phrasings(knowledge, choice)[0][:1] == (answer,)
            )
    return None


def _choose_by_phrase(knowledge: Knowledge, step: Step, words: Words) -> Choice | None:
    """Find a whole label or phrase inside a text; if the text is long, the phrase must be long, too."""
    minimum = 1 if len(words) <= _MAX_BRIEF_WORDS else _MIN_PHRASE_WORDS
    return _pick_single(
        choice
        for choice in step.choices
        if any(
            len(phrase) >= minimum and _is_within(phrase, words)
            for phrase in _list_phrasings(knowledge, choice)
        )
    )


def _choose_by_words(knowledge: Knowledge, step: Step, words: Words) -> Choice | None:
    """Match a short text if all its words occur in the label or one phrase of a single choice."""
    meaningful = {word for word in words if word not in knowledge.fillers}
    if not meaningful or len(words) > _MAX_BRIEF_WORDS:
        return None
    return _pick_single(
        choice
        for choice in step.choices
        if any(meaningful <= set(phrase) for phrase in _list_phrasings(knowledge, choice))
    )


def _is_within(phrase: Words, words: Words) -> bool:
    starts = range(len(words) - len(phrase) + 1)
    return any(words[start : start + len(phrase)] == phrase for start in starts)
