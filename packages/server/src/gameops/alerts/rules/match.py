"""Whether a rule fires: pure, told the time and all it needs to know."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from gameops.alerts.engine.model import Happening, Watched
from gameops.alerts.rules.model import Quiet, Threshold
from gameops.alerts.servers.model import EventKind, ServerState

COUNTED: Final = frozenset(
    {
        EventKind.PLAYER_JOINED,
        EventKind.PLAYER_LEFT,
        EventKind.LAST_PLAYER_LEFT,
        EventKind.SERVER_APPEARED,
        EventKind.SERVER_UP,
    }
)
"""Events that can carry the count over a threshold; from nobody, where none was known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveRule:
    """A rule as it is matched."""

    id: UUID
    community_id: UUID
    community: str
    venue_id: UUID | None
    name: str
    events: frozenset[str]
    server_ids: frozenset[str]
    tags: frozenset[str]
    threshold: Threshold | None
    cooldown: timedelta
    delay: timedelta
    quiet: Quiet | None
    channel_ids: tuple[UUID, ...]
    template: str | None

    def covers(self, server: Watched) -> bool:
        """Whether the rule is about this server: named, tagged, or simply every one."""
        if not self.server_ids and not self.tags:
            return True
        return str(server.id) in self.server_ids or not self.tags.isdisjoint(server.tags)

    def trigger(self, happening: Happening) -> EventKind | None:
        """The event as which this rule tells a happening, or nothing."""
        if happening.kind in self.events:
            return happening.kind
        left = happening.kind == EventKind.LAST_PLAYER_LEFT  # the last to leave leaves, too
        if left and EventKind.PLAYER_LEFT in self.events:
            return happening.kind
        wanted = EventKind.THRESHOLD in self.events and self.crossed(happening)
        return EventKind.THRESHOLD if wanted else None

    def crossed(self, happening: Happening) -> bool:
        """Whether the count went over the rule's threshold, in its direction."""
        if self.threshold is None or happening.kind not in COUNTED or happening.players is None:
            return False
        line, before, now = self.threshold.players, happening.before or 0, happening.players
        if self.threshold.direction == "rises":
            return before < line <= now
        return now < line <= before


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Planned work on some servers; on all of the community when it names none."""

    server_ids: frozenset[str]
    tags: frozenset[str]
    starts_at: datetime
    ends_at: datetime

    def covers(self, server: Watched, at: datetime) -> bool:
        """Whether the server is being worked on."""
        if not self.starts_at <= at < self.ends_at:
            return False
        if not self.server_ids and not self.tags:
            return True
        return str(server.id) in self.server_ids or not self.tags.isdisjoint(server.tags)


def held_because(
    rule: ActiveRule,
    server: Watched,
    happening: Happening,
    *,
    windows: Iterable[Window],
    last_fired: datetime | None,
    now: datetime,
) -> str | None:
    """The reason for which an alert is not sent, if there is one."""
    if happening.damped:
        return "flapping"
    if in_maintenance(server, windows, now):
        return "maintenance"
    if rule.quiet is not None and is_quiet(rule.quiet, now):
        return "quiet_hours"
    if last_fired is not None and now - last_fired < rule.cooldown:
        return "cooldown"
    return None


def in_maintenance(server: Watched, windows: Iterable[Window], now: datetime) -> bool:
    """Whether people know already that something is being done to it."""
    if server.maintenance_until is not None and now < server.maintenance_until:
        return True
    return any(window.covers(server, now) for window in windows)


def is_quiet(quiet: Quiet, now: datetime) -> bool:
    """Whether ``now`` lies in the quiet hours, by the clock on the wall of their time zone."""
    local = now.astimezone(ZoneInfo(quiet.time_zone))
    start, end = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)
    wall = local.time()
    today = local.weekday()
    if start < end:
        return today in quiet.weekdays and start <= wall < end
    if wall >= start:
        return today in quiet.weekdays
    return wall < end and (today - 1) % 7 in quiet.weekdays


def still_holds(rule: ActiveRule, server: Watched, happening: Happening) -> bool:
    """After the rule's delay: whether what happened is still how it is."""
    if happening.kind == EventKind.SERVER_DELETED:
        return server.deleted_at is not None
    if server.deleted_at is not None:
        return False
    if rule.trigger(happening) == EventKind.THRESHOLD and rule.threshold is not None:
        over = server.players >= rule.threshold.players
        return over if rule.threshold.direction == "rises" else not over
    check = _STILL.get(happening.kind)
    return check is None or check(server, happening)


_STILL: Final[Mapping[EventKind, Callable[[Watched, Happening], bool]]] = {
    EventKind.SERVER_DOWN: lambda server, then: (
        server.state == ServerState.DOWN and not server.moved_since(then.at)
    ),
    EventKind.SERVER_UP: lambda server, then: (
        server.state == ServerState.UP and not server.moved_since(then.at)
    ),
    EventKind.SERVER_APPEARED: lambda server, then: (
        server.state == ServerState.UP and not server.moved_since(then.at)
    ),
    EventKind.PLAYER_JOINED: lambda server, then: server.players >= (then.players or 0),
    EventKind.PLAYER_LEFT: lambda server, then: server.players <= (then.players or 0),
    EventKind.LAST_PLAYER_LEFT: lambda server, _: server.players == 0,
    EventKind.MAP_CHANGED: lambda server, then: server.map == then.map,
}
