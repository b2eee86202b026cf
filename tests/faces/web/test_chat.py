"""The chat page through a real server: every turn without a script, what is remembered, and what never is."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.turn import Kind
from keyguide.store.memory import MemoryStore

Client = TestClient[Any, Any]
Opening = Callable[..., Awaitable[Client]]

KEY = "BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG"
PART = {"X-Keyguide": "part"}


async def said(client: Client, text: str, **more: Any) -> str:
    """Send words as the form without a script does, and return the page that follows."""
    async with client.post("/", data={"text": text}, **more) as response:
        assert response.status == 200
        return await response.text()


async def pressed(client: Client, pick: str) -> str:
    async with client.post("/", data={"pick": pick}) as response:
        return await response.text()


def heading(html: str) -> str:
    """The heading of the last answer on a page."""
    return re.findall(r"<h2[^>]*>(.*?)</h2>", html)[-1]


def cookie(client: Client) -> str:
    return client.session.cookie_jar.filter_cookies(client.make_url("/"))["keyguide"].value


async def test_somebody_new_gets_the_menu_and_no_cookie(client: Client, store: MemoryStore) -> None:
    async with client.get("/") as response:
        html = await response.text()

    assert "How can I help" in heading(html)
    assert "Set-Cookie" not in response.headers
    assert await store.list_entries(datetime.min.replace(tzinfo=UTC)) == []


async def test_words_are_answered_and_loading_again_posts_nothing(client: Client, store: MemoryStore) -> None:
    async with client.post("/", data={"text": "how do i link my licence"}, allow_redirects=False) as response:
        where = response.headers["Location"]
    pages = []
    for _ in range(2):
        async with client.get(where) as shown:
            pages.append(await shown.text())

    assert response.status == 303
    assert [heading(page) for page in pages] == ["Link your licence"] * 2
    assert "how do i link my licence" in pages[0]
    assert len(await store.list_entries(datetime.min.replace(tzinfo=UTC))) == 1


async def test_a_diagnosis_is_walked_by_its_buttons(client: Client) -> None:
    pages = [await pressed(client, "go/is-it-linked")]
    for pick in ("say/is-it-linked/page-says/digital", "say/is-it-linked/signed-in/no"):
        assert f'value="{pick}"' in pages[-1]
        pages.append(await pressed(client, pick))

    assert [heading(page) for page in pages] == [
        "What does the Activation page say?",
        "Are you signed in with a Microsoft account?",
        "The link button on Windows 10",
    ]


async def test_what_was_pressed_is_shown_in_the_words_of_its_button(client: Client) -> None:
    await pressed(client, "go/is-it-linked")
    html = await pressed(client, "say/is-it-linked/page-says/digital")

    assert re.findall(r'You: </span><span class="words">(.*)</span></p>', html) == [
        "Is my licence linked?",
        "Digital licence only",
    ]


async def test_a_page_shows_the_conversation_so_far_with_older_options_folded(client: Client) -> None:
    await said(client, "how do i link my licence")
    html = await said(client, "0xC004F211")

    assert html.count('class="exchange"') == 2
    assert html.count('<details class="past">') == 1


async def test_our_script_gets_the_new_exchange_alone(client: Client) -> None:
    html = await said(client, "how do i link my licence", headers=PART)

    assert html.startswith('<div class="exchange"')
    assert heading(html) == "Link your licence"


async def test_a_product_key_is_masked_on_the_page_and_kept_nowhere(
    client: Client, store: MemoryStore
) -> None:
    html = await said(client, f"is this one good: {KEY}")
    (who,) = {entry.who for entry in await store.list_entries(datetime.min.replace(tzinfo=UTC))}
    kept = json.dumps(await store.export(who), default=str)

    assert KEY not in html
    assert "is this one good: *****-*****-*****-*****-68DJG" in html
    assert "is this one good" not in kept
    assert "68DJG" not in kept


async def test_the_memory_never_holds_the_cookie(client: Client, store: MemoryStore) -> None:
    await said(client, "how do i link my licence")
    (entry,) = await store.list_entries(datetime.min.replace(tzinfo=UTC))

    assert entry.who.startswith("web:")
    assert entry.place == "web"
    assert cookie(client) not in json.dumps(await store.export(entry.who), default=str)


async def test_after_a_restart_the_page_shows_where_the_conversation_stands(
    client: Client, opened: Opening
) -> None:
    await pressed(client, "go/is-it-linked")
    await pressed(client, "say/is-it-linked/page-says/digital")
    again = await opened()  # another server with the same memory
    async with again.get("/?seen=gone", cookies={"keyguide": cookie(client)}) as response:
        html = await response.text()

    assert heading(html) == "Are you signed in with a Microsoft account?"
    assert "data-derived" in html


async def test_after_a_restart_the_page_shows_the_article_that_was_read(
    client: Client, opened: Opening
) -> None:
    await said(client, "how do i link my licence")
    again = await opened()
    async with again.get("/", cookies={"keyguide": cookie(client)}) as response:
        html = await response.text()

    assert heading(html) == "Link your licence"


async def test_what_was_pressed_after_a_restart_still_has_its_words(client: Client, opened: Opening) -> None:
    await pressed(client, "go/is-it-linked")
    again = await opened()
    data = {"pick": "say/is-it-linked/page-says/digital"}
    async with again.post("/", data=data, cookies={"keyguide": cookie(client)}) as response:
        html = await response.text()

    assert '<span class="words">Digital licence only</span>' in html
    assert heading(html) == "Are you signed in with a Microsoft account?"


async def test_looking_at_the_page_counts_nothing(client: Client, store: MemoryStore) -> None:
    await said(client, "how do i link my licence")
    for _ in range(3):
        async with client.get("/"):
            pass

    assert len(await store.list_entries(datetime.min.replace(tzinfo=UTC))) == 1


async def test_nobody_sees_what_another_browser_said(client: Client, opened: Opening) -> None:
    async with client.post("/", data={"text": "how do i link my licence"}, allow_redirects=False) as response:
        where = response.headers["Location"]
    client.session.cookie_jar.clear()
    async with client.get(where) as shown:
        html = await shown.text()

    assert "how do i link my licence" not in html


async def test_forgetting_erases_everything_and_says_so(client: Client, store: MemoryStore) -> None:
    await said(client, "how do i link my licence")
    async with client.post("/forget") as response:
        html = await response.text()

    assert "Forgotten" in html
    assert "how do i link my licence" not in html
    assert "How can I help" in heading(html)
    assert "keyguide" not in client.session.cookie_jar.filter_cookies(client.make_url("/"))
    assert await store.list_entries(datetime.min.replace(tzinfo=UTC)) == []


async def test_somebody_unknown_can_forget_nothing_and_nothing_breaks(client: Client) -> None:
    async with client.post("/forget") as response:
        assert response.status == 200


async def test_an_empty_message_is_answered_politely(client: Client) -> None:
    html = await said(client, "")

    assert "get any text" in html
    assert 'class="said"' not in html


@pytest.mark.parametrize("pick", ["nonsense", "say/is-it-linked/page-says/<b>", "go/" + "x" * 5_000, "//"])
async def test_a_pick_that_nobody_gave_out_leads_to_the_menu(client: Client, pick: str) -> None:
    html = await pressed(client, pick)

    assert "earlier conversation" in html
    assert "How can I help" in heading(html)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"text=hello", "text/plain", 415),
        (b"--x--", "multipart/form-data; boundary=x", 415),
        (b"&".join(b"a=b" for _ in range(50)), "application/x-www-form-urlencoded", 400),
        ("text=é".encode("latin-1"), "application/x-www-form-urlencoded", 400),
        (b"text=" + b"x" * 300_000, "application/x-www-form-urlencoded", 413),
        (b"", "application/x-www-form-urlencoded", 200),
        (b"text=%ff%00%0a", "application/x-www-form-urlencoded", 200),
    ],
    ids=["no form", "a form with files", "too many fields", "raw bytes", "too large", "empty", "odd bytes"],
)
async def test_a_form_that_is_none_is_refused(client: Client, body: bytes, kind: str, status: int) -> None:
    async with client.post("/", data=body, headers={"Content-Type": kind}) as response:
        assert response.status == status


def examples(html: str) -> list[str]:
    return re.findall(r'<button name="text" value="(.*?)">', html)


async def test_an_empty_page_has_three_examples_and_each_is_answered(opened: Opening) -> None:
    async with (await opened()).get("/") as response:
        shown = examples(await response.text())
    answers = [await said(await opened(), example) for example in shown]

    assert len(shown) == 3
    assert not [answer for answer in answers if "I got no words" in answer]
    assert [examples(answer) for answer in answers] == [[]] * 3


@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_examples_are_answered_from_the_real_knowledge(real: Knowledge, meet: Any, lang: str) -> None:
    replies = [meet(real).says(example) for example in real.choose_phrases(lang).web.examples]

    assert [reply.kind for reply in replies] == [Kind.ARTICLE] * 3


async def test_a_bare_number_picks_from_what_is_shown(client: Client) -> None:
    async with client.get("/") as response:
        labels = re.findall(r'<span class="label">(.*?)</span>', await response.text())
    await pressed(client, "menu")

    assert labels[1] == "Is my licence linked?"
    assert heading(await said(client, "2")) == "What does the Activation page say?"
    assert heading(await said(client, "2")) == "Are you signed in with a Microsoft account?"


async def test_a_bare_number_picks_on_a_page_that_was_never_used(client: Client) -> None:
    assert heading(await said(client, "2")) == "What does the Activation page say?"


async def test_misses_that_are_kept_are_spoken_of(opened: Opening) -> None:
    async with (await opened()).get("/") as plainly, (await opened(misses=True)).get("/") as kept:
        pages = [await plainly.text(), await kept.text()]

    assert ["30 days" in page for page in pages] == [False, True]
