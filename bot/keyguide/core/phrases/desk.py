"""The sentences of the desk, the web pages for those who maintain the knowledge."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeskPhrases:
    """The words of the desk; words in {braces} are filled in."""

    title: str
    intro: str
    overview: str
    articles: str
    server: str
    everywhere: str
    period: str
    days: str
    show: str
    nothing: str
    endings: str
    ending: str
    conversations: str
    fixed: str
    answered: str
    handed: str
    stuck: str
    left: str
    missed: str
    elsewhere: str
    refused: str
    daily: str
    day: str
    least: str
    least_note: str
    answer: str
    shown: str
    good: str
    bad: str
    gaps: str
    gaps_off: str
    gaps_none: str
    times: str
    question: str
    nearest: str
    flow: str
    came: str
    left_there: str
    leavers: str
    step_note: str
    overdue: str
    overdue_none: str
    verified: str
    certainty: str
    days_ago: str
    due: str
    search: str
    find: str
    found: str
    asks: str
    sources: str
    notes: str
    leads_to: str
    export: str
    export_gaps: str
    as_table: str
    locked_title: str
    locked: str
    token: str
    enter: str
    wrong_token: str
    leave: str
    page_known: str
