"""Trying a notice out, and naming a channel twice."""

import pytest

from gameops.core.actor import SYSTEM, Actor
from gameops.core.ids import new_id
from gameops.notify.api import Notice, submit_test
from gameops.notify.channels.model import Channel

from .conftest import Desk, Service

QUIET = {"muted": ["alerts"], "quiet": {"start": "00:00", "end": "23:59", "time_zone": "UTC"}}


async def try_out(desk: Desk, actor: Actor, notice: Notice) -> int:
    """Try a notice out; how many deliveries that made."""
    async with desk.context.unit_of_work() as uow:
        return len(await submit_test(uow, actor, notice))


async def test_a_notice_is_tried_out_on_nobody_but_oneself(
    desk: Desk, discord: Service, twilio: Service
) -> None:
    sam = Actor(id=new_id(), kind="user", name="Sam")
    place, sms = await desk.discord(discord), await desk.sms()
    for number in range(3):
        await desk.recipient(f"+491511234567{number}", sms)
    await desk.recipient("+4915112345690", sms, user_id=sam.id, state="unconfirmed")
    for number in (1, 2):
        phone = f"+491511234569{number}"
        await desk.recipient(phone, sms, user_id=sam.id, preferences=QUIET)
    assert await try_out(desk, sam, desk.notice(place, sms)) == 2
    await desk.send()
    assert await desk.states() == [("sent", ""), ("sent", "")]
    assert [call.form["To"] for call in twilio.calls] == ["+4915112345691"]
    assert len(discord.calls) == 1


@pytest.mark.parametrize(
    "actor", [Actor(id=new_id(), kind="user"), Actor(id=new_id(), kind="api_key"), SYSTEM]
)
async def test_who_has_no_address_of_their_own_tries_it_on_nobody(
    desk: Desk, twilio: Service, actor: Actor
) -> None:
    sms = await desk.sms()
    owner = actor.id if actor.kind == "api_key" else None
    await desk.recipient("+4915112345678", sms, user_id=owner)
    assert await try_out(desk, actor, desk.notice(sms)) == 1
    await desk.send()
    assert await desk.states() == [("held", "not_yours")]
    assert twilio.calls == []


async def test_a_test_reaches_a_broken_channel(desk: Desk, hooked: Service) -> None:
    channel = await desk.webhook(hooked)
    async with desk.context.unit_of_work() as uow:
        (await uow.session.get_one(Channel, channel)).broken_at = uow.now
    await try_out(desk, SYSTEM, desk.notice(channel))
    await desk.send()
    assert await desk.states() == [("sent", "")]


async def test_a_channel_that_is_named_twice_is_told_once(desk: Desk, hooked: Service) -> None:
    channel = await desk.webhook(hooked)
    await desk.submit(desk.notice(channel, channel))
    await desk.send()
    assert len(hooked.calls) == 1
    assert await desk.states() == [("sent", "")]
