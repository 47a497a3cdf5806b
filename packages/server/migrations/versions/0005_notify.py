"""Channels, recipients, and the queue of notices; stations that fell silent are told of once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notify_channel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("config", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("secrets_set", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("preset", sa.String(length=20), nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.String(length=200), server_default="", nullable=False),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("broken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notify_channel")),
    )
    op.create_index(
        op.f("ix_notify_channel_venue_id"), "notify_channel", ["venue_id"], unique=False
    )
    op.create_index(
        "uq_notify_channel_preset",
        "notify_channel",
        ["preset"],
        unique=True,
        postgresql_where=sa.text("preset IS NOT NULL"),
    )
    op.create_table(
        "notify_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address_digest", sa.LargeBinary(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notify_code")),
    )
    op.create_index(
        op.f("ix_notify_code_address_digest_notify_code_sent_at"),
        "notify_code",
        ["address_digest", "sent_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_notify_code_requested_by_notify_code_sent_at"),
        "notify_code",
        ["requested_by", "sent_at"],
        unique=False,
    )
    op.create_index(op.f("ix_notify_code_sent_at"), "notify_code", ["sent_at"], unique=False)
    op.create_index(
        op.f("ix_notify_code_venue_id_notify_code_sent_at"),
        "notify_code",
        ["venue_id", "sent_at"],
        unique=False,
    )
    op.create_table(
        "notify_inbound",
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_notify_inbound")),
    )
    op.create_index(
        op.f("ix_notify_inbound_received_at"), "notify_inbound", ["received_at"], unique=False
    )
    op.create_table(
        "notify_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=True),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("filling", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notify_notice")),
    )
    op.create_index(op.f("ix_notify_notice_at"), "notify_notice", ["at"], unique=False)
    op.create_table(
        "notify_recipient",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=1000), nullable=False),
        sa.Column("name", sa.String(length=80), server_default="", nullable=False),
        sa.Column("locale", sa.String(length=20), server_default="en", nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("preferences", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("problem", sa.String(length=40), server_default="", nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=True),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notify_recipient")),
    )
    op.create_index(
        op.f("ix_notify_recipient_kind_notify_recipient_address"),
        "notify_recipient",
        ["kind", "address"],
        unique=False,
    )
    op.create_index(
        op.f("ix_notify_recipient_user_id"),
        "notify_recipient",
        ["user_id"],
        unique=False,
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
    op.create_index(
        "uq_notify_recipient_address",
        "notify_recipient",
        ["venue_id", "kind", "address"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "notify_refusal",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_notify_refusal")),
    )
    op.create_table(
        "notify_route",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=True),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("channel_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notify_route")),
    )
    op.create_index(
        "uq_notify_route_topic",
        "notify_route",
        ["venue_id", "topic"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "notify_board",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("wanted", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("wanted_digest", sa.LargeBinary(), nullable=False),
        sa.Column("shown_digest", sa.LargeBinary(), nullable=True),
        sa.Column("message_id", sa.String(length=40), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["notify_channel.id"], name=op.f("fk_notify_board_channel_id")
        ),
        sa.PrimaryKeyConstraint("channel_id", "key", name=op.f("pk_notify_board")),
    )
    op.create_index(
        "ix_notify_board_due",
        "notify_board",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "notify_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=True),
        sa.Column("channel_id", sa.Uuid(), nullable=True),
        sa.Column("recipient_id", sa.Uuid(), nullable=True),
        sa.Column("sent_to", sa.String(length=80), server_default="", nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), server_default="", nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("attempts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attempt_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("give_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["notify_channel.id"], name=op.f("fk_notify_delivery_channel_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notify_notice.id"], name=op.f("fk_notify_delivery_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["notify_recipient.id"],
            name=op.f("fk_notify_delivery_recipient_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notify_delivery")),
    )
    op.create_index(
        op.f("ix_notify_delivery_channel_id_notify_delivery_position"),
        "notify_delivery",
        ["channel_id", "position"],
        unique=False,
    )
    op.create_index(
        op.f("ix_notify_delivery_created_at"), "notify_delivery", ["created_at"], unique=False
    )
    op.create_index(
        "ix_notify_delivery_dead",
        "notify_delivery",
        ["channel_id"],
        unique=False,
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index(
        "ix_notify_delivery_due",
        "notify_delivery",
        ["channel_id", "next_attempt_at", "position"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_notify_delivery_leased",
        "notify_delivery",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index(
        op.f("ix_notify_delivery_notice_id"), "notify_delivery", ["notice_id"], unique=False
    )
    op.create_index(
        op.f("ix_notify_delivery_position"), "notify_delivery", ["position"], unique=True
    )
    op.create_index(
        op.f("ix_notify_delivery_recipient_id_notify_delivery_position"),
        "notify_delivery",
        ["recipient_id", "position"],
        unique=False,
        postgresql_where=sa.text("recipient_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_notify_delivery_subject_id_notify_delivery_position"),
        "notify_delivery",
        ["subject_id", "position"],
        unique=False,
        postgresql_where=sa.text("subject_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_notify_delivery_venue_id_notify_delivery_position"),
        "notify_delivery",
        ["venue_id", "position"],
        unique=False,
    )
    op.create_table(
        "notify_subscription",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["notify_channel.id"], name=op.f("fk_notify_subscription_channel_id")
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["notify_recipient.id"],
            name=op.f("fk_notify_subscription_recipient_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("channel_id", "recipient_id", name=op.f("pk_notify_subscription")),
    )
    op.create_index(
        op.f("ix_notify_subscription_recipient_id"),
        "notify_subscription",
        ["recipient_id"],
        unique=False,
    )
    op.add_column(
        "venue_agent", sa.Column("reported_silent_at", sa.DateTime(timezone=True), nullable=True)
    )
