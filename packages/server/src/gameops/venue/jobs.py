"""What the venue does in the background."""

from datetime import date
from typing import Final
from uuid import UUID

from gameops.billing import api as billing
from gameops.core.actor import SYSTEM
from gameops.core.context import Context
from gameops.core.db import JsonObject
from gameops.core.ids import new_id
from gameops.core.jobs import JobTable
from gameops.core.money import included_tax
from gameops.core.uow import UnitOfWork
from gameops.identity.api import UserRegistered, UserUpdated
from gameops.venue.customers.service import ensure_customer, refresh_contact
from gameops.venue.sessions.refill import refill
from gameops.venue.stations import watch
from gameops.venue.stations.commands import forget_images
from gameops.venue.tariffs import store as tariffs
from gameops.venue.venues import store as venues

JOBS: Final = JobTable()
BATCH: Final = 200


@JOBS.on(UserRegistered, "venue.welcome_user")
async def welcome_user(context: Context, event: JsonObject) -> None:
    """Somebody who signed up at a venue's page is its customer."""
    if event["venue_id"] is None:
        return
    birth = event["date_of_birth"]
    async with context.unit_of_work() as uow:
        await ensure_customer(
            uow,
            user_id=UUID(event["user_id"]),
            venue_id=UUID(event["venue_id"]),
            date_of_birth=date.fromisoformat(birth) if birth else None,
        )


@JOBS.on(UserUpdated, "venue.copy_contact")
async def copy_contact(context: Context, event: JsonObject) -> None:
    """Customers are found by the contact details they have now."""
    async with context.unit_of_work() as uow:
        await refresh_contact(uow, UUID(event["user_id"]))


@JOBS.on(billing.WalletCredited, "venue.refill_session")
async def refill_session(context: Context, event: JsonObject) -> None:
    """A top-up prolongs the pay-as-you-go session that is running on the wallet."""
    async with context.unit_of_work() as uow:
        await refill(uow, UUID(event["customer_id"]))


@JOBS.every("41 * * * *", "venue.earn_lapsed")
async def earn_lapsed(context: Context, _args: JsonObject) -> None:
    """Packages and vouchers that nobody used in time are earned."""
    async with context.unit_of_work() as uow:
        for grant in await tariffs.lapsed_grants(uow.session, uow.now, BATCH):
            await _earn(uow, grant.venue_id, grant.left_minor, f"Package {grant.name} lapsed")
            grant.left_us = grant.left_minor = 0
        for voucher in await tariffs.lapsed_vouchers(uow.session, uow.now, BATCH):
            await _earn(uow, voucher.venue_id, voucher.price_minor, "Voucher lapsed")
            voucher.used_at = uow.now


async def _earn(uow: UnitOfWork, venue_id: UUID, amount: int, description: str) -> None:
    if not amount:
        return
    venue = await venues.get_venue(uow.session, venue_id)
    tax = included_tax(amount, rate_bp=venue.tax_rate_bp)
    lines = [
        billing.Line(billing.AccountKind.DEFERRED, amount),
        billing.Line(billing.AccountKind.REVENUE, -(amount - tax)),
        billing.Line(billing.AccountKind.TAX, -tax),
    ]
    entry = billing.Entry(
        id=new_id(),
        venue_id=venue_id,
        kind="lapsed",
        description=description,
        lines=lines,
        actor_id=SYSTEM.id,
    )
    await billing.post(uow, [entry])


@JOBS.every("51 3 * * *", "venue.forget_images")
async def forget_old_images(context: Context, _args: JsonObject) -> None:
    """Pictures of people's screens are not kept."""
    await forget_images(context)


@JOBS.every("* * * * *", "venue.watch_stations")
async def watch_stations(context: Context, _args: JsonObject) -> None:
    """Stations that fell silent while the venue is open are told of, and their return."""
    await watch.watch_stations(context)
