"""Define what every route of the web face needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import ENGLISH, Knowledge
from keyguide.core.phrases.phrases import Phrases
from keyguide.faces.web.brand import Brand
from keyguide.faces.web.conversation.recent_exchanges import RecentExchanges
from keyguide.faces.web.html.templates import Templates
from keyguide.insight.unanswered_groups import Gap
from keyguide.runtime.health import Health
from keyguide.runtime.human_webhook import HumanWebhook
from keyguide.runtime.metrics import Metrics
from keyguide.runtime.rate_limit import RateLimit
from keyguide.vision.reader import PictureReader

FRAGMENT_HEADER = "X-Keyguide"  # our script sends this header to get only the new exchange
_PEOPLE_PER_ADDRESS = 5  # people behind one address, as in a school or an office


SignedPost = Callable[[web.Request], Awaitable[web.StreamResponse]]
"""Answers what another service posts here, after checking that it signed it; 401 if it did not."""


DraftWriter = Callable[[Knowledge, Gap[Any]], str]
"""Writes a draft of an answer to a group of questions, as a file of articles."""


@dataclass(frozen=True, slots=True)
class DeskOptions:
    """What the desk can do beside counting: where answers are edited, names of servers, and drafts."""

    edit_url: str = ""  # with {file} and {line}
    name_place: Callable[[str], str] = str
    write_draft: DraftWriter | None = None


@dataclass(frozen=True, slots=True)
class WebOptions:
    """The address of the page, who may use it, how it looks, and what it shares with other faces."""

    host: str = "127.0.0.1"
    port: int = 8080
    rate: int = 60
    embed: tuple[str, ...] = ()
    proxy: bool = False
    desk_token: str = field(default="", repr=False)
    brand: Brand = field(default_factory=Brand)
    desk: DeskOptions = field(default_factory=DeskOptions)
    scoreboard: bool = False
    signed_posts: Mapping[str, SignedPost] = field(default_factory=dict)
    picture_reader: PictureReader = field(default_factory=PictureReader)


@dataclass(frozen=True, slots=True)
class WebContext:
    """The assistant, the metrics, and what the page keeps in memory."""

    site: WebOptions
    assistant: Assistant
    metrics: Metrics
    health: Health
    human: HumanWebhook | None = None
    recent: RecentExchanges = field(default_factory=RecentExchanges)
    visitors: RateLimit = field(init=False)
    addresses: RateLimit = field(init=False)
    templates: Templates = field(init=False)

    def drop_old_memory(self) -> None:
        """Drop what the page remembers of visitors and addresses, if it is too old to be used."""
        self.recent.drop_old()
        self.visitors.drop_old()
        self.addresses.drop_old()

    def __post_init__(self) -> None:
        """Create the rate limits and the templates that the options ask for."""
        object.__setattr__(self, "visitors", _make_limit(self.site.rate))
        object.__setattr__(self, "addresses", _make_limit(self.site.rate * _PEOPLE_PER_ADDRESS))
        object.__setattr__(self, "templates", Templates(self.site.brand))


def _make_limit(per_minute: int) -> RateLimit:
    return RateLimit(per_minute, burst=max(5.0, per_minute / 2))


WEB_CONTEXT: web.AppKey[WebContext] = web.AppKey("context", WebContext)


def find_locale(request: web.Request, knowledge: Knowledge) -> str:
    """Find the first language that the browser accepts and the knowledge has; English if there is none."""
    for entry in request.headers.get("Accept-Language", "")[:200].split(","):
        tag = entry.partition(";")[0].strip()
        for name in (tag, tag[:2].lower()):
            if name in knowledge.phrases:
                return name
    return ENGLISH


def choose_language(request: web.Request) -> tuple[str, Phrases]:
    """Choose the language of a request, and return it with its phrases."""
    knowledge = request.app[WEB_CONTEXT].assistant.knowledge
    name = find_locale(request, knowledge)
    return name, knowledge.choose_phrases(name)
