"""What every route of the web face works with."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import web

from bot.assistant import Assistant
from bot.core.knowledge import ENGLISH, Knowledge
from bot.core.phrases import Phrases
from bot.faces.web.guard import Pace
from bot.faces.web.recent import Recent
from bot.health import Health
from bot.metrics import Metrics

PART = "X-Latchkey"  # the header with which our script asks for the new exchange alone
_NEIGHBOURS = 5  # people behind one address, as in a school or an office


@dataclass(frozen=True, slots=True)
class Site:
    """Where the page is open, and to whom."""

    host: str = "127.0.0.1"
    port: int = 8080
    rate: int = 60
    embed: tuple[str, ...] = ()
    proxy: bool = False
    desk_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Parts:
    """The assistant, the counters, and what the page keeps in memory."""

    site: Site
    assistant: Assistant
    metrics: Metrics
    health: Health
    recent: Recent = field(default_factory=Recent)
    visitors: Pace = field(init=False)
    addresses: Pace = field(init=False)

    def __post_init__(self) -> None:
        """Set the paces that the site asks for."""
        object.__setattr__(self, "visitors", Pace(self.site.rate))
        object.__setattr__(self, "addresses", Pace(self.site.rate * _NEIGHBOURS))


PARTS: web.AppKey[Parts] = web.AppKey("parts", Parts)


def locale(request: web.Request, knowledge: Knowledge) -> str:
    """Return the first language that the browser asks for and we speak."""
    for part in request.headers.get("Accept-Language", "")[:200].split(","):
        tag = part.partition(";")[0].strip()
        for name in (tag, tag[:2].lower()):
            if name in knowledge.phrases:
                return name
    return ENGLISH


def spoken(request: web.Request) -> tuple[str, Phrases]:
    """Return the language of a request, and its phrases."""
    knowledge = request.app[PARTS].assistant.knowledge
    name = locale(request, knowledge)
    return name, knowledge.spoken(name)
