"""Check that the source pages of the answers are still available, for `keyguide links`."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from keyguide.core.model.content.article import Source
from keyguide.insight.overdue_answers import OverdueAnswer

MAX_CONCURRENT = 4  # simultaneous requests, at most one of them to the same site
TIMEOUT = 15.0  # seconds for one page
_PAUSE = 0.2  # seconds between two requests to one site
_HEADERS = {"User-Agent": "keyguide-links (checks the sources of a knowledge base)"}
# Some sites answer HEAD with these, although GET works.
_RETRY_WITH_GET = frozenset((400, 403, 404, 405, 429, 500, 501, 503))
# Sites that block programs answer with these; a person may still see the page.
_UNCLEAR_STATUSES = frozenset((401, 403, 429, 503))
_FIRST_OK, _FIRST_ERROR = 200, 400


@dataclass(frozen=True, slots=True)
class PageCheck:
    """The result of requesting one page."""

    source: Source
    status: int  # 0 if there was no response
    reason: str = ""

    @property
    def is_available(self) -> bool:
        """Whether the page was found."""
        return _FIRST_OK <= self.status < _FIRST_ERROR

    @property
    def is_unclear(self) -> bool:
        """Whether only a person can find out if the page exists."""
        return self.status in _UNCLEAR_STATUSES

    @property
    def result(self) -> str:
        """The result in words."""
        return self.reason or f"status {self.status}"

    def __str__(self) -> str:
        """Format the source, the result and the address as one line."""
        hint = " (the site may refuse programs; open it in a browser)" if self.is_unclear else ""
        return f"{self.source.id}: {self.result}{hint}: {self.source.url}"


async def check_pages(
    sources: Iterable[Source], seconds: float = TIMEOUT, pause: float = _PAUSE
) -> list[PageCheck]:
    """Request every page, a few at a time, and return the results in the order of the sources."""
    ordered = list(sources)
    by_site: dict[str, list[Source]] = defaultdict(list)
    for source in ordered:
        by_site[urlsplit(source.url).netloc].append(source)
    limit = asyncio.Semaphore(MAX_CONCURRENT)
    timeout = aiohttp.ClientTimeout(total=seconds)
    async with aiohttp.ClientSession(headers=_HEADERS, timeout=timeout) as session:
        sites = (_check_site(session, site, limit, pause) for site in by_site.values())
        checks = [check for site_checks in await asyncio.gather(*sites) for check in site_checks]
    positions = {source: position for position, source in enumerate(ordered)}
    return sorted(checks, key=lambda check: positions[check.source])


async def _check_site(
    session: aiohttp.ClientSession, sources: Sequence[Source], limit: asyncio.Semaphore, pause: float
) -> list[PageCheck]:
    """Check the pages of one site one after the other, to keep the load on it low."""
    checks = []
    for source in sources:
        async with limit:
            checks.append(await _check_page(session, source))
            await asyncio.sleep(pause)
    return checks


async def _check_page(session: aiohttp.ClientSession, source: Source) -> PageCheck:
    """Request a page with HEAD, and again with GET if the site rejects HEAD."""
    try:
        status = await _fetch_status(session, "HEAD", source.url)
        if status in _RETRY_WITH_GET:
            status = await _fetch_status(session, "GET", source.url)
    except TimeoutError:
        return PageCheck(source, 0, "no answer in time")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return PageCheck(source, 0, f"no answer ({type(error).__name__})")
    return PageCheck(source, status)


async def _fetch_status(session: aiohttp.ClientSession, method: str, url: str) -> int:
    async with session.request(method, url, max_redirects=5, allow_redirects=True) as response:
        return response.status


def format_report(checks: Sequence[PageCheck], overdue: Sequence[OverdueAnswer], *, online: bool) -> str:
    """List the sources that are not available and the answers that are overdue for review."""
    failed = [str(check) for check in checks if not check.is_available]
    summary = (
        f"{len(checks)} sources checked, {len(failed)} not available or unclear"
        if online
        else "no source was checked"
    )
    old = [f"{item.id}: verified {item.verified}, {item.days} days ago: {item.title}" for item in overdue]
    count = f"{len(overdue)} answers are due for another review."
    return "\n".join((*failed, *old, f"{summary}; {count}"))
