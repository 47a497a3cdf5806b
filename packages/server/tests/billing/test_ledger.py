"""The journal: always balanced, never changed, wallets never below nothing."""

import asyncio
import contextlib
import dataclasses
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import gameops.billing.permissions  # noqa: F401 -- registers its names
from gameops.billing import api as billing
from gameops.billing import store
from gameops.billing.giving_back import refund, void
from gameops.billing.ledger import Settlement, open_books, open_wallet, post, settle
from gameops.billing.model import AccountKind, Entry, Funds, Line, Method, account_id
from gameops.billing.payments import Issuer, Party, Sale, Tender, take
from gameops.core.actor import SYSTEM
from gameops.core.context import Context
from gameops.core.db import Database
from gameops.core.errors import Problem
from gameops.core.ids import new_id

WALLET, BONUS, DEFERRED = AccountKind.WALLET, AccountKind.BONUS, AccountKind.DEFERRED


class Books:
    """A venue's books with one customer, and what can be done to them."""

    def __init__(self, context: Context) -> None:
        self.context, self.venue, self.customer = context, new_id(), new_id()
        self.payments: list[UUID] = []

    async def open(self, *, credit: int = 0) -> "Books":
        async with self.context.unit_of_work() as uow:
            await open_books(uow, self.venue)
            await open_wallet(
                uow,
                venue_id=self.venue,
                customer_id=self.customer,
                credit_limit_minor=credit,
            )
        return self

    @property
    def issuer(self) -> Issuer:
        return Issuer(
            venue_id=self.venue,
            name="Arcade",
            address="",
            currency="EUR",
            tax_name="VAT",
            tax_rate_bp=1_900,
            bonus_first=True,
        )

    async def sell(
        self, kind: str, amount: int, *, method: str = "cash", bonus: int = 0
    ) -> billing.Payment:
        sale = Sale(
            kind=billing.PaymentKind(kind),
            lines=[(kind, amount)],
            tender=Tender(method=Method(method)),
            customer=Party(id=self.customer, name="Ana"),
            bonus_minor=bonus,
        )
        async with self.context.unit_of_work() as uow:
            payment = (await take(uow, SYSTEM, self.issuer, sale)).payment
        self.payments.append(payment.id)
        return payment

    async def top_up(self, amount: int, bonus: int = 0) -> billing.Payment:
        return await self.sell("topup", amount, bonus=bonus)

    async def refund(self, payment_id: UUID, amount: int) -> None:
        async with self.context.unit_of_work() as uow:
            await refund(uow, SYSTEM, payment_id, amount_minor=amount, reason="goodwill")

    async def void(self, payment_id: UUID) -> None:
        async with self.context.unit_of_work() as uow:
            await void(uow, SYSTEM, payment_id, reason="mistake")

    async def settle(self, held: Funds, charge: int, forfeited: int = 0) -> None:
        tax = charge // 10
        settlement = Settlement(
            venue_id=self.venue,
            session_id=new_id(),
            customer_id=self.customer,
            description="Session",
            held=held,
            charge_minor=charge,
            forfeited_minor=forfeited,
            tax_minor=tax,
        )
        async with self.context.unit_of_work() as uow:
            await settle(uow, [settlement])

    async def repay(self, amount: int) -> None:
        async with self.context.unit_of_work() as uow:
            await billing.settle_debt(
                uow,
                SYSTEM,
                self.issuer,
                Party(id=self.customer, name="Ana"),
                Tender(method=Method.CASH),
                amount_minor=amount,
                label="Time played",
            )

    async def wallet(self) -> billing.Wallet:
        async with self.context.database.reading() as session:
            return (await billing.wallets(session, self.venue, [self.customer]))[self.customer]

    async def check(self) -> Counter[str]:
        async with self.context.database.reading() as session:
            assert not await store.guarded_mismatches(session, self.venue)
            rows = await store.trial_balance(session, self.venue)
        assert sum(row.debit_minor for row in rows) == sum(row.credit_minor for row in rows)
        wallet = await self.wallet()
        assert min(wallet.funds.paid_minor, wallet.funds.bonus_minor, wallet.due_minor) >= 0
        assert wallet.due_minor <= wallet.credit_limit_minor
        return Counter({row.kind: row.debit_minor - row.credit_minor for row in rows})


amounts = st.integers(1, 1_000)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("top_up"), amounts, st.integers(0, 300)),
        st.tuples(st.just("buy"), amounts, st.sampled_from(["cash", "card", "wallet"])),
        st.tuples(st.just("refund"), st.integers(0, 9), amounts),
        st.tuples(st.just("void"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("settle"), amounts, st.integers(0, 1_000)),
        st.tuples(st.just("lend"), amounts, st.just(0)),
        st.tuples(st.just("repay"), amounts, st.just(0)),
    ),
    max_size=20,
)


async def _step(books: Books, name: str, first: Any, second: Any) -> None:
    if name == "top_up":
        await books.top_up(first, second)
    elif name == "buy":
        await books.sell("package", first, method=second)
    elif name == "repay":
        await books.repay(first)
    elif name == "settle":
        await books.settle(Funds(first), min(first, second))
    elif name == "lend":
        await books.settle(Funds(), first)
    elif books.payments:
        chosen = books.payments[first % len(books.payments)]
        await (books.void(chosen) if name == "void" else books.refund(chosen, second))


@asynccontextmanager
async def _rolled_back(database: Database, like: Context) -> AsyncIterator[Context]:
    async with database.engine.connect() as connection:
        outer = await connection.begin()
        yield dataclasses.replace(like, database=Database.bound_to(connection))
        await outer.rollback()


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=steps)
async def test_whatever_is_done_the_books_balance(
    committing_database: Database, context: Context, acts: list[tuple[str, Any, Any]]
) -> None:
    async with _rolled_back(committing_database, context) as own:
        books = await Books(own).open(credit=700)
        for name, first, second in acts:
            with contextlib.suppress(Problem):  # refused, and nothing has changed
                await _step(books, name, first, second)
        await books.check()


@given(
    st.integers(0, 1_000),
    st.integers(0, 1_000),
    st.integers(0, 2_500),
    st.integers(0, 300),
)
def test_a_settlement_shares_out_all_that_was_held(
    paid: int, bonus: int, charge: int, forfeited: int
) -> None:
    held = Funds(paid, bonus)
    forfeited = min(forfeited, max(0, held.total_minor - charge))
    settlement = Settlement(
        venue_id=new_id(),
        session_id=new_id(),
        customer_id=new_id(),
        description="",
        held=held,
        charge_minor=charge,
        forfeited_minor=forfeited,
        tax_minor=charge // 5,
    )
    assert sum(line.amount_minor for line in settlement.lines()) == 0
    assert settlement.unused.total_minor + min(charge, held.total_minor) + forfeited == (
        held.total_minor
    )
    assert settlement.due_minor == max(0, charge - held.total_minor)
    assert 0 <= settlement.unused.bonus_minor <= bonus


def test_an_entry_that_does_not_balance_is_a_bug() -> None:
    with pytest.raises(ValueError, match="does not balance"):
        Entry(
            id=new_id(),
            venue_id=new_id(),
            kind="x",
            description="",
            lines=[Line(AccountKind.CASH, 1)],
        )


async def test_the_database_refuses_what_does_not_balance(context: Context) -> None:
    books = await Books(context).open()
    payment = await books.top_up(100)
    with pytest.raises(DBAPIError, match="does not balance"):
        async with context.unit_of_work() as uow:
            await uow.session.execute(
                text("INSERT INTO billing_posting VALUES (:t, 9, :a, 5)"),
                {"t": payment.transaction_id, "a": account_id(books.venue, AccountKind.CASH)},
            )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_posting SET amount_minor = 1",
        "DELETE FROM billing_posting",
        "UPDATE billing_transaction SET kind = 'x'",
        "DELETE FROM billing_transaction",
        "UPDATE billing_payment SET amount_minor = 1",
        "UPDATE billing_payment SET receipt_number = 77 WHERE receipt_number IS NOT NULL",
        "DELETE FROM billing_payment",
        "UPDATE billing_void SET reason = 'x'",
        "DELETE FROM billing_void",
        "DELETE FROM billing_account",
        "TRUNCATE billing_posting",
        "TRUNCATE billing_transaction CASCADE",
        "TRUNCATE billing_payment CASCADE",
        "TRUNCATE billing_void",
        "TRUNCATE billing_account CASCADE",
    ],
)
async def test_nothing_in_the_books_can_be_changed(context: Context, statement: str) -> None:
    books = await Books(context).open()
    payment = await books.top_up(100)
    await books.void(payment.id)
    with pytest.raises(DBAPIError, match="append-only"):
        async with context.unit_of_work() as uow:
            await uow.session.execute(text(statement))


async def test_a_guarded_account_is_never_overdrawn(context: Context) -> None:
    books = await Books(context).open(credit=50)
    await books.top_up(100, 10)

    async def move(kind: AccountKind, amount: int) -> None:
        lines = [Line(kind, amount, books.customer), Line(AccountKind.CASH, -amount)]
        entry = Entry(id=new_id(), venue_id=books.venue, kind="x", description="", lines=lines)
        async with context.unit_of_work() as uow:
            await post(uow, [entry])

    for kind, amount in ((WALLET, 101), (BONUS, 11)):
        with pytest.raises(billing.InsufficientFunds):
            await move(kind, amount)
    with pytest.raises(billing.CreditLimitReached):
        await move(AccountKind.RECEIVABLE, 51)
    await move(WALLET, 100)
    await move(BONUS, 10)
    await move(AccountKind.RECEIVABLE, 50)
    assert await books.wallet() == billing.Wallet(Funds(0, 0), 50, 50)
    await books.check()


async def test_opening_the_books_twice_is_harmless(context: Context) -> None:
    books = await Books(context).open()
    await books.top_up(5)
    await books.open()
    assert (await books.wallet()).funds == Funds(5, 0)


# --- at once ---------------------------------------------------------------------------------


async def _outcomes(acts: list[Awaitable[Any]]) -> Counter[str]:
    async def one(act: Awaitable[Any]) -> str:
        try:
            await act
        except Problem as problem:
            return problem.code
        return "done"

    return Counter(await asyncio.gather(*map(one, acts)))


async def test_many_payments_into_one_wallet_all_arrive(committing_context: Context) -> None:
    books = await Books(committing_context).open()
    got = await _outcomes([books.top_up(10, 1) for _ in range(32)])
    assert got == {"done": 32}
    assert (await books.wallet()).funds == Funds(320, 32)
    await books.check()


async def test_one_wallet_is_spent_once(committing_context: Context) -> None:
    books = await Books(committing_context).open()
    await books.top_up(100, 20)
    got = await _outcomes([books.sell("package", 12, method="wallet") for _ in range(32)])
    assert got == {"done": 10, "billing.insufficient_funds": 22}
    assert (await books.wallet()).funds == Funds(0, 0)
    accounts = await books.check()
    assert accounts[DEFERRED] == -120


async def test_receipts_are_gap_free_when_some_are_rolled_back(
    committing_context: Context,
) -> None:
    books = await Books(committing_context).open()
    await books.top_up(50)

    async def walk_away() -> None:
        async with committing_context.unit_of_work() as uow:
            tender = Tender(method=Method.CASH)
            sale = Sale(kind=billing.PaymentKind.PACKAGE, lines=[("x", 1)], tender=tender)
            await take(uow, SYSTEM, books.issuer, sale)
            raise billing.NothingDue

    got = await _outcomes([walk_away() if n % 3 == 0 else books.sell("time", 5) for n in range(32)])
    assert got["done"] == 21
    async with committing_context.database.reading() as session:
        query = text("SELECT receipt_number FROM billing_payment WHERE venue_id=:v ORDER BY 1")
        assert list(await session.scalars(query, {"v": books.venue})) == list(range(1, 23))


async def test_refunds_at_once_stop_at_what_was_taken(committing_context: Context) -> None:
    books = await Books(committing_context).open()
    payment = await books.sell("package", 100)
    got = await _outcomes([books.refund(payment.id, 30) for _ in range(16)])
    assert got == {"done": 3, "billing.already_refunded": 13}
    await books.check()
