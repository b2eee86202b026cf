"""Rules for articles and error codes: complete, resolvable, showable, reachable."""

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
    """What the files define, so that whatever names it can be held against it."""

    articles: frozenset[str]
    drafts: frozenset[str]
    flows: frozenset[str]
    codes: frozenset[str]
    states: frozenset[str]
    readings: frozenset[str]
    sources: frozenset[str]
    links: frozenset[str]
    public: dict[str, str]
    broken: frozenset[str]

    @property
    def targets(self) -> frozenset[str]:
        """Everything that a `go` or `see` may name besides steps."""
        return self.articles | self.flows | {f"error-{code.lower()}" for code in self.codes}

    def explain_missing(self, id: str) -> str:
        """Say why an id leads nowhere; empty where it leads somewhere."""
        if id in self.drafts:
            return f"`{id}` is a draft: review it first, then take `draft` away"
        broken_code = "0x" + id.removeprefix("error-0x").upper()
        if id in self.targets or id in self.broken or broken_code in self.broken:
            return ""
        return f"`{id}` does not exist"


def collect_known_ids(files: Files) -> KnownIds:
    """Gather what the files define."""
    articles = [article for _, _, article in files.list_articles()]
    return KnownIds(
        articles=frozenset(article.id for article in articles if not article.draft),
        drafts=frozenset(article.id for article in articles if article.draft),
        flows=frozenset(flow.id for flow in files.flows.values()),
        codes=frozenset(error.code for error in files.errors.codes),
        states=frozenset(state.id for state in files.shown.states),
        readings=frozenset(reading.id for reading in files.shown.readings),
        sources=frozenset(source.id for source in files.sources),
        links=frozenset(source.url for source in files.sources),
        public={key.key.replace("-", "").upper(): key.edition for key in files.shown.public_keys},
        broken=files.broken,
    )


def check_articles(files: Files, all: KnownIds) -> Iterator[Problem]:
    """Tell what is wrong with articles and their groups."""
    for file, group in files.groups.items():
        yield from (Problem(file, ("id",), text) for text in check_id(group.id))
        yield from (Problem(file, ("title",), text) for text in check_label(group.title))
    for file, number, article in files.list_articles():
        for path, text in _check_article(article, all):
            yield Problem(file, ("articles", number, *path), text)


def _check_article(article: Article, all: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    yield from ((("id",), text) for text in check_id(article.id))
    yield from ((("title",), text) for text in check_label(article.title))
    yield from ((("verified",), text) for text in check_date(article.verified))
    yield from _check_parts(article, all)
    yield from _check_references(article, all)
    if bool(article.win10) != bool(article.win11) and article.instead == NO_ALTERNATIVES:
        yield (
            ("win10" if article.win10 else "win11",),
            "the other Windows has no part here, and `instead` names no article for it",
        )
    yield from ((("asks", at), f"{len(ask)} characters are too many for an example")
                for at, ask in enumerate(article.asks) if len(ask) > MAX_ASK)  # fmt: skip


def _check_parts(article: Article, all: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    if not article.body.strip():
        yield ("body",), "this text is empty"
    for part in _PARTS:
        yield from (((part,), text) for text in check_text(getattr(article, part), all.links, all.public))
    yield from (
        (("body",), text) for text in check_length(sum(len(getattr(article, part)) for part in _PARTS))
    )


def _check_references(article: Article, all: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    yield from check_source_references(article.sources, all)
    yield from check_see(article.see, all)
    if article.id in article.see:
        yield ("see",), "an article cannot lead to itself"
    for other, at in ((article.instead.win10, "win10"), (article.instead.win11, "win11")):
        if other and (lost := all.explain_missing(other)):
            yield ("instead", at), lost


def check_source_references(sources: tuple[str, ...], all: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    """Tell which sources do not resolve, and whether there is none."""
    if not sources:
        yield ("sources",), "an answer needs a source"
    for at, source in enumerate(sources):
        if source not in all.sources | all.broken:
            yield ("sources", at), f"the source `{source}` is not in sources.yaml"


def check_see(see: tuple[str, ...], all: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    """Tell which of the things to press next lead nowhere."""
    yield from ((("see", at), lost) for at, id in enumerate(see) if (lost := all.explain_missing(id)))
    if len(see) > _MAX_SEE:
        yield ("see",), f"{len(see)} ways on are too many to press, at most {_MAX_SEE}"
    if len(set(see)) < len(see):
        yield ("see",), "the same way on is named twice"


def check_errors(files: Files, all: KnownIds) -> Iterator[Problem]:
    """Tell what is wrong with error codes and their families."""
    for at, error in enumerate(files.errors.codes):
        for path, text in _check_error(error, all):
            yield Problem(ERRORS, ("codes", at, *path), text)
    for at, family in enumerate(files.errors.families):
        for path, text in check_see(family.see, all):
            yield Problem(ERRORS, ("families", at, *path), text)
        for text in check_text(family.says, all.links, all.public):
            yield Problem(ERRORS, ("families", at, "says"), text)


def _check_error(error: ErrorCode, all: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    if not CODE.fullmatch(error.code):
        yield ("code",), f"`{error.code}` is no code: write it as 0xC004F211"
    yield from ((("title",), text) for text in check_label(error.name))
    yield from ((("verified",), text) for text in check_date(error.verified))
    for part in ("means", "fix"):
        yield from (((part,), text) for text in check_text(getattr(error, part), all.links, all.public))
    yield from ((("means",), text) for text in check_length(len(error.message + error.means + error.fix)))
    yield from check_source_references(error.sources, all)
    yield from check_see(error.see, all)


def check_sources(files: Files) -> Iterator[Problem]:
    """Tell what is wrong with sources."""
    for at, source in enumerate(files.sources):
        yield from (Problem(SOURCES, (at, "id"), text) for text in check_id(source.id))
        if not source.url.startswith("https://"):
            yield Problem(SOURCES, (at, "url"), "a source is a page at https://")


def find_unreachable(files: Files, all: KnownIds) -> Iterator[Problem]:
    """Tell which articles no question and no flow can ever reach."""
    reached = {choice.go for flow in files.flows.values() for step in flow.steps for choice in step.choices}
    reached |= {state.go for state in files.shown.states} | {reading.go for reading in files.shown.readings}
    reached |= {files.shown.secret, files.shown.public_key, files.shown.human}
    for file, number, article in files.list_articles():
        if not article.asks and not article.draft and article.id not in reached:
            yield Problem(file, ("articles", number, "id"), "no question and no flow reaches this article")
