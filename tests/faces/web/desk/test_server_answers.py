"""What servers answer themselves, on the desk: counted like the answers of the knowledge, as the servers'."""

from __future__ import annotations

import json

import pytest
from tests.faces.web.desk_page import Client, fill, line, show

from keyguide.store.memory import MemoryStore

RULES = {"title": "Our rules", "text": "Be **kind**.", "asks": ["server rules"]}


@pytest.fixture
async def asked(store: MemoryStore) -> None:
    """A server whose own answer two people asked for; and one that answers nothing itself."""
    await store.set_note("own:1", "ab12", json.dumps(RULES))
    await fill(
        store,
        line("article", who="a", subject="own:ab12"),
        line("menu", who="a", judged="own:ab12", verdict="good"),
        line("article", who="b", subject="own:ab12"),
        line("article", who="c", subject="own:gone"),
        line("article", who="d", subject="link-how", place="guild:2"),
    )


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("place", ["", "guild:1"])
async def test_they_stand_below_the_others_with_their_server_and_figures(client: Client, place: str) -> None:
    seen = await show(client, f"/desk/articles?place={place}")

    own = seen.text.partition("Answers of servers themselves")[2]
    assert "Our rules guild:1 2 Show these conversations 1 Show these conversations 0" in own
    assert "gone" not in seen.text


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("query", ["place=guild:2", "q=rules"])
async def test_another_server_and_a_search_have_none_of_them(client: Client, query: str) -> None:
    seen = await show(client, f"/desk/articles?{query}")

    assert "Answers of servers themselves" not in seen.text


@pytest.mark.usefixtures("asked")
async def test_the_conversations_with_one_name_it(client: Client) -> None:
    seen = await show(client, "/desk/conversations?subject=own:ab12")
    deleted = await show(client, "/desk/conversations?subject=own:gone")

    assert "Our rules · " in seen.text
    assert "The latest 2," in seen.text
    assert "An answer of the server itself" in deleted.text
