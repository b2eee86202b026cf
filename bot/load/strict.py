"""YAML as it was typed: every scalar is text, no key twice, and every value knows its line and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.core.problem import Path

Data = str | list["Data"] | dict[str, "Data"]
Place = tuple[int, int]

_DEEPEST = 20  # real files are six deep; a deeper one is a mistake or an attack
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


def read(text: str) -> Document:
    """Read one YAML text strictly; mistakes are collected, never raised."""
    document = Document()
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.problems.append((_place(mark), f"this is not valid YAML: {error.problem or error.context}"))
    except (yaml.YAMLError, RecursionError) as error:
        document.problems.append(((1, 1), f"this is not valid YAML: {str(error).splitlines()[0]}"))
    else:
        if node is None:
            document.problems.append(((1, 1), "the file is empty"))
        else:
            document.data = _Reader(document).read(node, ())
    return document


def _place(mark: yaml.Mark | None) -> Place:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


class _Reader:
    """One walk over one tree of nodes; remembers the nodes met, because an alias meets one twice."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._met: set[int] = set()

    def read(self, node: Node, path: Path) -> Data:
        place = _place(node.start_mark)
        self._document.places[path] = place
        if id(node) in self._met:
            return self._refuse(place, "an alias (*) is not allowed: write the value out")
        if len(path) > _DEEPEST:
            return self._refuse(place, "nested too deeply")
        self._met.add(id(node))
        if isinstance(node, MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, SequenceNode):
            return [self.read(item, (*path, number)) for number, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)  # noqa: S101 -- YAML has three kinds of node
        return str(node.value)

    def _pairs(self, node: MappingNode, path: Path) -> Iterator[tuple[str, Data]]:
        for key_node, value_node in node.value:
            place = _place(key_node.start_mark)
            if not isinstance(key_node, ScalarNode):
                self._refuse(place, "a key must be plain text")
                continue
            key = str(key_node.value)
            if (*path, key) in self._document.keys:
                self._refuse(place, f"the key `{key}` is written twice")
                continue
            self._document.keys[(*path, key)] = place
            yield key, self.read(value_node, (*path, key))

    def _refuse(self, place: Place, text: str) -> Data:
        self._document.problems.append((place, text))
        return ""
