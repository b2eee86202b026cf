"""Rules for articles, error codes and sources: complete, no unknown ids, fit for every face, reachable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from keyguide.core.knowledge.files import ERRORS, SOURCES, Files
from keyguide.core.knowledge.problem import KeyPath, Problem
from keyguide.core.knowledge.rules.texts import (
    MAX_ASK,
    check_date,
    check_id,
    check_label,
    check_length,
    check_text,
)
from keyguide.core.model.article import NO_ALTERNATIVES, Article, ErrorCode

CODE = re.compile(r"0x[0-9A-F]{8}")
_PARTS = ("body", "win11", "win10", "fails", "avoid")
_MAX_SEE = 6


@dataclass(frozen=True, slots=True)
class KnownIds:
    """Everything that the files define, to check references against."""

    articles: frozenset[str]
    drafts: frozenset[str]
    flows: frozenset[str]
    codes: frozenset[str]
    states: frozenset[str]
    readings: frozenset[str]
    sources: frozenset[str]
    links: frozenset[str]
    public_keys: dict[str, str]
    broken: frozenset[str]

    @property
    def targets(self) -> frozenset[str]:
        """Every id that `go` or `see` may name, except those of steps."""
        return self.articles | self.flows | {f"error-{code.lower()}" for code in self.codes}

    def explain_missing(self, target: str) -> str:
        """Explain why an id leads nowhere; empty if it exists, or may exist in a broken file."""
        if target in self.drafts:
            return f"`{target}` is a draft: review it first, then remove `draft`"
        broken_code = "0x" + target.removeprefix("error-0x").upper()
        if target in self.targets or target in self.broken or broken_code in self.broken:
            return ""
        return f"`{target}` does not exist"


def collect_known_ids(files: Files) -> KnownIds:
    """Collect every id, link and public key that the files define."""
    articles = [article for _, _, article in files.list_articles()]
    return KnownIds(
        articles=frozenset(article.id for article in articles if not article.draft),
        drafts=frozenset(article.id for article in articles if article.draft),
        flows=frozenset(flow.id for flow in files.flows.values()),
        codes=frozenset(error.code for error in files.errors.codes),
        states=frozenset(state.id for state in files.recognition.states),
        readings=frozenset(reading.id for reading in files.recognition.readings),
        sources=frozenset(source.id for source in files.sources),
        links=frozenset(source.url for source in files.sources),
        public_keys={key.key.replace("-", "").upper(): key.edition for key in files.recognition.public_keys},
        broken=files.broken,
    )


def check_articles(files: Files, known: KnownIds) -> Iterator[Problem]:
    """Report problems of articles and their groups."""
    for file, group in files.groups.items():
        yield from (Problem(file, ("id",), text) for text in check_id(group.id))
        yield from (Problem(file, ("title",), text) for text in check_label(group.title))
    for file, number, article in files.list_articles():
        for path, text in _check_article(article, known):
            yield Problem(file, ("articles", number, *path), text)


def _check_article(article: Article, known: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    yield from ((("id",), text) for text in check_id(article.id))
    yield from ((("title",), text) for text in check_label(article.title))
    yield from ((("verified",), text) for text in check_date(article.verified))
    yield from _check_parts(article, known)
    yield from _check_references(article, known)
    if bool(article.win10) != bool(article.win11) and article.instead == NO_ALTERNATIVES:
        yield (
            ("win10" if article.win10 else "win11",),
            "the other Windows version has no text here, and `instead` names no article for it",
        )
    for number, ask in enumerate(article.asks):
        if len(ask) > MAX_ASK:
            yield ("asks", number), f"this example has {len(ask)} characters, at most {MAX_ASK} are allowed"


def _check_parts(article: Article, known: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    if not article.body.strip():
        yield ("body",), "this text is empty"
    parts = {name: getattr(article, name) for name in _PARTS}
    for name, part in parts.items():
        yield from (((name,), text) for text in check_text(part, known.links, known.public_keys))
    yield from ((("body",), text) for text in check_length(sum(map(len, parts.values()))))


def _check_references(article: Article, known: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    yield from check_source_references(article.sources, known)
    yield from check_see(article.see, known)
    if article.id in article.see:
        yield ("see",), "an article cannot refer to itself"
    for other, key in ((article.instead.win10, "win10"), (article.instead.win11, "win11")):
        if other and (problem := known.explain_missing(other)):
            yield ("instead", key), problem


def check_source_references(sources: tuple[str, ...], known: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    """Report sources that do not exist, or that there is no source."""
    if not sources:
        yield ("sources",), "an answer needs a source"
    for number, source in enumerate(sources):
        if source not in known.sources | known.broken:
            yield ("sources", number), f"the source `{source}` is not in sources.yaml"


def check_see(see: tuple[str, ...], known: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    """Report references that lead nowhere, that are repeated, or that are too many for the buttons."""
    for number, page in enumerate(see):
        if problem := known.explain_missing(page):
            yield ("see", number), problem
    if len(see) > _MAX_SEE:
        yield ("see",), f"`see` names {len(see)} pages, at most {_MAX_SEE} are allowed"
    if len(set(see)) < len(see):
        yield ("see",), "`see` names the same page twice"


def check_errors(files: Files, known: KnownIds) -> Iterator[Problem]:
    """Report problems of error codes and their families."""
    for number, error in enumerate(files.errors.codes):
        for path, text in _check_error(error, known):
            yield Problem(ERRORS, ("codes", number, *path), text)
    for number, family in enumerate(files.errors.families):
        for path, text in check_see(family.see, known):
            yield Problem(ERRORS, ("families", number, *path), text)
        for text in check_text(family.says, known.links, known.public_keys):
            yield Problem(ERRORS, ("families", number, "says"), text)


def _check_error(error: ErrorCode, known: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    if not CODE.fullmatch(error.code):
        yield ("code",), f"`{error.code}` is not an error code: write it as 0xC004F211"
    yield from ((("title",), text) for text in check_label(error.name))
    yield from ((("verified",), text) for text in check_date(error.verified))
    for name, part in (("means", error.means), ("fix", error.fix)):
        yield from (((name,), text) for text in check_text(part, known.links, known.public_keys))
    yield from ((("means",), text) for text in check_length(len(error.message + error.means + error.fix)))
    yield from check_source_references(error.sources, known)
    yield from check_see(error.see, known)


def check_sources(files: Files) -> Iterator[Problem]:
    """Report problems of sources."""
    for number, source in enumerate(files.sources):
        yield from (Problem(SOURCES, (number, "id"), text) for text in check_id(source.id))
        if not source.url.startswith("https://"):
            yield Problem(SOURCES, (number, "url"), "a source must be a page at https://")


def find_unreachable(files: Files, known: KnownIds) -> Iterator[Problem]:
    """Report articles that no question and no flow can ever reach."""
    reached = {choice.go for flow in files.flows.values() for step in flow.steps for choice in step.choices}
    reached |= {state.go for state in files.recognition.states} | {
        reading.go for reading in files.recognition.readings
    }
    reached |= {files.recognition.secret, files.recognition.public_key, files.recognition.human}
    for file, number, article in files.list_articles():
        if not article.asks and not article.draft and article.id not in reached:
            yield Problem(file, ("articles", number, "id"), "no question and no flow reaches this article")
