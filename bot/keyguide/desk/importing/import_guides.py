"""`keyguide import`: guides in, draft articles and their sources out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
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
# Drafts from {files}: never served. Review each one, then take its `draft: true` away.
"""


def import_guides(paths: Sequence[Path], out: Path, knowledge: Path, address: str, today: str) -> str:
    """Import guides into a folder and tell what was made; nothing is written where one cannot be used."""
    wholes = merge_guides(_read_guides(paths, address))
    files = read_folder(knowledge).files
    taken = _build_inventory(files)
    sources = out / SOURCES
    known = _read_text(sources)
    drafts = {whole.guide.file: make_draft(whole, taken, today) for whole in wholes}
    news: dict[Path, str] = {}
    for whole, draft in zip(wholes, drafts.values(), strict=True):
        path = _choose_path(out, draft, news)
        news[path] = _HEADER.format(files=", ".join(copy.file for copy in whole.copies)) + _format_draft(
            draft
        )
    lines = format_sources(source for draft in drafts.values() for source in draft.sources)
    both = {sources: known + ("\n" if known and not known.endswith("\n") else "") + lines, **news}
    write_new_files(both, over=[sources])
    told = [
        _describe_draft(path, *pair)
        for path, pair in zip(news, zip(wholes, drafts.values(), strict=True), strict=True)
    ]
    return "\n".join((*told, f"{sources}: {lines.count(chr(10))} sources added"))


def _read_guides(paths: Sequence[Path], address: str) -> list[Guide]:
    """Read every guide; what is wrong with any of them is told at once."""
    guides, wrongs = [], []
    for path in paths:
        try:
            guides.append(read_guide(path, address))
        except GuideError as error:
            wrongs.append(str(error))
    if wrongs:
        raise KeyguideError("\n".join((*wrongs, "nothing was written")))
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


def _choose_path(out: Path, draft: Draft, news: dict[Path, str]) -> Path:
    path = out / "articles" / f"{draft.group.id}.yaml"
    number = 2
    while path in news:
        path = path.with_name(f"{draft.group.id}-{number}.yaml")
        number += 1
    return path


def _format_draft(draft: Draft) -> str:
    group = draft.group
    articles = [_export_article(article) for article in group.articles]
    return format_yaml({"id": group.id, "title": group.title, "articles": articles})


def _export_article(article: Article) -> dict[str, object]:
    """Return what an article says, without the parts that it leaves empty."""
    said = {key: list(part) if isinstance(part, tuple) else part for key, part in asdict(article).items()}
    return {key: part for key, part in said.items() if part and key not in {"instead", "refuses"}}


def _describe_draft(path: Path, whole: MergedGuide, draft: Draft) -> str:
    copies = f" from {len(whole.copies)} copies" if len(whole.copies) > 1 else ""
    counts = f"{len(draft.group.articles)} drafts, {draft.steps} steps, {draft.pictures} screenshots"
    lines = [f"{path}: {counts}{copies}"]
    for title, differences in whole.differences.items():
        lines += [f"  {title}: {difference}" for difference in differences]
    nameless = [copy.file for copy in whole.copies if not copy.address]
    if nameless:
        lines.append(
            f"  no address in {', '.join(nameless)}: fill it in in sources.yaml, or import with --url"
        )
    return "\n".join(lines)
