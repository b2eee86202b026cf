"""Keep recent exchanges for a reload of the page: masked, in memory only, and for a short time."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from keyguide.faces.web.html.question_and_reply import Exchange

_MAX_EXCHANGES = 12  # of one visitor
_MAX_VISITORS = 500
_KEEP_SECONDS = 15 * 60.0


class RecentExchanges:
    """The last exchanges of recent visitors; after a restart they are lost, but conversations continue."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start without exchanges; the clock measures their age."""
        self._clock = clock
        self._by_visitor: OrderedDict[str, tuple[float, deque[Exchange]]] = OrderedDict()

    def keep(self, who: str, exchange: Exchange) -> None:
        """Keep an exchange, and drop those that are too old or too many."""
        _, exchanges = self._by_visitor.pop(who, (0.0, deque(maxlen=_MAX_EXCHANGES)))
        exchanges.append(exchange)
        self._by_visitor[who] = (self._clock(), exchanges)
        self.drop_old()

    def read_until(self, who: str, exchange_id: str) -> tuple[Exchange, ...]:
        """Read the exchanges of a visitor up to this one; return none if it is not known any more."""
        self.drop_old()
        _, exchanges = self._by_visitor.get(who, (0.0, deque()))
        ids = [exchange.id for exchange in exchanges]
        return tuple(exchanges)[: ids.index(exchange_id) + 1] if exchange_id in ids else ()

    def find_label(self, who: str, pick: str) -> str:
        """Find the label of the option with this pick; return an empty text if it was not shown recently."""
        _, exchanges = self._by_visitor.get(who, (0.0, deque()))
        options = (option for exchange in reversed(exchanges) for option in exchange.reply.options)
        return next((option.label for option in options if option.pick == pick), "")

    def forget(self, who: str) -> None:
        """Drop all exchanges of a visitor."""
        self._by_visitor.pop(who, None)

    def drop_old(self) -> None:
        """Drop the exchanges of everybody who has asked nothing lately, and those that are too many."""
        oldest = self._clock() - _KEEP_SECONDS
        while self._by_visitor and (
            len(self._by_visitor) > _MAX_VISITORS or next(iter(self._by_visitor.values()))[0] < oldest
        ):
            self._by_visitor.popitem(last=False)
