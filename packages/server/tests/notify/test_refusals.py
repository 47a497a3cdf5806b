"""Whoever said STOP is left alone, whatever staff do; and what was queued is looked at again."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from gameops.notify.api import Dispatcher, import_recipient
from gameops.notify.deliveries import dispatcher as dispatching
from gameops.notify.deliveries.claiming import unwanted

from .conftest import Office, Service, answering, code_of
from .test_incoming import PHONE, people, said, write
from .test_recipients import add, last_code, own


async def forget_all(staff: httpx.AsyncClient) -> None:
    """Staff delete every recipient."""
    for item in (await staff.get("/notify/recipients")).json()["items"]:
        assert (await staff.delete(f"/notify/recipients/{item['id']}")).status_code == 204


@pytest.mark.parametrize("kind", ["sms", "whatsapp"])
async def test_stop_outlives_the_recipient_until_the_phone_writes_start(
    staff: httpx.AsyncClient, office: Office, twilio: Service, kind: str
) -> None:
    channel = await office.desk.sms(kind)
    await office.desk.recipient(PHONE, channel, kind=kind)
    await write(office, "STOP", kind=kind)
    await forget_all(staff)
    assert code_of(await add(staff, office, kind=kind)) == (409, "notify.opted_out")
    async with office.client("player") as player:
        answer = await own(player, channel, kind=kind)
        assert code_of(answer) == (409, "notify.opted_out")
    await office.desk.send()
    assert twilio.calls == []
    assert PHONE not in str(await office.desk.rows("SELECT * FROM notify_refusal"))
    assert said(await write(office, "START", kind=kind))
    await forget_all(staff)
    assert (await add(staff, office, kind=kind)).status_code == 201


async def test_a_phone_that_nobody_knew_may_refuse_too(
    staff: httpx.AsyncClient, office: Office
) -> None:
    await office.desk.sms()
    await write(office, "STOP")
    assert code_of(await add(staff, office)) == (409, "notify.opted_out")
    other = await add(staff, office, address="+4915112345679")
    assert other.status_code == 201


async def test_a_refusal_holds_in_its_own_scope(office: Office) -> None:
    await office.desk.sms()
    await write(office, "STOP")
    office.desk.venue_id = office.other_id
    await office.desk.channel("sms", config={"from": "+14155550199"}, auth_token="x")
    async with office.client("stranger") as stranger:
        answer = await add(stranger, office, venue_id=str(office.other_id))
        assert answer.status_code == 201


async def test_a_code_that_waits_is_worth_nothing_after_stop(
    staff: httpx.AsyncClient, office: Office, twilio: Service
) -> None:
    await office.desk.sms()
    recipient = (await add(staff, office)).json()
    code = await last_code(office, twilio)
    await write(office, "STOP")
    path = f"/notify/recipients/{recipient['id']}"
    answer = await staff.post(f"{path}/confirm", json={"code": code})
    assert code_of(answer) == (422, "notify.code_expired")
    assert await people(office) == [("sms", PHONE, "opted_out")]


async def test_a_provider_that_knows_better_does_not_undo_a_stop(
    office: Office, twilio: Service
) -> None:
    channel = await office.desk.sms()
    recipient = await office.desk.recipient(PHONE, channel)
    twilio.next.append(answering(400, {"code": 21211, "message": "invalid"}))
    dispatcher = office.desk.dispatcher()
    await office.desk.submit(office.desk.notice(channel))
    async with dispatcher.opened() as wire:
        await dispatcher.turn(wire)
        for task in list(dispatcher.tasks):
            await task
        await write(office, "STOP")
        await dispatcher.record()
    row = await office.desk.one("SELECT * FROM notify_recipient WHERE id = :id", id=recipient)
    assert row.state == "opted_out"


async def test_who_refused_here_is_not_brought_back_from_elsewhere(
    staff: httpx.AsyncClient, office: Office
) -> None:
    channel = await office.desk.sms()
    await office.desk.recipient(PHONE, channel, state="opted_out")
    await forget_all(staff)
    context = office.desk.context
    async with context.unit_of_work() as uow:
        assert not await import_recipient(
            uow,
            channel_id=channel,
            kind="sms",
            address=PHONE,
            opted_in=True,
            secret=context.secret,
        )
    assert await people(office) == []


# --- what was queued a while ago -------------------------------------------------------------

ALL_DAY = {"start": "00:00", "end": "23:59", "time_zone": "UTC"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"preferences": {"muted": ["alerts"], "quiet": None}}, "muted"),
        ({"preferences": {"muted": [], "quiet": ALL_DAY}}, "recipient_quiet"),
        ({"channel_ids": []}, "unsubscribed"),
        (None, "opted_out"),
    ],
)
async def test_what_failed_once_is_held_when_it_is_not_wanted_any_more(
    staff: httpx.AsyncClient, office: Office, twilio: Service, change: Any, reason: str
) -> None:
    desk = office.desk
    channel = await desk.sms()
    recipient = await desk.recipient(PHONE, channel)
    twilio.next.append(answering(500))
    await desk.submit(desk.notice(channel))
    await desk.send()
    assert await desk.states() == [("queued", "retrying")]
    if change is None:
        await write(office, "STOP")
    else:
        changed = await staff.patch(f"/notify/recipients/{recipient}", json=change)
        assert changed.status_code == 200
    await desk.later(seconds=3)
    assert await desk.states() == [("held", reason)]
    assert len(twilio.calls) == 1


async def claimed_and_waiting(office: Office, dispatcher: Dispatcher, *phones: str) -> None:
    """Notices to these phones are in the dispatcher's hands, and none has been sent."""
    channel = await office.desk.sms()
    for phone in phones:
        await office.desk.recipient(phone, channel)
    await office.desk.submit(office.desk.notice(channel))
    await dispatcher.looking.acquire()


@pytest.mark.parametrize("forgotten", [False, True])
async def test_what_is_in_hand_already_is_looked_at_right_before_the_call(
    staff: httpx.AsyncClient, office: Office, twilio: Service, *, forgotten: bool
) -> None:
    dispatcher = office.desk.dispatcher()
    await claimed_and_waiting(office, dispatcher, PHONE)
    async with dispatcher.opened() as wire:
        assert await dispatcher.turn(wire) == 1
        if forgotten:
            await forget_all(staff)
        else:
            await write(office, "STOP")
        dispatcher.looking.release()
        await asyncio.gather(*dispatcher.tasks)
        await dispatcher.record()
    assert await office.desk.states() == [("held", "opted_out")]
    assert twilio.calls == []


async def test_a_code_in_hand_is_not_sent_after_stop(
    staff: httpx.AsyncClient, office: Office, twilio: Service
) -> None:
    await office.desk.sms()
    await add(staff, office)
    dispatcher = office.desk.dispatcher()
    await dispatcher.looking.acquire()
    async with dispatcher.opened() as wire:
        assert await dispatcher.turn(wire) == 1
        await write(office, "STOP")
        dispatcher.looking.release()
        await asyncio.gather(*dispatcher.tasks)
        await dispatcher.record()
    assert await office.desk.states() == [("held", "opted_out")]
    assert twilio.calls == []


async def test_a_database_that_is_away_for_a_moment_sends_nothing_unasked(
    office: Office, twilio: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [OSError("gone")]

    async def flaky(*args: Any) -> dict[UUID, str]:
        if failures:
            raise failures.pop()
        return await unwanted(*args)

    monkeypatch.setattr(dispatching, "unwanted", flaky)
    channel = await office.desk.sms()
    await office.desk.recipient(PHONE, channel)
    await office.desk.submit(office.desk.notice(channel))
    await office.desk.send()
    assert (await office.desk.states(), len(twilio.calls)) == ([("sent", "")], 1)
