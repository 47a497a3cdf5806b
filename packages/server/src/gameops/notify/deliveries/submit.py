"""Taking notices in: who gets what, in a handful of statements however many there are."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gameops.core.actor import Actor
from gameops.core.db import AnyRow
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.notify.channels import store as channels
from gameops.notify.channels.model import Channel
from gameops.notify.deliveries import store
from gameops.notify.deliveries.model import GIVE_UP_AFTER, DeliveryState
from gameops.notify.deliveries.notice import Notice
from gameops.notify.recipients import store as recipients
from gameops.notify.recipients.addresses import mask
from gameops.notify.recipients.model import CODE_LIFETIME, Recipient, RecipientState
from gameops.notify.recipients.preferences import why_not
from gameops.notify.rendering import one_line, render
from gameops.notify.routing import store as routing
from gameops.notify.topics import CODE, say_delivered, say_queued

LONGEST_TITLE: Final = 200
LONGEST_TEXT: Final = 4_000
LONGEST_URL: Final = 500
MOST_FIELDS: Final = 25
HIDDEN: Final = "••••••"
WHY_BY_STATE: Final[Mapping[str, str]] = {
    RecipientState.UNCONFIRMED: "not_confirmed",
    RecipientState.OPTED_OUT: "opted_out",
}


@dataclass(frozen=True, slots=True)
class Found:
    """The channels that notices name, their subscribers, and whoever is named in person."""

    channels: Mapping[UUID, Channel]
    subscribers: Mapping[UUID, Sequence[Recipient]]
    named: Mapping[UUID, Recipient]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where one delivery goes, or why it does not."""

    channel: Channel | None = None
    recipient: Recipient | None = None
    held: str | None = None


async def submit(uow: UnitOfWork, notices: Sequence[Notice]) -> list[UUID]:
    """Queue or hold notices; the ids of their deliveries."""
    if not notices:
        return []
    found = await _find(uow, notices)
    told: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for notice in notices:
        notice_id = new_id()
        told.append(_notice_row(notice_id, notice, uow.now))
        targets = targets_of(notice, found, uow.now)
        rows += [_delivery_row(notice_id, notice, target, uow.now) for target in targets]
    await store.add_notices(uow.session, told)
    await store.add_deliveries(uow.session, rows)
    _say(uow, rows)
    return [row["id"] for row in rows]


async def submit_test(uow: UnitOfWork, actor: Actor, notice: Notice) -> list[UUID]:
    """Try a notice out: to its places, but of all subscribers only to the actor themselves."""
    own = new_id() if actor.id is None or actor.kind != "user" else actor.id  # a new id is nobody's
    tried = dataclasses.replace(notice, urgent=True, own_of=own, recipient_ids=None)
    return await submit(uow, [tried])


async def announce(uow: UnitOfWork, notice: Notice) -> None:
    """Tell where the scope has routed the topic to; beside channels the notice names itself."""
    await announce_but(uow, notice, None)


async def announce_but(uow: UnitOfWork, notice: Notice, but: UUID | None) -> None:
    """The same, except on one channel: the one that the notice is about."""
    routed = await routing.channels_for(uow.session, notice.venue_id, notice.topic)
    wanted = dict.fromkeys(id_ for id_ in (*notice.channel_ids, *routed) if id_ != but)
    await submit(uow, [dataclasses.replace(notice, channel_ids=tuple(wanted))])


async def _find(uow: UnitOfWork, notices: Sequence[Notice]) -> Found:
    wanted = {channel_id for notice in notices for channel_id in notice.channel_ids}
    found = await channels.by_ids(uow.session, wanted)
    asked = [row.id for row in found.values() if row.has_subscribers]
    subscribers: dict[UUID, list[Recipient]] = defaultdict(list)
    for channel_id, recipient in await recipients.subscribers(uow.session, asked):
        subscribers[channel_id].append(recipient)
    named = {id_ for notice in notices for id_ in notice.recipient_ids or ()}
    return Found(found, subscribers, await recipients.by_ids(uow.session, named))


def targets_of(notice: Notice, found: Found, now: datetime) -> Iterator[Target]:
    """Every delivery that a notice makes: at least one, so that the log always has an answer."""
    if not notice.channel_ids:
        yield Target(held=notice.held or "no_channel")
    for channel_id in dict.fromkeys(notice.channel_ids):
        channel = found.channels.get(channel_id)
        if channel is None:
            yield Target(held=notice.held or "no_channel")
        elif notice.held is not None:
            yield Target(channel=channel, held=notice.held)
        elif not channel.usable:
            yield Target(channel=channel, held="channel_disabled")
        elif channel.has_subscribers:
            yield from _to_people(notice, channel, found, now)
        else:
            yield Target(channel=channel)


def _to_people(notice: Notice, channel: Channel, found: Found, now: datetime) -> Iterator[Target]:
    people: Iterable[Recipient] = found.subscribers.get(channel.id, ())
    if notice.own_of is not None:
        people = [person for person in people if person.confirmed_by(notice.own_of)][:1]
    elif notice.recipient_ids is not None:
        wanted = dict.fromkeys(notice.recipient_ids)
        people = [found.named[id_] for id_ in wanted if id_ in found.named]
    nobody = True
    for recipient in people:
        nobody = False
        yield Target(channel=channel, recipient=recipient, held=_why_not(notice, recipient, now))
    if nobody:
        yield Target(channel=channel, held="not_yours" if notice.own_of else "no_recipient")


def _why_not(notice: Notice, recipient: Recipient, now: datetime) -> str | None:
    if notice.topic == CODE:
        return None
    if recipient.state != RecipientState.ACTIVE:
        return WHY_BY_STATE[recipient.state]
    return None if notice.urgent else why_not(recipient.preferences, notice.topic, now)


def why_held(row: AnyRow, now: datetime) -> str | None:
    """The same for what was queued a while ago, by how its recipient stands now."""
    if row.state is None:
        return "opted_out"
    if row.topic == CODE:  # STOP makes a code that waits worthless
        return None if row.has_code or row.state == RecipientState.ACTIVE else "opted_out"
    if row.state != RecipientState.ACTIVE:
        return WHY_BY_STATE[row.state]
    if row.urgent:
        return None
    return why_not(row.preferences, row.topic, now) if row.subscribed else "unsubscribed"


def _notice_row(notice_id: UUID, notice: Notice, now: datetime) -> dict[str, Any]:
    hidden = notice.sealed is not None
    text = HIDDEN if hidden else render(notice.template, notice.values, escape="none")
    return {
        "id": notice_id,
        "venue_id": notice.venue_id,
        "topic": notice.topic,
        "title": one_line(notice.title)[:LONGEST_TITLE],
        "template": HIDDEN if hidden else notice.template[:LONGEST_TEXT],
        "filling": {} if hidden else dict(notice.values),
        "text": text[:LONGEST_TEXT],
        "severity": notice.severity,
        "url": (notice.url or "")[:LONGEST_URL] or None,
        "fields": [{"name": name, "value": value} for name, value in notice.fields[:MOST_FIELDS]],
        "data": notice.data,
        "subject_id": notice.subject_id,
        "sealed": notice.sealed,
        "at": now,
    }


def _delivery_row(notice_id: UUID, notice: Notice, target: Target, now: datetime) -> dict[str, Any]:
    channel, recipient, held = target.channel, target.recipient, target.held
    lifetime = CODE_LIFETIME if notice.topic == CODE else GIVE_UP_AFTER
    return {
        "id": new_id(),
        "notice_id": notice_id,
        "venue_id": notice.venue_id,
        "channel_id": channel.id if channel else None,
        "recipient_id": recipient.id if recipient else None,
        "sent_to": mask(recipient.kind, recipient.address) if recipient else "",
        "topic": notice.topic,
        "subject_id": notice.subject_id,
        "state": DeliveryState.HELD if held else DeliveryState.QUEUED,
        "reason": held or "",
        "urgent": notice.urgent,
        "next_attempt_at": None if held else now,
        "give_up_at": now + lifetime,
        "created_at": now,
    }


def _say(uow: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    queued = {row["venue_id"] for row in rows if row["state"] == DeliveryState.QUEUED}
    others = {row["venue_id"] for row in rows} - queued
    if queued:
        say_queued(uow, queued)
    if others:
        say_delivered(uow, others)
