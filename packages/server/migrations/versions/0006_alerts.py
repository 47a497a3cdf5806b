"""Communities, the servers they watch, what happened there, and the rules that tell of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts_community",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=True),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("description", sa.String(length=300), server_default="", nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("public", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("accent", sa.String(length=7), nullable=True),
        sa.Column("is_default", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("sync_at", sa.String(length=5), server_default="03:00", nullable=False),
        sa.Column("sync_time_zone", sa.String(length=60), server_default="UTC", nullable=False),
        sa.Column("synced_on", sa.String(length=10), nullable=True),
        sa.Column("sync_channel_ids", postgresql.JSONB(), nullable=False),
        sa.Column("board_channel_ids", postgresql.JSONB(), nullable=False),
        sa.Column("intake", postgresql.JSONB(), nullable=False),
        sa.Column("forget_after_days", sa.Integer(), server_default=sa.text("30"), nullable=False),
        sa.Column("most_servers", sa.Integer(), server_default=sa.text("2000"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts_community")),
    )
    op.create_index(
        "uq_alerts_community_default",
        "alerts_community",
        ["is_default"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_index("uq_alerts_community_slug", "alerts_community", ["slug"], unique=True)
    op.create_table(
        "alerts_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("server_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("players", sa.Integer(), nullable=True),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("max_players", sa.Integer(), nullable=True),
        sa.Column("map", sa.String(length=80), server_default="", nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts_event")),
    )
    op.create_index(
        "ix_alerts_event_community",
        "alerts_event",
        ["community_id", sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_alerts_event_server",
        "alerts_event",
        ["server_id", sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "alerts_inbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts_inbox")),
    )
    op.create_table(
        "alerts_refused",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("error", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts_refused")),
    )
    op.create_table(
        "alerts_sample",
        sa.Column("server_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("up", sa.Boolean(), nullable=False),
        sa.Column("players", sa.Integer(), nullable=False),
        sa.Column("bots", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("server_id", "at", name=op.f("pk_alerts_sample")),
    )
    op.create_index("ix_alerts_sample_at", "alerts_sample", ["at"], postgresql_using="brin")
    op.create_index("ix_alerts_event_at", "alerts_event", ["at"], postgresql_using="brin")
    op.create_table(
        "alerts_maintenance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("server_ids", postgresql.JSONB(), nullable=False),
        sa.Column("tags", postgresql.JSONB(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["alerts_community.id"],
            name=op.f("fk_alerts_maintenance_community_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts_maintenance")),
    )
    op.create_index(
        op.f("ix_alerts_maintenance_community_id"),
        "alerts_maintenance",
        ["community_id"],
        unique=False,
    )
    op.create_table(
        "alerts_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("events", postgresql.JSONB(), nullable=False),
        sa.Column("server_ids", postgresql.JSONB(), nullable=False),
        sa.Column("tags", postgresql.JSONB(), nullable=False),
        sa.Column("threshold", postgresql.JSONB(), nullable=True),
        sa.Column("cooldown_seconds", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("delay_seconds", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("quiet", postgresql.JSONB(), nullable=True),
        sa.Column("channel_ids", postgresql.JSONB(), nullable=False),
        sa.Column("template", sa.String(length=1000), nullable=True),
        sa.Column("preset", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["alerts_community.id"], name=op.f("fk_alerts_rule_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts_rule")),
    )
    op.create_index(
        op.f("ix_alerts_rule_community_id"), "alerts_rule", ["community_id"], unique=False
    )
    op.create_table(
        "alerts_server",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("named", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("own_name", sa.String(length=80), server_default="", nullable=False),
        sa.Column("game", sa.String(length=80), server_default="", nullable=False),
        sa.Column("region", sa.String(length=80), server_default="", nullable=False),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("address", sa.String(length=255), nullable=True),
        sa.Column("port", sa.Integer(), nullable=True),
        sa.Column("query_port", sa.Integer(), nullable=True),
        sa.Column("protocol", sa.String(length=60), nullable=True),
        sa.Column("tags", postgresql.JSONB(), nullable=False),
        sa.Column("tagged", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("interval_seconds", sa.Integer(), server_default=sa.text("60"), nullable=False),
        sa.Column("timeout_seconds", sa.Integer(), server_default=sa.text("3"), nullable=False),
        sa.Column("down_after", sa.Integer(), server_default=sa.text("3"), nullable=False),
        sa.Column("public", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("flapping", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("told", sa.String(length=10), server_default="unknown", nullable=False),
        sa.Column("turns", postgresql.JSONB(), nullable=False),
        sa.Column("players", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("bots", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("max_players", sa.Integer(), nullable=True),
        sa.Column("map", sa.String(length=80), server_default="", nullable=False),
        sa.Column("version", sa.String(length=80), server_default="", nullable=False),
        sa.Column("player_names", postgresql.JSONB(), nullable=False),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.Column("misses", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.String(length=40), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("idle_noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("maintenance_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("maintenance_reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["alerts_community.id"], name=op.f("fk_alerts_server_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts_server")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index(
        op.f("ix_alerts_server_community_id_alerts_server_deleted_at"),
        "alerts_server",
        ["community_id", "deleted_at"],
        unique=False,
    )
    op.create_index("uq_alerts_server_key", "alerts_server", ["community_id", "key"], unique=True)
    op.create_table(
        "alerts_source",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("networks", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["alerts_community.id"], name=op.f("fk_alerts_source_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts_source")),
    )
    op.create_index(
        op.f("ix_alerts_source_community_id"), "alerts_source", ["community_id"], unique=False
    )
    op.create_table(
        "alerts_firing",
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("server_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["alerts_rule.id"],
            name=op.f("fk_alerts_firing_rule_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("rule_id", "server_id", "kind", name=op.f("pk_alerts_firing")),
    )
    op.create_table(
        "alerts_waiting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("server_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("postponed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["alerts_rule.id"],
            name=op.f("fk_alerts_waiting_rule_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts_waiting")),
    )
    op.create_index(op.f("ix_alerts_waiting_due_at"), "alerts_waiting", ["due_at"], unique=False)
    op.create_index(
        "uq_alerts_waiting_alert", "alerts_waiting", ["rule_id", "server_id", "kind"], unique=True
    )
