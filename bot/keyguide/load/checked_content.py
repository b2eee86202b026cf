"""Remember which content of a knowledge folder passed every rule, so that a start need not check it again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from keyguide.core.knowledge.check import find_problems
from keyguide.core.knowledge.folder_content import Files
from keyguide.core.knowledge.problem import Problem

_CODE_OF_RULES = Path(__file__).parents[1] / "core" / "knowledge"


def find_new_problems(memory: Sequence[Path], files: Files) -> Iterable[Problem]:
    """Check content as `find_problems` does, unless a folder in the memory says that it has passed already.

    The rules take a third of a start of the program, and content that has not changed cannot break one.
    """
    name = _name_mark(files.version)
    return () if any((folder / name).is_file() for folder in memory) else find_problems(files)


def remember_as_checked(cache_folder: Path, version: str) -> None:
    """Note in the cache that this version of the content passed; without the note, it is checked again."""
    mark = cache_folder / _name_mark(version)
    with suppress(OSError):  # a cache that cannot be written is told where the indexes are kept
        cache_folder.mkdir(parents=True, exist_ok=True)
        mark.touch()


def _name_mark(version: str) -> str:
    """Name the mark of a content: other content, or other rules, need another one."""
    return f"checked-{version}-{_fingerprint_rules()}"


@cache
def _fingerprint_rules() -> str:
    code = (path.read_bytes() for path in sorted(_CODE_OF_RULES.rglob("*.py")))
    return sha256(b"\0".join(code)).hexdigest()[:16]
