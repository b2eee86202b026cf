"""Write drafts as YAML files, completely or not at all, and never over a file that exists."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

import yaml

from keyguide.core.model.content.article import Source
from keyguide.errors import KeyguideError
from keyguide.load.folder import MAX_BYTES
from keyguide.load.front_matter import read_text

_LINE_BREAKS = "\x85\u2028\u2029"  # YAML reads them as line ends unless they are escaped


class _Dumper(yaml.SafeDumper):
    """A YAML writer in the style of the knowledge files: long texts as blocks, lists indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002
        super().increase_indent(flow, indentless=False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    needs_escapes = any(character in text for character in _LINE_BREAKS)
    style = '"' if needs_escapes else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def format_drafts(group: Mapping[str, object], comment: str) -> str:
    """Format a group of drafts as a file of articles that begins with a comment."""
    comment = comment.replace("\n", "\n# ")
    return f"# yaml-language-server: $schema=../schema/articles.json\n# {comment}\n{format_yaml(group)}"


def format_yaml(data: object) -> str:
    """Format plain data as YAML in the style of the knowledge files."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def format_sources(sources: Iterable[Source]) -> str:
    """Format sources as in sources.yaml, one per line."""
    quote = json.dumps
    return "".join(
        f"- {{id: {source.id}, title: {quote(source.title, ensure_ascii=False)}, "
        f"url: {quote(source.url, ensure_ascii=False)}}}\n"
        for source in sources
    )


def append_sources(path: Path, sources: Iterable[Source]) -> str:
    """Read a file of sources, which need not exist yet, and format it with more sources at its end."""
    text = read_text(path, MAX_BYTES) if path.exists() else ""
    return f"{text.rstrip()}\n{format_sources(sources)}" if text.strip() else format_sources(sources)


def write_new_files(files: Mapping[Path, str], *, overwrite: Iterable[Path] = ()) -> None:
    """Write all files, or none if one of them already exists and is not listed in `overwrite`."""
    replaceable = set(overwrite)
    for path in files:
        if path.exists() and path not in replaceable:
            raise KeyguideError(f"{path}: already exists; move it away or choose another --out")
    try:
        drafts = {path: _write_temporary(path, text) for path, text in files.items()}
        for path, draft in drafts.items():
            draft.replace(path)
    except OSError as error:
        raise KeyguideError(f"{error.filename}: {error.strerror}") from None


def _write_temporary(path: Path, text: str) -> Path:
    """Write the text to a temporary file in the same folder, so that a rename can put it in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    Path(file.name).chmod(0o644)
    return Path(file.name)
