"""The sentences of the Discord face: the names of its commands, and the lines around its cards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommandLabel:
    """The name of a command or an option, and the description that Discord shows next to it."""

    name: str
    about: str


@dataclass(frozen=True, slots=True)
class CommandPhrases:
    """The commands with their options; a command in the menu of a message has only a name."""

    ask: CommandLabel
    ask_question: CommandLabel
    ask_for: CommandLabel
    ask_picture: CommandLabel
    diagnose: CommandLabel
    diagnose_trouble: CommandLabel
    diagnose_picture: CommandLabel
    error: CommandLabel
    error_code: CommandLabel
    topics: CommandLabel
    human: CommandLabel
    help: CommandLabel
    setup: CommandLabel
    doctor: CommandLabel
    insights: CommandLabel
    privacy: CommandLabel
    queue: CommandLabel
    own_answer: CommandLabel
    answer_this: str
    diagnose_this: str


@dataclass(frozen=True, slots=True)
class DiscordPhrases:
    """The lines around the cards; words in {braces} are filled in."""

    page: str
    choose: str
    more: str
    show_everyone: str
    shown: str
    reply_to_them: str
    answered_for: str
    help_title: str
    help_body: str
    slow_down: str
    failed: str
    written: str  # above what somebody wrote into a form that came to nothing
    cannot_write: str
    commands: CommandPhrases
