"""Whatever id a press, a form or a command has, both faces answer it in words, and log no traceback."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from keyguide.faces.discord.cards.draw import draw_note
from keyguide.faces.discord.wiring import ACTION_HANDLERS, MODAL_HANDLERS

pytestmark = pytest.mark.asyncio(loop_scope="module")

sockets: Any = sys.modules["discord_sockets"]
COMMAND, PRESSED, TYPING, SUBMITTED = 2, 3, 4, 5
BUTTON, SELECT, TEXT_FIELD, LABEL = 2, 3, 4, 18
THINKING, CHOICES = {5, 6}, 8
PEOPLE = st.sampled_from([{}, {"permissions": str(1 << 5)}, {"roles": [sockets.HELPERS]}])

ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
ARGUMENTS = st.sampled_from(
    ["", "/", "0", "7", "²", "choose", "mode/", "mode/7", "1/2/3", "edit/", "yes", "log_channel"]
) | st.from_regex(r"[0-9a-z/_]{0,60}", fullmatch=True)
IDS = st.one_of(
    st.builds("w:{}:{}".format, st.sampled_from([*ACTION_HANDLERS, "gone"]), ARGUMENTS),
    st.builds("m:{}:{}".format, st.sampled_from([*MODAL_HANDLERS, "gone"]), ARGUMENTS),
    st.builds("{}:{}:{}".format, st.sampled_from("ks"), st.sampled_from(["", "1", "x"]), ODD),
    st.builds("plea:{}".format, st.sampled_from(["", "0", "7", "x", "²", sockets.GUILD])),
    st.just("share"),
    ODD,
)
VALUES = st.lists(st.sampled_from(["", "-", "7", "²", "go/nowhere", sockets.CHANNEL]) | ODD, max_size=2)
FIELDS = st.dictionaries(st.sampled_from(["code", "fix", "helper", "hours", "sentence", "title"]), ODD)


def make_card() -> Any:
    return sockets.message({"components": draw_note("a card").to_components()}, flags=1 << 15)


often = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def ask(both: Any, log: pytest.LogCaptureFixture, kind: int, data: Any, **more: Any) -> Any:
    """Let somebody new do something, and hold both faces to an answer in words and a quiet log."""
    both.fake.somebody_else()
    both.person = both.fake.person
    log.clear()
    answer = await both.ask(kind, data, **more)

    assert answer["type"] not in THINKING
    assert not [record for record in log.records if record.exc_info]
    return answer


@often
@given(id=IDS, values=st.none() | VALUES, person=PEOPLE)
@example(id="w:chan:", values=[], person={"permissions": str(1 << 5)})
@example(id="w:set:log_channel", values=["x"], person={"permissions": str(1 << 5)})
@example(id="w:claim:x", values=None, person={"roles": [sockets.HELPERS]})
@example(id="w:helpers:", values=["x"], person={})
async def test_a_press_is_answered_whatever_its_id_is(
    both: Any, caplog: pytest.LogCaptureFixture, id: str, values: list[str] | None, person: Any
) -> None:
    chosen = {} if values is None else {"values": values}
    data = {"custom_id": id, "component_type": BUTTON if values is None else SELECT, **chosen}

    await ask(both, caplog, PRESSED, data, message=make_card(), **person)


@often
@given(id=IDS, fields=FIELDS, person=PEOPLE, more=st.sampled_from([{}, {"message": make_card()}]))
@example(id="plea:0", fields={}, person={}, more={})
@example(id="m:gone:", fields={}, person={}, more={})
async def test_a_form_is_answered_whatever_its_id_is(
    both: Any,
    caplog: pytest.LogCaptureFixture,
    id: str,
    fields: dict[str, str],
    person: Any,
    more: Any,
) -> None:
    parts = [
        {"type": LABEL, "component": {"type": TEXT_FIELD, "custom_id": name, "value": value}}
        for name, value in fields.items()
    ]

    await ask(both, caplog, SUBMITTED, {"custom_id": id, "components": parts}, **more, **person)


@pytest.mark.parametrize(("name", "kind"), [("gone", 1), ("Gone", 3), ("ask", 3), ("Answer this", 1)])
async def test_a_command_of_another_version_shows_the_menu(
    both: Any, caplog: pytest.LogCaptureFixture, name: str, kind: int
) -> None:
    data = {"id": "1200000000000000400", "name": name, "type": kind, "options": [], "target_id": "1"}
    answer = await ask(both, caplog, COMMAND, data)

    assert "How can I help" in sockets.text(answer["data"])
    assert "a command could not be read" in caplog.text


async def test_a_command_of_another_version_suggests_nothing(
    both: Any, caplog: pytest.LogCaptureFixture
) -> None:
    told = [{"name": "gone", "type": 3, "value": "x", "focused": True}]
    answer = await ask(both, caplog, TYPING, {"id": "1", "name": "gone", "type": 1, "options": told})

    assert (answer["type"], answer["data"]["choices"]) == (CHOICES, [])


async def test_what_was_written_into_a_form_of_another_version_is_given_back(
    both: Any, caplog: pytest.LogCaptureFixture
) -> None:
    field = {"type": TEXT_FIELD, "custom_id": "gone", "value": "my long story"}
    data = {"custom_id": "m:gone:", "components": [{"type": LABEL, "component": field}]}
    await ask(both, caplog, SUBMITTED, data)

    (given_back,) = [one.body for one in both.fake.requests if "/webhooks/" in one.path]
    assert "my long story" in sockets.text(given_back)
