"""The journal, wallets and payments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GUARDS = """
-- Nothing in the books is ever changed or removed.
CREATE FUNCTION billing_forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END;
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing_transaction
    FOR EACH STATEMENT EXECUTE FUNCTION billing_forbid_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing_posting
    FOR EACH STATEMENT EXECUTE FUNCTION billing_forbid_change();
CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON billing_payment
    FOR EACH STATEMENT EXECUTE FUNCTION billing_forbid_change();
CREATE TRIGGER append_only BEFORE UPDATE ON billing_payment
    FOR EACH ROW
    WHEN (OLD.receipt_number IS NOT NULL OR to_jsonb(OLD) - 'receipt_number'
          IS DISTINCT FROM to_jsonb(NEW) - 'receipt_number')
    EXECUTE FUNCTION billing_forbid_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing_void
    FOR EACH STATEMENT EXECUTE FUNCTION billing_forbid_change();
CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON billing_account
    FOR EACH STATEMENT EXECUTE FUNCTION billing_forbid_change();

-- Receipts are numbered when their transaction commits: without gaps, because a transaction that
-- fails takes its number back, and quickly, because the counter is locked for the commit alone.
CREATE FUNCTION billing_number_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    number bigint;
BEGIN
    UPDATE billing_receipt_counter SET last = last + 1
        WHERE venue_id = NEW.venue_id RETURNING last INTO STRICT number;
    UPDATE billing_payment SET receipt_number = number WHERE id = NEW.id;
    RETURN NULL;
END;
$$;
CREATE CONSTRAINT TRIGGER number_receipt AFTER INSERT ON billing_payment
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_number_receipt();

-- Postings arrive a transaction at a time: they must add up to zero, and the balances of
-- guarded accounts follow them (their check constraint refuses an overdraft). Accounts are
-- locked in the order of their ids, so that two such statements cannot deadlock.
CREATE FUNCTION billing_check_and_carry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added GROUP BY transaction_id HAVING sum(amount_minor) <> 0
    ) THEN
        RAISE EXCEPTION 'a transaction does not balance' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM FROM billing_account
        WHERE limit_minor IS NOT NULL AND id IN (SELECT account_id FROM added)
        ORDER BY id FOR NO KEY UPDATE;  -- the postings' foreign keys hold KEY SHARE already
    UPDATE billing_account a SET balance_minor = a.balance_minor + moved.amount
        FROM (SELECT account_id, sum(amount_minor) AS amount FROM added GROUP BY 1) AS moved
        WHERE a.id = moved.account_id AND a.limit_minor IS NOT NULL;
    RETURN NULL;
END;
$$;
CREATE TRIGGER check_and_carry AFTER INSERT ON billing_posting
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION billing_check_and_carry();
"""


def upgrade() -> None:
    """Create accounts, journal and payments, and the triggers that guard them."""
    op.create_table(
        "billing_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("limit_minor", sa.BigInteger(), nullable=True),
        sa.Column("balance_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "limit_minor IS NULL OR balance_minor <= limit_minor",
            name=op.f("ck_billing_account_within_limit"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_account")),
    )
    op.create_index(
        "uq_billing_account_venue_kind_owner",
        "billing_account",
        ["venue_id", "kind", "owner_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "billing_receipt_counter",
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("last", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("venue_id", name=op.f("pk_billing_receipt_counter")),
    )
    op.create_table(
        "billing_transaction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["billing_transaction.id"],
            name=op.f("fk_billing_transaction_reverses_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_transaction")),
    )
    op.create_index(
        "ix_billing_transaction_session",
        "billing_transaction",
        ["session_id"],
        unique=False,
        postgresql_where=sa.text("session_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_billing_transaction_venue_id_billing_transaction_at"),
        "billing_transaction",
        ["venue_id", "at"],
        unique=False,
    )
    op.create_index(
        "uq_billing_transaction_reverses",
        "billing_transaction",
        ["reverses_id"],
        unique=True,
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )
    op.create_table(
        "billing_payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("receipt_number", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("bonus_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("employee_id", sa.Uuid(), nullable=True),
        sa.Column("refunds_id", sa.Uuid(), nullable=True),
        sa.Column("tendered_minor", sa.BigInteger(), nullable=True),
        sa.Column("receipt", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["refunds_id"], ["billing_payment.id"], name=op.f("fk_billing_payment_refunds_id")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["billing_transaction.id"],
            name=op.f("fk_billing_payment_transaction_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_payment")),
    )
    op.create_index(
        "ix_billing_payment_customer",
        "billing_payment",
        ["venue_id", "customer_id", "id"],
        unique=False,
        postgresql_where=sa.text("customer_id IS NOT NULL"),
    )
    op.create_index(
        "ix_billing_payment_refunds",
        "billing_payment",
        ["refunds_id"],
        unique=False,
        postgresql_where=sa.text("refunds_id IS NOT NULL"),
    )
    op.create_index(
        "ix_billing_payment_session",
        "billing_payment",
        ["session_id"],
        unique=False,
        postgresql_where=sa.text("session_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_billing_payment_venue_id_billing_payment_at"),
        "billing_payment",
        ["venue_id", "at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_billing_payment_venue_id_billing_payment_employee_id_billing_payment_at"),
        "billing_payment",
        ["venue_id", "employee_id", "at"],
        unique=False,
    )
    op.create_index(
        "uq_billing_payment_receipt", "billing_payment", ["venue_id", "receipt_number"], unique=True
    )
    op.create_table(
        "billing_posting",
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.SmallInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_billing_posting_not_zero")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["billing_account.id"], name=op.f("fk_billing_posting_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["billing_transaction.id"],
            name=op.f("fk_billing_posting_transaction_id"),
        ),
        sa.PrimaryKeyConstraint("transaction_id", "line", name=op.f("pk_billing_posting")),
    )
    op.create_index(
        op.f("ix_billing_posting_account_id_billing_posting_transaction_id"),
        "billing_posting",
        ["account_id", "transaction_id"],
        unique=False,
    )
    op.create_table(
        "billing_void",
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=True),
        sa.Column("employee_name", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["billing_payment.id"], name=op.f("fk_billing_void_payment_id")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["billing_transaction.id"],
            name=op.f("fk_billing_void_transaction_id"),
        ),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_billing_void")),
    )
    op.create_index(
        op.f("ix_billing_void_venue_id_billing_void_at"),
        "billing_void",
        ["venue_id", "at"],
        unique=False,
    )
    op.run_script(GUARDS)
