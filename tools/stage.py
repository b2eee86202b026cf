"""The simulated Discord in which scenes are played (scenes.py), and what is on its screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import simcord

from keyguide.assistant import Assistant
from keyguide.faces.discord.servers.server_settings import save_server_settings

MANAGER = discord.Permissions(
    manage_guild=True, view_channel=True, send_messages=True, use_application_commands=True
)
ALONE = 1 << 6  # Discord's flag of a message that one person sees


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


def find_thread(stage: Stage) -> Any:
    """Find the thread in which ann gets help."""
    thread = next(one for one in stage.help.threads if "ann" in one.name)
    if stage.hal.id not in stage.env.backend.get_channel(thread.id).thread_members:
        stage.env.backend.add_thread_member(thread.id, stage.hal.id)
    return thread


async def set_up(env: simcord.Env, assistant: Assistant, clock: Clock) -> Stage:
    """Set up a server with two members, a helper, and a manager who adds the bot."""
    users = {name: env.create_user(name) for name in ("ann", "ben", "hal", "kim")}
    guild = env.create_guild("Example", owner=users["kim"])
    channel = guild.create_text_channel("help")
    helpers = guild.create_role("helpers", mentionable=True)
    managers = guild.create_role("managers", permissions=MANAGER)
    await save_server_settings(
        assistant, guild.id, helper_channel=str(channel.id), helper_role=str(helpers.id)
    )
    roles = {"ann": [], "ben": [], "hal": [helpers], "kim": [managers]}
    people = {name: guild.add_member(users[name], roles=own) for name, own in roles.items()}
    return Stage(env, assistant, clock, channel, **people)
