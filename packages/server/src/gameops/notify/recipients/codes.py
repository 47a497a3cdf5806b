"""Codes: sent to an address, typed in by whoever reads it there."""

import hmac
import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gameops.core.context import Context
from gameops.core.ids import new_id
from gameops.core.secrets import keyed_digest
from gameops.core.uow import UnitOfWork
from gameops.notify.channels import store as channels
from gameops.notify.channels.model import Channel
from gameops.notify.deliveries.notice import Notice
from gameops.notify.deliveries.submit import submit
from gameops.notify.errors import CodeExpired, CodeWrong, NoChannelForCode, TooManyCodes
from gameops.notify.recipients import store
from gameops.notify.recipients.model import (
    CODE_LIFETIME,
    MOST_TRIES,
    Recipient,
    SentCode,
)
from gameops.notify.sealing import seal
from gameops.notify.topics import CODE
from gameops.notify.wording import say

PURPOSE: Final = "notify.code"
HOUR: Final = timedelta(hours=1)
GAP: Final = timedelta(seconds=30)
MOST_PER_ADDRESS: Final = 5
MOST_PER_PERSON: Final = 10
MOST_PER_SCOPE: Final = 300


async def send_code(
    uow: UnitOfWork, context: Context, recipient: Recipient, *, requested_by: UUID | None
) -> None:
    """Send a fresh code; the one before is worth nothing. The recipient's row is locked."""
    address = keyed_digest(context.secret, PURPOSE, f"{recipient.kind}:{recipient.address}")
    await _require_patience(uow, recipient, address, requested_by)
    channel = await _channel_for(uow, recipient)
    code = f"{secrets.randbelow(1_000_000):06}"
    recipient.code_digest = _digest(context, recipient, code)
    recipient.code_expires_at, recipient.code_tries = uow.now + CODE_LIFETIME, 0
    uow.session.add(
        SentCode(
            id=new_id(),
            address_digest=address,
            venue_id=recipient.venue_id,
            requested_by=requested_by,
            sent_at=uow.now,
        )
    )
    await uow.session.flush()
    words = say(recipient.locale, "code").format(code=code)
    notice = Notice(
        venue_id=recipient.venue_id,
        topic=CODE,
        title=say(recipient.locale, "code_title"),
        template="",
        values={},
        channel_ids=[channel.id],
        recipient_ids=[recipient.id],
        sealed=seal(context.secret, recipient.id, {"text": words}),
    )
    await submit(uow, [notice])


async def _require_patience(
    uow: UnitOfWork, recipient: Recipient, address: bytes, requested_by: UUID | None
) -> None:
    since = uow.now - HOUR
    scope = SentCode.venue_id.is_not_distinct_from(recipient.venue_id)
    limits = [(SentCode.address_digest == address, MOST_PER_ADDRESS), (scope, MOST_PER_SCOPE)]
    if requested_by is not None:
        limits.append((SentCode.requested_by == requested_by, MOST_PER_PERSON))
    for number, (condition, most) in enumerate(limits):
        count, first, last = await store.codes_sent(uow.session, condition, since=since)
        if count >= most and first is not None:
            raise TooManyCodes(retry_after=_seconds(first + HOUR - uow.now))
        if number == 0 and last is not None and uow.now - last < GAP:
            raise TooManyCodes(retry_after=_seconds(last + GAP - uow.now))


def _seconds(span: timedelta) -> int:
    return max(1, math.ceil(span.total_seconds()))


async def _channel_for(uow: UnitOfWork, recipient: Recipient) -> Channel:
    """A channel that reaches the address: one it is subscribed to, else any of its scope."""
    subscribed = (await store.subscriptions(uow.session, [recipient.id])).get(recipient.id, [])
    found = [
        channel
        for channel in await channels.of_scope(uow.session, recipient.venue_id)
        if channel.kind == recipient.kind and channel.usable
    ]
    found.sort(key=lambda channel: (channel.broken_at is not None, channel.id not in subscribed))
    if not found:
        raise NoChannelForCode
    return found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said of a code; a refusal is raised after it has been counted and committed."""

    problem: CodeWrong | CodeExpired | None = None

    def enforce(self) -> None:
        """Raise the refusal, if it is one."""
        if self.problem is not None:
            raise self.problem


def check_code(context: Context, recipient: Recipient, code: str, *, now: datetime) -> Verdict:
    """Confirm the recipient, or count a wrong try. The recipient's row is locked."""
    alive = (
        recipient.code_digest is not None
        and recipient.code_expires_at is not None
        and recipient.code_expires_at > now
        and recipient.code_tries < MOST_TRIES
    )
    if not alive or recipient.code_digest is None:
        return Verdict(problem=CodeExpired())
    typed = "".join(character for character in code if character.isdigit())
    if not hmac.compare_digest(recipient.code_digest, _digest(context, recipient, typed)):
        recipient.code_tries += 1
        return Verdict(problem=CodeWrong(tries_left=MOST_TRIES - recipient.code_tries))
    recipient.activate(now)
    return Verdict()


def _digest(context: Context, recipient: Recipient, code: str) -> bytes:
    return keyed_digest(context.secret, PURPOSE, f"{recipient.id}:{code}")
