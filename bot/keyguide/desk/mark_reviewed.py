"""Write today's date as `verified` into the file of an answer, and leave every other byte as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from keyguide.core.knowledge.folder_content import ERRORS
from keyguide.core.knowledge.problem import KeyPath
from keyguide.desk.write_yaml import write_new_files
from keyguide.errors import KeyguideError
from keyguide.load.strict_yaml import Data, Document, read_yaml

_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what YAML takes for one
_BOM = "\ufeff"


def mark_reviewed(folder: Path, page_id: str, today: date) -> Path:
    """Date an answer today, take back that it is stale, and return the file that was changed."""
    for path in (*sorted((folder / "articles").glob("*.yaml")), folder / ERRORS):
        text = _read(path)
        document = read_yaml(text)
        if place := next(_find_answer(document.data, page_id), None):
            write_new_files({path: _change(path, text, document, place, today)}, overwrite=[path])
            return path
    raise KeyguideError(f"{folder}: no file has the answer {page_id}")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyguideError(f"{path}: this file cannot be read: {error}") from None


def _find_answer(data: Data | None, page_id: str) -> Iterator[KeyPath]:
    """Yield the place of the article, or of the code whose page has this id."""
    for key, name in (("articles", "id"), ("codes", "code")):
        items = data.get(key) if isinstance(data, dict) else None
        for number, item in enumerate(items if isinstance(items, list) else ()):
            found = item.get(name) if isinstance(item, dict) else None
            if isinstance(found, str) and page_id in {found, f"error-{found.lower()}"}:
                yield key, number


def _change(path: Path, text: str, document: Document, place: KeyPath, today: date) -> str:
    answer: Data | None = document.data
    for key in place:
        answer = answer[key]  # type: ignore[index]  # the place was found in this data
    assert isinstance(answer, dict)  # noqa: S101 -- so is this
    changes = {"verified": today.isoformat()} | ({"status": "reviewed"} if "status" in answer else {})
    spots = {key: _find_offset(text, document.find_position((*place, key))) for key in changes}
    for key in sorted(changes, key=lambda key: -spots[key]):  # from the end, so that no offset moves
        old, start = str(answer.get(key, "")), spots[key]
        start += text[start : start + 1] in {'"', "'"}
        if not old or text[start : start + len(old)] != old:
            raise KeyguideError(f"{path}: `{key}` of the answer cannot be found; please change it by hand")
        text = text[:start] + changes[key] + text[start + len(old) :]
    return text


def _find_offset(text: str, position: tuple[int, int]) -> int:
    """Find where a line and column are in a text."""
    line, column = position
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    return starts[line - 1] + column - 1 + (line == 1 and text.startswith(_BOM))
