"""What aiohttp logs of requests that nobody could read: one line without a word of them."""

from __future__ import annotations

import logging

from keyguide.runtime.metrics import Metrics


class RequestErrorFilter(logging.Filter):
    """Takes request lines, headers and tracebacks out of aiohttp's log: a key may stand in any of them."""

    def __init__(self, metrics: Metrics) -> None:
        """Take where such requests are counted."""
        super().__init__()
        self._metrics = metrics

    def filter(self, record: logging.LogRecord) -> bool:
        """Reduce a record about an error to the kind of error; a visitor who left is not even one."""
        if not record.exc_info:
            return True
        error = record.exc_info[1]
        record.exc_info = record.exc_text = None
        record.msg, record.args = "a request could not be read (%s)", (type(error).__name__,)
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        self._metrics.count_interaction("web", "unreadable")
        return not isinstance(error, ConnectionError)
