"""Log ids and kinds, never what someone wrote, as text for people or as JSON for machines."""

from __future__ import annotations

import json
import logging


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
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def start_logging(level: str, output_format: str) -> None:
    """Send the log of the whole program to standard error, in place of earlier handlers."""
    handler = logging.StreamHandler()
    text = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonFormatter() if output_format == "json" else text)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
