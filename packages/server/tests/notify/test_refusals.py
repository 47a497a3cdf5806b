"""Whoever said STOP is left alone, whatever staff do; and what was queued is looked at again."""

import httpx
import pytest

from gameops.notify.api import import_recipient

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
