"""The content of a knowledge folder, and how it becomes training data and one Knowledge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from zlib import crc32

from keyguide.core.evidence.activation_page import index_wordings
from keyguide.core.evidence.mentioned_facts import index_mentions
from keyguide.core.finding.index import ELSEWHERE as ELSEWHERE_LABEL
from keyguide.core.finding.index import Example, Finder
from keyguide.core.finding.normalise import Vocabulary, build_vocabulary, tokenise
from keyguide.core.finding.train import TrainingData, Trial
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.knowledge.mentioned_titles import simplify_title
from keyguide.core.model.content.acts_and_facts import Act, Aspect, Examples, Fact
from keyguide.core.model.content.article import (
    NO_ALTERNATIVES,
    Article,
    BrokenLink,
    ErrorCatalogue,
    Group,
    Source,
)
from keyguide.core.model.content.flow import Flow
from keyguide.core.model.content.golden_tests import GoldenTests
from keyguide.core.model.content.picture import Caption, Picture, PictureFile, name_picture_file
from keyguide.core.model.content.recognition import (
    CommandWords,
    ElsewhereGroup,
    EvidenceRules,
    Label,
    Language,
    WordLists,
)
from keyguide.core.phrases.phrases import Phrases

_EVERY_TOPIC, _EVERY_STRANGER = 3, 3  # of so many examples one is taken, so that acts are not outnumbered
_WINDOWS_NAME = re.compile(r"\b(?:windows|win|w) ?1[01]\b", re.IGNORECASE)
ERRORS, EVIDENCE, WORDS = "errors.yaml", "evidence.yaml", "words.yaml"
ELSEWHERE, SOURCES, BROKEN_LINKS = "elsewhere.yaml", "sources.yaml", "broken-links.yaml"
LABELS = "labels.yaml"
ACTS, ASPECTS, FACTS = "acts.yaml", "aspects.yaml", "facts.yaml"
PICTURES = "pictures.yaml"

NO_ERRORS = ErrorCatalogue((), ())
NO_EVIDENCE_RULES = EvidenceRules("", "", "", (), (), ())
NO_WORDS = WordLists({}, CommandWords(*[()] * 11))


@dataclass(frozen=True, slots=True)
class Files:
    """The content of every well-formed file; `broken` holds the ids in the malformed ones."""

    groups: Mapping[str, Group] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    errors: ErrorCatalogue = NO_ERRORS
    recognition: EvidenceRules = NO_EVIDENCE_RULES
    words: WordLists = NO_WORDS
    elsewhere: tuple[ElsewhereGroup, ...] = ()
    sources: tuple[Source, ...] = ()
    captions: tuple[Caption, ...] = ()
    picture_files: Mapping[str, PictureFile] = field(default_factory=dict)  # by the name of the file
    acts: tuple[Act, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    facts: tuple[Fact, ...] = ()
    examples: Mapping[str, Examples] = field(default_factory=dict)
    phrases: Mapping[str, Phrases] = field(default_factory=dict)
    golden: Mapping[str, GoldenTests] = field(default_factory=dict)
    broken_links: tuple[BrokenLink, ...] = ()
    labels: tuple[Label, ...] = ()
    successors: Mapping[str, str] = field(default_factory=dict)  # of retired articles, once they are left out
    broken: frozenset[str] = frozenset()
    version: str = ""  # another one whenever a byte of the folder is another one

    def list_articles(self) -> Iterator[tuple[str, int, Article]]:
        """Yield every article with its file and its number in that file."""
        for file, group in self.groups.items():
            for number, article in enumerate(group.articles):
                yield file, number, article

    def list_asks(self, page: Article | Flow) -> tuple[str, ...]:
        """List the example questions of a page: a draft has its own, all others are in asks/."""
        lists = (examples.topics.get(page.id, ()) for examples in self.examples.values())
        return (*page.asks, *chain.from_iterable(lists))

    def list_answers(self, flow: str, step: str, choice: str) -> tuple[str, ...]:
        """List examples of how people choose an answer to a step."""
        by_flow = (examples.choices.get(flow, {}) for examples in self.examples.values())
        return tuple(chain.from_iterable(steps.get(step, {}).get(choice, ()) for steps in by_flow))


def build_all_training_data(files: Files) -> tuple[TrainingData, TrainingData, TrainingData]:
    """Collect what the three finders are trained on: those of questions, of intents and of choices."""
    return build_training_data(files), build_intent_data(files), build_choice_data(files)


def build_training_data(files: Files) -> TrainingData:
    """Collect what the finder is trained and calibrated on: example questions and golden questions."""
    articles = [article for _, _, article in files.list_articles() if article.is_served]
    labels = {article.id: _choose_label(article) for article in articles}
    examples = [
        *(
            Example(_make_example_text(article, text), labels[article.id])
            for article in articles
            for text in (article.title, *files.list_asks(article))
        ),
        *(
            Example(text, flow.id)
            for flow in files.flows.values()
            for text in (flow.title, *files.list_asks(flow))
        ),
        *(Example(text, f"elsewhere/{group.id}") for group in files.elsewhere for text in group.asks),
    ]
    questions = [question for golden in files.golden.values() for question in golden.questions]
    return TrainingData(
        examples=tuple(examples),
        near=_find_neighbours(articles, labels),
        trials=tuple(
            Trial(question.say, frozenset(labels.get(topic, topic) for topic in question.topics))
            for question in questions
        ),
    )


def build_intent_data(files: Files) -> TrainingData:
    """Build what acts and aspects are learnt from; some of the other examples stand for all other texts."""
    others = build_training_data(files).examples
    strangers = [example.text for example in others if example.label.startswith(ELSEWHERE_LABEL)]
    topics = [example.text for example in others if not example.label.startswith(ELSEWHERE_LABEL)]
    return _make_training_data(
        (
            *(Example(text, f"act/{act.id}") for act in files.acts for text in act.asks),
            *(Example(text, f"aspect/{aspect.id}") for aspect in files.aspects for text in aspect.asks),
            *(Example(text, "topic") for text in _take_some(topics, _EVERY_TOPIC)),
            *(Example(text, "stranger") for text in _take_some(strangers, _EVERY_STRANGER)),
        )
    )


def _take_some(texts: Iterable[str], every: int) -> Iterator[str]:
    """Take about one of so many texts by their digests, so that a new text does not exchange all others."""
    return (text for text in texts if crc32(text.encode()) % every == 0)


def build_choice_data(files: Files) -> TrainingData:
    """Build what the answers to the steps of all flows are learnt from."""
    return _make_training_data(
        tuple(
            Example(text, f"{flow.id}/{step.id}/{choice.id}")
            for flow in files.flows.values()
            for step in flow.steps
            for choice in step.choices
            for text in (choice.label, *choice.says, *files.list_answers(flow.id, step.id, choice.id))
        )
    )


def _make_training_data(examples: tuple[Example, ...]) -> TrainingData:
    return TrainingData(examples=examples, near={}, trials=(), is_for_ranking=True)


def _find_neighbours(articles: Iterable[Article], labels: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Map each label to the pages that its articles refer to, because those help the same person, too."""
    near: dict[str, frozenset[str]] = {}
    for article in articles:
        label, references = labels[article.id], frozenset(labels.get(page, page) for page in article.see)
        near[label] = near.get(label, frozenset()) | references
    return near


def _choose_label(article: Article) -> str:
    """Choose the label of an article: of twins that for Windows 11; the person's version decides later."""
    return article.instead.win11 or article.id


def _make_example_text(article: Article, text: str) -> str:
    """Remove the Windows version from an example if the article has a twin, because both share a label."""
    return _WINDOWS_NAME.sub("windows", text) if article.instead != NO_ALTERNATIVES else text


def collect_vocabulary(files: Files) -> Vocabulary:
    """Build the vocabulary from the synonyms in words.yaml."""
    return build_vocabulary(files.words.same)


def _map_titles(pages: Iterable[Article | Flow]) -> dict[str, str]:
    return {simplify_title(page.title): page.id for page in pages}


def _list_served_articles(files: Files) -> Iterator[Article]:
    """Yield every article that people are shown, with its example questions."""
    for _, _, article in files.list_articles():
        if article.is_served:
            yield replace(article, asks=files.list_asks(article))


def _split_words(language: Language) -> Language:
    return replace(language, words=tuple(tokenise(" ".join(language.words))))


def _list_pictures(files: Files) -> Iterator[tuple[str, Picture]]:
    for caption in files.captions:
        file = files.picture_files[name_picture_file(caption.id)]
        yield caption.id, Picture(caption.id, " ".join(caption.alt.split()), file)


def _list_phrases(files: Files) -> Iterator[tuple[str, Phrases]]:
    """List the phrases with their languages, by which the files are named."""
    for file, phrases in files.phrases.items():
        yield file.rpartition("/")[2].removesuffix(".yaml"), phrases


def _list_public_keys(files: Files) -> Iterator[tuple[str, str]]:
    for public in files.recognition.public_keys:
        yield public.key.replace("-", "").upper(), public.edition


def assemble(files: Files, finder: Finder, intents: Finder, choices: Finder) -> Knowledge:
    """Assemble checked files into the Knowledge that the engine uses; what is not served is left out."""
    articles = {article.id: article for article in _list_served_articles(files)}
    flows = {flow.id: replace(flow, asks=files.list_asks(flow)) for flow in files.flows.values()}
    return Knowledge(
        version=files.version,
        groups=tuple(files.groups.values()),
        articles=articles,
        flows=flows,
        titles=_map_titles((*articles.values(), *flows.values())),
        errors={error.code: error for error in files.errors.codes},
        families=tuple(sorted(files.errors.families, key=lambda family: -len(family.prefix))),
        sources={source.id: source for source in files.sources},
        broken_links={link.source: link for link in files.broken_links},
        successors=files.successors,
        pictures=dict(_list_pictures(files)),
        recognition=files.recognition,
        states=index_wordings(files.recognition.states),
        words=finder.words,
        commands=files.words.commands,
        fillers=frozenset(word for filler in files.words.fillers for word in tokenise(filler)),
        languages=tuple(map(_split_words, files.words.languages)),
        telltales=frozenset(files.words.telltales),
        asides=files.words.asides,
        corrections=frozenset(files.words.corrections),
        elsewhere={group.id: group for group in files.elsewhere},
        phrases=dict(_list_phrases(files)),
        public_keys=dict(_list_public_keys(files)),
        finder=finder,
        acts={act.id: act for act in files.acts},
        aspects={aspect.id: aspect for aspect in files.aspects},
        facts={fact.id: fact for fact in files.facts},
        mentions=index_mentions(files.facts),
        intents=intents,
        choices=choices,
    )
