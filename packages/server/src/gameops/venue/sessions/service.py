"""What staff and players do with a running session."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from gameops.billing import api as billing
from gameops.core.money import included_tax
from gameops.identity.api import record_audit
from gameops.venue.customers.model import Customer, require_age
from gameops.venue.errors import (
    Curfew,
    NotExtendable,
    PauseNotAllowed,
    SameStation,
    SelfServiceOff,
    SessionNotPaused,
    SessionPaused,
    StationInMaintenance,
    StationNotFound,
)
from gameops.venue.events import SessionExtended, SessionMoved, SessionResumed
from gameops.venue.events import SessionPaused as SessionPausedEvent
from gameops.venue.permissions import OPERATE, REFUND
from gameops.venue.sessions import store
from gameops.venue.sessions.finish import Ended, Ending, end_sessions
from gameops.venue.sessions.live import Live, LiveSessions
from gameops.venue.sessions.model import (
    EndReason,
    Mode,
    Segment,
    SegmentKind,
    Session,
    State,
    moved_end,
)
from gameops.venue.sessions.opening import issuer_of, time_sale
from gameops.venue.sessions.store import Place
from gameops.venue.tariffs import store as tariffs
from gameops.venue.tariffs.pricing import MICROSECOND, LineKind, Price, PriceLine, price
from gameops.venue.topics import customer_changed, stations_changed
from gameops.venue.venues.model import RefundPolicy, Tier


@dataclass(frozen=True, slots=True)
class Sessions(LiveSessions):
    """Changes one session in a unit of work."""

    # --- extending -------------------------------------------------------------------------

    async def extend(self, session_id: UUID, *, minutes: int, tender: billing.Tender) -> Session:
        """Sell more minutes, at the rates that hold when they will be played."""
        live = await self.live(session_id)
        session = live.session
        cost = self.extension_price(live, minutes)
        payer = await self._payer(live)
        left = timedelta(minutes=minutes)
        if session.paused_left_us is not None:
            session.paused_left_us += left // MICROSECOND
        elif session.ends_at is not None:
            session.plan(session.ends_at + left)
        self._answer_request(session)
        await store.bump_revisions(self.uow.session, [session.station_id])
        self.uow.record(SessionExtended(**self._facts(session), ends_at=session.ends_at))
        await self._changed(live, "venue.session_extended", minutes=minutes)
        station, _ = await store.station_and_zone(self.uow.session, session.station_id)
        sale = time_sale([(session, station, minutes, cost.total_minor)], tender, payer)
        by_staff = self.actor.allows(OPERATE, venue_id=session.venue_id)
        sale = replace(sale, self_service=not by_staff)
        taken = await billing.take(self.uow, self.actor, issuer_of(live.venue), sale)
        session.paid_minor += taken.funds.paid_minor
        session.bonus_minor += taken.funds.bonus_minor
        return session

    def extension_price(self, live: Live, minutes: int) -> Price:
        """What more minutes cost; a curfew may forbid them."""
        session = live.session
        if session.mode != Mode.PREPAID:
            raise NotExtendable
        start = session.ends_at or self.uow.now + session.left(self.uow.now)
        end = start + timedelta(minutes=minutes)
        if session.latest_end is not None and end > session.latest_end:
            raise Curfew(latest_end=session.latest_end)
        return self._dearer(live, start, end)

    def _dearer(self, live: Live, start: datetime, end: datetime) -> Price:
        """What the whole session costs more: minimum and started blocks are charged once."""
        planned = [*live.played, live.terms.stretch(self.uow.now, start)]
        longer = [*live.played, live.terms.stretch(self.uow.now, end)]
        more = max(price(longer).total_minor - price(planned).total_minor, 0)
        alone = live.terms.price(start, end)
        if more == alone.total_minor:
            return alone
        kinds = {LineKind.TIME, LineKind.DISCOUNT}
        times = tuple(line for line in alone.lines if line.kind in kinds)
        rest = more - sum(line.amount_minor for line in times)
        rounding = (PriceLine(kind=LineKind.ROUNDING, amount_minor=rest),) if rest else ()
        return Price(more, (*times, *rounding))

    async def _payer(self, live: Live) -> Customer | None:
        session = live.session
        owner = session.payer_id or session.customer_id
        by_staff = self.actor.allows(OPERATE, venue_id=session.venue_id)
        if owner != session.customer_id and not by_staff:
            raise SelfServiceOff("Somebody else pays for this session; ask at the counter.")
        return None if owner is None else await self.uow.session.get_one(Customer, owner)

    async def dismiss_request(self, session_id: UUID) -> None:
        """The player's wish for more time has been seen."""
        live = await self.live(session_id)
        self._answer_request(live.session)
        stations_changed(self.uow, live.session.venue_id, [live.session.station_id])

    def _answer_request(self, session: Session) -> None:
        session.requested_minutes = session.requested_at = None

    # --- pausing ---------------------------------------------------------------------------

    async def pause(self, session_id: UUID) -> Session:
        """Let the time stand still, as far as the venue's policy allows."""
        live = await self.live(session_id)
        session, policy = live.session, live.venue.rules
        if session.state == State.PAUSED:
            raise SessionPaused
        allowed = timedelta(seconds=policy.pause_max_seconds)
        if not policy.pause_allowed or session.paused_total_us >= allowed // MICROSECOND:
            raise PauseNotAllowed(pause_max_seconds=policy.pause_max_seconds)
        session.paused_left_us = session.left(self.uow.now) // MICROSECOND
        session.state, session.paused_at, session.ends_at = State.PAUSED, self.uow.now, None
        await self._continue_as(live, SegmentKind.PAUSE, at=self.uow.now)
        await self._write(live)
        self.uow.record(SessionPausedEvent(**self._facts(session)))
        await self._changed(live, "venue.session_paused")
        return session

    async def resume(self, session_id: UUID, *, at: datetime | None = None) -> Session:
        """Let the time run again; ``at`` lies in the past when a pause ran out."""
        live = await self.live(session_id)
        session = live.session
        if session.paused_at is None:
            raise SessionNotPaused
        now = max(at or self.uow.now, session.paused_at)
        left = session.left(now)
        session.paused_total_us += (now - session.paused_at) // MICROSECOND
        session.state, session.paused_at, session.paused_left_us = State.ACTIVE, None, None
        session.plan(await self._end_from(live, now, left))
        await self._continue_as(live, SegmentKind.PLAY, at=now)
        await self._write(live)
        self.uow.record(SessionResumed(**self._facts(session)))
        await self._changed(live, "venue.session_resumed")
        return session

    async def _end_from(self, live: Live, now: datetime, left: timedelta) -> datetime:
        """Minutes stay minutes; money buys what it buys now; a package ends with its window."""
        session = live.session
        if session.mode in {Mode.PAYG, Mode.POSTPAID}:
            return live.terms.until(now, self.budget_left(live))
        if session.mode == Mode.PACKAGE and session.grant_id is not None:
            grant = await tariffs.lock_grant(self.uow.session, session.grant_id)
            until = grant.usable_until(now, live.venue)
            return min(now + left, until or now + left)
        return now + left

    def budget_left(self, live: Live) -> Fraction:
        """What remains of a budget in money."""
        session = live.session
        budget = session.credit_minor if session.mode == Mode.POSTPAID else session.held.total_minor
        return max(Fraction(budget) - live.spent, Fraction(0))

    # --- moving ----------------------------------------------------------------------------

    async def move(self, session_id: UUID, station_id: UUID) -> Session:
        """Go on at another station; what is paid for keeps its worth."""
        live = await self.live(session_id)
        session = live.session
        place = await self.target(live, station_id)
        old_station = session.station_id
        left = await self.left_after_move(live, place)
        await self._convert_package(live, place)
        session.station_id = place.station.id
        if session.state == State.PAUSED:
            session.paused_left_us = left // MICROSECOND
        else:
            session.plan(self.uow.now + left)
        await store.flush_move(self.uow.session)
        await self._continue_as(live, SegmentKind(live.open.kind), at=self.uow.now, place=place)
        await self.uow.session.flush()
        await store.bump_revisions(self.uow.session, [old_station, place.station.id])
        self.uow.record(SessionMoved(**self._facts(session), from_station_id=old_station))
        await self._changed(live, "venue.session_moved", from_station_id=str(old_station))
        stations_changed(self.uow, session.venue_id, [old_station, place.station.id])
        return session

    async def target(self, live: Live, station_id: UUID) -> Place:
        """Where it may move to."""
        place = await store.get_place(self.uow.session, station_id, self.uow.now)
        if place.venue.id != live.session.venue_id:
            raise StationNotFound(station_id=station_id)
        if place.station.id == live.session.station_id:
            raise SameStation
        if place.station.maintenance:
            raise StationInMaintenance(reason=place.station.maintenance_reason)
        await self._require_age(live, place)
        return place

    async def _require_age(self, live: Live, place: Place) -> None:
        """A dearer zone may have an age limit of its own; staff who move a guest have looked."""
        customer_id = live.session.customer_id
        customer = await self.uow.session.get(Customer, customer_id) if customer_id else None
        require_age(
            customer.date_of_birth if customer else None,
            minimum=place.zone.minimum_age,
            on=self.uow.now.astimezone(place.venue.tz).date(),
            confirmed=customer is None,
        )

    async def left_after_move(self, live: Live, place: Place) -> timedelta:
        """The time that the session would have left there."""
        session, now = live.session, self.uow.now
        new = place.terms(Tier(session.tier))
        left = session.left(now)
        if session.mode in {Mode.PAYG, Mode.POSTPAID}:
            return new.until(now, self.budget_left(live)) - now
        if session.mode == Mode.PREPAID:
            return moved_end(now, now + left, old=live.terms, new=new) - now
        return await self._package_left(live, place, left)

    async def _package_left(self, live: Live, place: Place, left: timedelta) -> timedelta:
        session = live.session
        if session.grant_id is None:
            return left
        grant = await tariffs.lock_grant(self.uow.session, session.grant_id)
        if grant.covers(place.zone.id):
            return left
        value = grant.value_of(grant.left - self._package_time(live))
        new = place.terms(Tier(session.tier))
        return new.until(self.uow.now, Fraction(value)) - self.uow.now

    def _package_time(self, live: Live) -> timedelta:
        played = [g for g in live.segments if g.by_package and g.kind == SegmentKind.PLAY]
        return sum(((g.ended_at or self.uow.now) - g.started_at for g in played), timedelta(0))

    async def _convert_package(self, live: Live, place: Place) -> None:
        """Where a package does not hold, what is left of its price pays for the time instead."""
        session = live.session
        if session.mode != Mode.PACKAGE or session.grant_id is None:
            return
        grant = await tariffs.lock_grant(self.uow.session, session.grant_id)
        if grant.covers(place.zone.id):
            return
        value = grant.value_of(grant.left - self._package_time(live))
        earned = grant.left_minor - value
        tax = included_tax(earned, rate_bp=live.venue.tax_rate_bp)
        await billing.settle(
            self.uow,
            [
                billing.Settlement(
                    venue_id=session.venue_id,
                    session_id=session.id,
                    customer_id=session.customer_id,
                    description=grant.name,
                    held=billing.Funds(paid_minor=earned),
                    charge_minor=earned,
                    tax_minor=tax,
                    actor_id=self.actor.id,
                )
            ],
        )
        grant.left_us = grant.left_minor = 0
        session.mode, session.paid_minor = Mode.PREPAID, value
        session.paid_by = billing.Method.WALLET

    # --- ending ----------------------------------------------------------------------------

    async def end(
        self,
        session_id: UUID,
        *,
        refund: RefundPolicy | None = None,
        tender: billing.Tender | None = None,
        reason: EndReason | None = None,
    ) -> Ended:
        """End it now; refund by policy, and settle what is due when a tender is given."""
        live = await self.live(session_id)
        if refund is not None:
            self.actor.require(REFUND, venue_id=live.session.venue_id)
        session = live.session
        by_staff = self.actor.allows(OPERATE, venue_id=session.venue_id)
        why = reason or (EndReason.STAFF if by_staff else EndReason.CUSTOMER)
        ending = Ending(
            session=session, at=self.uow.now, reason=why, refund=refund, at_counter=by_staff
        )
        await self.uow.session.flush()
        ended = (await end_sessions(self.uow, self.actor, [ending]))[0]
        await self._pay_out(live, ended)
        if tender is not None and ended.bill.due_minor:
            await self._settle_due(live, ended, tender)
        return ended

    async def _pay_out(self, live: Live, ended: Ended) -> None:
        """Value given back over the counter gets a receipt of its own."""
        counter = {billing.AccountKind.CASH, billing.AccountKind.CARD}
        refund_to, amount = ended.settlement.refund_to, ended.settlement.unused.paid_minor
        if refund_to not in counter or amount <= 0 or ended.entry_id is None:
            return
        customer = await self._payer(live)
        await billing.record_refund(
            self.uow,
            self.actor,
            issuer_of(live.venue),
            amount_minor=amount,
            method=billing.Method(refund_to),
            session_id=live.session.id,
            customer=_party(customer),
            label="Unused time",
            transaction_id=ended.entry_id,
        )

    async def _settle_due(self, live: Live, ended: Ended, tender: billing.Tender) -> None:
        customer = await self._payer(live)
        sale = billing.Sale(
            kind=billing.PaymentKind.SETTLEMENT,
            lines=[("Time played", ended.bill.due_minor)],
            tender=tender,
            customer=_party(customer),
            session_id=live.session.id,
        )
        await billing.take(self.uow, self.actor, issuer_of(live.venue), sale)

    # --- shared ----------------------------------------------------------------------------

    async def _continue_as(
        self, live: Live, kind: SegmentKind, *, at: datetime, place: Place | None = None
    ) -> None:
        """Close the open segment and begin another."""
        session, last = live.session, live.open
        last.ended_at = max(at, last.started_at)
        await self.uow.session.flush()  # before the next one: only one may be open
        self.uow.session.add(
            Segment(
                session_id=session.id,
                seq=last.seq + 1,
                venue_id=session.venue_id,
                kind=kind,
                station_id=place.station.id if place else last.station_id,
                zone_id=place.zone.id if place else last.zone_id,
                tariff_version_id=place.version_id if place else last.tariff_version_id,
                discount_bp=(
                    place.rules.discount_bp(Tier(session.tier)) if place else last.discount_bp
                ),
                place=place.name if place else last.place,
                by_package=session.mode == Mode.PACKAGE,
                started_at=last.ended_at,
            )
        )

    async def _write(self, live: Live) -> None:
        await self.uow.session.flush()
        await store.bump_revisions(self.uow.session, [live.session.station_id])

    def _facts(self, session: Session) -> dict[str, Any]:
        return {
            "venue_id": session.venue_id,
            "session_id": session.id,
            "station_id": session.station_id,
            "customer_id": session.customer_id,
        }

    async def _changed(self, live: Live, action: str, **detail: object) -> None:
        session = live.session
        stations_changed(self.uow, session.venue_id, [session.station_id])
        if session.customer_id is not None:
            customer_changed(self.uow, session.customer_id)
        await record_audit(
            self.uow,
            self.actor,
            action=action,
            subject_type="session",
            subject_id=session.id,
            venue_id=session.venue_id,
            summary=session.player_name,
            detail={"station_id": str(session.station_id), **detail},
        )


def _party(customer: Customer | None) -> billing.Party | None:
    return billing.Party(id=customer.id, name=customer.display_name) if customer else None
