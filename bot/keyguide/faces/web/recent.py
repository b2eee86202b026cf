"""What was said a moment ago, so that a page can be loaded again: masked, in memory only, and soon gone."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from keyguide.faces.web.html.exchange import Exchange

_MAX_EXCHANGES = 12  # exchanges of one visitor
_MAX_VISITORS = 500
_KEEP_SECONDS = 15 * 60.0


class RecentExchanges:
    """The last exchanges of the last visitors. A restart empties it, and the conversation itself goes on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start empty."""
        self._clock = clock
        self._talks: OrderedDict[str, tuple[float, deque[Exchange]]] = OrderedDict()

    def keep(self, who: str, said: Exchange) -> None:
        """Keep one exchange, and let go of what is too old or too much."""
        _, talk = self._talks.pop(who, (0.0, deque(maxlen=_MAX_EXCHANGES)))
        talk.append(said)
        self._talks[who] = (self._clock(), talk)
        self._drop_old()

    def read_until(self, who: str, id: str) -> tuple[Exchange, ...]:
        """Return a visitor's exchanges up to that one; none where it is not known (any more)."""
        self._drop_old()
        _, talk = self._talks.get(who, (0.0, deque()))
        ids = [one.id for one in talk]
        return tuple(talk)[: ids.index(id) + 1] if id in ids else ()

    def find_label(self, who: str, pick: str) -> str:
        """Return how the option was labelled that gives this pick, nothing where it was not shown lately."""
        _, talk = self._talks.get(who, (0.0, deque()))
        options = (option for one in reversed(talk) for option in one.reply.options)
        return next((option.label for option in options if option.pick == pick), "")

    def forget(self, who: str) -> None:
        """Let go of everything of that visitor."""
        self._talks.pop(who, None)

    def _drop_old(self) -> None:
        old = self._clock() - _KEEP_SECONDS
        while self._talks and (len(self._talks) > _MAX_VISITORS or next(iter(self._talks.values()))[0] < old):
            self._talks.popitem(last=False)
