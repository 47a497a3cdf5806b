"""Posting to the journal: the only ways in which money moves between accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from gameops.billing import store
from gameops.billing.errors import AlreadySpent, CreditLimitReached, InsufficientFunds
from gameops.billing.events import WalletCredited
from gameops.billing.model import (
    AccountKind,
    Entry,
    Funds,
    Line,
    Payment,
    Wallet,
    account_id,
)
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork

SYSTEM_KINDS = tuple(AccountKind)[:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The end of one session in money.

    ``held`` was set aside for it (zero for postpaid); ``charge_minor`` of it is earned, the rest
    goes back to where it came from. What ``held`` does not cover becomes a debt.
    """

    venue_id: UUID
    session_id: UUID
    customer_id: UUID | None
    description: str
    held: Funds
    charge_minor: int
    tax_minor: int
    forfeited_minor: int = 0
    """Unused value that the venue's policy does not give back; earned like the rest."""
    refund_to: AccountKind = AccountKind.WALLET
    actor_id: UUID | None = None

    @property
    def unused(self) -> Funds:
        """What goes back, the paid part first."""
        rest = max(0, self.held.total_minor - self.charge_minor - self.forfeited_minor)
        return self.held.take(rest, bonus_first=False)

    @property
    def due_minor(self) -> int:
        """What remains to be paid."""
        return max(0, self.charge_minor - self.held.total_minor)

    def lines(self) -> list[Line]:
        """The postings: what was held is earned, refunded, or becomes a debt."""
        earned = self.charge_minor + self.forfeited_minor
        unused = self.unused
        return [
            Line(AccountKind.DEFERRED, self.held.total_minor),
            Line(AccountKind.REVENUE, -(earned - self.tax_minor)),
            Line(AccountKind.TAX, -self.tax_minor),
            Line(self.refund_to, -unused.paid_minor, self._owner(self.refund_to)),
            Line(AccountKind.BONUS, -unused.bonus_minor, self.customer_id),
            self._debt(),
        ]

    def _owner(self, kind: AccountKind) -> UUID | None:
        return self.customer_id if kind is AccountKind.WALLET else None

    def _debt(self) -> Line:
        if self.customer_id is None:
            return Line(AccountKind.GUEST_RECEIVABLE, self.due_minor)
        return Line(AccountKind.RECEIVABLE, self.due_minor, self.customer_id)


async def open_books(uow: UnitOfWork, venue_id: UUID) -> None:
    """Create a venue's chart of accounts and its receipt counter."""
    rows = [
        {
            "id": account_id(venue_id, kind),
            "venue_id": venue_id,
            "kind": kind,
            "owner_id": None,
            "limit_minor": None,
        }
        for kind in SYSTEM_KINDS
    ]
    await store.open_accounts(uow.session, rows)
    await store.open_receipt_counter(uow.session, venue_id)


async def open_wallet(
    uow: UnitOfWork, *, venue_id: UUID, customer_id: UUID, credit_limit_minor: int = 0
) -> None:
    """Create a customer's guarded accounts."""
    limits = {
        AccountKind.WALLET: 0,
        AccountKind.BONUS: 0,
        AccountKind.RECEIVABLE: credit_limit_minor,
    }
    rows = [
        {
            "id": account_id(venue_id, kind, customer_id),
            "venue_id": venue_id,
            "kind": kind,
            "owner_id": customer_id,
            "limit_minor": limit,
        }
        for kind, limit in limits.items()
    ]
    await store.open_accounts(uow.session, rows)


async def set_credit_limit(
    uow: UnitOfWork, *, venue_id: UUID, customer_id: UUID, limit_minor: int
) -> None:
    """Change how much a customer may owe; not below what is owed already."""
    account = account_id(venue_id, AccountKind.RECEIVABLE, customer_id)
    try:
        async with uow.session.begin_nested():
            await store.set_limit(uow.session, account, limit_minor)
    except IntegrityError as error:
        raise CreditLimitReached("The customer owes more than this limit.") from error


async def allow_debts(uow: UnitOfWork, venue_id: UUID, debts: Mapping[UUID, int]) -> None:
    """Let customers owe for what has been played: the limit is a rule for starting."""
    if debts:
        await store.raise_limits(
            uow.session,
            {
                account_id(venue_id, AccountKind.RECEIVABLE, customer_id): amount
                for customer_id, amount in debts.items()
            },
        )


async def post(uow: UnitOfWork, entries: Sequence[Entry], payments: Sequence[Payment] = ()) -> None:
    """Post transactions; a guarded account that would be overdrawn refuses them all."""
    try:
        await store.insert_entries(uow.session, entries, uow.now, payments)
    except IntegrityError as error:
        raise _refusal(error) from error


def _refusal(error: IntegrityError) -> Exception:
    cause = getattr(error.orig, "__cause__", None)
    if getattr(cause, "constraint_name", "") != "ck_billing_account_within_limit":
        return error
    detail = str(getattr(cause, "detail", ""))
    return CreditLimitReached() if "receivable" in detail else InsufficientFunds()


async def lock_wallet(uow: UnitOfWork, *, venue_id: UUID, customer_id: UUID) -> Wallet:
    """A wallet that nobody else can change until this unit of work ends."""
    return await store.lock_wallet(uow.session, venue_id, customer_id)


async def set_aside(
    uow: UnitOfWork,
    *,
    venue_id: UUID,
    customer_id: UUID,
    session_id: UUID,
    amount_minor: int,
    bonus_first: bool,
    description: str,
    actor_id: UUID | None = None,
) -> Funds:
    """Move value from a wallet to what is paid for and not yet played; says from which part."""
    wallet = await store.lock_wallet(uow.session, venue_id, customer_id)
    funds = require_funds(wallet, amount_minor).take(amount_minor, bonus_first=bonus_first)
    lines = [*spend_lines(funds, customer_id), Line(AccountKind.DEFERRED, -amount_minor)]
    entry = Entry(
        id=new_id(),
        venue_id=venue_id,
        kind="set_aside",
        description=description,
        lines=lines,
        actor_id=actor_id,
        customer_id=customer_id,
        session_id=session_id,
    )
    await post(uow, [entry])
    return funds


def require_funds(wallet: Wallet, amount_minor: int) -> Funds:
    """The wallet's funds, or :class:`InsufficientFunds`."""
    if wallet.funds.total_minor < amount_minor:
        raise InsufficientFunds(balance_minor=wallet.funds.total_minor, needed_minor=amount_minor)
    return wallet.funds


def spend_lines(funds: Funds, customer_id: UUID) -> list[Line]:
    """Debits of a wallet's two parts."""
    return [
        Line(AccountKind.WALLET, funds.paid_minor, customer_id),
        Line(AccountKind.BONUS, funds.bonus_minor, customer_id),
    ]


async def settle(uow: UnitOfWork, settlements: Sequence[Settlement]) -> dict[UUID, UUID]:
    """Settle ended sessions, all in one statement; the journal entry of each session."""
    entries = [
        Entry(
            id=new_id(),
            venue_id=item.venue_id,
            kind="session",
            description=item.description,
            lines=item.lines(),
            actor_id=item.actor_id,
            customer_id=item.customer_id,
            session_id=item.session_id,
        )
        for item in settlements
        if any(line.amount_minor for line in item.lines())
    ]
    for venue_id in {item.venue_id for item in settlements}:
        await allow_debts(uow, venue_id, _debts(venue_id, settlements))
    await post(uow, entries)
    for item in settlements:
        if item.customer_id is not None and item.unused.total_minor:
            uow.record(WalletCredited(venue_id=item.venue_id, customer_id=item.customer_id))
    return {entry.session_id: entry.id for entry in entries if entry.session_id}


def _debts(venue_id: UUID, settlements: Sequence[Settlement]) -> dict[UUID, int]:
    debts: dict[UUID, int] = {}
    for item in settlements:
        if item.venue_id == venue_id and item.customer_id is not None and item.due_minor:
            debts[item.customer_id] = debts.get(item.customer_id, 0) + item.due_minor
    return debts


async def reverse(
    uow: UnitOfWork,
    *,
    transaction_id: UUID,
    venue_id: UUID,
    description: str,
    actor_id: UUID | None,
    customer_id: UUID | None,
    session_id: UUID | None,
) -> UUID:
    """Undo a transaction by its mirror image; :class:`AlreadySpent` when the money is gone."""
    rows = await store.postings_of(uow.session, transaction_id)
    lines = [Line(AccountKind(row.kind), -row.amount_minor, row.owner_id) for row in rows]
    entry = Entry(
        id=new_id(),
        venue_id=venue_id,
        kind="void",
        description=description,
        lines=lines,
        actor_id=actor_id,
        customer_id=customer_id,
        session_id=session_id,
        reverses_id=transaction_id,
    )
    try:
        await post(uow, [entry])
    except InsufficientFunds as error:
        raise AlreadySpent from error
    return entry.id
