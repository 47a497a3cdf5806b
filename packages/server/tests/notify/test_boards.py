"""Boards: one message that is edited, and only as often as it may be."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from gameops.core.ids import new_id
from gameops.notify.api import Board, put_board

from .conftest import Desk, Service, answering


async def show(desk: Desk, channel: UUID, players: int, **fields: Any) -> None:
    board = Board(
        title="Servers",
        color="#3fb950",
        lines=[("The *Bar*", f"{players} players")],
        footer="GameOps",
        **fields,
    )
    async with desk.context.unit_of_work() as uow:
        await put_board(uow, channel_id=channel, key="status", board=board)


def shown(discord: Service) -> list[tuple[str, str]]:
    return [(call.method, call.json["embeds"][0]["fields"][0]["value"]) for call in discord.calls]


async def test_a_board_is_posted_once_and_then_edited(desk: Desk, discord: Service) -> None:
    channel = await desk.discord(discord)
    await show(desk, channel, 1, url="https://example.com/status")
    await desk.send()
    await desk.later(seconds=10)
    await show(desk, channel, 2)
    await desk.send()
    assert shown(discord) == [("POST", "1 players"), ("PATCH", "2 players")]
    first, second = discord.calls
    assert first.query == {"wait": "true"}
    assert second.path.endswith("/messages/1234567890")
    (embed,) = first.json["embeds"]
    assert (embed["title"], embed["color"]) == ("Servers", 0x3FB950)
    assert embed["fields"][0]["name"] == r"The \*Bar\*"
    assert (embed["footer"], embed["url"]) == ({"text": "GameOps"}, "https://example.com/status")


async def test_the_latest_of_many_changes_wins_and_none_comes_too_soon(
    desk: Desk, discord: Service
) -> None:
    channel = await desk.discord(discord)
    await show(desk, channel, 0)
    await desk.send()
    for players in range(1, 10):
        await show(desk, channel, players)
        await desk.later(seconds=0.5)
    assert shown(discord) == [("POST", "0 players")]
    await desk.later(seconds=1)
    assert shown(discord) == [("POST", "0 players"), ("PATCH", "9 players")]


async def test_what_is_shown_already_is_not_sent(desk: Desk, discord: Service) -> None:
    channel = await desk.discord(discord)
    await show(desk, channel, 1)
    await desk.send()
    await show(desk, channel, 2)
    await show(desk, channel, 1)
    await desk.later(minutes=1)
    assert len(discord.calls) == 1


async def test_a_message_that_somebody_deleted_is_posted_anew(desk: Desk, discord: Service) -> None:
    channel = await desk.discord(discord)
    await show(desk, channel, 1)
    await desk.send()
    desk.clock.advance(timedelta(seconds=6))
    discord.next.append(answering(404, {"message": "Unknown Message", "code": 10008}))
    await show(desk, channel, 2)
    await desk.send()
    assert shown(discord) == [("POST", "1 players"), ("PATCH", "2 players"), ("POST", "2 players")]
    assert (await desk.one("SELECT broken_at FROM notify_channel")).broken_at is None


async def test_a_limit_pauses_the_channel_and_the_board_comes_later(
    desk: Desk, discord: Service
) -> None:
    channel = await desk.discord(discord)
    discord.next.append(answering(429, {"retry_after": 8}))
    await show(desk, channel, 1)
    await desk.send()
    await desk.submit(desk.notice(channel))
    assert await desk.later(seconds=7) == 0
    await desk.later(seconds=2)
    assert len(discord.calls) == 3
    assert (await desk.one("SELECT due_at FROM notify_board")).due_at is None


async def test_failures_are_tried_again(desk: Desk, discord: Service) -> None:
    channel = await desk.discord(discord)
    discord.next += [answering(500), answering(503)]
    await show(desk, channel, 1)
    await desk.send()
    await desk.later(seconds=8)
    await desk.later(seconds=12)
    row = await desk.one("SELECT * FROM notify_board")
    assert (row.failures, row.due_at, row.message_id) == (0, None, "1234567890")


async def test_a_webhook_that_is_gone_breaks_the_channel(desk: Desk, discord: Service) -> None:
    channel = await desk.discord(discord)
    discord.usual = answering(404, {"message": "Unknown Webhook", "code": 10015})
    await show(desk, channel, 1)
    await desk.send()
    assert (await desk.one("SELECT broken_at FROM notify_channel")).broken_at is not None
    await desk.later(hours=1)
    assert len(discord.calls) == 1


async def test_boards_are_for_discord_only(desk: Desk, hooked: Service) -> None:
    await show(desk, await desk.webhook(hooked), 1)
    await show(desk, new_id(), 1)
    assert await desk.rows("SELECT * FROM notify_board") == []


async def test_a_private_or_dead_place_is_noted(desk: Desk, discord: Service) -> None:
    url = "http://127.0.0.1:9/api/webhooks/1/token-x"
    channel = await desk.channel("discord", url=url)
    await show(desk, channel, 1)
    await desk.send()
    row = await desk.one("SELECT last_error, broken_at FROM notify_channel")
    assert (row.last_error, row.broken_at) == ("no connection", None)
    async with desk.context.unit_of_work() as uow:
        await uow.session.execute(text("UPDATE notify_channel SET sealed = 'x'"))
    await desk.later(seconds=10)
    assert (await desk.one("SELECT broken_at FROM notify_channel")).broken_at is not None


async def test_a_board_that_is_too_long_is_cut(desk: Desk, discord: Service) -> None:
    channel = await desk.discord(discord)
    board = Board(title="x" * 900, lines=[("n" * 900, "v" * 2_000)] * 40, color="nonsense")
    async with desk.context.unit_of_work() as uow:
        await put_board(uow, channel_id=channel, key="status", board=board)
    await desk.send()
    assert (await desk.one("SELECT failures FROM notify_board")).failures == 0
