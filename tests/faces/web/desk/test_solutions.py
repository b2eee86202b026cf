"""What helpers say fixed a problem, as drafts for the writers."""

from __future__ import annotations

from tests.faces.web.desk_page import NASTY, Client, show

from keyguide.insight.helper_solutions import SOLUTIONS, Solution
from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import get_now


async def test_a_solution_stands_beside_what_was_asked_with_a_draft(
    client: Client, store: MemoryStore
) -> None:
    solution = Solution(get_now(), "guild:1", "link my licence", f"sign in first {NASTY}")
    await store.set_note(SOLUTIONS, solution.name, solution.value)
    page = await show(client, "/desk/solutions")

    assert "link my licence" in page.text
    assert "sign in first" in page.text
    assert 'status: "draft"' in page.text
    assert "script" not in [tag for tag, attrs in page.tags if not attrs.get("src")]
    assert any("/desk/article/link" in address for address in page.values("a", "href"))


async def test_an_empty_page_says_when_that_changes(client: Client) -> None:
    page = await show(client, "/desk/solutions")

    assert "Helpers are asked when they press Resolved" in page.text


async def test_a_damaged_note_is_left_out(client: Client, store: MemoryStore) -> None:
    await store.set_note(SOLUTIONS, "never guild:1", "{")
    page = await show(client, "/desk/solutions")

    assert "Nothing yet" in page.text
