"""A text as the engine reads it: what it shows, what it says, and what it is probably about."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from keyguide.core.engine.context import Context
from keyguide.core.evidence.activation_page import find_state
from keyguide.core.evidence.codes import find_codes
from keyguide.core.evidence.licence_report import read_licence
from keyguide.core.evidence.secrets import MAX_TEXT_LENGTH, mask
from keyguide.core.finding.index import Decision, SearchResult
from keyguide.core.finding.normalise import fold, tokenise
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.evidence import Evidence, Licence
from keyguide.core.model.recognition import ActivationState, LicenceReading

MAX_QUESTION_LENGTH = 2_000  # characters in which a question is looked for

_MAX_WORDS_BESIDE = 6  # beside a message of the Activation page, which is still the main thing then
_MAX_WORDS_BESIDE_BRIEF = 1  # beside a message so brief ("Windows is not activated") that it may be a remark
_MAX_BRIEF_WORDS = 4

_WINDOWS_VERSION = re.compile(r"\b(?:windows|win|w) ?(10|11)\b")


@dataclass(frozen=True, slots=True)
class Message:
    """A text without its secrets, what it shows, and what it says besides.

    `question` is its beginning in one spelling: all that words are looked up in.
    """

    text: str
    question: str
    evidence: Evidence
    rest: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """A text as the engine took it in: what it shows, what it means, what it is probably about."""

    message: Message
    words: list[str]  # in their normal spelling
    reading: LicenceReading | None
    found: SearchResult

    def list_evidence(self) -> list[str]:
        """Return everything shown that a step's choice may name."""
        evidence = self.message.evidence
        reading = [self.reading.id] if self.reading else []
        return [*evidence.codes, *([evidence.state] if evidence.state else []), *reading]

    def list_likely(self) -> tuple[str, ...]:
        """Return what the words are probably about, where they say anything."""
        return self.found.labels[:2] if self.found.decision in {Decision.ANSWER, Decision.SUGGEST} else ()

    def is_sure_refusal(self, stage: Context) -> bool:
        """Whether the text surely asks for what is refused, whatever else it shows."""
        found = self.found
        likely = found.decision is Decision.SUGGEST or found.top in found.guesses
        sure = found.decision is Decision.ANSWER or (likely and not self.message.evidence.codes)
        return sure and found.may_refuse and self.is_refusal(stage)

    def is_refusal(self, stage: Context) -> bool:
        """Whether the best answer would be to refuse."""
        top = stage.knowledge.articles.get(self.found.top)
        return bool(top and top.refuses)

    def find_shown_state(self, stage: Context) -> ActivationState | None:
        """Return the message of the Activation page that the text holds."""
        return next((s for s in stage.knowledge.shown.states if s.id == self.message.evidence.state), None)

    def is_incidental(self, stage: Context, state: ActivationState) -> bool:
        """Whether so much else is said that the message is only part of a story.

        A brief message is a phrase like any other there; a whole one still is the best that is known where
        the words lead nowhere for sure.
        """
        beside = [word for word in tokenise(self.message.rest) if word not in stage.knowledge.fillers]
        if any(len(tokenise(message)) <= _MAX_BRIEF_WORDS for message in state.says):
            return len(beside) > _MAX_WORDS_BESIDE_BRIEF
        return len(beside) > _MAX_WORDS_BESIDE and self.found.decision is Decision.ANSWER


def read_message(knowledge: Knowledge, text: str) -> Message:
    """Mask a text and recognise what it shows."""
    masked = mask(text[:MAX_TEXT_LENGTH], knowledge.public_keys)
    plain = masked.text
    state = find_state(plain, knowledge.states)
    asked = _cut_question(plain)
    versions = set(_WINDOWS_VERSION.findall(fold(asked)))
    evidence = Evidence(
        codes=find_codes(plain, knowledge.errors),
        state=state.id if state else None,
        licence=read_licence(plain),
        windows=versions.pop() if len(versions) == 1 else "",
        secret=masked.secret,
        public_key=knowledge.public_keys.get(masked.public[0]) if masked.public else None,
    )
    return Message(
        plain, asked, evidence, _cut_question(state.rest) if state else asked, len(text) > MAX_TEXT_LENGTH
    )


def _cut_question(text: str) -> str:
    """Return the beginning of a text; cut again once normalised, when one character may be eighteen."""
    return unicodedata.normalize("NFKC", text[:MAX_QUESTION_LENGTH])[:MAX_QUESTION_LENGTH]


def find_reading(knowledge: Knowledge, licence: Licence | None) -> LicenceReading | None:
    """Return the first reading that fits a licence report."""
    if licence is None:
        return None
    key = _classify_key(knowledge, licence)
    for reading in knowledge.shown.readings:
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
    ends = {key[-5:] for key in knowledge.public_keys}
    return "public" if licence.partial_key in ends else "own"
