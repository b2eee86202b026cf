"""Decide which shards of the bot this process runs."""

from __future__ import annotations

import discord

from keyguide.faces.discord.connection.bot import Shards
from keyguide.faces.discord.connection.login import check_gateway, explain_error


async def ask_for_shards(token: str) -> Shards:
    """Ask Discord how many shards the bot should have, and run all of them."""
    client = discord.Client(intents=discord.Intents.none())
    try:
        await check_gateway()
        await client.login(token)
        count, _, _ = await client.http.get_bot_gateway()
    except Exception as error:  # noqa: BLE001 -- explain_error raises unexpected errors again
        raise explain_error(error) from None
    finally:
        await client.close()
    return Shards(tuple(range(count)), count)
