"""Import guides as draft articles with their sources, for `keyguide import`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from keyguide.core.knowledge.files import SOURCES, Files, collect_vocabulary
from keyguide.core.model.article import Article
from keyguide.desk.importing.draft import Draft, Inventory, make_draft
from keyguide.desk.importing.guide import Guide
from keyguide.desk.importing.merge import MergedGuide, merge_guides
from keyguide.desk.importing.parse_guide import GuideError, read_guide
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
    known = _build_inventory(read_folder(knowledge).files)
    sources_path = out / SOURCES
    old_sources = _read_text(sources_path)
    drafts = [make_draft(merged, known, today) for merged in guides]
    new_files: dict[Path, str] = {}
    report = []
    for merged, draft in zip(guides, drafts, strict=True):
        path = _choose_path(out, draft, new_files)
        header = _HEADER.format(files=", ".join(copy.file for copy in merged.copies))
        new_files[path] = header + _format_draft(draft)
        report.append(_describe_draft(path, merged, draft))
    lines = format_sources(source for draft in drafts for source in draft.sources)
    separator = "\n" if old_sources and not old_sources.endswith("\n") else ""
    all_files = {sources_path: old_sources + separator + lines, **new_files}
    write_new_files(all_files, overwrite=[sources_path])
    return "\n".join((*report, f"{sources_path}: {lines.count(chr(10))} sources added"))


def _read_guides(paths: Sequence[Path], address: str) -> list[Guide]:
    """Read every guide, those with the same file name under their whole path; report all problems at once."""
    guides, problems = [], []
    names = Counter(path.name for path in paths)
    for path in paths:
        try:
            guide = read_guide(path, address)
            guides.append(replace(guide, file=str(path)) if names[path.name] > 1 else guide)
        except GuideError as error:
            problems.append(str(error))
    if problems:
        raise KeyguideError("\n".join((*problems, "no file was written")))
    return guides


def _build_inventory(files: Files) -> Inventory:
    words = collect_vocabulary(files)
    articles = [article for _, _, article in files.list_articles()]
    asks = [ask for article in articles for ask in article.asks]
    asks += [ask for flow in files.flows.values() for ask in flow.asks]
    asks += [ask for group in files.elsewhere for ask in group.asks]
    return Inventory(
        words=words,
        ids={article.id for article in articles} | {flow.id for flow in files.flows.values()},
        asks={words.normalise(ask) for ask in asks},
        sources={source.url: source for source in files.sources},
        source_ids={source.id for source in files.sources},
    )


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise KeyguideError(f"{path}: {error}") from None


def _choose_path(out: Path, draft: Draft, new_files: dict[Path, str]) -> Path:
    """Choose the path of a draft, with a number if another guide of this import has the same name."""
    path = out / "articles" / f"{draft.group.id}.yaml"
    number = 2
    while path in new_files:
        path = path.with_name(f"{draft.group.id}-{number}.yaml")
        number += 1
    return path


def _format_draft(draft: Draft) -> str:
    group = draft.group
    articles = [_export_article(article) for article in group.articles]
    return format_yaml({"id": group.id, "title": group.title, "articles": articles})


def _export_article(article: Article) -> dict[str, object]:
    """Convert an article to plain data without its empty fields."""
    data = asdict(article)
    values = {key: list(value) if isinstance(value, tuple) else value for key, value in data.items()}
    return {key: value for key, value in values.items() if value and key not in {"instead", "refuses"}}


def _describe_draft(path: Path, merged: MergedGuide, draft: Draft) -> str:
    copies = f" from {len(merged.copies)} copies" if len(merged.copies) > 1 else ""
    counts = f"{len(draft.group.articles)} drafts, {draft.steps} steps, {draft.pictures} screenshots"
    lines = [f"{path}: {counts}{copies}"]
    for title, differences in merged.differences.items():
        lines += [f"  {title}: {difference}" for difference in differences]
    without_address = [copy.file for copy in merged.copies if not copy.address]
    if without_address:
        names = ", ".join(without_address)
        lines.append(f"  no address in {names}: add it to sources.yaml, or import with --url")
    return "\n".join(lines)
