"""`latchkey import`: guides in, draft articles and their sources out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bot.core.article import Article
from bot.core.files import SOURCES, Files, vocabulary_of
from bot.desk.importing.drafting import Draft, Taken, drafted
from bot.desk.importing.guide import Guide
from bot.desk.importing.merging import Merged, merged
from bot.desk.importing.reading import GuideError, read_guide
from bot.desk.writing import source_lines, write_new, yaml_text
from bot.errors import LatchkeyError
from bot.load.folder import read_folder

_HEAD = """\
# yaml-language-server: $schema=../schema/articles.json
# Drafts from {files}: never served. Review each one, then take its `draft: true` away.
"""


def imported(paths: Sequence[Path], out: Path, knowledge: Path, address: str, today: str) -> str:
    """Import guides into a folder and tell what was made; nothing is written where one cannot be used."""
    wholes = merged(_guides(paths, address))
    files = read_folder(knowledge).files
    taken = _taken(files)
    sources = out / SOURCES
    known = _text(sources)
    drafts = {whole.guide.file: drafted(whole, taken, today) for whole in wholes}
    news: dict[Path, str] = {}
    for whole, draft in zip(wholes, drafts.values(), strict=True):
        path = _path(out, draft, news)
        news[path] = _HEAD.format(files=", ".join(copy.file for copy in whole.copies)) + _yaml(draft)
    lines = source_lines(source for draft in drafts.values() for source in draft.sources)
    both = {sources: known + ("\n" if known and not known.endswith("\n") else "") + lines, **news}
    write_new(both, over=[sources])
    told = [
        _told(path, *pair) for path, pair in zip(news, zip(wholes, drafts.values(), strict=True), strict=True)
    ]
    return "\n".join((*told, f"{sources}: {lines.count(chr(10))} sources added"))


def _guides(paths: Sequence[Path], address: str) -> list[Guide]:
    """Read every guide; what is wrong with any of them is told at once."""
    guides, wrongs = [], []
    for path in paths:
        try:
            guides.append(read_guide(path, address))
        except GuideError as error:
            wrongs.append(str(error))
    if wrongs:
        raise LatchkeyError("\n".join((*wrongs, "nothing was written")))
    return guides


def _taken(files: Files) -> Taken:
    words = vocabulary_of(files)
    articles = [article for _, _, article in files.articles()]
    asks = [ask for article in articles for ask in article.asks]
    asks += [ask for flow in files.flows.values() for ask in flow.asks]
    asks += [ask for group in files.elsewhere for ask in group.asks]
    return Taken(
        words=words,
        ids={article.id for article in articles} | {flow.id for flow in files.flows.values()},
        asks={words.same(ask) for ask in asks},
        sources={source.url: source for source in files.sources},
        source_ids={source.id for source in files.sources},
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise LatchkeyError(f"{path}: {error}") from None


def _path(out: Path, draft: Draft, news: dict[Path, str]) -> Path:
    path = out / "articles" / f"{draft.group.id}.yaml"
    number = 2
    while path in news:
        path = path.with_name(f"{draft.group.id}-{number}.yaml")
        number += 1
    return path


def _yaml(draft: Draft) -> str:
    group = draft.group
    articles = [_plain(article) for article in group.articles]
    return yaml_text({"id": group.id, "title": group.title, "articles": articles})


def _plain(article: Article) -> dict[str, object]:
    """Return what an article says, without the parts that it leaves empty."""
    said = {key: list(part) if isinstance(part, tuple) else part for key, part in asdict(article).items()}
    return {key: part for key, part in said.items() if part and key not in {"instead", "refuses"}}


def _told(path: Path, whole: Merged, draft: Draft) -> str:
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
