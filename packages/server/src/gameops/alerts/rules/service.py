"""Managing rules and maintenance windows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from gameops.alerts.communities.model import Community
from gameops.alerts.communities.service import Communities, check_channels
from gameops.alerts.engine.model import Happening, Watched
from gameops.alerts.errors import PeriodInvalid, RuleInvalid, TemplateInvalid
from gameops.alerts.permissions import MANAGE, VIEW
from gameops.alerts.rules import store
from gameops.alerts.rules.firing import SEVERITY
from gameops.alerts.rules.model import Maintenance, Rule
from gameops.alerts.rules.schemas import (
    AlertPreviewIn,
    AlertPreviewOut,
    RuleIn,
    VariableOut,
    WindowIn,
)
from gameops.alerts.rules.texts import DEFAULTS, MEANINGS, values_of
from gameops.alerts.servers import store as servers
from gameops.alerts.servers.model import EventKind
from gameops.alerts.servers.schemas import watched_of
from gameops.core.actor import Actor
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.identity.api import record_audit
from gameops.notify.api import Notice, render, submit_test, unknown_placeholders

LONGEST_MAINTENANCE: Final = timedelta(days=366)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """What people do with rules."""

    uow: UnitOfWork
    actor: Actor

    async def of_community(self, community_id: UUID) -> Sequence[Rule]:
        """All of them."""
        await self._communities.get(community_id)
        return await store.list_rules(self.uow.session, community_id)

    async def get(self, rule_id: UUID, permission: str = VIEW) -> tuple[Rule, Community]:
        """One that the actor may look at or manage."""
        rule = await store.get_rule(self.uow.session, rule_id)
        return rule, await self._communities.get(rule.community_id, permission)

    async def create(self, wanted: RuleIn) -> Rule:
        """In force at once."""
        community = await self._communities.get(wanted.community_id, MANAGE)
        fields = wanted.model_dump(mode="json") | {"community_id": community.id}
        await self._check(community, fields)
        rule = Rule(id=new_id(), created_at=self.uow.now, **fields)
        self.uow.session.add(rule)
        await self._changed("alerts.rule_created", community, rule)
        return rule

    async def change(self, rule_id: UUID, fields: dict[str, Any]) -> Rule:
        """Change what is given."""
        rule, community = await self.get(rule_id, MANAGE)
        await self._check(community, _as_fields(rule) | fields)
        for name, value in fields.items():
            setattr(rule, name, value)
        await self._changed("alerts.rule_changed", community, rule)
        return rule

    async def remove(self, rule_id: UUID) -> None:
        """It fires no more."""
        rule, community = await self.get(rule_id, MANAGE)
        rule.removed_at = self.uow.now
        await self._changed("alerts.rule_removed", community, rule)

    async def test(self, rule_id: UUID) -> int:
        """Send one message by each of its channels, to nobody but the actor; how many."""
        rule, community = await self.get(rule_id, MANAGE)
        event = EventKind(rule.events[0])
        server, happening = await self._example(community, event, None)
        template = rule.template or DEFAULTS[event]
        notice = Notice(
            venue_id=community.venue_id,
            topic="alerts.test",
            title=f"Test of the rule {rule.name}",
            template=template,
            values=values_of(server, happening, community=community.name),
            channel_ids=[UUID(channel_id) for channel_id in rule.channel_ids],
            severity=SEVERITY.get(event, "info"),
            data={"test": True, "rule": rule.name},
        )
        return len(await submit_test(self.uow, self.actor, notice))

    async def preview(self, wanted: AlertPreviewIn) -> AlertPreviewOut:
        """How an alert would read, on a server of the community or on an invented one."""
        community = await self._communities.get(wanted.community_id)
        server, happening = await self._example(community, wanted.event, wanted.server_id)
        values = values_of(server, happening, community=community.name)
        default = DEFAULTS[wanted.event]
        template = wanted.template or default
        return AlertPreviewOut(
            text=render(template, values, escape="none"),
            default_template=default,
            variables=[
                VariableOut(name=name, value=str(values[name]), meaning=meaning)
                for name, meaning in MEANINGS.items()
            ],
            unknown=unknown_placeholders(template, MEANINGS.keys()),
        )

    async def _example(
        self, community: Community, event: EventKind, server_id: UUID | None
    ) -> tuple[Watched, Happening]:
        found = None
        if server_id is not None:
            found = await servers.get_server(self.uow.session, server_id)
            await self._communities.get(found.community_id)
        else:
            shown = await servers.shown_servers(self.uow.session, community.id)
            found = shown[0] if shown else None
        server = watched_of(found) if found else _invented(community, self.uow)
        players = max(server.players, 1)
        detail: dict[str, Any] = {"before": "dm17", "after": "dm6", "count": 3}
        happening = Happening(
            kind=event,
            at=self.uow.now,
            players=players,
            before=players - 1,
            max_players=server.max_players,
            map=server.map,
            detail=detail,
        )
        return server, happening

    async def windows(self, community_id: UUID) -> Sequence[Maintenance]:
        """Planned work, and what ended within a day."""
        await self._communities.get(community_id)
        return await store.list_maintenance(
            self.uow.session, community_id, since=self.uow.now - DAY
        )

    async def plan(self, wanted: WindowIn) -> Maintenance:
        """Announce work: nobody is told what happens on its servers meanwhile."""
        community = await self._communities.get(wanted.community_id, MANAGE)
        span = wanted.ends_at - wanted.starts_at
        if not timedelta(0) < span <= LONGEST_MAINTENANCE or wanted.ends_at <= self.uow.now:
            raise PeriodInvalid
        window = Maintenance(
            id=new_id(),
            community_id=community.id,
            server_ids=[str(server_id) for server_id in wanted.server_ids],
            tags=wanted.tags,
            starts_at=wanted.starts_at,
            ends_at=wanted.ends_at,
            reason=wanted.reason,
        )
        self.uow.session.add(window)
        await self._audit("alerts.maintenance_planned", community, window.id, wanted.reason)
        return window

    async def call_off(self, maintenance_id: UUID) -> None:
        """Planned work that does not happen, or is over early."""
        window = await store.get_maintenance(self.uow.session, maintenance_id)
        community = await self._communities.get(window.community_id, MANAGE)
        await self.uow.session.delete(window)
        await self._audit("alerts.maintenance_ended", community, window.id, window.reason)

    @property
    def _communities(self) -> Communities:
        return Communities(self.uow, self.actor)

    async def _check(self, community: Community, fields: Mapping[str, Any]) -> None:
        """Whether the parts fit together."""
        wants_threshold = EventKind.THRESHOLD in fields["events"]
        if wants_threshold != (fields["threshold"] is not None):
            raise RuleInvalid("A threshold belongs to the event of crossing it, and only to it.")
        unknown = unknown_placeholders(fields["template"] or "", MEANINGS.keys())
        if unknown:
            raise TemplateInvalid(unknown=unknown)
        await check_channels(self.uow, community, fields["channel_ids"])

    async def _changed(self, action: str, community: Community, rule: Rule) -> None:
        await self._audit(action, community, rule.id, rule.name)

    async def _audit(
        self, action: str, community: Community, subject_id: UUID, summary: str
    ) -> None:
        await record_audit(
            self.uow,
            self.actor,
            action=action,
            subject_type="alert_rule",
            subject_id=subject_id,
            summary=summary,
            venue_id=community.venue_id,
        )


def _as_fields(rule: Rule) -> dict[str, Any]:
    return {
        "events": rule.events,
        "threshold": rule.threshold,
        "template": rule.template,
        "channel_ids": (),
    }


def _invented(community: Community, uow: UnitOfWork) -> Watched:
    return Watched(
        id=UUID(int=0),
        community_id=community.id,
        key="https://games.example.org/?table=bar",
        url="https://games.example.org/?table=bar",
        origin="reported",
        name="The Bar",
        game="Five Card Stud",
        region="us",
        players=2,
        max_players=6,
        map="dm6",
        created_at=uow.now,
    )
