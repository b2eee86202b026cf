"""The answers on the desk: grouped, sorted, searched, and each with what keepers know of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.faces.web.desk_page import TOKEN, Client, enter, fill, line, show

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.faces.web.desk.answer_pages import search_answers
from keyguide.faces.web.web_context import WEB_CONTEXT, DeskOptions
from keyguide.store.memory import MemoryStore


def order(links: list[str]) -> list[str]:
    """The answers in the order in which they stand on a page."""
    return [link.rpartition("/")[2] for link in links if link.startswith("/desk/article/")]


async def test_answers_stand_by_topic_with_how_often_they_were_shown_and_helped(
    client: Client, filled: MemoryStore
) -> None:
    seen = await show(client, "/desk/articles")

    assert seen.text.index("Help and safety") < seen.text.index("Linking") < seen.text.index("Error codes")
    assert (
        "Link your licence 1 Show these conversations 1 Show these conversations 1 Show these conversations"
        in seen.text
    )


@pytest.mark.parametrize(
    ("sort", "first"),
    [("title", "error-0xc004f034"), ("shown", "link-menu"), ("bad", "link-how"), ("verified", "link-check")],
)
async def test_answers_are_sorted_by_a_column(
    client: Client, store: MemoryStore, sort: str, first: str
) -> None:
    await fill(store, *(line("article", subject="link-menu") for _ in range(3)))
    await fill(store, line("article", subject="link-menu", judged="link-how", verdict="bad"))

    seen = await show(client, f"/desk/articles?sort={sort}")

    marked = [attributes.get("aria-sort") for tag, attributes in seen.tags if tag == "th"]
    assert order(seen.values("a", "href"))[0] == first
    assert len([mark for mark in marked if mark]) == 1
    assert "By topic" in seen.text


async def test_a_column_that_is_not_there_sorts_nothing(client: Client) -> None:
    assert "By topic" not in (await show(client, "/desk/articles?sort=secret")).text


@pytest.mark.parametrize("text", ["motherboard", "how do i link my licence", "0xC004F211 new board"])
def test_the_search_ranks_as_people_are_answered(real: Knowledge, text: str) -> None:
    found = search_answers(real, text)

    assert found[0] in {real.finder.find(text).top, "error-0xc004f211"}
    assert len(found) == len(set(found))


def test_the_search_finds_nothing_for_what_is_no_word(real: Knowledge) -> None:
    assert search_answers(real, "zzzzqq") == []


async def test_an_answer_links_to_the_line_where_it_is_written(opened: Callable[..., Any]) -> None:
    desk = DeskOptions("https://forge.example/edit/{file}#L{line}")
    client = await opened(desk_token=TOKEN, desk=desk)
    await client.get("/desk", params={"key": TOKEN})

    article, code, flow = [
        await show(client, f"/desk/{path}")
        for path in ("article/link-menu", "article/error-0xc004f034", "flow/is-it-linked")
    ]

    assert "https://forge.example/edit/articles/linking.yaml#L18" in article.values("a", "href")
    assert "articles/linking.yaml:18" in article.text
    assert "https://forge.example/edit/errors.yaml#L11" in code.values("a", "href")
    assert "https://forge.example/edit/flows/is-it-linked.yaml#L1" in flow.values("a", "href")


async def test_without_a_forge_an_answer_only_names_its_line(client: Client) -> None:
    seen = await show(client, "/desk/article/link-menu")

    assert "articles/linking.yaml:18" in seen.text
    assert "Edit" not in seen.text


async def test_an_answer_shows_examples_sources_and_when_it_was_verified(
    client: Client, filled: MemoryStore
) -> None:
    seen = await show(client, "/desk/article/link-how")

    assert "how do i link my licence" in seen.text
    assert "https://example.com/linking" in seen.values("a", "href")
    assert "2026-11-20" in seen.text
    assert "Shown 1" in seen.text
    assert "/desk/flow/is-it-linked" in seen.values("a", "href")


async def test_an_error_code_has_a_page_too(client: Client, small_knowledge: Knowledge) -> None:
    code = next(iter(small_knowledge.errors.values()))

    seen = await show(client, f"/desk/article/{code.id}")

    assert code.name in seen.text
    assert code.means.strip() in seen.text


@pytest.mark.parametrize("where", ["/desk/article/gone", "/desk/flow/gone", "/desk/article/error-0xdeadbeef"])
async def test_what_is_not_there_is_not_found(client: Client, where: str) -> None:
    assert (await client.get(where)).status == 404


async def test_the_search_finds_answers_by_their_words(client: Client) -> None:
    seen = await show(client, "/desk/articles?q=connect windows to my microsoft account")

    assert "/desk/article/link-how" in seen.values("a", "href")
    assert seen.values("input", "value")[0] == "connect windows to my microsoft account"


async def test_the_search_without_words_lists_every_answer(
    client: Client, small_knowledge: Knowledge
) -> None:
    seen = await show(client, "/desk/articles")

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
    client.server.app[WEB_CONTEXT].assistant.use_knowledge(replace(small_knowledge, articles=old))

    assert "2020-01-01" in (await show(client, "/desk")).text
    assert "overdue for review" in (await show(client, "/desk/articles?q=link")).text
    assert "overdue for review" in (await show(client, "/desk/article/link-how")).text
