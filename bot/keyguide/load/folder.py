"""A knowledge folder becomes Files, and every mistake in it a line that says where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from keyguide.core.knowledge.check import find_problems
from keyguide.core.knowledge.files import ELSEWHERE, ERRORS, EVIDENCE, SOURCES, WORDS, Files
from keyguide.core.knowledge.problem import Problem
from keyguide.errors import SettingsError
from keyguide.load.shape import ShapeError, parse_shape
from keyguide.load.strict_yaml import Data, Document, read_yaml

_MAX_BYTES = 5_000_000  # bytes; the whole real knowledge is a fifth of it
_FOLDERS = {"articles": "groups", "flows": "flows", "phrases": "phrases", "tests": "golden"}
_SINGLE_FILES = {
    ERRORS: "errors",
    EVIDENCE: "shown",
    WORDS: "words",
    ELSEWHERE: "elsewhere",
    SOURCES: "sources",
}
_ID_PATTERN = re.compile(
    r"""\b(?:id|code): {1,9}["']?([\w-]{1,60})"""
)  # good enough where YAML itself is broken
_SHAPE_BY_FOLDER = {"flows": "flow"}


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One problem as a writer sees it."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        """Say it the way that editors and compilers do, so that a click leads there."""
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


@dataclass(frozen=True, slots=True)
class FolderContents:
    """A folder as it was read: what has the right shape, what is wrong, and what it was read from."""

    files: Files
    mistakes: tuple[Mistake, ...]
    version: str


def read_folder(folder: Path) -> FolderContents:
    """Read a knowledge folder whole; mistakes in it are told, not raised."""
    if not folder.is_dir():
        raise SettingsError(f"{folder}: there is no such knowledge folder")
    names = sorted(_list_file_names(folder))
    texts, documents = {}, {}
    for name in names:
        texts[name], documents[name] = _read_file(folder / name)
    parts, mistakes = _build_parts(documents)
    mistakes += [
        Mistake(name, 1, 1, "this file is missing") for name in _SINGLE_FILES if name not in documents
    ]
    files = Files(**parts, broken=frozenset(_find_broken_ids(documents, texts, mistakes)))
    mistakes += [_locate_problem(documents, problem) for problem in find_problems(files)]
    digest = sha256(b"\0".join(name.encode() + b"\0" + content for name, content in texts.items()))
    return FolderContents(files, tuple(sorted(set(mistakes))), digest.hexdigest()[:16])


def _list_file_names(folder: Path) -> Iterator[str]:
    yield from (name for name in _SINGLE_FILES if (folder / name).is_file())
    for part in _FOLDERS:
        yield from (f"{part}/{path.name}" for path in (folder / part).glob("*.yaml"))


def _read_file(path: Path) -> tuple[bytes, Document]:
    try:
        content = path.read_bytes()
    except OSError as error:  # not ours to read, a folder, or a link to nowhere
        return b"", Document(problems=[((1, 1), f"this file cannot be read: {error.strerror}")])
    return content, _parse_document(content)


def _parse_document(content: bytes) -> Document:
    if len(content) > _MAX_BYTES:
        return Document(problems=[((1, 1), f"the file is larger than {_MAX_BYTES // 1_000_000} MB")])
    try:
        return read_yaml(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Document(problems=[((line, 1), "this is not UTF-8 text")])


def _build_parts(documents: dict[str, Document]) -> tuple[dict[str, Any], list[Mistake]]:
    """Return what Files is made of, and every mistake in YAML and shape."""
    parts: dict[str, Any] = {part: {} for part in _FOLDERS.values()}
    mistakes: list[Mistake] = []
    for name, document in documents.items():
        mistakes += [Mistake(name, *place, text) for place, text in document.problems]
        if document.data is None:
            continue
        folder = name.partition("/")[0]
        shape = _SHAPE_BY_FOLDER.get(folder, folder.removesuffix(".yaml"))
        try:
            whole = parse_shape(shape, document.data)
        except ShapeError as error:
            mistakes += [_locate_shape_mistake(name, document, path, text) for path, text in error.errors]
        else:
            _add_part(parts, name, whole)
    return parts, mistakes


def _add_part(parts: dict[str, Any], name: str, whole: object) -> None:
    if name in _SINGLE_FILES:
        parts[_SINGLE_FILES[name]] = whole
    else:
        parts[_FOLDERS[name.partition("/")[0]]][name] = whole


def _locate_shape_mistake(name: str, document: Document, path: tuple[str | int, ...], text: str) -> Mistake:
    place = (
        document.find_key_position(path) if text.startswith("unknown key") else document.find_position(path)
    )
    return Mistake(name, *place, text)


def _locate_problem(documents: dict[str, Document], problem: Problem) -> Mistake:
    document = documents.get(problem.file)
    return Mistake(
        problem.file, *(document.find_position(problem.path) if document else (1, 1)), problem.text
    )


def _find_broken_ids(
    documents: dict[str, Document], texts: dict[str, bytes], mistakes: list[Mistake]
) -> Iterator[str]:
    """Yield the ids in files that are wrong: others may name them without being told off for it."""
    for name in {mistake.file for mistake in mistakes} & documents.keys():
        yield from _find_ids(documents[name].data)
        if documents[name].data is None:
            yield from _ID_PATTERN.findall(texts[name].decode("utf-8", "replace"))


def _find_ids(data: Data | None) -> Iterator[str]:
    if isinstance(data, dict):
        yield from (value for key, value in data.items() if key in {"id", "code"} and isinstance(value, str))
        for value in data.values():
            yield from _find_ids(value)
    elif isinstance(data, list):
        for value in data:
            yield from _find_ids(value)
