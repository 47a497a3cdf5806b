"""People, roles, sessions, API keys, and the sealed audit log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

BUILT_IN_ROLES = """
INSERT INTO identity_role (id, built_in, name, permissions, created_at) VALUES
    ('01900000-0000-7000-8000-000000000001', 'admin', 'Admin', '[]', now()),
    ('01900000-0000-7000-8000-000000000002', 'staff', 'Staff', '[]', now()),
    ('01900000-0000-7000-8000-000000000003', 'customer', 'Customer', '[]', now());
"""

# The log is append-only for everybody, and every entry queues itself to be sealed. The queue
# keeps writers and the sealer apart: nobody who writes an entry ever waits for the chain.
AUDIT_TRIGGERS = """
CREATE FUNCTION identity_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END;
$$;
CREATE TRIGGER identity_audit_entry_no_change
    BEFORE UPDATE OR DELETE ON identity_audit_entry
    FOR EACH ROW EXECUTE FUNCTION identity_refuse_change();
CREATE TRIGGER identity_audit_entry_no_truncate
    BEFORE TRUNCATE ON identity_audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION identity_refuse_change();
CREATE TRIGGER identity_audit_seal_no_change
    BEFORE UPDATE OR DELETE ON identity_audit_seal
    FOR EACH ROW EXECUTE FUNCTION identity_refuse_change();
CREATE TRIGGER identity_audit_seal_no_truncate
    BEFORE TRUNCATE ON identity_audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION identity_refuse_change();

CREATE FUNCTION identity_queue_for_sealing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO identity_audit_pending (entry_id) SELECT id FROM added;
    RETURN NULL;
END;
$$;
CREATE TRIGGER identity_audit_entry_queue
    AFTER INSERT ON identity_audit_entry
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION identity_queue_for_sealing();
"""


def upgrade() -> None:
    """Create everything; the built-in roles are part of the schema."""
    _create_accounts()
    _create_roles()
    _create_sessions()
    _create_audit()
    op.run_script(BUILT_IN_ROLES)
    op.run_script(AUDIT_TRIGGERS)


def _create_accounts() -> None:
    op.create_table(
        "identity_user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("display_name", sa.String(100), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("username", sa.String(32)),
        sa.Column("phone", sa.String(20)),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("password_hash", sa.String(255)),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.String(255)),
        sa.Column("totp_enabled_at", INSTANT),
        sa.Column("totp_last_step", sa.BigInteger()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_login_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_identity_user"),
        sa.CheckConstraint("state IN ('active', 'disabled')", name="ck_identity_user_state"),
    )
    for column in ("email", "username", "phone"):
        op.create_index(
            f"uq_identity_user_{column}",
            "identity_user",
            [sa.text(f"lower({column})")],
            unique=True,
        )
    op.create_table(
        "identity_recovery_code",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", INSTANT),
        sa.PrimaryKeyConstraint("user_id", "digest", name="pk_identity_recovery_code"),
        _of_user("identity_recovery_code"),
    )
    op.create_table(
        "identity_password_reset",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.PrimaryKeyConstraint("digest", name="pk_identity_password_reset"),
        _of_user("identity_password_reset"),
    )
    _index("identity_password_reset", "user_id")
    _index("identity_password_reset", "expires_at")
    op.create_table(
        "identity_sign_in_guard",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", INSTANT),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_identity_sign_in_guard"),
    )
    _index("identity_sign_in_guard", "last_at")


def _create_roles() -> None:
    op.create_table(
        "identity_role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid()),
        sa.Column("built_in", sa.String(20)),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("permissions", JSONB(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity_role"),
        sa.CheckConstraint(
            "built_in IS NULL OR venue_id IS NULL", name="ck_identity_role_built_in"
        ),
    )
    op.create_index("uq_identity_role_built_in", "identity_role", ["built_in"], unique=True)
    op.create_index(
        "uq_identity_role_name",
        "identity_role",
        ["venue_id", sa.text("lower(name)")],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "identity_role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity_role_grant"),
        _of_user("identity_role_grant"),
        sa.ForeignKeyConstraint(
            ["role_id"], ["identity_role.id"], name="fk_identity_role_grant_role_id"
        ),
    )
    op.create_index(
        "uq_identity_role_grant",
        "identity_role_grant",
        ["user_id", "role_id", "venue_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    _index("identity_role_grant", "venue_id", "user_id")
    _index("identity_role_grant", "role_id")


def _create_sessions() -> None:
    op.create_table(
        "identity_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("end_reason", sa.String(40)),
        sa.Column("ip", sa.String(64)),
        sa.Column("user_agent", sa.String(300)),
        sa.PrimaryKeyConstraint("id", name="pk_identity_session"),
        _of_user("identity_session"),
    )
    _index("identity_session", "user_id", "created_at")
    _index("identity_session", "expires_at")
    op.create_table(
        "identity_refresh_token",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("replaced_at", INSTANT),
        sa.PrimaryKeyConstraint("digest", name="pk_identity_refresh_token"),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["identity_session.id"],
            name="fk_identity_refresh_token_session_id",
            ondelete="CASCADE",
        ),
    )
    _index("identity_refresh_token", "session_id")
    op.create_table(
        "identity_api_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("prefix", sa.String(12), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", JSONB(), nullable=False),
        sa.Column("allowed_networks", JSONB(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT),
        sa.Column("last_used_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_identity_api_key"),
        sa.UniqueConstraint("prefix", name="uq_identity_api_key_prefix"),
        _of_user("identity_api_key"),
    )
    _index("identity_api_key", "user_id", "created_at")


def _create_audit() -> None:
    op.create_table(
        "identity_audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("venue_id", sa.Uuid()),
        sa.Column("actor_id", sa.Uuid()),
        sa.Column("actor_kind", sa.String(20), nullable=False),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("action", sa.String(100), nullable=False),
        sa.Column("subject_type", sa.String(60), nullable=False),
        sa.Column("subject_id", sa.String(100)),
        sa.Column("summary", sa.String(500), nullable=False),
        sa.Column("detail", JSONB(), nullable=False),
        sa.Column("ip", sa.String(64)),
        sa.Column("request_id", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_identity_audit_entry"),
    )
    _index("identity_audit_entry", "venue_id", "id")
    for name, column in (("actor", "actor_id"), ("action", "action"), ("subject", "subject_id")):
        op.create_index(
            f"ix_identity_audit_entry_{name}",
            "identity_audit_entry",
            ["venue_id", column, "id"],
        )
    op.create_index(
        "ix_identity_audit_entry_at", "identity_audit_entry", ["at"], postgresql_using="brin"
    )
    op.create_table(
        "identity_audit_pending",
        sa.Column("entry_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_identity_audit_pending"),
    )
    op.create_table(
        "identity_audit_seal",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_identity_audit_seal"),
        sa.UniqueConstraint("entry_id", name="uq_identity_audit_seal_entry_id"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["identity_audit_entry.id"], name="fk_identity_audit_seal_entry_id"
        ),
    )
    op.create_table(
        "identity_audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity_audit_head"),
        sa.CheckConstraint("id = 1", name="ck_identity_audit_head_only_one"),
    )


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id"], ["identity_user.id"], name=f"fk_{table}_user_id", ondelete="CASCADE"
    )


def _index(table: str, *columns: str) -> None:
    # The names that the naming convention gives: ix_, then <table>_<column> for each column.
    label = "_".join(f"{table}_{column}" for column in columns)
    op.create_index(op.f(f"ix_{label}"), table, list(columns))
