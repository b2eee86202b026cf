"""The records of evidence.yaml, words.yaml, labels.yaml and elsewhere.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ActivationState:
    """A state of the Activation page or of a dialog: its messages, and the answer to them."""

    id: str
    says: tuple[str, ...]
    go: str


@dataclass(frozen=True, slots=True)
class LicenceReading:
    """What a licence report means; the first reading whose conditions all fit is used."""

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
    """A key that Microsoft publishes for installations: it is neither a secret nor a licence."""

    key: str
    edition: str
    kind: Literal["generic", "kms"]


@dataclass(frozen=True, slots=True)
class EvidenceRules:
    """The content of evidence.yaml: what Windows shows, and what it means."""

    secret: str
    public_key: str
    human: str
    states: tuple[ActivationState, ...]
    readings: tuple[LicenceReading, ...]
    public_keys: tuple[PublicKey, ...]


@dataclass(frozen=True, slots=True)
class CommandWords:
    """Texts that control the conversation instead of asking a question."""

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
class Language:
    """A language that we do not answer in: small words that give it away, and what to say in it."""

    id: str
    words: tuple[str, ...]
    title: str
    says: str


@dataclass(frozen=True, slots=True)
class WordLists:
    """The content of words.yaml; `same` holds abbreviations, synonyms and misspellings by their word."""

    same: dict[str, tuple[str, ...]]
    commands: CommandWords
    fillers: tuple[str, ...] = ()
    telltales: tuple[str, ...] = ()  # with one of them, what is most likely to be refused surely is
    asides: tuple[str, ...] = ()  # after them comes a question that has nothing to do with the talk so far
    corrections: tuple[str, ...] = ()  # with which people name another version, such as "sorry, i meant"
    languages: tuple[Language, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """A label of Windows or of Microsoft's pages, as Microsoft writes it, and wordings that are not it."""

    label: str
    not_: tuple[str, ...] = ()  # `not` in the file


@dataclass(frozen=True, slots=True)
class ElsewhereGroup:
    """A kind of question that is not about our topic, and where it belongs."""

    id: str
    title: str
    says: str
    asks: tuple[str, ...]
    codes: tuple[str, ...] = ()
