"""Players starting a session at the station itself: by account or by voucher."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from gameops.billing import api as billing
from gameops.core.actor import SYSTEM, Actor
from gameops.core.context import Context
from gameops.core.ratelimit import Rule
from gameops.core.secrets import keyed_digest, normal_code
from gameops.core.uow import UnitOfWork
from gameops.identity.api import check_password, get_user
from gameops.venue.customers.service import ensure_customer
from gameops.venue.errors import NothingToPlay, SelfServiceOff, VenueClosed, VoucherInvalid
from gameops.venue.sessions import store
from gameops.venue.sessions.model import Mode, Session
from gameops.venue.sessions.opening import Opening, Start
from gameops.venue.sessions.store import Place
from gameops.venue.stations.model import StationKind
from gameops.venue.tariffs import store as tariffs
from gameops.venue.tariffs.model import Voucher
from gameops.venue.venues.model import Tier

VOUCHER_PURPOSE = "voucher"
TRIES = Rule("station-sign-in", "20/minute")


def voucher_digest(context: Context, code: str) -> bytes:
    """What is stored of a voucher's code."""
    return keyed_digest(context.secret, VOUCHER_PURPOSE, normal_code(code))


@dataclass(frozen=True, slots=True)
class StationSignIn:
    """Carries out what a player typed on a locked screen."""

    context: Context
    station_id: UUID

    async def by_account(self, *, identifier: str, password: str) -> Session:
        """Start on the member's package, else as they go from the wallet."""
        await self.context.limits.hit(TRIES, str(self.station_id))
        user_id = await check_password(self.context, identifier=identifier, password=password)
        async with self.context.unit_of_work() as uow:
            place = await self._place(uow)
            user = await get_user(uow.session, user_id)
            customer = await ensure_customer(uow, user_id=user_id, venue_id=place.venue.id)
            actor = Actor(id=user_id, kind="user", name=user.display_name)
            wanted = await self._funding(uow, place, customer.id)
            return (await Opening(uow, actor).open(wanted, place)).session

    async def _funding(self, uow: UnitOfWork, place: Place, customer_id: UUID) -> Start:
        start = Start(
            station_id=self.station_id,
            mode=Mode.PAYG,
            customer_id=customer_id,
            tender=None,
        )
        for grant in await tariffs.grants_of(uow.session, customer_id):
            if grant.covers(place.zone.id) and grant.usable_until(uow.now, place.venue):
                return replace(start, mode=Mode.PACKAGE, grant_id=grant.id)
        wallets = await billing.wallets(uow.session, place.venue.id, [customer_id])
        if not wallets[customer_id].funds.total_minor:
            raise NothingToPlay("There is no money in the wallet; top up at the counter.")
        return start

    async def by_voucher(self, code: str) -> Session:
        """Play the minutes of a voucher; it is used up whatever happens then."""
        await self.context.limits.hit(TRIES, str(self.station_id))
        async with self.context.unit_of_work() as uow:
            place = await self._place(uow)
            voucher = await tariffs.lock_voucher(uow.session, voucher_digest(self.context, code))
            if voucher is None or voucher.venue_id != place.venue.id:
                raise VoucherInvalid
            wrong_zone = voucher.zone_id not in {None, place.zone.id}
            if voucher.used_at is not None or voucher.expires_at <= uow.now or wrong_zone:
                raise VoucherInvalid
            wanted = Start(
                station_id=self.station_id,
                mode=Mode.PREPAID,
                minutes=_minutes_of(voucher, place, uow.now),
                guest_name="Voucher",
                age_confirmed=place.zone.minimum_age is None,
            )
            session = (await Opening(uow, SYSTEM).open(wanted, place, sell=False)).session
            session.paid_minor, session.paid_by = voucher.price_minor, VOUCHER_PURPOSE
            voucher.used_at, voucher.session_id = uow.now, session.id
            return session

    async def _place(self, uow: UnitOfWork) -> Place:
        place = await store.get_place(uow.session, self.station_id, uow.now)
        if not place.venue.rules.self_service:
            raise SelfServiceOff
        if not place.venue.is_open(uow.now):
            raise VenueClosed
        return place


def _minutes_of(voucher: Voucher, place: Place, now: datetime) -> int:
    """On a PC what was sold; on what costs more, as much as it is worth there."""
    if place.station.kind == StationKind.PC:
        return voucher.minutes
    until = place.terms(Tier.BASIC).until(now, Fraction(voucher.price_minor))
    minutes = min(voucher.minutes, (until - now) // timedelta(minutes=1))
    if minutes < 1:
        raise VoucherInvalid
    return minutes
