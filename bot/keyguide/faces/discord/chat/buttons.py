"""Read which option of a reply was pressed, and answer it; they survive restarts, as their ids tell all."""

from __future__ import annotations

from keyguide.faces.discord.cards.button_ids import BUTTON, SELECT, ButtonPress
from keyguide.faces.discord.cards.notice_cards import read_chosen_values, read_custom_id
from keyguide.faces.discord.chat.answer import answer_press
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.interactions import handle_interaction
from keyguide.faces.discord.forum.solved_tag import make_marking_responder
from keyguide.faces.discord.help_requests.help_form import open_help_form
from keyguide.faces.discord.help_requests.offer_help import HUMAN
from keyguide.faces.discord.servers.server_settings import ServerSettings


def read_press(interaction: Interaction) -> ButtonPress | None:
    """Read which option of a reply was pressed or chosen, or return None if it was something else."""
    custom_id = read_custom_id(interaction)
    if match := BUTTON.fullmatch(custom_id):
        return ButtonPress(match["pick"], int(match["asker"] or 0))
    if (match := SELECT.fullmatch(custom_id)) and (values := read_chosen_values(interaction)):
        return ButtonPress(values[0], int(match["asker"] or 0))
    return None


async def answer_option(interaction: Interaction, press: ButtonPress) -> None:
    """Answer an option that was pressed; a call for a human opens a form."""

    async def work(server: ServerSettings) -> None:
        if press.pick == HUMAN:
            await open_help_form(interaction, server)
        else:
            await answer_press(interaction, server, press, make_marking_responder(interaction, server))

    await handle_interaction(interaction, "button", work)
