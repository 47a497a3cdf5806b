"""Accounts, the journal, payments; and the rules of a correct entry."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base, JsonObject


class AccountKind(StrEnum):
    """The chart of accounts of one venue. Debits are positive, credits negative."""

    CASH = "cash"
    CARD = "card"
    DEFERRED = "deferred"  # time that is paid for and not yet played
    REVENUE = "revenue"
    TAX = "tax"
    REFUNDS = "refunds"  # goodwill: money given back for time already earned
    BONUS_EXPENSE = "bonus_expense"
    GUEST_RECEIVABLE = "guest_receivable"
    WALLET = "wallet"  # one per customer
    BONUS = "bonus"  # one per customer
    RECEIVABLE = "receivable"  # one per customer


DESCRIPTION_LENGTH: Final = 200
"""Longer reasons stand in full on the receipt or the void; the journal keeps their beginning."""
OWNED = frozenset({AccountKind.WALLET, AccountKind.BONUS, AccountKind.RECEIVABLE})


class Method(StrEnum):
    """How money changes hands."""

    CASH = "cash"
    CARD = "card"
    WALLET = "wallet"


class PaymentKind(StrEnum):
    """What money changed hands for."""

    TIME = "time"
    TOPUP = "topup"
    PACKAGE = "package"
    VOUCHER = "voucher"
    SETTLEMENT = "settlement"
    REFUND = "refund"
    PAYOUT = "payout"


class Account(Base):
    """One account. With a limit it is guarded: its debit balance never exceeds the limit.

    Wallets have limit 0 (they never go below nothing); a customer's receivable has the credit
    limit. The database keeps ``balance_minor`` of guarded accounts from the postings.
    """

    __tablename__ = "billing_account"
    __table_args__ = (
        CheckConstraint("limit_minor IS NULL OR balance_minor <= limit_minor", "within_limit"),
        Index(
            "uq_billing_account_venue_kind_owner",
            "venue_id",
            "kind",
            "owner_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(30))
    owner_id: Mapped[UUID | None]
    limit_minor: Mapped[int | None] = mapped_column(BigInteger)
    balance_minor: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class Transaction(Base):
    """One business fact in the journal; its postings add up to zero. Never changed."""

    __tablename__ = "billing_transaction"
    __table_args__ = (
        Index(None, "venue_id", "at"),
        Index(
            "ix_billing_transaction_session",
            "session_id",
            postgresql_where=text("session_id IS NOT NULL"),
        ),
        Index(
            "uq_billing_transaction_reverses",
            "reverses_id",
            unique=True,
            postgresql_where=text("reverses_id IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(30))
    description: Mapped[str] = mapped_column(String(DESCRIPTION_LENGTH))
    actor_id: Mapped[UUID | None]
    customer_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("billing_transaction.id"))


class Posting(Base):
    """One line of a transaction: positive debits the account, negative credits it."""

    __tablename__ = "billing_posting"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", "not_zero"),
        Index(None, "account_id", "transaction_id"),
    )

    transaction_id: Mapped[UUID] = mapped_column(
        ForeignKey("billing_transaction.id"), primary_key=True
    )
    line: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("billing_account.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)


class Payment(Base):
    """Money that changed hands, with its gap-free receipt number. Never changed.

    Names are kept as they were on the day, for the receipt.
    """

    __tablename__ = "billing_payment"
    __table_args__ = (
        Index("uq_billing_payment_receipt", "venue_id", "receipt_number", unique=True),
        Index(None, "venue_id", "at"),
        Index(
            "ix_billing_payment_customer",
            "venue_id",
            "customer_id",
            "id",
            postgresql_where=text("customer_id IS NOT NULL"),
        ),
        Index(
            "ix_billing_payment_session",
            "session_id",
            postgresql_where=text("session_id IS NOT NULL"),
        ),
        Index(
            "ix_billing_payment_refunds",
            "refunds_id",
            postgresql_where=text("refunds_id IS NOT NULL"),
        ),
        Index(None, "venue_id", "employee_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID]
    receipt_number: Mapped[int | None] = mapped_column(BigInteger)
    """Given by the database at the commit, so that it is gap-free; never NULL afterwards."""
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(20))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    tax_minor: Mapped[int] = mapped_column(BigInteger)
    bonus_minor: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    transaction_id: Mapped[UUID] = mapped_column(ForeignKey("billing_transaction.id"))
    customer_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    employee_id: Mapped[UUID | None]
    refunds_id: Mapped[UUID | None] = mapped_column(ForeignKey("billing_payment.id"))
    tendered_minor: Mapped[int | None] = mapped_column(BigInteger)
    receipt: Mapped[JsonObject]


class Void(Base):
    """A payment undone, by whom and why. Never changed."""

    __tablename__ = "billing_void"
    __table_args__ = (Index(None, "venue_id", "at"),)

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("billing_payment.id"), primary_key=True)
    venue_id: Mapped[UUID]
    at: Mapped[datetime]
    employee_id: Mapped[UUID | None]
    employee_name: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(String(300))
    transaction_id: Mapped[UUID] = mapped_column(ForeignKey("billing_transaction.id"))


class ReceiptCounter(Base):
    """The last receipt number of a venue; locked until the payment that took it commits."""

    __tablename__ = "billing_receipt_counter"

    venue_id: Mapped[UUID] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


# --- rules -----------------------------------------------------------------------------------


def account_id(venue_id: UUID, kind: AccountKind, owner_id: UUID | None = None) -> UUID:
    """The account's id follows from what it is, so postings need no look-up."""
    return uuid5(venue_id, f"{kind}:{owner_id or ''}")


@dataclass(frozen=True, slots=True)
class Line:
    """A posting to be: positive debits, negative credits."""

    kind: AccountKind
    amount_minor: int
    owner_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A transaction to be."""

    id: UUID
    venue_id: UUID
    kind: str
    description: str
    lines: list[Line]
    actor_id: UUID | None = None
    customer_id: UUID | None = None
    session_id: UUID | None = None
    reverses_id: UUID | None = None
    at: datetime | None = None

    def __post_init__(self) -> None:
        """A transaction that does not balance is a bug, never an input."""
        if sum(line.amount_minor for line in self.lines) != 0:
            raise ValueError(f"{self.kind} does not balance: {self.lines}")


@dataclass(frozen=True, slots=True)
class Funds:
    """Money by where it came from: paid for, or given as a bonus."""

    paid_minor: int = 0
    bonus_minor: int = 0

    @property
    def total_minor(self) -> int:
        """Both together."""
        return self.paid_minor + self.bonus_minor

    def __add__(self, other: "Funds") -> "Funds":
        return Funds(self.paid_minor + other.paid_minor, self.bonus_minor + other.bonus_minor)

    def __sub__(self, other: "Funds") -> "Funds":
        return Funds(self.paid_minor - other.paid_minor, self.bonus_minor - other.bonus_minor)

    def take(self, amount_minor: int, *, bonus_first: bool) -> "Funds":
        """The part that pays ``amount_minor``; the caller has checked that it suffices."""
        if bonus_first:
            bonus = min(self.bonus_minor, amount_minor)
            return Funds(amount_minor - bonus, bonus)
        paid = min(self.paid_minor, amount_minor)
        return Funds(paid, amount_minor - paid)


@dataclass(frozen=True, slots=True)
class Wallet:
    """A customer's money: what can be spent, and what is owed."""

    funds: Funds = field(default_factory=Funds)
    due_minor: int = 0
    credit_limit_minor: int = 0
