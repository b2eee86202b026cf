"""The knowledge as its files hold it, and how the files become one Knowledge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.core.article import NOBODY_ELSE, Article, Errors, Group, Source
from bot.core.facts import Commands, Elsewhere, Shown, Words
from bot.core.find import Example, Finder
from bot.core.fit import Lore, Trial
from bot.core.flow import Flow
from bot.core.golden import Golden
from bot.core.knowledge import Knowledge
from bot.core.phrases import Phrases
from bot.core.states import fold_states
from bot.core.words import Vocabulary, tokens, vocabulary

_VERSION = re.compile(r"\b(?:windows|win|w) ?1[01]\b", re.IGNORECASE)
ERRORS, SHOWN, WORDS = "errors.yaml", "evidence.yaml", "words.yaml"
ELSEWHERE, SOURCES = "elsewhere.yaml", "sources.yaml"

NO_ERRORS = Errors((), ())
NOTHING_SHOWN = Shown("", "", "", (), (), ())
NO_WORDS = Words({}, Commands(*[()] * 11))


@dataclass(frozen=True, slots=True)
class Files:
    """Every file that has the right shape; `broken` names the ids in those that have not."""

    groups: Mapping[str, Group] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    errors: Errors = NO_ERRORS
    shown: Shown = NOTHING_SHOWN
    words: Words = NO_WORDS
    elsewhere: tuple[Elsewhere, ...] = ()
    sources: tuple[Source, ...] = ()
    phrases: Mapping[str, Phrases] = field(default_factory=dict)
    golden: Mapping[str, Golden] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()

    def articles(self) -> Iterator[tuple[str, int, Article]]:
        """Yield every article with its file and its place in it."""
        for file, group in self.groups.items():
            for number, article in enumerate(group.articles):
                yield file, number, article


def lore(files: Files) -> Lore:
    """Return everything that the finder learns from: what people ask, and what answers it."""
    articles = [article for _, _, article in files.articles() if not article.draft]
    label = {article.id: _label(article) for article in articles}
    found = [
        *(
            (_asked(article, text), label[article.id])
            for article in articles
            for text in (article.title, *article.asks)
        ),
        *((text, flow.id) for flow in files.flows.values() for text in (flow.title, *flow.asks)),
        *((text, f"elsewhere/{group.id}") for group in files.elsewhere for text in group.asks),
    ]
    questions = [question for golden in files.golden.values() for question in golden.questions]
    return Lore(
        examples=tuple(Example(text, label) for text, label in found),
        near=_near(articles, label),
        trials=tuple(Trial(q.say, frozenset(label.get(id, id) for id in q.topics)) for q in questions),
    )


def _near(articles: Iterable[Article], label: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return what an article and its twin lead to directly: who is shown that is served as well."""
    near: dict[str, frozenset[str]] = {}
    for article in articles:
        ways = frozenset(label.get(id, id) for id in article.see)
        near[label[article.id]] = near.get(label[article.id], frozenset()) | ways
    return near


def _label(article: Article) -> str:
    """Return the article to find: of twins the one for Windows 11; the person's Windows decides later."""
    return article.instead.win11 or article.id


def _asked(article: Article, text: str) -> str:
    """Return an example; of twins without the Windows that it names, which says nothing about the topic."""
    return _VERSION.sub("windows", text) if article.instead != NOBODY_ELSE else text


def vocabulary_of(files: Files) -> Vocabulary:
    """Return the synonyms that the files agree on."""
    return vocabulary(files.words.same)


def assemble(files: Files, finder: Finder, version: str) -> Knowledge:
    """Join checked files into the Knowledge that the engine thinks with. Drafts stay out."""
    return Knowledge(
        version=version,
        groups=tuple(files.groups.values()),
        articles={article.id: article for _, _, article in files.articles() if not article.draft},
        flows={flow.id: flow for flow in files.flows.values()},
        errors={error.code: error for error in files.errors.codes},
        families=tuple(sorted(files.errors.families, key=lambda family: -len(family.prefix))),
        sources={source.id: source for source in files.sources},
        shown=files.shown,
        states=fold_states(files.shown.states),
        words=vocabulary_of(files),
        commands=files.words.commands,
        fillers=frozenset(word for way in files.words.fillers for word in tokens(way)),
        followups=tuple(" ".join(tokens(way)) for way in files.words.followups),
        elsewhere={group.id: group for group in files.elsewhere},
        phrases={file.rpartition("/")[2].removesuffix(".yaml"): said for file, said in files.phrases.items()},
        public_keys={
            public.key.replace("-", "").upper(): public.edition for public in files.shown.public_keys
        },
        finder=finder,
    )
