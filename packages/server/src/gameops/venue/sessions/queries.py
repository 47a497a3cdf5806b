"""Reading sessions: lists, details with prices, and quotes for what has not happened yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gameops.billing import api as billing
from gameops.core.actor import Actor
from gameops.core.money import included_tax
from gameops.core.paging import PageRequest, Slice
from gameops.core.uow import UnitOfWork
from gameops.venue.customers.model import Customer
from gameops.venue.errors import CustomerNotFound, MinutesNeeded, SessionNotFound
from gameops.venue.permissions import FLOOR
from gameops.venue.sessions import store
from gameops.venue.sessions.finish import Ending, books_of, stretches
from gameops.venue.sessions.model import EndReason, Mode, Segment, Session, bill
from gameops.venue.sessions.opening import Opened, Opening, Start
from gameops.venue.sessions.schemas import (
    EndQuote,
    MoveQuote,
    Quote,
    QuoteIn,
    SegmentOut,
    SessionDetail,
    SessionOut,
    final_price,
)
from gameops.venue.sessions.service import Sessions
from gameops.venue.tariffs import store as tariffs
from gameops.venue.tariffs.model import Grant
from gameops.venue.tariffs.pricing import Price, price
from gameops.venue.tariffs.schemas import PriceLineOut, PriceOut
from gameops.venue.venues.model import Tier, Venue


@dataclass(frozen=True, slots=True)
class SessionQueries:
    """What may be read of sessions in a unit of work."""

    uow: UnitOfWork
    actor: Actor

    @property
    def db(self) -> AsyncSession:
        """The unit of work's database session."""
        return self.uow.session

    async def of_venue(
        self, venue_id: UUID, conditions: list[Any], page: PageRequest
    ) -> Slice[SessionOut]:
        """A venue's sessions, newest first."""
        self.actor.require(FLOOR, venue_id=venue_id)
        return await self.page([Session.venue_id == venue_id, *conditions], page)

    async def page(self, conditions: list[Any], page: PageRequest) -> Slice[SessionOut]:
        """Sessions that meet conditions; the caller has checked who may see them."""
        found = await store.list_sessions(self.db, conditions, page)
        rows = [
            SessionOut.of(row[0], station=row[1], zone=row[2], now=self.uow.now)
            for row in found.rows
        ]
        return Slice(rows, found.next_cursor)

    async def out(self, session: Session) -> SessionOut:
        """One session for an answer."""
        station, zone = await store.station_and_zone(self.db, session.station_id)
        return SessionOut.of(session, station=station, zone=zone, now=self.uow.now)

    def opened(self, opened: Opened) -> SessionOut:
        """A session that has just begun."""
        place = opened.place
        return SessionOut.of(
            opened.session, station=place.station.name, zone=place.zone.name, now=self.uow.now
        )

    async def detail(self, session_id: UUID) -> SessionDetail:
        """One session with its timeline, price and payments."""
        session = await store.get_session(self.db, session_id)
        await self._require_visible(session)
        return await self.explain(session)

    async def explain(self, session: Session) -> SessionDetail:
        """A session the caller may see, with everything."""
        venue = await self.db.get_one(Venue, session.venue_id)
        segments = (await store.segments(self.db, [session.id]))[session.id]
        basic = await self.out(session)
        return SessionDetail(
            **basic.model_dump(),
            segments=[SegmentOut.of(segment) for segment in segments],
            price=await self._price(session, venue, segments),
            payments=await self._payments(session),
        )

    async def _require_visible(self, session: Session) -> None:
        if self.actor.allows(FLOOR, venue_id=session.venue_id):
            return
        if session.customer_id is not None and self.actor.kind == "user":
            customer = await self.db.get(Customer, session.customer_id)
            if customer is not None and customer.user_id == self.actor.id:
                return
        if self.actor.belongs_to(session.venue_id):
            self.actor.require(FLOOR, venue_id=session.venue_id)
        raise SessionNotFound(session_id=session.id)

    async def _payments(self, session: Session) -> list[billing.PaymentOut]:
        ids = [session.id]
        if session.group_id is not None:
            ids = list(await store.group_members(self.db, session.group_id))
        found = await billing.payments_of_sessions(self.db, ids)
        if self.actor.allows(FLOOR, venue_id=session.venue_id):
            return found
        return [
            _for_customer(p) for p in found if p.customer and p.customer.id == session.customer_id
        ]

    async def _price(self, session: Session, venue: Venue, segments: Sequence[Segment]) -> PriceOut:
        """The kept price of an ended session; else what has been played so far comes to."""
        if session.price is not None:
            return final_price(session.price)
        rules = await tariffs.versions(self.db, {g.tariff_version_id for g in segments})
        if session.mode == Mode.PACKAGE and session.grant_id is not None:
            grant = await self.db.get_one(Grant, session.grant_id)
            ending = Ending(session=session, at=self.uow.now, reason=EndReason.STAFF)
            so_far = bill(books_of(ending, segments, rules, venue, grant)).price
        else:
            until = session.ends_at if session.mode == Mode.PREPAID else None
            so_far = price(stretches(segments, rules, venue, until or self.uow.now))
        return PriceOut.of(
            so_far,
            currency=venue.currency,
            final=False,
            tax_minor=included_tax(so_far.total_minor, rate_bp=venue.tax_rate_bp),
        )

    # --- quotes ----------------------------------------------------------------------------

    async def quote(self, wanted: QuoteIn) -> Quote:
        """What starting would cost, or until when it would run."""
        if wanted.mode is Mode.PREPAID and not wanted.minutes:
            raise MinutesNeeded
        place = await store.get_place(self.db, wanted.station_id, self.uow.now)
        opening = Opening(self.uow, self.actor)
        opening.require(place)
        customer = None
        if wanted.customer_id is not None:
            customer = await self.db.get(Customer, wanted.customer_id)
            if customer is None or customer.venue_id != place.venue.id:
                raise CustomerNotFound(customer_id=wanted.customer_id)
        terms = place.terms(Tier(customer.tier) if customer else Tier.BASIC)
        start = Start(
            station_id=wanted.station_id,
            mode=wanted.mode,
            minutes=wanted.minutes,
            customer_id=wanted.customer_id,
            grant_id=wanted.grant_id,
        )
        plan = await opening.plan(start, place, customer, terms)
        return _quote(plan.price, place.venue.currency, self.uow.now, plan.ends_at)

    async def extend_quote(self, session_id: UUID, minutes: int) -> Quote:
        """What more minutes would cost."""
        service = Sessions(self.uow, self.actor)
        live = await service.live(session_id)
        session = live.session
        cost = service.extension_price(live, minutes)
        ends_at = session.ends_at + timedelta(minutes=minutes) if session.ends_at else None
        return _quote(cost, live.venue.currency, self.uow.now, ends_at)

    async def move_quote(self, session_id: UUID, station_id: UUID) -> MoveQuote:
        """How much time there would be at another station."""
        service = Sessions(self.uow, self.actor)
        live = await service.live(session_id)
        place = await service.target(live, station_id)
        left = await service.left_after_move(live, place)
        ends_at = None if live.session.paused_at else self.uow.now + left
        return MoveQuote(ends_at=ends_at, remaining_seconds=left.total_seconds())

    async def end_quote(self, session_id: UUID) -> EndQuote:
        """What ending now would come to."""
        service = Sessions(self.uow, self.actor)
        live = await service.live(session_id)
        session = live.session
        grant = None
        if session.mode == Mode.PACKAGE and session.grant_id is not None:
            grant = await tariffs.lock_grant(self.db, session.grant_id)
        rules = await tariffs.versions(self.db, {g.tariff_version_id for g in live.segments})
        ending = Ending(session=session, at=self.uow.now, reason=EndReason.STAFF)
        result = bill(books_of(ending, live.segments, rules, live.venue, grant))
        out = PriceOut.of(
            result.price,
            currency=live.venue.currency,
            final=False,
            tax_minor=included_tax(result.price.total_minor, rate_bp=live.venue.tax_rate_bp),
        )
        return EndQuote(
            **out.model_dump(), refund_minor=result.refund_minor, due_minor=result.due_minor
        )


def _for_customer(payment: billing.PaymentOut) -> billing.PaymentOut:
    """A payment without what only staff need to know."""
    voided = payment.voided.model_copy(update={"by": "", "reason": ""}) if payment.voided else None
    return payment.model_copy(update={"employee": None, "reference": None, "voided": voided})


def _quote(cost: Price, currency: str, now: datetime, ends_at: datetime | None) -> Quote:
    return Quote(
        total_minor=cost.total_minor,
        currency=currency,
        ends_at=ends_at,
        seconds=(ends_at - now).total_seconds() if ends_at else None,
        lines=[PriceLineOut.of(line) for line in cost.lines],
    )
