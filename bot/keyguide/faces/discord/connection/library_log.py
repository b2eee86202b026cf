"""Shorten or drop discord.py's log records that would not help an operator."""

from __future__ import annotations

import logging

import discord


def join_lines(text: str) -> str:
    """Put text on one line."""
    return " ".join(text.split())


class ReconnectFilter(logging.Filter):
    """Reduce discord.py's traceback to one line when the connection breaks; it reconnects by itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the record if it announces a reconnect."""
        if "Attempting a reconnect" in str(record.msg) and record.exc_info:
            error = join_lines(str(record.exc_info[1]))
            record.msg = f"the connection to the gateway broke ({error}); trying again in %.2f s"
            record.exc_info = None
        return True


class EndpointFilter(logging.Filter):
    """Drop discord.py's warning that interactions go to an endpoint: whoever set that up knows."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Reject the record if it is that warning."""
        return "interaction endpoint URL" not in str(record.msg)


class AutocompleteFilter(logging.Filter):
    """Drop discord.py's error about suggestions that arrived after somebody had typed on."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Reject the record if it is that error."""
        error = record.exc_info[1] if record.exc_info else None
        return not (isinstance(error, discord.NotFound) and "autocomplete" in str(record.msg))


_FILTERS: tuple[tuple[str, logging.Filter], ...] = (
    ("discord.client", ReconnectFilter()),
    ("discord.client", EndpointFilter()),
    ("discord.app_commands.tree", AutocompleteFilter()),
)


def install_log_filters() -> None:
    """Install the filters and silence the voice warnings; a second call changes nothing."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    for name, log_filter in _FILTERS:
        logging.getLogger(name).addFilter(log_filter)
