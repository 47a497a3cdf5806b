"""Rules and maintenance windows as clients see and write them."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from gameops.alerts.rules.model import Maintenance, Quiet, Rule, Threshold
from gameops.alerts.servers.model import EventKind
from gameops.alerts.servers.schemas import Reason, Tags
from gameops.core.fields import NO_NUL, In, Name


def _once_each(ids: list[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))


Template = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000, pattern=NO_NUL)
]
Events = Annotated[list[EventKind], Field(min_length=1, max_length=20)]
ServerIds = Annotated[list[UUID], Field(max_length=500)]
ChannelIds = Annotated[list[UUID], Field(max_length=20), AfterValidator(_once_each)]
Seconds = Annotated[int, Field(ge=0, le=86_400)]


class RuleIn(In):
    """A new rule; neither servers nor tags means every server."""

    community_id: UUID
    name: Name
    enabled: bool = True
    events: Events
    server_ids: Annotated[ServerIds, Field(default_factory=list)]
    tags: Annotated[Tags, Field(default_factory=list)]
    threshold: Threshold | None = None
    cooldown_seconds: Seconds = 0
    delay_seconds: Seconds = 0
    quiet: Quiet | None = None
    channel_ids: Annotated[ChannelIds, Field(default_factory=list)]
    template: Template | None = None


class RulePatch(In):
    """What to change of a rule."""

    name: Name = ""
    enabled: bool = True
    events: Annotated[Events, Field(default_factory=list)]
    server_ids: Annotated[ServerIds, Field(default_factory=list)]
    tags: Annotated[Tags, Field(default_factory=list)]
    threshold: Threshold | None = None
    cooldown_seconds: Seconds = 0
    delay_seconds: Seconds = 0
    quiet: Quiet | None = None
    channel_ids: Annotated[ChannelIds, Field(default_factory=list)]
    template: Template | None = None


class RuleOut(BaseModel):
    """A rule."""

    id: UUID
    community_id: UUID
    name: str
    enabled: bool
    events: list[EventKind]
    server_ids: list[UUID]
    tags: list[str]
    threshold: Threshold | None
    cooldown_seconds: int
    delay_seconds: int
    quiet: Quiet | None
    channel_ids: list[UUID]
    template: str | None
    created_at: datetime
    last_fired_at: datetime | None
    fired_today: int
    """Servers for which it fired in the last 24 hours."""

    @classmethod
    def of(cls, rule: Rule, fired: tuple[datetime, int] | None = None) -> Self:
        """From a row and when it fired."""
        last, today = fired or (None, 0)
        names = cls.model_fields.keys() - {"last_fired_at", "fired_today"}
        return cls.model_validate(
            {name: getattr(rule, name) for name in names}
            | {"last_fired_at": last, "fired_today": today}
        )


class RuleList(BaseModel):
    """Rules."""

    items: list[RuleOut]


class AlertPreviewIn(In):
    """A template to look at."""

    community_id: UUID
    event: EventKind
    template: Template | None = None
    server_id: UUID | None = None


class VariableOut(BaseModel):
    """What a template may name."""

    name: str
    value: str
    meaning: str


class AlertPreviewOut(BaseModel):
    """How an alert would read."""

    text: str
    default_template: str
    variables: list[VariableOut]
    unknown: list[str]


class RuleTestOut(BaseModel):
    """How many messages a test sends."""

    deliveries: int


class WindowIn(In):
    """Planned work; neither servers nor tags means every server."""

    community_id: UUID
    server_ids: Annotated[ServerIds, Field(default_factory=list)]
    tags: Annotated[Tags, Field(default_factory=list)]
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: Reason = ""


class WindowOut(BaseModel):
    """Planned work."""

    id: UUID
    community_id: UUID
    server_ids: list[UUID]
    tags: list[str]
    starts_at: datetime
    ends_at: datetime
    reason: str
    active: bool

    @classmethod
    def of(cls, window: Maintenance, now: datetime) -> Self:
        """From a row."""
        names = cls.model_fields.keys() - {"active"}
        return cls.model_validate(
            {name: getattr(window, name) for name in names}
            | {"active": window.starts_at <= now < window.ends_at}
        )


class WindowList(BaseModel):
    """Planned work."""

    items: list[WindowOut]
