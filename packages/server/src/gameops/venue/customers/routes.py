"""Customers over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from gameops.billing import api as billing
from gameops.core.errors import Forbidden, NotFound
from gameops.core.paging import Page
from gameops.core.uow import UnitOfWork
from gameops.core.web import CurrentActor, Paging, Uow, problems
from gameops.identity.api import EmailTaken, PhoneTaken, UsernameTaken
from gameops.venue.customers import store
from gameops.venue.customers.model import Customer
from gameops.venue.customers.schemas import (
    BanIn,
    CustomerIn,
    CustomerOut,
    CustomerPatch,
    Statement,
    StatementLine,
    wallet_out,
)
from gameops.venue.customers.service import Customers
from gameops.venue.errors import CustomerNotFound, VenueNotFound
from gameops.venue.permissions import CUSTOMERS
from gameops.venue.sessions.store import live_of_customers
from gameops.venue.tariffs import store as tariffs
from gameops.venue.tariffs.schemas import GrantList, GrantOut
from gameops.venue.venues.model import Tier

router = APIRouter(prefix="/api/v1/customers", tags=["customers"])

MANAGING = problems(Forbidden, CustomerNotFound, EmailTaken, UsernameTaken, PhoneTaken)


async def customers_out(uow: UnitOfWork, customers: list[Customer]) -> list[CustomerOut]:
    """Customers of one venue with wallets and what they are playing."""
    if not customers:
        return []
    ids = [customer.id for customer in customers]
    wallets = await billing.wallets(uow.session, customers[0].venue_id, ids)
    playing = await live_of_customers(uow.session, ids)
    return [CustomerOut.of(c, wallets[c.id], playing.get(c.id)) for c in customers]


@router.get("", summary="List customers", responses=problems(Forbidden, NotFound))
async def list_customers(
    venue_id: UUID,
    actor: CurrentActor,
    uow: Uow,
    paging: Paging,
    q: Annotated[str | None, Query(max_length=80, pattern=r"^[^\x00]*$")] = None,
    tier: Tier | None = None,
) -> Page[CustomerOut]:
    """By name; ``q`` looks in names, addresses and phone numbers."""
    actor.require(CUSTOMERS, venue_id=venue_id)
    conditions = [Customer.venue_id == venue_id]
    conditions += [store.matching(q)] if q else []
    conditions += [Customer.tier == tier] if tier else []
    found = await store.list_customers(uow.session, conditions, paging)
    items = await customers_out(uow, list(found.rows))
    return Page(items=items, next_cursor=found.next_cursor)


@router.post(
    "",
    status_code=201,
    summary="Add a customer",
    responses=problems(Forbidden, VenueNotFound, EmailTaken, UsernameTaken, PhoneTaken),
)
async def add_customer(body: CustomerIn, actor: CurrentActor, uow: Uow) -> CustomerOut:
    """At the counter; they set their own password by e-mail."""
    customer = await Customers(uow, actor).add(body.model_dump())
    return (await customers_out(uow, [customer]))[0]


@router.get("/{customer_id}", summary="One customer", responses=MANAGING)
async def get_customer(customer_id: UUID, actor: CurrentActor, uow: Uow) -> CustomerOut:
    """With wallet and the session being played."""
    return (await customers_out(uow, [await Customers(uow, actor).visible(customer_id)]))[0]


@router.patch("/{customer_id}", summary="Change a customer", responses=MANAGING)
async def change_customer(
    customer_id: UUID, body: CustomerPatch, actor: CurrentActor, uow: Uow
) -> CustomerOut:
    """Only what is sent is changed."""
    customer = await Customers(uow, actor).change(customer_id, body.changes())
    return (await customers_out(uow, [customer]))[0]


@router.post("/{customer_id}/ban", summary="Ban a customer", responses=MANAGING)
async def ban_customer(
    customer_id: UUID, body: BanIn, actor: CurrentActor, uow: Uow
) -> CustomerOut:
    """No new session until then, or for good."""
    service = Customers(uow, actor)
    customer = await service.ban(customer_id, reason=body.reason, until=body.until)
    return (await customers_out(uow, [customer]))[0]


@router.delete("/{customer_id}/ban", summary="Lift a ban", responses=MANAGING)
async def pardon_customer(customer_id: UUID, actor: CurrentActor, uow: Uow) -> CustomerOut:
    """They may play again."""
    customer = await Customers(uow, actor).pardon(customer_id)
    return (await customers_out(uow, [customer]))[0]


@router.get("/{customer_id}/wallet", summary="A wallet's movements", responses=MANAGING)
async def get_wallet(customer_id: UUID, actor: CurrentActor, uow: Uow, paging: Paging) -> Statement:
    """Newest first, with what it holds now."""
    customer = await Customers(uow, actor).visible(customer_id)
    return await statement(uow, customer, paging)


async def statement(uow: UnitOfWork, customer: Customer, paging: Paging) -> Statement:
    """A customer's wallet statement."""
    found = await billing.wallet_statement(uow.session, customer.venue_id, customer.id, paging)
    wallets = await billing.wallets(uow.session, customer.venue_id, [customer.id])
    items = [StatementLine.model_validate(row, from_attributes=True) for row in found.rows]
    return Statement(
        items=items, next_cursor=found.next_cursor, balance=wallet_out(wallets[customer.id])
    )


@router.get("/{customer_id}/packages", summary="A customer's packages", responses=MANAGING)
async def get_packages(customer_id: UUID, actor: CurrentActor, uow: Uow) -> GrantList:
    """Newest first."""
    customer = await Customers(uow, actor).visible(customer_id)
    return await grants(uow, customer)


async def grants(uow: UnitOfWork, customer: Customer) -> GrantList:
    """What a customer has bought in advance."""
    found = await tariffs.grants_of(uow.session, customer.id)
    in_use = await tariffs.grants_in_use(uow.session, [grant.id for grant in found])
    return GrantList(items=[GrantOut.of(g, now=uow.now, in_use=g.id in in_use) for g in found])
