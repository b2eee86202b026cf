"""Hold the golden conversations of a folder and report how they went, for `keyguide test`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.golden_tests import GoldenTests
from keyguide.desk.scoring.conversation_scores import (
    ConversationScore,
    Count,
    Figures,
    TurnScore,
    count_figures,
    hold_conversation,
    score_conversation,
)
from keyguide.desk.scoring.question_scores import format_share, format_table
from keyguide.load.folder import FolderContents
from keyguide.load.strict_yaml import read_yaml

SLACK = 0.02  # by so much a share may be worse than it was measured before
_HEADER = ("", "number", "turns", "met", "after first", "last", "clean", "wrong", "away", "again")
_LOWER_IS_BETTER = frozenset(("wrong",))


def hold_conversations(
    knowledge: Knowledge, folder: Path, contents: FolderContents
) -> Iterator[ConversationScore]:
    """Hold and score every golden conversation of a folder."""
    for file, golden in contents.files.golden.items():
        if golden.conversations:
            find_position = read_yaml((folder / file).read_text(encoding="utf-8-sig")).find_position
            for index, conversation in enumerate(golden.conversations):
                line, _ = find_position(("conversations", index))
                replies = hold_conversation(knowledge, (turn.say for turn in conversation.turns))
                yield score_conversation(conversation, replies, f"{folder / file}:{line}")


def format_report(scores: Sequence[ConversationScore], drops: Sequence[str], *, misses: bool = False) -> str:
    """Format the figures and what dropped; with `misses` also each conversation that is not clean."""
    sections = (
        format_misses(scores) if misses else "",
        format_figures(scores) if scores else "",
        "\n".join(drops),
    )
    return "\n\n".join(section for section in sections if section) + "\n"


def format_figures(scores: Sequence[ConversationScore]) -> str:
    """Format the results of all conversations and of each kind of conversation as a table."""
    kinds = dict.fromkeys(score.conversation.kind for score in scores)
    groups = {kind: [score for score in scores if score.conversation.kind == kind] for kind in kinds}
    rows = (_format_row(f"  {kind}", count_figures(group)) for kind, group in groups.items())
    return format_table((_HEADER, _format_row("golden conversations", count_figures(scores)), *rows))


def _format_row(name: str, figures: Figures) -> tuple[str, ...]:
    shares = (figures.met, figures.after_first, figures.last, figures.clean)
    return (
        name,
        str(figures.conversations),
        str(figures.met.total),
        *(format_share(count.number, count.total) for count in shares),
        _format_count(figures.wrong),
        str(figures.away),
        str(figures.again),
    )


def _format_count(count: Count) -> str:
    return f"{count.number}/{count.total}"


def format_misses(scores: Sequence[ConversationScore]) -> str:
    """Format every conversation that is not clean, turn by turn."""
    return "\n\n".join(
        "\n".join((_describe_conversation(score), *map(_describe_turn, score.turns)))
        for score in scores
        if not score.is_clean
    )


def _describe_conversation(score: ConversationScore) -> str:
    return f"{score.place}: {score.conversation.name} ({score.conversation.kind})"


def _describe_turn(score: TurnScore) -> str:
    """Describe a turn in one line: whether it was met, what came, and what should or should not have."""
    mark = "wrong" if score.is_wrong else "unmet" if score.is_unmet else "met" if score.is_expected else ""
    subject = f" {score.reply.subject}" if score.reply.subject else ""
    step = f"/{score.reply.step}" if score.reply.step else ""
    line = f"  {mark:5} {score.turn.say[:90]!r} got {score.reply.kind}{subject}{step}"
    if score.is_unmet:
        line += f"; expected, {score.turn.how}: {', '.join(score.turn.ok)}"
    return line + (f"; never: {', '.join(score.turn.not_)}" if score.is_wrong else "")


def list_drops(scores: Sequence[ConversationScore], golden: Mapping[str, GoldenTests]) -> Iterator[str]:
    """Yield each share that is worse than it was measured before, by more than the slack."""
    now = asdict(count_figures(scores).shares)
    for file, tests in golden.items():
        for name, before in asdict(tests.measured).items() if tests.measured else ():
            drop = now[name] - before if name in _LOWER_IS_BETTER else before - now[name]
            if drop > SLACK:
                share = name.replace("_", " ")
                yield f"{file}: golden conversations, {share}: {now[name]:.3f}, measured before {before:.3f}"
