"""Customers: made at the counter or by themselves, welcomed, banned, given credit."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from gameops.billing import api as billing
from gameops.core.actor import SYSTEM, Actor
from gameops.core.errors import Forbidden
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.identity.api import (
    create_user,
    get_user,
    grant_role,
    record_audit,
    update_user,
)
from gameops.venue.customers import store
from gameops.venue.customers.model import Customer
from gameops.venue.errors import CustomerNotFound
from gameops.venue.permissions import CREDIT, CUSTOMERS, MANAGE_CUSTOMERS
from gameops.venue.sessions.store import live_of_customer
from gameops.venue.topics import customer_changed
from gameops.venue.venues import store as venues

FOREVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
CONTACT: Final = frozenset({"display_name", "email", "username", "phone"})


@dataclass(frozen=True, slots=True)
class Customers:
    """What staff do with customers."""

    uow: UnitOfWork
    actor: Actor

    async def add(self, fields: dict[str, Any]) -> Customer:
        """Make an account and a profile at the venue."""
        venue_id = fields["venue_id"]
        self.actor.require(MANAGE_CUSTOMERS, venue_id=venue_id)
        venue = await venues.get_venue(self.uow.session, venue_id)
        user = await create_user(
            self.uow,
            self.actor,
            display_name=fields["display_name"],
            email=fields["email"],
            username=fields["username"],
            phone=fields["phone"],
            locale=venue.locale,
        )
        await grant_role(self.uow, SYSTEM, user.id, role="customer", venue_id=venue_id)
        customer = await ensure_customer(
            self.uow, user_id=user.id, venue_id=venue_id, date_of_birth=fields["date_of_birth"]
        )
        customer.tier, customer.notes = fields["tier"], fields["notes"]
        await self._audit("venue.customer_added", customer)
        return customer

    async def visible(self, customer_id: UUID) -> Customer:
        """A customer of a venue of the actor's."""
        customer = await store.get_customer(self.uow.session, customer_id)
        if not self.actor.belongs_to(customer.venue_id):
            raise CustomerNotFound(customer_id=customer_id)
        self.actor.require(CUSTOMERS, venue_id=customer.venue_id)
        return customer

    async def managed(self, customer_id: UUID) -> Customer:
        """A customer that the actor may change."""
        customer = await self.visible(customer_id)
        self.actor.require(MANAGE_CUSTOMERS, venue_id=customer.venue_id)
        return customer

    async def change(self, customer_id: UUID, fields: dict[str, Any]) -> Customer:
        """Change a profile; contact details are changed at the identity, too."""
        customer = await self.managed(customer_id)
        contact = {name: fields[name] for name in CONTACT & fields.keys()}
        if contact:
            await self._require_own_person(customer)
            summary = await update_user(self.uow, self.actor, customer.user_id, **contact)
            fields = fields | {name: getattr(summary, name) for name in contact}
        if "credit_limit_minor" in fields:
            self.actor.require(CREDIT, venue_id=customer.venue_id)
            await self._keep_lent(customer, fields["credit_limit_minor"])
            await billing.set_credit_limit(
                self.uow,
                venue_id=customer.venue_id,
                customer_id=customer.id,
                limit_minor=fields["credit_limit_minor"],
            )
        if "date_of_birth" in fields and fields["date_of_birth"] is not None:
            fields = fields | {"date_of_birth": date.fromisoformat(fields["date_of_birth"])}
        for name, value in fields.items():
            setattr(customer, name, value)
        await self._audit("venue.customer_changed", customer, changed=sorted(fields))
        customer_changed(self.uow, customer.id)
        return customer

    async def _keep_lent(self, customer: Customer, limit_minor: int) -> None:
        """What a running session may still cost has been lent: it cannot be taken back."""
        wallet = await billing.lock_wallet(
            self.uow, venue_id=customer.venue_id, customer_id=customer.id
        )
        playing = await live_of_customer(self.uow.session, customer.id)
        lent = playing.credit_minor if playing is not None else 0
        if wallet.due_minor + lent > limit_minor:
            raise billing.CreditLimitReached("The customer owes or plays on more than this limit.")

    async def _require_own_person(self, customer: Customer) -> None:
        """An account serves at every venue its owner visits: it takes all of them to change it."""
        for profile in await store.profiles_of(self.uow.session, customer.user_id):
            if not self.actor.allows(MANAGE_CUSTOMERS, venue_id=profile.venue_id):
                raise Forbidden("This customer also visits another venue.")

    async def ban(self, customer_id: UUID, *, reason: str, until: datetime | None) -> Customer:
        """Refuse new sessions to a customer."""
        customer = await self.managed(customer_id)
        customer.banned_until, customer.ban_reason = until or FOREVER, reason
        await self._audit("venue.customer_banned", customer, reason=reason)
        return customer

    async def pardon(self, customer_id: UUID) -> Customer:
        """Lift a ban."""
        customer = await self.managed(customer_id)
        customer.banned_until = customer.ban_reason = None
        await self._audit("venue.customer_pardoned", customer)
        return customer

    async def _audit(self, action: str, customer: Customer, **detail: Any) -> None:  # noqa: ANN401 -- JSON
        await record_audit(
            self.uow,
            self.actor,
            action=action,
            subject_type="customer",
            subject_id=customer.id,
            venue_id=customer.venue_id,
            summary=customer.display_name,
            detail=detail,
        )


async def ensure_customer(
    uow: UnitOfWork, *, user_id: UUID, venue_id: UUID, date_of_birth: date | None = None
) -> Customer:
    """A user's profile at a venue, made with its wallet when there is none yet."""
    found = await store.find_customer(uow.session, venue_id=venue_id, user_id=user_id)
    if found is not None:
        return found
    await venues.get_venue(uow.session, venue_id)
    user = await get_user(uow.session, user_id)
    customer_id = new_id()
    values = {
        "id": customer_id,
        "venue_id": venue_id,
        "user_id": user_id,
        "display_name": user.display_name,
        "email": user.email,
        "username": user.username,
        "phone": user.phone,
        "date_of_birth": date_of_birth,
        "created_at": uow.now,
    }
    if await store.add_customer(uow.session, values):
        await billing.open_wallet(uow, venue_id=venue_id, customer_id=customer_id)
    made = await store.find_customer(uow.session, venue_id=venue_id, user_id=user_id)
    if made is None:
        raise CustomerNotFound
    return made


async def refresh_contact(uow: UnitOfWork, user_id: UUID) -> None:
    """Copy a user's contact details into all their profiles."""
    user = await get_user(uow.session, user_id)
    values = {name: getattr(user, name) for name in CONTACT}
    await store.copy_contact(uow.session, user_id, values)
