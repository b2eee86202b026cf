"""A knowledge folder becomes Files, and every mistake in it a line that says where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.core.check import problems
from bot.core.files import ELSEWHERE, ERRORS, SHOWN, SOURCES, WORDS, Files
from bot.core.problem import Problem
from bot.errors import SettingsError
from bot.load.shape import ShapeError, shaped
from bot.load.strict import Data, Document, read

_LARGEST = 5_000_000  # bytes; the whole real knowledge is a fifth of it
_FOLDERS = {"articles": "groups", "flows": "flows", "phrases": "phrases", "tests": "golden"}
_SINGLES = {ERRORS: "errors", SHOWN: "shown", WORDS: "words", ELSEWHERE: "elsewhere", SOURCES: "sources"}
_ID = re.compile(r"""\b(?:id|code): {1,9}["']?([\w-]{1,60})""")  # good enough where YAML itself is broken
_SHAPE_OF = {"flows": "flow"}


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
class Draught:
    """A folder as it was read: what has the right shape, what is wrong, and what it was read from."""

    files: Files
    mistakes: tuple[Mistake, ...]
    version: str


def read_folder(folder: Path) -> Draught:
    """Read a knowledge folder whole; mistakes in it are told, not raised."""
    if not folder.is_dir():
        raise SettingsError(f"{folder}: there is no such knowledge folder")
    names = sorted(_names(folder))
    texts, documents = {}, {}
    for name in names:
        texts[name], documents[name] = _opened(folder / name)
    parts, mistakes = _parts(documents)
    mistakes += [Mistake(name, 1, 1, "this file is missing") for name in _SINGLES if name not in documents]
    files = Files(**parts, broken=frozenset(_ids_of_broken(documents, texts, mistakes)))
    mistakes += [_mistake(documents, problem) for problem in problems(files)]
    digest = sha256(b"\0".join(name.encode() + b"\0" + content for name, content in texts.items()))
    return Draught(files, tuple(sorted(set(mistakes))), digest.hexdigest()[:16])


def _names(folder: Path) -> Iterator[str]:
    yield from (name for name in _SINGLES if (folder / name).is_file())
    for part in _FOLDERS:
        yield from (f"{part}/{path.name}" for path in (folder / part).glob("*.yaml"))


def _opened(path: Path) -> tuple[bytes, Document]:
    try:
        content = path.read_bytes()
    except OSError as error:  # not ours to read, a folder, or a link to nowhere
        return b"", Document(problems=[((1, 1), f"this file cannot be read: {error.strerror}")])
    return content, _document(content)


def _document(content: bytes) -> Document:
    if len(content) > _LARGEST:
        return Document(problems=[((1, 1), f"the file is larger than {_LARGEST // 1_000_000} MB")])
    try:
        return read(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Document(problems=[((line, 1), "this is not UTF-8 text")])


def _parts(documents: dict[str, Document]) -> tuple[dict[str, Any], list[Mistake]]:
    """Return what Files is made of, and every mistake in YAML and shape."""
    parts: dict[str, Any] = {part: {} for part in _FOLDERS.values()}
    mistakes: list[Mistake] = []
    for name, document in documents.items():
        mistakes += [Mistake(name, *place, text) for place, text in document.problems]
        if document.data is None:
            continue
        folder = name.partition("/")[0]
        shape = _SHAPE_OF.get(folder, folder.removesuffix(".yaml"))
        try:
            whole = shaped(shape, document.data)
        except ShapeError as error:
            mistakes += [_unshapely(name, document, path, text) for path, text in error.wrongs]
        else:
            _put(parts, name, whole)
    return parts, mistakes


def _put(parts: dict[str, Any], name: str, whole: object) -> None:
    if name in _SINGLES:
        parts[_SINGLES[name]] = whole
    else:
        parts[_FOLDERS[name.partition("/")[0]]][name] = whole


def _unshapely(name: str, document: Document, path: tuple[str | int, ...], text: str) -> Mistake:
    place = document.key(path) if text.startswith("unknown key") else document.place(path)
    return Mistake(name, *place, text)


def _mistake(documents: dict[str, Document], problem: Problem) -> Mistake:
    document = documents.get(problem.file)
    return Mistake(problem.file, *(document.place(problem.path) if document else (1, 1)), problem.text)


def _ids_of_broken(
    documents: dict[str, Document], texts: dict[str, bytes], mistakes: list[Mistake]
) -> Iterator[str]:
    """Yield the ids in files that are wrong: others may name them without being told off for it."""
    for name in {mistake.file for mistake in mistakes} & documents.keys():
        yield from _ids(documents[name].data)
        if documents[name].data is None:
            yield from _ID.findall(texts[name].decode("utf-8", "replace"))


def _ids(data: Data | None) -> Iterator[str]:
    if isinstance(data, dict):
        yield from (value for key, value in data.items() if key in {"id", "code"} and isinstance(value, str))
        for value in data.values():
            yield from _ids(value)
    elif isinstance(data, list):
        for value in data:
            yield from _ids(value)
