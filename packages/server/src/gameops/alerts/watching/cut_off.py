"""Telling "everything is down" from "we are cut off": the second is no news about anybody's server.

A host that says anything, even that it refuses, shows that the network works. When hosts that
answered before fall silent one after another, at least five of them and half of those that were
up (fifty are enough), and nobody was heard in between, then it is this machine that is cut off,
and misses are held back. One answer ends that. After five minutes misses count again all the same:
what looks like a cut may be a data centre that is gone. Fewer than five hosts prove nothing, so
that the only server of somebody, or all those on one machine, are always reported.
"""

from dataclasses import dataclass, field
from math import ceil
from typing import Final

from gameops.alerts.watching.reading import Silence

FEWEST_HOSTS: Final = 5
MOST_HOSTS: Final = 50
SHARE: Final = 0.5
LONGEST_SECONDS: Final = 300.0
_SAYS_NOTHING: Final = frozenset({Silence.TIMEOUT, Silence.UNREACHABLE, Silence.UNRESOLVED})


@dataclass(slots=True)
class CutOff:
    """What is known of this machine's own connection."""

    _up: set[str] = field(default_factory=set)
    _fell_silent: set[str] = field(default_factory=set)
    _since: float | None = None

    def note(self, host: str, silence: str | None, now: float) -> bool:
        """Take an outcome in; whether it is to be held back."""
        if silence not in _SAYS_NOTHING:
            self._since = None
            self._fell_silent.clear()
            self._up.add(host)
            return False
        if host in self._up:
            self._up.discard(host)
            self._fell_silent.add(host)
        if self._since is None and len(self._fell_silent) >= self._enough():
            self._since = now
        return self.is_cut(now)

    def _enough(self) -> int:
        share = ceil((len(self._up) + len(self._fell_silent)) * SHARE)
        return max(FEWEST_HOSTS, min(MOST_HOSTS, share))

    def is_cut(self, now: float) -> bool:
        """Whether misses say nothing at the moment."""
        return self._since is not None and now - self._since < LONGEST_SECONDS
