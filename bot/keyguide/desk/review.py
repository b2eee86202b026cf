"""Show what is due for review, and one answer with all that its reviewer needs, for `keyguide review`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from keyguide.core.engine.pages.article_parts import build_first_view
from keyguide.core.knowledge.knowledge import ENGLISH, Knowledge
from keyguide.core.model.content.article import Article
from keyguide.insight.review_order import USAGE_DAYS, ReviewItem

_FOLDED = ("fails", "need", "avoid", "why", "not_this_if")


def dump_item(item: ReviewItem) -> dict[str, Any]:
    """Return an item as plain data."""
    answer, usage = item.answer, item.usage
    return {
        "id": answer.id,
        "title": item.title,
        "why": item.why,
        "verified": answer.verified,
        "days": item.days,
        "review_days": answer.review_days,
        "certainty": answer.certainty,
        "shown": usage.shown,
        "fixed": usage.good,
        "still_stuck": usage.bad,
        "lost_sources": list(item.lost),
        "answer": asdict(answer),
    }


def format_list(items: Sequence[ReviewItem]) -> str:
    """Format one line for each answer that is due, below a line that says how many there are."""
    if not items:
        return "No answer is due for review."
    rows = [
        (item.answer.id, item.why, item.answer.verified, str(item.usage.shown), _format_stuck(item))
        for item in items
    ]
    rows.insert(0, ("answer", "why", "verified", "shown", "still stuck"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    count = f"{len(items)} answer{'s are' if len(items) > 1 else ' is'} due for review."
    hint = "keyguide review ANSWER shows one, and keyguide review ANSWER --done marks it as reviewed today."
    return "\n".join((*(line.rstrip() for line in lines), f"{count} {hint}"))


def _format_stuck(item: ReviewItem) -> str:
    verdicts = item.usage.good + item.usage.bad
    return f"{item.usage.bad} of {verdicts}" if verdicts else "-"


def format_item(knowledge: Knowledge, item: ReviewItem) -> str:
    """Format one answer with its text, its sources, its notes and how it does."""
    answer = item.answer
    due = f"due: {item.why}" if item.why else "not due"
    head = (
        f"{answer.id}: {item.title}",
        f"verified {answer.verified}, {item.days} days ago (review every {answer.review_days}), {due}",
        f"certainty: {answer.certainty}",
        f"shown {item.usage.shown} times in {USAGE_DAYS} days, still stuck: {_format_stuck(item)}",
    )
    sections = (*_list_texts(knowledge, item), "\n".join(_list_sources(knowledge, item)))
    notes = f"notes: {answer.notes.strip()}" if answer.notes.strip() else ""
    return "\n\n".join(part for part in ("\n".join(head), *sections, notes) if part)


def _list_texts(knowledge: Knowledge, item: ReviewItem) -> Iterator[str]:
    """Yield every text of an answer that people may be shown."""
    answer = item.answer
    if not isinstance(answer, Article):
        yield from (answer.message, f"means: {answer.means.strip()}", f"fix: {answer.fix.strip()}")
        return
    yield build_first_view(knowledge.choose_phrases(ENGLISH), answer, "")
    parts = {name: getattr(answer, name).strip() for name in _FOLDED}
    yield from (f"{name}: {text}" for name, text in parts.items() if text)
    yield "\n".join(f"{name}: {text}" for name, text in answer.aspects.items())


def _list_sources(knowledge: Knowledge, item: ReviewItem) -> Iterator[str]:
    for source_id in item.answer.sources:
        source, broken = knowledge.sources[source_id], knowledge.broken_links.get(source_id)
        lost = f" (not found since {broken.since}: {broken.reason})" if broken else ""
        yield f"source: {source.title}: {source.url}{lost}"
