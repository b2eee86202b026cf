"""The knowledge as its files hold it, and how the files become one Knowledge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from keyguide.core.evidence.activation_page import index_wordings
from keyguide.core.finding.index import Example, Finder
from keyguide.core.finding.normalise import Vocabulary, build_vocabulary, tokenise
from keyguide.core.finding.train import TrainingData, Trial
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.article import NO_ALTERNATIVES, Article, ErrorCatalogue, Group, Source
from keyguide.core.model.flow import Flow
from keyguide.core.model.golden_tests import GoldenTests
from keyguide.core.model.recognition import ElsewhereGroup, RecognitionRules, TextCommands, WordLists
from keyguide.core.phrases.all import Phrases

_WINDOWS_NAME = re.compile(r"\b(?:windows|win|w) ?1[01]\b", re.IGNORECASE)
ERRORS, EVIDENCE, WORDS = "errors.yaml", "evidence.yaml", "words.yaml"
ELSEWHERE, SOURCES = "elsewhere.yaml", "sources.yaml"

NO_ERRORS = ErrorCatalogue((), ())
NO_RECOGNITION_RULES = RecognitionRules("", "", "", (), (), ())
NO_WORDS = WordLists({}, TextCommands(*[()] * 11))


@dataclass(frozen=True, slots=True)
class Files:
    """Every file that has the right shape; `broken` names the ids in those that have not."""

    groups: Mapping[str, Group] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    errors: ErrorCatalogue = NO_ERRORS
    shown: RecognitionRules = NO_RECOGNITION_RULES
    words: WordLists = NO_WORDS
    elsewhere: tuple[ElsewhereGroup, ...] = ()
    sources: tuple[Source, ...] = ()
    phrases: Mapping[str, Phrases] = field(default_factory=dict)
    golden: Mapping[str, GoldenTests] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()

    def list_articles(self) -> Iterator[tuple[str, int, Article]]:
        """Yield every article with its file and its place in it."""
        for file, group in self.groups.items():
            for number, article in enumerate(group.articles):
                yield file, number, article


def build_training_data(files: Files) -> TrainingData:
    """Return everything that the finder learns from: what people ask, and what answers it."""
    articles = [article for _, _, article in files.list_articles() if not article.draft]
    label = {article.id: _choose_label(article) for article in articles}
    found = [
        *(
            (_make_example_text(article, text), label[article.id])
            for article in articles
            for text in (article.title, *article.asks)
        ),
        *((text, flow.id) for flow in files.flows.values() for text in (flow.title, *flow.asks)),
        *((text, f"elsewhere/{group.id}") for group in files.elsewhere for text in group.asks),
    ]
    questions = [question for golden in files.golden.values() for question in golden.questions]
    return TrainingData(
        examples=tuple(Example(text, label) for text, label in found),
        near=_find_neighbours(articles, label),
        trials=tuple(Trial(q.say, frozenset(label.get(id, id) for id in q.topics)) for q in questions),
    )


def _find_neighbours(articles: Iterable[Article], label: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return what an article and its twin lead to directly: who is shown that is served as well."""
    near: dict[str, frozenset[str]] = {}
    for article in articles:
        ways = frozenset(label.get(id, id) for id in article.see)
        near[label[article.id]] = near.get(label[article.id], frozenset()) | ways
    return near


def _choose_label(article: Article) -> str:
    """Return the article to find: of twins the one for Windows 11; the person's Windows decides later."""
    return article.instead.win11 or article.id


def _make_example_text(article: Article, text: str) -> str:
    """Return an example; of twins without the Windows that it names, which says nothing about the topic."""
    return _WINDOWS_NAME.sub("windows", text) if article.instead != NO_ALTERNATIVES else text


def collect_vocabulary(files: Files) -> Vocabulary:
    """Return the synonyms that the files agree on."""
    return build_vocabulary(files.words.same)


def assemble(files: Files, finder: Finder, version: str) -> Knowledge:
    """Join checked files into the Knowledge that the engine thinks with. Drafts stay out."""
    return Knowledge(
        version=version,
        groups=tuple(files.groups.values()),
        articles={article.id: article for _, _, article in files.list_articles() if not article.draft},
        flows={flow.id: flow for flow in files.flows.values()},
        errors={error.code: error for error in files.errors.codes},
        families=tuple(sorted(files.errors.families, key=lambda family: -len(family.prefix))),
        sources={source.id: source for source in files.sources},
        shown=files.shown,
        states=index_wordings(files.shown.states),
        words=collect_vocabulary(files),
        commands=files.words.commands,
        fillers=frozenset(word for way in files.words.fillers for word in tokenise(way)),
        followups=tuple(" ".join(tokenise(way)) for way in files.words.followups),
        elsewhere={group.id: group for group in files.elsewhere},
        phrases={file.rpartition("/")[2].removesuffix(".yaml"): said for file, said in files.phrases.items()},
        public_keys={
            public.key.replace("-", "").upper(): public.edition for public in files.shown.public_keys
        },
        finder=finder,
    )
