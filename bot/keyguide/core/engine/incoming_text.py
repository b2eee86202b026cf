"""Parse a text: mask its secrets, recognise its evidence, and answer questions about both."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice

from keyguide.core.engine.context import Context
from keyguide.core.engine.intents import is_question
from keyguide.core.evidence.activation_page import find_state
from keyguide.core.evidence.codes import find_codes
from keyguide.core.evidence.licence.report import read_licence
from keyguide.core.evidence.mentioned_facts import find_facts
from keyguide.core.evidence.secrets import MAX_TEXT_LENGTH, mask
from keyguide.core.finding.index import Decision, SearchResult
from keyguide.core.finding.normalise import fold, tokenise
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.recognition import ActivationState, LicenceReading
from keyguide.core.model.evidence import Evidence, Licence

MAX_QUESTION_LENGTH = 2_000  # characters; the question is looked for only in the beginning of a text

_MAX_OTHER_WORDS = 6  # with so few other words, a message of the Activation page is the main point of a text
_MAX_OTHER_WORDS_IF_BRIEF = 1  # because a brief message ("Windows is not activated") may be just a remark
_MAX_BRIEF_WORDS = 4
_SURE_TOPIC = 0.85
_MAX_ASIDES = 8  # in one text; nobody announces more, and the work must be bounded
_SURE_REFUSAL = 0.9  # share of a refusal among the pages, in the middle of a talk

# "no, not the password, the product key", "i meant the key, not the password", "its not blocked its used"
_DENIED = re.compile(
    r",?\s*\bnot (?:the|my|an?) \w+(?: \w+)?(?:,?\s+(?:but |i mean |i meant )?(?=(?:the|my|an?)\s)|[\s.!]*$)"
    r"|\b(?:it'?s|it is|that'?s) not \w+,?\s+(?:but\s+)?(?=(?:it'?s|it is|that'?s)\s)",
    re.IGNORECASE,
)
_WINDOWS_VERSION = re.compile(r"\b(?:windows|win|w) ?(10|11)\b")


@dataclass(frozen=True, slots=True)
class Message:
    """A text with its secrets masked, the evidence in it, and the rest of it.

    `question` is its beginning in Unicode normal form; only this part is searched for words.
    `rest` is the same without the message of the Activation page, if the text contains one.
    `facts` are those that the question states in passing.
    """

    text: str
    question: str
    evidence: Evidence
    rest: str
    facts: dict[str, str]
    cut: bool = False


@dataclass(frozen=True)
class ParsedMessage:
    """A message, what its licence report means, and the articles that it is probably about."""

    message: Message
    words: list[str]  # normalised
    reading: LicenceReading | None
    search: Callable[[], SearchResult]
    rank: Callable[[ParsedMessage], list[tuple[str, float]]]

    @cached_property
    def ranking(self) -> list[tuple[str, float]]:
        """The pages that it may mean, with their shares of 1, best first."""
        return self.rank(self)

    @cached_property
    def result(self) -> SearchResult:
        """What the words are probably about; whether anybody asks for it depends on what else they are."""
        return self.search()

    def list_evidence(self) -> list[str]:
        """List the codes, the state and the licence reading in the text; choices refer to them by id."""
        evidence = self.message.evidence
        reading = [self.reading.id] if self.reading else []
        return [*evidence.codes, *([evidence.state] if evidence.state else []), *reading]

    def list_likely(self) -> tuple[str, ...]:
        """List what the words are probably about; empty if the search found no likely answer."""
        return self.result.labels[:2] if self.result.decision in {Decision.ANSWER, Decision.SUGGEST} else ()

    def is_sure_refusal(self, context: Context) -> bool:
        """Check whether the text certainly asks for something that we refuse, whatever its evidence is.

        In the middle of a talk, what was said before tells as much: "other way without the script" mostly
        speaks of the answer just shown.
        """
        result, knowledge = self.result, context.knowledge
        names_it = not knowledge.telltales.isdisjoint(self.words)
        decisions = {Decision.ANSWER, Decision.SUGGEST} if names_it else {Decision.ANSWER}
        if not (result.may_refuse and result.decision in decisions and knowledge.is_refusal(result.top)):
            return False
        return not context.has_begun() or dict(self.ranking).get(result.top, 0.0) >= _SURE_REFUSAL

    def denies_success(self) -> bool:
        """Check whether the text says that Windows is not activated, whatever success it sounds like."""
        return self.message.facts.get("activated") == "no"

    def is_sure_topic(self, confidence: float = _SURE_TOPIC) -> bool:
        """Check whether the text is about something with this confidence, whatever step is open."""
        return self.result.is_sure(confidence)

    def find_shown_state(self, context: Context) -> ActivationState | None:
        """Find the state of the Activation page that the text quotes, or return None if it quotes none."""
        return context.knowledge.find_state(self.message.evidence.state)

    def is_incidental(self, context: Context, state: ActivationState) -> bool:
        """Check whether the Activation page's message is incidental to a longer text.

        In a longer text, a brief message is a phrase like any other. A full message still is the best
        evidence if the search has no sure answer.
        """
        others = [word for word in tokenise(self.message.rest) if word not in context.knowledge.fillers]
        if any(len(tokenise(message)) <= _MAX_BRIEF_WORDS for message in state.says):
            return len(others) > _MAX_OTHER_WORDS_IF_BRIEF
        return len(others) > _MAX_OTHER_WORDS and self.result.decision is Decision.ANSWER


def read_message(knowledge: Knowledge, text: str) -> Message:
    """Mask the secrets of a text and recognise the evidence in it."""
    masked = mask(text[:MAX_TEXT_LENGTH], knowledge.public_keys)
    state = find_state(masked.text, knowledge.states)
    question = _cut_question(masked.text)
    versions = set(_WINDOWS_VERSION.findall(fold(question)))
    evidence = Evidence(
        codes=find_codes(masked.text, knowledge.errors),
        state=state.id if state else None,
        licence=read_licence(masked.text),
        windows=versions.pop() if len(versions) == 1 else "",
        secret=masked.secret,
        public_key=knowledge.public_keys.get(masked.public[0]) if masked.public else None,
    )
    rest = _cut_question(state.rest) if state else question
    facts = find_facts(question, knowledge.mentions)
    return Message(masked.text, question, evidence, rest, facts, cut=len(text) > MAX_TEXT_LENGTH)


def narrow_down(knowledge: Knowledge, message: Message, part: str) -> Message:
    """Narrow a message down to a part of its question; its evidence stays."""
    return replace(message, question=part, rest=part, facts=find_facts(part, knowledge.mentions))


def _cut_question(text: str) -> str:
    """Cut a text to its beginning, and again once normalised, when one character may become eighteen."""
    return unicodedata.normalize("NFKC", text[:MAX_QUESTION_LENGTH])[:MAX_QUESTION_LENGTH]


def find_aside(knowledge: Knowledge, text: str) -> str:
    """Find the question after words such as "unrelated:"; empty if a text has no such words.

    "Next" alone has to announce something, because it is also the name of a button.
    """
    small_words = knowledge.fillers | knowledge.corrections
    for found in islice(_compile_asides(knowledge.asides).finditer(text), _MAX_ASIDES):
        rest, announces = text[found.end() :].strip(), ":" in found["mark"]
        is_clear = announces or (is_question(rest) if not found["mark"] else " " in found["phrase"])
        if is_clear and small_words.issuperset(tokenise(found["before"])) and len(tokenise(rest)) > 1:
            return rest
    return ""


@lru_cache(maxsize=4)  # of the knowledge in use, which a reload replaces
def _compile_asides(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Compile what finds one of some phrases near the beginning of a clause, and the mark after it.

    Spaces are never given back (`*+`): thousands of line ends would take seconds otherwise.
    """
    longest_first = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True)) or "(?!)"
    before = r"(?:^|[.!?,:;\n-])\s*+(?P<before>(?:[\w']+\s++){0,3}?)"
    return re.compile(rf"{before}(?P<phrase>{longest_first})\b\s*(?P<mark>[.:,;!?-]*)", re.IGNORECASE)


def drop_denied(text: str) -> str:
    """Drop what somebody says that they do not mean, because its words would lead astray."""
    return _DENIED.sub(" ", text)


def find_reading(knowledge: Knowledge, licence: Licence | None) -> LicenceReading | None:
    """Find the first reading that fits a licence report, or return None if none fits."""
    if licence is None:
        return None
    key = _classify_key(knowledge, licence)
    for reading in knowledge.recognition.readings:
        columns = (
            (reading.status, licence.status),
            (reading.channels, licence.channel),
            (reading.reasons, licence.reason),
            ((reading.key,) if reading.key else (), key),
        )
        if all(not allowed or value in allowed for allowed, value in columns):
            return reading
    return None


def _classify_key(knowledge: Knowledge, licence: Licence) -> str:
    if licence.no_key or licence.partial_key is None:
        return "none" if licence.no_key else ""
    public_endings = {key[-5:] for key in knowledge.public_keys}
    return "public" if licence.partial_key in public_endings else "own"
