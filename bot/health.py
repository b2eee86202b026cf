"""Whether people may be sent here: every part of the program tells what keeps it from working."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.errors import LatchkeyError

Check = Callable[[], Awaitable[str]]  # returns what is wrong, nothing where all is well

_PATIENCE = 3.0  # seconds; who asks for health gives up soon, too


class Health:
    """The checks of one program."""

    def __init__(self) -> None:
        """Start with nothing to check."""
        self._checks: dict[str, Check] = {}

    def watch(self, part: str, check: Check) -> None:
        """Ask this check, too, from now on."""
        self._checks[part] = check

    async def report(self) -> dict[str, str]:
        """Return what each part says: "ok", or what is wrong."""
        said = await asyncio.gather(*(_asked(check) for check in self._checks.values()))
        return dict(zip(self._checks, said, strict=True))


async def _asked(check: Check) -> str:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await check() or "ok"
    except TimeoutError:
        return "no answer in time"
    except LatchkeyError as error:
        return str(error)
