"""Managing watched servers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gameops.alerts.communities.model import Community
from gameops.alerts.communities.service import Communities
from gameops.alerts.engine import store as engine
from gameops.alerts.engine.apply import Batch
from gameops.alerts.errors import PeriodInvalid, ServerExists, ServerNotPolled, UnknownProtocol
from gameops.alerts.history.series import SPANS, Point, Range, Summary, series, summary
from gameops.alerts.permissions import MANAGE, VIEW
from gameops.alerts.servers import store
from gameops.alerts.servers.model import Origin, Sample, Server, ServerState
from gameops.alerts.servers.schemas import FOR_GOOD, ServerIn
from gameops.alerts.topics import servers_edited
from gameops.alerts.watching.protocols import catalogue
from gameops.core.actor import Actor
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.identity.api import record_audit

AUTO = "auto"
NOT_COLUMNS = frozenset({"community_id", "name", "protocol"})
POLLED_ONLY = frozenset(
    {"port", "query_port", "protocol", "interval_seconds", "timeout_seconds", "down_after"}
)


@dataclass(frozen=True, slots=True)
class Servers:
    """What people do with servers."""

    uow: UnitOfWork
    actor: Actor

    async def get(self, server_id: UUID, permission: str = VIEW) -> Server:
        """One that the actor may look at or manage."""
        server = await store.get_server(self.uow.session, server_id)
        await self._communities.get(server.community_id, permission)
        return server

    async def scope(self, community_id: UUID | None) -> frozenset[UUID]:
        """The communities to search: the one asked for, or all that the actor may see."""
        if community_id is not None:
            return frozenset({(await self._communities.get(community_id)).id})
        return frozenset(community.id for community in await self._communities.visible())

    async def add(self, wanted: ServerIn) -> Server:
        """Watch a server; one that was deleted comes back with its history."""
        community = await self._communities.get(wanted.community_id, MANAGE)
        key = key_of(wanted)
        known = (await store.lock_by_keys(self.uow.session, community.id, [key])).get(key)
        if known is not None and known.deleted_at is None:
            raise ServerExists(server_id=known.id)
        server = self.put(community, wanted, known)
        await self._edited(community, server, "alerts.server_added")
        return server

    async def lock_all(self, community: Community, keys: Collection[str]) -> dict[str, Server]:
        """What there is at the places of a table, so that nobody changes it meanwhile."""
        await store.lock_additions(self.uow.session, community.id)
        return await store.lock_by_keys(self.uow.session, community.id, keys)

    async def put_all(
        self, community: Community, wanted: Sequence[ServerIn], known: Mapping[str, Server]
    ) -> None:
        """Have the servers of a table, each as its row says; what a row leaves out stays."""
        there, servers = living(known), dict(known)
        for one in wanted:
            key = key_of(one)
            servers[key] = self.put(community, one, servers.get(key))
        await store.write_servers(self.uow.session)
        touched = {key_of(one): servers[key_of(one)] for one in wanted}
        servers_edited(self.uow, community.id, [server.id for server in touched.values()])
        for key, server in touched.items():
            if key not in there:
                await self._audit(community, server.id, server.name, "alerts.server_added")

    def put(self, community: Community, wanted: ServerIn, known: Server | None) -> Server:
        """The server at an address, set up as wanted; ``known`` is locked, and was there before."""
        key = key_of(wanted)
        server = known or _blank(community.id, key, self.uow.now)
        if known is None:
            self.uow.session.add(server)
        elif reports_itself(known):
            raise ServerNotPolled
        stays = known is not None and known.deleted_at is None
        given = wanted.model_fields_set if stays else ServerIn.model_fields.keys()
        fields = wanted.model_dump(include=set(given) - NOT_COLUMNS)
        for name, value in fields.items():
            setattr(server, name, value)
        if "protocol" in given:
            server.protocol = known_protocol(wanted.protocol)
        if "name" in given and (wanted.name or not stays):
            _rename(server, wanted.name)
        if "tags" in given:
            server.tagged = bool(wanted.tags)
        if not stays:
            server.origin, server.url, server.deleted_at = Origin.POLLED, None, None
        return server

    async def change(self, server_id: UUID, fields: dict[str, Any]) -> Server:
        """Change what is given."""
        server = await store.lock_server(self.uow.session, server_id)
        community = await self._communities.get(server.community_id, MANAGE)
        if server.origin != Origin.POLLED and POLLED_ONLY & fields.keys():
            raise ServerNotPolled
        if "maintenance" in fields:
            self._maintain(server, fields.pop("maintenance"))
        if "name" in fields:
            _rename(server, fields.pop("name"))
        if "protocol" in fields:
            server.protocol = known_protocol(fields.pop("protocol"))
        for name, value in fields.items():
            setattr(server, name, value)
        if "tags" in fields:
            server.tagged = bool(server.tags)
        await self._move(server)
        await self._edited(community, server, "alerts.server_changed")
        return server

    async def _move(self, server: Server) -> None:
        """A server that is asked is known by where it is, and nothing else is there."""
        if server.origin != Origin.POLLED or server.address is None:
            return
        key = place_of(server.address, server.port or server.query_port)
        if key == server.key:
            return
        other = await store.find_by_key(self.uow.session, server.community_id, key)
        if other is not None:
            raise ServerExists(server_id=other.id)
        server.key = key
        _rename(server, server.name if server.named else "")

    def _maintain(self, server: Server, wanted: dict[str, Any] | None) -> None:
        if wanted is None:
            server.maintenance_until, server.maintenance_reason = None, ""
            return
        until = wanted.get("until")
        end = datetime.fromisoformat(until) if until else FOR_GOOD
        if end <= self.uow.now:
            raise PeriodInvalid
        server.maintenance_until, server.maintenance_reason = end, wanted.get("reason", "")

    async def delete(self, server_id: UUID) -> None:
        """Take it off the list; its history stays."""
        server = await self.get(server_id, MANAGE)
        community = await self._communities.get(server.community_id, MANAGE)
        known = await engine.lock_by_id(self.uow.session, [server_id])
        batch = Batch(self.uow)
        batch.apply(known[server_id], lambda s: s.delete(self.uow.now), self.uow.now)
        await batch.write()
        self.uow.session.expire(server)
        servers_edited(self.uow, community.id, [server_id])
        await self._audit(community, server_id, known[server_id].name, "alerts.server_deleted")

    async def history(
        self, server_id: UUID, name: Range
    ) -> tuple[datetime, timedelta, list[Point], Summary]:
        """Since when, in which buckets, the curve and its summary; until now."""
        await self.get(server_id)
        span, bucket = SPANS[name]
        now = self.uow.now
        since = now - span
        counts: Sequence[Sample] = await store.samples(
            self.uow.session, server_id, since=since, until=now
        )
        points = series(counts, since=since, until=now, bucket=bucket)
        return since, bucket, points, summary(counts, since=since, until=now)

    @property
    def _communities(self) -> Communities:
        return Communities(self.uow, self.actor)

    async def _edited(self, community: Community, server: Server, action: str | None) -> None:
        await store.write_servers(self.uow.session)
        servers_edited(self.uow, community.id, [server.id])
        if action is not None:
            await self._audit(community, server.id, server.name, action)

    async def _audit(self, community: Community, server_id: UUID, name: str, action: str) -> None:
        await record_audit(
            self.uow,
            self.actor,
            action=action,
            subject_type="server",
            subject_id=server_id,
            summary=name,
            venue_id=community.venue_id,
        )


def known_protocol(name: str) -> str | None:
    """A protocol's id; ``None`` for "find out"."""
    if name == AUTO:
        return None
    if name not in catalogue():
        raise UnknownProtocol(protocol=name)
    return name


def living(known: Mapping[str, Server]) -> set[str]:
    """The keys of those that are on the list."""
    return {key for key, server in known.items() if server.deleted_at is None}


def reports_itself(server: Server | None) -> bool:
    """Whether it is on the list because it said so; a deleted one may be asked from now on."""
    return server is not None and server.deleted_at is None and server.origin != Origin.POLLED


def key_of(wanted: ServerIn) -> str:
    """By what a server to be watched is found again."""
    return place_of(wanted.address, wanted.port or wanted.query_port)


def place_of(address: str, port: int | None) -> str:
    """Where a server is, in one word."""
    host = f"[{address}]" if ":" in address else address
    return f"{host}:{port}" if port else host


def _blank(community_id: UUID, key: str, now: datetime) -> Server:
    return Server(
        id=new_id(),
        community_id=community_id,
        origin=Origin.POLLED,
        key=key,
        name=key[:80],
        own_name="",
        game="",
        region="",
        url=None,
        state=ServerState.UNKNOWN,
        told=ServerState.UNKNOWN,
        flapping=False,
        turns=[],
        players=0,
        bots=0,
        map="",
        version="",
        player_names=[],
        misses=0,
        maintenance_reason="",
        created_at=now,
    )


def _rename(server: Server, name: str) -> None:
    server.named = bool(name)
    server.name = name or server.own_name or server.key[:80]
