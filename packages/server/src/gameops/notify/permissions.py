"""What people may be allowed to do with notices."""

from typing import Final

from gameops.identity.api import register_permissions

VIEW: Final = "notify.view"
MANAGE: Final = "notify.manage"

register_permissions(
    "notify",
    {
        VIEW: "See channels, recipients and the delivery log",
        MANAGE: "Change channels and recipients, send tests, retry",
    },
)
