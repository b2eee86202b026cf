"""Plays what people do on Discord in a simulated one, and keeps what the bot really sent them.

Everything here is sent by the bot to SimCord; nothing is written for a picture except what people say.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import discord
import simcord
from pretend import fill
from simcord.backend import serializers

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.faces.discord.client import Keyguide
from keyguide.faces.discord.connection.bot import DiscordOptions
from keyguide.faces.discord.servers.server_settings import (
    ChannelSettings,
    save_channel_settings,
    save_server_settings,
)
from keyguide.faces.discord.servers.shared_state import BotMemory
from keyguide.store.memory import MemoryStore

MANAGER = discord.Permissions(
    manage_guild=True, view_channel=True, send_messages=True, use_application_commands=True
)
ALONE = 1 << 6  # Discord's flag of a message that one person sees
QUESTION = "it says 0xC004F211 since i have a new motherboard"
POST = "Error 0xC004F211 after I swapped the board"
RULES = {
    "title": "Our rules",
    "asks": "what are the rules here\nserver rules",
    "text": "1. Be **kind**.\n2. Never post a product key.\n3. No links to shops.",
}
SOLVED = 1456074443980899999  # the id of a tag


@dataclass(frozen=True, slots=True)
class Message:
    """One thing on the screen: a line above it, what a person wrote, and the parts that the bot sent."""

    above: str
    text: str = ""
    parts: Sequence[Mapping[str, Any]] = ()


@dataclass(slots=True)
class Clock:
    """A clock that goes on only between scenes."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Stage:
    """A server with its people, in a simulated Discord."""

    env: simcord.Env
    assistant: Assistant
    clock: Clock
    help: Any
    ann: Any
    ben: Any
    hal: Any
    kim: Any

    def name_mentions(self) -> dict[str, str]:
        """Return what Discord shows for each mention and moment that a message may have."""
        backend, guild = self.env.backend, self.env.backend.get_guild(self.env.guild.id)
        names = {f"<@{user.id}>": f"@{user.name}" for user in backend.users.values()}
        names |= {f"<#{channel.id}>": f"#{channel.name}" for channel in backend.channels.values()}
        names |= {f"<@&{role.id}>": f"@{role.name}" for role in guild.roles.values()}
        return names | {
            f"<t:{(self.clock.now - timedelta(minutes=minutes)).timestamp():.0f}:R>": f"{minutes} minutes ago"
            for minutes in range(120)
        }


@dataclass(frozen=True, slots=True)
class Screen:
    """What is on the screen at the end of a scene, and what mentions and moments look like there."""

    messages: Sequence[Message]
    names: Mapping[str, str]


Scene = Callable[[Stage], Awaitable[list[Message]]]


def write(person: Any, text: str) -> Message:
    """Show what a person wrote."""
    return Message(f"{person.name} writes", text)


def show(sent: Any, place: str = "everybody in the channel") -> Message:
    """Show a message of the bot, and who sees it."""
    flags = getattr(sent.flags, "value", sent.flags)
    seen_by = "one person" if flags & ALONE else place
    return Message(f"Keyguide · seen by {seen_by}", parts=list_parts(sent))


def list_parts(sent: Any) -> list[dict[str, Any]]:
    """List the parts of a message as they went over the wire."""
    parts = sent.components
    return [part if isinstance(part, dict) else part.to_dict() for part in parts]


def show_form(shown: Any, button: str) -> Message:
    """Show the form that opens when a person presses a button."""
    heading = {"type": 10, "content": f"### {shown.modal['title']}"}
    return Message(f"The form behind {button}", parts=[heading, *shown.modal["components"]])


async def play_setup(stage: Stage) -> list[Message]:
    """Show a manager what can be set."""
    told = await stage.kim.slash(stage.help, "setup")
    return [show(told.response)]


async def play_own_answer(stage: Stage) -> list[Message]:
    """Let a manager write an answer of the server, and answer with it."""
    page = await stage.kim.slash(stage.help, "own-answer")
    form = await stage.kim.click(page.response, label="Write one")
    await stage.kim.submit_modal(form, RULES)
    told = await stage.ben.slash(stage.help, "ask", question="what are the server rules")
    return [write(stage.ben, "what are the server rules"), show(told.response)]


async def play_panel(stage: Stage) -> list[Message]:
    """Post the panel for newcomers."""
    welcome = stage.env.guild.create_text_channel("welcome")
    setup = await stage.kim.slash(stage.help, "setup")
    await stage.kim.select(setup.response, [welcome], custom_id="w:set:panel")
    return [show(welcome.last_message)]


async def play_setup_check(stage: Stage) -> list[Message]:
    """Let a manager check and test the call for helpers."""
    setup = await stage.kim.slash(stage.help, "setup")
    checked = await stage.kim.click(setup.response, label="Check and test …")
    tested = await stage.kim.click(checked.response, label="Send a test plea")
    return [show(tested.response)]


async def play_doctor(stage: Stage) -> list[Message]:
    """Let a manager ask what is missing, in a server with a channel that is hidden from the bot."""
    hidden: Any = {stage.env.guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    for name in ("general", "off-topic", "news"):
        stage.env.guild.create_text_channel(name)
    stage.env.guild.create_text_channel("staff", overwrites=hidden)
    guild = stage.env.backend.get_guild(stage.env.guild.id)
    ours = next(role for role in guild.roles.values() if role.name == "TestBot")
    before = ours.permissions
    wanted = discord.Permissions(before)
    wanted.update(administrator=False, manage_messages=False)
    stage.env.backend.edit_role(guild.id, ours.id, {"permissions": wanted.value})
    told = await stage.kim.slash(stage.help, "doctor")
    stage.env.backend.edit_role(guild.id, ours.id, {"permissions": before})
    return [show(told.response)]


async def play_answer(stage: Stage) -> list[Message]:
    """Answer a question for the person who asks it."""
    told = await stage.ann.slash(stage.help, "ask", question="how do i link my licence")
    return [show(told.response)]


async def play_reply(stage: Stage) -> list[Message]:
    """Let a helper send an answer below somebody's message."""
    asked = await stage.ben.send(stage.help, "why should i link my licence to an account?")
    shown = await stage.hal.context_menu(stage.help, "Answer this", asked)
    private = show(shown.response)
    await stage.hal.click(shown.response, label="Reply to them")
    return [write(stage.ben, asked.content), private, show(stage.help.last_message)]


async def play_forum(stage: Stage) -> list[Message]:
    """Answer a new post of a forum by its title."""
    forum = stage.env.guild.create_forum_channel("support")
    stored = stage.env.backend.get_channel(forum.id)
    stored.available_tags = [
        {"id": str(SOLVED), "name": "solved", "moderated": False, "emoji_id": None, "emoji_name": None}
    ]
    stage.env.backend.emit("CHANNEL_UPDATE", serializers.channel_payload(stage.env.backend, stored))
    options = ChannelSettings(posts="title", solved_tag=SOLVED)
    await save_channel_settings(stage.assistant, stage.env.guild.id, forum.id, options)
    thread = stage.env.backend.create_thread(forum.id, POST, stage.ann.id, broadcast=False)
    message = stage.env.backend.create_message(thread.id, stage.ann.id, "Please help.", broadcast=False)
    message.id = thread.id  # as Discord has it
    stage.env.backend.messages[thread.id] = {thread.id: message}
    stage.env.backend.announce_thread_create(thread)
    await stage.env.settle()
    (post,) = forum.threads
    return [
        Message(f"{stage.ann.name} posts in #support", f"### {POST}\n{message.content}"),
        show(post.last_message),
    ]


async def play_call(stage: Stage) -> list[Message]:
    """Call a human in the middle of a case, and take the request."""
    await stage.ann.slash(stage.help, "ask", question=QUESTION)
    form = await stage.ann.slash(stage.help, "human")
    await stage.ann.submit_modal(form, {"sentence": "I bought the PC used, and the seller does not answer"})
    return [show(find_thread(stage).last_message, "ann and the helpers")]


def find_thread(stage: Stage) -> Any:
    """Find the thread in which ann gets help."""
    thread = next(one for one in stage.help.threads if "ann" in one.name)
    if stage.hal.id not in stage.env.backend.get_channel(thread.id).thread_members:
        stage.env.backend.add_thread_member(thread.id, stage.hal.id)
    return thread


async def play_queue(stage: Stage) -> list[Message]:
    """Show a helper who waits, when one of two people has a helper."""
    form = await stage.ben.slash(stage.help, "human")
    await stage.ben.submit_modal(form, {})
    stage.clock.now += timedelta(minutes=2)
    await stage.hal.click(find_thread(stage).last_message, label="I help")
    stage.clock.now += timedelta(minutes=3)
    queue = await stage.hal.slash(stage.help, "queue")
    return [show(queue.response)]


async def play_resolved(stage: Stage) -> list[Message]:
    """Ask a helper what fixed it."""
    thread = find_thread(stage)
    form = await stage.hal.click(thread.last_message, label="Resolved")
    return [show(thread.last_message, "ann and the helpers"), show_form(form, "Resolved")]


async def play_insights(stage: Stage) -> list[Message]:
    """Show a manager how two months of pretend conversations ended."""
    told = await stage.kim.slash(stage.help, "insights")
    return [show(told.response)]


SCENES: dict[str, Scene] = {  # in this order: the queue is of those who called before
    "discord-setup": play_setup,
    "discord-panel": play_panel,
    "discord-check": play_setup_check,
    "discord-doctor": play_doctor,
    "discord-answer": play_answer,
    "discord-own": play_own_answer,
    "discord-reply": play_reply,
    "discord-forum": play_forum,
    "discord-call": play_call,
    "discord-queue": play_queue,
    "discord-resolved": play_resolved,
    "discord-insights": play_insights,
}


async def play_all(knowledge: Knowledge) -> dict[str, Screen]:
    """Play every scene, all in one server."""
    minutes = count(step=60.0)  # nobody is ever too fast
    store, clock = MemoryStore(), Clock()
    assistant = Assistant(knowledge, store, clock, keep_misses=True)
    bot = Keyguide(assistant, DiscordOptions(), BotMemory(lambda: next(minutes)))
    screens = {}
    async with simcord.run(bot) as env:
        stage = await set_up(env, assistant, clock)
        await fill(store, knowledge, (f"guild:{env.guild.id}",))
        for name, scene in SCENES.items():
            clock.now += timedelta(minutes=7)
            messages = await scene(stage)
            screens[name] = Screen(messages, stage.name_mentions())
    return screens


async def set_up(env: simcord.Env, assistant: Assistant, clock: Clock) -> Stage:
    """Set up a server with two members, a helper and a manager."""
    guild = env.create_guild("Example")
    channel = guild.create_text_channel("help")
    helpers = guild.create_role("helpers", mentionable=True)
    managers = guild.create_role("managers", permissions=MANAGER)
    await save_server_settings(
        assistant, guild.id, helper_channel=str(channel.id), helper_role=str(helpers.id)
    )
    roles = {"ann": [], "ben": [], "hal": [helpers], "kim": [managers]}
    people = {name: guild.add_member(env.create_user(name), roles=own) for name, own in roles.items()}
    return Stage(env, assistant, clock, channel, **people)
