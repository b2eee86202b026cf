"""What every answer is made with: the knowledge, the language, and where the person stands."""

from __future__ import annotations

from dataclasses import dataclass

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Reply
from keyguide.core.phrases.all import Phrases

TurnResult = tuple[Conversation, Reply]


@dataclass(frozen=True, slots=True)
class Context:
    """What every reply is made with: the knowledge, the language, and where the person stands."""

    knowledge: Knowledge
    phrases: Phrases
    talk: Conversation

    def find_place(self) -> str:
        """Return where the answers have led: a "flow/step", an article, `human`, or nothing."""
        return ["", *self.knowledge.walk(self.talk.flow, self.talk.answers)][-1]

    def find_open_step(self) -> str:
        """Return the step that waits for an answer, nothing where none does."""
        place = self.find_place()
        return place if self.knowledge.find_step(place) else ""

    def list_answered_steps(self) -> list[str]:
        """Return the steps that were answered on the way to here, in order."""
        places = self.knowledge.walk(self.talk.flow, self.talk.answers)
        return [place for place in places if self.knowledge.find_step(place) and place in self.talk.answers]
