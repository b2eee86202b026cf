"""A form that comes to nothing gives back what was written into it, masked."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import discord
import pytest

from keyguide.errors import StoreError
from keyguide.faces.discord.admin import own_answer_command
from keyguide.faces.discord.cards.quote_form import quote_form

pytestmark = pytest.mark.usefixtures("unhurried")

KEY = "BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG"
GIVEN_BACK, HALF_A_MESSAGE = "This is what you wrote", 1_950
RULES = {"title": "Rules", "asks": "what are the rules", "text": "Be kind. Post no keys."}


@pytest.fixture
async def form(channel: Any, kim: Any) -> Any:
    """The open form for an answer of the server."""
    shown = await kim.slash(channel, "own-answer")
    return await kim.click(shown.response, label="Write one")


async def test_what_could_not_be_saved_is_given_back_to_copy(
    form: Any, kim: Any, card: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(own_answer_command, "save_own_answer", fail)
    told = await kim.submit_modal(form, RULES)

    text = card(told.response).text
    assert told.ephemeral
    assert "Something went wrong on my side" in text
    assert GIVEN_BACK in text
    assert "```\nwhat are the rules\n```" in text
    assert "Be kind." in text


async def test_what_was_refused_is_given_back_below_the_reasons(
    form: Any, kim: Any, card: Any, channel: Any
) -> None:
    told = await kim.submit_modal(form, {**RULES, "text": "# Be kind"})
    texts = [card(message).text for message in (told.response, *told.followups)]

    assert "**Not saved, because:**" in texts[0]
    assert any(GIVEN_BACK in text and "```\n# Be kind\n```" in text for text in texts[1:])


async def test_what_was_saved_is_not_given_back(form: Any, kim: Any, card: Any) -> None:
    told = await kim.submit_modal(form, RULES)

    assert GIVEN_BACK not in card(told.response).text


async def test_who_submits_too_fast_gets_the_text_back(
    env: Any, form: Any, kim: Any, card: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(env.bot.memory.rate_limit, "take", lambda _: 1.0)
    told = await kim.submit_modal(form, RULES)

    assert "Please wait a few seconds" in card(told.response).text
    assert "Be kind." in card(told.response).text


async def test_a_long_text_with_fences_and_a_key_is_masked_and_quoted_whole(env: Any) -> None:
    field = {"type": 4, "custom_id": "text", "value": f"```{KEY} {'word ' * 700}"}
    told = {"components": [{"type": 18, "component": field}]}
    submission: Any = SimpleNamespace(
        type=discord.InteractionType.modal_submit, data=told, locale="en-US", client=env.bot
    )
    (head, *quotes) = quote_form(submission)

    assert GIVEN_BACK in head
    assert [quote.count("```") for quote in quotes] == [2] * len(quotes)
    assert not any(KEY in quote for quote in quotes)
    assert max(map(len, quotes)) < HALF_A_MESSAGE
    assert "".join(quote[4:-4] for quote in quotes).count("word ") == 700
