"""Topics of notices, and what the hub carries about the queue."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from gameops.core.uow import UnitOfWork

QUEUED: Final = "notify.queued"
"""On the hub: there is something to send, in these scopes."""
DELIVERED: Final = "notify.delivered"
"""On the hub: something became of deliveries in these scopes."""
CODE: Final = "notify.code"
TEST: Final = "notify.test"
CHANNEL_BROKEN: Final = "notify.channel_broken"
JOB_FAILED: Final = "core.job_failed"

TOPICS: Final[dict[str, str]] = {}
"""Topics that can be routed, with what they are called."""


def register_topics(topics: Mapping[str, str]) -> None:
    """Declare house notices by topic, with their labels; repeating it is harmless."""
    TOPICS.update(topics)


def say_queued(uow: UnitOfWork, venue_ids: Iterable[UUID | None]) -> None:
    """Wake the dispatchers after the commit, and whoever looks at the log."""
    uow.notify(QUEUED, {"venues": scopes(venue_ids)})


def say_delivered(uow: UnitOfWork, venue_ids: Iterable[UUID | None]) -> None:
    """Tell whoever looks at the log."""
    uow.notify(DELIVERED, {"venues": scopes(venue_ids)})


def scopes(venue_ids: Iterable[UUID | None]) -> list[str]:
    """Scopes as the hub carries them: an empty text is the installation."""
    return sorted({"" if venue_id is None else str(venue_id) for venue_id in venue_ids})[:100]


register_topics(
    {CHANNEL_BROKEN: "A channel was refused for good", JOB_FAILED: "A background job failed"}
)
