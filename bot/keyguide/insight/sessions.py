"""Put the lines of the ledger together again as sessions, for keepers who want to see what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from keyguide.insight.usage import Ending, UsageRecord, find_ending

SESSION_GAP = timedelta(hours=1)  # after which a new session begins


@dataclass(frozen=True, slots=True)
class RecordedSession:
    """The lines of one person at one place without a long pause; who it is does not matter."""

    lines: Sequence[UsageRecord]

    @property
    def ending(self) -> Ending | None:
        """How it ended, or None if somebody only looked around."""
        endings = (find_ending(line) for line in reversed(self.lines))
        return next((ending for ending in endings if ending), None)


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """Which sessions to list; what is empty does not matter."""

    ending: str = ""
    subject: str = ""  # an answer or diagnosis that was shown
    verdict: str = ""  # what was said of that answer: good, or bad
    step: str = ""  # "flow/step" with which the session ended

    def fits(self, session: RecordedSession) -> bool:
        """Check whether a session is one of those."""
        last = session.lines[-1]
        return (
            self.ending in {"", session.ending}
            and (not self.step or f"{last.subject}/{last.step}" == self.step)
            and (not self.subject or any(self._concerns(line) for line in session.lines))
        )

    def _concerns(self, line: UsageRecord) -> bool:
        if not self.verdict:
            return line.subject == self.subject
        is_good = line.verdict == "good"
        return line.judged == self.subject and is_good == (self.verdict == "good")


def split_sessions(lines: Iterable[UsageRecord], day: date) -> list[RecordedSession]:
    """Split lines, oldest first, into sessions; return those that began on this day, the latest first."""
    sessions: list[list[UsageRecord]] = []
    latest: dict[tuple[str, str], list[UsageRecord]] = {}
    for line in lines:
        key = line.who, line.place
        session = latest.get(key)
        if session is None or line.when - session[-1].when > SESSION_GAP:
            session = latest[key] = []
            sessions.append(session)
        session.append(line)
    began = [RecordedSession(session) for session in sessions if session[0].when.date() == day]
    return began[::-1]
