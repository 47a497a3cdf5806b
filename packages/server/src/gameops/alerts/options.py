"""What the settings say about alerts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsOptions:
    """Built by the application, read with ``context.option(AlertsOptions)``."""

    intake_rate: str = "1200/minute"
    """Reports that one client address may send."""
