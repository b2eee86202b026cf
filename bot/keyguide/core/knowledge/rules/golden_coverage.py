"""Rules for the golden tests of a folder that says how many each article needs at least."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from keyguide.core.knowledge.folder_content import Files
from keyguide.core.knowledge.problem import Problem
from keyguide.core.model.content.golden_tests import GoldenTests, LeastTests


def check_coverage(files: Files) -> Iterator[Problem]:
    """Report served articles with fewer golden questions or second turns than the folder demands."""
    demands = [golden.least for golden in files.golden.values() if golden.least]
    least = LeastTests(
        questions=max((each.questions for each in demands), default=0),
        second_turns=max((each.second_turns for each in demands), default=0),
    )
    questions, second_turns = Counter[str](), Counter[str]()
    for golden in files.golden.values():
        questions.update(topic for question in golden.questions for topic in set(question.topics))
        second_turns.update(_list_second_turns(golden))
    for file, number, article in files.list_articles():
        for count, needed, name in (
            (questions[article.id], least.questions, "golden questions"),
            (second_turns[article.id], least.second_turns, "golden second turns"),
        ):
            if article.is_served and count < needed:
                text = f"`{article.id}` has {count} {name} in tests/, at least {needed} are needed"
                yield Problem(file, ("articles", number, "id"), text)


def _list_second_turns(golden: GoldenTests) -> Iterator[str]:
    """Yield the article that must come whenever a person goes on after the first reply.

    What does not pass yet, or is only measured, proves nothing.
    """
    yield from (line.subject for dialogue in golden.dialogues for line in dialogue.lines[1:] if line.say)
