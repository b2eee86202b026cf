"""What may be kept of a question that found no answer: its words, and nothing that tells who asked."""

from __future__ import annotations

import re

from keyguide.core.evidence.secrets import MAX_TEXT_LENGTH, mask
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.turn import Kind, Reply

MAX_QUESTION_LENGTH = 500  # characters; a question is shorter, and a story tells too much of its author

_PERSONAL_DATA = (
    re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}"),  # e-mail addresses
    re.compile(r"<[@#]?[!&:]?[\w:]{0,40}[0-9]{15,20}>"),  # Discord's names for people, channels and pictures
    re.compile(r"@[\w.]{2,40}"),
    re.compile(r"\bhttps?://\S{1,500}"),
    re.compile(r"\+?[0-9][0-9 ()/-]{6,20}[0-9]"),  # telephone, order and serial numbers
)
_MASK = "[\u2026]"


def is_missed(reply: Reply) -> bool:
    """Whether somebody found no answer, and showed nothing that must not be kept."""
    evidence = reply.evidence
    if evidence.secret or evidence.public_key:
        return False
    shown = evidence.codes or evidence.state or evidence.licence
    return reply.kind is Kind.MISS or (reply.kind is Kind.ELSEWHERE and not shown)


def anonymise_question(knowledge: Knowledge, text: str) -> str:
    """Return the words of a question without secrets, addresses, names and numbers of people."""
    masked = mask(text[:MAX_TEXT_LENGTH], knowledge.public_keys).text[: 4 * MAX_QUESTION_LENGTH]
    for telling in _PERSONAL_DATA:
        masked = telling.sub(_MASK, masked)
    line = " ".join(masked.encode("utf-8", "replace").decode().replace("\0", "").split())
    return line if len(line) <= MAX_QUESTION_LENGTH else f"{line[: MAX_QUESTION_LENGTH - 1]}\u2026"
