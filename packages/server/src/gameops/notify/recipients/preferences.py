"""What a recipient does not want to hear, and when."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from gameops.core.db import JsonObject


class RestHours(BaseModel):
    """Hours of rest on the recipient's own clocks; they may span midnight."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    end: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    time_zone: str = Field(max_length=60)

    @field_validator("time_zone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (OSError, ValueError, KeyError):
            raise ValueError("is not a known time zone") from None
        return value

    def covers(self, at: datetime) -> bool:
        """Whether an instant lies in the hours of rest; equal ends mean no rest at all."""
        local = at.astimezone(ZoneInfo(self.time_zone)).time().replace(tzinfo=None)
        start, end = time.fromisoformat(self.start), time.fromisoformat(self.end)
        if start <= end:
            return start <= local < end
        return local >= start or local < end


class Preferences(BaseModel):
    """Of one recipient."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    muted: tuple[str, ...] = Field(default=(), max_length=50)
    """Topics; ``alerts`` mutes ``alerts.player_joined`` too."""
    quiet: RestHours | None = None

    def mutes(self, topic: str) -> bool:
        """Whether the recipient does not want to hear of a topic."""
        return any(topic == muted or topic.startswith(f"{muted}.") for muted in self.muted)


def why_not(stored: JsonObject, topic: str, at: datetime) -> str | None:
    """The reason for which a recipient's preferences hold a notice back, if any."""
    if not stored:
        return None
    preferences = Preferences.model_validate(stored)
    if preferences.mutes(topic):
        return "muted"
    if preferences.quiet is not None and preferences.quiet.covers(at):
        return "recipient_quiet"
    return None
