"""Whether people may be sent here: every part of the program tells what keeps it from working."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from keyguide.errors import KeyguideError

HealthCheck = Callable[[], Awaitable[str]]  # returns what is wrong, nothing where all is well

_TIMEOUT_SECONDS = 3.0  # seconds; who asks for health gives up soon, too


class Health:
    """The checks of one program."""

    def __init__(self) -> None:
        """Start with nothing to check."""
        self._checks: dict[str, HealthCheck] = {}

    def add_check(self, part: str, check: HealthCheck) -> None:
        """Ask this check, too, from now on."""
        self._checks[part] = check

    async def report(self) -> dict[str, str]:
        """Return what each part says: "ok", or what is wrong."""
        said = await asyncio.gather(*(_run_check(check) for check in self._checks.values()))
        return dict(zip(self._checks, said, strict=True))


async def _run_check(check: HealthCheck) -> str:
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            return await check() or "ok"
    except TimeoutError:
        return "no answer in time"
    except KeyguideError as error:
        return str(error)
