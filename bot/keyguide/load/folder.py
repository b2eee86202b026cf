"""Read a knowledge folder as Files, and report every mistake in it with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from keyguide.core.knowledge.check import find_problems
from keyguide.core.knowledge.folder_content import (
    ACTS,
    ASPECTS,
    BROKEN_LINKS,
    ELSEWHERE,
    ERRORS,
    EVIDENCE,
    FACTS,
    LABELS,
    PICTURES,
    SOURCES,
    WORDS,
    Files,
)
from keyguide.core.knowledge.knowledge import FilePlace
from keyguide.core.knowledge.problem import Problem
from keyguide.core.knowledge.successors import replace_retired
from keyguide.core.model.content.picture import PictureFile
from keyguide.errors import SettingsError
from keyguide.load.shape import ShapeError, parse_shape
from keyguide.load.strict_yaml import Data, Document, read_yaml

MAX_BYTES = 5_000_000  # the whole real knowledge is a fifth of that
_FOLDERS = {
    "articles": "groups",
    "asks": "examples",
    "flows": "flows",
    "phrases": "phrases",
    "tests": "golden",
}
_SINGLE_FILES = {
    ERRORS: "errors",
    EVIDENCE: "recognition",
    WORDS: "words",
    ELSEWHERE: "elsewhere",
    SOURCES: "sources",
    ACTS: "acts",
    ASPECTS: "aspects",
    FACTS: "facts",
    BROKEN_LINKS: "broken_links",
    PICTURES: "captions",
    LABELS: "labels",
}
_OPTIONAL = {
    LABELS,
    PICTURES,
    BROKEN_LINKS,
}  # `keyguide links` writes the last if there is something to write
# finds the ids in a file that is not valid YAML, well enough
_ID_PATTERN = re.compile(r"""\b(?:id|code): {1,9}["']?([\w-]{1,60})""")
_SHAPE_BY_FOLDER = {"flows": "flow"}


Rules = Callable[[Files], Iterable[Problem]]


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One problem as a writer sees it."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        """Format the mistake as editors and compilers do, so that a click leads to its place."""
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


@dataclass(frozen=True, slots=True)
class FolderContents:
    """The contents of a folder: the valid data, the mistakes, and where each answer is written."""

    files: Files
    mistakes: tuple[Mistake, ...]
    places: Mapping[str, FilePlace]


def read_folder(folder: Path, rules: Rules = find_problems) -> FolderContents:
    """Read a whole folder and report what the rules find; raise SettingsError only if there is none."""
    if not folder.is_dir():
        raise SettingsError(f"{folder}: there is no such knowledge folder")
    names = sorted(_list_file_names(folder))
    texts, documents = {}, {}
    for name in names:
        texts[name], documents[name] = _read_file(folder / name)
    parts, mistakes = _build_parts(documents)
    missing = _SINGLE_FILES.keys() - documents.keys() - _OPTIONAL
    mistakes += [Mistake(name, 1, 1, "this file is missing") for name in missing]
    pictures = {path.name: PictureFile(str(path), content) for path, content in _read_pictures(folder)}
    broken = frozenset(_find_broken_ids(documents, texts, mistakes))
    version = _fingerprint(texts | {name: picture.content for name, picture in pictures.items()})
    files = Files(**parts, picture_files=pictures, broken=broken, version=version)
    mistakes += [_locate_problem(documents, problem) for problem in rules(files)]
    places = dict(_list_places(files, documents))
    return FolderContents(replace_retired(files), tuple(sorted(set(mistakes))), places)


def _fingerprint(contents: Mapping[str, bytes]) -> str:
    digest = sha256(b"\0".join(name.encode() + b"\0" + content for name, content in contents.items()))
    return digest.hexdigest()[:16]


def _list_places(files: Files, documents: Mapping[str, Document]) -> Iterator[tuple[str, FilePlace]]:
    """List where each article, error code and flow is written."""
    for file, number, article in files.list_articles():
        yield article.id, FilePlace(file, documents[file].find_position(("articles", number))[0])
    for number, code in enumerate(files.errors.codes):
        yield code.id, FilePlace(ERRORS, documents[ERRORS].find_position(("codes", number))[0])
    for file, flow in files.flows.items():
        yield flow.id, FilePlace(file, 1)


def _list_file_names(folder: Path) -> Iterator[str]:
    yield from (name for name in _SINGLE_FILES if (folder / name).is_file())
    for name in _FOLDERS:
        yield from (f"{name}/{path.name}" for path in (folder / name).glob("*.yaml"))


def _read_pictures(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield each picture that can be read; the rules report the others as missing."""
    for path in sorted((folder / "pictures").glob("*.png")):
        with suppress(OSError):
            yield path.absolute(), path.read_bytes()


def _read_file(path: Path) -> tuple[bytes, Document]:
    try:
        content = path.read_bytes()
    except OSError as error:  # no permission to read it, a folder, or a broken link
        return b"", Document(problems=[((1, 1), f"this file cannot be read: {error.strerror}")])
    return content, _parse_document(content)


def _parse_document(content: bytes) -> Document:
    if len(content) > MAX_BYTES:
        return Document(problems=[((1, 1), f"the file is larger than {MAX_BYTES // 1_000_000} MB")])
    try:
        return read_yaml(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Document(problems=[((line, 1), "this is not UTF-8 text")])


def _build_parts(documents: dict[str, Document]) -> tuple[dict[str, Any], list[Mistake]]:
    """Build the fields of Files, and collect every mistake in YAML and shape."""
    parts: dict[str, Any] = {field: {} for field in _FOLDERS.values()}
    mistakes: list[Mistake] = []
    for name, document in documents.items():
        mistakes += [Mistake(name, *place, text) for place, text in document.problems]
        if document.data is None:
            continue
        folder = name.partition("/")[0]
        shape = _SHAPE_BY_FOLDER.get(folder, folder.removesuffix(".yaml"))
        try:
            data = parse_shape(shape, document.data)
        except ShapeError as error:
            mistakes += [_locate_shape_mistake(name, document, path, text) for path, text in error.errors]
        else:
            _add_part(parts, name, data)
    return parts, mistakes


def _add_part(parts: dict[str, Any], name: str, data: object) -> None:
    if name in _SINGLE_FILES:
        parts[_SINGLE_FILES[name]] = data
    else:
        parts[_FOLDERS[name.partition("/")[0]]][name] = data


def _locate_shape_mistake(name: str, document: Document, path: tuple[str | int, ...], text: str) -> Mistake:
    find = document.find_key_position if text.startswith("unknown key") else document.find_position
    return Mistake(name, *find(path), text)


def _locate_problem(documents: dict[str, Document], problem: Problem) -> Mistake:
    document = documents.get(problem.file)
    position = document.find_position(problem.path) if document else (1, 1)
    return Mistake(problem.file, *position, problem.text)


def _find_broken_ids(
    documents: dict[str, Document], texts: dict[str, bytes], mistakes: list[Mistake]
) -> Iterator[str]:
    """Find the ids in files with mistakes, so that a reference to them is not reported as another mistake."""
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
