"""Score golden conversations: hold each turn's expectation against the reply, and count the results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.golden_tests import ConversationShares, GoldenConversation, GoldenTurn
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Kind, Reply, Turn

_MAX_EARLIER = 3  # texts that may be joined with the next one
_MAX_SHOWN = 3  # the options of a reply that people see at a glance
_AWAY = frozenset((Kind.ELSEWHERE, Kind.MISS, Kind.REFUSAL))  # replies that send a person away


@dataclass(frozen=True, slots=True)
class TurnScore:
    """One turn with its reply; `previous` is the subject of the reply before."""

    turn: GoldenTurn
    reply: Reply
    previous: str = ""

    @property
    def is_expected(self) -> bool:
        """Whether the turn expects anything of its reply."""
        return bool(self.turn.ok)

    @property
    def is_met(self) -> bool:
        """Whether the reply is one that the turn expects."""
        return not self._list_names().isdisjoint(self.turn.ok)

    @property
    def is_unmet(self) -> bool:
        """Whether the turn expects something that the reply is not."""
        return self.is_expected and not self.is_met

    @property
    def is_wrong(self) -> bool:
        """Whether the reply is one that the turn names as plainly wrong."""
        names = {self.reply.kind.value, self.reply.subject or "", _name_step(self.reply)}
        return not names.isdisjoint(self.turn.not_)

    @property
    def is_away(self) -> bool:
        """Whether the reply sends the person away, although there is an answer."""
        return self.is_expected and self.reply.kind in _AWAY and _AWAY.isdisjoint(self.turn.ok)

    @property
    def is_again(self) -> bool:
        """Whether the reply only shows the last article once more, and that does not serve."""
        is_repeated = self.reply.kind is Kind.ARTICLE and self.reply.subject == self.previous
        return self.is_unmet and is_repeated

    def _list_names(self) -> set[str]:
        """List the names of the reply that count for this turn."""
        names: set[str] = {self.reply.kind.value}
        if self.turn.how != "kind":
            names.add(self._name_subject())
        if self.turn.how == "shown":
            names.update(self.reply.offers[:_MAX_SHOWN])
        return names

    def _name_subject(self) -> str:
        """Name the subject: a step by its place, if the turn expects certain steps of its flow."""
        flow = self.reply.subject or ""
        names_steps = any(name.startswith(f"{flow}/") for name in self.turn.ok)
        return _name_step(self.reply) if self.reply.step and names_steps else flow


@dataclass(frozen=True, slots=True)
class ConversationScore:
    """A whole conversation with its replies; `place` is its file and line, if known."""

    conversation: GoldenConversation
    turns: tuple[TurnScore, ...]
    place: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether every turn is met, and none is plainly wrong."""
        return not any(turn.is_unmet or turn.is_wrong for turn in self.turns)


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a total."""

    number: int
    total: int

    @property
    def share(self) -> float:
        """The share of the total, or 0 if the total is zero."""
        return self.number / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """The results of many conversations."""

    conversations: int
    met: Count  # of the turns that expect anything
    after_first: Count  # of those, without the first turn of each conversation
    last: Count  # conversations whose last expectation is met
    clean: Count  # conversations in which everything is met and nothing is wrong
    wrong: Count  # of the turns that name something plainly wrong
    away: int  # turns that are ours, but were sent away
    again: int  # unmet turns that only got the last article once more

    @property
    def shares(self) -> ConversationShares:
        """The figures as shares, to compare with those of another day."""
        counts = (self.met, self.after_first, self.last, self.clean, self.wrong)
        return ConversationShares(*(count.share for count in counts))


def hold_conversation(knowledge: Knowledge, texts: Iterable[str]) -> list[Reply]:
    """Say the texts one after the other in a new conversation, and return the replies."""
    conversation, earlier = Conversation("golden"), tuple[str, ...]()
    replies = []
    for text in texts:
        turn = Turn("golden", text=text, earlier=earlier)
        conversation, reply = respond(knowledge, conversation, turn)
        earlier = (*earlier, reply.masked_text)[-_MAX_EARLIER:]
        replies.append(reply)
    return replies


def score_conversation(
    conversation: GoldenConversation, replies: Sequence[Reply], place: str = ""
) -> ConversationScore:
    """Hold each turn of a conversation against its reply."""
    previous = ("", *(reply.subject or "" for reply in replies[:-1]))
    turns = map(TurnScore, conversation.turns, replies, previous)
    return ConversationScore(conversation, tuple(turns), place)


def count_figures(scores: Sequence[ConversationScore]) -> Figures:
    """Count the results of conversations."""
    turns = [turn for score in scores for turn in score.turns]
    expected = [[turn for turn in score.turns if turn.is_expected] for score in scores]
    later = [turn for score in scores for turn in score.turns[1:] if turn.is_expected]
    return Figures(
        conversations=len(scores),
        met=_count(turn.is_met for group in expected for turn in group),
        after_first=_count(turn.is_met for turn in later),
        last=_count(group[-1].is_met for group in expected if group),
        clean=_count(score.is_clean for score in scores),
        wrong=_count(turn.is_wrong for turn in turns if turn.turn.not_),
        away=sum(turn.is_away for turn in turns),
        again=sum(turn.is_again for turn in turns),
    )


def _count(marks: Iterable[bool]) -> Count:
    known = list(marks)
    return Count(sum(known), len(known))


def _name_step(reply: Reply) -> str:
    """Name the step that a reply asks as "flow/step"; empty if it asks none."""
    return f"{reply.subject}/{reply.step}" if reply.step else ""
