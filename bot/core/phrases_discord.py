"""What only the Discord face says: the names of its commands, and the lines around its cards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """How a command or one of its options is called, and what Discord shows beside it."""

    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Commands:
    """Every command with its options; a message menu has no more than a name."""

    ask: Command
    ask_question: Command
    diagnose: Command
    diagnose_trouble: Command
    error: Command
    error_code: Command
    topics: Command
    human: Command
    help: Command
    setup: Command
    doctor: Command
    insights: Command
    privacy: Command
    answer_this: str
    diagnose_this: str


@dataclass(frozen=True, slots=True)
class Discord:
    """The lines around the cards. Words in {braces} are filled in."""

    sources: str
    page: str
    choose: str
    choose_more: str
    show_everyone: str
    shown: str
    help_title: str
    help_body: str
    slow_down: str
    failed: str
    cannot_write: str
    commands: Commands
