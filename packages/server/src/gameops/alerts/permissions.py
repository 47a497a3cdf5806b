"""What people may be allowed to do with watched servers."""

from typing import Final

from gameops.identity.api import register_permissions

VIEW: Final = "alerts.view"
MANAGE: Final = "alerts.manage"
REPORT: Final = "alerts.report"

register_permissions(
    "alerts",
    {
        VIEW: "See servers, events and rules",
        MANAGE: "Change servers, rules and communities",
        REPORT: "Report what happens on servers (for API keys)",
    },
)
