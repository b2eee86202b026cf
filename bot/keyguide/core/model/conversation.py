"""What is remembered of a person: the answers so far and the few facts learnt, never what they wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a person stands is not stored: it is found by walking the flow again with these answers.

    `answers` maps "flow/step" to the id of the choice taken there.
    `facts` holds what was learnt on the way: windows, code, state, channel, status.
    """

    who: str
    flow: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    tried: tuple[str, ...] = ()

    def learn(self, **facts: str) -> Conversation:
        """Return the conversation with every fact added that is not empty."""
        news = {name: fact for name, fact in facts.items() if fact and self.facts.get(name) != fact}
        return replace(self, facts={**self.facts, **news}) if news else self
