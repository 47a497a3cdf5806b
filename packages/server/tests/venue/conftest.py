"""A venue with two zones and a driver for what staff and players do there."""

import dataclasses
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text

import gameops.billing.permissions
import gameops.venue.permissions  # noqa: F401 -- registers its names
from gameops.billing import api as billing
from gameops.billing import store as ledger
from gameops.billing.model import AccountKind, Method
from gameops.core.actor import SYSTEM, Actor
from gameops.core.clock import ManualClock
from gameops.core.context import Context
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.identity.accounts.hashing import HashPool, PwdlibHasher, use_hash_pool
from gameops.identity.api import PERMISSIONS
from gameops.venue.customers.service import Customers
from gameops.venue.jobs import JOBS
from gameops.venue.sessions import store
from gameops.venue.sessions.clock import SessionClock
from gameops.venue.sessions.model import Mode, Segment, Session
from gameops.venue.sessions.opening import Opening, Start
from gameops.venue.sessions.service import Sessions
from gameops.venue.stations.service import Stations
from gameops.venue.tariffs.model import Grant
from gameops.venue.tariffs.pricing import TariffRules
from gameops.venue.tariffs.service import Tariffs
from gameops.venue.till.service import Till, voucher_code
from gameops.venue.venues.model import Policy
from gameops.venue.venues.service import Venues

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
CASH = billing.Tender(method=Method.CASH)
CARD = billing.Tender(method=Method.CARD)
WALLET = billing.Tender(method=Method.WALLET)


@pytest.fixture(autouse=True, scope="session")
def _cheap_hashes() -> None:
    use_hash_pool(HashPool(PwdlibHasher(time_cost=1, memory_kib=8)))


def staff_of(venue_id: UUID, *permissions: str) -> Actor:
    """Somebody who works there; without a list, with every permission."""
    return Actor(
        id=new_id(),
        kind="user",
        name="Sam Staff",
        grants={venue_id: frozenset(permissions or PERMISSIONS)},
    )


@dataclass
class House:
    """A venue and everything one does with it; each act is a unit of work of its own."""

    context: Context
    clock: ManualClock
    venue_id: UUID = field(default_factory=new_id)
    zones: dict[str, UUID] = field(default_factory=dict)
    stations: dict[str, UUID] = field(default_factory=dict)
    tariffs: dict[str, UUID] = field(default_factory=dict)
    staff: Actor = SYSTEM

    # --- building ----------------------------------------------------------------------------

    async def build(self, **policy: Any) -> "House":
        """A hall at 3.00 an hour and a VIP zone at 6.00, three stations each."""
        fields = {
            "name": f"Arcade {new_id().hex[-8:]}",
            "timezone": "Europe/Berlin",
            "currency": "EUR",
            "locale": "en",
            "address": "Main street 1",
            "phone": "",
            "tax_rate_bp": 1_900,
            "tax_name": "VAT",
            "opening_hours": [],
            "policy": Policy.model_validate(policy).model_dump(mode="json", by_alias=True),
        }
        async with self.context.unit_of_work() as uow:
            self.venue_id = (await Venues(uow, SYSTEM).create(fields)).id
        self.staff = staff_of(self.venue_id)
        for name, amount, prefix in (("Hall", 300, "A"), ("VIP", 600, "V")):
            await self.add_zone(name, amount)
            for number in range(1, 4):
                await self.add_station(f"{prefix}{number}", name)
        return self

    async def add_zone(self, name: str, rate: int | None, **more: Any) -> UUID:
        """A zone with (or without) a tariff of its own."""
        fields = {"venue_id": self.venue_id, "name": name, "color": "#000000", "sort": 0}
        async with self.context.unit_of_work() as uow:
            zone = await Venues(uow, SYSTEM).add_zone(
                fields | {"minimum_age": more.pop("minimum_age", None), "area": None}
            )
        self.zones[name] = zone.id
        if rate is not None:
            await self.add_tariff(name, rate, **more)
        return zone.id

    async def add_tariff(self, zone: str, rate: int, **more: Any) -> None:
        """What an hour costs there."""
        rules = TariffRules.model_validate(
            {
                "base_rate_minor_per_hour": rate,
                "tier_discounts_bp": {"premium": 1_000, "vip": 2_000},
                **more,
            }
        )
        async with self.context.unit_of_work() as uow:
            tariff, _ = await Tariffs(uow, SYSTEM).create(
                venue_id=self.venue_id,
                name=zone,
                zone_ids=[str(self.zones[zone])],
                kinds=[],
                rules=rules,
            )
        self.tariffs[zone] = tariff.id

    async def publish(self, zone: str, rate: int, **more: Any) -> None:
        """New prices from now on."""
        rules = TariffRules.model_validate({"base_rate_minor_per_hour": rate, **more})
        async with self.context.unit_of_work() as uow:
            await Tariffs(uow, SYSTEM).publish(self.tariffs[zone], rules=rules, valid_from=None)

    async def add_station(self, name: str, zone: str, kind: str = "pc") -> UUID:
        """A place to play."""
        fields = {
            "venue_id": self.venue_id,
            "zone_id": self.zones[zone],
            "name": name,
            "kind": kind,
            "position": None,
            "notes": "",
        }
        async with self.context.unit_of_work() as uow:
            station = await Stations(uow, SYSTEM).add(fields)
        self.stations[name] = station.id
        return station.id

    async def policy(self, **changes: Any) -> None:
        """Change the venue's policy."""
        async with self.context.unit_of_work() as uow:
            rules = Policy.model_validate(changes).model_dump(mode="json", by_alias=True)
            await Venues(uow, SYSTEM).change(self.venue_id, {"policy": rules})

    async def customer(
        self,
        name: str = "Ana",
        *,
        cash: int = 0,
        tier: str = "basic",
        birth: date | None = None,
        credit: int = 0,
    ) -> UUID:
        """A customer, maybe with money in the wallet."""
        fields = {
            "venue_id": self.venue_id,
            "display_name": name,
            "email": f"{name.lower()}.{new_id().hex}@example.com",
            "username": None,
            "phone": None,
            "date_of_birth": birth,
            "tier": tier,
            "notes": "",
        }
        async with self.context.unit_of_work() as uow:
            customer = await Customers(uow, SYSTEM).add(fields)
        if cash:
            await self.top_up(customer.id, cash)
        if credit:
            await self.change_customer(customer.id, credit_limit_minor=credit)
        return customer.id

    async def change_customer(self, customer_id: UUID, **fields: Any) -> None:
        """Change a profile."""
        async with self.context.unit_of_work() as uow:
            await Customers(uow, SYSTEM).change(customer_id, fields)

    # --- the till ----------------------------------------------------------------------------

    async def top_up(self, customer_id: UUID, amount: int) -> billing.Payment:
        """Cash into the wallet; a session that runs on it is prolonged, as the job would."""
        async with self.context.unit_of_work() as uow:
            return await Till(uow, self.staff).top_up(customer_id, amount_minor=amount, tender=CASH)

    async def refill(self, customer_id: UUID) -> None:
        """What the worker does after a top-up."""
        await JOBS.jobs["venue.refill_session"].handler(
            self.context, {"venue_id": str(self.venue_id), "customer_id": str(customer_id)}
        )

    async def grant(
        self, customer_id: UUID, *, hours: int = 3, price: int = 600, zones: tuple[str, ...] = ()
    ) -> tuple[UUID, billing.Payment]:
        """A package, made and sold; the grant and its payment."""
        fields = {
            "venue_id": self.venue_id,
            "name": f"{hours} hours",
            "seconds": hours * 3_600,
            "price_minor": price,
            "zone_ids": [str(self.zones[zone]) for zone in zones],
            "valid_days": 30,
            "windows": [],
            "active": True,
        }
        async with self.context.unit_of_work() as uow:
            package = await Tariffs(uow, SYSTEM).add_package(fields)
            await uow.session.flush()
            payment = await Till(uow, self.staff).sell_package(customer_id, package.id, CASH)
        async with self.context.database.reading() as session:
            query = text("SELECT id FROM venue_grant WHERE payment_id = :id")
            return await session.scalar(query, {"id": payment.id}), payment

    async def grant_row(self, grant_id: UUID) -> Grant:
        """What is left of a package."""
        async with self.context.database.reading() as session:
            return await session.get_one(Grant, grant_id)

    async def voucher(
        self, zone: str = "Hall", *, minutes: int = 60
    ) -> tuple[billing.Payment, str]:
        """A voucher; its payment and its code."""
        async with self.context.unit_of_work() as uow:
            payment = await Till(uow, self.staff).sell_voucher(
                self.context,
                venue_id=self.venue_id,
                zone_id=self.zones[zone],
                minutes=minutes,
                tender=CASH,
            )
            return payment, voucher_code(self.context, payment.id)

    async def void(self, payment_id: UUID) -> None:
        """Undo a payment."""
        async with self.context.unit_of_work() as uow:
            await Till(uow, self.staff).void(payment_id, reason="a mistake")

    # --- sessions ----------------------------------------------------------------------------

    async def start(self, station: str = "A1", mode: str = "prepaid", **more: Any) -> Session:
        """Start a session; prepaid for an hour in cash unless said otherwise."""
        if mode == "prepaid":
            more = {"minutes": 60, "tender": CASH} | more
        wanted = Start(station_id=self.stations[station], mode=Mode(mode), **more)
        async with self.context.unit_of_work() as uow:
            return (await Opening(uow, self.staff).start(wanted)).session

    async def act(self, name: str, session: Session, *args: Any, **more: Any) -> Any:
        """Call a method of the sessions service in a unit of work of its own."""
        async with self.context.unit_of_work() as uow:
            return await getattr(Sessions(uow, self.staff), name)(session.id, *args, **more)

    async def extend(self, session: Session, minutes: int, tender: Any = CASH) -> Session:
        """Sell more minutes."""
        return await self.act("extend", session, minutes=minutes, tender=tender)

    async def move(self, session: Session, station: str) -> Session:
        """Go on elsewhere."""
        return await self.act("move", session, self.stations[station])

    async def pause(self, session: Session) -> Session:
        """Let the time stand still."""
        return await self.act("pause", session)

    async def resume(self, session: Session) -> Session:
        """Let it run again."""
        return await self.act("resume", session)

    async def end(self, session: Session, **more: Any) -> Session:
        """End it now."""
        await self.act("end", session, **more)
        return await self.fresh(session)

    async def fresh(self, session: Session) -> Session:
        """The session as it stands in the database."""
        async with self.context.database.reading() as reading:
            return await store.get_session(reading, session.id)

    async def segments(self, session: Session) -> list[Segment]:
        """Its timeline."""
        async with self.context.database.reading() as reading:
            return (await store.segments(reading, [session.id]))[session.id]

    async def pass_time(self, span: timedelta) -> None:
        """Let time pass, the session clock working all the while."""
        self.clock.advance(span)
        await self.tick()

    async def tick(self) -> None:
        """One round of the session clock."""
        clock = SessionClock(self.context)
        await clock.slow_round()
        while await clock.expire_due():
            pass

    async def close(self) -> None:
        """Let everything run out that is still running."""
        for _ in range(3):
            await self.pass_time(timedelta(days=33))

    # --- the books ---------------------------------------------------------------------------

    async def wallet(self, customer_id: UUID) -> billing.Wallet:
        """What a customer has and owes."""
        async with self.context.database.reading() as session:
            return (await billing.wallets(session, self.venue_id, [customer_id]))[customer_id]

    async def money(self, customer_id: UUID) -> tuple[int, int, int]:
        """Paid, bonus, due."""
        wallet = await self.wallet(customer_id)
        return wallet.funds.paid_minor, wallet.funds.bonus_minor, wallet.due_minor

    async def accounts(self) -> Counter[AccountKind]:
        """The balance of each kind of account, debits positive."""
        async with self.context.database.reading() as session:
            rows = await ledger.trial_balance(session, self.venue_id)
        found = Counter({AccountKind(row.kind): row.debit_minor - row.credit_minor for row in rows})
        return Counter({kind: amount for kind, amount in found.items() if amount})

    async def check_books(self) -> Counter[AccountKind]:
        """The journal balances, and guarded balances are their postings."""
        async with self.context.database.reading() as session:
            assert not await ledger.guarded_mismatches(session, self.venue_id)
            uneven = text(
                "SELECT count(*) FROM (SELECT FROM billing_posting GROUP BY transaction_id"
                " HAVING sum(amount_minor) <> 0) AS uneven"
            )
            assert await session.scalar(uneven) == 0
        accounts = await self.accounts()
        assert sum(accounts.values()) == 0
        return accounts

    async def jobs(self, topic: str) -> list[dict[str, Any]]:
        """Arguments of the waiting jobs of one name."""
        async with self.context.database.reading() as session:
            query = text("SELECT args FROM procrastinate_jobs WHERE task_name = :name ORDER BY id")
            return [row.args for row in await session.execute(query, {"name": topic})]


@pytest.fixture
def venue_context(context: Context) -> Context:
    """The test's context, with the venue's jobs."""
    return dataclasses.replace(context, jobs=JOBS)


@pytest_asyncio.fixture(loop_scope="session")
async def house(venue_context: Context, clock: ManualClock) -> House:
    """A venue on the test's own transaction."""
    return await House(venue_context, clock).build()


@pytest_asyncio.fixture(loop_scope="session")
async def committing_house(committing_context: Context, clock: ManualClock) -> AsyncIterator[House]:
    """A venue that others can see: for races. Its sessions are ended afterwards."""
    house = await House(dataclasses.replace(committing_context, jobs=JOBS), clock).build()
    yield house
    async with committing_context.database.engine.begin() as connection:
        for statement in (
            "DELETE FROM procrastinate_jobs WHERE status = 'todo'",
            (
                "UPDATE venue_session SET state = 'ended', ended_at = now(), ends_at = NULL,"
                " paused_at = NULL WHERE ended_at IS NULL"
            ),
        ):
            await connection.execute(text(statement))


@asynccontextmanager
async def opened(
    house: House, actor: Actor | None = None
) -> AsyncIterator[tuple[UnitOfWork, Actor]]:
    """A unit of work and who works in it."""
    async with house.context.unit_of_work() as uow:
        yield uow, actor or house.staff


Act = Callable[[], Awaitable[Any]]
