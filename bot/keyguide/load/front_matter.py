"""Read a text file that may begin with YAML between two lines of ---."""

from __future__ import annotations

from pathlib import Path

from keyguide.errors import KeyguideError
from keyguide.load.strict_yaml import Data, Document, read_yaml


class UnusableFileError(KeyguideError):
    """A file cannot be used; the text names its path, the place and the reason."""


def read_text(path: Path, max_bytes: int) -> str:
    """Read a UTF-8 text of limited size, or raise UnusableFileError with its place and the reason."""
    try:
        if (size := path.stat().st_size) > max_bytes:
            raise UnusableFileError(
                f"{path}: {size / 1e6:.0f} MB is too large, at most {max_bytes / 1e6:.0f} MB"
            )
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnusableFileError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        expected = "text" if b"\0" in error.object else "UTF-8 text"
        raise UnusableFileError(f"{path}:{line}: this is not {expected}") from None


def read_front_matter(path: Path, max_bytes: int) -> tuple[dict[str, str], str]:
    """Read the front matter of a file, with the items of a list joined by commas, and the text after it."""
    text = read_text(path, max_bytes)
    if not text.strip():
        raise UnusableFileError(f"{path}: the file is empty")
    if not text.startswith("---\n"):
        return {}, text
    front_matter, end, content = text[3:].partition("\n---\n")
    if not end:
        raise UnusableFileError(f"{path}:1: the front matter (---) has no end")
    document = read_yaml(front_matter) if front_matter.strip() else Document()
    if document.problems:
        (line, column), problem = document.problems[0]
        raise UnusableFileError(f"{path}:{line}:{column}: in the front matter: {problem}")
    data = document.data if isinstance(document.data, dict) else {}
    return {key: _join_texts(value) for key, value in data.items()}, content


def _join_texts(value: Data) -> str:
    texts = value if isinstance(value, list) else [value]
    return ",".join(text for text in texts if isinstance(text, str))
