"""Count the lines of the ledger into sums by day, a few hundred at a time; several processes may do so."""

from __future__ import annotations

from keyguide.errors import OvertakenError
from keyguide.insight.daily_sums import count_lines
from keyguide.store.protocols import Counts

_BATCH_SIZE = 1_000  # lines: counting them takes about ten milliseconds


async def count_ledger(store: Counts, batches: int) -> bool:
    """Count up to this many batches of lines; return whether all lines are counted."""
    for _ in range(batches):
        if not await _count_batch(store):
            return True
    return False


async def _count_batch(store: Counts) -> bool:
    """Count one batch; return whether there may be more."""
    entries = await store.list_uncounted(_BATCH_SIZE)
    if not entries:
        return False
    numbers, lines = [number for number, _ in entries], [line for _, line in entries]
    sessions = await store.list_sessions({line.who for line in lines})
    try:
        await store.add_counts(numbers, *count_lines(lines, sessions))
    except OvertakenError:  # another process has counted them, or somebody was erased
        return True
    return len(entries) == _BATCH_SIZE
