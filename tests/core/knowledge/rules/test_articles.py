"""Articles, error codes and sources: what is refused, and where it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

LINKING, HELP, ERRORS, SOURCES = "articles/linking.yaml", "articles/help.yaml", "errors.yaml", "sources.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "text"),
    [
        pytest.param(
            LINKING,
            "id: linking\n",
            "id: ▸Linking it\n",
            "`Linking it` is not a valid id: use lower-case letters, digits and single hyphens",
            id="the id of a group",
        ),
        pytest.param(
            LINKING, "title: Linking\n", 'title: ▸""\n', "this text is empty", id="a group without a title"
        ),
        pytest.param(
            HELP,
            "  - id: no-cracks",
            "  - {id: ▸no--keys, title: No, answer: No., sources: [ms-help], verified: 2026-11-20,\n"
            "     certainty: official, status: draft}\n  - id: no-cracks",
            "`no--keys` is not a valid id: use lower-case letters, digits and single hyphens",
            id="a doubled hyphen",
        ),
        pytest.param(
            HELP,
            "title: Not here",
            f"title: ▸{'Not here ' * 10}",
            "this is 89 characters long, a button shows at most 80",
            id="an over-long title",
        ),
        pytest.param(
            HELP,
            "title: Not here",
            'title: ▸"Not\\n  here"',
            "this must be one line",
            id="a title of two lines",
        ),
        pytest.param(
            LINKING,
            "answer: There is a button for it.\n",
            "answer: ▸|\n",
            "this text is empty",
            id="an empty answer",
        ),
        pytest.param(
            HELP,
            "  - id: no-cracks",
            "  - {id: new-keys, title: No, sources: [ms-help], verified: 2026-11-20,\n"
            f"     certainty: official, status: draft, answer: ▸{'very long ' * 300}.}}\n  - id: no-cracks",
            "all parts together are 3001 characters long, at most 3000 fit on one card",
            id="a draft that fits no card",
        ),
        pytest.param(
            HELP,
            "answer: Delete the message.",
            f"answer: ▸{'very hot. ' * 35}.",
            "this has 351 characters, at most 350 are allowed",
            id="an over-long answer",
        ),
        pytest.param(
            LINKING,
            "fails: Try again tomorrow.",
            f"fails: ▸{'very hot. ' * 50}.",
            "this has 501 characters, at most 500 are allowed",
            id="an over-long part",
        ),
        pytest.param(
            LINKING,
            "aspects: {how-long: A minute.}\n    sources: [ms-linking]\n    verified: 2026-01-09",
            f"aspects: {{how-long: ▸{'hot. ' * 40}.}}\n    sources: [ms-linking]\n    verified: 2026-01-09",
            "this has 201 characters, at most 200 are allowed",
            id="an over-long answer to an aspect",
        ),
        pytest.param(
            LINKING,
            "steps: [It is on the Activation page.]",
            "steps: ▸[a, b, c, d, e, f, g, h]",
            "8 steps, at most 7 are allowed",
            id="too many steps",
        ),
        pytest.param(
            LINKING,
            "answer: There is a button for it.\n    steps: [It is on the Activation page.]",
            f"answer: ▸There is a button for it.\n    steps: [{'hot. ' * 120}, {'hot. ' * 120}]",
            "title, answer and steps have 1252 characters, at most 1000 are shown at first",
            id="a first view that is too long",
        ),
        pytest.param(
            HELP,
            "refuses: true",
            "refuses: true\n    review_days: ▸30",
            "write 90 if it names labels, prices or dates, and 360 for principles",
            id="an odd time until the next review",
        ),
        pytest.param(
            LINKING, "win10: link-classic", "win10: ▸moon", "`moon` does not exist", id="instead of nothing"
        ),
        pytest.param(
            LINKING, "win11: link-menu", "win11: ▸moon", "`moon` does not exist", id="instead, the other way"
        ),
        pytest.param(
            HELP,
            "answer: Delete the message.",
            "answer: ▸Delete it <br> now.",
            "this contains HTML, which not every face can show",
            id="HTML",
        ),
        pytest.param(
            LINKING,
            "fails: Try again tomorrow.",
            "fails: ▸Try **again tomorrow.",
            "a ** is opened and never closed",
            id="unclosed bold",
        ),
        pytest.param(
            LINKING,
            'answer: "The [Activation page](https://example.com/linking)',
            'answer: ▸"The [Activation page](https://example.com/moon)',
            "this links to https://example.com/moon, which is not in sources.yaml",
            id="a link outside the sources",
        ),
        pytest.param(
            LINKING,
            "avoid: Do not pay anybody for it.",
            "avoid: ▸Do not use N2434-X9D7W-8PF6X-8DV9T-8TYMD.",
            "this contains what looks like somebody's product key or another secret",
            id="somebody's key",
        ),
        pytest.param(
            LINKING,
            "see: [link-check]",
            "see: [▸link-chek]",
            "`link-chek` does not exist",
            id="a dangling way on",
        ),
        pytest.param(
            LINKING,
            "see: [link-check]",
            "see: ▸[link-check, link-menu]",
            "an article cannot refer to itself",
            id="a way on to itself",
        ),
        pytest.param(
            LINKING,
            "see: [link-check]",
            "see: ▸[link-check, link-how, link-check]",
            "`see` names the same page twice",
            id="a way on twice",
        ),
        pytest.param(
            HELP,
            "see: [link-how]",
            "see: ▸[link-how, link-menu, link-classic, link-check, leaked-key, no-cracks, contact-support]",
            "`see` names 7 pages, at most 6 are allowed",
            id="too many ways on",
        ),
        pytest.param(
            HELP,
            "see: [link-how]",
            "see: [▸error-0xc004f999]",
            "`error-0xc004f999` does not exist",
            id="a code that does not exist",
        ),
        pytest.param(
            LINKING,
            "sources: [ms-linking]\n    verified: 2026-01-09",
            "sources: [▸ms-moon]\n    verified: 2026-01-09",
            "the source `ms-moon` is not in sources.yaml",
            id="an unknown source",
        ),
        pytest.param(
            ERRORS,
            "code: 0xC004F211",
            "code: ▸0xc004f211",
            "`0xc004f211` is not an error code: write it as 0xC004F211",
            id="a code in small letters",
        ),
        pytest.param(
            ERRORS,
            "title: The hardware has changed",
            f"title: ▸{'x' * 69}",
            "this is 81 characters long, a button shows at most 80",
            id="an over-long title of a code",
        ),
        pytest.param(
            ERRORS,
            "verified: 2026-11-20\n    certainty: reported",
            "verified: ▸yesterday\n    certainty: reported",
            "`yesterday` is not a date: write it as 2026-11-20",
            id="a code verified on no date",
        ),
        pytest.param(
            ERRORS,
            "see: [link-check]\n    sources: [ms-errors]",
            "see: [link-check]\n    sources: ▸[]",
            "an answer needs a source",
            id="a code without a source",
        ),
        pytest.param(
            ERRORS,
            "fix: Enter the key again.",
            "fix: ▸Enter the **key again.",
            "a ** is opened and never closed",
            id="the fix of a code",
        ),
        pytest.param(
            ERRORS,
            "means: No key was found.",
            f"means: ▸{'It is so. ' * 298}!",
            "all parts together are 3001 characters long, at most 3000 fit on one card",
            id="a code that fits no card",
        ),
        pytest.param(
            ERRORS,
            "sources: [ms-errors]\n    verified: 2026-11-20\n    certainty: reported",
            "sources: [▸ms-moon]\n    verified: 2026-11-20\n    certainty: reported",
            "the source `ms-moon` is not in sources.yaml",
            id="a code's unknown source",
        ),
        pytest.param(
            ERRORS,
            "see: [changed-parts, link-how]",
            "see: [changed-parts, ▸moon]",
            "`moon` does not exist",
            id="a code's dangling way on",
        ),
        pytest.param(
            ERRORS,
            "activation., see: [link-how]",
            "activation., see: [▸moon]",
            "`moon` does not exist",
            id="a family's dangling way on",
        ),
        pytest.param(
            ERRORS,
            "says: Codes of this kind come from Windows activation.",
            'says: ▸"<b>Codes</b> of this kind"',
            "this contains HTML, which not every face can show",
            id="a family's text",
        ),
        pytest.param(
            SOURCES,
            "- {id: ms-help,",
            "- {id: ▸MS, title: x, url: 'https://example.com/x'}\n- {id: ms-help,",
            "`MS` is not a valid id: use lower-case letters, digits and single hyphens",
            id="the id of a source",
        ),
        pytest.param(
            SOURCES,
            '"https://example.com/help"',
            '▸"http://example.com/help"',
            "a source must be a page at https://",
            id="a source that is no page",
        ),
        pytest.param(
            LINKING,
            "  - id: link-classic\n",
            "  - {id: ▸link-new, title: New, answer: New., sources: [ms-linking], verified: 2026-11-20,\n"
            "     certainty: official, aspects: {how-long: No.}}\n  - id: link-classic\n",
            "no question and no flow reaches this article",
            id="an article that nothing reaches",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(
    refused: Callable[..., None], file: str, old: str, new: str, text: str
) -> None:
    refused(file, old, new, text)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (LINKING, "see: [link-check]", "see: [▸no-cracks]"),
        ("errors.yaml", "see: [link-check]\n    sources", "see: [▸no-cracks]\n    sources"),
        ("flows/changed-parts.yaml", "label: I did, go: link-how", "label: I did, go: ▸no-cracks"),
        ("evidence.yaml", "go: changed-parts\nreadings", "go: ▸no-cracks\nreadings"),
    ],
    ids=["by an article", "by a code", "by a choice", "by a message"],
)
def test_a_draft_that_is_named_is_told(folder: Any, file: str, old: str, new: str) -> None:
    folder.change(HELP, "refuses: true", "status: draft")
    place = folder.change(file, old, new)

    (told,) = folder.list_problems()

    assert told.startswith(f"{place}: ")
    assert told.endswith("`no-cracks` is a draft: review it first, then remove `status: draft`")


def test_what_stands_in_a_broken_file_may_be_named_without_being_told_off(folder: Any) -> None:
    place = folder.change("articles/help.yaml", "id: help\n", "▸iid: help\n")

    assert folder.list_problems() == [
        "articles/help.yaml:1:1: the key `id` is missing",
        f"{place}: unknown key `iid`",
    ]
