"""The sentences of the web page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebPhrases:
    """The words around the conversation on the page; words in {braces} are filled in."""

    name: str
    tagline: str
    skip: str
    conversation: str
    question: str
    hint: str
    send: str
    picture: str
    picture_sent: str
    picture_added: str
    picture_remove: str
    you: str
    pick_one: str
    examples_title: str
    examples: tuple[str, ...]
    more: str
    others: str
    copy: str
    copied: str
    sources: str
    new_tab: str
    typing: str
    privacy: str
    privacy_misses: str
    forget: str
    forgotten: str
    offline: str
    failed: str
    too_fast: str
    too_long: str
    not_found: str
    not_ours: str
    not_taken: str
    home: str
    scoreboard: str
    scoreboard_about: str
    scoreboard_helped: str
    scoreboard_most: str
    scoreboard_few: str
