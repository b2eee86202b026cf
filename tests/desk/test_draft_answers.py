"""What found no answer becomes drafts that the check accepts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.desk.draft_answers import format_gaps, write_drafts
from keyguide.errors import KeyguideError
from keyguide.insight.unanswered_groups import find_gaps
from keyguide.load.folder import read_folder
from keyguide.store.protocols import MissedQuestion

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def missed(*texts: str, kind: str = "miss") -> list[MissedQuestion]:
    return [MissedQuestion(NOON, "guild:1", kind, text) for text in texts]


QUESTIONS = missed(
    "will windows run on my raspberry pi",
    "raspberry pi windows activation",
    "how do i link my licence",
    "???",
    'colons: and "quotes" # and {braces}',
    "x" * 480,
)


def test_the_groups_are_told_with_what_is_near(small_knowledge: Knowledge) -> None:
    lines = format_gaps(find_gaps(small_knowledge, QUESTIONS), small_knowledge).splitlines()

    assert lines[0].split()[0] == "2"
    assert "raspberry" in lines[0]
    assert all("(near: " in line for line in lines)


def test_the_drafts_pass_the_check_in_the_knowledge_folder(folder: Any, small_knowledge: Knowledge) -> None:
    path = write_drafts(
        find_gaps(small_knowledge, QUESTIONS),
        small_knowledge,
        read_folder(folder.path).files,
        folder.path,
        DAY,
    )

    draught = read_folder(folder.path)
    assert [str(one) for one in draught.mistakes] == []
    group = draught.files.groups[f"articles/{path.name}"]
    assert all(article.status == "draft" for article in group.articles)
    assert group.articles[0].asks == (
        "will windows run on my raspberry pi",
        "raspberry pi windows activation",
    )


def test_a_question_that_is_an_example_already_is_not_proposed_again(
    folder: Any, small_knowledge: Knowledge
) -> None:
    path = write_drafts(
        find_gaps(small_knowledge, QUESTIONS[2:3]),
        small_knowledge,
        read_folder(folder.path).files,
        folder.path,
        DAY,
    )

    (draft,) = read_folder(folder.path).files.groups[f"articles/{path.name}"].articles
    assert draft.asks == ()
    assert draft.see[0] == "link-how"


def test_a_draft_says_how_often_and_how_it_was_answered(folder: Any, small_knowledge: Knowledge) -> None:
    asked = [*missed("my toaster smokes"), *missed("my toaster smokes badly", kind="elsewhere")]
    path = write_drafts(
        find_gaps(small_knowledge, asked), small_knowledge, read_folder(folder.path).files, folder.path, DAY
    )

    text = path.read_text(encoding="utf-8")
    assert "Asked 2 times, last on 2026-11-20; answered as: elsewhere, miss." in text
    assert text.startswith(
        "# yaml-language-server: $schema=../schema/articles.json\n# 2 questions without an answer in 1 groups"
    )


def test_two_groups_that_begin_alike_have_ids_of_their_own(folder: Any, small_knowledge: Knowledge) -> None:
    asked = missed("", "!", "alpha", "ALPHA beta gamma delta epsilon")
    path = write_drafts(
        find_gaps(small_knowledge, asked), small_knowledge, read_folder(folder.path).files, folder.path, DAY
    )

    ids = [one.id for one in read_folder(folder.path).files.groups[f"articles/{path.name}"].articles]
    assert len(set(ids)) == len(ids)


def test_drafts_that_somebody_may_have_edited_are_not_written_over(
    folder: Any, small_knowledge: Knowledge
) -> None:
    files = read_folder(folder.path).files
    path = write_drafts(find_gaps(small_knowledge, QUESTIONS), small_knowledge, files, folder.path, DAY)
    path.write_text("mine", encoding="utf-8")

    with pytest.raises(KeyguideError, match="already exists"):
        write_drafts(find_gaps(small_knowledge, QUESTIONS), small_knowledge, files, folder.path, DAY)
    assert path.read_text(encoding="utf-8") == "mine"
