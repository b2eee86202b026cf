"""Keep account of the ids, example questions and sources in use, because a draft may not repeat them."""

from __future__ import annotations

import re
from itertools import chain, count
from textwrap import shorten

from keyguide.core.finding.normalise import tokenise
from keyguide.core.knowledge.folder_content import Files, collect_vocabulary
from keyguide.core.model.content.article import Source

_MAX_ID_LENGTH = 40


class Inventory:
    """Ids, example questions and sources in use, extended with each draft."""

    def __init__(self, files: Files) -> None:
        articles = [article for _, _, article in files.list_articles()]
        asked = [files.list_asks(article) for article in articles]
        asked += [files.list_asks(flow) for flow in files.flows.values()]
        asked += [group.asks for group in files.elsewhere]
        self.group_ids: set[str] = set()  # of the drafts only
        self.ids = {*files.flows, *files.successors, *(article.id for article in articles)}
        self.new_sources: list[Source] = []
        self._sources = {source.url: source.id for source in files.sources}
        self._source_ids = {source.id for source in files.sources}
        self._words = collect_vocabulary(files)
        self._asks = {self._words.normalise(ask) for asks in asked for ask in asks}

    def add_ask(self, ask: str) -> bool:
        """Add an example question, and return False if it is empty or known in any wording."""
        text = self._words.normalise(ask)
        is_new = bool(text) and text not in self._asks
        self._asks.add(text)
        return is_new

    def find_source(self, address: str, title: str, slug: str) -> str:
        """Find the id of the source with an address; add the source if it is unknown."""
        if address not in self._sources:
            self._sources[address] = make_unique(slug, self._source_ids)
            self.new_sources.append(Source(self._sources[address], title, address))
        return self._sources[address]


def make_slug(text: str, max_length: int = _MAX_ID_LENGTH - 4) -> str:
    """Build an id from the first plain words of a text, as many as fit; "guide" if it has none."""
    words = re.findall(r"[a-z0-9]+", " ".join(tokenise(text)))
    return shorten(" ".join(words), max_length, placeholder="").replace(" ", "-") or "guide"


def make_unique(slug: str, used: set[str]) -> str:
    """Add a number to an id if it is in use, and add the id to `used`."""
    numbered = (f"{slug[: _MAX_ID_LENGTH - 4].rstrip('-')}-{number}" for number in count(2))
    unique = next(candidate for candidate in chain([slug], numbered) if candidate not in used)
    used.add(unique)
    return unique
