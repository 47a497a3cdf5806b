"""Recipients as clients see and write them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from gameops.core.fields import In, LocaleTag
from gameops.notify.channels.model import Kind
from gameops.notify.fields import Address, Code, PersonName
from gameops.notify.recipients.model import RecipientState
from gameops.notify.recipients.preferences import Preferences
from gameops.notify.recipients.service import Shown

ChannelIds = Annotated[list[UUID], Field(max_length=50)]
ByCode = Literal["sms", "whatsapp", "email"]
Key = Annotated[str, Field(min_length=10, max_length=200, pattern=r"^[A-Za-z0-9_=-]+$")]


class RecipientOut(BaseModel):
    """Somebody who is written to; the address is masked for whoever may not change it."""

    id: UUID
    venue_id: UUID | None
    kind: Kind
    address: str
    name: str
    locale: str
    state: RecipientState
    problem: Literal["invalid", "gone"] | None
    channel_ids: list[UUID]
    preferences: Preferences
    user_id: UUID | None
    created_at: datetime
    verified_at: datetime | None
    opted_out_at: datetime | None

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """From the row, as the caller may see it."""
        row = shown.recipient
        return cls(
            id=row.id,
            venue_id=row.venue_id,
            kind=Kind(row.kind),
            address=shown.address,
            name=row.name,
            locale=row.locale,
            state=RecipientState(row.state),
            problem="gone" if row.problem == "gone" else "invalid" if row.problem else None,
            channel_ids=list(shown.channel_ids),
            preferences=Preferences.model_validate(row.preferences),
            user_id=row.user_id,
            created_at=row.created_at,
            verified_at=row.verified_at,
            opted_out_at=row.opted_out_at,
        )


class RecipientIn(In):
    """Somebody to write to; a code is sent there first."""

    venue_id: UUID | None = None
    kind: ByCode
    address: Address
    name: PersonName = ""
    locale: LocaleTag = "en"
    channel_ids: ChannelIds = Field(default_factory=list)


class RecipientPatch(In):
    """What is left out stays."""

    name: PersonName | None = None
    locale: LocaleTag | None = None
    channel_ids: ChannelIds | None = None
    preferences: Preferences | None = None

    @model_validator(mode="after")
    def _refuse_nulls(self) -> Self:
        if any(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("may not be null")
        return self

    def changes(self) -> dict[str, Any]:
        """What was sent."""
        fields = self.model_dump(exclude_unset=True)
        if self.preferences is not None:
            fields["preferences"] = self.preferences.model_dump(mode="json")
        return fields


class CodeIn(In):
    """What was read on the phone or in the mail."""

    code: Code


class OwnChannelOut(BaseModel):
    """A channel one may subscribe to."""

    id: UUID
    name: str
    kind: Kind
    venue_id: UUID | None


class OwnOut(BaseModel):
    """One's own addresses, and what there is to subscribe to."""

    addresses: list[RecipientOut]
    channels: list[OwnChannelOut]
    vapid_public_key: str


class OwnAddressIn(In):
    """One's own phone or mailbox; a code is sent there first."""

    kind: ByCode
    address: Address
    channel_ids: Annotated[list[UUID], Field(min_length=1, max_length=50)]
    locale: LocaleTag = "en"


class PushKeysIn(In):
    """The keys of a browser's subscription."""

    p256dh: Key
    auth: Key


class BrowserIn(In):
    """A browser's push subscription."""

    venue_id: UUID | None = None
    endpoint: Annotated[str, Field(max_length=1_000, pattern=r"^https?://[\x21-\x7e]+$")]
    keys: PushKeysIn
    channel_ids: ChannelIds = Field(default_factory=list)
    label: PersonName = ""
    locale: LocaleTag = "en"
