"""Reduce what aiohttp logs about unreadable requests to one line without their content."""

from __future__ import annotations

import logging

from keyguide.runtime.metrics import Metrics


class RequestErrorFilter(logging.Filter):
    """Removes request lines, headers and tracebacks from aiohttp's log: each may contain a product key."""

    def __init__(self, metrics: Metrics) -> None:
        """Count unreadable requests in these metrics."""
        super().__init__()
        self._metrics = metrics

    def filter(self, record: logging.LogRecord) -> bool:
        """Reduce a record of an error to the kind of error; drop it if the visitor closed the connection."""
        if not record.exc_info:
            return True
        error = record.exc_info[1]
        record.exc_info = record.exc_text = None
        record.msg, record.args = "a request could not be read (%s)", (type(error).__name__,)
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        self._metrics.count_interaction("web", "unreadable")
        return not isinstance(error, ConnectionError)
