"""The sentences around a call for a human on Discord: the panel, the request and the queue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HelpRequestPhrases:
    """A help request to a human, from the first press to the last."""

    title: str
    label: str
    hint: str
    call: str
    which: str
    offer: str
    none: str
    opened: str
    opened_quietly: str
    opened_unheard: str
    away: str
    blocked: str
    too_many: str
    already: str
    opening: str
    failed: str
    thread: str
    called: str
    said: str
    answers: str
    facts: str
    read: str
    tried: str
    nothing: str
    claim: str
    resolve: str
    release: str
    hand_over: str
    hand_over_to: str
    no_helper: str
    claimed: str
    released: str
    handed_over: str
    claimed_already: str
    changed: str
    helpers_only: str
    knock: str
    reminder: str
    silent: str
    closed_silent: str
    fix_title: str
    fix_label: str
    fix_hint: str
    resolved: str
    asked: str
    fixed: str
    stuck: str
    glad: str
    reopened: str
    not_yours: str


@dataclass(frozen=True, slots=True)
class QueuePhrases:
    """The open help requests, as helpers see them."""

    title: str
    counts: str
    waiting: str
    claimed: str
    take: str
    taken: str
    gone: str


@dataclass(frozen=True, slots=True)
class PanelPhrases:
    """The standing message for newcomers."""

    title: str
    body: str
    start: str
    code: str
    human: str
    code_label: str
    code_hint: str
    picture_label: str
