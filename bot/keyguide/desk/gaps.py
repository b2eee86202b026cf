"""`keyguide gaps`: what found no answer becomes drafts of the answers that are missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from keyguide.core.finding.normalise import tokenise
from keyguide.core.knowledge.files import Files
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.knowledge.rules.texts import MAX_ASK, MAX_LABEL
from keyguide.desk.write_yaml import format_yaml, write_new_files
from keyguide.insight.grouping import QuestionGroup, group_questions
from keyguide.store.protocols import MissedQuestion

_MAX_NEAREST = 3
_MAX_ASKS = 12
_HEADER = """\
# yaml-language-server: $schema=../schema/articles.json
# {asked} questions without an answer in {groups} groups, {first} to {last}: drafts, never served.
# For each group: write the answer (body, sources, certainty, then take `draft` away), move its asks to the
# article that answers them already (see), or to elsewhere.yaml, or delete it.
"""


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that mean much the same, and the articles nearest to them."""

    alike: QuestionGroup[MissedQuestion]
    nearest: tuple[str, ...]


def find_gaps(knowledge: Knowledge, misses: Sequence[MissedQuestion]) -> list[Gap]:
    """Group what found no answer, the most frequent first."""
    found = group_questions(misses, knowledge.words, knowledge.fillers)
    return [Gap(alike, _find_nearest(knowledge, alike.heading)) for alike in found]


def _find_nearest(knowledge: Knowledge, text: str) -> tuple[str, ...]:
    found = [
        id for id in knowledge.finder.find(text).labels if id in knowledge.articles or id in knowledge.flows
    ]
    return tuple(found[:_MAX_NEAREST]) or (knowledge.shown.human,)


def format_gaps(found: Sequence[Gap]) -> str:
    """Return the groups as lines: how many, what, and what is near."""
    return "\n".join(
        f"{len(gap.alike.questions):5}  {gap.alike.heading[:70]}  (near: {', '.join(gap.nearest)})"
        for gap in found
    )


def write_drafts(found: Sequence[Gap], knowledge: Knowledge, files: Files, out: Path, today: date) -> Path:
    """Write a file of drafts, one for each group, and return its path."""
    path = out / "articles" / f"gaps-{today.isoformat()}.yaml"
    days = sorted(one.when.date().isoformat() for gap in found for one in gap.alike.questions)
    head = _HEADER.format(asked=len(days), groups=len(found), first=days[0], last=days[-1])
    taken = _Inventory(
        {knowledge.words.normalise(ask) for _, _, article in files.list_articles() for ask in article.asks}
        | {knowledge.words.normalise(ask) for flow in files.flows.values() for ask in flow.asks}
        | {knowledge.words.normalise(ask) for group in files.elsewhere for ask in group.asks},
        {article.id for _, _, article in files.list_articles()} | set(files.flows),
    )
    drafts = [_make_draft(gap, knowledge, taken, today) for gap in found]
    title = f"Questions without an answer, {today.isoformat()}"
    group = {"id": f"gaps-{today.isoformat()}", "title": title, "articles": drafts}
    write_new_files({path: head + format_yaml(group)})
    return path


@dataclass(frozen=True, slots=True)
class _Inventory:
    """What is there already, and grows with every draft: no question and no id may be there twice."""

    asks: set[str]
    ids: set[str]


def _make_draft(gap: Gap, knowledge: Knowledge, taken: _Inventory, today: date) -> dict[str, object]:
    nearest = knowledge.articles.get(gap.nearest[0]) or knowledge.articles[knowledge.shown.human]
    near = ", ".join(f"{id} ({knowledge.find_title(id)})" for id in gap.nearest)
    kinds = sorted({one.kind for one in gap.alike.questions})
    last = max(one.when for one in gap.alike.questions).date().isoformat()
    times = f"Asked {len(gap.alike.questions)} times, last on {last}; answered as: {', '.join(kinds)}."
    draft: dict[str, object] = {
        "id": _make_id(gap.alike.heading, taken.ids),
        "title": gap.alike.heading[:MAX_LABEL].strip() or "?",
        "body": "To be written.",
        "asks": _collect_asks(gap, knowledge, taken.asks),
        "see": list(gap.nearest),
        "sources": list(nearest.sources),
        "verified": today.isoformat(),
        "certainty": "unverified",
        "draft": True,
        "notes": f"{times}\nNearest: {near}.",
    }
    return {key: value for key, value in draft.items() if value}


def _collect_asks(gap: Gap, knowledge: Knowledge, taken: set[str]) -> list[str]:
    """Return different ways in which the question was asked, none that is an example already."""
    asks: list[str] = []
    for one in gap.alike.questions:
        said = knowledge.words.normalise(one.text)
        if said and said not in taken and len(asks) < _MAX_ASKS:
            taken.add(said)
            asks.append(one.text[:MAX_ASK])
    return asks


def _make_id(heading: str, taken: set[str]) -> str:
    words = re.findall(r"[a-z0-9]+", " ".join(tokenise(heading)))
    name = "gap-" + ("-".join(words)[:30].strip("-") or "unnamed")
    free = next(
        id for id in (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))) if id not in taken
    )
    taken.add(free)
    return free
