"""The loaded knowledge base: one immutable object, with its lookups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from keyguide.core.evidence.activation_page import WordingIndex
from keyguide.core.evidence.mentioned_facts import MentionIndex
from keyguide.core.finding.features import TextFeatures
from keyguide.core.finding.index import Finder
from keyguide.core.finding.normalise import Vocabulary
from keyguide.core.knowledge.mentioned_titles import list_conditions, simplify_title
from keyguide.core.model.content.acts_and_facts import Act, Aspect, Fact
from keyguide.core.model.content.article import Article, BrokenLink, CodeFamily, ErrorCode, Group, Source
from keyguide.core.model.content.flow import Flow, Step
from keyguide.core.model.content.picture import Picture
from keyguide.core.model.content.recognition import (
    ActivationState,
    CommandWords,
    ElsewhereGroup,
    EvidenceRules,
    Language,
)
from keyguide.core.phrases.phrases import Phrases

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where a page or flow is written: the file, as named in the knowledge folder, and the line."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All knowledge that `respond` may use; it is loaded and checked once, and never changed."""

    version: str
    groups: tuple[Group, ...]
    articles: Mapping[str, Article]
    flows: Mapping[str, Flow]
    titles: Mapping[str, str]  # the id of each article and flow, by its title in simple form
    errors: Mapping[str, ErrorCode]
    families: tuple[CodeFamily, ...]
    sources: Mapping[str, Source]
    broken_links: Mapping[str, BrokenLink]  # by source
    successors: Mapping[str, str]  # of retired articles
    pictures: Mapping[str, Picture]
    recognition: EvidenceRules
    states: WordingIndex
    words: Vocabulary
    commands: CommandWords
    fillers: frozenset[str]
    telltales: frozenset[str]
    asides: tuple[str, ...]
    corrections: frozenset[str]
    languages: tuple[Language, ...]
    elsewhere: Mapping[str, ElsewhereGroup]
    phrases: Mapping[str, Phrases]
    public_keys: Mapping[str, str]
    finder: Finder
    acts: Mapping[str, Act]
    aspects: Mapping[str, Aspect]
    facts: Mapping[str, Fact]
    mentions: MentionIndex
    intents: Finder  # labels `act/<id>`, `aspect/<id>` and `topic`
    choices: Finder  # labels "flow/step/choice"
    places: Mapping[str, FilePlace] = field(default_factory=dict)  # by the id of a page or flow

    def remember_scores(self) -> Knowledge:
        """Return the same knowledge for one turn, in which each text is scored only once."""
        read: dict[str, TextFeatures] = {}
        return replace(
            self,
            finder=self.finder.remember_scores(read),
            intents=self.intents.remember_scores(read),
            choices=self.choices.remember_scores(read),
        )

    def choose_phrases(self, locale: str) -> Phrases:
        """Choose the phrases for a locale such as `de-AT`, or English if there are none for its language."""
        return self.phrases.get(locale) or self.phrases.get(locale[:2].lower()) or self.phrases[ENGLISH]

    def find_step(self, position: str) -> Step | None:
        """Find the step at "flow/step", or return None if it does not exist (any more)."""
        flow_id, _, step_id = position.partition("/")
        flow = self.flows.get(flow_id)
        return flow.find_step(step_id) if flow else None

    def find_state(self, state_id: str | None) -> ActivationState | None:
        """Find a state of the Activation page by its id, or return None if there is none."""
        return next((state for state in self.recognition.states if state.id == state_id), None)

    def find_title(self, target: str) -> str | None:
        """Find the title of an article, an error page or a flow, or return None if the id is unknown."""
        if page := self.articles.get(target) or self.flows.get(target):
            return page.title
        error = self.find_error(target)
        return error.name if error else None

    def find_mentioned(self, text: str) -> tuple[str, ...]:
        """Find the articles and flows whose titles a text mentions, in the order of the text."""
        return tuple(self.find_conditions(text))

    def find_conditions(self, text: str) -> dict[str, str]:
        """Find the articles and flows that a text sends its reader to, each with what it says before."""
        conditions: dict[str, str] = {}
        for title, condition in list_conditions(text):
            if page_id := self.titles.get(simplify_title(title)):
                conditions.setdefault(page_id, condition)
        return conditions

    def find_page(self, page_id: str) -> Article | ErrorCode | None:
        """Find an article or an error page by its id, or return None if the id is neither."""
        return self.articles.get(page_id) or self.find_error(page_id)

    def list_answers(self) -> Iterator[Article | ErrorCode]:
        """List the articles and the error codes."""
        yield from self.articles.values()
        yield from self.errors.values()

    def is_refusal(self, page_id: str) -> bool:
        """Check whether a page refuses what it is about."""
        article = self.articles.get(page_id)
        return article is not None and article.refuses

    def list_refusals(self) -> frozenset[str]:
        """List the pages that refuse what they are about."""
        return frozenset(article.id for article in self.articles.values() if article.refuses)

    def find_error(self, page_id: str) -> ErrorCode | None:
        """Find an error code by the id of its page, or return None if there is no such page."""
        if not page_id.startswith("error-0x"):
            return None
        return self.errors.get("0x" + page_id.removeprefix("error-0x").upper())

    def find_family(self, code: str) -> CodeFamily | None:
        """Find the family of an error code, or return None if we know none."""
        return next((family for family in self.families if code.startswith(family.prefix)), None)

    def broaden_facts(self, facts: Mapping[str, str]) -> dict[str, str]:
        """Replace the values of facts by what they count as when they answer a step."""
        return {
            name: self.facts[name].broaden(value) if name in self.facts else value
            for name, value in facts.items()
        }

    def walk(self, flow_id: str, answers: Mapping[str, str]) -> Iterator[str]:
        """Yield each "flow/step" on the path of the answers, and then the position where the path ends.

        That position is a step without an answer, an article, or `human`. If the path returns to a step that
        it has answered, it ends there, and that step is the current position again.
        """
        visited: set[str] = set()
        position = self.find_first_position(flow_id)
        while position is not None and position not in visited:
            visited.add(position)
            yield position
            position = self.find_next_position(position, answers.get(position, ""))

    def find_first_position(self, flow_id: str) -> str | None:
        """Find the position of a flow's first step, or return None if the flow does not exist (any more)."""
        flow = self.flows.get(flow_id)
        return f"{flow_id}/{flow.first_step}" if flow else None

    def find_next_position(self, position: str, choice_id: str) -> str | None:
        """Find where a choice leads: to a step, an article or `human`; None if there is no such choice."""
        step = self.find_step(position)
        choice = step.find_choice(choice_id) if step else None
        if choice is None:
            return None
        flow_id = position.partition("/")[0]
        if self.find_step(f"{flow_id}/{choice.go}"):
            return f"{flow_id}/{choice.go}"
        return self.find_first_position(choice.go) or choice.go
