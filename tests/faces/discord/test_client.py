"""The connection: what it asks for, what it tells Discord of itself, and what it takes up while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord.app_commands import locale_str

from keyguide.assistant import Assistant
from keyguide.faces.discord.client import Keyguide, build_intents
from keyguide.faces.discord.connection import sync
from keyguide.faces.discord.connection.bot import DiscordOptions
from keyguide.faces.discord.connection.command_names import Translator
from keyguide.faces.discord.servers.bot_permissions import (
    NEEDED,
    build_person_link,
    build_server_link,
    read_application_id,
)

PRIVILEGED = {"members", "presences", "message_content"}


def wanted(asked: discord.Intents) -> set[str]:
    return {name for name, on in asked if on}


def syncs(env: Any) -> list[str]:
    return [
        asked.path
        for asked in env.http_requests
        if asked.method == "PUT" and asked.path.endswith("/commands")
    ]


def test_no_privileged_intent_is_asked_for_unless_the_operator_asks() -> None:
    assert wanted(build_intents(DiscordOptions())) & PRIVILEGED == set()
    assert wanted(build_intents(DiscordOptions())) == {"guilds", "guild_messages", "dm_messages"}


def test_message_content_is_asked_for_when_the_operator_asks() -> None:
    assert wanted(build_intents(DiscordOptions(message_content=True))) & PRIVILEGED == {"message_content"}


async def test_the_bot_itself_asks_for_no_more(make_bot: Callable[[], Keyguide]) -> None:
    assert wanted(make_bot().intents) == wanted(build_intents(DiscordOptions()))


async def test_nobody_is_ever_pinged_by_default(make_bot: Callable[[], Keyguide]) -> None:
    allowed = make_bot().allowed_mentions

    assert allowed is not None
    assert allowed.to_dict() == {"parse": []}


async def test_commands_are_sent_once_and_not_again_after_a_restart(
    env: Any, make_bot: Callable[[], Keyguide]
) -> None:
    begun = syncs(env)
    await env.restart_bot(make_bot())

    assert len(begun) == 1
    assert syncs(env) == begun


async def test_commands_are_sent_again_when_they_changed(env: Any, assistant: Assistant) -> None:
    begun = len(syncs(env))
    flows = dict(list(assistant.knowledge.flows.items())[:3])
    assistant.use_knowledge(replace(assistant.knowledge, flows=flows))
    await env.bot.refresh_commands()
    (option, _) = env.backend.find_command("diagnose", None, type=1)["options"]

    assert len(syncs(env)) == begun + 1
    assert [choice["value"] for choice in option["choices"]] == list(flows)


async def test_new_knowledge_with_the_same_commands_sends_nothing(env: Any, assistant: Assistant) -> None:
    begun = len(syncs(env))
    assistant.use_knowledge(replace(assistant.knowledge, version="new"))
    await env.bot.refresh_commands()

    assert len(syncs(env)) == begun


async def test_new_titles_are_offered_at_once(channel: Any, ann: Any, assistant: Assistant) -> None:
    articles = assistant.knowledge.articles
    changed = {**articles, "link-how": replace(articles["link-how"], title="Zebra crossing")}
    assistant.use_knowledge(replace(assistant.knowledge, articles=changed))

    assert [choice["name"] for choice in await ann.autocomplete(channel, "ask", "question", "zebra")] == [
        "Zebra crossing"
    ]


class TestADevelopmentServer:
    """Where the operator names one."""

    @pytest.fixture
    def ways(self) -> DiscordOptions:
        return DiscordOptions(dev_server=10**17)

    @pytest.mark.simcord(strict_sync=False)
    async def test_gets_the_commands_at_once(
        self, make_bot: Callable[[], Keyguide], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bot, told = make_bot(), []

        async def take(*, guild: discord.Object | None = None) -> list[Any]:
            told.append(guild.id if guild else None)
            return []

        monkeypatch.setattr(bot.tree, "sync", take)

        assert await sync.sync_commands(bot)
        assert told == [10**17]
        assert len(bot.tree.get_commands(guild=discord.Object(10**17))) == len(bot.tree.get_commands())

    @pytest.mark.simcord(strict_sync=False)
    @pytest.mark.parametrize("status", [200, 403], ids=["we are there", "we are not there any more"])
    async def test_is_cleared_when_it_is_none_any_more(
        self, env: Any, make_bot: Callable[[], Keyguide], assistant: Assistant, status: int
    ) -> None:
        bot, told = env.bot, []

        async def take(*, guild: discord.Object | None = None) -> list[Any]:
            told.append((guild.id if guild else None, len(bot.tree.get_commands(guild=guild))))
            if guild and status == 403:
                raise discord.Forbidden(SimpleNamespace(status=403, reason="no"), "Missing Access")  # type: ignore[arg-type]
            return []

        bot.tree.sync = take
        bot.discord_options = DiscordOptions()
        sent = await sync.sync_commands(bot), await sync.sync_commands(bot)

        assert sent == (True, False)
        assert told == [(10**17, 0), (None, len(bot.tree.get_commands()))]


async def test_commands_have_german_names_and_descriptions(env: Any) -> None:
    ask = env.backend.find_command("ask", None, type=1)
    menu = env.backend.find_command("Answer this", None, type=3)

    assert ask["name_localizations"] == {"de": "fragen"}
    assert ask["description_localizations"]["de"].startswith("Eine Frage")
    assert ask["options"][0]["name_localizations"] == {"de": "frage"}
    assert menu["name_localizations"] == {"de": "Das beantworten"}


async def test_every_word_of_every_command_is_translated_within_discords_limits(env: Any) -> None:
    (told,) = (request.json for request in env.http_requests if request.path.endswith("/commands"))
    named = [*told, *(option for command in told for option in command.get("options", ()))]
    for one in named:
        names = [one["name"], *one["name_localizations"].values()]
        abouts = (
            [one["description"], *one["description_localizations"].values()] if "description" in one else []
        )

        assert len(names) == 2
        assert all(0 < len(name) <= 32 for name in names)
        assert all(name == name.lower() for name in names if one.get("type") != 3)
        assert all(0 < len(about) <= 100 for about in abouts)
    assert all(len(choice["name"]) <= 100 for one in named for choice in one.get("choices", ()))


@pytest.mark.parametrize("locale", [discord.Locale.british_english, discord.Locale.french])
async def test_what_we_do_not_speak_stays_english(assistant: Assistant, locale: discord.Locale) -> None:
    translator = Translator(lambda: assistant.knowledge)

    assert await translator.translate(locale_str("ask", key="ask.name"), locale, None) is None  # type: ignore[arg-type]


async def test_a_word_without_a_key_stays_as_it_is(assistant: Assistant) -> None:
    translator = Translator(lambda: assistant.knowledge)

    assert await translator.translate(locale_str("x"), discord.Locale.german, None) is None  # type: ignore[arg-type]


async def test_whether_we_are_connected_is_counted(env: Any) -> None:
    page = env.bot.metrics.render_metrics("v1").decode()
    await env.bot.on_disconnect()
    gone = env.bot.metrics.render_metrics("v1").decode()
    await env.bot.on_resumed()

    assert 'keyguide_gateway_up{shard="0"} 1.0' in page
    assert 'keyguide_gateway_up{shard="0"} 0.0' in gone
    assert 'keyguide_gateway_up{shard="0"} 1.0' in env.bot.metrics.render_metrics("v1").decode()


async def test_what_people_do_is_counted_without_who_and_what(env: Any, channel: Any, ann: Any) -> None:
    await ann.slash(channel, "ask", question="my secret words")
    page = env.bot.metrics.render_metrics("v1").decode()

    assert 'keyguide_interactions_total{command="ask",result="answered"} 1.0' in page
    assert "my secret" not in page
    assert str(ann.id) not in page


async def test_languages_of_people_are_not_gathered_for_ever(
    make_bot: Callable[[], Keyguide], monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = make_bot()
    for person in range(20_001):
        bot.memory.remember_language(person, "de")

    assert len(bot.memory.languages) <= 10_000
    assert bot.memory.languages[20_000] == "de"


def test_the_links_ask_for_the_least_and_never_for_everything() -> None:
    allowed = {name for name, on in NEEDED if on}

    assert "administrator" not in allowed
    assert not {name for name in allowed if name.startswith("manage_")}
    assert f"permissions={NEEDED.value}" in build_server_link(7)
    assert "client_id=7" in build_server_link(7)
    assert "permissions" not in build_person_link(7)
    assert "integration_type=1" in build_person_link(7)


@pytest.mark.parametrize(
    ("token", "id"),
    [
        pytest.param("MTIzNDU2Nzg5MDEyMzQ1Njc4.GhXyZ.abc", 123456789012345678, id="a token"),
        pytest.param("nonsense.abc.def", None, id="no number in it"),
        pytest.param("%%%", None, id="no token"),
        pytest.param("ä.b.c", None, id="no base64"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_application_is_read_from_the_token(token: str, id: int | None) -> None:
    assert read_application_id(token) == id
