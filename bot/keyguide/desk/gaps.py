"""Turn questions without an answer into drafts of the missing answers, for `keyguide gaps`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from keyguide.core.knowledge.files import Files
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.knowledge.rules.texts import MAX_ASK, MAX_LABEL
from keyguide.desk.inventory import Inventory, make_slug, make_unique
from keyguide.desk.write_yaml import format_drafts, write_new_files
from keyguide.insight.grouping import QuestionGroup, group_questions
from keyguide.store.protocols import MissedQuestion

_MAX_NEAREST = 3
_MAX_ASKS = 12
_COMMENT = """\
{questions} questions without an answer in {groups} groups, {first} to {last}: drafts, never served.
For each group: write the answer (answer, sources, certainty, then remove `status: draft`), or move its asks
to the article that already answers them (see) or to elsewhere.yaml, or delete it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A group of similar questions, and the articles nearest to them."""

    group: QuestionGroup[MissedQuestion]
    nearest: tuple[str, ...]


def find_gaps(knowledge: Knowledge, misses: Sequence[MissedQuestion]) -> list[Gap]:
    """Group the questions without an answer, the largest group first."""
    groups = group_questions(misses, knowledge.words, knowledge.fillers)
    return [Gap(group, _find_nearest(knowledge, group.heading)) for group in groups]


def _find_nearest(knowledge: Knowledge, text: str) -> tuple[str, ...]:
    """Find the articles and flows nearest to a text, or the article about human help if there are none."""
    labels = knowledge.finder.find(text).labels
    nearest = [label for label in labels if label in knowledge.articles or label in knowledge.flows]
    return tuple(nearest[:_MAX_NEAREST]) or (knowledge.recognition.human,)


def format_gaps(gaps: Sequence[Gap]) -> str:
    """Format one line per group: the number of questions, the heading and the nearest articles."""
    return "\n".join(
        f"{len(gap.group.questions):5}  {gap.group.heading[:70]}  (near: {', '.join(gap.nearest)})"
        for gap in gaps
    )


def write_drafts(gaps: Sequence[Gap], knowledge: Knowledge, files: Files, out: Path, today: date) -> Path:
    """Write a file with one draft for each group, and return its path."""
    path = out / "articles" / f"gaps-{today.isoformat()}.yaml"
    days = sorted(question.when.date().isoformat() for gap in gaps for question in gap.group.questions)
    comment = _COMMENT.format(questions=len(days), groups=len(gaps), first=days[0], last=days[-1])
    known = Inventory(files)
    drafts = [_make_draft(gap, knowledge, known, today) for gap in gaps]
    title = f"Questions without an answer, {today.isoformat()}"
    group = {"id": f"gaps-{today.isoformat()}", "title": title, "articles": drafts}
    write_new_files({path: format_drafts(group, comment)})
    return path


def _make_draft(gap: Gap, knowledge: Knowledge, known: Inventory, today: date) -> dict[str, object]:
    nearest = knowledge.articles.get(gap.nearest[0]) or knowledge.articles[knowledge.recognition.human]
    near = ", ".join(f"{label} ({knowledge.find_title(label)})" for label in gap.nearest)
    questions = gap.group.questions
    kinds = sorted({question.kind for question in questions})
    last = max(question.when for question in questions).date().isoformat()
    times = f"Asked {len(questions)} times, last on {last}; answered as: {', '.join(kinds)}."
    draft: dict[str, object] = {
        "id": make_unique(make_slug(f"gap {gap.group.heading}"), known.ids),
        "title": gap.group.heading[:MAX_LABEL].strip() or "?",
        "answer": "To be written.",
        "asks": _collect_asks(gap, known),
        "see": list(gap.nearest),
        "sources": list(nearest.sources),
        "verified": today.isoformat(),
        "certainty": "unverified",
        "status": "draft",
        "notes": f"{times}\nNearest: {near}.",
    }
    return {key: value for key, value in draft.items() if value}


def _collect_asks(gap: Gap, known: Inventory) -> list[str]:
    """Collect different wordings of the question that are not yet examples, and add them to `known`."""
    new = (question.text[:MAX_ASK] for question in gap.group.questions if known.add_ask(question.text))
    return list(islice(new, _MAX_ASKS))
