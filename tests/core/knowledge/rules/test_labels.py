"""Labels of Windows are written as Microsoft writes them, and every other spelling is reported."""

from __future__ import annotations

from typing import Any

import pytest

LINKING, LABELS = "articles/linking.yaml", "labels.yaml"
HEAD = """\
- {label: Startup type, not: [start type]}
- {label: Add an account}
- {label: Time & language}
- {label: Time & Language}
"""
OLD = "answer: There is a button for it.\n"


@pytest.fixture
def listed(folder: Any) -> Any:
    """The small folder with a list of labels."""
    folder.write(LABELS, HEAD)
    return folder


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Press **Add An Account**.", "Microsoft writes **Add an account**, not **Add An Account**"),
        ("Press **Add an\n      account** or **Add-an account**.",
         "Microsoft writes **Add an account**, not **Add-an account**"),
        ("Open **Time & LANGUAGE**.",
         "Microsoft writes **Time & Language** or **Time & language**, not **Time & LANGUAGE**"),
        ("Press **Add an acount**.",
         "**Add an acount** is almost **Add an account**: write it so, or add the label to labels.yaml"),
        ("Open **Start > Add An account**.", "Microsoft writes **Add an account**, not **Add An account**"),
        ("Set the start\n      type.", 'Microsoft says **Startup type**, not "start type"'),
    ],
    ids=["capitals", "a hyphen", "two right spellings", "a misspelling", "in a path", "a wrong wording"],
)  # fmt: skip
def test_another_spelling_is_reported(listed: Any, text: str, problem: str) -> None:
    place = listed.change(LINKING, OLD, f"answer: ▸|\n      {text}\n")

    assert listed.list_problems() == [f"{place}: {problem}"]


@pytest.mark.parametrize(
    "text",
    [
        "Press **Add an account** in **Time & language** (Windows 10: **Time & Language**).",
        "It is **not** so. **Not** at all.",
        "Type `**add AN account**` or `start type`.",
        "Use **/privacy**, or the restart type.",
    ],
    ids=["both spellings of Microsoft", "stressed words", "code", "a command of ours"],
)
def test_what_is_right_or_no_label_passes(listed: Any, text: str) -> None:
    listed.change(LINKING, OLD, f"answer: |\n      {text}\n")

    assert listed.list_problems() == []


def test_a_label_outside_of_the_list_may_have_only_one_spelling(listed: Any) -> None:
    listed.change(LINKING, OLD, "answer: Press **Make Primary**.\n")
    place = listed.change(LINKING, "fails: Try again tomorrow.", "fails: ▸Press **Make primary**.")

    (problem,) = listed.list_problems()

    assert problem in {
        f"{place}: **Make primary** is spelled **make Primary** elsewhere",
        problem if "**Make Primary** is spelled **make primary** elsewhere" in problem else "",
    }


def test_every_kind_of_text_is_read(listed: Any) -> None:
    wrong = "**add an Account**"
    places = {
        listed.change(file, old, f"{old}{wrong} ").partition(":")[0]
        for file, old in (
            ("flows/is-it-linked.yaml", "ask: What does "),
            ("elsewhere.yaml", "says: Office "),
            ("phrases/en.yaml", "menu_title: "),
        )
    }

    assert {problem.partition(":")[0] for problem in listed.list_problems()} == places


def test_a_label_that_is_listed_twice_is_reported(folder: Any) -> None:
    place = folder.write(LABELS, "- {label: Start}\n- {label: ▸Start}\n")

    assert folder.list_problems() == [f"{place}: the label `Start` is listed twice"]
