"""What the settings say about sending."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyOptions:
    """How notices are sent."""

    twilio_base: str = "https://api.twilio.com"
    allow_private_targets: bool = False
    """Whether channels may point into this machine's own networks."""
    vapid_subject: str = "mailto:admin@gameops.local"
    """Whom a push service may write to about this installation."""
    send_seconds: float = 10.0
    lease: timedelta = timedelta(seconds=60)
    first_retry: timedelta = timedelta(seconds=2)
    longest_retry: timedelta = timedelta(minutes=15)
    longest_pause: timedelta = timedelta(minutes=1)
    """Of a channel that fails: then one call sees whether it is back."""
    most_in_flight: int = 500
