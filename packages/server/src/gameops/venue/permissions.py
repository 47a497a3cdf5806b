"""What people may be allowed to do in a venue."""

from typing import Final

from gameops.identity.api import register_permissions

FLOOR: Final = "venue.floor.view"
OPERATE: Final = "venue.sessions.operate"
REFUND: Final = "venue.sessions.refund"
CREDIT: Final = "venue.sessions.credit"
COMMAND: Final = "venue.stations.command"
STATIONS: Final = "venue.stations.manage"
CUSTOMERS: Final = "venue.customers.view"
MANAGE_CUSTOMERS: Final = "venue.customers.manage"
TARIFFS: Final = "venue.tariffs.manage"
SETTINGS: Final = "venue.settings.manage"

register_permissions(
    "venue",
    {
        FLOOR: "See the floor and past sessions",
        OPERATE: "Start, extend, pause, move and end sessions",
        REFUND: "Decide about the refund when ending a session",
        CREDIT: "Start postpaid sessions",
        COMMAND: "Send commands to stations",
        STATIONS: "Add, change and enrol stations and zones",
        CUSTOMERS: "See customers and their wallets",
        MANAGE_CUSTOMERS: "Add, change and ban customers",
        TARIFFS: "Change tariffs and packages",
        SETTINGS: "Change the venue and its policies",
    },
)
