"""``/ws``: what a browser may hear, and what it hears."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import websockets
from websockets.asyncio.client import ClientConnection

from gameops.app import browser_socket
from gameops.core.ids import new_id

from .conftest import Running


class Browser:
    """The far end of ``/ws``."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def hear(self, kind: str, wanted: Any = lambda _: True) -> dict[str, Any]:
        async with asyncio.timeout(15):
            while True:
                frame: dict[str, Any] = json.loads(await self.socket.recv())
                if frame["type"] == kind and wanted(frame):
                    return frame

    async def closed(self) -> int:
        async with asyncio.timeout(15):
            with contextlib.suppress(websockets.ConnectionClosed):
                while True:
                    await self.socket.recv()
        return self.socket.close_code or 0


@asynccontextmanager
async def browsing(running: Running, token: str | None) -> AsyncIterator[Browser]:
    async with websockets.connect(f"ws://127.0.0.1:{running.port}/ws") as socket:
        browser = Browser(socket)
        if token is not None:
            await browser.say(type="auth", token=token)
            await browser.hear("ready")
        yield browser


async def employee(running: Running) -> dict[str, Any]:
    name = f"sam{new_id().hex[-8:]}"
    await running.person(name, ("staff", running.house.venue_id))
    return await running.tokens(name)


async def test_a_browser_gets_a_snapshot_and_then_what_changes(running: Running) -> None:
    tokens = await employee(running)
    topic = f"floor:{running.house.venue_id}"
    async with browsing(running, tokens["access_token"]) as browser:
        await browser.say(type="ping", t=5)
        assert (await browser.hear("pong"))["t"] == 5
        await browser.say(type="subscribe", id="1", topic=topic)
        snapshot = await browser.hear("snapshot")
        assert (snapshot["id"], len(snapshot["body"]["stations"])) == ("1", 6)
        revision, epoch = snapshot["revision"], snapshot["epoch"]
        session = await running.house.start("A1")
        delta = await browser.hear("delta", lambda f: f["body"].get("stations"))
        assert delta["epoch"] == epoch
        assert [s["name"] for s in delta["body"]["stations"]] == ["A1"]
        assert delta["body"]["stations"][0]["session"]["id"] == str(session.id)
        await running.house.end(session)
        after = await browser.hear("delta", lambda f: f["body"].get("stations"))
        assert revision < delta["revision"] < after["revision"]
        assert after["body"]["stations"][0]["session"] is None
        await browser.say(type="unsubscribe", topic=topic)


async def test_a_late_viewer_takes_nothing_from_the_first(running: Running) -> None:
    tokens = await employee(running)
    feeds = running.site.app.state.feeds
    async with browsing(running, tokens["access_token"]) as first:
        await first.say(type="subscribe", topic=f"floor:{running.house.venue_id}")
        await first.hear("snapshot")
        with feeds.watching(running.house.venue_id, lambda _: None) as feed:
            await running.house.start("A1")
            floor = await feed.snapshot()  # before the first one's delta has been sent
            assert any(station.session for station in floor.stations)
            told = await first.hear("delta", lambda f: f["body"].get("stations"))
        assert told["body"]["stations"][0]["name"] == "A1"


async def test_a_removed_station_and_a_new_zone_reach_the_floor(running: Running) -> None:
    tokens = await employee(running)
    async with browsing(running, tokens["access_token"]) as browser, running.client() as staff:
        await browser.say(type="subscribe", topic=f"floor:{running.house.venue_id}")
        await browser.hear("snapshot")
        await running.house.add_zone("Attic", 100)
        await browser.hear(
            "delta", lambda f: any(z["name"] == "Attic" for z in f["body"].get("zones") or [])
        )
        gone = str(running.house.stations["A3"])
        assert (await staff.delete(f"/stations/{gone}")).status_code == 204
        await browser.hear("delta", lambda f: gone in f["body"].get("removed", []))


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        ("floor:{other}", "core.not_found"),
        ("commands:{other}", "core.not_found"),
        ("floor:nonsense", "core.unknown_topic"),
        ("weather", "core.unknown_topic"),
        ("", "core.unknown_topic"),
    ],
)
async def test_a_topic_that_is_not_ones_own_is_refused(
    running: Running, topic: str, code: str
) -> None:
    tokens = await employee(running)
    async with browsing(running, tokens["access_token"]) as browser:
        await browser.say(type="subscribe", id="7", topic=topic.format(other=new_id()))
        refused = await browser.hear("error")
        assert (refused["id"], refused["code"]) == ("7", code)


async def test_customers_hear_of_themselves_and_not_of_the_floor(running: Running) -> None:
    name = f"ana{new_id().hex[-8:]}"
    user = await running.person(name, ("customer", running.house.venue_id))
    async with running.context.unit_of_work() as uow:
        from gameops.venue.customers.service import ensure_customer

        customer = await ensure_customer(uow, user_id=user, venue_id=running.house.venue_id)
    tokens = await running.tokens(name)
    async with browsing(running, tokens["access_token"]) as browser:
        await browser.say(type="subscribe", topic=f"floor:{running.house.venue_id}")
        assert (await browser.hear("error"))["code"] in {"core.forbidden", "core.not_found"}
        await browser.say(type="subscribe", topic="me")
        await browser.hear("snapshot")
        await running.house.top_up(await running.house.customer("Ben"), 100)
        await running.house.top_up(customer.id, 100)
        assert (await browser.hear("delta"))["body"] == {"changed": True}


async def test_answers_to_commands_are_heard(running: Running) -> None:
    tokens = await employee(running)
    from gameops.venue.stations.commands import expire_commands

    async with browsing(running, tokens["access_token"]) as browser, running.client() as staff:
        await browser.say(type="subscribe", topic=f"commands:{running.house.venue_id}")
        await browser.hear("snapshot")
        path = f"/stations/{running.house.stations['A1']}/commands"
        sent = (await staff.post(path, json={"kind": "lock"})).json()
        running.house.clock.advance(timedelta(minutes=1))
        await expire_commands(running.context)
        told = (await browser.hear("delta"))["body"]["command"]
        assert (told["id"], told["state"]) == (sent["id"], "expired")


@pytest.mark.parametrize(
    "frame", ["no json", "[]", '{"type":"dance"}', '{"topic":1}', "x" * 9_000, b"bytes"]
)
async def test_nonsense_is_answered_with_a_code(running: Running, frame: str | bytes) -> None:
    tokens = await employee(running)
    async with browsing(running, tokens["access_token"]) as browser:
        await browser.socket.send(frame)
        assert (await browser.hear("error"))["code"] == "core.invalid_input"
        await browser.say(type="ping")
        await browser.hear("pong")


@pytest.mark.parametrize("first", ['{"type":"auth","token":"wrong"}', "nonsense", b"bytes"])
async def test_who_does_not_sign_in_is_closed(running: Running, first: str | bytes) -> None:
    async with browsing(running, None) as browser:
        await browser.socket.send(first)
        assert await browser.closed() == 4401


async def test_too_many_topics_are_refused(running: Running) -> None:
    tokens = await employee(running)
    async with browsing(running, tokens["access_token"]) as browser:
        for _number in range(browser_socket.MOST_TOPICS):
            await browser.say(type="subscribe", topic="me")
            await browser.hear("snapshot")
        viewer_topics = [f"floor:{new_id()}" for _ in range(3)]
        for topic in viewer_topics:
            await browser.say(type="subscribe", topic=topic)
            assert (await browser.hear("error"))["code"] == "core.not_found"


async def test_a_revoked_session_is_closed_at_once(running: Running) -> None:
    tokens = await employee(running)
    async with browsing(running, tokens["access_token"]) as browser:
        async with running.client() as client:
            running.site.app.state.authenticate = _real()
            headers = {"Authorization": f"Bearer {tokens['access_token']}"}
            body = {"refresh_token": tokens["refresh_token"]}
            answer = await client.post("/auth/logout", json=body, headers=headers)
            assert answer.status_code in {200, 204}, answer.text
        assert await browser.closed() in {1013, 4401}


async def test_an_expired_token_is_closed_at_the_next_check(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_socket, "RECHECK_SECONDS", 0.05)
    tokens = await employee(running)
    async with browsing(running, tokens["access_token"]) as browser:
        running.house.clock.advance(timedelta(hours=1))
        assert await browser.closed() == 4401


async def test_a_browser_that_does_not_read_is_let_go(running: Running) -> None:
    tokens = await employee(running)
    topic = f"floor:{running.house.venue_id}"
    async with browsing(running, tokens["access_token"]) as browser:
        await browser.say(type="subscribe", topic=topic)
        await browser.hear("snapshot")
        feed = running.site.app.state.feeds.feeds[running.house.venue_id]
        deliver = feed.viewers[0]
        for _ in range(browser_socket.OUTBOX + 1):
            deliver("{}")  # faster than anybody could read
        assert await browser.closed() == 1013


def _real() -> Any:
    from gameops.identity.web import authenticate

    return authenticate
