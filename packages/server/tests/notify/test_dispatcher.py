"""Sending: order, patience, and what becomes of failures."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from sqlalchemy import event, text

from gameops.core.clock import ManualClock
from gameops.core.context import Context

from .conftest import Call, Desk, Service, answering, clear, sending


def told(service: Service) -> list[str]:
    """The descriptions of all embeds that a Discord took, in their order."""
    return [
        embed["description"]
        for call in service.calls
        if call.json and not call.headers.get("X-Refused")
        for embed in call.json.get("embeds", [])
    ]


async def numbered(desk: Desk, channel: Any, count: int) -> None:
    notices = [desk.notice(channel, values={"who": "Ana", "n": n}) for n in range(count)]
    await desk.submit(*notices)


def totals(texts: list[str]) -> list[int]:
    return [int(text.rpartition(" ")[2]) for text in texts]


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


async def test_what_piles_up_is_told_ten_at_a_time_in_its_order(
    desk: Desk, discord: Service
) -> None:
    channel = await desk.discord(discord)
    await numbered(desk, channel, 23)
    await desk.send()
    assert [len(call.json["embeds"]) for call in discord.calls] == [10, 10, 3]
    assert totals(told(discord)) == list(range(23))
    assert await desk.states() == [("sent", "")] * 23


async def test_long_texts_share_a_message_only_as_far_as_discord_lets_them(
    desk: Desk, discord: Service
) -> None:
    channel = await desk.discord(discord)
    notices = [desk.notice(channel, template="x" * 3_000) for _ in range(3)]
    await desk.submit(*notices)
    await desk.send()
    assert [len(call.json["embeds"]) for call in discord.calls] == [1, 1, 1]


async def test_a_message_that_discord_refuses_does_not_take_others_with_it(
    desk: Desk, discord: Service
) -> None:
    def picky(call: Call) -> web.Response:
        bad = any(embed["title"] == "bad" for embed in call.json["embeds"])
        return web.json_response({"id": "1"}, status=400 if bad else 200)

    discord.usual = picky
    channel = await desk.discord(discord)
    titles = ["a", "b", "bad", "c", "d"]
    await desk.submit(*(desk.notice(channel, title=title) for title in titles))
    await desk.send()
    states = [state for state, _ in await desk.states()]
    assert states == ["sent", "sent", "dead", "sent", "sent"]
    alone = [call.json["embeds"][0]["title"] for call in discord.calls[1:]]
    assert alone == titles


async def test_a_limit_is_obeyed_and_nothing_is_lost_or_out_of_order(
    desk: Desk, discord: Service
) -> None:
    channel = await desk.discord(discord)
    limit = answering(429, {"message": "slow", "retry_after": 3.5, "global": False})
    discord.next.append(limit)
    await numbered(desk, channel, 12)
    await desk.send()
    assert len(discord.calls) == 1
    row = await desk.one("SELECT * FROM notify_channel")
    assert row.paused_until == desk.clock.now() + timedelta(seconds=3.5)
    assert (row.failures, row.broken_at) == (0, None)
    assert await desk.later(seconds=3.4) == 0
    assert len(discord.calls) == 1
    assert await desk.later(seconds=0.2) == 12
    assert totals(told(discord)[10:]) == list(range(12))
    rows = await desk.log()
    assert {(row.state, row.attempt_count) for row in rows} == {("sent", 1)}
    assert [attempt["status"] for attempt in rows[0].attempts] == [429, 200]


async def test_a_limit_of_everything_pauses_every_discord_channel(
    desk: Desk, discord: Service, hooked: Service
) -> None:
    first, second = await desk.discord(discord), await desk.discord(discord)
    other = await desk.webhook(hooked)
    limit = answering(429, {"retry_after": 2, "global": True}, **{"Retry-After": "9"})
    discord.next.append(limit)
    await desk.submit(desk.notice(first))
    await desk.send()
    await desk.submit(desk.notice(second), desk.notice(other))
    assert await desk.send() == 1
    assert len(hooked.calls) == 1
    assert await desk.later(seconds=2) == 2


async def test_an_announced_limit_is_kept_before_it_is_hit(desk: Desk, discord: Service) -> None:
    channel = await desk.discord(discord)
    last = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "1.25"}
    discord.next.append(answering(200, {"id": "1"}, **last))
    await numbered(desk, channel, 25)
    await desk.send()
    assert len(discord.calls) == 1
    assert await desk.later(seconds=1.3) == 15
    assert totals(told(discord)) == list(range(25))


async def test_ten_minutes_of_failures_lose_nothing_and_keep_the_order(
    desk: Desk, discord: Service
) -> None:
    channel = await desk.discord(discord)
    down = [answering(500), answering(429, {"retry_after": 1.5}), answering(502)]
    number = 0
    for second in range(600):
        if second % 5 == 0:
            await numbered_from(desk, channel, number)
            number += 1
        discord.next[:] = [down[second % 3]]
        await desk.later(seconds=1)
    refused = len(discord.calls)
    assert refused < 100  # it is patient
    discord.next.clear()
    discord.calls.clear()
    await desk.later(minutes=1)
    assert totals(told(discord)) == list(range(number))
    assert {row.state for row in await desk.log()} == {"sent"}


async def numbered_from(desk: Desk, channel: Any, number: int) -> None:
    await desk.submit(desk.notice(channel, values={"who": "Ana", "n": number}))


async def test_a_refused_channel_is_broken_until_a_test_goes_through(
    desk: Desk, discord: Service
) -> None:
    channel = await desk.discord(discord)
    discord.next.append(answering(404, {"message": "Unknown Webhook", "code": 10015}))
    await desk.submit(desk.notice(channel))
    await desk.send()
    assert await desk.states() == [("dead", "channel_refused"), ("held", "no_channel")]
    row = await desk.one("SELECT * FROM notify_channel")
    assert row.broken_at is not None
    assert row.last_error == "HTTP 404: Unknown Webhook"
    await desk.submit(desk.notice(channel))
    assert await desk.send() == 0
    await desk.submit(desk.notice(channel, topic="notify.test", urgent=True))
    await desk.send()
    assert [state for state, _ in await desk.states()] == ["dead", "held", "sent", "sent"]
    assert (await desk.one("SELECT * FROM notify_channel")).broken_at is None


async def test_what_waits_for_a_broken_channel_is_given_up_after_a_day(
    desk: Desk, discord: Service
) -> None:
    channel = await desk.discord(discord)
    discord.next.append(answering(401))
    await desk.submit(desk.notice(channel))
    await desk.send()
    await desk.submit(desk.notice(channel))
    await desk.later(hours=25)
    assert (await desk.states())[-1] == ("dead", "gave_up")


async def test_a_webhook_that_refuses_one_notice_takes_the_next(
    desk: Desk, hooked: Service
) -> None:
    channel = await desk.webhook(hooked)
    hooked.next.append(answering(422))
    await desk.submit(desk.notice(channel), desk.notice(channel))
    await desk.send()
    assert sorted(await desk.states()) == [("dead", "refused"), ("sent", "")]


async def test_a_notice_that_always_fails_does_not_hold_the_others(
    desk: Desk, hooked: Service
) -> None:
    def picky(call: Call) -> web.Response:
        return web.Response(status=500 if call.json["data"].get("bad") else 200)

    hooked.usual = picky
    channel = await desk.webhook(hooked)
    await desk.submit(desk.notice(channel, data={"bad": 1}))
    for _ in range(5):
        await desk.submit(desk.notice(channel))
        await desk.later(seconds=30)
    states = [state for state, _ in await desk.states()]
    assert states == ["queued", "sent", "sent", "sent", "sent", "sent"]


async def test_somebody_who_opted_out_at_the_provider_is_not_written_to_again(
    desk: Desk, twilio: Service
) -> None:
    sms = await desk.sms()
    await desk.recipient("+4915112345678", sms)
    await desk.recipient("+4915112345679", sms)
    twilio.next.append(answering(400, {"code": 21610, "message": "unsubscribed"}))
    twilio.next.append(answering(400, {"code": 21211, "message": "invalid To +4915112345679"}))
    await desk.submit(desk.notice(sms))
    await desk.send()
    assert sorted(await desk.states()) == [("dead", "address_invalid"), ("held", "opted_out")]
    rows = await desk.rows("SELECT state, problem FROM notify_recipient ORDER BY state")
    assert [tuple(row) for row in rows] == [("opted_out", ""), ("unconfirmed", "invalid")]
    assert "12345679" not in str(await desk.log())
    await desk.submit(desk.notice(sms))
    assert await desk.send() == 0
    assert sorted((await desk.states())[2:]) == [("held", "not_confirmed"), ("held", "opted_out")]


async def test_an_account_that_may_not_send_breaks_the_channel(desk: Desk, twilio: Service) -> None:
    config = {"account_sid": "AC0123456789abcdef", "from": "+14155550100"}
    sms = await desk.channel("sms", config=config, auth_token="old")
    await desk.recipient("+4915112345678", sms)
    await desk.submit(desk.notice(sms))
    await desk.send()
    assert (await desk.states())[0] == ("dead", "channel_refused")
    assert (await desk.one("SELECT * FROM notify_channel")).broken_at is not None


async def test_secrets_sealed_under_another_key_break_the_channel(
    desk: Desk, discord: Service
) -> None:
    channel = await desk.discord(discord)
    await desk.submit(desk.notice(channel))
    async with desk.context.unit_of_work() as uow:
        await uow.session.execute(text("UPDATE notify_channel SET sealed = 'x'"))
    await desk.send()
    row = (await desk.log())[0]
    assert (row.state, row.reason) == ("dead", "channel_refused")
    assert "cannot be read" in row.attempts[0]["detail"]


async def test_what_is_queued_for_somebody_who_opts_out_is_not_sent(
    desk: Desk, twilio: Service
) -> None:
    sms = await desk.sms()
    await desk.recipient("+4915112345678", sms)
    await desk.submit(desk.notice(sms))
    async with desk.context.unit_of_work() as uow:
        await uow.session.execute(text("UPDATE notify_recipient SET state = 'opted_out'"))
    await desk.send()
    assert await desk.states() == [("held", "opted_out")]
    assert twilio.calls == []


async def test_a_switched_off_channels_queue_is_held(desk: Desk, discord: Service) -> None:
    channel = await desk.discord(discord)
    await desk.submit(desk.notice(channel))
    async with desk.context.unit_of_work() as uow:
        await uow.session.execute(text("UPDATE notify_channel SET enabled = false"))
    await desk.send()
    assert await desk.states() == [("held", "channel_disabled")]


async def test_submitting_a_hundred_notices_takes_a_handful_of_statements(
    desk: Desk, discord: Service
) -> None:
    channel, sms = await desk.discord(discord), await desk.sms()
    for number in range(10):
        await desk.recipient(f"+491511234567{number}", sms)
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    engine = desk.context.database.engine
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        notices = [desk.notice(channel, sms) for _ in range(100)]
        await desk.submit(*notices)
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)
    sent = [line for line in statements if not line.startswith(("SAVEPOINT", "RELEASE"))]
    assert len(sent) <= 5, sent
    assert len(await desk.log()) == 1_100


# --- for real: commits, several dispatchers, time --------------------------------------------


@pytest_asyncio.fixture(loop_scope="session")
async def real_desk(
    committing_context: Context, clock: ManualClock, twilio: Service
) -> AsyncIterator[Desk]:
    """A desk whose work is really committed."""
    await clear(committing_context)
    yield Desk(sending(committing_context, twilio_base=twilio.base), clock)
    await clear(committing_context)


async def test_a_hanging_channel_does_not_delay_another(
    real_desk: Desk, discord: Service, hooked: Service
) -> None:
    hang = asyncio.Event()

    async def hanging() -> web.Response:
        await hang.wait()
        return web.Response(status=204)

    arrived = asyncio.Event()

    def count(_call: Call) -> web.Response:
        if len(hooked.calls) == 100:
            arrived.set()
        return web.Response()

    discord.usual = lambda _call: hanging()
    hooked.usual = count
    stuck, quick = await real_desk.discord(discord), await real_desk.webhook(hooked)
    await real_desk.submit(*(real_desk.notice(stuck, quick) for _ in range(100)))
    task = asyncio.create_task(real_desk.dispatcher().run())
    try:
        async with asyncio.timeout(5):
            await arrived.wait()
        assert len(discord.calls) == 1
    finally:
        hang.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_two_dispatchers_send_everything_once_and_in_order(
    real_desk: Desk, discord: Service, hooked: Service
) -> None:
    ordered, other = await real_desk.discord(discord), await real_desk.webhook(hooked)
    for start in range(0, 200, 20):
        notices = [
            real_desk.notice(ordered, other, values={"who": "Ana", "n": n})
            for n in range(start, start + 20)
        ]
        await real_desk.submit(*notices)
    await asyncio.gather(real_desk.send(), real_desk.send(), real_desk.send())
    await real_desk.send()
    assert totals(told(discord)) == list(range(200))
    keys = [call.headers["Idempotency-Key"] for call in hooked.calls]
    assert len(keys) == len(set(keys)) == 200


async def test_a_dispatcher_that_dies_in_mid_send_is_made_good(
    real_desk: Desk, hooked: Service
) -> None:
    reached = asyncio.Event()

    async def never() -> web.Response:
        reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    hooked.next.append(lambda _call: never())
    channel = await real_desk.webhook(hooked)
    await real_desk.submit(real_desk.notice(channel))
    dispatcher = real_desk.dispatcher()
    async with dispatcher.opened() as wire:
        assert await dispatcher.turn(wire) == 1
        await reached.wait()
        for task in dispatcher.tasks:  # as kill -9 would: nothing is written down any more
            task.cancel()
        await asyncio.gather(*dispatcher.tasks, return_exceptions=True)
    assert [row.state for row in await real_desk.log()] == ["sending"]
    assert await real_desk.send() == 0
    assert await real_desk.later(seconds=61) == 1
    assert [row.state for row in await real_desk.log()] == ["sent"]
    first, second = (call.headers["Idempotency-Key"] for call in hooked.calls)
    assert first == second


async def test_an_ordered_channel_is_taken_over_when_its_dispatcher_dies(
    real_desk: Desk, discord: Service
) -> None:
    channel = await real_desk.discord(discord)
    await numbered(real_desk, channel, 3)
    dispatcher = real_desk.dispatcher()
    async with dispatcher.opened() as wire:
        discord.next.append(lambda _call: asyncio.sleep(60))
        await dispatcher.turn(wire)
        for task in dispatcher.tasks:
            task.cancel()
        await asyncio.gather(*dispatcher.tasks, return_exceptions=True)
    await numbered_from(real_desk, channel, 3)
    assert await real_desk.later(seconds=1) == 0
    discord.calls.clear()
    assert await real_desk.later(seconds=61) == 4
    assert totals(told(discord)) == [0, 1, 2, 3]


async def test_a_running_dispatcher_wakes_at_once_and_stops_cleanly(
    real_desk: Desk, hooked: Service
) -> None:
    arrived = asyncio.Event()

    def note(_call: Call) -> web.Response:
        arrived.set()
        return web.Response()

    hooked.usual = note
    channel = await real_desk.webhook(hooked)
    task = asyncio.create_task(real_desk.dispatcher().run())
    try:
        async with asyncio.timeout(5):
            while not real_desk.context.hub._listeners.get("notify.queued"):  # noqa: ASYNC110 -- nobody announces it
                await asyncio.sleep(0)
            await real_desk.submit(real_desk.notice(channel))
            await arrived.wait()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert [row.state for row in await real_desk.log()] == ["sent"]


async def test_results_are_written_again_until_the_database_is_back(
    desk: Desk, hooked: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gameops.notify.deliveries import dispatcher as module

    monkeypatch.setattr(module, "RECORD_AGAIN", 0)
    failures = [OSError("gone"), OSError("gone")]

    class Flaky(module.Recorder):
        async def write(self, batch: Any) -> Any:
            if failures:
                raise failures.pop()
            return await super().write(batch)

    monkeypatch.setattr(module, "Recorder", Flaky)
    channel = await desk.webhook(hooked)
    await desk.submit(desk.notice(channel))
    await desk.send()
    assert failures == []
    assert len(hooked.calls) == 1
    assert await desk.states() == [("sent", "")]
