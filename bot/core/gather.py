"""Everything that one text shows, gathered before anything is looked up."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.core.codes import find_codes
from bot.core.evidence import Evidence, Licence
from bot.core.facts import LicenceReading
from bot.core.knowledge import Knowledge
from bot.core.licence import read_licence
from bot.core.secrets import mask
from bot.core.states import find_state
from bot.core.words import fold

MAX_TEXT_LENGTH = (
    20_000  # characters in which evidence is looked for; nobody types more, and work must stay bounded
)
MAX_QUESTION_LENGTH = 2_000  # characters in which a question is looked for

_WINDOWS_VERSION = re.compile(r"\b(?:windows|win|w) ?(10|11)\b")


@dataclass(frozen=True, slots=True)
class Message:
    """A text without its secrets, what it shows, and what it says besides.

    `asked` is its beginning in one spelling: all that words are looked up in.
    """

    text: str
    question: str
    evidence: Evidence
    rest: str
    cut: bool = False


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
