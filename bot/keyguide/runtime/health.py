"""Report whether the program is ready: each component has a check that returns its problem."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from keyguide.errors import KeyguideError

HealthCheck = Callable[[], Awaitable[str]]  # returns the problem, an empty text if there is none

_TIMEOUT_SECONDS = 3.0  # the program that asks does not wait much longer


class Health:
    """The health checks of one program."""

    def __init__(self) -> None:
        """Start without checks."""
        self._checks: dict[str, HealthCheck] = {}

    def add_check(self, component: str, check: HealthCheck) -> None:
        """Run this check of a component, too, in every report."""
        self._checks[component] = check

    async def report(self) -> dict[str, str]:
        """Run all checks, and return "ok" or the problem of each component."""
        results = await asyncio.gather(*(_run_check(check) for check in self._checks.values()))
        return dict(zip(self._checks, results, strict=True))


async def _run_check(check: HealthCheck) -> str:
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            return await check() or "ok"
    except TimeoutError:
        return "no answer in time"
    except KeyguideError as error:
        return str(error)
