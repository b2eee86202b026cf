"""Turn questions without an answer into drafts of the missing answers, for `keyguide gaps`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice
from pathlib import Path

from keyguide.core.knowledge.folder_content import Files
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.knowledge.rules.answers.single_text import MAX_ASK, MAX_LABEL
from keyguide.desk.inventory import Inventory, make_slug, make_unique
from keyguide.desk.write_yaml import format_drafts, write_new_files
from keyguide.insight.unanswered_groups import Gap
from keyguide.store.protocols import MissedQuestion

_MAX_ASKS = 12
_COMMENT = """\
{questions} questions without an answer in {groups} groups, {first} to {last}: drafts, never served.
For each group: write the answer (answer, sources, certainty, then remove `status: draft`), or move its asks
to the article that already answers them (see) or to elsewhere.yaml, or delete it."""


QuestionGap = Gap[MissedQuestion]


def _list_nearest(gap: QuestionGap, knowledge: Knowledge) -> list[str]:
    """List the articles and flows nearest to a group, or the article about human help if there are none."""
    nearest = [label for label in gap.nearest if label in knowledge.articles or label in knowledge.flows]
    return nearest or [knowledge.recognition.human]


def format_gaps(gaps: Sequence[QuestionGap], knowledge: Knowledge) -> str:
    """Format one line per group: the number of questions, the heading and the nearest articles."""
    return "\n".join(
        f"{gap.times:5}  {gap.group.heading[:70]}  (near: {', '.join(_list_nearest(gap, knowledge))})"
        for gap in gaps
    )


def write_drafts(
    gaps: Sequence[QuestionGap], knowledge: Knowledge, files: Files, out: Path, today: date
) -> Path:
    """Write a file with one draft for each group, and return its path."""
    path = out / "articles" / f"gaps-{today.isoformat()}.yaml"
    write_new_files({path: format_gap_drafts(gaps, knowledge, files, today)})
    return path


def format_gap_drafts(gaps: Sequence[QuestionGap], knowledge: Knowledge, files: Files, today: date) -> str:
    """Format a file of articles with one draft for each group."""
    days = sorted(question.when.date().isoformat() for gap in gaps for question in gap.group.questions)
    comment = _COMMENT.format(questions=len(days), groups=len(gaps), first=days[0], last=days[-1])
    known = Inventory(files)
    drafts = [_make_draft(gap, knowledge, known, today) for gap in gaps]
    title = f"Questions without an answer, {today.isoformat()}"
    group = {"id": f"gaps-{today.isoformat()}", "title": title, "articles": drafts}
    return format_drafts(group, comment)


def _make_draft(gap: QuestionGap, knowledge: Knowledge, known: Inventory, today: date) -> dict[str, object]:
    labels = _list_nearest(gap, knowledge)
    nearest = knowledge.articles.get(labels[0]) or knowledge.articles[knowledge.recognition.human]
    near = ", ".join(f"{label} ({knowledge.find_title(label)})" for label in labels)
    questions = gap.group.questions
    kinds = sorted({question.kind for question in questions})
    last = max(question.when for question in questions).date().isoformat()
    times = f"Asked {len(questions)} times, last on {last}; answered as: {', '.join(kinds)}."
    draft: dict[str, object] = {
        "id": make_unique(make_slug(f"gap {gap.group.heading}"), known.ids),
        "title": gap.group.heading[:MAX_LABEL].strip() or "?",
        "answer": "To be written.",
        "asks": _collect_asks(gap, known),
        "see": labels,
        "sources": list(nearest.sources),
        "verified": today.isoformat(),
        "certainty": "unverified",
        "status": "draft",
        "notes": f"{times}\nNearest: {near}.",
    }
    return {key: value for key, value in draft.items() if value}


def _collect_asks(gap: QuestionGap, known: Inventory) -> list[str]:
    """Collect different wordings of the question that are not yet examples, and add them to `known`."""
    new = (question.text[:MAX_ASK] for question in gap.group.questions if known.add_ask(question.text))
    return list(islice(new, _MAX_ASKS))
