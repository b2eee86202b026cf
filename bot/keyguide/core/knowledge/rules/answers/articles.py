"""Rules for articles, error codes and sources: complete, no unknown ids, fit for every face, reachable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from keyguide.core.knowledge.folder_content import ASPECTS, ERRORS, SOURCES, Files
from keyguide.core.knowledge.problem import KeyPath, Problem
from keyguide.core.knowledge.rules.answers.single_text import (
    check_date,
    check_id,
    check_label,
    check_length,
    check_text,
)
from keyguide.core.model.content.article import Article, ErrorCode, Variants

CODE = re.compile(r"0x[0-9A-F]{8}")
_MAX_LENGTHS = {"answer": 350, "need": 200, "fails": 500, "avoid": 250, "why": 300, "not_this_if": 200}
_MAX_STEPS, _MAX_FIRST_VIEW = 7, 1_000
_MAX_ASPECT, _MIN_ASPECTS = 200, 4
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
            return f"`{target}` is a draft: review it first, then remove `status: draft`"
        broken_code = "0x" + target.removeprefix("error-0x").upper()
        if target in self.targets or target in self.broken or broken_code in self.broken:
            return ""
        return f"`{target}` does not exist"


def collect_known_ids(files: Files) -> KnownIds:
    """Collect every id, link and public key that the files define."""
    articles = [article for _, _, article in files.list_articles()]
    return KnownIds(
        articles=frozenset(article.id for article in articles if article.status != "draft"),
        drafts=frozenset(article.id for article in articles if article.status == "draft"),
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
    yield from _check_parts(article, known)
    yield from _check_references(article, known)


def _check_parts(article: Article, known: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    """Report texts that no face can show, and those that are too long if the article is served."""
    if not article.answer.strip():
        yield ("answer",), "this text is empty"
    parts = dict(list_parts(article))
    for path, part in parts.items():
        yield from ((path, text) for text in check_text(part, known.links, known.public_keys))
    if not article.is_served:
        yield from ((("answer",), text) for text in check_length(sum(map(len, parts.values()))))
        return
    for path, part in parts.items():
        most = _MAX_ASPECT if path[0] == "aspects" else _MAX_LENGTHS.get(str(path[0]), _MAX_FIRST_VIEW)
        if len(part.strip()) > most:
            yield path, f"this has {len(part.strip())} characters, at most {most} are allowed"
    yield from _check_first_view(article, parts)


def list_parts(article: Article) -> Iterator[tuple[KeyPath, str]]:
    """Yield each text of an article with its place."""
    for name in _MAX_LENGTHS:
        yield (name,), getattr(article, name)
    for number, step in enumerate(article.steps):
        if isinstance(step, Variants):
            yield ("steps", number, "win11"), step.win11
            yield ("steps", number, "win10"), step.win10
        else:
            yield ("steps", number), step
    for name, text in article.aspects.items():
        yield ("aspects", name), text


def _check_first_view(article: Article, parts: dict[KeyPath, str]) -> Iterator[tuple[KeyPath, str]]:
    if len(article.steps) > _MAX_STEPS:
        yield ("steps",), f"{len(article.steps)} steps, at most {_MAX_STEPS} are allowed"
    shown = len(article.title) + sum(
        len(part) for path, part in parts.items() if path[0] in {"answer", "steps"}
    )
    if shown > _MAX_FIRST_VIEW:
        text = (
            f"title, answer and steps have {shown} characters, at most {_MAX_FIRST_VIEW} are shown at first"
        )
        yield ("answer",), text


def check_aspects(files: Files) -> Iterator[Problem]:
    """Report aspects that do not exist or are empty, and reviewed articles that have too few of them."""
    known = {aspect.id for aspect in files.aspects}
    least = min(_MIN_ASPECTS, len(known))
    for file, number, article in files.list_articles():
        for aspect, answer in article.aspects.items():
            path = ("articles", number, "aspects", aspect)
            if aspect not in known:
                yield Problem(file, path, f"`{aspect}` is not an aspect of {ASPECTS}")
            if not answer.strip():
                yield Problem(file, path, "this text is empty")
        if len(article.aspects) < least and article.is_served:
            missing = ", ".join(sorted(known - set(article.aspects)))
            text = f"{len(article.aspects)} aspects, at least {least} are needed; it lacks {missing}"
            yield Problem(file, ("articles", number), text)


def _check_references(article: Article, known: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    yield from check_source_references(article.sources, known)
    yield from check_see(article.see, known)
    if article.id in article.see:
        yield ("see",), "an article cannot refer to itself"
    for other, key in ((article.instead.win10, "win10"), (article.instead.win11, "win11")):
        if other and (problem := known.explain_missing(other)):
            yield ("instead", key), problem


def check_source_references(sources: tuple[str, ...], known: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    """Report sources that do not exist."""
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
    if not error.sources:
        yield ("sources",), "an answer needs a source"
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
        if article.is_served and not files.list_asks(article) and article.id not in reached:
            yield Problem(file, ("articles", number, "id"), "no question and no flow reaches this article")
