"""Import guides as draft articles with their sources, for `keyguide import`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from keyguide.core.knowledge.files import SOURCES
from keyguide.desk.importing.article_markdown import clean_label
from keyguide.desk.importing.draft import Inventory, make_draft
from keyguide.desk.importing.merge import merge_guides
from keyguide.desk.importing.parse_guide import Guide, GuideError, read_guide
from keyguide.desk.write_yaml import format_sources, format_yaml, write_new_files
from keyguide.errors import KeyguideError
from keyguide.load.folder import read_folder

_HEADER = """\
# yaml-language-server: $schema=../schema/articles.json
# Drafts from {files}: never served. Review each one, then remove its `draft: true`.
"""


def import_guides(paths: Sequence[Path], out: Path, knowledge: Path, address: str, today: str) -> str:
    """Import guides into a folder and report the drafts; write no file if one guide cannot be used."""
    guides = merge_guides(_read_guides(paths, address))
    known = Inventory(read_folder(knowledge).files)
    old_sources = len(known.sources)
    files, report = {}, []
    for guide in guides:
        draft = make_draft(guide, known, today)
        path = out / "articles" / f"{draft['id']}.yaml"
        header = _HEADER.format(files=", ".join(copy.file for copy in (guide, *guide.copies)))
        files[path] = header + format_yaml(draft)
        report.append(_describe_draft(path, guide))
    new_sources = list(known.sources.values())[old_sources:]
    sources_path = out / SOURCES
    files[sources_path] = _read_sources(sources_path) + format_sources(new_sources)
    write_new_files(files, overwrite=[sources_path])
    return "\n".join((*report, f"{sources_path}: {len(new_sources)} sources added"))


def _read_guides(paths: Sequence[Path], address: str) -> list[Guide]:
    """Read every guide once; report all problems together if some cannot be used."""
    guides, problems = [], []
    unique_paths = dict.fromkeys(paths)
    names = Counter(path.name for path in unique_paths)
    for path in unique_paths:
        name = path.name if names[path.name] == 1 else str(path)
        try:
            guides.append(read_guide(path, address, clean_label(name.encode(errors="replace").decode())))
        except GuideError as error:
            problems.append(str(error))
    if problems:
        raise KeyguideError("\n".join((*problems, "no file was written")))
    return guides


def _read_sources(path: Path) -> str:
    """Read the sources that others will be added to, or return "" if there are none."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise KeyguideError(f"{path}: {error}") from None
    return f"{text}\n" if text and not text.endswith("\n") else text


def _describe_draft(path: Path, guide: Guide) -> str:
    copies = (guide, *guide.copies)
    lines = "\n".join(line for topic in guide.topics for line in topic.lines)
    steps = len(re.findall(r"^[0-9]{1,3}\. ", lines, re.MULTILINE))
    pictures = sum(topic.pictures for topic in guide.topics)
    origin = f" from {len(copies)} copies" if guide.copies else ""
    report = [f"{path}: {len(guide.topics)} drafts, {steps} steps, {pictures} screenshots{origin}"]
    report += [f"  {topic.title}: {difference}" for topic in guide.topics for difference in topic.differences]
    if without_address := ", ".join(copy.file for copy in copies if not copy.address):
        report.append(f"  no address in {without_address}: add it to sources.yaml, or import with --url")
    return "\n".join(report)
