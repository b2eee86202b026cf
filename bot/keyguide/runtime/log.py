"""Log ids and kinds, never what someone wrote, as text for people or as JSON for machines."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar

REQUEST_ID: ContextVar[str] = ContextVar("request", default="")
"""What all lines about one request, press or message have in common; faces set it."""

# At debug these log whole events and requests, with what people wrote in them.
_TALKATIVE = ("discord", "aiohttp", "asyncpg", "httpx", "mcp")
# Warns with a traceback at each try while the database is away; the store tells that once.
_REPETITIVE = "asyncpg.pool"


class JsonFormatter(logging.Formatter):
    """Format each log record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record as one line of JSON, with its traceback if there is one."""
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "room": record.name,
            "says": record.getMessage(),
        }
        if request := REQUEST_ID.get():
            line["request"] = request
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def start_logging(level: str, output_format: str) -> None:
    """Send the log of the whole program to standard error, in place of earlier handlers."""
    handler = logging.StreamHandler()
    text = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonFormatter() if output_format == "json" else text)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLogger().level))
    logging.getLogger(_REPETITIVE).setLevel(logging.ERROR)
