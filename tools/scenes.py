"""Plays what people do on Discord in a simulated one, and keeps what the bot really sent them.

Everything here is sent by the bot to SimCord; nothing is written for a picture except what people say.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count
from typing import Any

import discord
import simcord
from pretend import fill
from simcord.backend import serializers
from stage import Clock, Message, Screen, Stage, find_thread, list_parts, set_up, show, show_form, write

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.faces.discord.client import Keyguide
from keyguide.faces.discord.connection.bot import DiscordOptions
from keyguide.faces.discord.servers.server_settings import (
    ChannelSettings,
    save_channel_settings,
)
from keyguide.faces.discord.servers.shared_state import BotMemory
from keyguide.store.memory import MemoryStore

QUESTION = "it says 0xC004F211 since i have a new motherboard"
POST = "Error 0xC004F211 after I swapped the board"
RULES = {
    "title": "Our rules",
    "asks": "what are the rules here\nserver rules",
    "text": "1. Be **kind**.\n2. Never post a product key.\n3. No links to shops.",
}
KEY = "BCDFG-HJKMP-QRTVW-XY234-6789B"  # of nobody
SOLVED = 1456074443980899999  # the id of a tag


Scene = Callable[[Stage], Awaitable[list[Message]]]


async def play_greeting(stage: Stage) -> list[Message]:
    """Let the manager add the bot to the server."""
    stage.env.bot.dispatch("guild_join", stage.env.bot.get_guild(stage.env.guild.id))
    await stage.env.settle()
    (greeting,) = stage.kim.user.dm_channel.history()
    return [show(greeting, "whoever added it")]


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


async def play_helpers_work(stage: Stage) -> list[Message]:
    """Let a manager choose a log channel, and when helpers are reminded."""
    log = stage.env.guild.create_text_channel("log")
    setup = await stage.kim.slash(stage.help, "setup")
    page = await stage.kim.click(setup.response, label="Helpers' work …")
    await stage.kim.select(page.response, [log], custom_id="w:set:log_channel")
    told = await stage.kim.select(page.response, ["15"], custom_id="w:set:remind_after")
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


async def play_channels(stage: Stage) -> list[Message]:
    """Let a manager decide for two channels, and look at the forum."""
    setup = await stage.kim.slash(stage.help, "setup")
    page = (await stage.kim.click(setup.response, label="Channels …")).response
    channels = stage.env.guild.channels
    for name, setting, value in (("general", "cooldown", "60"), ("off-topic", "mode", "ignored")):
        await stage.kim.select(page, [channels[name]], custom_id="w:chan:choose")
        await stage.kim.select(page, [value], custom_id=f"w:chan:{setting}/{channels[name].id}")
    told = await stage.kim.select(page, [channels["support"]], custom_id="w:chan:choose")
    return [show(told.response)]


async def play_call(stage: Stage) -> list[Message]:
    """Call a human in the middle of a case, and take the request."""
    await stage.ann.slash(stage.help, "ask", question=QUESTION)
    form = await stage.ann.slash(stage.help, "human")
    await stage.ann.submit_modal(form, {"sentence": "I bought the PC used, and the seller does not answer"})
    return [show(find_thread(stage).last_message, "ann and the helpers")]


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


async def play_log(stage: Stage) -> list[Message]:
    """Delete a key, end the case of ann, and show what the log has of this and of the calls before."""
    await stage.ben.send(stage.help, f"<@{stage.env.bot.user.id}> is {KEY} used up?")
    form = await stage.hal.click(find_thread(stage).last_message, label="Resolved")
    await stage.hal.submit_modal(form, {})
    lines = stage.env.guild.channels["log"].history()
    parts = [part for line in lines for part in list_parts(line)]
    return [Message("Keyguide · in #log", parts=parts)]


async def play_insights(stage: Stage) -> list[Message]:
    """Show a manager how two months of pretend conversations ended."""
    told = await stage.kim.slash(stage.help, "insights")
    return [show(told.response)]


SCENES: dict[str, Scene] = {  # in this order: the queue is of those who called before
    "discord-greeting": play_greeting,
    "discord-setup": play_setup,
    "discord-panel": play_panel,
    "discord-check": play_setup_check,
    "discord-doctor": play_doctor,
    "discord-work": play_helpers_work,
    "discord-answer": play_answer,
    "discord-own": play_own_answer,
    "discord-reply": play_reply,
    "discord-forum": play_forum,
    "discord-channels": play_channels,
    "discord-call": play_call,
    "discord-queue": play_queue,
    "discord-resolved": play_resolved,
    "discord-log": play_log,
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
