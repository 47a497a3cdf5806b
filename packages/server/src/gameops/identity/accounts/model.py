"""People and the secrets that prove them; the rules that guard their state."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, func
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base

ACTIVE = "active"
DISABLED = "disabled"


class User(Base):
    """One person, in every venue of the installation."""

    __tablename__ = "identity_user"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    display_name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str | None] = mapped_column(String(254))
    username: Mapped[str | None] = mapped_column(String(32))
    phone: Mapped[str | None] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    must_change_password: Mapped[bool]
    totp_secret: Mapped[str | None] = mapped_column(String(255))
    """Sealed with a key derived from the installation's secret; see ``second_factor``."""
    totp_enabled_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('active', 'disabled')", name="state"),
        Index("uq_identity_user_email", func.lower(email), unique=True),
        Index("uq_identity_user_username", func.lower(username), unique=True),
        Index("uq_identity_user_phone", func.lower(phone), unique=True),
    )

    @property
    def totp_enabled(self) -> bool:
        """Whether signing in needs a code as well."""
        return self.totp_enabled_at is not None

    @property
    def is_active(self) -> bool:
        """Whether the person may sign in at all."""
        return self.state == ACTIVE

    def accept_step(self, step: int) -> bool:
        """Use a time step of the second factor; each one works once, and none before it."""
        if self.totp_last_step is not None and step <= self.totp_last_step:
            return False
        self.totp_last_step = step
        return True

    def switch_totp_off(self) -> None:
        """Forget the second factor."""
        self.totp_secret = self.totp_enabled_at = self.totp_last_step = None


class RecoveryCode(Base):
    """Stands in for the second factor once; only its keyed digest is kept."""

    __tablename__ = "identity_recovery_code"

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("identity_user.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None]


class PasswordReset(Base):
    """A link by which somebody may set a new password, once, for a short while."""

    __tablename__ = "identity_password_reset"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("identity_user.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]

    def is_usable(self, now: datetime) -> bool:
        """Whether the link still opens anything."""
        return self.used_at is None and now < self.expires_at


class SignInGuard(Base):
    """Failures in a row against one account, or against a name that is no account."""

    __tablename__ = "identity_sign_in_guard"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]
    last_at: Mapped[datetime] = mapped_column(index=True)
