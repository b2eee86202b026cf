"""What discord.py says in many lines, or for no reason, and an operator's log should not."""

from __future__ import annotations

import logging

import discord


def join_lines(text: str) -> str:
    """Return text on one line."""
    return " ".join(text.split())


class ReconnectFilter(logging.Filter):
    """Makes one line of discord.py's traceback whenever the connection breaks; it mends that by itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the record where it is that one."""
        if "Attempting a reconnect" in str(record.msg) and record.exc_info:
            error = join_lines(str(record.exc_info[1]))
            record.msg = f"the connection to the gateway broke ({error}); trying again in %.2f s"
            record.exc_info = None
        return True


class AutocompleteFilter(logging.Filter):
    """Drops what discord.py says when somebody typed on before our suggestions for them had arrived."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record but that one."""
        error = record.exc_info[1] if record.exc_info else None
        return not (isinstance(error, discord.NotFound) and "autocomplete" in str(record.msg))


_FILTERS: dict[str, logging.Filter] = {
    "discord.client": ReconnectFilter(),
    "discord.app_commands.tree": AutocompleteFilter(),
}


def install_log_filters() -> None:
    """Keep all that from the log of this program; doing it twice is as well as once."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    for name, one in _FILTERS.items():
        logging.getLogger(name).addFilter(one)
