"""Putting drafts on the disk: whole or not at all, and never over what somebody wrote."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

import yaml

from keyguide.core.model.article import Source
from keyguide.errors import KeyguideError

_LINE_BREAKS = "\x85\u2028\u2029"  # which YAML takes for the end of a line unless they are spelt out


class _Dumper(yaml.SafeDumper):
    """Writes YAML as the knowledge is written: long texts as blocks, lists indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002
        super().increase_indent(flow, indentless=False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    odd = any(break_ in text for break_ in _LINE_BREAKS)
    style = '"' if odd else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def format_yaml(data: object) -> str:
    """Return plain data as YAML in the style of the knowledge."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def format_sources(sources: Iterable[Source]) -> str:
    """Return sources as sources.yaml holds them, one a line."""
    quoted = json.dumps
    return "".join(
        f"- {{id: {one.id}, title: {quoted(one.title, ensure_ascii=False)}, "
        f"url: {quoted(one.url, ensure_ascii=False)}}}\n"
        for one in sources
    )


def write_new_files(files: Mapping[Path, str], *, over: Iterable[Path] = ()) -> None:
    """Write files whole; one that is there already is an error, unless it is named in `over`."""
    changed = set(over)
    for path in files:
        if path.exists() and path not in changed:
            raise KeyguideError(f"{path}: this is there already; move it away or name another --out")
    try:
        drafts = {path: _write_temporary(path, text) for path, text in files.items()}
        for path, draft in drafts.items():
            draft.replace(path)
    except OSError as error:
        raise KeyguideError(f"{error.filename}: {error.strerror}") from None


def _write_temporary(path: Path, text: str) -> Path:
    """Return a finished file beside the path, which only needs to be given its name."""
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
