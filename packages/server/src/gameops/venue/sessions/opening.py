"""Starting sessions: who may, what pays, until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final
from uuid import UUID

from gameops.billing import api as billing
from gameops.core.actor import Actor
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.identity.api import record_audit
from gameops.venue.customers.model import Customer, require_age
from gameops.venue.errors import (
    Curfew,
    CustomerNotFound,
    GrantNotFound,
    GrantNotUsable,
    MemberNeeded,
    MinutesNeeded,
    NothingToPlay,
    PaymentNeeded,
    StationInMaintenance,
    StationNotFound,
)
from gameops.venue.events import SessionStarted
from gameops.venue.permissions import CREDIT, OPERATE
from gameops.venue.sessions import store
from gameops.venue.sessions.model import Mode, Segment, SegmentKind, Session, State, Terms
from gameops.venue.sessions.store import Place
from gameops.venue.tariffs import store as tariffs
from gameops.venue.tariffs.model import Grant
from gameops.venue.tariffs.pricing import Price
from gameops.venue.topics import customer_changed, stations_changed
from gameops.venue.venues.model import Tier, Venue, curfew_from

SHORTEST: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What is asked for."""

    station_id: UUID
    mode: Mode
    minutes: int | None = None
    customer_id: UUID | None = None
    guest_name: str = ""
    grant_id: UUID | None = None
    tender: billing.Tender | None = None
    age_confirmed: bool = False
    group_id: UUID | None = None
    payer_id: UUID | None = None
    """Whose wallet pays, when it is not the player's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long it may run, and what that costs in advance."""

    ends_at: datetime
    latest_end: datetime | None
    price: Price
    value_minor: int = 0
    """What is set aside (payg) or lent (postpaid)."""
    grant: Grant | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that has begun, and where."""

    session: Session
    place: Place


@dataclass(frozen=True, slots=True)
class Opening:
    """Starts sessions in one unit of work."""

    uow: UnitOfWork
    actor: Actor

    async def start(self, wanted: Start) -> Opened:
        """Start one session and take its payment."""
        place = await store.get_place(self.uow.session, wanted.station_id, self.uow.now)
        self.require(place)
        self._require_credit(wanted, place)
        return await self.open(wanted, place)

    def require(self, place: Place) -> None:
        """Staff of this venue only; to others the station is not even there."""
        if not self.actor.belongs_to(place.venue.id):
            raise StationNotFound(station_id=place.station.id)
        self.actor.require(OPERATE, venue_id=place.venue.id)

    def _require_credit(self, wanted: Start, place: Place) -> None:
        if wanted.mode is Mode.POSTPAID:
            self.actor.require(CREDIT, venue_id=place.venue.id)

    async def open(self, wanted: Start, place: Place, *, sell: bool = True) -> Opened:
        """Start a session at a place; the caller has checked the permission."""
        customer = await self._customer(wanted.customer_id, place.venue)
        require_welcome(wanted, place, customer, self.uow.now)
        tier = Tier(customer.tier) if customer else Tier.BASIC
        plan = await self.plan(wanted, place, customer, place.terms(tier))
        session = self._session(wanted, place, customer, plan)
        await self._tell(session, plan)
        await self._set_aside(session, plan, place)
        if sell and wanted.mode is Mode.PREPAID:
            await self._sell(session, wanted, place, plan, customer)
        await store.add(self.uow.session, session, self._segment(session, place, tier))
        return Opened(session, place)

    async def _customer(self, customer_id: UUID | None, venue: Venue) -> Customer | None:
        if customer_id is None:
            return None
        customer = await self.uow.session.get(Customer, customer_id)
        if customer is None or customer.venue_id != venue.id:
            raise CustomerNotFound(customer_id=customer_id)
        return customer

    # --- planning --------------------------------------------------------------------------

    async def plan(
        self, wanted: Start, place: Place, customer: Customer | None, terms: Terms
    ) -> Plan:
        """Until when it may run, by what pays for it, and never into a curfew."""
        birth = customer.date_of_birth if customer else None
        latest = curfew_from(place.venue.rules, birth, self.uow.now, place.venue.tz)
        if latest is not None and latest <= self.uow.now:
            raise Curfew(latest_end=latest)
        plans = {
            Mode.PREPAID: self._plan_prepaid,
            Mode.PACKAGE: self._plan_package,
            Mode.PAYG: self._plan_payg,
            Mode.POSTPAID: self._plan_postpaid,
        }
        return await plans[wanted.mode](wanted, place, customer, terms, latest)

    async def _plan_prepaid(
        self,
        wanted: Start,
        _place: Place,
        _customer: Customer | None,
        terms: Terms,
        latest: datetime | None,
    ) -> Plan:
        if not wanted.minutes:
            raise MinutesNeeded
        ends_at = self.uow.now + timedelta(minutes=wanted.minutes)
        if latest is not None and ends_at > latest:
            raise Curfew(latest_end=latest)
        return Plan(ends_at=ends_at, latest_end=latest, price=terms.price(self.uow.now, ends_at))

    async def _plan_package(
        self,
        wanted: Start,
        place: Place,
        customer: Customer | None,
        _terms: Terms,
        latest: datetime | None,
    ) -> Plan:
        if customer is None or wanted.grant_id is None:
            raise MemberNeeded
        grant = await tariffs.lock_grant(self.uow.session, wanted.grant_id)
        if grant.customer_id != customer.id:
            raise GrantNotFound(grant_id=wanted.grant_id)
        ends_at = grant.usable_until(self.uow.now, place.venue)
        if ends_at is None or not grant.covers(place.zone.id):
            raise GrantNotUsable
        return Plan(ends_at=ends_at, latest_end=latest, price=Price(0, ()), grant=grant)

    async def _plan_payg(
        self,
        _wanted: Start,
        place: Place,
        customer: Customer | None,
        terms: Terms,
        latest: datetime | None,
    ) -> Plan:
        if customer is None:
            raise MemberNeeded
        wallet = await billing.lock_wallet(
            self.uow, venue_id=place.venue.id, customer_id=customer.id
        )
        value = wallet.funds.total_minor
        ends_at = terms.until(self.uow.now, Fraction(value))
        if ends_at < self.uow.now + SHORTEST:
            raise NothingToPlay(balance_minor=value)
        return Plan(ends_at=ends_at, latest_end=latest, price=Price(0, ()), value_minor=value)

    async def _plan_postpaid(
        self,
        _wanted: Start,
        place: Place,
        customer: Customer | None,
        terms: Terms,
        latest: datetime | None,
    ) -> Plan:
        credit = place.venue.rules.guest_postpaid_limit_minor
        if customer is not None:
            wallet = await billing.lock_wallet(
                self.uow, venue_id=place.venue.id, customer_id=customer.id
            )
            credit = wallet.credit_limit_minor - wallet.due_minor
        ends_at = terms.until(self.uow.now, Fraction(max(credit, 0)))
        if ends_at < self.uow.now + SHORTEST:
            raise billing.CreditLimitReached(credit_minor=credit)
        return Plan(ends_at=ends_at, latest_end=latest, price=Price(0, ()), value_minor=credit)

    # --- writing ---------------------------------------------------------------------------

    def _session(
        self, wanted: Start, place: Place, customer: Customer | None, plan: Plan
    ) -> Session:
        session = Session(
            id=new_id(),
            venue_id=place.venue.id,
            station_id=place.station.id,
            customer_id=customer.id if customer else None,
            player_name=customer.display_name if customer else wanted.guest_name,
            group_id=wanted.group_id,
            mode=wanted.mode,
            state=State.ACTIVE,
            tier=customer.tier if customer else Tier.BASIC,
            grant_id=plan.grant.id if plan.grant else None,
            started_at=self.uow.now,
            latest_end=plan.latest_end,
            paused_total_us=0,
            paid_minor=plan.price.total_minor,
            bonus_minor=0,
            credit_minor=plan.value_minor if wanted.mode is Mode.POSTPAID else 0,
            paid_by=wanted.tender.method if wanted.tender else None,
            payer_id=wanted.payer_id,
            forfeited_minor=0,
            refund_minor=0,
            due_minor=0,
        )
        session.plan(plan.ends_at)
        return session

    def _segment(self, session: Session, place: Place, tier: Tier) -> Segment:
        return Segment(
            session_id=session.id,
            seq=1,
            venue_id=session.venue_id,
            kind=SegmentKind.PLAY,
            station_id=place.station.id,
            zone_id=place.zone.id,
            tariff_version_id=place.version_id,
            discount_bp=place.rules.discount_bp(tier),
            place=place.name,
            by_package=session.mode == Mode.PACKAGE,
            started_at=session.started_at,
        )

    async def _set_aside(self, session: Session, plan: Plan, place: Place) -> None:
        if session.mode != Mode.PAYG or session.customer_id is None:
            return
        funds = await billing.set_aside(
            self.uow,
            venue_id=session.venue_id,
            customer_id=session.customer_id,
            session_id=session.id,
            amount_minor=plan.value_minor,
            actor_id=self.actor.id,
            bonus_first=place.venue.rules.spend_bonus_first,
            description=f"Set aside for playing on {place.station.name}",
        )
        session.paid_minor, session.bonus_minor = funds.paid_minor, funds.bonus_minor

    async def _sell(
        self,
        session: Session,
        wanted: Start,
        place: Place,
        plan: Plan,
        customer: Customer | None,
    ) -> None:
        if wanted.tender is None:
            raise PaymentNeeded
        payer = customer
        if wanted.payer_id is not None:
            payer = await self._customer(wanted.payer_id, place.venue)
        taken = await billing.take(
            self.uow,
            self.actor,
            issuer_of(place.venue),
            time_sale(
                [(session, place.station.name, wanted.minutes or 0, plan.price.total_minor)],
                wanted.tender,
                payer,
            ),
        )
        session.paid_minor, session.bonus_minor = taken.funds.paid_minor, taken.funds.bonus_minor

    async def _tell(self, session: Session, plan: Plan) -> None:
        self.uow.record(
            SessionStarted(
                venue_id=session.venue_id,
                session_id=session.id,
                station_id=session.station_id,
                customer_id=session.customer_id,
            )
        )
        stations_changed(self.uow, session.venue_id, [session.station_id])
        if session.customer_id is not None:
            customer_changed(self.uow, session.customer_id)
        await record_audit(
            self.uow,
            self.actor,
            action="venue.session_started",
            subject_type="session",
            subject_id=session.id,
            venue_id=session.venue_id,
            summary=session.player_name,
            detail={
                "mode": session.mode,
                "station_id": str(session.station_id),
                "ends_at": plan.ends_at.isoformat(),
                "price_minor": plan.price.total_minor,
            },
        )


def require_welcome(wanted: Start, place: Place, customer: Customer | None, now: datetime) -> None:
    """The station must work, and the player be neither banned nor too young."""
    if place.station.maintenance:
        raise StationInMaintenance(reason=place.station.maintenance_reason)
    if customer is not None:
        customer.require_welcome(now)
    ages = [age for age in (place.zone.minimum_age, place.venue.rules.minimum_age) if age]
    require_age(
        customer.date_of_birth if customer else None,
        minimum=max(ages, default=None),
        on=now.astimezone(place.venue.tz).date(),
        confirmed=wanted.age_confirmed,
    )


def issuer_of(venue: Venue) -> billing.Issuer:
    """The venue as it stands on receipts."""
    return billing.Issuer(
        venue_id=venue.id,
        name=venue.name,
        address=venue.address,
        currency=venue.currency,
        tax_name=venue.tax_name,
        tax_rate_bp=venue.tax_rate_bp,
        bonus_first=venue.rules.spend_bonus_first,
    )


def time_sale(
    sold: list[tuple[Session, str, int, int]], tender: billing.Tender, payer: Customer | None
) -> billing.Sale:
    """A sale of minutes for one or more sessions: (session, station, minutes, price)."""
    first = sold[0]
    return billing.Sale(
        kind=billing.PaymentKind.TIME,
        lines=[(f"{station} · {minutes} min", amount) for _, station, minutes, amount in sold],
        tender=tender,
        customer=billing.Party(id=payer.id, name=payer.display_name) if payer else None,
        session_id=first[0].id,
        station_name=", ".join(station for _, station, _, _ in sold),
        extra={
            "sales": [
                {"session_id": str(session.id), "minutes": minutes, "amount_minor": amount}
                for session, _, minutes, amount in sold
            ]
        },
    )
