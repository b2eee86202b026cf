"""Notice when the gateway has been away for longer than a few seconds, and tell the operator once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

_log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds; Discord asks to reconnect several times a day, which takes one or two


class GatewayWatch:
    """Since when the connection to the gateway is lost, if it is."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start as connected; the bot counts as not ready until then anyway."""
        self._clock = clock
        self._lost_at: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_told = False

    def lose(self) -> None:
        """Record that the connection is lost; further failures to connect belong to the same loss."""
        if self._lost_at is None:
            self._lost_at = self._clock()
            self._timer = asyncio.get_running_loop().call_later(PATIENCE, self._tell)

    def regain(self) -> None:
        """Record that the connection is there again, and tell so if the loss was told."""
        if self._lost_at is not None and self._is_told:
            _log.warning("connected to the gateway again after %.0f s", self._clock() - self._lost_at)
        self.stop()

    def stop(self) -> None:
        """Stop watching, because the bot closes."""
        if self._timer:
            self._timer.cancel()
        self._lost_at, self._timer, self._is_told = None, None, False

    def find_problem(self) -> str:
        """Describe the loss, "" if it is so short that it need not trouble anybody."""
        return "not connected" if self._is_told else ""

    def _tell(self) -> None:
        self._is_told = True
        _log.error("no connection to the gateway for %.0f s; trying again until it is there", PATIENCE)
