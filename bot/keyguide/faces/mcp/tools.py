"""Answer a program that asks for people: ask, read an answer, read evidence, walk through a diagnosis.

Every call is computed from what it contains, as a batch is, so no conversation is stored, any number of
programs may call, and a restart loses nothing. The docstrings of the tools are what the model reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Annotated, Literal

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Turn
from keyguide.faces.mcp.evidence import EvidenceOut, read_evidence
from keyguide.faces.mcp.results import AnswerOut, make_answer

_WHO = "mcp"
_MAX_EARLIER = 10
_JOINED_TEXTS = 3  # earlier texts that may be looked up together with the next one
_MAX_ANSWERS = 60  # no diagnosis asks nearly as much

Text = Annotated[str, Field(max_length=20_000)]


def _read_today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools over one knowledge; the day decides whether an answer is overdue for a check."""

    knowledge: Knowledge
    read_today: Callable[[], date] = _read_today

    def ask(
        self,
        question: Annotated[Text, Field(description="What the person wrote, in English, unchanged.")],
        earlier: Annotated[
            list[Text],
            Field(max_length=_MAX_EARLIER, description="What the same person wrote before, oldest first."),
        ] = [],  # noqa: B006 -- the SDK shows it as the default, and nothing changes it
    ) -> AnswerOut:
        """Find the reviewed answer to a question about Windows activation or linking a Windows licence.

        Pass on the person's own words, codes and pasted reports. Repeat the answer with its sources and its
        date, and add nothing of your own: `miss` means that there is no reviewed answer.
        """
        conversation, texts = Conversation(_WHO), (*earlier, question)
        for number, text in enumerate(texts):
            joined = texts[max(0, number - _JOINED_TEXTS) : number]
            conversation, reply = respond(
                self.knowledge, conversation, self._make_turn(text=text, earlier=joined)
            )
        return make_answer(self.knowledge, conversation, reply)

    def read_answer(
        self,
        id: Annotated[str, Field(max_length=100, description="An id of `related`, or a code: 0xC004F211.")],
        windows: Annotated[
            Literal["", "10", "11"], Field(description="The person's version; empty shows both.")
        ] = "",
    ) -> AnswerOut:
        """Read one reviewed answer, or the page of an error code, as a whole."""
        error = self.knowledge.errors.get("0x" + id[2:].upper()) if id[:2].lower() == "0x" else None
        page = error or self.knowledge.find_page(id)
        if page is None:
            raise ToolError(f"there is no answer {id!r}{self._suggest(id)}")
        before = Conversation(_WHO).add_facts(windows=windows)
        return make_answer(
            self.knowledge, *respond(self.knowledge, before, self._make_turn(pick=f"go/{page.id}"))
        )

    def read_evidence(
        self,
        text: Annotated[Text, Field(description="An error message, or the output of slmgr /dli or /dlv.")],
    ) -> EvidenceOut:
        """Read what a pasted text shows: error codes, a message of the Activation page, a licence report.

        It guesses nothing. Secrets such as product keys come back masked.
        """
        return read_evidence(self.knowledge, text)

    def walk_diagnosis(
        self,
        diagnosis: Annotated[str, Field(max_length=100, description="The id of the diagnosis.")],
        answers: Annotated[
            dict[str, str],
            Field(
                max_length=_MAX_ANSWERS,
                description="All answers so far, oldest first: the id of the question and of the choice.",
            ),
        ] = {},  # noqa: B006 -- the SDK shows it as the default, and nothing changes it
    ) -> AnswerOut:
        """Walk a person through a diagnosis: returns the next question, or the answer at its end.

        Begin without answers. Put the returned question to the person, then call again with the returned
        `answers` and the new one. Leave the last one out to go back.
        """
        if diagnosis not in self.knowledge.flows:
            known = ", ".join(f"{flow.id} ({flow.title})" for flow in self.knowledge.flows.values())
            raise ToolError(f"there is no diagnosis {diagnosis!r}; there are: {known}")
        conversation, reply = respond(
            self.knowledge, Conversation(_WHO), self._make_turn(pick=f"go/{diagnosis}")
        )
        for position, choice in answers.items():
            self._check_answer(conversation, position, choice)
            pick = f"say/{position}/{choice}"
            conversation, reply = respond(self.knowledge, conversation, self._make_turn(pick=pick))
        return make_answer(self.knowledge, conversation, reply)

    def _make_turn(self, text: str = "", pick: str = "", earlier: tuple[str, ...] = ()) -> Turn:
        return Turn(_WHO, text=text, pick=pick, earlier=earlier, today=self.read_today())

    def _check_answer(self, conversation: Conversation, position: str, choice_id: str) -> None:
        """Raise ToolError unless the question was reached and has this choice."""
        reached = list(self.knowledge.walk(conversation.flow, conversation.answers))
        step = self.knowledge.find_step(position)
        if step is None or position not in reached:
            raise ToolError(f"{position!r} is not asked after these answers; reached: {', '.join(reached)}")
        if step.find_choice(choice_id) is None:
            choices = ", ".join(f"{choice.id} ({choice.label})" for choice in step.choices)
            raise ToolError(f"{position!r} has no choice {choice_id!r}; it has: {choices}")

    def _suggest(self, id: str) -> str:
        known = [*self.knowledge.articles, *(error.id for error in self.knowledge.errors.values())]
        close = get_close_matches(id, known, 3)
        return f"; did you mean {', '.join(close)}?" if close else "; `ask` finds the ids"
