"""What the settings say about watching."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchOptions:
    """How game servers are asked."""

    allow_private_targets: bool = False
    """Whether servers in this machine's own networks may be asked."""
    most_in_flight: int = 2_000
    """Servers asked at the same time; each holds one socket until it answers or times out."""
