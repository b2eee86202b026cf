"""Run the golden dialogues against the engine and report the results, for `keyguide test`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.golden_tests import Dialogue, DialogueLine
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Reply, Turn
from keyguide.desk.scoring.question_scores import (
    HEADER,
    QuestionScore,
    count_by_topic,
    format_row,
    format_table,
)
from keyguide.load.folder import FolderContents
from keyguide.load.strict_yaml import read_yaml

Visit = tuple[str, str]  # "flow/step", and the choice taken there


@dataclass(frozen=True, slots=True)
class Failure:
    """The first line of a dialogue with an unexpected reply."""

    dialogue: str
    number: int  # of the line in its dialogue, from 0
    action: str
    expected: str
    actual: str
    place: str = ""  # file and line, if known

    def __str__(self) -> str:
        """Format the place, the expected reply and the actual reply."""
        head = f"{self.place}: {self.dialogue}, line {self.number + 1}: {self.action}"
        return f"{head}\n    expected {self.expected}\n    got      {self.actual}"


@dataclass(frozen=True, slots=True)
class DialogueResult:
    """The result of running one dialogue."""

    failure: Failure | None
    visits: frozenset[Visit]
    steps: frozenset[str]  # every "flow/step" that was asked
    name: str = ""
    must_pass: bool = True

    @property
    def is_failed(self) -> bool:
        """Whether a dialogue that must pass does not."""
        return self.must_pass and self.failure is not None


def run_dialogue(knowledge: Knowledge, dialogue: Dialogue) -> DialogueResult:
    """Run one dialogue from the start; stop at the first unexpected reply."""
    conversation, reply = Conversation("golden"), None
    visits: set[Visit] = set()
    steps: set[str] = set()
    for number, line in enumerate(dialogue.lines):
        turn = _make_turn(line, reply)
        if turn is None:
            failure = Failure(
                dialogue.name,
                number,
                _describe_line(line),
                f"the option {line.press!r}",
                _describe_options(reply),
            )
            return DialogueResult(failure, frozenset(visits), frozenset(steps))
        before = conversation
        conversation, reply = respond(knowledge, conversation, turn)
        visits.update(_find_choices(before, conversation, turn.pick))
        if reply.step:
            steps.add(f"{reply.subject}/{reply.step}")
        if mismatches := "; ".join(_find_mismatches(line, reply)):
            action, actual = _describe_line(line), _summarise_reply(reply)
            failure = Failure(dialogue.name, number, action, mismatches, actual)
            return DialogueResult(failure, frozenset(visits), frozenset(steps))
    return DialogueResult(None, frozenset(visits), frozenset(steps))


def run_dialogues(knowledge: Knowledge, folder: Path, contents: FolderContents) -> Iterator[DialogueResult]:
    """Run every dialogue of a folder, also those that do not pass yet; add file and line to each failure."""
    for file, golden in contents.files.golden.items():
        find_position = read_yaml((folder / file).read_text(encoding="utf-8-sig")).find_position
        for key, dialogues in (("dialogues", golden.dialogues), ("not_yet", golden.not_yet)):
            for index, dialogue in enumerate(dialogues):
                result = run_dialogue(knowledge, dialogue)
                if failure := result.failure:
                    line, _ = find_position((key, index, "lines", failure.number))
                    result = replace(result, failure=replace(failure, place=f"{folder / file}:{line}"))
                yield replace(result, name=dialogue.name, must_pass=key == "dialogues")


def list_unvisited(knowledge: Knowledge, results: Iterable[DialogueResult]) -> Iterator[str]:
    """Yield, flow by flow, each step that no dialogue reaches and each choice that none takes."""
    known = list(results)
    reached = {place for result in known for place in result.steps}
    taken = {visit for result in known for visit in result.visits}
    for flow in knowledge.flows.values():
        for step in flow.steps:
            place = f"{flow.id}/{step.id}"
            if place not in reached:
                yield f"{place}: no dialogue reaches this step"
                continue
            yield from (
                f"{place}: no dialogue takes {choice.label!r} ({choice.id})"
                for choice in step.choices
                if (place, choice.id) not in taken
            )


def count_choices(knowledge: Knowledge, results: Iterable[DialogueResult]) -> tuple[int, int]:
    """Count the choices of all flows: those that the dialogues take, and the total."""
    taken = {visit for result in results for visit in result.visits}
    choices = {
        (f"{flow.id}/{step.id}", choice.id)
        for flow in knowledge.flows.values()
        for step in flow.steps
        for choice in step.choices
    }
    return len(choices & taken), len(choices)


def format_report(knowledge: Knowledge, results: Sequence[DialogueResult]) -> str:
    """Format the failures, the totals, and the steps and choices that no dialogue visits."""
    failures = [str(result.failure) for result in results if result.is_failed]
    must_pass = [result for result in results if result.must_pass]
    unvisited = list(list_unvisited(knowledge, must_pass))
    taken, total = count_choices(knowledge, must_pass)
    totals = (
        f"{len(must_pass)} dialogues, {len(failures)} failed",
        *_format_not_yet([result for result in results if not result.must_pass]),
        f"{taken} of {total} choices visited" + (":" if unvisited else "."),
    )
    return "\n".join((*failures, *totals, *(f"  {line}" for line in unvisited)))


def _format_not_yet(results: Sequence[DialogueResult]) -> Iterator[str]:
    """Yield how many of the dialogues that need not pass yet do pass, and which may move."""
    passed = [result.name for result in results if result.failure is None]
    if results:
        yield f"{len(passed)} of {len(results)} dialogues in `not_yet` pass" + (":" if passed else ".")
    yield from (f"  {name}: move it to `dialogues`" for name in passed)


def format_scoreboard(scores: Sequence[QuestionScore]) -> str:
    """Format the results of the golden questions: the totals, each imperfect topic, each wrong answer."""
    topics = [("topic", "asked", "first", "shown", "wrong"), *count_by_topic(scores)]
    wrong = [f"  {score.question.text[:90]!r} got {score.answer.subject}" for score in scores if score.wrong]
    sections = (
        format_table((HEADER, format_row("golden questions", scores))),
        format_table(topics) if len(topics) > 1 else "",
        "\n".join(("wrong answers:", *wrong)) if wrong else "",
    )
    return "\n\n".join(section for section in sections if section) + "\n"


def _make_turn(line: DialogueLine, last: Reply | None) -> Turn | None:
    """Build the turn for a line, or return None if the last reply has no such option to press."""
    if line.say:
        return Turn("golden", text=line.say)
    options = last.options if last else ()
    pick = next((option.pick for option in options if option.label == line.press), "")
    return Turn("golden", pick=pick) if pick else None


def _find_choices(before: Conversation, after: Conversation, pick: str) -> Iterator[Visit]:
    """Yield the choices that a turn took: the new answers, and the option that was pressed."""
    yield from (visit for visit in after.answers.items() if visit not in before.answers.items())
    if pick.startswith("say/"):
        place, _, choice = pick.removeprefix("say/").rpartition("/")
        yield place, choice


def _find_mismatches(line: DialogueLine, reply: Reply) -> Iterator[str]:
    """Yield what a line expects and the reply does not have."""
    if line.kind and reply.kind != line.kind:
        yield f"kind {line.kind}"
    if line.subject and reply.subject != line.subject:
        yield f"subject {line.subject}"
    if line.shows and line.shows not in f"{reply.notice}\n{reply.title}\n{reply.body}":
        yield f"{line.shows!r} in the text"
    yield from (f"an offer of {offer}" for offer in line.offers if offer not in reply.offers)


def _describe_line(line: DialogueLine) -> str:
    return f"say {line.say!r}" if line.say else f"press {line.press!r}"


def _summarise_reply(reply: Reply) -> str:
    """Format a reply as one line, detailed enough to see why it was unexpected."""
    beginning = " ".join(reply.body.split())[:120]
    subject = f" {reply.subject}" if reply.subject else ""
    step = f"/{reply.step}" if reply.step else ""
    return f"{reply.kind}{subject}{step}: {reply.title!r}: {beginning!r}; {_describe_options(reply)}"


def _describe_options(reply: Reply | None) -> str:
    if reply is None:
        return "no reply yet: the first line of a dialogue must use say"
    labels = [
        repr(option.label) + (f" -> {option.about}" if option.about else "") for option in reply.options
    ]
    return f"options {', '.join(labels)}"
