"""When which server is asked next: a heap of instants, spread so that nothing comes at once."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from gameops.alerts.watching.store import Watch

SOONEST_SECONDS: Final = 5.0
"""After a first miss a server is asked again sooner, but not sooner than this."""
DETECT_AGAIN_SECONDS: Final = 300.0
"""Where nobody knows how to ask, every way is tried: not often."""
NEW_AT_ONCE: Final = 100
"""So many new servers a second are asked for the first time."""
_SHARES: Final = 2**32


@dataclass(slots=True)
class Entry:
    """One server's place in the schedule."""

    watch: Watch
    due: float
    misses: int = 0
    turn: int = 0
    """Of several heap items only the one with this number counts."""


@dataclass(slots=True)
class Schedule:
    """Who is due; instants are those of the loop's clock."""

    entries: dict[UUID, Entry] = field(default_factory=dict)
    _heap: list[tuple[float, int, UUID]] = field(default_factory=list)
    _turns: int = 0

    def replace_all(self, watches: Iterable[Watch], now: float) -> None:
        """Take over the whole list; what is not in it is no longer asked."""
        known = {watch.id: watch for watch in watches}
        for gone in self.entries.keys() - known.keys():
            del self.entries[gone]
        self._put(known.values(), now, at_once=False)

    def edit(self, ids: Iterable[UUID], watches: Iterable[Watch], now: float) -> None:
        """Some servers were added, changed or deleted: ask those that are left at once."""
        found = {watch.id: watch for watch in watches}
        for each in ids:
            if each not in found:
                self.entries.pop(each, None)
        self._put(found.values(), now, at_once=True)

    def _put(self, watches: Iterable[Watch], now: float, *, at_once: bool) -> None:
        new = 0
        for watch in watches:
            entry = self.entries.get(watch.id)
            if entry is not None and entry.watch == watch:
                continue
            first = now + (new / NEW_AT_ONCE if at_once else _phase(watch))
            new += 1
            misses = 0 if entry is None else entry.misses
            self.entries[watch.id] = entry = Entry(watch, first, misses)
            self.put_back(entry)

    def put_back(self, entry: Entry) -> None:
        """Wait for the entry's instant, once more if it was popped and nothing came of it."""
        self._turns += 1
        entry.turn = self._turns
        heapq.heappush(self._heap, (entry.due, entry.turn, entry.watch.id))

    def pop_due(self, now: float) -> Entry | None:
        """The next server whose time has come."""
        while self._heap and self._heap[0][0] <= now:
            _, turn, server_id = heapq.heappop(self._heap)
            entry = self.entries.get(server_id)
            if entry is not None and entry.turn == turn:
                return entry
        return None

    def next_due(self) -> float | None:
        """When there is something to do again."""
        return self._heap[0][0] if self._heap else None

    def asked(self, entry: Entry, now: float, *, answered: bool) -> None:
        """Plan the next time: in step with the interval, sooner while a miss is in doubt."""
        interval = float(entry.watch.interval_seconds)
        entry.misses = 0 if answered else entry.misses + 1
        if entry.misses and entry.watch.protocol is None:
            entry.due = now + max(interval, DETECT_AGAIN_SECONDS)
        elif 0 < entry.misses < entry.watch.down_after:
            entry.due = now + min(interval, max(SOONEST_SECONDS, interval / 2))
        else:
            entry.due += interval
            if entry.due <= now:
                entry.due = now + interval
        if self.entries.get(entry.watch.id) is entry:
            self.put_back(entry)


def _phase(watch: Watch) -> float:
    """Where in its interval a server is asked: always the same place, evenly spread."""
    return (hash(watch.id) % _SHARES) / _SHARES * watch.interval_seconds
