"""YAML as it was typed: every scalar is text, no key twice, and every value knows its line and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from bot.core.problem import Path

Data = str | list["Data"] | dict[str, "Data"]
Place = tuple[int, int]

_DEEPEST = 20  # real files are six deep; a deeper one is a mistake or an attack
_TOO_DEEP = "nested too deeply"
_OPENING = (StreamStartEvent, DocumentStartEvent)
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Document:
    """One file: its data, where each value and key stands, and what is wrong with its YAML."""

    data: Data | None = None
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    problems: list[tuple[Place, str]] = field(default_factory=list)

    def place(self, path: Path) -> Place:
        """Return line and column of a value, or of the nearest thing around it that exists."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def key(self, path: Path) -> Place:
        """Return line and column of a key, or of the nearest thing around it that exists."""
        return self.keys.get(path) or self.place(path)


class _TooDeepError(Exception):
    """Whatever stands here is nested deeper than any real file."""


def read(text: str) -> Document:
    """Read one YAML text strictly; mistakes are collected, never raised."""
    document = Document()
    try:
        document.data = _Reader(document, yaml.parse(text, Loader=_LOADER)).whole()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.problems.append((_place(mark), _reason(str(error.problem or error.context))))
    except yaml.YAMLError as error:
        document.problems.append(((1, 1), f"this is not valid YAML: {str(error).splitlines()[0]}"))
    except _TooDeepError as error:
        document.problems.append((error.args[0], _TOO_DEEP))
    return document


def _reason(problem: str) -> str:
    """Say the same about deep nesting whether we notice it or PyYAML, which reads ahead of us."""
    return _TOO_DEEP if "nesting depth" in problem else f"this is not valid YAML: {problem}"


class _Mark(Protocol):
    """Where PyYAML says that something stands; with and without its C part."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


def _place(mark: _Mark | None) -> Place:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


class _Reader:
    """One walk through what a file says, event by event: a tree of it could be too deep to walk at all."""

    def __init__(self, document: Document, events: Iterator[Event]) -> None:
        self._document = document
        self._events = events

    def whole(self) -> Data | None:
        """Return the one document of the file, None where there is none."""
        first = next(event for event in self._events if not isinstance(event, _OPENING))
        if isinstance(first, StreamEndEvent):
            self._refuse((1, 1), "the file is empty")
            return None
        data = self._read(first, ())
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                self._refuse(_place(event.start_mark), "a file holds one document: --- cannot begin another")
        return data

    def _read(self, event: Event, path: Path) -> Data:
        place = _place(event.start_mark)
        self._document.places[path] = place
        if len(path) > _DEEPEST:
            raise _TooDeepError(place)
        if isinstance(event, MappingStartEvent):
            return dict(self._pairs(path))
        if isinstance(event, SequenceStartEvent):
            return [self._read(item, (*path, number)) for number, item in enumerate(self._items())]
        if isinstance(event, AliasEvent):
            return self._refuse(place, "an alias (*) is not allowed: write the value out")
        assert isinstance(event, ScalarEvent)  # noqa: S101 -- no other event begins a value
        return str(event.value)

    def _items(self) -> Iterator[Event]:
        """Yield what begins each item of the list or mapping at hand, up to its end."""
        for event in self._events:
            if isinstance(event, CollectionEndEvent):
                return
            yield event

    def _pairs(self, path: Path) -> Iterator[tuple[str, Data]]:
        for key_event in self._items():
            place = _place(key_event.start_mark)
            if not isinstance(key_event, ScalarEvent):
                self._refuse(place, "a key must be plain text")
                self._skip(key_event)
                self._skip(next(self._events))
                continue
            key = str(key_event.value)
            value = next(self._events)
            if (*path, key) in self._document.keys:
                self._refuse(place, f"the key `{key}` is written twice")
                self._skip(value)
                continue
            self._document.keys[(*path, key)] = place
            yield key, self._read(value, (*path, key))

    def _skip(self, event: Event) -> None:
        """Pass over a whole value."""
        deep = int(isinstance(event, CollectionStartEvent))
        while deep:
            if deep > _DEEPEST:
                raise _TooDeepError(_place(event.start_mark))
            event = next(self._events)
            deep += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)

    def _refuse(self, place: Place, text: str) -> Data:
        self._document.problems.append((place, text))
        return ""
