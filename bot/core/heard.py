"""A text as the engine took it in, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.conversation import Conversation
from bot.core.facts import Reading, State
from bot.core.find import Found, Verdict
from bot.core.gather import Message
from bot.core.show import Stage
from bot.core.turn import Reply
from bot.core.words import tokens

Answer = tuple[Conversation, Reply]
Press = Callable[[Stage, str], Answer]

_BESIDE = 6  # telling words beside a message of the Activation page that still leave it the main thing
_LITTLE = 1  # the same beside a message so brief ("Windows is not activated") that it may be said in passing
_PASSING = 4  # words


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as the engine took it in: what it shows, what it means, what it is probably about."""

    message: Message
    words: list[str]  # in their normal spelling
    reading: Reading | None
    found: Found

    def shows(self) -> list[str]:
        """Return everything shown that a step's choice may name."""
        evidence = self.message.evidence
        reading = [self.reading.id] if self.reading else []
        return [*evidence.codes, *([evidence.state] if evidence.state else []), *reading]

    def likely(self) -> tuple[str, ...]:
        """Return what the words are probably about, where they say anything."""
        return self.found.labels[:2] if self.found.verdict in {Verdict.ANSWER, Verdict.SUGGEST} else ()

    def refused(self, stage: Stage) -> bool:
        """Whether the text surely asks for what is refused, whatever else it shows."""
        found = self.found
        likely = found.verdict is Verdict.SUGGEST or found.top in found.perhaps
        sure = found.verdict is Verdict.ANSWER or (likely and not self.message.evidence.codes)
        return sure and found.firm and self.refusing(stage)

    def refusing(self, stage: Stage) -> bool:
        """Whether the best answer would be to refuse."""
        top = stage.knowledge.articles.get(self.found.top)
        return bool(top and top.refuses)

    def state(self, stage: Stage) -> State | None:
        """Return the message of the Activation page that the text holds."""
        return next((s for s in stage.knowledge.shown.states if s.id == self.message.evidence.state), None)

    def in_passing(self, stage: Stage, state: State) -> bool:
        """Whether so much else is said that the message is only part of a story.

        A brief message is a phrase like any other there; a whole one still is the best that is known where
        the words lead nowhere for sure.
        """
        beside = [word for word in tokens(self.message.rest) if word not in stage.knowledge.fillers]
        if any(len(tokens(message)) <= _PASSING for message in state.says):
            return len(beside) > _LITTLE
        return len(beside) > _BESIDE and self.found.verdict is Verdict.ANSWER
