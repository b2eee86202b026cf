"""What a message does rather than asks: acts such as thanking, and usual questions about the last answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from keyguide.core.finding.normalise import tokenise
from keyguide.core.knowledge.knowledge import Knowledge

# the shares of 1 from which a message is taken for an act, each with the share of its words that is known
_SURE_ACTS = ((0.6, 0.6), (0.75, 0.4), (0.85, 0.3), (0.95, 0.2))
_SURE_ASPECTS = ((0.5, 0.7), (0.99, 0.3))  # the same of an aspect
_SURE_DETAIL, _MAX_STRANGE = 0.5, 0.2  # shares of what speaks of the matter at hand, and of anything else
_FAMILIAR_DETAIL = 0.4  # share of words that the examples know
_LIKELY_ASPECT, _KNOWN_ASPECT = 0.8, 0.5  # share among the aspects of a page, and of known words
_SURE_STRANGE = 0.8  # share of strangers and other talk from which a message surely is such
_CLEAR_ASPECT = 0.95  # a share from which an aspect counts more than a topic that the words may name
_MAX_ACT_WORDS = 12  # a longer message tells a story, whatever act it may hold
_MAX_ASPECT_WORDS = 16
_MAX_FIRST_CLAUSES, _MAX_LAST_CLAUSES = 4, 2  # people thank before or after a long story, not in it
_CLAUSE = re.compile(r"(?<=[.!?;:\n])\s+|,\s+|\s+-\s+|\n+")
_ACT, _ASPECT = "act/", "aspect/"
_SAID_TOGETHER = (  # in one breath
    frozenset(("act/solved", "act/thanks", "act/goodbye")),
    frozenset(("act/greeting", "act/bot")),
)
_DETAIL, _OTHER = "act/detail", "act/other"  # fragments of a story, and anything else: they are looked up
_STRANGER = "stranger"  # the label of examples that belong elsewhere
_NO_ACTS = frozenset((_DETAIL, _OTHER))
_RANK = (
    "human", "walk", "restart", "resume", "solved", "not-solved", "repeating", "insult", "thanks", "goodbye",
    "unsure", "plea", "opener", "greeting", "no", "yes",
)  # fmt: skip
YES_OR_NO = frozenset(("yes", "no"))
_MAY_ASK_ON = YES_OR_NO | {"solved"}  # "oh no, how do i delete it" asks something, too
_UPSET = frozenset(("insult", "plea"))  # "this is useless, get me a person" is a call for a human
_ASIDES = frozenset(_RANK)  # acts that people add to something else; the first of these counts
# "how do i link, step by step" asks for a page, and "it didnt ask me for a key" tells of one
_SAYS_ELSE = re.compile(r"\bhow (?:to|do|can)\b|\b(?:not|never|didnt|doesnt|dont|wont|it|they) $")
_QUESTION_START = re.compile(
    r"^(?:(?:and|but|so|ok|okay|oh|hm+|then|well|also|no|yes|wait|btw|by the way|sorry)[ ,]+){0,3}"
    r"(?:how|what|where|why|when|which|who|whats|wheres|hows|can|could|do|does|is|are|will|would"
    r"|(?:should|may) (?:i|we|it|the|my)|did (?!it\b|the\b|that\b|this\b|all\b|everything\b))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Intent:
    """The act of a message and what else it says, or the aspect that it asks about; all may be empty."""

    act: str = ""
    rest: str = ""
    aspect: str = ""
    is_certain: bool = False  # whether it is an aspect beyond doubt
    belongs: bool = False  # whether it speaks of the matter at hand, as far as its style tells
    is_strange: bool = False  # whether it sounds like something else altogether


def find_intent(knowledge: Knowledge, text: str) -> Intent:
    """Find what a message does; an act in one clause of it counts, and the other clauses are the rest."""
    whole = _classify(knowledge, text)
    clauses = _split_clauses(text)
    if whole.act in _UPSET and any(_find_act(knowledge, clause) == "human" for clause in clauses[1:]):
        return Intent(act="human")
    asks_besides = whole.act in _MAY_ASK_ON and len(clauses) > 1 and is_question(text)
    if (whole.act or whole.aspect) and not asks_besides:
        return whole
    if said := _find_said_act(knowledge, text):
        return said
    if len(clauses) < 2:  # noqa: PLR2004 -- there is nothing to tell apart
        return whole
    outer = {*clauses[:_MAX_FIRST_CLAUSES], *clauses[-_MAX_LAST_CLAUSES:]}
    acts = {clause: act for clause in outer if (act := _find_act(knowledge, clause)) in _ASIDES}
    rest = ", ".join(clause for clause in clauses if clause not in acts)
    act = min(acts.values(), key=_RANK.index, default="")
    return Intent(act=act, rest=rest, belongs=whole.belongs) if act else whole


def _find_said_act(knowledge: Knowledge, text: str) -> Intent | None:
    """Find an act by a phrase that is one wherever it occurs; what is left of the text is the rest."""
    plain = text.casefold().replace("\u2019", "'").replace("'", "")
    for act in knowledge.acts.values():
        for phrase in act.says:
            before, found, after = plain.partition(phrase)
            if (
                found
                and not _SAYS_ELSE.search(before)
                and not before[-1:].isalnum()
                and not after[:1].isalnum()
            ):
                return Intent(act=act.id, rest=f"{before} {after}".strip(" ,.!?"))
    return None


def find_likely_aspect(knowledge: Knowledge, text: str, aspects: Iterable[str]) -> str:
    """Find which of some aspects a question about a page most likely asks for; empty if none stands out."""
    ranking, familiarity = knowledge.intents.classify_with_familiarity(
        text, [f"{_ASPECT}{aspect}" for aspect in aspects]
    )
    if not ranking or ranking[0][1] < _LIKELY_ASPECT or familiarity < _KNOWN_ASPECT:
        return ""
    return ranking[0][0].removeprefix(_ASPECT)


def is_question(text: str) -> bool:
    """Check whether a text asks something: one of its clauses begins like a question, or it ends like one."""
    clauses = _split_clauses(text)
    if any(_QUESTION_START.match(clause) for clause in clauses):
        return True
    return bool(clauses) and clauses[-1].endswith("?")


def _split_clauses(text: str) -> list[str]:
    return [clause.strip() for clause in _CLAUSE.split(text) if clause.strip()]


def _find_act(knowledge: Knowledge, clause: str) -> str:
    """Find the act of a clause; a long one has none, whatever it is like."""
    return _classify(knowledge, clause).act if len(tokenise(clause)) <= _MAX_ACT_WORDS else ""


def _classify(knowledge: Knowledge, text: str) -> Intent:
    length = len(tokenise(text))
    if not length or length > _MAX_ASPECT_WORDS:
        return Intent(rest=text)
    ranking, familiarity = knowledge.intents.classify_with_familiarity(text)
    if not ranking:
        return Intent(rest=text)
    label, share = ranking[0]
    if label.startswith(_ACT) and label not in _NO_ACTS and length <= _MAX_ACT_WORDS:
        share = _add_company(label, ranking)
        if _is_sure(share, familiarity, _SURE_ACTS):
            return Intent(act=label.removeprefix(_ACT))
    if label.startswith(_ASPECT) and _is_sure(share, familiarity, _SURE_ASPECTS):
        return Intent(aspect=label.removeprefix(_ASPECT), is_certain=share >= _CLEAR_ASPECT)
    shares = dict(ranking)
    strange = shares.get(_STRANGER, 0.0) + shares.get(_OTHER, 0.0)
    spoken = sum(share for label, share in ranking if label.startswith((_ACT, _ASPECT))) - shares.get(
        _OTHER, 0.0
    )
    belongs = spoken >= _SURE_DETAIL and strange <= _MAX_STRANGE and familiarity >= _FAMILIAR_DETAIL
    return Intent(rest=text, belongs=belongs, is_strange=strange >= _SURE_STRANGE)


def _is_sure(share: float, familiarity: float, bars: Iterable[tuple[float, float]]) -> bool:
    return any(share >= least and familiarity >= known for least, known in bars)


def _add_company(label: str, ranking: Iterable[tuple[str, float]]) -> float:
    """Return the share of an act with that of others said in one breath: "that did it, thank you" is two."""
    company = next((acts for acts in _SAID_TOGETHER if label in acts), {label})
    return sum(share for each, share in ranking if each in company)
