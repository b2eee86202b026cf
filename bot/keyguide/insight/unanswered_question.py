"""Keep the words of a question that found no answer, and nothing that says who asked it."""

from __future__ import annotations

import re

from keyguide.core.evidence.secrets import MAX_TEXT_LENGTH, mask
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.shorten import shorten
from keyguide.core.model.turn import Kind, Reply

MAX_QUESTION_LENGTH = 500  # a question is shorter, and a longer text says too much about its author

_PERSONAL_DATA = (
    re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}"),  # e-mail addresses
    re.compile(r"<[@#]?[!&:]?[\w:]{0,40}[0-9]{15,20}>"),  # Discord's codes for people, channels and emoji
    re.compile(r"@[\w.]{2,40}"),
    re.compile(r"\bhttps?://\S{1,500}"),
    re.compile(r"\+?[0-9][0-9 ()/-]{6,20}[0-9]"),  # telephone, order and serial numbers
)
_MASK = "[\u2026]"


def may_keep_question(reply: Reply) -> bool:
    """Check whether a question found no answer, and contains nothing that must not be kept."""
    evidence = reply.evidence
    if evidence.secret or evidence.public_key:
        return False
    recognised = evidence.codes or evidence.state or evidence.licence
    return reply.kind is Kind.MISS or (reply.kind is Kind.ELSEWHERE and not recognised)


def anonymise_question(knowledge: Knowledge, text: str) -> str:
    """Mask secrets, addresses, names and numbers of people in a question, and cut it if it is long."""
    masked = mask(text[:MAX_TEXT_LENGTH], knowledge.public_keys).text[: 4 * MAX_QUESTION_LENGTH]
    for pattern in _PERSONAL_DATA:
        masked = pattern.sub(_MASK, masked)
    line = " ".join(masked.encode("utf-8", "replace").decode().replace("\0", "").split())
    return shorten(line, MAX_QUESTION_LENGTH)
