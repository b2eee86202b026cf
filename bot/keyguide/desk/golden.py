"""`keyguide test`: what people say and what must come back, held against the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.golden_tests import Dialogue, DialogueLine
from keyguide.core.model.turn import Reply, Turn
from keyguide.desk.scoring import HEADER, QuestionScore, count_by_topic, format_row, format_table
from keyguide.load.folder import FolderContents
from keyguide.load.strict_yaml import read_yaml

Visit = tuple[str, str]  # a "flow/step", and the choice taken there


@dataclass(frozen=True, slots=True)
class Failure:
    """The first line of a dialogue where something else came than was expected."""

    dialogue: str
    number: int  # of the line in its dialogue, from 0
    did: str
    expected: str
    came: str
    where: str = ""  # file and line, where they are known

    def __str__(self) -> str:
        """Tell where it went wrong, what was expected and what came."""
        head = f"{self.where}: {self.dialogue}, line {self.number + 1}: {self.did}"
        return f"{head}\n    expected {self.expected}\n    came     {self.came}"


@dataclass(frozen=True, slots=True)
class DialogueResult:
    """What became of one dialogue."""

    failure: Failure | None
    visits: frozenset[Visit]
    steps: frozenset[str]  # every "flow/step" that was asked on the way


def run_dialogue(knowledge: Knowledge, dialogue: Dialogue) -> DialogueResult:
    """Hold one dialogue from its beginning; it ends where something else comes than was expected."""
    talk, last = Conversation("golden"), None
    visits: set[Visit] = set()
    stood: set[str] = set()
    for number, line in enumerate(dialogue.lines):
        turn = _make_turn(line, last)
        if turn is None:
            failure = Failure(
                dialogue.name,
                number,
                _describe_line(line),
                f"the option {line.press!r}",
                _describe_options(last),
            )
            return DialogueResult(failure, frozenset(visits), frozenset(stood))
        before = talk
        talk, last = respond(knowledge, talk, turn)
        visits.update(_find_choices(before, talk, turn.pick))
        if last.step:
            stood.add(f"{last.subject}/{last.step}")
        if wrong := "; ".join(_find_mismatches(line, last)):
            failure = Failure(dialogue.name, number, _describe_line(line), wrong, _summarise_reply(last))
            return DialogueResult(failure, frozenset(visits), frozenset(stood))
    return DialogueResult(None, frozenset(visits), frozenset(stood))


def run_dialogues(knowledge: Knowledge, folder: Path, draught: FolderContents) -> Iterator[DialogueResult]:
    """Hold every dialogue of a folder; a failure knows its file and line."""
    for file, golden in draught.files.golden.items():
        places = read_yaml((folder / file).read_text(encoding="utf-8-sig")).find_position
        for at, dialogue in enumerate(golden.dialogues):
            held = run_dialogue(knowledge, dialogue)
            if held.failure:
                line, _ = places(("dialogues", at, "lines", held.failure.number))
                held = replace(held, failure=replace(held.failure, where=f"{folder / file}:{line}"))
            yield held


def list_unvisited(knowledge: Knowledge, held: Iterable[DialogueResult]) -> Iterator[str]:
    """Yield each step that no dialogue meets, and each choice that none takes, flow by flow."""
    met = list(held)
    stood = {place for one in met for place in one.steps}
    taken = {visit for one in met for visit in one.visits}
    for flow in knowledge.flows.values():
        for step in flow.steps:
            place = f"{flow.id}/{step.id}"
            if place not in stood:
                yield f"{place}: no dialogue meets this step"
                continue
            yield from (
                f"{place}: no dialogue takes {choice.label!r} ({choice.id})"
                for choice in step.choices
                if (place, choice.id) not in taken
            )


def count_choices(knowledge: Knowledge, held: Iterable[DialogueResult]) -> tuple[int, int]:
    """Return how many choices of all flows the dialogues take, and how many there are."""
    taken = {visit for one in held for visit in one.visits}
    there = {
        (f"{flow.id}/{step.id}", choice.id)
        for flow in knowledge.flows.values()
        for step in flow.steps
        for choice in step.choices
    }
    return len(there & taken), len(there)


def format_report(knowledge: Knowledge, held: Sequence[DialogueResult]) -> str:
    """Return what became of the dialogues: which failed, and what none of them visits."""
    failed = [str(one.failure) for one in held if one.failure]
    left = list(list_unvisited(knowledge, held))
    taken, there = count_choices(knowledge, held)
    sums = (
        f"{len(held)} dialogues, {len(failed)} failed",
        f"{taken} of {there} choices visited" + (":" if left else "."),
    )
    return "\n".join((*failed, *sums, *(f"  {line}" for line in left)))


def format_scoreboard(marks: Sequence[QuestionScore]) -> str:
    """Return how the golden questions fare: all, each topic that is not perfect, each wrong answer."""
    topics = [("topic", "asked", "first", "shown", "wrong"), *count_by_topic(marks)]
    wrong = [f"  {mark.asked.text[:90]!r} got {mark.answer.subject}" for mark in marks if mark.wrong]
    parts = (
        format_table((HEADER, format_row("golden questions", marks))),
        format_table(topics) if len(topics) > 1 else "",
        "\n".join(("answered wrongly:", *wrong)) if wrong else "",
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _make_turn(line: DialogueLine, last: Reply | None) -> Turn | None:
    """Return what the person does, None where the option to press is not there."""
    if line.say:
        return Turn("golden", text=line.say)
    options = last.options if last else ()
    pick = next((option.pick for option in options if option.label == line.press), "")
    return Turn("golden", pick=pick) if pick else None


def _find_choices(before: Conversation, after: Conversation, pick: str) -> Iterator[Visit]:
    """Yield the choices that a turn took: those that are new among the answers, and the one pressed."""
    yield from (visit for visit in after.answers.items() if visit not in before.answers.items())
    if pick.startswith("say/"):
        place, _, choice = pick.removeprefix("say/").rpartition("/")
        yield place, choice


def _find_mismatches(line: DialogueLine, reply: Reply) -> Iterator[str]:
    """Yield what a line asks for and the reply does not have."""
    if line.kind and reply.kind != line.kind:
        yield f"kind {line.kind}"
    if line.subject and reply.subject != line.subject:
        yield f"subject {line.subject}"
    if line.shows and line.shows not in f"{reply.notice}\n{reply.title}\n{reply.body}":
        yield f"{line.shows!r} in the text"
    yield from (f"an offer of {id}" for id in line.offers if id not in reply.offers)


def _describe_line(line: DialogueLine) -> str:
    return f"say {line.say!r}" if line.say else f"press {line.press!r}"


def _summarise_reply(reply: Reply) -> str:
    """Return a reply in one line, with enough of it to see what went wrong."""
    beginning = " ".join(reply.body.split())[:120]
    subject = f" {reply.subject}" if reply.subject else ""
    step = f"/{reply.step}" if reply.step else ""
    return f"{reply.kind}{subject}{step}: {reply.title!r}: {beginning!r}; {_describe_options(reply)}"


def _describe_options(reply: Reply | None) -> str:
    if reply is None:
        return "nothing yet: the first line of a dialogue must be said"
    labels = [
        repr(option.label) + (f" -> {option.about}" if option.about else "") for option in reply.options
    ]
    return f"options {', '.join(labels)}"
