"""`keyguide review` as it is typed: the list, one answer, and the mark."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from keyguide.cli.writing import review as review_command
from keyguide.store.open_store import open_store
from keyguide.store.protocols import LedgerEntry, get_now

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything be due: the command runs two years from now."""
    monkeypatch.setattr(review_command, "get_now", lambda: get_now() + timedelta(days=730))


@pytest.fixture
def ledger(tmp_path: Path) -> None:
    """A ledger in which link-menu was shown twice, and once left somebody stuck."""

    async def fill() -> None:
        store = await open_store(str(tmp_path / "keyguide.db"))
        when = get_now() + timedelta(days=729)
        for verdict in ("", "bad"):
            judged = "link-menu" if verdict else ""
            await store.record(
                LedgerEntry(when, "ann", "web", "article", "link-menu", judged=judged, verdict=verdict)
            )
        await store.close()

    asyncio.run(fill())


@pytest.mark.usefixtures("ledger")
def test_review_lists_what_is_due_most_shown_first(run: Run) -> None:
    status, out, _ = run("review")

    head, first, *_, last = out.splitlines()
    assert status == 0
    assert head.split() == ["answer", "why", "verified", "shown", "still", "stuck"]
    assert first.split() == ["link-menu", "overdue", "2026-11-02", "2", "1", "of", "1"]
    assert "answers are due for review." in last


def test_review_says_if_nothing_is_due(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_command, "get_now", lambda: get_now().replace(year=2026, month=1, day=10))

    assert run("review")[:2] == (0, "No answer is due for review.\n")


@pytest.mark.usefixtures("ledger")
def test_review_shows_one_answer_with_all_that_its_reviewer_needs(run: Run, folder: Any) -> None:
    old = "instead: {win10: link-classic}"
    folder.change("articles/linking.yaml", old, f"{old}\n    notes: Ask Ben.")

    status, out, _ = run("review", "link-menu")

    assert status == 0
    for part in (
        "link-menu: The link button on Windows 11",
        "due: overdue",
        "certainty: confirmed",
        "shown 2 times in 90 days, still stuck: 1 of 1",
        "1. It is on the Activation page.",
        "how-long: A minute.",
        "https://example.com/linking",
        "notes: Ask Ben.",
    ):
        assert part in out


def test_review_shows_the_page_of_a_code(run: Run, folder: Any) -> None:
    folder.write(
        "broken-links.yaml",
        "- {source: ms-errors, since: 2026-11-20, checked: 2026-11-27, reason: status 404}\n",
    )

    status, out, _ = run("review", "0xC004F211")

    assert status == 0
    assert "error-0xc004f211" in out
    assert "means: " in out
    assert "not found since 2026-11-20: status 404" in out


def test_review_as_data(run: Run) -> None:
    one, many = json.loads(run("review", "link-menu", "--json")[1]), json.loads(run("review", "--json")[1])

    assert one["why"] == "overdue"
    assert one["answer"]["answer"] == "There is a button for it."
    assert one in many


def test_an_answer_that_was_reviewed_is_dated_today(run: Run, folder: Any) -> None:
    today = (get_now() + timedelta(days=730)).date().isoformat()

    status, out, _ = run("review", "link-check", "--done")

    assert status == 0
    assert f"link-check was reviewed on {today}" in out
    assert f"verified: {today}" in (folder.path / "articles" / "linking.yaml").read_text()
    assert "link-check" not in run("review")[1]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--done"], "Name the answer that was reviewed."),
        (["link-chekc"], "there is no answer 'link-chekc'; did you mean link-check?"),
        (["zzzz"], "there is no answer 'zzzz'"),
    ],
)
def test_review_says_what_it_cannot_do(run: Run, arguments: list[str], text: str) -> None:
    status, _, err = run("review", *arguments)

    assert status == 2
    assert text in err


def test_review_of_a_retired_answer_names_its_successor(run: Run, folder: Any) -> None:
    folder.change("articles/help.yaml", "refuses: true", "status: retired\n    successor: link-how")

    assert "'no-cracks' is retired; people are led to link-how" in run("review", "no-cracks")[2]


def test_without_a_ledger_it_says_so_and_lists_all_the_same(run: Run, tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()

    status, out, err = run("review", KEYGUIDE_DATABASE=str(tmp_path / "folder.db"))

    assert status == 0
    assert "how often answers were shown is not known" in err
    assert "due for review" in out
