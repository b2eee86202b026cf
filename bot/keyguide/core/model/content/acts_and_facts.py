"""What people do and mention while they talk: acts, aspects of an answer, and facts about their case."""

from __future__ import annotations

from dataclasses import dataclass, field

# Every act that the engine answers; `detail` and `other` only keep other texts from being taken for acts.
ACT_IDS = (
    "greeting", "plea", "opener", "thanks", "goodbye", "solved", "not-solved", "did-that", "yes", "no",
    "unsure", "first", "second", "third", "last", "back", "restart", "resume", "repeat", "simpler",
    "shorter", "source", "link", "bot", "wrong", "repeating", "insult", "insist", "human", "menu", "walk",
    "detail", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """What a message does rather than asks, such as thanking, with examples of how people say it.

    A phrase in `says` is this act wherever it occurs in a message, whatever else the message is about.
    """

    id: str
    asks: tuple[str, ...]
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Aspect:
    """A usual question about an answer just given, such as how long it takes."""

    id: str
    title: str
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactValue:
    """One value of a fact, and the phrases by which people mention it."""

    id: str
    label: str
    says: tuple[str, ...]
    solves: bool = False  # whether stating it means that the matter is settled
    counts_as: str = ""  # the broader value that steps ask for: a graphics card is a part


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known of a person's case; if several values are mentioned, the first of the list counts.

    A fact with `only_one` is not learnt from a text that mentions several of its values.
    """

    id: str
    label: str
    values: tuple[FactValue, ...]
    only_one: bool = False
    changes: bool = False  # while somebody tries things; then it never answers a step by itself

    def broaden(self, value_id: str) -> str:
        """Return what a value counts as when it answers a step: mostly itself."""
        broader = (value.counts_as for value in self.values if value.id == value_id)
        return next(broader, "") or value_id


@dataclass(frozen=True, slots=True)
class Examples:
    """How people ask for articles and flows, and how they answer the steps of flows.

    `topics` is by article or flow, `choices` by flow, step and choice.
    """

    topics: dict[str, tuple[str, ...]] = field(default_factory=dict)
    choices: dict[str, dict[str, dict[str, tuple[str, ...]]]] = field(default_factory=dict)
