"""A running session, locked for change by somebody who may change it."""

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from gameops.billing import api as billing
from gameops.core.actor import Actor
from gameops.core.errors import Forbidden
from gameops.core.uow import UnitOfWork
from gameops.venue.customers.model import Customer
from gameops.venue.errors import SelfServiceOff, SessionNotFound, SessionOver
from gameops.venue.permissions import OPERATE
from gameops.venue.sessions import store
from gameops.venue.sessions.finish import segment_terms, stretches
from gameops.venue.sessions.model import Segment, Session, Terms
from gameops.venue.tariffs import store as tariffs
from gameops.venue.tariffs.pricing import Stretch, exact
from gameops.venue.venues.model import Venue


@dataclass(frozen=True, slots=True)
class Live:
    """A locked, live session with what its time is computed from."""

    session: Session
    venue: Venue
    segments: list[Segment]
    terms: Terms
    """Of the open segment."""
    played: list[Stretch]
    """What has been played so far, package time left out."""

    @property
    def spent(self) -> Fraction:
        """Its exact price."""
        return exact(self.played)

    @property
    def open(self) -> Segment:
        """The segment that is running."""
        return self.segments[-1]


@dataclass(frozen=True, slots=True)
class LiveSessions:
    """Finds and locks sessions in a unit of work, for an actor."""

    uow: UnitOfWork
    actor: Actor

    async def live(self, session_id: UUID) -> Live:
        """Lock a session that the actor may change; one whose time is up is over."""
        session = await store.lock_session(self.uow.session, session_id)
        venue = await self.uow.session.get_one(Venue, session.venue_id)
        await self.authorize(session, venue)
        if session.ended_at is not None:
            raise SessionOver(ended_at=session.ended_at)
        if session.ends_at is not None and session.ends_at <= self.uow.now:
            raise SessionOver(ended_at=session.ends_at)
        segments = (await store.segments(self.uow.session, [session.id]))[session.id]
        rules = await tariffs.versions(self.uow.session, {g.tariff_version_id for g in segments})
        played = stretches(segments, rules, venue, self.uow.now)
        terms = segment_terms(segments[-1], rules, venue)
        return Live(session, venue, segments, terms, played)

    async def authorize(self, session: Session, venue: Venue) -> None:
        """Staff of the venue, or the player where the venue has self-service."""
        if self.actor.allows(OPERATE, venue_id=session.venue_id):
            return
        if await self._is_own(session):
            if venue.rules.self_service:
                return
            raise SelfServiceOff
        if self.actor.belongs_to(session.venue_id):
            self.actor.require(OPERATE, venue_id=session.venue_id)
        raise SessionNotFound(session_id=session.id)

    async def require_staff(self, session_id: UUID) -> None:
        """For what players may not do themselves."""
        session = await store.get_session(self.uow.session, session_id)
        if not self.actor.belongs_to(session.venue_id) and not await self._is_own(session):
            raise SessionNotFound(session_id=session_id)
        if not self.actor.allows(OPERATE, venue_id=session.venue_id):
            raise Forbidden(permission=OPERATE)

    async def require_own_wallet(self, session_id: UUID, method: billing.Method) -> None:
        """Players pay from the wallet; only staff take cash and cards."""
        if method is not billing.Method.WALLET:
            await self.require_staff(session_id)

    async def _is_own(self, session: Session) -> bool:
        if session.customer_id is None or self.actor.kind != "user":
            return False  # a key acts by its scopes alone
        customer = await self.uow.session.get(Customer, session.customer_id)
        return customer is not None and customer.user_id == self.actor.id
