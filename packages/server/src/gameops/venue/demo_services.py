"""The services that the demo plays with, under one name."""

import dataclasses

from gameops.billing.api import Method, Tender
from gameops.core.clock import Clock, ManualClock
from gameops.core.context import Context
from gameops.venue.customers.service import Customers
from gameops.venue.permissions import OPERATE
from gameops.venue.sessions.clock import SessionClock
from gameops.venue.sessions.model import Mode
from gameops.venue.sessions.opening import Opening, Start
from gameops.venue.stations.service import Stations, enrol
from gameops.venue.tariffs.pricing import TariffRules
from gameops.venue.tariffs.service import Tariffs
from gameops.venue.till.service import Till
from gameops.venue.venues.model import Policy
from gameops.venue.venues.service import Venues
from gameops.venue.venues.store import list_venues


def tender(method: str) -> Tender:
    """Payment by a method, exactly."""
    return Tender(method=Method(method))


def at(context: Context, clock: Clock) -> Context:
    """The context with another clock."""
    return dataclasses.replace(context, clock=clock)


__all__ = [
    "OPERATE",
    "Customers",
    "ManualClock",
    "Mode",
    "Opening",
    "Policy",
    "SessionClock",
    "Start",
    "Stations",
    "TariffRules",
    "Tariffs",
    "Till",
    "Venues",
    "at",
    "enrol",
    "list_venues",
    "tender",
]
