"""Communities: who may report to them and how much, where they are shown, what is refused."""

import asyncio
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import delete, func, select, text

from gameops.alerts.communities.model import Community
from gameops.alerts.communities.service import Communities
from gameops.alerts.communities.store import room_for
from gameops.alerts.intake.inbox import Entry, Inbox
from gameops.alerts.intake.keys import Directory
from gameops.alerts.intake.reports import Report
from gameops.alerts.servers.model import InboxReport, Server
from gameops.alerts.servers.store import purge_deleted
from gameops.alerts.status.line import status_line
from gameops.alerts.topics import COMMUNITIES_CHANGED, LIVE
from gameops.core.actor import SYSTEM
from gameops.core.errors import Unavailable
from gameops.core.ids import new_id
from gameops.notify.channels.model import Channel

from ..app.conftest import Running, running  # noqa: F401, TID252 -- a fixture
from ..app.test_browser_socket import browsing, employee  # noqa: TID252 -- its far end
from .conftest import Square, code_of

REPORTS = "/api/v1/alerts/reports"


async def source_of(square: Square) -> dict[str, Any]:
    path = f"/alerts/communities/{square.community_id}/sources"
    made: dict[str, Any] = await square.ok("POST", path, {"name": "Host"})
    return made


async def report_signed(
    square: Square, source: dict[str, Any], *reports: dict[str, Any]
) -> httpx.Response:
    body = json.dumps({"reports": reports}).encode()
    at = str(int(square.clock.now().timestamp()))
    mac = hmac.new(source["secret"].encode(), f"{at}.".encode() + body, hashlib.sha256)
    headers = {
        "X-GameOps-Source": source["id"],
        "X-GameOps-Timestamp": at,
        "X-GameOps-Signature": f"v1={mac.hexdigest()}",
        "Content-Type": "application/json",
    }
    async with square.root() as client:
        return await client.post(REPORTS, content=body, headers=headers)


async def last_used(square: Square) -> str | None:
    path = f"/alerts/communities/{square.community_id}/sources"
    (source,) = (await square.ok("GET", path))["items"]
    used: str | None = source["last_used_at"]
    return used


def entries(square: Square, count: int) -> list[Entry]:
    at = square.clock.now()
    return [
        Entry(community_id=square.community_id, at=at, report=Report(key=f"k{n}"))
        for n in range(count)
    ]


# --- keys ------------------------------------------------------------------------------------


async def test_the_use_of_a_key_is_noted_at_most_once_a_minute(square: Square) -> None:
    source = await source_of(square)
    assert await last_used(square) is None
    assert (await report_signed(square, source, {"key": "a"})).status_code == 202
    first = await last_used(square)
    assert first is not None
    square.clock.advance(timedelta(seconds=59))
    await report_signed(square, source, {"key": "a"})
    assert await last_used(square) == first
    square.clock.advance(timedelta(seconds=1))
    await report_signed(square, source, {"key": "a"})
    assert (await last_used(square) or "") > first


async def test_a_change_during_a_reading_is_read_again(square: Square) -> None:
    context = square.site.house.context
    directory = Directory(context)
    reading = asyncio.create_task(directory.refresh())
    await asyncio.sleep(0)
    assert directory._reading.locked()
    context.hub.publish(COMMUNITIES_CHANGED, {})
    await reading
    gates = directory.gates
    assert square.community_id in gates
    await directory.refresh()
    assert directory.gates is not gates
    gates = directory.gates
    await directory.refresh()
    assert directory.gates is gates


async def test_one_reads_for_all_who_come_meanwhile(square: Square) -> None:
    directory = Directory(square.site.house.context)
    seen: list[object] = []

    async def refresh() -> None:
        await directory.refresh()
        seen.append(directory.gates)

    await asyncio.gather(*(refresh() for _ in range(20)))
    assert len({id(gates) for gates in seen}) == 1


# --- how much waits --------------------------------------------------------------------------


async def test_what_waits_is_counted_by_reports_and_not_by_groups(square: Square) -> None:
    inbox = Inbox(square.site.house.context, most_waiting=10)
    with pytest.raises(Unavailable):
        await inbox.put(entries(square, 11))
    first = asyncio.create_task(inbox.put(entries(square, 8)))
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await inbox.put(entries(square, 3))
    await first
    await inbox.put(entries(square, 10))


async def test_nothing_more_is_taken_while_the_workers_do_not_keep_up(square: Square) -> None:
    source = await source_of(square)
    inbox = square.site.house.context.part(Inbox)
    inbox.most_stored = 3
    some = [{"key": f"k{n}"} for n in range(3)]
    assert (await report_signed(square, source, *some)).status_code == 202
    inbox._look_again = 0.0
    assert code_of(await report_signed(square, source, *some)) == (503, "core.unavailable")
    assert (await square.post()).status_code == 503
    await square.work()
    inbox._look_again = 0.0
    assert (await report_signed(square, source, *some)).status_code == 202
    async with square.site.house.context.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(InboxReport)) == 3


async def test_a_community_has_room_for_so_many_servers(square: Square) -> None:
    path = f"/alerts/communities/{square.community_id}"
    assert (await square.ok("GET", path))["most_servers"] == 2_000
    await square.ok("PATCH", path, {"most_servers": 2})
    for wrong in (0, 100_001):
        assert (await square.staff.patch(path, json={"most_servers": wrong})).status_code == 422
    for n in range(4):
        await square.post(1, url=f"https://g.example.org/?table={n}")
    await square.work()
    assert len((await square.ok("GET", "/alerts/servers"))["items"]) == 2
    async with square.site.house.context.database.reading() as session:
        room = await room_for(session, [square.community_id])
    assert room == {square.community_id: 0}


async def test_long_deleted_servers_are_forgotten_for_good(square: Square) -> None:
    servers = [await square.watch(f"s{n}.example.org") for n in range(4)]
    for server in servers[:3]:
        await square.ok("DELETE", f"/alerts/servers/{server['id']}")
    context = square.site.house.context
    async with context.unit_of_work() as uow:
        assert await purge_deleted(uow.session, uow.now, 10) == 0
        later = uow.now + timedelta(days=1)
        assert await purge_deleted(uow.session, later, 2) == 2
        assert await purge_deleted(uow.session, later, 2) == 1
        left = (await uow.session.scalars(select(Server.id))).all()
    assert left == [UUID(servers[3]["id"])]


# --- when it happened ------------------------------------------------------------------------


async def test_reports_of_the_future_or_of_long_ago_are_refused(square: Square) -> None:
    source = await source_of(square)
    now = square.clock.now()
    said = [
        ("0001-01-01T00:00:00+14:00", "too_long_ago"),
        ("9999-12-31T23:59:59-14:00", "in_the_future"),
        ((now + timedelta(minutes=5, seconds=1)).isoformat(), "in_the_future"),
        ((now - timedelta(days=400, seconds=1)).isoformat(), "too_long_ago"),
    ]
    reports = [{"key": f"k{n}", "occurred_at": at} for n, (at, _) in enumerate(said)]
    fine = {"key": "fine", "occurred_at": (now + timedelta(minutes=4)).isoformat()}
    answer = await report_signed(square, source, *reports, fine)
    assert answer.status_code == 202
    assert answer.json()["accepted"] == 1
    codes = [(r["index"], r["code"]) for r in answer.json()["refused"]]
    assert codes == [(n, code) for n, (_, code) in enumerate(said)]


async def test_instants_wait_in_the_inbox_as_utc(square: Square) -> None:
    source = await source_of(square)
    shifted = f"{(square.clock.now() + timedelta(hours=5)).replace(tzinfo=None).isoformat()}+05:00"
    await report_signed(square, source, {"key": "a", "occurred_at": shifted})
    async with square.site.house.context.database.reading() as session:
        body = await session.scalar(text("SELECT body->>'occurred_at' FROM alerts_inbox"))
    assert body.removesuffix("Z") == square.clock.now().isoformat().removesuffix("+00:00")


# --- channels --------------------------------------------------------------------------------


async def test_a_channel_named_twice_is_one(square: Square) -> None:
    path = f"/alerts/communities/{square.community_id}"
    channel = str(square.channels["discord"])
    fields = {"sync_channel_ids": [channel] * 2, "board_channel_ids": [channel] * 3}
    changed = await square.ok("PATCH", path, fields)
    assert changed["sync_channel_ids"] == changed["board_channel_ids"] == [channel]


async def add_channel(square: Square, kind: str) -> str:
    async with square.site.house.context.unit_of_work() as uow:
        channel = Channel(
            id=new_id(), name=kind, kind=kind, config={}, secrets_set=[], created_at=uow.now
        )
        uow.session.add(channel)
    return str(channel.id)


async def test_status_messages_are_for_channels_that_can_show_them(square: Square) -> None:
    path = f"/alerts/communities/{square.community_id}"
    sms = await add_channel(square, "sms")
    fields = {"board_channel_ids": [str(square.channels["discord"]), sms]}
    answer = await square.staff.patch(path, json=fields)
    assert code_of(answer) == (422, "alerts.unknown_channel")
    assert "discord" in answer.json()["detail"]
    await square.ok("PATCH", path, {"sync_channel_ids": [sms]})


async def test_a_status_message_that_is_left_behind_says_so(square: Square) -> None:
    path = f"/alerts/communities/{square.community_id}"
    first, second = str(square.channels["discord"]), await add_channel(square, "discord")
    await square.post(1)
    await square.ok("PATCH", path, {"board_channel_ids": [first, second]})
    await square.work()
    await square.ok("PATCH", path, {"board_channel_ids": [second]})
    await square.post(2)
    await square.work(seconds=10)
    query = text("SELECT channel_id, wanted->>'footer' FROM notify_board")
    async with square.site.house.context.database.reading() as session:
        footers = {str(row[0]): row[1] for row in await session.execute(query)}
    assert footers[first] == "no longer updated"
    assert "1 of 1" in footers[second]


# --- what everybody sees ---------------------------------------------------------------------


async def test_the_pages_own_address_is_nobodys(square: Square) -> None:
    body = {"name": "Assets", "slug": "assets"}
    assert (await square.staff.post("/alerts/communities", json=body)).status_code == 422
    path = f"/alerts/communities/{square.community_id}"
    assert (await square.staff.patch(path, json={"slug": "assets"})).status_code == 422


async def test_a_theme_that_does_not_exist_is_ignored(square: Square) -> None:
    async with square.root() as client:
        for path in ("/status", "/status/main", "/status/main/embed", "/status/nobody"):
            page = await client.get(path, params={"theme": "blue"})
            assert page.headers["content-type"].startswith("text/html")
            assert page.status_code == (404 if path.endswith("nobody") else 200)
            assert "data-theme" not in page.text


async def test_what_is_hidden_is_not_told_by_text_message(square: Square) -> None:
    await square.watch("hidden.example.org", public=False)
    await square.post(3)
    await square.work()
    context = square.site.house.context
    async with context.database.reading() as session:
        said = await status_line(session, None, "en")
    assert said == "1 of 1 servers online, 3 playing."
    await square.ok("PATCH", f"/alerts/communities/{square.community_id}", {"public": False})
    async with context.database.reading() as session:
        assert await status_line(session, None, "en") == ""


async def test_totals_count_the_servers_that_are_not_shown_too(square: Square) -> None:
    await square.ok("POST", "/alerts/reports", body_of(square, 0, 500))
    await square.ok("POST", "/alerts/reports", body_of(square, 500, 503))
    await square.watch("hidden.example.org", public=False)
    await square.work()
    async with square.root() as client:
        status = (await client.get("/api/v1/public/alerts/main")).json()
        page = await client.get("/status", headers={"Accept-Language": "en"})
        german = await client.get("/status", headers={"Accept-Language": "de"})
    assert len(status["servers"]) == 500
    assert (status["servers_total"], status["servers_up"], status["more"]) == (503, 503, 3)
    assert status["players"] == 503
    assert "503<small> / 503</small>" in page.text
    assert "and 3 more" in page.text
    assert "und 3 weitere" in german.text


def body_of(square: Square, start: int, end: int) -> dict[str, Any]:
    reports = [{"key": f"k{n}", "players": 1} for n in range(start, end)]
    return {"community_id": str(square.community_id), "reports": reports}


# --- live views ------------------------------------------------------------------------------


async def test_a_topic_is_heard_however_the_community_is_spelled(running: Running) -> None:  # noqa: F811 -- the fixture
    async with running.context.unit_of_work() as uow:
        community = await Communities(uow, SYSTEM).create(
            {"name": "Live", "slug": f"live-{new_id().hex[:8]}", "description": ""}
            | {"time_zone": "UTC", "locale": "en", "venue_id": running.house.venue_id}
        )
        community.is_default = False
    topic = f"alerts:{str(community.id).upper()}"
    tokens = await employee(running)
    try:
        async with browsing(running, tokens["access_token"]) as browser:
            await browser.say(type="subscribe", id="1", topic=topic)
            assert (await browser.hear("snapshot"))["topic"] == topic
            running.context.hub.publish(LIVE, {"community_id": str(community.id), "removed": []})
            assert (await browser.hear("delta"))["body"] == {"removed": []}
    finally:
        async with running.context.unit_of_work() as uow:
            await uow.session.execute(delete(Community).where(Community.id == community.id))
