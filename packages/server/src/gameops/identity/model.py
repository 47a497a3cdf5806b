"""Every table of identity, for whoever needs the whole metadata."""

from gameops.identity.access.model import ApiKey, RefreshToken, Role, RoleGrant, Session
from gameops.identity.accounts.model import PasswordReset, RecoveryCode, SignInGuard, User
from gameops.identity.audit.model import AuditEntry, AuditHead, AuditPending, AuditSeal

__all__ = [
    "ApiKey",
    "AuditEntry",
    "AuditHead",
    "AuditPending",
    "AuditSeal",
    "PasswordReset",
    "RecoveryCode",
    "RefreshToken",
    "Role",
    "RoleGrant",
    "Session",
    "SignInGuard",
    "User",
]
