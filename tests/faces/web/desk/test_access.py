"""Who may enter the desk, and who stays outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import FormData
from tests.faces.web.desk_page import TOKEN, Page, show

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.phrases.phrases import Phrases


@pytest.fixture
def phrases(small_knowledge: Knowledge) -> Phrases:
    return small_knowledge.choose_phrases("en")


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

    assert "/desk/leave" in (await show(client, "/desk")).values("form", "action")
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
