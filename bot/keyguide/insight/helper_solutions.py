"""What helpers say fixed a problem, beside what was asked: masked, and without who asked or helped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.shorten import shorten
from keyguide.core.model.turn import Handoff
from keyguide.insight.unanswered_question import anonymise_question

SOLUTIONS = "solutions"  # the place of the notes that hold them
KEPT_FOR = timedelta(days=180)
MAX_KEPT = 1_000
_MAX_NEAREST, _MAX_TITLE = 3, 80


@dataclass(frozen=True, slots=True)
class Solution:
    """What a helper says fixed a problem: the draft of an answer that the knowledge does not have yet."""

    when: datetime
    place: str
    asked: str
    fix: str

    @property
    def name(self) -> str:
        """The name of its note, so that the oldest come first and those of a server can be found."""
        return f"{self.when.isoformat()} {self.place}"

    @property
    def value(self) -> str:
        """What its note holds."""
        return json.dumps({"asked": self.asked, "fix": self.fix}, ensure_ascii=False)


def describe_case(knowledge: Knowledge, handoff: Handoff, sentence: str) -> str:
    """Write in one line what was asked: the sentence if it may be kept, and what is known of the case."""
    facts = [f"{name}: {value}" for name, value in (*handoff.answers, *handoff.facts)]
    parts = (sentence, handoff.read, *facts)
    return anonymise_question(knowledge, " \u00b7 ".join(part for part in parts if part))


def parse_solutions(notes: Mapping[str, str]) -> list[Solution]:
    """Parse the notes of solutions, the latest first; what another version wrote is left out."""
    parsed = (_parse(name, value) for name, value in sorted(notes.items(), reverse=True))
    return [solution for solution in parsed if solution]


def _parse(name: str, value: str) -> Solution | None:
    moment, _, place = name.partition(" ")
    try:
        content = json.loads(value)
        return Solution(datetime.fromisoformat(moment), place, str(content["asked"]), str(content["fix"]))
    except (ValueError, TypeError, KeyError):
        return None


def list_outdated(notes: Mapping[str, str], moment: datetime) -> Iterable[str]:
    """List the names of the notes that are too old, or too many."""
    latest = parse_solutions(notes)
    kept = {solution.name for solution in latest[:MAX_KEPT] if moment - solution.when < KEPT_FOR}
    return sorted(set(notes) - kept)


def find_nearest_pages(knowledge: Knowledge, solution: Solution) -> list[str]:
    """Find the pages nearest to a solution, which may only need a sentence more."""
    labels = knowledge.finder.find(f"{solution.asked} {solution.fix}").labels
    return [label for label in labels if knowledge.find_title(label)][:_MAX_NEAREST]


def format_draft(knowledge: Knowledge, solution: Solution) -> str:
    """Format a solution as the draft of an article, for a writer to check and to complete; never served."""
    fields = {
        "id": f"fix-{solution.when:%Y%m%d-%H%M%S}",
        "title": shorten(solution.asked or solution.fix, _MAX_TITLE),
        "answer": solution.fix,
        "asks": [solution.asked] if solution.asked else [],
        "see": find_nearest_pages(knowledge, solution),
        "certainty": "unverified",
        "status": "draft",
    }
    lines = [f"  {name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items() if value]
    return "-" + "\n".join(lines)[1:]
