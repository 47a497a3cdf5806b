"""Venues, stations, tariffs, customers and sessions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

GUARDS = """
-- Prices are computed from these rows for ever: a version never changes, and a segment is only
-- ever closed, once.
CREATE FUNCTION venue_forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END;
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON venue_tariff_version
    FOR EACH STATEMENT EXECUTE FUNCTION venue_forbid_change();
CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON venue_segment
    FOR EACH STATEMENT EXECUTE FUNCTION venue_forbid_change();
CREATE FUNCTION venue_close_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR ROW(
        OLD.session_id, OLD.seq, OLD.venue_id, OLD.kind, OLD.station_id, OLD.zone_id,
        OLD.tariff_version_id, OLD.discount_bp, OLD.place, OLD.by_package, OLD.started_at
    ) IS DISTINCT FROM ROW(
        NEW.session_id, NEW.seq, NEW.venue_id, NEW.kind, NEW.station_id, NEW.zone_id,
        NEW.tariff_version_id, NEW.discount_bp, NEW.place, NEW.by_package, NEW.started_at
    ) THEN
        RAISE EXCEPTION 'a segment may only be closed, once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER close_once BEFORE UPDATE ON venue_segment
    FOR EACH ROW EXECUTE FUNCTION venue_close_once();
"""


def upgrade() -> None:
    """Create the venue's tables and what guards their history."""
    op.create_table(
        "venue_venue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=300), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=40), server_default="", nullable=False),
        sa.Column("tax_rate_bp", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tax_name", sa.String(length=40), server_default="", nullable=False),
        sa.Column("opening_hours", postgresql.JSONB(), nullable=False),
        sa.Column("policy", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_venue")),
        sa.UniqueConstraint("slug", name=op.f("uq_venue_venue_slug")),
    )
    op.create_table(
        "venue_customer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("display_name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("username", sa.String(length=40), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("tier", sa.String(length=20), server_default="basic", nullable=False),
        sa.Column(
            "credit_limit_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("banned_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ban_reason", sa.String(length=300), nullable=True),
        sa.Column("notes", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("visits", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["identity_user.id"], name=op.f("fk_venue_customer_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue_venue.id"], name=op.f("fk_venue_customer_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_customer")),
    )
    op.create_index(
        "ix_venue_customer_name",
        "venue_customer",
        ["venue_id", sa.literal_column("lower(display_name)"), "id"],
        unique=False,
    )
    op.create_index("ix_venue_customer_user_id", "venue_customer", ["user_id"], unique=False)
    op.create_index(
        "uq_venue_customer_user", "venue_customer", ["venue_id", "user_id"], unique=True
    )
    op.create_table(
        "venue_package",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("zone_ids", postgresql.JSONB(), nullable=False),
        sa.Column("valid_days", sa.SmallInteger(), nullable=False),
        sa.Column("windows", postgresql.JSONB(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue_venue.id"], name=op.f("fk_venue_package_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_package")),
    )
    op.create_index(op.f("ix_venue_package_venue_id"), "venue_package", ["venue_id"], unique=False)
    op.create_table(
        "venue_tariff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("zone_ids", postgresql.JSONB(), nullable=False),
        sa.Column("kinds", postgresql.JSONB(), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue_venue.id"], name=op.f("fk_venue_tariff_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_tariff")),
    )
    op.create_index(op.f("ix_venue_tariff_venue_id"), "venue_tariff", ["venue_id"], unique=False)
    op.create_table(
        "venue_tier",
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("discount_bp", sa.Integer(), server_default="0", nullable=False),
        sa.Column("perks", postgresql.JSONB(), nullable=False),
        sa.Column("color", sa.String(length=9), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue_venue.id"], name=op.f("fk_venue_tier_venue_id")
        ),
        sa.PrimaryKeyConstraint("venue_id", "key", name=op.f("pk_venue_tier")),
    )
    op.create_table(
        "venue_zone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("color", sa.String(length=9), server_default="#5b8cff", nullable=False),
        sa.Column("sort", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("minimum_age", sa.SmallInteger(), nullable=True),
        sa.Column("area", postgresql.JSONB(), nullable=True),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue_venue.id"], name=op.f("fk_venue_zone_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_zone")),
    )
    op.create_index(
        "uq_venue_zone_name",
        "venue_zone",
        ["venue_id", sa.literal_column("lower(name)")],
        unique=True,
    )
    op.create_table(
        "venue_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("left_us", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("left_minor", sa.BigInteger(), nullable=False),
        sa.Column("zone_ids", postgresql.JSONB(), nullable=False),
        sa.Column("windows", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "left_us >= 0 AND left_us <= seconds * 1000000::bigint",
            name=op.f("ck_venue_grant_left"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["venue_customer.id"], name=op.f("fk_venue_grant_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["venue_package.id"], name=op.f("fk_venue_grant_package_id")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue_venue.id"], name=op.f("fk_venue_grant_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_grant")),
    )
    op.create_index(
        "ix_venue_grant_expires",
        "venue_grant",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("left_us > 0"),
    )
    op.create_index(
        op.f("ix_venue_grant_venue_id_venue_grant_customer_id"),
        "venue_grant",
        ["venue_id", "customer_id"],
        unique=False,
    )
    op.create_table(
        "venue_station",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("position", postgresql.JSONB(), nullable=True),
        sa.Column("notes", sa.String(length=500), server_default="", nullable=False),
        sa.Column("maintenance", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("maintenance_reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("open", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue_venue.id"], name=op.f("fk_venue_station_venue_id")
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["venue_zone.id"], name=op.f("fk_venue_station_zone_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_station")),
    )
    op.create_index(op.f("ix_venue_station_zone_id"), "venue_station", ["zone_id"], unique=False)
    op.create_index(
        "uq_venue_station_name",
        "venue_station",
        ["venue_id", sa.literal_column("lower(name)")],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "venue_tariff_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tariff_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rules", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tariff_id"], ["venue_tariff.id"], name=op.f("fk_venue_tariff_version_tariff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_tariff_version")),
    )
    op.create_index(
        "uq_venue_tariff_version_number",
        "venue_tariff_version",
        ["tariff_id", "version"],
        unique=True,
    )
    op.create_table(
        "venue_voucher",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue_venue.id"], name=op.f("fk_venue_voucher_venue_id")
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["venue_zone.id"], name=op.f("fk_venue_voucher_zone_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_voucher")),
    )
    op.create_index(
        "ix_venue_voucher_open",
        "venue_voucher",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("used_at IS NULL"),
    )
    op.create_index("uq_venue_voucher_code", "venue_voucher", ["code_digest"], unique=True)
    op.create_table(
        "venue_agent",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("credential_digest", sa.LargeBinary(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("connected", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.String(length=40), server_default="", nullable=False),
        sa.Column("hostname", sa.String(length=80), server_default="", nullable=False),
        sa.Column("os", sa.String(length=80), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["venue_station.id"], name=op.f("fk_venue_agent_station_id")
        ),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_venue_agent")),
    )
    op.create_index("uq_venue_agent_credential", "venue_agent", ["credential_digest"], unique=True)
    op.create_table(
        "venue_command",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=500), server_default="", nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=60), server_default="", nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["station_id"], ["venue_station.id"], name=op.f("fk_venue_command_station_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_command")),
    )
    op.create_index(
        "ix_venue_command_pending",
        "venue_command",
        ["deadline_at"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        op.f("ix_venue_command_venue_id_venue_command_station_id_venue_command_id"),
        "venue_command",
        ["venue_id", "station_id", "id"],
        unique=False,
    )
    op.create_table(
        "venue_enrolment",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["venue_station.id"], name=op.f("fk_venue_enrolment_station_id")
        ),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_venue_enrolment")),
    )
    op.create_index("uq_venue_enrolment_code", "venue_enrolment", ["code_digest"], unique=True)
    op.create_table(
        "venue_journal_entry",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["venue_station.id"], name=op.f("fk_venue_journal_entry_station_id")
        ),
        sa.PrimaryKeyConstraint("station_id", "id", name=op.f("pk_venue_journal_entry")),
    )
    op.create_table(
        "venue_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("player_name", sa.String(length=80), server_default="", nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("latest_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_left_us", sa.BigInteger(), nullable=True),
        sa.Column("paused_total_us", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=20), nullable=True),
        sa.Column("paid_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("bonus_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("credit_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("paid_by", sa.String(length=10), nullable=True),
        sa.Column("payer_id", sa.Uuid(), nullable=True),
        sa.Column("charge_minor", sa.BigInteger(), nullable=True),
        sa.Column("forfeited_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("refund_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("price", postgresql.JSONB(), nullable=True),
        sa.Column("warned_seconds", sa.Integer(), nullable=True),
        sa.Column("requested_minutes", sa.SmallInteger(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_venue_session_ended")
        ),
        sa.CheckConstraint(
            "(state = 'paused') = (paused_at IS NOT NULL)", name=op.f("ck_venue_session_paused")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["venue_customer.id"], name=op.f("fk_venue_session_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["venue_grant.id"], name=op.f("fk_venue_session_grant_id")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["venue_station.id"], name=op.f("fk_venue_session_station_id")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue_venue.id"], name=op.f("fk_venue_session_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_session")),
    )
    op.create_index(
        "ix_venue_session_customer",
        "venue_session",
        ["customer_id", "started_at", "id"],
        unique=False,
        postgresql_where=sa.text("customer_id IS NOT NULL"),
    )
    op.create_index(
        "ix_venue_session_due",
        "venue_session",
        ["ends_at"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL AND ends_at IS NOT NULL"),
    )
    op.create_index(
        "ix_venue_session_live",
        "venue_session",
        ["venue_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_venue_session_paused",
        "venue_session",
        ["paused_at"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL AND paused_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_venue_session_station_id_venue_session_started_at"),
        "venue_session",
        ["station_id", "started_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_venue_session_venue_id_venue_session_started_at_venue_session_id"),
        "venue_session",
        ["venue_id", "started_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_venue_session_customer",
        "venue_session",
        ["customer_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND customer_id IS NOT NULL"),
    )
    op.create_index(
        "uq_venue_session_station",
        "venue_session",
        ["station_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "venue_command_image",
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["command_id"],
            ["venue_command.id"],
            name=op.f("fk_venue_command_image_command_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("command_id", name=op.f("pk_venue_command_image")),
    )
    op.create_table(
        "venue_segment",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.SmallInteger(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("tariff_version_id", sa.Uuid(), nullable=False),
        sa.Column("discount_bp", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("place", sa.String(length=90), server_default="", nullable=False),
        sa.Column("by_package", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= started_at", name=op.f("ck_venue_segment_order")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["venue_session.id"], name=op.f("fk_venue_segment_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["venue_station.id"], name=op.f("fk_venue_segment_station_id")
        ),
        sa.ForeignKeyConstraint(
            ["tariff_version_id"],
            ["venue_tariff_version.id"],
            name=op.f("fk_venue_segment_tariff_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["venue_zone.id"], name=op.f("fk_venue_segment_zone_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "seq", name=op.f("pk_venue_segment")),
    )
    op.create_index(
        "uq_venue_segment_open",
        "venue_segment",
        ["session_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.run_script(GUARDS)
