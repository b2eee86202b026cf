"""Define what the tools return, and make it of the engine's replies; every result names source and date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import BaseModel, Field

from keyguide.core.engine.context import Context
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.article import Article, ErrorCode
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Kind, Reply

Page = Article | ErrorCode
_MAX_SOURCES = 5  # of a question, which may lead to dozens of pages


class SourceOut(BaseModel):
    """A page that a result is based on."""

    title: str
    url: str


class Proof(BaseModel):
    """Where a result comes from, and when somebody last compared it with that."""

    sources: list[SourceOut] = Field(
        description="The pages it is based on, of a question some of those its answers are based on; none if "
        "it states nothing."
    )
    verified: str | None = Field(
        description="The day when it was last compared with its sources, as 2026-11-20; of several answers "
        "the earliest; null if it states nothing."
    )
    certainty: str | None = Field(
        description="How sure the answer is: official, confirmed, reported, unverified or disputed."
    )


class DetailOut(BaseModel):
    """A part of an answer that not everybody needs."""

    title: str
    text: str


class PageLink(BaseModel):
    """An answer or a diagnosis that may help further."""

    id: str
    title: str
    kind: str = Field(description="`answer`: for read_answer; `diagnosis`: for walk_diagnosis.")


class ChoiceOut(BaseModel):
    """An answer that a question allows."""

    id: str
    label: str


class QuestionOut(BaseModel):
    """The question of a diagnosis that is open."""

    id: str = Field(description="The name under which walk_diagnosis takes the answer.")
    text: str
    how: str = Field(description="How the person finds the answer; may be empty.")
    choices: list[ChoiceOut]


class AnswerOut(Proof):
    """An answer, a question back, or the honest word that there is no answer."""

    kind: Kind = Field(
        description="article: an answer; step: the question of a diagnosis; suggest: several may be meant, "
        "ask which; miss: no answer is known, do not make one up; elsewhere: another matter, the text says "
        "where it belongs; refusal: an activator or shared key, show the lawful way; menu: small talk."
    )
    id: str | None = Field(description="The id of the answer, or of the diagnosis.")
    title: str
    notice: str = Field(description="What to say first; may be empty.")
    text: str = Field(description="The answer, in Markdown.")
    footing: str = Field(
        description="How sure the answer is, and whether it may be out of date, as a sentence to repeat."
    )
    details: list[DetailOut] = Field(description="Further parts, such as what to do if it does not work.")
    related: list[PageLink]
    question: QuestionOut | None = Field(description="The open question, if a diagnosis was begun.")
    answers: dict[str, str] = Field(description="The answers of the diagnosis so far, to send again.")
    secret: bool = Field(description="Whether a text held a product key or another secret: never repeat it.")


def make_answer(knowledge: Knowledge, conversation: Conversation, reply: Reply) -> AnswerOut:
    """Make the result of a reply."""
    proof = make_proof(knowledge, _list_pages(knowledge, reply))
    if reply.kind in {Kind.ARTICLE, Kind.REFUSAL, Kind.SUGGEST, Kind.STEP}:
        state = dict(proof)
    else:  # other texts state nothing about Windows, though they may lead to answers that do
        state = dict(Proof(sources=[], verified=None, certainty=None))
    return AnswerOut(
        **state,
        kind=reply.kind,
        id=reply.subject,
        title=reply.title,
        notice=reply.notice,
        text=reply.body,
        footing=reply.footing,
        details=[DetailOut(title=detail.title, text=detail.text) for detail in reply.details],
        related=list(link_pages(knowledge, reply.offers)),
        question=_make_question(knowledge, conversation) if reply.kind is Kind.STEP else None,
        answers=dict(conversation.answers),
        secret=reply.evidence.secret,
    )


def make_proof(knowledge: Knowledge, pages: Iterable[Page]) -> Proof:
    """Make the proof of a result from the pages that it states or leads to."""
    proven = list(pages)
    sources = dict.fromkeys(source for page in proven for source in page.sources)
    certainties = {page.certainty for page in proven}
    return Proof(
        sources=[
            SourceOut(title=knowledge.sources[id].title, url=knowledge.sources[id].url)
            for id in [*sources][:_MAX_SOURCES]
        ],
        verified=min((page.verified for page in proven), default=None),
        certainty=certainties.pop() if len(certainties) == 1 else None,
    )


def link_pages(knowledge: Knowledge, ids: Iterable[str]) -> Iterator[PageLink]:
    """Link to the answers and diagnoses with these ids, in order; skip those that are neither."""
    for id in dict.fromkeys(ids):
        if title := knowledge.find_title(id):
            yield PageLink(id=id, title=title, kind="diagnosis" if id in knowledge.flows else "answer")


def _list_pages(knowledge: Knowledge, reply: Reply) -> Iterator[Page]:
    """Yield the page of a reply; of a question, and of several that may be meant, those they lead to."""
    own = knowledge.find_page(reply.subject or "")
    flow = knowledge.flows.get(reply.subject or "")
    if own:
        ids: Iterable[str] = (own.id,)
    elif flow:
        ids = (choice.go for step in flow.steps for choice in step.choices)
    else:
        ids = reply.offers
    for id in dict.fromkeys(ids):
        if page := knowledge.find_page(id):
            yield page


def _make_question(knowledge: Knowledge, conversation: Conversation) -> QuestionOut | None:
    position = Context(knowledge, knowledge.choose_phrases("en"), conversation).find_open_step()
    step = knowledge.find_step(position)
    if step is None:
        return None
    choices = [ChoiceOut(id=choice.id, label=choice.label) for choice in step.choices]
    return QuestionOut(id=position, text=step.ask.strip(), how=step.how.strip(), choices=choices)
