"""The stored state of a person's conversation: answers and a few facts, never what the person wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Conversation:
    """One person's conversation; the current place is not stored but derived from the answers.

    `answers` maps "flow/step" to the id of the choice taken there.
    `facts` holds what the person's texts and answers revealed: windows, code, state, channel, status.
    """

    who: str
    flow: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    tried: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()  # the picks of the last reply's options, for "2" and "the second one"
    version: int = field(default=0, compare=False, repr=False)  # how often it was saved

    def add_facts(self, **facts: str) -> Conversation:
        """Add every fact that is not empty; return the same object if nothing changes."""
        new_facts = {name: fact for name, fact in facts.items() if fact and self.facts.get(name) != fact}
        return replace(self, facts={**self.facts, **new_facts}) if new_facts else self
