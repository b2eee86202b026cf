"""The small facts of the knowledge: what Windows shows, how people write, what is not ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ActivationState:
    """A message of the Activation page (or of a dialog) and what answers it."""

    id: str
    says: tuple[str, ...]
    go: str


@dataclass(frozen=True, slots=True)
class LicenceReading:
    """What a licence report means: the first reading whose every named column fits is the one."""

    id: str
    says: str
    go: str
    status: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    key: Literal["", "public", "own", "none"] = ""
    see: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that Microsoft publishes for installing: nobody's secret, and no licence."""

    key: str
    edition: str
    kind: Literal["generic", "kms"]


@dataclass(frozen=True, slots=True)
class RecognitionRules:
    """evidence.yaml: what Windows itself shows, and what each of it means."""

    secret: str
    public_key: str
    human: str
    states: tuple[ActivationState, ...]
    readings: tuple[LicenceReading, ...]
    public_keys: tuple[PublicKey, ...]


@dataclass(frozen=True, slots=True)
class TextCommands:
    """Words that steer the conversation instead of asking something."""

    menu: tuple[str, ...]
    back: tuple[str, ...]
    restart: tuple[str, ...]
    resume: tuple[str, ...]
    human: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    unsure: tuple[str, ...]
    fixed: tuple[str, ...]
    stuck: tuple[str, ...]
    thanks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordLists:
    """words.yaml: abbreviations, synonyms and misspellings, by the word that they stand for."""

    same: dict[str, tuple[str, ...]]
    commands: TextCommands
    fillers: tuple[str, ...] = ()
    followups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ElsewhereGroup:
    """A kind of question that is not ours, and where it belongs."""

    id: str
    title: str
    says: str
    asks: tuple[str, ...]
    codes: tuple[str, ...] = ()
