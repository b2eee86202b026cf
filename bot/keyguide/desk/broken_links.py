"""Write down which sources were not found, so that the answers that rest on them count less."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

from keyguide.core.knowledge.folder_content import BROKEN_LINKS
from keyguide.core.model.content.article import BrokenLink
from keyguide.desk.reach_sources import PageCheck
from keyguide.desk.write_yaml import format_yaml, write_new_files
from keyguide.errors import KeyguideError

_HEAD = """\
# yaml-language-server: $schema=schema/broken-links.json
# Written by `keyguide links`: sources that were not found. One counts once it was missing on two days.
"""


def update_broken_links(
    checks: Iterable[PageCheck], before: Mapping[str, BrokenLink], today: date
) -> list[BrokenLink]:
    """List the sources that are not found now; what only a person can find out stays as it was."""
    broken = []
    for check in checks:
        earlier = before.get(check.source.id)
        if check.is_unclear and earlier:
            broken.append(earlier)
        elif not check.is_available and not check.is_unclear:
            since = earlier.since if earlier else today.isoformat()
            broken.append(BrokenLink(check.source.id, since, today.isoformat(), check.result))
    return broken


def write_broken_links(folder: Path, broken: Iterable[BrokenLink]) -> None:
    """Write the list to a knowledge folder, or remove its file if the list is empty."""
    path, items = folder / BROKEN_LINKS, [asdict(link) for link in broken]
    if items:
        write_new_files({path: _HEAD + format_yaml(items)}, overwrite=[path])
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise KeyguideError(f"{path}: {error.strerror}") from None
