"""Every table of every domain, for migrations and their check."""

from typing import Final

import gameops.alerts.communities.model
import gameops.alerts.rules.model
import gameops.alerts.servers.model
import gameops.billing.model
import gameops.core.model
import gameops.identity.model
import gameops.notify.channels.model
import gameops.notify.deliveries.model
import gameops.notify.recipients.model
import gameops.notify.routing.model
import gameops.venue.customers.model
import gameops.venue.sessions.model
import gameops.venue.stations.model
import gameops.venue.tariffs.model
import gameops.venue.venues.model  # noqa: F401 -- these modules register their tables
from gameops.core.db import Base

METADATA: Final = Base.metadata
