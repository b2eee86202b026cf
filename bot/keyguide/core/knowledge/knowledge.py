"""All that Keyguide knows: loaded once, checked, and never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from keyguide.core.evidence.activation_page import WordingIndex
from keyguide.core.finding.index import Finder
from keyguide.core.finding.normalise import Vocabulary
from keyguide.core.model.article import Article, CodeFamily, ErrorCode, Group, Source
from keyguide.core.model.flow import Flow, Step
from keyguide.core.model.recognition import ElsewhereGroup, RecognitionRules, TextCommands
from keyguide.core.phrases.all import Phrases

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that `respond` may know."""

    version: str
    groups: tuple[Group, ...]
    articles: Mapping[str, Article]
    flows: Mapping[str, Flow]
    errors: Mapping[str, ErrorCode]
    families: tuple[CodeFamily, ...]
    sources: Mapping[str, Source]
    shown: RecognitionRules
    states: WordingIndex
    words: Vocabulary
    commands: TextCommands
    fillers: frozenset[str]
    followups: tuple[str, ...]
    elsewhere: Mapping[str, ElsewhereGroup]
    phrases: Mapping[str, Phrases]
    public_keys: Mapping[str, str]
    finder: Finder

    def choose_phrases(self, locale: str) -> Phrases:
        """Return the phrases of a locale such as `de-AT`, English where we do not speak it."""
        return self.phrases.get(locale) or self.phrases.get(locale[:2].lower()) or self.phrases[ENGLISH]

    def find_step(self, place: str) -> Step | None:
        """Return the step at "flow/step", or None where there is none (any more)."""
        flow_id, _, step_id = place.partition("/")
        flow = self.flows.get(flow_id)
        return flow.find_step(step_id) if flow else None

    def find_title(self, id: str) -> str | None:
        """Return how an article, an error page or a flow is named on a button, None where it is unknown."""
        if named := self.articles.get(id) or self.flows.get(id):
            return named.title
        error = self.find_error(id)
        return error.name if error else None

    def find_error(self, id: str) -> ErrorCode | None:
        """Return the error page of that id."""
        if not id.startswith("error-0x"):
            return None
        return self.errors.get("0x" + id.removeprefix("error-0x").upper())

    def walk(self, flow_id: str, answers: Mapping[str, str]) -> Iterator[str]:
        """Yield each "flow/step" that the answers lead through, and last the place where they end.

        The last is a step without an answer, an article, or `human`. A walk that comes back to a step
        which it has answered ends there: it is where the person stands again.
        """
        met: set[str] = set()
        here: str | None = self.find_entrance(flow_id)
        while here is not None and here not in met:
            met.add(here)
            yield here
            here = self.find_next_place(here, answers.get(here, ""))

    def find_entrance(self, flow_id: str) -> str | None:
        """Return the first place of a flow."""
        flow = self.flows.get(flow_id)
        return f"{flow_id}/{flow.first_step}" if flow else None

    def find_next_place(self, place: str, choice_id: str) -> str | None:
        """Return where that choice at that place goes: a place, an article or `human`."""
        step = self.find_step(place)
        choice = step.find_choice(choice_id) if step else None
        if choice is None:
            return None
        flow_id = place.partition("/")[0]
        if self.find_step(f"{flow_id}/{choice.go}"):
            return f"{flow_id}/{choice.go}"
        return self.find_entrance(choice.go) or choice.go
