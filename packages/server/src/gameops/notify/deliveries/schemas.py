"""Deliveries as clients see them."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel

from gameops.core.db import AnyRow
from gameops.notify.channels.model import Kind
from gameops.notify.deliveries.explaining import explain
from gameops.notify.deliveries.model import DeliveryState


class NoticeOut(BaseModel):
    """What there was to tell."""

    id: UUID
    topic: str
    title: str
    text: str
    severity: Literal["info", "good", "warning", "bad"]
    at: datetime


class DeliveryChannelOut(BaseModel):
    """Where it goes."""

    id: UUID
    name: str
    kind: Kind


class DeliveryRecipientOut(BaseModel):
    """To whom; the address is masked."""

    id: UUID | None
    to: str


class AttemptOut(BaseModel):
    """One try."""

    at: datetime
    outcome: Literal["sent", "retry", "refused"]
    status: int | None
    detail: str
    ms: int


class DeliveryOut(BaseModel):
    """What became of one notice on one channel; ``explanation`` says it in a sentence."""

    id: UUID
    venue_id: UUID | None
    notice: NoticeOut
    channel: DeliveryChannelOut | None
    recipient: DeliveryRecipientOut | None
    subject_id: UUID | None
    state: DeliveryState
    reason: str | None
    explanation: str
    attempts: list[AttemptOut]
    attempt_count: int
    next_attempt_at: datetime | None
    created_at: datetime
    sent_at: datetime | None

    @classmethod
    def of(cls, row: AnyRow) -> Self:
        """From the delivery, its notice and its channel."""
        delivery, notice, channel = row
        due = delivery.next_attempt_at if delivery.state == DeliveryState.QUEUED else None
        if due is not None and channel is not None and channel.paused_until is not None:
            due = max(due, channel.paused_until)
        recipient = None
        if delivery.sent_to:
            recipient = DeliveryRecipientOut(id=delivery.recipient_id, to=delivery.sent_to)
        return cls(
            id=delivery.id,
            venue_id=delivery.venue_id,
            notice=NoticeOut.model_validate(notice, from_attributes=True),
            channel=channel and DeliveryChannelOut.model_validate(channel, from_attributes=True),
            recipient=recipient,
            subject_id=delivery.subject_id,
            state=delivery.state,
            reason=delivery.reason or None,
            explanation=explain(delivery, channel),
            attempts=[AttemptOut.model_validate(item) for item in delivery.attempts],
            attempt_count=delivery.attempt_count,
            next_attempt_at=due,
            created_at=delivery.created_at,
            sent_at=delivery.sent_at,
        )


class RetryIn(BaseModel):
    """Send again all that was given up: of a venue (or the installation), or of a channel."""

    venue_id: UUID | None = None
    channel_id: UUID | None = None


class RetriedOut(BaseModel):
    """How many."""

    count: int
