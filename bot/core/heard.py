"""A text as the engine took it in, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.conversation import Conversation
from bot.core.facts import ActivationState, LicenceReading
from bot.core.find import Decision, SearchResult
from bot.core.gather import Message
from bot.core.show import Context
from bot.core.turn import Reply
from bot.core.words import tokenise

TurnResult = tuple[Conversation, Reply]
PressHandler = Callable[[Context, str], TurnResult]

_MAX_WORDS_BESIDE = (
    6  # telling words beside a message of the Activation page that still leave it the main thing
)
_MAX_WORDS_BESIDE_BRIEF = (
    1  # the same beside a message so brief ("Windows is not activated") that it may be said in passing
)
_MAX_BRIEF_WORDS = 4  # words


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """A text as the engine took it in: what it shows, what it means, what it is probably about."""

    message: Message
    words: list[str]  # in their normal spelling
    reading: LicenceReading | None
    found: SearchResult

    def list_evidence(self) -> list[str]:
        """Return everything shown that a step's choice may name."""
        evidence = self.message.evidence
        reading = [self.reading.id] if self.reading else []
        return [*evidence.codes, *([evidence.state] if evidence.state else []), *reading]

    def list_likely(self) -> tuple[str, ...]:
        """Return what the words are probably about, where they say anything."""
        return self.found.labels[:2] if self.found.decision in {Decision.ANSWER, Decision.SUGGEST} else ()

    def is_sure_refusal(self, stage: Context) -> bool:
        """Whether the text surely asks for what is refused, whatever else it shows."""
        found = self.found
        likely = found.decision is Decision.SUGGEST or found.top in found.guesses
        sure = found.decision is Decision.ANSWER or (likely and not self.message.evidence.codes)
        return sure and found.may_refuse and self.is_refusal(stage)

    def is_refusal(self, stage: Context) -> bool:
        """Whether the best answer would be to refuse."""
        top = stage.knowledge.articles.get(self.found.top)
        return bool(top and top.refuses)

    def find_shown_state(self, stage: Context) -> ActivationState | None:
        """Return the message of the Activation page that the text holds."""
        return next((s for s in stage.knowledge.shown.states if s.id == self.message.evidence.state), None)

    def is_incidental(self, stage: Context, state: ActivationState) -> bool:
        """Whether so much else is said that the message is only part of a story.

        A brief message is a phrase like any other there; a whole one still is the best that is known where
        the words lead nowhere for sure.
        """
        beside = [word for word in tokenise(self.message.rest) if word not in stage.knowledge.fillers]
        if any(len(tokenise(message)) <= _MAX_BRIEF_WORDS for message in state.says):
            return len(beside) > _MAX_WORDS_BESIDE_BRIEF
        return len(beside) > _MAX_WORDS_BESIDE and self.found.decision is Decision.ANSWER
