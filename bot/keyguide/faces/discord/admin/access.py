"""Check who may manage a server, and choose the phrases of /setup for them."""

from __future__ import annotations

from keyguide.core.phrases.discord_servers import SetupPhrases
from keyguide.faces.discord.cards.draw import draw_note
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import deliver
from keyguide.faces.discord.servers.find_servers import find_guild


async def may_manage(interaction: Interaction) -> bool:
    """Check whether somebody may manage this server and the bot is in it; if not, tell them."""
    words = get_setup_words(interaction)
    if await find_guild(interaction.client, interaction.guild_id) is None:
        await deliver(interaction, [draw_note(words.not_here)], private=True)
    elif not interaction.permissions.manage_guild:
        await deliver(interaction, [draw_note(words.not_allowed)], private=True)
    else:
        return True
    return False


def get_setup_words(interaction: Interaction) -> SetupPhrases:
    """Choose the phrases of /setup in the person's own language."""
    return interaction.client.get_phrases(str(interaction.locale)).server.setup
