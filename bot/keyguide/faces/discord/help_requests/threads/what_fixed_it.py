"""Ask a helper what fixed it, and keep that as a draft for the writers, masked."""

from __future__ import annotations

from keyguide.assistant import Assistant
from keyguide.core.model.turn import Handoff, Turn
from keyguide.faces.discord.cards.notice_cards import (
    TextField,
    build_text_modal,
    make_modal_id,
    read_modal_values,
    read_texts,
)
from keyguide.faces.discord.connection.bot import Interaction
from keyguide.faces.discord.connection.sending import respond_once
from keyguide.faces.discord.help_requests.offer_help import HUMAN
from keyguide.faces.discord.help_requests.threads.buttons import finish, get_words, refuse_strangers
from keyguide.faces.discord.servers.note_names import make_server_place, make_speaker_name
from keyguide.faces.discord.servers.server_settings import ServerSettings
from keyguide.insight.helper_solutions import SOLUTIONS, Solution, describe_case, list_outdated
from keyguide.insight.unanswered_question import anonymise_question

_FIX = "fix"
_MAX_FIX_LENGTH = 500


async def resolve(interaction: Interaction, server: ServerSettings, person: str) -> None:
    """Ask a helper what fixed it; the person who called the helpers is not asked."""
    if str(interaction.user.id) == person:
        await finish(interaction, server, person)
    elif not await refuse_strangers(interaction, server):
        words = get_words(interaction, server)
        field = TextField(_FIX, words.fix_label, words.fix_hint, max_length=_MAX_FIX_LENGTH, is_long=True)
        modal = build_text_modal(words.fix_title, make_modal_id("solved", person), [field])
        await respond_once(lambda: interaction.response.send_modal(modal))


async def handle_solved(interaction: Interaction, server: ServerSettings, person: str) -> None:
    """Handle the form of a helper: keep what they wrote, and call the request resolved."""
    if await refuse_strangers(interaction, server):
        return
    words = get_words(interaction, server)
    if fix := "\n".join(read_modal_values(interaction).get(_FIX, [])):
        texts = read_texts(interaction.message)
        quotes = (text.removeprefix(f"{words.said}\n> ") for text in texts if text.startswith(words.said))
        await _keep_solution(
            interaction.client.assistant, interaction.guild_id or 0, person, fix, next(quotes, "")
        )
    await finish(interaction, server, person)


async def _keep_solution(assistant: Assistant, guild: int, person: str, fix: str, sentence: str) -> None:
    """Keep a solution; the sentence of the person only if the operator keeps questions."""
    asker, place = make_speaker_name(int(person), in_server=True), make_server_place(guild)
    reply = await assistant.preview(Turn(asker, pick=HUMAN, place=place))
    sentence = sentence if assistant.keeps_misses else ""
    asked = describe_case(assistant.knowledge, reply.handoff or Handoff(), sentence)
    masked = anonymise_question(assistant.knowledge, fix)
    solution = Solution(assistant.read_clock(), place, asked, masked)
    await assistant.notes.set_note(SOLUTIONS, solution.name, solution.value)
    notes = await assistant.notes.list_notes(SOLUTIONS)
    for name in list_outdated(notes, assistant.read_clock()):
        await assistant.notes.drop_note(SOLUTIONS, name)
