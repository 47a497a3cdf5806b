"""Saying which notices of the house go where."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from gameops.core.actor import Actor
from gameops.core.uow import UnitOfWork
from gameops.identity.api import record_audit
from gameops.notify.channels import store as channels
from gameops.notify.errors import ChannelNotFound, TopicNotFound
from gameops.notify.permissions import MANAGE, VIEW
from gameops.notify.routing import store
from gameops.notify.topics import TOPICS


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes of one scope."""

    uow: UnitOfWork
    actor: Actor

    async def of_scope(self, venue_id: UUID | None) -> Mapping[str, list[UUID]]:
        """The channels of every topic there is."""
        self.actor.require(VIEW, venue_id=venue_id)
        routed = await store.routes_of(self.uow.session, venue_id)
        living = {row.id for row in await channels.of_scope(self.uow.session, venue_id)}
        return {topic: [id_ for id_ in routed.get(topic, []) if id_ in living] for topic in TOPICS}

    async def put(self, venue_id: UUID | None, topic: str, channel_ids: list[UUID]) -> list[UUID]:
        """Have a topic go to these channels of the same scope."""
        self.actor.require(MANAGE, venue_id=venue_id)
        if topic not in TOPICS:
            raise TopicNotFound(topic=topic)
        living = {row.id for row in await channels.of_scope(self.uow.session, venue_id)}
        wanted = list(dict.fromkeys(channel_ids))
        for channel_id in wanted:
            if channel_id not in living:
                raise ChannelNotFound(channel_id=channel_id)
        await store.put_route(
            self.uow.session,
            venue_id=venue_id,
            topic=topic,
            channel_ids=wanted,
            now=self.uow.now,
        )
        await record_audit(
            self.uow,
            self.actor,
            action="notify.topic_routed",
            subject_type="topic",
            subject_id=topic,
            venue_id=venue_id,
            summary=TOPICS[topic],
            detail={"channel_ids": [str(channel_id) for channel_id in wanted]},
        )
        return wanted
