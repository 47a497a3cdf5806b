"""The SQL of money."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.billing.model import (
    DESCRIPTION_LENGTH,
    OWNED,
    Account,
    AccountKind,
    Entry,
    Funds,
    Payment,
    Posting,
    ReceiptCounter,
    Transaction,
    Void,
    Wallet,
    account_id,
)
from gameops.core.db import AnyRow, JsonObject
from gameops.core.paging import PageRequest, Slice, after, cut

_POST = text("""
WITH payments AS (
    INSERT INTO billing_payment
    SELECT * FROM jsonb_populate_recordset(
        CAST(NULL AS billing_payment), CAST(:payments AS jsonb))
), entries AS (
    INSERT INTO billing_transaction
        (id, venue_id, at, kind, description, actor_id, customer_id, session_id, reverses_id)
    SELECT id, venue_id, at, kind, description, actor_id, customer_id, session_id, reverses_id
    FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS e(
        id uuid, venue_id uuid, at timestamptz, kind text, description text, actor_id uuid,
        customer_id uuid, session_id uuid, reverses_id uuid)
)
INSERT INTO billing_posting (transaction_id, line, account_id, amount_minor)
SELECT transaction_id, line, account_id, amount_minor
FROM jsonb_to_recordset(CAST(:postings AS jsonb)) AS p(
    transaction_id uuid, line smallint, account_id uuid, amount_minor bigint)
""")


async def open_accounts(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Create accounts that do not exist yet."""
    await session.execute(insert(Account).on_conflict_do_nothing(), rows)


async def open_receipt_counter(session: AsyncSession, venue_id: UUID) -> None:
    """Start a venue's receipts at 1."""
    row = {"venue_id": venue_id}
    await session.execute(insert(ReceiptCounter).values(row).on_conflict_do_nothing())


async def set_limit(session: AsyncSession, account: UUID, limit_minor: int) -> None:
    """Change a guarded account's limit."""
    query = update(Account).where(Account.id == account).values(limit_minor=limit_minor)
    await session.execute(query)


async def raise_limits(session: AsyncSession, more: Mapping[UUID, int]) -> None:
    """Make room for debts that exist already: accounts, and by how much each grows."""
    query = text("""
        UPDATE billing_account a SET limit_minor = a.balance_minor + m.value::bigint
        FROM jsonb_each_text(CAST(:more AS jsonb)) AS m
        WHERE a.id = m.key::uuid AND a.limit_minor < a.balance_minor + m.value::bigint
    """)
    await session.execute(query, {"more": _json({str(key): n for key, n in more.items()})})


async def insert_entries(
    session: AsyncSession,
    entries: Sequence[Entry],
    now: datetime,
    payments: Sequence[Payment] = (),
) -> None:
    """Post transactions and their payments in one statement; the database guards them.

    Receipts are numbered when the transaction commits: the venue's counter is then locked for
    the commit alone, however long the transaction was.
    """
    if not entries:
        return
    heads = [
        {
            "id": entry.id,
            "venue_id": entry.venue_id,
            "at": entry.at or now,
            "kind": entry.kind,
            "description": entry.description[:DESCRIPTION_LENGTH],
            "actor_id": entry.actor_id,
            "customer_id": entry.customer_id,
            "session_id": entry.session_id,
            "reverses_id": entry.reverses_id,
        }
        for entry in entries
    ]
    postings = [
        {
            "transaction_id": entry.id,
            "line": number,
            "account_id": account_id(entry.venue_id, line.kind, line.owner_id),
            "amount_minor": line.amount_minor,
        }
        for entry in entries
        for number, line in enumerate(entry.lines)
        if line.amount_minor
    ]
    values = {
        "entries": _json(heads),
        "postings": _json(postings),
        "payments": _json([_columns(payment) for payment in payments]),
    }
    await session.execute(_POST, values)


def _columns(payment: Payment) -> dict[str, Any]:
    return {column.name: getattr(payment, column.name) for column in Payment.__table__.columns}


async def lock_wallet(session: AsyncSession, venue_id: UUID, customer_id: UUID) -> Wallet:
    """A customer's wallet, held until the transaction ends."""
    ids = [account_id(venue_id, kind, customer_id) for kind in sorted(OWNED)]
    query = select(Account).where(Account.id.in_(ids)).order_by(Account.id)
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return _wallet(list(await session.scalars(query)))


async def wallets(
    session: AsyncSession, venue_id: UUID, customer_ids: Collection[UUID]
) -> dict[UUID, Wallet]:
    """Wallets of several customers; an unknown customer has an empty one."""
    ids = [account_id(venue_id, kind, owner) for owner in customer_ids for kind in OWNED]
    query = select(Account).where(Account.id.in_(ids)).execution_options(populate_existing=True)
    accounts = list(await session.scalars(query)) if ids else []
    return {
        customer_id: _wallet([a for a in accounts if a.owner_id == customer_id])
        for customer_id in customer_ids
    }


def _wallet(accounts: Collection[Account]) -> Wallet:
    by_kind = {account.kind: account for account in accounts}
    paid, bonus, due = (
        by_kind.get(kind)
        for kind in (AccountKind.WALLET, AccountKind.BONUS, AccountKind.RECEIVABLE)
    )
    return Wallet(
        Funds(-paid.balance_minor if paid else 0, -bonus.balance_minor if bonus else 0),
        due_minor=due.balance_minor if due else 0,
        credit_limit_minor=due.limit_minor or 0 if due else 0,
    )


async def insert_payment(session: AsyncSession, payment: Payment) -> None:
    """Insert a payment whose journal entry exists already."""
    await session.execute(insert(Payment).values(_columns(payment)))


async def number_now(session: AsyncSession, payment: Payment) -> None:
    """Number the receipt at once: the counter stays locked until the commit."""
    await session.execute(text("SET CONSTRAINTS number_receipt IMMEDIATE"))
    query = select(Payment.receipt_number).where(Payment.id == payment.id)
    payment.receipt_number = await session.scalar(query)


async def find_payment(session: AsyncSession, payment_id: UUID) -> Payment | None:
    """One payment."""
    return await session.get(Payment, payment_id)


async def lock_payment(session: AsyncSession, payment_id: UUID) -> Payment | None:
    """One payment; refunds and voids of it queue here."""
    query = select(Payment).where(Payment.id == payment_id).with_for_update()
    return await session.scalar(query)


async def refunded(session: AsyncSession, payment_ids: Collection[UUID]) -> dict[UUID, int]:
    """How much of each payment has been given back (positive)."""
    query = (
        select(Payment.refunds_id, func.sum(-Payment.amount_minor))
        .where(Payment.refunds_id.in_(payment_ids))
        .group_by(Payment.refunds_id)
    )
    rows = (await session.execute(query)).all() if payment_ids else []
    return {row[0]: int(row[1]) for row in rows if row[0] is not None}


async def voids(session: AsyncSession, payment_ids: Collection[UUID]) -> dict[UUID, Void]:
    """Which of the payments were voided."""
    query = select(Void).where(Void.payment_id.in_(payment_ids))
    found = (await session.scalars(query)).all() if payment_ids else []
    return {void.payment_id: void for void in found}


async def list_payments(
    session: AsyncSession, conditions: Sequence[Any], page: PageRequest
) -> Slice[Payment]:
    """Payments, newest first."""
    query = after(
        select(Payment).where(*conditions),
        page,
        keys=[Payment.at, Payment.id],
        types=[datetime, UUID],
    )
    rows = list(await session.scalars(query))
    return cut(rows, page, lambda payment: (payment.at, payment.id))


async def payments_of_sessions(
    session: AsyncSession, session_ids: Collection[UUID]
) -> Sequence[Payment]:
    """Payments for these sessions, oldest first."""
    query = select(Payment).where(Payment.session_id.in_(session_ids)).order_by(Payment.id)
    return (await session.scalars(query)).all()


async def postings_of(session: AsyncSession, transaction_id: UUID) -> Sequence[AnyRow]:
    """Kind, owner and amount of each line of a transaction."""
    query = (
        select(Account.kind, Account.owner_id, Posting.amount_minor)
        .join(Account, Account.id == Posting.account_id)
        .where(Posting.transaction_id == transaction_id)
        .order_by(Posting.line)
    )
    return (await session.execute(query)).all()


async def wallet_statement(
    session: AsyncSession, venue_id: UUID, customer_id: UUID, page: PageRequest
) -> Slice[AnyRow]:
    """What moved a customer's wallet, bonus and debt, newest first, one row a transaction."""
    accounts = {kind: account_id(venue_id, kind, customer_id) for kind in OWNED}

    def moved(kind: AccountKind, sign: int) -> Any:  # noqa: ANN401 -- an SQL expression
        amount = func.coalesce(
            func.sum(Posting.amount_minor).filter(Posting.account_id == accounts[kind]), 0
        )
        return sign * amount

    query = (
        select(
            Transaction.id,
            Transaction.at,
            Transaction.kind,
            Transaction.description,
            Transaction.session_id,
            moved(AccountKind.WALLET, -1).label("paid_minor"),
            moved(AccountKind.BONUS, -1).label("bonus_minor"),
            moved(AccountKind.RECEIVABLE, 1).label("due_minor"),
        )
        .join(Posting, Posting.transaction_id == Transaction.id)
        .where(Posting.account_id.in_(accounts.values()))
        .group_by(Transaction.id)
    )
    query = after(query, page, keys=[Transaction.id], types=[UUID])
    rows = (await session.execute(query)).all()
    return cut(rows, page, lambda row: (row.id,))


async def trial_balance(session: AsyncSession, venue_id: UUID) -> Sequence[AnyRow]:
    """Debits and credits by kind of account."""
    debit = func.coalesce(func.sum(Posting.amount_minor).filter(Posting.amount_minor > 0), 0)
    credit = func.coalesce(func.sum(-Posting.amount_minor).filter(Posting.amount_minor < 0), 0)
    query = (
        select(Account.kind, debit.label("debit_minor"), credit.label("credit_minor"))
        .join(Posting, Posting.account_id == Account.id)
        .where(Account.venue_id == venue_id)
        .group_by(Account.kind)
        .order_by(Account.kind)
    )
    return (await session.execute(query)).all()


async def guarded_mismatches(session: AsyncSession, venue_id: UUID) -> Sequence[AnyRow]:
    """Guarded accounts whose kept balance is not the sum of their postings."""
    total = func.coalesce(func.sum(Posting.amount_minor), 0)
    query = (
        select(Account.id, Account.kind, Account.balance_minor, total.label("posted_minor"))
        .outerjoin(Posting, Posting.account_id == Account.id)
        .where(Account.venue_id == venue_id, Account.limit_minor.is_not(None))
        .group_by(Account.id)
        .having(Account.balance_minor != total)
    )
    return (await session.execute(query)).all()


async def takings(
    session: AsyncSession, venue_id: UUID, *, since: datetime, until: datetime
) -> int:
    """Cash and card taken less given back, voided payments left out."""
    query = text("""
        SELECT coalesce(sum(p.amount_minor), 0) FROM billing_payment p
        LEFT JOIN billing_void v ON v.payment_id = p.id
        WHERE p.venue_id = :venue_id AND p.at >= :since AND p.at < :until
          AND p.method <> 'wallet' AND v.payment_id IS NULL
    """)
    values = {"venue_id": venue_id, "since": since, "until": until}
    return int(await session.scalar(query, values) or 0)


async def takings_by(
    session: AsyncSession,
    venue_id: UUID,
    *,
    since: datetime,
    until: datetime,
    unit: str,
    timezone: str,
) -> Sequence[AnyRow]:
    """Takings by local hour or day."""
    query = text("""
        SELECT date_trunc(:unit, p.at, :timezone) AS at,
               sum(p.amount_minor) AS amount_minor, count(*) AS count
        FROM billing_payment p LEFT JOIN billing_void v ON v.payment_id = p.id
        WHERE p.venue_id = :venue_id AND p.at >= :since AND p.at < :until
          AND p.method <> 'wallet' AND v.payment_id IS NULL
        GROUP BY 1 ORDER BY 1
    """)
    values = {
        "venue_id": venue_id,
        "since": since,
        "until": until,
        "unit": unit,
        "timezone": timezone,
    }
    return (await session.execute(query, values)).all()


async def by_employee(
    session: AsyncSession, venue_id: UUID, *, since: datetime, until: datetime
) -> Sequence[AnyRow]:
    """What each employee took, voided and gave back."""
    query = text("""
        SELECT employee_id, max(name) AS name,
               sum(count)::int AS count, sum(taken)::bigint AS taken_minor,
               sum(voids)::int AS voids, sum(voided)::bigint AS voided_minor,
               sum(refunds)::int AS refunds, sum(refunded)::bigint AS refunded_minor
        FROM (
            SELECT employee_id, receipt->>'employee' AS name,
                   (amount_minor > 0)::int AS count, greatest(amount_minor, 0) AS taken,
                   0 AS voids, 0 AS voided,
                   (amount_minor < 0)::int AS refunds, greatest(-amount_minor, 0) AS refunded
            FROM billing_payment
            WHERE venue_id = :venue_id AND at >= :since AND at < :until
            UNION ALL
            SELECT v.employee_id, v.employee_name, 0, 0, 1, abs(p.amount_minor), 0, 0
            FROM billing_void v JOIN billing_payment p ON p.id = v.payment_id
            WHERE v.venue_id = :venue_id AND v.at >= :since AND v.at < :until
        ) AS acts GROUP BY employee_id ORDER BY taken_minor DESC
    """)
    values = {"venue_id": venue_id, "since": since, "until": until}
    return (await session.execute(query, values)).all()


def _json(value: list[dict[str, Any]] | JsonObject) -> str:
    return msgspec.json.encode(value).decode()
