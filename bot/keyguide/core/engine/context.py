"""What every reply is computed from: the knowledge, the phrases and the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.knowledge.stale_answers import Doubt, find_doubt
from keyguide.core.model.content.article import Article, ErrorCode
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.server_answer import OwnAnswer
from keyguide.core.model.turn import Reply
from keyguide.core.phrases.phrases import Phrases

TurnResult = tuple[Conversation, Reply]


@dataclass(frozen=True, slots=True)
class Context:
    """The knowledge, the phrases in the person's language, and the conversation so far."""

    knowledge: Knowledge
    phrases: Phrases
    conversation: Conversation
    today: date | None = None  # of the turn
    own: tuple[OwnAnswer, ...] = ()  # of the server where the turn is
    earlier: tuple[str, ...] = ()  # the last few masked texts of this person, oldest first

    def find_title(self, subject: str) -> str | None:
        """Find the title of a page or of an own answer of the server; None if there is neither."""
        own = (answer.title for answer in self.own if answer.subject == subject)
        return next(own, None) or self.knowledge.find_title(subject)

    def find_position(self) -> str:
        """Find where the answers lead: a "flow/step", an article or `human`; empty if no flow is open."""
        return ["", *self.knowledge.walk(self.conversation.flow, self.conversation.answers)][-1]

    def find_open_step(self) -> str:
        """Find the step that waits for an answer; empty if there is none."""
        position = self.find_position()
        return position if self.knowledge.find_step(position) else ""

    def find_open_flow(self) -> str:
        """Find the flow of the step that waits for an answer; another flow may have led to it."""
        return self.find_open_step().partition("/")[0]

    def has_explained_step(self) -> bool:
        """Check whether the last reply asked the open step and said all there is on how to answer it."""
        position, offered = self.find_open_step(), self.conversation.offered
        is_asked = any(pick.startswith(f"say/{position}/") for pick in offered)
        return is_asked and f"how/{position}" not in offered

    def list_answered_steps(self) -> list[str]:
        """List the answered steps on the path to the current position, in order."""
        answers = self.conversation.answers
        positions = self.knowledge.walk(self.conversation.flow, answers)
        return [
            position for position in positions if self.knowledge.find_step(position) and position in answers
        ]

    def find_doubt(self, answer: Article | ErrorCode) -> Doubt | None:
        """Find what speaks against an answer on the day of the turn, or return None."""
        return find_doubt(self.knowledge, answer, self.today)

    def is_doubtful(self, page_id: str) -> bool:
        """Check whether something speaks against a page on the day of the turn."""
        page = self.knowledge.find_page(page_id)
        return page is not None and self.find_doubt(page) is not None

    def find_last_page(self) -> str:
        """Find the article or error page that was shown last; empty if there is none."""
        subject = self.conversation.subject
        is_page = self.knowledge.find_title(subject) and subject not in self.knowledge.flows
        return subject if is_page else ""

    def has_begun(self) -> bool:
        """Check whether anything was said or shown before."""
        return bool(self.earlier or self.find_last_page() or self.find_open_step())
