"""Recognise a whole text as a command, such as "back", "start over" or what is written on a button."""

from __future__ import annotations

from keyguide.core.engine.context import Context
from keyguide.core.finding.normalise import normalise_all


def find_command(context: Context, text: str) -> str:
    """Find the pick that a whole text such as "back" stands for; empty if it is not a command."""
    commands, buttons = context.knowledge.commands, context.phrases.buttons
    path, page = context.list_answered_steps(), context.find_last_page()
    flow, step = context.conversation.flow, context.find_open_step()
    picks = (
        ((*commands.menu, buttons.menu), "menu"),
        ((*commands.back, buttons.back), f"back/{path[-1]}" if path else "back"),
        ((*commands.restart, buttons.restart), f"go/{flow}" if flow else "menu"),
        ((*commands.resume, buttons.resume), "resume" if step else ""),
        ((*commands.human, buttons.human), "human"),
        ((*commands.unsure, buttons.how), f"how/{step}" if _can_explain(context, step) else ""),
        ((*commands.fixed, buttons.fixed), f"good/{page}" if page else "thanks"),
        ((*commands.stuck, buttons.stuck), f"stuck/{page}" if page and not step else ""),
        (commands.thanks, "thanks"),
    )
    words = context.knowledge.words
    return next((pick for phrases, pick in picks if pick and text in normalise_all(words, phrases)), "")


def _can_explain(context: Context, position: str) -> bool:
    """Check whether there is more to say on how to answer a step than the last reply said."""
    step = context.knowledge.find_step(position)
    return bool(step and step.how) and not context.has_explained_step()
