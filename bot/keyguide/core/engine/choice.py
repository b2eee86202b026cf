"""Which choice of a step a text picks: by number, label, another way to put it, yes or no, or evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.flow import Choice, Step

_MAX_DIGITS = 2  # a step has at most 20 choices
_MAX_BRIEF_WORDS = (
    6  # words; a longer text is a story or a question, and is only an answer where it says so exactly
)


def choose_by_text(knowledge: Knowledge, step: Step, text: str) -> Choice | None:
    """Return the one choice that the words pick, None where none or several do."""
    words = knowledge.words.normalise_words(text)
    if not words:
        return None
    for way in (_choose_by_number, _choose_exact, _choose_by_yes_or_no, _choose_by_phrase, _choose_by_words):
        if (picked := way(knowledge, step, words)) and ("?" not in text or way is _choose_exact):
            return picked
    return None


def choose_by_evidence(step: Step, shown: Iterable[str]) -> Choice | None:
    """Return the first choice that is answered by what a text shows."""
    found = set(shown)
    return next((choice for choice in step.choices if found & set(choice.shows)), None)


def _choose_by_number(_knowledge: Knowledge, step: Step, words: list[str]) -> Choice | None:
    number = int(words[0]) if len(words) == 1 and words[0].isdecimal() and len(words[0]) <= _MAX_DIGITS else 0
    return step.choices[number - 1] if 0 < number <= len(step.choices) else None


def _list_phrasings(knowledge: Knowledge, choice: Choice) -> list[list[str]]:
    return [knowledge.words.normalise_words(way) for way in (choice.label, choice.id, *choice.says)]


def _pick_single(choices: Iterable[Choice]) -> Choice | None:
    found = list(choices)
    return found[0] if len(found) == 1 else None


def _choose_exact(knowledge: Knowledge, step: Step, words: list[str]) -> Choice | None:
    return _pick_single(choice for choice in step.choices if words in _list_phrasings(knowledge, choice))


def _choose_by_yes_or_no(knowledge: Knowledge, step: Step, words: list[str]) -> Choice | None:
    """Read "yes" and "no" where the labels of a step begin so."""
    text = " ".join(words)
    for said, first in ((knowledge.commands.yes, "yes"), (knowledge.commands.no, "no")):
        if text in {knowledge.words.normalise(way) for way in said}:
            return _pick_single(
                c
                for c in step.choices
                if knowledge.words.normalise_words(c.label)[:1] == [first] or c.id == first
            )
    return None


def _choose_by_phrase(knowledge: Knowledge, step: Step, words: list[str]) -> Choice | None:
    """Read a whole label or saying inside a text; in a long text it must have at least three words."""
    least = 1 if len(words) <= _MAX_BRIEF_WORDS else 3
    return _pick_single(
        choice
        for choice in step.choices
        if any(len(way) >= least and _is_within(way, words) for way in _list_phrasings(knowledge, choice))
    )


def _choose_by_words(knowledge: Knowledge, step: Step, words: list[str]) -> Choice | None:
    """Read a text whose every word stands in the label or one saying of a single choice."""
    telling = [word for word in words if word not in knowledge.fillers]
    if not telling or len(words) > _MAX_BRIEF_WORDS:
        return None
    return _pick_single(
        choice
        for choice in step.choices
        if any(set(telling) <= set(way) for way in _list_phrasings(knowledge, choice))
    )


def _is_within(part: Sequence[str], whole: Sequence[str]) -> bool:
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))
