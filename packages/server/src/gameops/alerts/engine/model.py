"""What a sighting, a miss or a delete does to a server, and what of it is worth telling."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gameops.alerts.servers.model import EventKind, Origin, ServerState
from gameops.core.db import JsonObject

FLAP_WINDOW: Final = timedelta(minutes=10)
FLAPS: Final = 3
"""So many turns (down or back) within the window are one alert: that it flaps."""
SETTLED_AFTER: Final = timedelta(minutes=5)
STRAGGLER: Final = timedelta(seconds=2)
"""An empty report so soon after a delete was overtaken by it, unless its number says otherwise."""
REORDERED: Final = timedelta(minutes=2)
"""Reports overtake each other by moments; a smaller number after that is a counter begun anew."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a report says of its own place among the others, if anything."""

    sequence: int | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A server as somebody saw it at one instant; ``None`` and empty say nothing new."""

    at: datetime
    players: int
    bots: int | None = None
    max_players: int | None = None
    name: str = ""
    game: str = ""
    region: str = ""
    map: str | None = None
    version: str = ""
    url: str | None = None
    player_names: tuple[str, ...] | None = None
    latency_ms: int | None = None
    tags: tuple[str, ...] = ()
    stamp: Stamp = Stamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event before it is written down."""

    kind: EventKind
    at: datetime
    players: int | None = None
    before: int | None = None
    max_players: int | None = None
    map: str = ""
    damped: bool = False
    """Recorded, but nobody is told: the server flaps."""
    detail: JsonObject = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Watched:
    """What is known of a server; its methods change it and return what happened."""

    id: UUID
    community_id: UUID
    key: str
    origin: str
    name: str
    named: bool = False
    own_name: str = ""
    game: str = ""
    region: str = ""
    url: str | None = None
    address: str | None = None
    port: int | None = None
    tags: list[str] = field(default_factory=list)
    tagged: bool = False
    down_after: int = 3
    state: str = ServerState.UNKNOWN
    flapping: bool = False
    told: str = ServerState.UNKNOWN
    turns: list[datetime] = field(default_factory=list)
    players: int = 0
    bots: int = 0
    max_players: int | None = None
    map: str = ""
    version: str = ""
    player_names: list[str] = field(default_factory=list)
    latency_ms: int | None = None
    misses: int = 0
    last_error: str | None = None
    sequence: int | None = None
    occurred_at: datetime | None = None
    last_seen_at: datetime | None = None
    changed_at: datetime | None = None
    idle_noted_at: datetime | None = None
    maintenance_until: datetime | None = None
    created_at: datetime
    deleted_at: datetime | None = None

    # --- what can be observed ----------------------------------------------------------------

    def see(self, sighting: Sighting) -> list[Happening]:
        """It answered, or reported itself. Late and repeated sightings change nothing."""
        if self._comes_too_late(sighting.at, sighting.stamp, empty=sighting.players == 0):
            return []
        happened = self._rise(sighting)
        happened += self._describe(sighting)
        happened += self._count(sighting)
        self.misses, self.last_error = 0, None
        self.last_seen_at = sighting.at
        self.latency_ms = sighting.latency_ms
        self._remember(sighting.stamp)
        return happened

    def miss(self, at: datetime, error: str) -> list[Happening]:
        """It did not answer; after ``down_after`` misses in a row it counts as down."""
        self.misses += 1
        self.last_error = error
        if self.misses < self.down_after or self.state == ServerState.DOWN:
            return []
        return self.fall(at)

    def fall(self, at: datetime, stamp: Stamp = Stamp()) -> list[Happening]:
        """It is down; whoever was on it is no longer."""
        if self.deleted_at is not None or self._comes_too_late(at, stamp):
            return []
        self._remember(stamp)
        if self.state == ServerState.DOWN:
            return []
        before, self.players, self.bots, self.player_names = self.players, 0, 0, []
        return self._turn(ServerState.DOWN, at, before=before)

    def delete(self, at: datetime, stamp: Stamp = Stamp()) -> list[Happening]:
        """It was taken off the list; a later report brings it back."""
        if self.deleted_at is not None or self._comes_too_late(at, stamp):
            return []
        self._remember(stamp)
        happening = self._happening(EventKind.SERVER_DELETED, at, before=self.players)
        self.deleted_at, self.changed_at = at, at
        self.state = self.told = ServerState.UNKNOWN
        self.flapping, self.turns, self.misses = False, [], 0
        self.players, self.bots, self.player_names = 0, 0, []
        self.map, self.own_name, self.max_players = "", "", None
        return [happening]

    def settle(self, now: datetime) -> list[Happening]:
        """A flapping server that has kept still is believed; a changed state is told now."""
        if not self.flapping or (self.turns and now - self.turns[-1] < SETTLED_AFTER):
            return []
        self.flapping, self.turns = False, self.turns[-1:]
        if self.told == self.state:
            return []
        self.told = self.state
        kind = EventKind.SERVER_UP if self.state == ServerState.UP else EventKind.SERVER_DOWN
        return [self._happening(kind, now, detail={"settled": True})]

    # --- rules -------------------------------------------------------------------------------

    def moved_since(self, at: datetime) -> bool:
        """Whether it went down or came back after an instant."""
        return any(turn > at for turn in self.turns)

    def _comes_too_late(self, at: datetime, stamp: Stamp, *, empty: bool = False) -> bool:
        """Whether something newer is known already."""
        if stamp.occurred_at is not None and self.occurred_at is not None:
            if stamp.occurred_at != self.occurred_at:
                return stamp.occurred_at < self.occurred_at
        elif stamp.sequence is None or self.sequence is None:
            gone = self.deleted_at
            return empty and gone is not None and at - gone < STRAGGLER
        heard = max(filter(None, (self.last_seen_at, self.changed_at)), default=at)
        if stamp.sequence is None or self.sequence is None or at - heard >= REORDERED:
            return False
        return stamp.sequence <= self.sequence

    def _remember(self, stamp: Stamp) -> None:
        if stamp.sequence is not None:
            self.sequence = stamp.sequence
        self.occurred_at = stamp.occurred_at or self.occurred_at

    def _rise(self, sighting: Sighting) -> list[Happening]:
        """From unknown, deleted or down to up."""
        if self.deleted_at is not None:
            self.deleted_at = None
        if self.state == ServerState.UP:
            return []
        # Somebody who reports itself tells every change; whom we ask, we only just met.
        known = 0 if self.origin == Origin.REPORTED else sighting.players
        self.players = known
        if self.state == ServerState.DOWN:
            return self._turn(ServerState.UP, sighting.at, players=known)
        self.state = self.told = ServerState.UP
        self.changed_at = sighting.at
        self._take_name(sighting)
        self.max_players = sighting.max_players or self.max_players
        appeared = self._happening(EventKind.SERVER_APPEARED, sighting.at, players=known)
        return [appeared]

    def _turn(
        self, state: ServerState, at: datetime, *, players: int = 0, before: int | None = None
    ) -> list[Happening]:
        """Down or back: told at once, unless it has been doing little else lately."""
        self.state, self.changed_at = state, at
        planned = self.maintenance_until is not None and at < self.maintenance_until
        if not planned:
            self.turns = [*(turn for turn in self.turns if at - turn < FLAP_WINDOW), at]
        kind = EventKind.SERVER_UP if state == ServerState.UP else EventKind.SERVER_DOWN
        starts = not planned and not self.flapping and len(self.turns) >= FLAPS
        self.flapping = self.flapping or starts
        if not self.flapping:
            self.told = state
        turned = self._happening(kind, at, players=players, before=before, damped=self.flapping)
        if not starts:
            return [turned]
        detail: JsonObject = {"turns": len(self.turns)}
        return [turned, self._happening(EventKind.SERVER_FLAPPING, at, detail=detail)]

    def _describe(self, sighting: Sighting) -> list[Happening]:
        """Name, map and what else it says of itself."""
        happened = []
        old_name, old_map = self.own_name, self.map
        self._take_name(sighting)
        if old_name and self.own_name != old_name:
            detail: JsonObject = {"before": old_name, "after": self.own_name}
            happened.append(self._happening(EventKind.NAME_CHANGED, sighting.at, detail=detail))
        self.map = self.map if sighting.map is None else sighting.map
        if old_map and self.map and self.map != old_map:
            detail = {"before": old_map, "after": self.map}
            happened.append(self._happening(EventKind.MAP_CHANGED, sighting.at, detail=detail))
        self.game = sighting.game or self.game
        self.region = sighting.region or self.region
        self.version = sighting.version or self.version
        self.url = sighting.url or self.url
        self.bots = self.bots if sighting.bots is None else sighting.bots
        self.max_players = self._room(sighting.max_players)
        if sighting.player_names is not None:
            self.player_names = list(sighting.player_names)
        if not self.tagged:
            self.tags = list(sighting.tags) or self.tags
        return happened

    def _room(self, said: int | None) -> int | None:
        """Lobbies shrink the room in mid-game: the largest since it appeared counts."""
        if said is None or self.max_players is None or self.origin == Origin.POLLED:
            return self.max_players if said is None else said
        return max(said, self.max_players)

    def _take_name(self, sighting: Sighting) -> None:
        self.own_name = sighting.name or self.own_name
        if not self.named and self.own_name:
            self.name = self.own_name

    def _count(self, sighting: Sighting) -> list[Happening]:
        """People who came or went, told by their number alone: names may be made up."""
        before, now = self.players, sighting.players
        if now == before:
            return []
        self.players, self.changed_at, self.idle_noted_at = now, sighting.at, None
        if now > before:
            kind = EventKind.PLAYER_JOINED
        else:
            kind = EventKind.PLAYER_LEFT if now else EventKind.LAST_PLAYER_LEFT
        return [self._happening(kind, sighting.at, before=before)]

    def _happening(
        self,
        kind: EventKind,
        at: datetime,
        *,
        players: int | None = None,
        before: int | None = None,
        damped: bool = False,
        detail: JsonObject | None = None,
    ) -> Happening:
        return Happening(
            kind=kind,
            at=at,
            players=self.players if players is None else players,
            before=before,
            max_players=self.max_players,
            map=self.map,
            damped=damped,
            detail=detail or {},
        )
