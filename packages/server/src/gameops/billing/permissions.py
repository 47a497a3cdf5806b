"""What people may be allowed to do with money."""

from typing import Final

from gameops.identity.api import register_permissions

TAKE: Final = "billing.payments.take"
VIEW: Final = "billing.payments.view"
VOID: Final = "billing.payments.void"
REFUND: Final = "billing.payments.refund"

register_permissions(
    "billing",
    {
        TAKE: "Take payments: top-ups, time, packages, vouchers",
        VIEW: "See payments and receipts",
        VOID: "Void payments, with a reason",
        REFUND: "Give money back, with a reason",
    },
)
