"""The SQL of customers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.paging import PageRequest, Slice, after, cut
from gameops.venue.customers.model import Customer
from gameops.venue.errors import CustomerNotFound


async def get_customer(session: AsyncSession, customer_id: UUID) -> Customer:
    """One customer."""
    customer = await session.get(Customer, customer_id)
    if customer is None:
        raise CustomerNotFound(customer_id=customer_id)
    return customer


async def find_customer(session: AsyncSession, *, venue_id: UUID, user_id: UUID) -> Customer | None:
    """A user's profile at a venue."""
    query = select(Customer).where(Customer.venue_id == venue_id, Customer.user_id == user_id)
    return await session.scalar(query)


async def add_customer(session: AsyncSession, values: dict[str, Any]) -> bool:
    """Insert a profile unless there is one; whether it is new."""
    query = insert(Customer).values(values).on_conflict_do_nothing().returning(Customer.id)
    return await session.scalar(query) is not None


async def profiles_of(session: AsyncSession, user_id: UUID) -> Sequence[Customer]:
    """A user's profiles at all venues."""
    query = select(Customer).where(Customer.user_id == user_id).order_by(Customer.created_at)
    return (await session.scalars(query)).all()


async def copy_contact(session: AsyncSession, user_id: UUID, values: dict[str, Any]) -> None:
    """Keep the searchable copy of a user's contact details in step."""
    await session.execute(update(Customer).where(Customer.user_id == user_id).values(values))


async def list_customers(
    session: AsyncSession, conditions: Sequence[Any], page: PageRequest
) -> Slice[Customer]:
    """Customers by name."""
    query = after(
        select(Customer).where(*conditions),
        page,
        keys=[Customer.display_name, Customer.id],
        types=[str, UUID],
        descending=False,
    )
    rows = list(await session.scalars(query))
    return cut(rows, page, lambda customer: (customer.display_name, customer.id))


def matching(sought: str) -> Any:  # noqa: ANN401 -- an SQL expression
    """Customers whose name, address, user name or phone contains these words."""
    columns = (Customer.display_name, Customer.email, Customer.username, Customer.phone)
    return or_(*(column.icontains(sought, autoescape=True) for column in columns))
