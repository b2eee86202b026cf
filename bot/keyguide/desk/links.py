"""`keyguide links`: whether the pages that answers rest on still answer, asked politely and with an end."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from keyguide.core.model.article import Source
from keyguide.insight.overdue import MAX_REVIEW_AGE, OverdueAnswer

MAX_CONCURRENT = 4  # pages asked for at the same time, and never two of one site
TIMEOUT = 15.0  # seconds for one page
_PAUSE = 0.2  # seconds between two pages of one site
_HEADERS = {"User-Agent": "keyguide-links (checks the sources of a knowledge base)"}
_RETRY_WITH_GET = frozenset(
    (400, 403, 404, 405, 429, 500, 501, 503)
)  # with which some sites answer HEAD though GET works
_UNCLEAR_STATUSES = frozenset(
    (401, 403, 429, 503)
)  # of sites that do not like programs; a person may well see the page
_FIRST_OK, _FIRST_ERROR = 200, 400


@dataclass(frozen=True, slots=True)
class PageCheck:
    """What became of asking for one page."""

    source: Source
    status: int  # 0 where no answer came
    reason: str = ""

    @property
    def is_available(self) -> bool:
        """Whether the page is there."""
        return _FIRST_OK <= self.status < _FIRST_ERROR

    @property
    def is_unclear(self) -> bool:
        """Whether only a person can tell if the page is there."""
        return self.status in _UNCLEAR_STATUSES

    def __str__(self) -> str:
        """Tell which source, what came, and where it is."""
        said = self.reason or f"status {self.status}"
        doubt = " (the site may refuse programs; look yourself)" if self.is_unclear else ""
        return f"{self.source.id}: {said}{doubt}: {self.source.url}"


async def check_pages(
    sources: Iterable[Source], patience: float = TIMEOUT, pause: float = _PAUSE
) -> list[PageCheck]:
    """Ask for every page once, a few at a time, and return the answers in the order of the sources."""
    wanted = list(sources)
    by_site: dict[str, list[Source]] = defaultdict(list)
    for source in wanted:
        by_site[urlsplit(source.url).netloc].append(source)
    limit = asyncio.Semaphore(MAX_CONCURRENT)
    timeout = aiohttp.ClientTimeout(total=patience)
    async with aiohttp.ClientSession(headers=_HEADERS, timeout=timeout) as session:
        sites = (_check_site(session, site, limit, pause) for site in by_site.values())
        answers = [answer for part in await asyncio.gather(*sites) for answer in part]
    places = {source: at for at, source in enumerate(wanted)}
    return sorted(answers, key=lambda answer: places[answer.source])


async def _check_site(
    session: aiohttp.ClientSession, sources: Sequence[Source], limit: asyncio.Semaphore, pause: float
) -> list[PageCheck]:
    answers = []
    for source in sources:
        async with limit:
            answers.append(await _check_page(session, source))
            await asyncio.sleep(pause)
    return answers


async def _check_page(session: aiohttp.ClientSession, source: Source) -> PageCheck:
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


def format_report(answers: Sequence[PageCheck], due: Sequence[OverdueAnswer], *, online: bool) -> str:
    """Return which sources do not answer, and what is overdue for review."""
    wrong = [str(answer) for answer in answers if not answer.is_available]
    asked = (
        f"{len(answers)} sources asked, {len(wrong)} without a good answer"
        if online
        else "no source was asked"
    )
    late = [f"{one.id}: verified {one.verified}, {one.days} days ago: {one.title}" for one in due]
    return "\n".join(
        (*wrong, *late, f"{asked}; {len(due)} answers verified more than {MAX_REVIEW_AGE.days} days ago.")
    )
