"""Selling top-ups, packages and vouchers; settling debts; voiding what was sold."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from gameops.billing import api as billing
from gameops.core.actor import Actor
from gameops.core.context import Context
from gameops.core.ids import new_id
from gameops.core.secrets import derived_code
from gameops.core.uow import UnitOfWork
from gameops.venue.customers import store as customers
from gameops.venue.customers.model import Customer
from gameops.venue.errors import (
    CustomerNotFound,
    PackageNotFound,
    SessionNotFound,
    TimeAlreadyPlayed,
    ZoneNotFound,
)
from gameops.venue.sessions import store as sessions
from gameops.venue.sessions.finish import Ending, end_sessions
from gameops.venue.sessions.model import EndReason, Session
from gameops.venue.sessions.opening import issuer_of
from gameops.venue.sessions.sign_in import voucher_digest
from gameops.venue.tariffs import store as tariffs
from gameops.venue.tariffs.model import Grant, Voucher
from gameops.venue.tariffs.pricing import MICROSECOND, Stretch, price
from gameops.venue.topics import customer_changed, stations_changed
from gameops.venue.venues import store as venues
from gameops.venue.venues.model import Tier, Venue, Zone

VOUCHER_LIFETIME: Final = timedelta(days=365)
VOUCHER_CODE: Final = "voucher-code"
CANCEL_WITHIN: Final = timedelta(minutes=15)
"""A whole sale can be undone as a mistake so soon after the start; later it has been played."""


@dataclass(frozen=True, slots=True)
class Till:
    """What staff do at the counter, in one unit of work."""

    uow: UnitOfWork
    actor: Actor

    async def top_up(
        self, customer_id: UUID, *, amount_minor: int, tender: billing.Tender
    ) -> billing.Payment:
        """Put money into a wallet, with the bonus the venue grants."""
        customer, venue = await self._customer(customer_id, billing.TAKE)
        sale = billing.Sale(
            kind=billing.PaymentKind.TOPUP,
            lines=[("Wallet top-up", amount_minor)],
            tender=tender,
            customer=party(customer),
            bonus_minor=venue.rules.bonus_for(amount_minor),
        )
        taken = await billing.take(self.uow, self.actor, issuer_of(venue), sale)
        customer_changed(self.uow, customer.id)
        return taken.payment

    async def sell_package(
        self, customer_id: UUID, package_id: UUID, tender: billing.Tender
    ) -> billing.Payment:
        """Sell a bundle of time to a customer."""
        customer, venue = await self._customer(customer_id, billing.TAKE)
        package = await tariffs.get_package(self.uow.session, package_id)
        if package.venue_id != venue.id or not package.active:
            raise PackageNotFound(package_id=package_id)
        sale = billing.Sale(
            kind=billing.PaymentKind.PACKAGE,
            lines=[(package.name, package.price_minor)],
            tender=tender,
            customer=party(customer),
        )
        taken = await billing.take(self.uow, self.actor, issuer_of(venue), sale)
        self.uow.session.add(
            Grant(
                id=new_id(),
                venue_id=venue.id,
                customer_id=customer.id,
                package_id=package.id,
                payment_id=taken.payment.id,
                name=package.name,
                seconds=package.seconds,
                left_us=package.seconds * 1_000_000,
                price_minor=package.price_minor,
                left_minor=package.price_minor,
                zone_ids=package.zone_ids,
                windows=package.windows,
                created_at=self.uow.now,
                expires_at=self.uow.now + timedelta(days=package.valid_days),
                voided=False,
            )
        )
        customer_changed(self.uow, customer.id)
        return taken.payment

    async def sell_voucher(
        self,
        context: Context,
        *,
        venue_id: UUID,
        zone_id: UUID,
        minutes: int,
        tender: billing.Tender,
    ) -> billing.Payment:
        """Sell minutes as a code for a station's sign-in."""
        self.actor.require(billing.TAKE, venue_id=venue_id)
        venue = await venues.get_venue(self.uow.session, venue_id)
        zone = await venues.get_zone(self.uow.session, zone_id)
        if zone.venue_id != venue_id:
            raise ZoneNotFound(zone_id=zone_id)
        amount = await self._price_now(venue, zone, minutes)
        sale = billing.Sale(
            kind=billing.PaymentKind.VOUCHER,
            tender=tender,
            lines=[(f"Voucher {zone.name} · {minutes} min", amount)],
        )
        taken = await billing.take(self.uow, self.actor, issuer_of(venue), sale)
        self.uow.session.add(
            Voucher(
                id=new_id(),
                venue_id=venue_id,
                code_digest=voucher_digest(context, voucher_code(context, taken.payment.id)),
                zone_id=zone_id,
                minutes=minutes,
                price_minor=amount,
                payment_id=taken.payment.id,
                created_at=self.uow.now,
                expires_at=self.uow.now + VOUCHER_LIFETIME,
            )
        )
        return taken.payment

    async def _price_now(self, venue: Venue, zone: Zone, minutes: int) -> int:
        _, rules = await tariffs.in_force(
            self.uow.session, venue_id=venue.id, zone_id=zone.id, kind="pc", at=self.uow.now
        )
        stretch = Stretch(
            start=self.uow.now,
            end=self.uow.now + timedelta(minutes=minutes),
            rules=rules,
            tz=venue.tz,
            discount_bp=rules.discount_bp(Tier.BASIC),
        )
        return price([stretch]).total_minor

    async def settle(
        self, customer_id: UUID, *, amount_minor: int | None, tender: billing.Tender
    ) -> billing.Payment:
        """Take payment for what a customer owes."""
        customer, venue = await self._customer(customer_id, billing.TAKE)
        taken = await billing.settle_debt(
            self.uow,
            self.actor,
            issuer_of(venue),
            party(customer),
            tender,
            amount_minor=amount_minor,
            label="Time played on account",
        )
        customer_changed(self.uow, customer.id)
        return taken.payment

    async def settle_session(self, session_id: UUID, tender: billing.Tender) -> billing.Payment:
        """Take payment for what a session that has ended still owes."""
        session = await sessions.lock_session(self.uow.session, session_id)
        if not self.actor.belongs_to(session.venue_id):
            raise SessionNotFound(session_id=session_id)
        self.actor.require(billing.TAKE, venue_id=session.venue_id)
        if session.due_minor <= 0:
            raise billing.NothingDue
        venue = await venues.get_venue(self.uow.session, session.venue_id)
        owner = session.payer_id or session.customer_id
        customer = await customers.get_customer(self.uow.session, owner) if owner else None
        amount = session.due_minor
        if customer is not None:
            wallet = await billing.lock_wallet(self.uow, venue_id=venue.id, customer_id=customer.id)
            amount = min(amount, wallet.due_minor)
        session.due_minor = 0
        if amount <= 0:
            raise billing.NothingDue
        sale = billing.Sale(
            kind=billing.PaymentKind.SETTLEMENT,
            lines=[("Time played", amount)],
            tender=tender,
            customer=party(customer) if customer else None,
            session_id=session.id,
        )
        taken = await billing.take(self.uow, self.actor, issuer_of(venue), sale)
        return taken.payment

    async def pay_out(
        self, customer_id: UUID, *, amount_minor: int, reason: str
    ) -> billing.Payment:
        """Give paid wallet value back in cash."""
        customer, venue = await self._customer(customer_id, billing.REFUND)
        payment = await billing.payout(
            self.uow,
            self.actor,
            issuer_of(venue),
            party(customer),
            amount_minor=amount_minor,
            reason=reason,
        )
        customer_changed(self.uow, customer.id)
        return payment

    async def _customer(self, customer_id: UUID, permission: str) -> tuple[Customer, Venue]:
        customer = await customers.get_customer(self.uow.session, customer_id)
        if not self.actor.belongs_to(customer.venue_id):
            raise CustomerNotFound(customer_id=customer_id)
        self.actor.require(permission, venue_id=customer.venue_id)
        return customer, await venues.get_venue(self.uow.session, customer.venue_id)

    # --- voiding -----------------------------------------------------------------------------

    async def void(self, payment_id: UUID, *, reason: str) -> billing.Payment:
        """Undo a payment and what it bought, if that has not been used."""
        payment = await billing.get_payment(self.uow.session, payment_id)
        if not self.actor.belongs_to(payment.venue_id):
            raise billing.PaymentNotFound(payment_id=payment_id)
        self.actor.require(billing.VOID, venue_id=payment.venue_id)
        take_back = {
            billing.PaymentKind.TIME: self._take_back_time,
            billing.PaymentKind.PACKAGE: self._take_back_package,
            billing.PaymentKind.VOUCHER: self._take_back_voucher,
        }.get(billing.PaymentKind(payment.kind))
        played = [UUID(sale["session_id"]) for sale in payment.receipt.get("sales", [])]
        await sessions.lock_group(self.uow.session, played)  # before wallets, as everywhere
        voided = await billing.void(self.uow, self.actor, payment_id, reason=reason)
        if take_back is not None:
            await take_back(payment)
        if payment.customer_id is not None:
            customer_changed(self.uow, payment.customer_id)
        return voided

    async def refund(self, payment_id: UUID, *, amount_minor: int, reason: str) -> billing.Payment:
        """Give (part of) a payment back, for time that has been played, or from a top-up.

        What can still be used is not refunded but ended or voided: that takes it back, too.
        """
        payment = await billing.get_payment(self.uow.session, payment_id)
        if not self.actor.belongs_to(payment.venue_id):
            raise billing.PaymentNotFound(payment_id=payment_id)
        self.actor.require(billing.REFUND, venue_id=payment.venue_id)
        given_before = 0
        if payment.kind in {billing.PaymentKind.PACKAGE, billing.PaymentKind.VOUCHER}:
            raise billing.NotRefundable("Void this sale instead: that takes back what it bought.")
        if payment.kind == billing.PaymentKind.TIME:
            sold = _sold(payment, await billing.paid_from(self.uow.session, payment))
            for session in await sessions.lock_group(self.uow.session, list(sold)):
                if session.ended_at is None:
                    raise billing.NotRefundable("End the session first: unused time comes back.")
                given_before += session.refund_minor
        given = await billing.refund(
            self.uow,
            self.actor,
            payment_id,
            amount_minor=amount_minor,
            reason=reason,
            given_before_minor=given_before,
        )
        if payment.customer_id is not None:
            customer_changed(self.uow, payment.customer_id)
        return given

    async def _take_back_time(self, payment: billing.Payment) -> None:
        sold = _sold(payment, await billing.paid_from(self.uow.session, payment))
        for session in await sessions.lock_group(self.uow.session, list(sold)):
            minutes, funds = sold[session.id]
            await self._shorten(session, payment, minutes=minutes, funds=funds)

    async def _shorten(
        self, session: Session, payment: billing.Payment, *, minutes: int, funds: billing.Funds
    ) -> None:
        """Take minutes off a running session; one that has nothing left ends without charge."""
        left = session.left(self.uow.now)
        if session.ended_at is not None:
            raise TimeAlreadyPlayed
        rest = session.held - funds
        session.paid_minor, session.bonus_minor = rest.paid_minor, rest.bonus_minor
        if session.held.total_minor == 0:
            if self.uow.now - session.started_at > CANCEL_WITHIN:
                raise TimeAlreadyPlayed
            await self._cancel(session)
            return
        if left < timedelta(minutes=minutes):
            raise TimeAlreadyPlayed
        if session.paused_left_us is not None:
            session.paused_left_us -= timedelta(minutes=minutes) // MICROSECOND
        elif session.ends_at is not None:
            session.ends_at -= timedelta(minutes=minutes)
        await sessions.bump_revisions(self.uow.session, [session.station_id])
        stations_changed(self.uow, payment.venue_id, [session.station_id])

    async def _cancel(self, session: Session) -> None:
        await self.uow.session.flush()
        ending = Ending(session=session, at=self.uow.now, reason=EndReason.VOID)
        await end_sessions(self.uow, self.actor, [ending])

    async def _take_back_package(self, payment: billing.Payment) -> None:
        grant = await tariffs.grant_of_payment(self.uow.session, payment.id)
        if grant is None or grant.left_us < grant.seconds * 1_000_000:
            raise TimeAlreadyPlayed
        if await tariffs.grants_in_use(self.uow.session, [grant.id]):
            raise TimeAlreadyPlayed
        grant.voided, grant.left_us, grant.left_minor = True, 0, 0

    async def _take_back_voucher(self, payment: billing.Payment) -> None:
        voucher = await tariffs.voucher_of_payment(self.uow.session, payment.id)
        if voucher is None or voucher.used_at is not None:
            raise TimeAlreadyPlayed
        voucher.used_at = self.uow.now


def voucher_code(context: Context, payment_id: UUID) -> str:
    """The code of the voucher that a payment bought; it is computed, not kept."""
    return derived_code(context.secret, VOUCHER_CODE, str(payment_id), groups=3)


def party(customer: Customer) -> billing.Party:
    """A customer as billing names them."""
    return billing.Party(id=customer.id, name=customer.display_name)


def _sold(payment: billing.Payment, paid: billing.Funds) -> dict[UUID, tuple[int, billing.Funds]]:
    """Minutes and funds of each session of a sale; the first ones got the bonus."""
    sold, bonus = {}, paid.bonus_minor
    for sale in payment.receipt.get("sales", []):
        amount = sale["amount_minor"]
        part = min(bonus, amount)
        bonus -= part
        sold[UUID(sale["session_id"])] = (sale["minutes"], billing.Funds(amount - part, part))
    return sold
