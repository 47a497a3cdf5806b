"""Sending: order, patience, and what becomes of failures."""

from .conftest import Desk, Service


async def test_a_notice_reaches_every_channel(
    desk: Desk, discord: Service, hooked: Service, twilio: Service
) -> None:
    sms = await desk.sms()
    await desk.recipient("+4915112345678", sms)
    channels = [await desk.discord(discord), await desk.webhook(hooked), sms]
    await desk.submit(desk.notice(*channels))
    assert await desk.send() == 3
    assert await desk.states() == [("sent", "")] * 3
    assert [len(service.calls) for service in (discord, hooked, twilio)] == [1, 1, 1]
    assert twilio.calls[0].form["Body"] == "Ana joined. Total players: 3"
