"""What is counted of the ledger: sums by day and place that name nobody, and the sessions still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

EVERYWHERE = ""  # the place of the sums of all places


class Measure(StrEnum):
    """What a sum counts; the comments say what its subject, step and value are."""

    SHOWN = "shown"  # answers: the subject, no step, and the kind of the reply
    JUDGED = "judged"  # verdicts: the subject that was judged, no step, and the verdict
    ENDED = "ended"  # sessions: no subject, no step, and how the session ended
    ASKED = "asked"  # sessions that came to a step: the flow, the step, no value
    LEFT = "left"  # sessions whose last reply was a step: the flow, the step, no value


@dataclass(frozen=True, slots=True)
class DailyCount:
    """A sum of one day and place; a sum over several days has no day."""

    day: str  # as 2026-11-27
    place: str
    measure: str
    subject: str
    step: str
    value: str
    total: int


@dataclass(frozen=True, slots=True)
class Session:
    """The session of one person at one place: how it would be counted if it ended now."""

    who: str
    place: str
    day: str  # when it began
    last: datetime
    ending: str = ""
    step: str = ""  # "flow/step" of the last reply, if that was a step
    steps: tuple[str, ...] = ()  # every "flow/step" that it came to
