"""The page of a diagnosis on the desk: figures first, then the picture in any size."""

from __future__ import annotations

import pytest
from tests.faces.web.desk_page import Client, show

from keyguide.store.memory import MemoryStore


async def test_a_flow_shows_where_people_leave_it_on_its_own_picture(
    client: Client, filled: MemoryStore
) -> None:
    seen = await show(client, "/desk/flow/is-it-linked")

    assert "1 came, 1 left here (100 %)" in seen.text
    assert "flow" in seen.values("svg", "class")
    assert "share" in seen.values("rect", "class")


async def test_the_figures_come_before_the_picture(client: Client, filled: MemoryStore) -> None:
    tags = [tag for tag, _ in (await show(client, "/desk/flow/is-it-linked")).tags]

    assert tags.index("table") < tags.index("svg", tags.index("table"))


@pytest.mark.parametrize(("asked", "shown"), [("fit", "fit"), ("150", "150"), ("", "75"), ("9999", "75")])
async def test_the_picture_has_the_size_that_was_asked_for(client: Client, asked: str, shown: str) -> None:
    seen = await show(client, f"/desk/flow/is-it-linked?zoom={asked}")

    assert f"picture zoom-{shown}" in seen.values("div", "class")
    assert "?zoom=fit&place=&days=30#picture" in seen.values("a", "href")
