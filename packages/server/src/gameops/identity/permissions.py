"""The table of permission names. Each domain declares its own when it is imported."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from gameops.identity.errors import UnknownPermission

BuiltIn = Literal["admin", "staff", "customer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Something a role can allow."""

    name: str
    group: str
    description: str


PERMISSIONS: Final[dict[str, Permission]] = {}
"""Every declared permission by name."""

BUILT_IN_ROLES: Final[Mapping[BuiltIn, tuple[UUID, str]]] = {
    "admin": (UUID("01900000-0000-7000-8000-000000000001"), "Admin"),
    "staff": (UUID("01900000-0000-7000-8000-000000000002"), "Staff"),
    "customer": (UUID("01900000-0000-7000-8000-000000000003"), "Customer"),
}
"""The roles every installation has, with their ids and names; migration 0002 creates them."""

_STAFF: Final = frozenset(
    {
        "venue.floor.view",
        "venue.sessions.operate",
        "venue.stations.command",
        "venue.customers.view",
        "venue.customers.manage",
        "billing.payments.take",
        "billing.payments.view",
        "alerts.view",
        "notify.view",
    }
)


def register_permissions(group: str, permissions: Mapping[str, str]) -> None:
    """Declare a group's permissions with their descriptions; repeating it is harmless."""
    for name, description in permissions.items():
        PERMISSIONS[name] = Permission(name=name, group=group, description=description)


def require_known(names: Iterable[str]) -> None:
    """Refuse names that no domain declares."""
    unknown = sorted(set(names) - PERMISSIONS.keys())
    if unknown:
        raise UnknownPermission(permissions=unknown)


def effective(built_in: str | None, stored: Iterable[str]) -> frozenset[str]:
    """What a role allows: built-in ones follow the release, others what was saved."""
    if built_in == "admin":
        return frozenset(PERMISSIONS) | _STAFF
    if built_in == "staff":
        return _STAFF
    return frozenset(stored)


register_permissions(
    "Users and access",
    {
        "identity.users.manage": "See and change users, and give them roles",
        "identity.roles.manage": "Make and change roles",
        "identity.audit.view": "Read the audit log",
    },
)
register_permissions("System", {"system.manage": "Change the settings of the installation"})
