"""What the other domains may use of identity; they import nothing else of it."""

from gameops.identity.access.actors import actor_for_token
from gameops.identity.access.grants import grant_role
from gameops.identity.accounts.sign_in import check_password
from gameops.identity.accounts.users import (
    UserSummary,
    create_user,
    find_user_by_identifier,
    get_user,
    reset_second_factor,
    search_user_ids,
    summaries,
    update_user,
)
from gameops.identity.audit.service import AuditRecord, record_audit, record_audits
from gameops.identity.audit.verification import Verdict
from gameops.identity.audit.verification import verify as verify_audit
from gameops.identity.errors import (
    EmailTaken,
    PhoneTaken,
    SessionEnded,
    TokenExpired,
    TokenInvalid,
    TooManyAttempts,
    UsernameTaken,
    UserNotFound,
    WrongCredentials,
)
from gameops.identity.events import SessionRevoked, UserRegistered, UserUpdated
from gameops.identity.first_admin import (
    ensure_built_in_roles,
    ensure_first_admin,
    reset_admin,
)
from gameops.identity.permissions import PERMISSIONS, Permission, register_permissions

__all__ = [
    "PERMISSIONS",
    "AuditRecord",
    "EmailTaken",
    "Permission",
    "PhoneTaken",
    "SessionEnded",
    "SessionRevoked",
    "TokenExpired",
    "TokenInvalid",
    "TooManyAttempts",
    "UserNotFound",
    "UserRegistered",
    "UserSummary",
    "UserUpdated",
    "UsernameTaken",
    "Verdict",
    "WrongCredentials",
    "actor_for_token",
    "check_password",
    "create_user",
    "ensure_built_in_roles",
    "ensure_first_admin",
    "find_user_by_identifier",
    "get_user",
    "grant_role",
    "record_audit",
    "record_audits",
    "register_permissions",
    "reset_admin",
    "reset_second_factor",
    "search_user_ids",
    "summaries",
    "update_user",
    "verify_audit",
]
