"""Reading the log, and giving what was given up another chance."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from gameops.core.actor import Actor
from gameops.core.db import AnyRow
from gameops.core.errors import Forbidden
from gameops.core.paging import PageRequest, Slice
from gameops.core.uow import UnitOfWork
from gameops.identity.api import record_audit
from gameops.notify.deliveries import store
from gameops.notify.deliveries.model import GIVE_UP_AFTER, Delivery, DeliveryState
from gameops.notify.errors import DeliveryNotDead, DeliveryNotFound
from gameops.notify.permissions import MANAGE, VIEW
from gameops.notify.scoping import require_scope
from gameops.notify.topics import CODE, say_delivered, say_queued

SEARCH_SPAN: Final = timedelta(days=7)
"""How far back a search for words looks when it is not told: those read every row."""


@dataclass(frozen=True, slots=True)
class Log:
    """What people do with deliveries."""

    uow: UnitOfWork
    actor: Actor

    async def search(self, wanted: store.DeliveryFilter, page: PageRequest) -> Slice[AnyRow]:
        """Deliveries of the scopes whose log the caller may read, newest first."""
        if wanted.venue_id is not None:
            self.actor.require(VIEW, venue_id=wanted.venue_id)
        venues = self.actor.venues_with(VIEW)
        if venues is not None and not venues:
            raise Forbidden(permission=VIEW)
        wanted = replace(wanted, venues=venues)
        if wanted.q is not None and wanted.since is None:
            wanted = replace(wanted, since=self.uow.now - SEARCH_SPAN)
        return await store.list_deliveries(self.uow.session, wanted, page)

    async def get(self, delivery_id: UUID) -> AnyRow:
        """One delivery with its notice and channel."""
        row = await store.get_delivery(self.uow.session, delivery_id)
        require_scope(self.actor, VIEW, row[0].venue_id, DeliveryNotFound)
        return row

    async def retry(self, delivery_id: UUID) -> AnyRow:
        """Send again what was given up."""
        delivery = await self._dead(delivery_id)
        if delivery.topic == CODE:  # its text is gone; a new code is asked for instead
            raise DeliveryNotDead(delivery_id=delivery_id)
        delivery.state, delivery.reason = DeliveryState.QUEUED, ""
        delivery.next_attempt_at = self.uow.now
        delivery.give_up_at = self.uow.now + GIVE_UP_AFTER
        await self.uow.session.flush()
        await self._audit("notify.delivery_retried", delivery)
        say_queued(self.uow, [delivery.venue_id])
        return await store.get_delivery(self.uow.session, delivery_id)

    async def retry_all(self, venue_id: UUID | None, channel_id: UUID | None) -> int:
        """Send again all that was given up in a scope, or on a channel of it."""
        self.actor.require(MANAGE, venue_id=venue_id)
        count = await store.retry_dead(
            self.uow.session,
            venue_id=venue_id,
            channel_id=channel_id,
            now=self.uow.now,
            give_up_at=self.uow.now + GIVE_UP_AFTER,
        )
        await record_audit(
            self.uow,
            self.actor,
            action="notify.deliveries_retried",
            subject_type="channel",
            subject_id=channel_id,
            venue_id=venue_id,
            detail={"count": count},
        )
        say_queued(self.uow, [venue_id])
        return count

    async def discard(self, delivery_id: UUID) -> None:
        """Have done with what was given up."""
        delivery = await self._dead(delivery_id)
        delivery.state = DeliveryState.DISCARDED
        await self.uow.session.flush()
        await self._audit("notify.delivery_discarded", delivery)
        say_delivered(self.uow, [delivery.venue_id])

    async def _dead(self, delivery_id: UUID) -> Delivery:
        delivery = await store.lock_delivery(self.uow.session, delivery_id)
        require_scope(self.actor, MANAGE, delivery.venue_id, DeliveryNotFound)
        if delivery.state != DeliveryState.DEAD:
            raise DeliveryNotDead(delivery_id=delivery_id)
        return delivery

    async def _audit(self, action: str, delivery: Delivery) -> None:
        await record_audit(
            self.uow,
            self.actor,
            action=action,
            subject_type="delivery",
            subject_id=delivery.id,
            venue_id=delivery.venue_id,
            summary=delivery.topic,
        )
