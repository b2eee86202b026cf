"""The keepers' desk: who may enter, what it counts, and that no word on it can become anything else."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser
from string import ascii_lowercase
from typing import Any

import pytest
from aiohttp import ClientError, FormData
from aiohttp.test_utils import TestClient, TestServer

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.phrases.phrases import Phrases
from keyguide.errors import StoreError
from keyguide.faces.web.app import build_application
from keyguide.faces.web.context import WebContext, WebOptions
from keyguide.faces.web.desk.statistics import (
    DeskQuery,
    find_least_helpful,
    parse_query,
    search_answers,
)
from keyguide.runtime.health import Health
from keyguide.runtime.metrics import Metrics
from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import LedgerEntry, MissedQuestion, get_now

Client = TestClient[Any, Any]
TOKEN = "a-token-that-nobody-guesses"  # noqa: S105
NASTY = "<script>alert('x')</script>\" onload=\"x"


class Page(HTMLParser):
    """A page as a browser sees it: its tags, and the texts between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, tag: str, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for name, attrs in self.tags if name == tag and attribute in attrs]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.fixture
def phrases(small_knowledge: Knowledge) -> Phrases:
    return small_knowledge.choose_phrases("en")


def line(kind: str, who: str = "web:1", **more: Any) -> LedgerEntry:
    return LedgerEntry(
        **{"when": get_now() - timedelta(hours=1), "who": who, "place": "guild:1", "kind": kind, **more}
    )


async def fill(store: MemoryStore, *lines: LedgerEntry) -> None:
    for one in lines:
        await store.record(one)


STEP = line("step", "web:9", subject="is-it-linked", step="page-says", place="guild:2")


@pytest.fixture
async def filled(store: MemoryStore) -> MemoryStore:
    await fill(
        store,
        line("article", "web:1", subject="link-how"),
        line("menu", "web:1", judged="link-how", verdict="good"),
        line("article", "web:2", subject="link-menu", judged="link-how", verdict="bad"),
        line("miss", "web:3"),
        line("refusal", "web:4", subject="no-cracks"),
        line("elsewhere", "web:5"),
        STEP,
        line("article", "web:6", when=get_now() - timedelta(days=60), subject="link-how"),
    )
    return store


@pytest.fixture
async def client(opened: Callable[..., Any]) -> Client:
    """Somebody who has entered the desk."""
    return await enter(opened)


async def enter(opened: Callable[..., Any], **site: Any) -> Client:
    """Open a page and its desk."""
    client: Client = await opened(desk_token=TOKEN, **site)
    await client.get("/desk", params={"key": TOKEN})
    return client


async def page(client: Client, where: str, **more: Any) -> Page:
    answer = await client.get(where, **more)
    assert answer.status == 200
    return Page(await answer.text())


# Who may enter


@pytest.mark.parametrize(
    "headers",
    [{}, {"Host": "localhost"}, {"Host": "127.0.0.1:8080"}, {"X-Real-IP": "127.0.0.1"}, {"Host": "["}],
    ids=["directly", "by name", "as nginx asks by itself", "as nginx says it", "by no name at all"],
)
async def test_this_machine_s_own_address_opens_nothing(
    opened: Callable[..., Any], headers: dict[str, str]
) -> None:
    client = await opened(desk_token="")

    for token in ("", TOKEN):
        answer = await client.get("/desk", headers={**headers, "Authorization": f"Bearer {token}"})
        assert answer.status == 401
        assert (await client.get("/desk", params={"key": token}, headers=headers)).status == 401


async def test_the_printed_link_is_exchanged_for_a_cookie(opened: Callable[..., Any]) -> None:
    client = await opened(desk_token=TOKEN)

    answer = await client.get("/desk", params={"key": TOKEN}, allow_redirects=False)

    assert (answer.status, answer.headers["Location"]) == (303, "/desk")
    assert TOKEN not in answer.headers["Set-Cookie"]
    assert (await client.get("/desk")).status == 200


async def test_a_key_cannot_be_guessed_quickly(opened: Callable[..., Any]) -> None:
    client = await opened(desk_token=TOKEN, rate=2)

    statuses = [(await client.get("/desk", params={"key": f"guess-{number}"})).status for number in range(20)]

    assert set(statuses) == {401, 429}
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    "where",
    [
        "/desk",
        "/desk/articles",
        "/desk/article/link-how",
        "/desk/flow/is-it-linked",
        "/desk/ledger.csv",
        "/desk/gaps.csv",
    ],
)
async def test_every_page_is_locked_also_on_this_machine(opened: Callable[..., Any], where: str) -> None:
    client = await opened(desk_token=TOKEN)

    answer = await client.get(where)

    assert answer.status == 401
    assert Page(await answer.text()).values("input", "type") == ["password"]


async def test_the_token_opens_the_desk_for_a_browser(opened: Callable[..., Any]) -> None:
    client = await opened(desk_token=TOKEN)

    answer = await client.post("/desk/enter", data={"token": f" {TOKEN} "}, allow_redirects=False)

    cookie = answer.headers["Set-Cookie"]
    assert (answer.status, answer.headers["Location"]) == (303, "/desk")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/desk"))
    assert TOKEN not in cookie
    assert (await client.get("/desk")).status == 200


async def test_locking_the_desk_ends_it_for_that_browser(opened: Callable[..., Any]) -> None:
    client = await opened(desk_token=TOKEN)
    await client.post("/desk/enter", data={"token": TOKEN})

    assert "/desk/leave" in (await page(client, "/desk")).values("form", "action")
    await client.post("/desk/leave", allow_redirects=False)

    assert (await client.get("/desk")).status == 401


async def test_the_token_opens_the_desk_for_a_program(opened: Callable[..., Any]) -> None:
    client = await opened(desk_token=TOKEN)

    answer = await client.get("/desk/ledger.csv", headers={"Authorization": f"Bearer {TOKEN}"})

    assert answer.status == 200


async def test_guesses_in_a_header_are_paced_as_those_in_the_form(opened: Callable[..., Any]) -> None:
    client = await opened(desk_token=TOKEN, rate=1)
    guesses = [
        (await client.get("/desk", headers={"Authorization": f"Bearer {number}"})).status
        for number in range(20)
    ]

    assert guesses[0] == 401
    assert guesses[-1] == 429


class HalfGone(MemoryStore):
    """A store that fails after so many lines of the ledger."""

    lines = 0

    async def stream_entries(self, since: datetime, place: str | None = None) -> AsyncIterator[LedgerEntry]:
        for _ in range(self.lines):
            yield LedgerEntry(get_now(), "ann", "web", "menu")
        raise StoreError("the disk is gone")


@pytest.mark.parametrize("lines", [0, 1_200])
async def test_an_export_that_fails_never_looks_like_a_whole_one(
    small_knowledge: Knowledge, lines: int
) -> None:
    store = HalfGone()
    store.lines = lines
    assistant = Assistant(small_knowledge, store)
    site = WebOptions(desk_token=TOKEN)
    app = build_application(WebContext(site, assistant, Metrics(), Health()))
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/desk/ledger.csv", headers={"Authorization": f"Bearer {TOKEN}"})
        if lines:
            with pytest.raises(ClientError):
                await answer.read()

    assert answer.status == (200 if lines else 503)


@pytest.mark.parametrize(
    "form",
    [{"token": "wrong"}, {"token": ""}, {}],
)
async def test_a_wrong_token_stays_outside(opened: Callable[..., Any], form: dict[str, Any]) -> None:
    client = await opened(desk_token=TOKEN)

    answer = await client.post("/desk/enter", data=form)

    assert answer.status == 401
    assert "That is not the token." in Page(await answer.text()).text


async def test_a_file_is_no_token(opened: Callable[..., Any]) -> None:
    client = await opened(desk_token=TOKEN)
    form = FormData()
    form.add_field("token", TOKEN.encode(), filename="token.txt")

    assert (await client.post("/desk/enter", data=form)).status == 415


async def test_a_made_up_cookie_stays_outside(opened: Callable[..., Any]) -> None:
    client = await opened(desk_token=TOKEN)

    assert (await client.get("/desk", headers={"Cookie": "keyguide_desk=abc"})).status == 401


async def test_no_token_is_no_token_either(opened: Callable[..., Any]) -> None:
    client = await opened(desk_token="")

    assert (await client.post("/desk/enter", data={"token": ""})).status == 401


async def test_guessing_the_token_is_slowed_down(opened: Callable[..., Any]) -> None:
    client = await opened(desk_token=TOKEN, rate=1)

    answers = [(await client.post("/desk/enter", data={"token": "x"})).status for _ in range(8)]

    assert answers[0] == 401
    assert answers[-1] == 429


# What it counts


async def test_the_overview_counts_how_conversations_ended(client: Client, filled: MemoryStore) -> None:
    seen = await page(client, "/desk")

    assert "Fixed 1 Answered 0 Still stuck 1 Left in between 1 Missed 1 Elsewhere 1 Refused 1" in seen.text
    assert "Nothing was asked" not in seen.text


async def test_an_empty_ledger_says_so(client: Client) -> None:
    seen = await page(client, "/desk")

    assert "Nothing was asked in this period." in seen.text
    assert "The words are not kept." in seen.text


async def test_everything_can_be_narrowed_to_one_server(client: Client, filled: MemoryStore) -> None:
    seen = await page(client, "/desk?place=guild:2")

    assert seen.values("option", "value")[:3] == ["", "guild:1", "guild:2"]
    assert "Left in between 1" in seen.text
    assert "Fixed 0" in seen.text


async def test_everything_can_be_widened_to_a_longer_period(client: Client, filled: MemoryStore) -> None:
    assert "Answered 1" in (await page(client, "/desk?days=90")).text


async def test_the_answers_that_help_least_are_listed(client: Client, filled: MemoryStore) -> None:
    seen = await page(client, "/desk")

    assert "Answers that help least" in seen.text
    assert "/desk/article/link-how" in seen.values("a", "href")


async def test_the_words_of_misses_are_shown_in_groups_where_they_are_kept(
    opened: Callable[..., Any], store: MemoryStore
) -> None:
    client = await enter(opened, misses=True)
    for text in ("my toaster smokes", "toaster smokes again", "what is love"):
        await store.keep_miss(MissedQuestion(get_now(), "guild:1", "miss", text))

    seen = await page(client, "/desk")

    assert "2 my toaster smokes toaster smokes again" in seen.text
    assert any(href.startswith("/desk/gaps.csv?") for href in seen.values("a", "href"))


async def test_kept_words_older_than_30_days_are_not_shown(
    opened: Callable[..., Any], store: MemoryStore
) -> None:
    client = await enter(opened, misses=True)
    await store.keep_miss(MissedQuestion(get_now() - timedelta(days=31), "guild:1", "miss", "old moon"))

    seen = await page(client, "/desk?days=90")

    assert "old moon" not in seen.text
    assert "No question without an answer is kept" in seen.text


async def test_a_flow_shows_where_people_leave_it_on_its_own_picture(
    client: Client, filled: MemoryStore
) -> None:
    seen = await page(client, "/desk/flow/is-it-linked")

    assert "1 came, 1 left here (100 %)" in seen.text
    assert "flow" in seen.values("svg", "class")
    assert "share" in seen.values("rect", "class")


async def test_an_answer_shows_examples_sources_and_when_it_was_verified(
    client: Client, filled: MemoryStore
) -> None:
    seen = await page(client, "/desk/article/link-how")

    assert "how do i link my licence" in seen.text
    assert "https://example.com/linking" in seen.values("a", "href")
    assert "2026-11-20" in seen.text
    assert "Shown 1" in seen.text
    assert "/desk/flow/is-it-linked" in seen.values("a", "href")


async def test_an_error_code_has_a_page_too(client: Client, small_knowledge: Knowledge) -> None:
    code = next(iter(small_knowledge.errors.values()))

    seen = await page(client, f"/desk/article/{code.id}")

    assert code.name in seen.text
    assert code.means.strip() in seen.text


@pytest.mark.parametrize("where", ["/desk/article/gone", "/desk/flow/gone", "/desk/article/error-0xdeadbeef"])
async def test_what_is_not_there_is_not_found(client: Client, where: str) -> None:
    assert (await client.get(where)).status == 404


async def test_the_search_finds_answers_by_their_words(client: Client) -> None:
    seen = await page(client, "/desk/articles?q=connect windows to my microsoft account")

    assert "/desk/article/link-how" in seen.values("a", "href")
    assert seen.values("input", "value") == ["connect windows to my microsoft account"]


async def test_the_search_without_words_lists_every_answer(
    client: Client, small_knowledge: Knowledge
) -> None:
    seen = await page(client, "/desk/articles")

    assert f"{len(small_knowledge.articles) + len(small_knowledge.errors)} answers" in seen.text


def test_a_title_that_fits_comes_first(small_knowledge: Knowledge) -> None:
    assert search_answers(small_knowledge, "link your licence")[0] == "link-how"
    assert search_answers(small_knowledge, "0xC004F034")[0] == "error-0xc004f034"


async def test_what_is_overdue_is_told(opened: Callable[..., Any], small_knowledge: Knowledge) -> None:
    client = await enter(opened)
    old = {
        id: replace(one, verified="2020-01-01") if id == "link-how" else one
        for id, one in small_knowledge.articles.items()
    }
    from keyguide.faces.web.context import WEB_CONTEXT  # noqa: PLC0415

    client.server.app[WEB_CONTEXT].assistant.use_knowledge(replace(small_knowledge, articles=old))

    assert "2020-01-01" in (await page(client, "/desk")).text
    assert "overdue for review" in (await page(client, "/desk/articles?q=link")).text
    assert "overdue for review" in (await page(client, "/desk/article/link-how")).text


# CSV


async def rows(client: Client, where: str) -> list[list[str]]:
    answer = await client.get(where)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(await answer.text())))


async def test_the_ledger_is_handed_out_without_who_asked(client: Client, filled: MemoryStore) -> None:
    found = await rows(client, "/desk/ledger.csv?place=guild:2")

    assert found[0] == ["when", "place", "kind", "subject", "step", "judged", "verdict"]
    assert found[1][1:] == ["guild:2", "step", "is-it-linked", "page-says", "", ""]
    assert len(found) == 2
    assert "web:" not in str(found)


async def test_questions_without_an_answer_are_handed_out_in_groups(
    client: Client, store: MemoryStore
) -> None:
    await store.keep_miss(MissedQuestion(get_now(), "guild:1", "miss", "=cmd|' /C calc'!A0"))

    found = await rows(client, "/desk/gaps.csv")

    assert found[0] == ["times", "question", "other ways", "nearest"]
    assert found[1][:2] == ["1", "'=cmd|' /C calc'!A0"]


# Safety and form


@pytest.mark.parametrize(
    "where", ["/desk?place={}", "/desk?days={}", "/desk/articles?q={}", "/desk/flow/is-it-linked?place={}"]
)
async def test_no_word_becomes_a_tag(opened: Callable[..., Any], store: MemoryStore, where: str) -> None:
    client = await enter(opened, misses=True)
    await fill(store, line("article", place=NASTY, subject=NASTY, judged=NASTY, verdict="bad"))
    await store.keep_miss(MissedQuestion(get_now(), NASTY, "miss", NASTY))

    seen = await page(client, where.format(NASTY.replace(" ", "%20").replace('"', "%22")))

    assert "script" not in {tag for tag, _ in seen.tags}
    assert not any(name.startswith("on") for _, attributes in seen.tags for name in attributes)


async def test_pages_need_no_inline_style_or_script(client: Client, filled: MemoryStore) -> None:
    for where in ("/desk", "/desk/flow/is-it-linked", "/desk/article/link-how"):
        seen = await page(client, where)

        assert not {"style", "script"} & {tag for tag, _ in seen.tags}
        assert not any("style" in attributes for _, attributes in seen.tags)


async def test_a_bar_shows_the_number_beside_it_and_is_not_read_aloud(
    client: Client, filled: MemoryStore
) -> None:
    seen = await page(client, "/desk")
    bars = [attributes for tag, attributes in seen.tags if tag == "meter"]

    assert ("fixed", "1", "1") in [(bar["class"], bar["value"], bar["max"]) for bar in bars]
    assert {bar["aria-hidden"] for bar in bars} == {"true"}
    assert all(int(bar["value"] or -1) <= int(bar["max"] or -1) for bar in bars)


async def test_every_day_with_conversations_is_listed_with_the_latest_first(
    client: Client, store: MemoryStore
) -> None:
    days = [(get_now() - timedelta(days=ago)).date().isoformat() for ago in (9, 2)]
    await fill(store, *(line("miss", when=get_now() - timedelta(days=ago)) for ago in (9, 2)))

    text = (await page(client, "/desk")).text

    assert text.index(days[1]) < text.index(days[0])
    assert f"{days[0]} 1 0 0 0 0 1 0 0" in text


async def test_every_picture_is_told_in_words(client: Client, filled: MemoryStore) -> None:
    html = await (await client.get("/desk")).text()

    ids = set(re.findall(r' id="([^"]+)"', html))
    named = [name for names in re.findall(r'aria-labelledby="([^"]+)"', html) for name in names.split()]
    assert named
    assert set(named) <= ids
    assert len(re.findall(r' id="', html)) == len(ids)


async def test_the_desk_speaks_german_too(client: Client) -> None:
    answer = await client.get("/desk", headers={"Accept-Language": "de-AT,de"})

    assert "html" in answer.headers["Content-Type"]


def test_a_period_that_makes_no_sense_is_the_usual() -> None:
    assert parse_query({"days": "-1", "place": "x" * 300}) == DeskQuery("x" * 200, 30)
    assert parse_query({"days": "7"}).days == 7


def test_only_answers_that_somebody_judged_badly_help_least() -> None:
    assert find_least_helpful([]) == []


async def test_very_many_gaps_are_cut_on_the_page(opened: Callable[..., Any], store: MemoryStore) -> None:
    client = await enter(opened, misses=True)
    for letter in ascii_lowercase:
        await store.keep_miss(MissedQuestion(get_now(), "guild:1", "miss", letter * 9))

    seen = await page(client, "/desk")

    assert len(re.findall(r"([a-z])\1{8}", seen.text)) == 20
