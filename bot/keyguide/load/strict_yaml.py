"""Read YAML as it was typed: scalars stay text, no key occurs twice, every value has its line and column."""

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

from keyguide.core.knowledge.problem import KeyPath

Data = str | list["Data"] | dict[str, "Data"]
Position = tuple[int, int]

_MAX_DEPTH = 20  # real files are six deep; a deeper one is a mistake or an attack
_TOO_DEEP_MESSAGE = "nested too deeply"
_START_EVENTS = (StreamStartEvent, DocumentStartEvent)
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Document:
    """One file: its data, the position of each value and key, and the problems of its YAML."""

    data: Data | None = None
    places: dict[KeyPath, Position] = field(default_factory=dict)
    keys: dict[KeyPath, Position] = field(default_factory=dict)
    problems: list[tuple[Position, str]] = field(default_factory=list)

    def find_position(self, path: KeyPath) -> Position:
        """Find the line and column of a value; if it does not exist, those of the nearest value around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def find_key_position(self, path: KeyPath) -> Position:
        """Find the line and column of a key; if it does not exist, those of the nearest value around it."""
        return self.keys.get(path) or self.find_position(path)


class _TooDeepError(Exception):
    """Raised if a value is nested deeper than any real file."""


def read_yaml(text: str) -> Document:
    """Read one YAML text strictly; if there are mistakes, collect them and raise nothing."""
    document = Document()
    try:
        document.data = _Reader(document, yaml.parse(text, Loader=_LOADER)).read_document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.problems.append(
            (_convert_mark(mark), _describe_problem(str(error.problem or error.context)))
        )
    except yaml.YAMLError as error:
        document.problems.append(((1, 1), f"this is not valid YAML: {str(error).splitlines()[0]}"))
    except _TooDeepError as error:
        document.problems.append((error.args[0], _TOO_DEEP_MESSAGE))
    return document


def _describe_problem(problem: str) -> str:
    """Describe deep nesting in the same words when PyYAML, which reads ahead of us, notices it first."""
    return _TOO_DEEP_MESSAGE if "nesting depth" in problem else f"this is not valid YAML: {problem}"


class _YamlMark(Protocol):
    """The position that PyYAML gives, with or without its C extension."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


def _convert_mark(mark: _YamlMark | None) -> Position:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


class _Reader:
    """A reader that goes event by event, because a tree of the file could be too deep to walk."""

    def __init__(self, document: Document, events: Iterator[Event]) -> None:
        self._document = document
        self._events = events

    def read_document(self) -> Data | None:
        """Read the one document of the file, or return None if the file is empty."""
        first = next(event for event in self._events if not isinstance(event, _START_EVENTS))
        if isinstance(first, StreamEndEvent):
            self._add_problem((1, 1), "the file is empty")
            return None
        data = self._read_value(first, ())
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                self._add_problem(
                    _convert_mark(event.start_mark), "a file holds one document: --- cannot begin another"
                )
        return data

    def _read_value(self, event: Event, path: KeyPath) -> Data:
        place = _convert_mark(event.start_mark)
        self._document.places[path] = place
        if len(path) > _MAX_DEPTH:
            raise _TooDeepError(place)
        if isinstance(event, MappingStartEvent):
            return dict(self._iterate_pairs(path))
        if isinstance(event, SequenceStartEvent):
            return [
                self._read_value(item, (*path, number)) for number, item in enumerate(self._iterate_items())
            ]
        if isinstance(event, AliasEvent):
            return self._add_problem(place, "an alias (*) is not allowed: write the value out")
        assert isinstance(event, ScalarEvent)  # noqa: S101 -- no other event begins a value
        return str(event.value)

    def _iterate_items(self) -> Iterator[Event]:
        """Yield the first event of each item in the current list or mapping, up to its end."""
        for event in self._events:
            if isinstance(event, CollectionEndEvent):
                return
            yield event

    def _iterate_pairs(self, path: KeyPath) -> Iterator[tuple[str, Data]]:
        for key_event in self._iterate_items():
            place = _convert_mark(key_event.start_mark)
            if not isinstance(key_event, ScalarEvent):
                self._add_problem(place, "a key must be plain text")
                self._skip_value(key_event)
                self._skip_value(next(self._events))
                continue
            key = str(key_event.value)
            value = next(self._events)
            if (*path, key) in self._document.keys:
                self._add_problem(place, f"the key `{key}` is written twice")
                self._skip_value(value)
                continue
            self._document.keys[(*path, key)] = place
            yield key, self._read_value(value, (*path, key))

    def _skip_value(self, event: Event) -> None:
        depth = int(isinstance(event, CollectionStartEvent))
        while depth:
            if depth > _MAX_DEPTH:
                raise _TooDeepError(_convert_mark(event.start_mark))
            event = next(self._events)
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)

    def _add_problem(self, place: Position, text: str) -> Data:
        self._document.problems.append((place, text))
        return ""
