"""What a station should be, as its agent is told."""

from datetime import datetime, timedelta

from gameops.core.clock import to_milliseconds
from gameops.core.db import AnyRow
from gameops_protocol import Desired, Lease

_MILLISECOND = timedelta(milliseconds=1)
_NAME_LENGTH = 40


def desired_of(row: AnyRow, now: datetime) -> Desired:
    """From a row of :func:`gameops.venue.stations.store.desired_rows`."""
    return Desired(
        revision=row.revision,
        maintenance=row.maintenance,
        open=row.open,
        lease=_lease(row, now) if row.session_id is not None else None,
    )


def _lease(row: AnyRow, now: datetime) -> Lease:
    paused = row.paused_at is not None
    if paused:
        left = timedelta(microseconds=row.paused_left_us or 0)
    else:
        left = max(row.ends_at - now, timedelta(0))
    played = (row.paused_at if paused else now) - row.started_at
    return Lease(
        session_id=str(row.session_id),
        ends_at=None if paused else to_milliseconds(row.ends_at),
        remaining=left // _MILLISECOND,
        total=max(played + left, timedelta(0)) // _MILLISECOND,
        paused=paused,
        player=row.player_name[:_NAME_LENGTH],
        warn_at=tuple(seconds * 1000 for seconds in row.policy.get("warn_seconds", (300, 60))),
        can_pause=bool(row.policy.get("pause_allowed", True)),
    )
