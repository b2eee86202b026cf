"""The writers' commands as they are typed: what they print, write and return."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from keyguide.cli.writing import writer_commands
from keyguide.core.model.content.article import Source
from keyguide.desk.reach_sources import PageCheck
from keyguide.load.folder import read_folder
from keyguide.store.open_store import open_store
from keyguide.store.protocols import MissedQuestion, get_now

Run = Callable[..., tuple[int, str, str]]
GUIDE = Path(__file__).parents[1] / "desk" / "importing" / "guides" / "first.md"


# test


def test_test_tells_scores_dialogues_and_what_nobody_visits(run: Run) -> None:
    status, out, _ = run("test")

    assert status == 0
    assert "golden questions" in out
    assert "1 dialogues, 0 failed" in out
    assert "no dialogue reaches this step" in out


def test_test_ends_with_1_where_a_dialogue_fails(run: Run, folder: Any) -> None:
    folder.change("tests/small.yaml", "kind: article, subject: link-check", "kind: miss, subject: link-check")

    status, out, _ = run("test", "--dialogues")

    assert status == 1
    assert "expected kind miss" in out
    assert "golden questions" not in out
    assert "golden conversations" not in out


def test_test_tells_how_conversations_go_but_none_of_them_must_be_met(run: Run, folder: Any) -> None:
    folder.change("tests/small.yaml", "ok: [link-how, is-it-linked/page-says]", "ok: [link-check]")

    status, out, _ = run("test")

    assert status == 0
    assert "golden conversations" in out
    assert "Linking (follow-up)" not in out


def test_test_lists_the_conversations_with_unexpected_replies(run: Run, folder: Any) -> None:
    folder.change("tests/small.yaml", "ok: [link-how, is-it-linked/page-says]", "ok: [link-check]")

    _, out, _ = run("test", "--misses")

    assert "Linking (follow-up)" in out
    assert "got article link-how; expected, first: link-check" in out


def test_test_ends_with_1_where_conversations_went_better_before(run: Run, folder: Any) -> None:
    folder.change("tests/small.yaml", "ok: [link-how, is-it-linked/page-says]", "ok: [link-check]")
    shares = "{met: 0.9, after_first: 0, last: 0, clean: 0, wrong: 1}"
    folder.write("tests/measured.yaml", f"measured: {shares}\n")

    status, out, _ = run("test")

    assert status == 1
    assert "tests/measured.yaml: golden conversations, met: 0." in out
    assert "measured before 0.900" in out


# score


def test_score_prints_a_table_with_the_plain_searches_beside(run: Run, tmp_path: Path) -> None:
    asked = {"q": "how do i link my licence", "topics": ["link-how"], "class": "in", "origin": "real"}
    Path("practice.jsonl").write_text(json.dumps(asked) + "\n")

    status, out, _ = run("score", "practice.jsonl", "--against", "bm25,fts5")

    assert status == 0
    assert [line.split(",")[0] for line in out.splitlines()[1:]] == [
        "keyguide",
        "keyguide",
        "bm25",
        "bm25",
        "fts5",
        "fts5",
    ]


def test_score_without_its_file_is_asked_wrongly(run: Run) -> None:
    status, _, err = run("score", "nowhere.jsonl")

    assert status == 2
    assert "'nowhere.jsonl': No such file or directory" in err


def test_score_reads_standard_input(run: Run) -> None:
    assert run("score", "-", typed='{"q": "x", "topics": [], "class": "far"}\n')[0] == 0


# import


def test_import_writes_drafts_that_pass_the_check_and_are_not_served(run: Run, folder: Any) -> None:
    status, out, _ = run(
        "import", str(GUIDE), "--out", str(folder.path), "--url", "https://guides.example/tie"
    )

    assert status == 0
    assert "4 drafts, 8 steps, 2 screenshots" in out
    assert read_folder(folder.path).mistakes == ()
    assert "Tie the Licence" not in run("ask", "how to tie the licence to an account")[1]


def test_import_without_a_folder_writes_to_drafts(run: Run) -> None:
    run("import", str(GUIDE))

    assert Path("drafts", "sources.yaml").is_file()


def test_import_of_guides_with_one_file_name_tells_them_apart(run: Run) -> None:
    for name, topic in (("a", "Tie the licence"), ("b", "Boil an egg")):
        Path(name).mkdir()
        Path(name, "g.md").write_text(f"# {topic}\n\n## {topic} now\n\nDo it.\n", encoding="utf-8")

    status, out, _ = run("import", "a/g.md", "b/g.md")

    assert status == 0
    assert "no address in a/g.md" in out
    assert "no address in b/g.md" in out
    assert len([*Path("drafts/articles").iterdir()]) == 2


def test_import_takes_only_a_web_address(run: Run) -> None:
    status, _, err = run("import", str(GUIDE), "--url", "guides.example")

    assert status == 2
    assert err.endswith("keyguide: --url: the address must begin with https://\n")


# gaps


async def keep(address: str, *misses: MissedQuestion) -> None:
    store = await open_store(address)
    for missed in misses:
        await store.keep_miss(missed)
    await store.close()


def test_gaps_writes_drafts_of_what_found_no_answer_lately(run: Run, tmp_path: Path) -> None:
    lately, long_ago = get_now() - timedelta(days=2), get_now() - timedelta(days=31)
    asked = (
        MissedQuestion(lately, "web", "miss", "my toaster smokes"),
        MissedQuestion(long_ago, "web", "miss", "old moon"),
    )
    asyncio.run(keep(str(tmp_path / "keyguide.db"), *asked))

    status, out, _ = run("gaps")

    (path,) = Path("drafts", "articles").glob("gaps-*.yaml")
    assert status == 0
    assert "my toaster smokes" in out
    assert f"{path}: 1 drafts" in out
    assert "old moon" not in path.read_text()


def test_gaps_without_any_says_how_to_keep_them(run: Run) -> None:
    assert "KEYGUIDE_KEEP_MISSES=on" in run("gaps")[1]
    assert (
        run("gaps", KEYGUIDE_KEEP_MISSES="on")[1] == "No questions without an answer in the last 30 days.\n"
    )


# links


@pytest.mark.parametrize(("status", "ends"), [(200, 0), (403, 0), (404, 1)])
def test_links_ends_with_1_where_a_source_is_gone(
    run: Run, monkeypatch: pytest.MonkeyPatch, status: int, ends: int
) -> None:
    async def ask(sources: Any) -> list[PageCheck]:
        return [PageCheck(source, status) for source in sources]

    monkeypatch.setattr(writer_commands.reach_sources, "check_pages", ask)

    ended, out, _ = run("links", "--online")

    assert ended == ends
    assert "3 sources checked" in out


def test_links_writes_down_what_is_gone_but_not_if_nothing_answers(
    run: Run, monkeypatch: pytest.MonkeyPatch, folder: Any
) -> None:
    answers = {"status": 404}

    async def ask(sources: Any) -> list[PageCheck]:
        return [PageCheck(source, answers["status"]) for source in sources]

    monkeypatch.setattr(writer_commands.reach_sources, "check_pages", ask)
    path = folder.path / "broken-links.yaml"

    run("links", "--online")
    assert path.read_text(encoding="utf-8").count("reason: status 404") == 3

    answers["status"] = 0
    run("links", "--online")
    assert path.exists()

    answers["status"] = 200
    run("links", "--online")
    assert not path.exists()


@pytest.mark.parametrize("arguments", [["links"], ["links", "--no-online"]], ids=["in CI", "asked so"])
def test_links_asks_for_no_page_in_ci_or_where_it_is_told_not_to(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    async def ask(_sources: list[Source]) -> list[PageCheck]:
        raise AssertionError("a page was asked for")

    monkeypatch.setattr(writer_commands.reach_sources, "check_pages", ask)

    status, out, _ = run(*arguments, CI="true")

    assert status == 0
    assert "no source was checked" in out
