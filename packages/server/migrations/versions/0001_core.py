"""The job queue and the answers to repeated requests."""

from pathlib import Path

import procrastinate
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A job that waits for a lock is not woken when the lock is released; tell the workers.
WAKE_ON_RELEASE = """
CREATE FUNCTION core_wake_waiting_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(
        'procrastinate_any_queue_v1',
        json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text
    );
    RETURN NEW;
END;
$$;
CREATE TRIGGER core_wake_waiting_jobs
    AFTER UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW WHEN (OLD.status = 'doing' AND NEW.status <> 'doing' AND NEW.lock IS NOT NULL)
    EXECUTE FUNCTION core_wake_waiting_jobs();
"""


def upgrade() -> None:
    """Create procrastinate's schema as it ships, and the core's own table."""
    schema = Path(procrastinate.__file__).parent / "sql" / "schema.sql"
    op.run_script(schema.read_text())
    op.run_script(WAKE_ON_RELEASE)
    op.create_table(
        "core_idempotency",
        sa.Column("scope", sa.String(300), nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSONB(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_core_idempotency"),
    )
    op.create_index("ix_core_idempotency_created_at", "core_idempotency", ["created_at"])
