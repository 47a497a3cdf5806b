"""From events to notices: at once, after a delay, or recorded as held with the reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from gameops.alerts.engine import store as servers
from gameops.alerts.engine.model import Happening, Watched
from gameops.alerts.engine.store import Recorded
from gameops.alerts.rules import store
from gameops.alerts.rules.match import ActiveRule, Window, held_because, still_holds
from gameops.alerts.rules.texts import DEFAULTS, values_of
from gameops.alerts.servers.model import EventKind
from gameops.core.db import JsonObject
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.notify.api import Notice, submit

Severity = Literal["info", "good", "warning", "bad"]
SEVERITY: Final[Mapping[EventKind, Severity]] = {
    EventKind.SERVER_APPEARED: "good",
    EventKind.SERVER_UP: "good",
    EventKind.PLAYER_JOINED: "good",
    EventKind.THRESHOLD: "good",
    EventKind.SERVER_DOWN: "bad",
    EventKind.SERVER_DELETED: "warning",
    EventKind.SERVER_FLAPPING: "warning",
}

STATES: Final = frozenset({EventKind.SERVER_DOWN, EventKind.SERVER_UP, EventKind.SERVER_APPEARED})
"""Told later if they still hold: nobody should find out by themselves that a server is down."""
POSTPONED: Final = frozenset({"maintenance", "quiet_hours"})
LOOK_AGAIN: Final = timedelta(minutes=1)
NEWS: Final = timedelta(hours=1)
"""What is reported later than that is history: nobody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A rule that one event triggers."""

    rule: ActiveRule
    kind: EventKind
    server: Watched
    happening: Happening
    event_id: UUID
    waited: bool = False
    """Its rule's delay is over."""
    postponed: bool = False
    """It was held once, and that was noted."""

    @property
    def pair(self) -> store.Pair:
        """What its cooldown is counted for."""
        return self.rule.id, self.server.id, self.kind


async def fire(uow: UnitOfWork, recorded: Sequence[Recorded]) -> None:
    """Tell what the rules want told of these events."""
    recorded = [entry for entry in recorded if uow.now - entry.happening.at < NEWS]
    if not recorded:
        return
    communities = {entry.server.community_id for entry in recorded}
    rules = await store.active_rules(uow.session, communities)
    alerts = [alert for entry in recorded for alert in _triggered(entry, rules)]
    await _decide(uow, alerts)


async def fire_due(uow: UnitOfWork) -> int:
    """Tell what has waited for its rule's delay and still holds; how many were decided."""
    due = await store.due(uow.session, uow.now)
    if not due:
        return 0
    rules = await store.rules_by_id(uow.session, {row.rule_id for row in due})
    known = await servers.lock_by_id(uow.session, {row.server_id for row in due})
    then = await store.happenings(uow.session, {row.event_id for row in due})
    await store.forget_waiting(uow.session, [row.id for row in due])
    alerts = []
    for row in due:
        rule, server = rules.get(row.rule_id), known.get(row.server_id)
        happening = then.get(row.event_id)
        kind = rule.trigger(happening) if rule and happening else None
        if rule and server and happening and kind:
            alerts.append(
                Alert(
                    rule=rule,
                    kind=kind,
                    server=server,
                    happening=happening,
                    event_id=row.event_id,
                    waited=True,
                    postponed=row.postponed,
                )
            )
    await _decide(uow, alerts)
    return len(due)


def _triggered(entry: Recorded, rules: Mapping[UUID, list[ActiveRule]]) -> Iterable[Alert]:
    for rule in rules.get(entry.server.community_id, ()):
        kind = rule.trigger(entry.happening) if rule.covers(entry.server) else None
        if kind is not None:
            yield Alert(
                rule=rule,
                kind=kind,
                server=entry.server,
                happening=entry.happening,
                event_id=entry.id,
            )


async def _decide(uow: UnitOfWork, alerts: Sequence[Alert]) -> None:
    """Send, hold or put off each alert; later ones see the cooldown of earlier ones."""
    if not alerts:
        return
    communities = {alert.rule.community_id for alert in alerts}
    windows = await store.windows(uow.session, communities, now=uow.now)
    cooling = {alert.pair for alert in alerts if alert.rule.cooldown}
    fired = await store.last_fired(uow.session, cooling)
    fresh: dict[store.Pair, datetime] = {}
    notices, waiting = [], []
    for alert in alerts:
        held = _held(alert, windows, fired.get(alert.pair), uow.now)
        again = held in POSTPONED and alert.kind in STATES
        if again:
            waiting.append(_waiting(alert, uow.now + LOOK_AGAIN, postponed=True))
        if held is None and alert.rule.delay and not alert.waited:
            waiting.append(_waiting(alert, uow.now + alert.rule.delay))
            continue
        if held is None and alert.rule.channel_ids:
            fired[alert.pair] = fresh[alert.pair] = uow.now
        if held is None or not alert.postponed:
            notices.append(notice_of(alert, held=held))
    await store.save_fired(uow.session, fresh)
    await store.wait(uow.session, waiting, anew=STATES)
    await submit(uow, notices)


def _held(
    alert: Alert,
    windows: Mapping[UUID, list[Window]],
    last: datetime | None,
    now: datetime,
) -> str | None:
    if alert.waited and not still_holds(alert.rule, alert.server, alert.happening):
        return "no_longer_true"
    if alert.waited and alert.kind in STATES and alert.server.flapping:
        return "flapping"
    return held_because(
        alert.rule,
        alert.server,
        alert.happening,
        windows=windows.get(alert.rule.community_id, ()),
        last_fired=last,
        now=now,
    )


def _waiting(alert: Alert, due_at: datetime, *, postponed: bool = False) -> JsonObject:
    return {
        "id": new_id(),
        "rule_id": alert.rule.id,
        "server_id": alert.server.id,
        "kind": alert.kind,
        "event_id": alert.event_id,
        "due_at": due_at,
        "postponed": postponed,
    }


def notice_of(alert: Alert, *, held: str | None) -> Notice:
    """The alert as the notification service takes it."""
    server, happening = alert.server, alert.happening
    values = values_of(server, happening, community=alert.rule.community)
    fields = [("Players", f"{values['players']}/{values['max']}")]
    if happening.map:
        fields.append(("Map", happening.map))
    return Notice(
        venue_id=alert.rule.venue_id,
        topic=f"alerts.{alert.kind}",
        title=server.name,
        template=alert.rule.template or DEFAULTS[alert.kind],
        values=values,
        channel_ids=alert.rule.channel_ids,
        severity=SEVERITY.get(alert.kind, "info"),
        held=held,
        subject_id=server.id,
        fields=tuple(fields),
        data=_data(alert, values),
    )


def _data(alert: Alert, values: Mapping[str, str | int]) -> JsonObject:
    happening = alert.happening
    return {
        "event_id": str(alert.event_id),
        "rule": alert.rule.name,
        "community": alert.rule.community,
        "kind": alert.kind,
        "at": happening.at.isoformat(),
        "server": {
            "id": str(alert.server.id),
            "name": alert.server.name,
            "key": alert.server.key,
            "game": alert.server.game,
            "base": values["base"],
            "table": values["table"],
        },
        "players": happening.players,
        "before": happening.before,
        "max_players": happening.max_players,
        "map": happening.map,
    }
