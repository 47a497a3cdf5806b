"""Servers: added one by one or by the table, found again, shown, forgotten; and whose they are."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select

from gameops.alerts.communities.model import Community
from gameops.alerts.communities.service import Communities
from gameops.alerts.engine import store as engine
from gameops.alerts.jobs import daily_sync, sync_is_due
from gameops.alerts.servers.bulk import add_many
from gameops.alerts.servers.model import Server
from gameops.alerts.servers.service import Servers
from gameops.alerts.watching.reading import Reading
from gameops.core.actor import SYSTEM
from gameops.core.context import Context
from gameops.core.ids import new_id

from .conftest import FUJITZEE, Square, code_of


async def test_a_server_is_watched_once(square: Square) -> None:
    server = await square.watch("Play.Example.ORG", tags=["Ranked", "eu"])
    assert server["key"] == "play.example.org:27960"
    assert server["tags"] == ["ranked", "eu"]
    assert server["state"] == "unknown"
    body = {
        "community_id": str(square.community_id),
        "address": "play.example.org",
        "port": 27960,
    }
    again = await square.staff.post("/alerts/servers", json=body)
    assert code_of(again) == (409, "alerts.server_exists")


async def test_a_deleted_server_comes_back_with_its_history(square: Square) -> None:
    server = await square.watch()
    await square.saw(server, Reading(players=3))
    await square.ok("DELETE", f"/alerts/servers/{server['id']}")
    assert (await square.ok("GET", "/alerts/servers"))["items"] == []
    again = await square.watch()
    assert again["id"] == server["id"]
    kinds = [e["kind"] for e in await square.events(server_id=server["id"])]
    assert kinds == ["server_appeared", "server_deleted"]


@pytest.mark.parametrize(
    "bad",
    [
        {"address": ""},
        {"address": "a b"},
        {"address": "x" * 254},
        {"address": "http://x"},
        {"port": 0},
        {"port": 70_000},
        {"interval_seconds": 9},
        {"interval_seconds": 3_601},
        {"timeout_seconds": 11},
        {"down_after": 0},
        {"tags": ["x" * 31]},
        {"protocol": "nope"},
        {"surprise": 1},
    ],
)
async def test_wrong_settings_are_refused(square: Square, bad: dict) -> None:
    body = {"community_id": str(square.community_id), "address": "a.example.org"} | bad
    assert (await square.staff.post("/alerts/servers", json=body)).status_code == 422


async def test_a_table_adds_changes_and_names_what_is_wrong(square: Square) -> None:
    await square.watch("one.example.org")
    table = (
        "Name,Host,Port,Protocol,Tags,Interval\n"
        "One,one.example.org,27960,opengsq.quake3,a;b,30\n"
        "Two,two.example.org:25565,,mcstatus.java,,\n"
        "\n"
        "Bad,three.example.org,99999,,,\n"
        "Odd,four.example.org,1000,whatever,,\n"
    )
    body = {"community_id": str(square.community_id), "csv": table, "dry_run": True}
    planned = await square.ok("POST", "/alerts/servers/bulk", body)
    assert [row["action"] for row in planned["rows"]] == ["update", "create", "error", "error"]
    assert [row["line"] for row in planned["rows"]] == [2, 3, 5, 6]
    assert len((await square.ok("GET", "/alerts/servers"))["items"]) == 1
    done = await square.ok("POST", "/alerts/servers/bulk", body | {"dry_run": False})
    assert (done["created"], done["updated"], done["failed"]) == (1, 1, 2)
    one, two = (await square.ok("GET", "/alerts/servers"))["items"]
    assert (one["name"], one["interval_seconds"], one["tags"]) == ("One", 30, ["a", "b"])
    assert (two["address"], two["port"]) == ("two.example.org", 25565)


@pytest.mark.parametrize("text", ["name,address\n", "\n\n", '"unclosed'])
async def test_a_table_without_servers_is_refused(square: Square, text: str) -> None:
    body = {"community_id": str(square.community_id), "csv": text}
    answer = await square.staff.post("/alerts/servers/bulk", json=body)
    assert answer.status_code == 422 or answer.json()["failed"] == 1


async def test_servers_are_found_by_what_is_known_of_them(square: Square) -> None:
    for name, tags in (("Alpha", ["eu"]), ("Beta_1", ["us"]), ("Gamma", ["eu"])):
        await square.watch(f"{name[:4].lower()}.example.org", name=name, tags=tags)
    await square.post(1)
    await square.work()

    async def found(**wanted: str) -> list[str]:
        page = await square.ok("GET", "/alerts/servers", **wanted)
        return [server["name"] for server in page["items"]]

    assert await found(tag="eu") == ["Alpha", "Gamma"]
    assert await found(q="a_1") == ["Beta_1"]
    assert await found(q="fujitz") == ["The Bar"]
    assert await found(state="up") == ["The Bar"]
    assert await found(origin="polled") == ["Alpha", "Beta_1", "Gamma"]
    page = await square.ok("GET", "/alerts/servers", limit=2)
    rest = await square.ok("GET", "/alerts/servers", limit=2, cursor=page["next_cursor"])
    assert [s["name"] for s in page["items"] + rest["items"]] == [
        "Alpha",
        "Beta_1",
        "Gamma",
        "The Bar",
    ]


async def test_history_is_drawn_from_what_was_seen(square: Square) -> None:
    server = await square.watch()
    for players in (0, 8, 2):
        await square.saw(server, Reading(players=players, max_players=16))
        square.clock.advance(timedelta(hours=1))
    shown = await square.ok("GET", f"/alerts/servers/{server['id']}/history", range="day")
    assert shown["peak"]["players"] == 8
    assert shown["average"] == pytest.approx(10 / 3, abs=0.01)
    assert shown["uptime"] == 1
    assert len(shown["points"]) == 144


async def test_bots_are_shown_apart_from_people(square: Square) -> None:
    server = await square.watch()
    await square.saw(server, Reading(players=1, bots=7, max_players=8))
    seen = await square.ok("GET", f"/alerts/servers/{server['id']}")
    assert (seen["players"], seen["bots"]) == (1, 7)


async def test_a_table_says_again_only_what_it_says(square: Square) -> None:
    more = {"name": "Mine", "tags": ["eu"], "public": False, "interval_seconds": 30}
    server = await square.watch("one.example.org", timeout_seconds=7, down_after=5, **more)
    body = {
        "community_id": str(square.community_id),
        "csv": "address,port\none.example.org,27960\n",
    }
    done = await square.ok("POST", "/alerts/servers/bulk", body)
    assert [row["action"] for row in done["rows"]] == ["update"]
    assert await square.ok("GET", f"/alerts/servers/{server['id']}") == server
    body["csv"] = "address,port,tags\none.example.org,27960,us\n"
    await square.ok("POST", "/alerts/servers/bulk", body)
    seen = await square.ok("GET", f"/alerts/servers/{server['id']}")
    assert seen == server | {"tags": ["us"]}


async def test_a_plan_tells_the_second_row_of_a_server_from_the_first(square: Square) -> None:
    gone = await square.watch("gone.example.org")
    await square.ok("DELETE", f"/alerts/servers/{gone['id']}")
    table = "new.example.org:1\nnew.example.org.:1\ngone.example.org:27960\n"
    body = {"community_id": str(square.community_id), "csv": "address\n" + table}
    for dry_run in (True, False):
        rows = await square.ok("POST", "/alerts/servers/bulk", body | {"dry_run": dry_run})
        assert [row["action"] for row in rows["rows"]] == ["create", "update", "create"]
    assert len((await square.ok("GET", "/alerts/servers"))["items"]) == 2


async def test_tables_in_opposite_orders_and_watchers_do_not_deadlock(
    committing_context: Context,
) -> None:
    context = committing_context
    async with context.unit_of_work() as uow:
        community = await Communities(uow, SYSTEM).create(
            {"name": "Race", "slug": f"race-{new_id().hex[:8]}", "venue_id": None}
            | {"time_zone": "UTC", "locale": "en", "description": ""}
        )
        community.is_default = False
    names = [f"s{i}.example.org" for i in range(30)]

    async def import_all(table: list[str]) -> None:
        async with context.unit_of_work() as uow:
            text = "address\n" + "\n".join(table)
            await add_many(Servers(uow, SYSTEM), community, text, dry_run=False)

    async def lock_in_order() -> None:
        async with context.unit_of_work() as uow:
            await engine.lock_by_key(uow.session, [(community.id, name) for name in names])

    try:
        tables = (names, names[::-1], sorted(names, key=lambda name: name[::-1]))
        outcomes = await asyncio.gather(*map(import_all, tables), return_exceptions=True)
        for _ in range(5):
            work = (*map(import_all, tables), lock_in_order(), lock_in_order())
            outcomes += await asyncio.gather(*work, return_exceptions=True)
        assert [outcome for outcome in outcomes if outcome is not None] == []
        async with context.database.reading() as session:
            count = select(func.count()).where(Server.community_id == community.id)
            assert await session.scalar(count) == 30
    finally:
        async with context.unit_of_work() as uow:
            await uow.session.execute(delete(Server).where(Server.community_id == community.id))
            await uow.session.execute(delete(Community).where(Community.id == community.id))


async def test_a_server_that_moves_is_found_where_it_went(square: Square) -> None:
    server = await square.watch("Move.example.org.")
    assert (server["key"], server["name"]) == ("move.example.org:27960", "move.example.org:27960")
    path = f"/alerts/servers/{server['id']}"
    moved = await square.ok("PATCH", path, {"port": 27961})
    assert (moved["key"], moved["name"]) == ("move.example.org:27961", "move.example.org:27961")
    other = await square.watch("move.example.org")
    answer = await square.staff.patch(path, json={"port": 27960})
    assert code_of(answer) == (409, "alerts.server_exists")
    assert answer.json()["server_id"] == other["id"]


async def test_a_deleted_server_that_reported_itself_can_be_asked_from_then_on(
    square: Square,
) -> None:
    key = "198.51.100.7:27960"
    await square.post(2, url=key)
    await square.work()
    reported = await square.server()
    body = {"community_id": str(square.community_id), "address": "198.51.100.7", "port": 27960}
    assert (await square.staff.post("/alerts/servers", json=body)).status_code == 409
    await square.ok("DELETE", f"/alerts/servers/{reported['id']}")
    asked = await square.watch("198.51.100.7", name="Asked")
    assert asked["id"] == reported["id"]
    assert (asked["origin"], asked["url"], asked["state"]) == ("polled", None, "unknown")
    await square.saw(asked, Reading(players=1))
    assert (await square.server("Asked"))["state"] == "up"


async def test_tags_that_people_gave_are_marked_as_theirs(square: Square) -> None:
    async def tagged(server: dict) -> bool:
        async with square.site.house.context.database.reading() as session:
            found = await session.get(Server, UUID(server["id"]))
            return found.tagged

    plain = await square.watch("plain.example.org")
    assert not await tagged(plain)
    assert await tagged(await square.watch("tagged.example.org", tags=["eu"]))
    path = f"/alerts/servers/{plain['id']}"
    await square.ok("PATCH", path, {"tags": ["us"]})
    assert await tagged(plain)
    await square.ok("PATCH", path, {"tags": []})
    assert not await tagged(plain)


# --- the daily sync --------------------------------------------------------------------------


async def test_idle_servers_are_told_in_one_message_a_day(square: Square) -> None:
    path = f"/alerts/communities/{square.community_id}"
    channel = str(square.channels["discord"])
    await square.ok("PATCH", path, {"sync_at": "03:00", "sync_channel_ids": [channel]})
    context = square.site.house.context
    for table in "abc":
        await square.post(1 if table == "c" else 0, url=f"https://g.example.org/?table={table}")
    await square.work()
    square.clock.advance(timedelta(hours=8))  # 02:00 of the next day
    await daily_sync(context, {})
    assert await square.told() == []
    square.clock.advance(timedelta(days=1, hours=2))
    for _ in range(3):
        await daily_sync(context, {})
    assert await square.told() == [
        "🌐 System Sync: Daily check completed. Updated timestamps for 2 idle server(s)."
    ]
    square.clock.advance(timedelta(days=1))
    await daily_sync(context, {})
    assert len(await square.told()) == 2
    idle = [e for e in await square.events() if e["kind"] == "server_idle"]
    assert len(idle) == 4


async def test_the_sync_goes_by_the_communitys_own_clock(square: Square) -> None:
    from datetime import UTC, datetime

    tokyo = Community(sync_at="03:00", sync_time_zone="Asia/Tokyo", synced_on="2026-03-06")
    assert not sync_is_due(tokyo, datetime(2026, 3, 6, 17, 59, tzinfo=UTC))
    assert sync_is_due(tokyo, datetime(2026, 3, 6, 18, 0, tzinfo=UTC))


async def test_a_reported_server_that_nobody_hears_of_any_more_is_forgotten(
    square: Square,
) -> None:
    path = f"/alerts/communities/{square.community_id}"
    await square.ok("PATCH", path, {"forget_after_days": 2})
    await square.post(1)
    await square.work()
    square.clock.advance(timedelta(days=3))
    await daily_sync(square.site.house.context, {})
    assert (await square.ok("GET", "/alerts/servers"))["items"] == []


# --- the public pages ------------------------------------------------------------------------


async def test_everybody_may_read_the_status_page_without_javascript(square: Square) -> None:
    await square.post(3, server="<script>alert(1)</script>")
    hidden = await square.watch(name="Hidden", public=False)
    await square.saw(hidden, Reading(players=1))
    await square.work()
    async with square.root() as client:
        page = await client.get("/status")
        assert page.status_code == 200
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
        assert "<b>3</b><span> / 6</span>" in page.text
        assert "Hidden" not in page.text
        assert page.headers["x-frame-options"] == "DENY"
        slug = await client.get("/status/main", headers={"Accept-Language": "de-DE,de"})
        assert "Serverstatus" in slug.text
        frame = await client.get("/status/main/embed?theme=light")
        assert "x-frame-options" not in frame.headers
        assert "frame-ancestors *" in frame.headers["content-security-policy"]
        assert 'data-theme="light"' in frame.text
        data = (await client.get("/api/v1/public/alerts/main")).json()
        assert (data["players"], data["servers_up"]) == (3, 1)
        assert (await client.get("/status/assets/status.css")).status_code == 200
        assert (await client.get("/status/assets/../routes.py")).status_code in {404, 422}


async def test_a_community_that_is_not_public_has_no_page(square: Square) -> None:
    await square.ok("PATCH", f"/alerts/communities/{square.community_id}", {"public": False})
    async with square.root() as client:
        for path in ("/status", "/status/main", "/status/nobody", "/status/main/embed"):
            assert (await client.get(path)).status_code == 404
        answer = await client.get("/api/v1/public/alerts/main")
        assert code_of(answer) == (404, "alerts.community_not_found")


# --- whose servers they are ------------------------------------------------------------------


async def test_nobody_reaches_into_another_venues_community(square: Square) -> None:
    venue = str(square.site.house.venue_id)
    theirs = await square.ok(
        "POST",
        "/alerts/communities",
        {"name": "Venue", "slug": "venue", "venue_id": venue},
    )
    server = await square.watch(community_id=theirs["id"])
    rule = await square.rule("player_joined", community_id=theirs["id"], channel_ids=[])
    source = await square.ok("POST", f"/alerts/communities/{theirs['id']}/sources", {"name": "Key"})
    paths = [
        ("GET", f"/alerts/communities/{theirs['id']}", None),
        ("PATCH", f"/alerts/communities/{theirs['id']}", {"name": "Mine"}),
        ("GET", f"/alerts/communities/{theirs['id']}/sources", None),
        ("POST", f"/alerts/communities/{theirs['id']}/sources", {"name": "Key"}),
        ("DELETE", f"/alerts/sources/{source['id']}", None),
        ("GET", f"/alerts/servers?community_id={theirs['id']}", None),
        ("POST", "/alerts/servers", {"community_id": theirs["id"], "address": "a.example.org"}),
        ("POST", "/alerts/servers/bulk", {"community_id": theirs["id"], "csv": "a.example.org"}),
        ("GET", f"/alerts/servers/{server['id']}", None),
        ("PATCH", f"/alerts/servers/{server['id']}", {"name": "Mine"}),
        ("POST", f"/alerts/servers/{server['id']}/poll", None),
        ("DELETE", f"/alerts/servers/{server['id']}", None),
        ("GET", f"/alerts/servers/{server['id']}/history", None),
        ("GET", f"/alerts/events?community_id={theirs['id']}", None),
        ("GET", f"/alerts/rules?community_id={theirs['id']}", None),
        (
            "POST",
            "/alerts/rules",
            {"community_id": theirs["id"], "name": "x", "events": ["server_down"]},
        ),
        ("GET", f"/alerts/rules/{rule['id']}", None),
        ("PATCH", f"/alerts/rules/{rule['id']}", {"enabled": False}),
        ("POST", f"/alerts/rules/{rule['id']}/test", None),
        ("DELETE", f"/alerts/rules/{rule['id']}", None),
        ("POST", "/alerts/rules/preview", {"community_id": theirs["id"], "event": "server_down"}),
        ("GET", f"/alerts/maintenance?community_id={theirs['id']}", None),
        ("POST", "/alerts/reports", {"community_id": theirs["id"], "reports": [{"key": "a"}]}),
    ]
    for name, expected in (("stranger", {404}), ("nobody", {403, 404}), ("powerless", {403})):
        async with square.site.client(name) as client:
            for method, path, body in paths:
                answer = await client.request(method, path, json=body)
                assert answer.status_code in expected, (name, method, path, answer.text)
            mine = (await client.get("/alerts/communities")).json()["items"]
            assert mine == []
            everything = (await client.get("/alerts/servers")).json()["items"]
            assert everything == []
    async with square.site.client("staff") as client:
        assert [c["slug"] for c in (await client.get("/alerts/communities")).json()["items"]] == [
            "venue"
        ]
        assert (await client.get(f"/alerts/servers/{server['id']}")).status_code == 200
        main = await client.get(f"/alerts/communities/{square.community_id}")
        assert main.status_code == 404


async def test_only_the_installations_people_make_communities_for_it(square: Square) -> None:
    async with square.site.client("staff") as client:
        answer = await client.post("/alerts/communities", json={"name": "New", "slug": "new"})
        assert answer.status_code == 403


async def test_two_communities_cannot_have_one_address(square: Square) -> None:
    body = {"name": "Again", "slug": "main"}
    assert code_of(await square.staff.post("/alerts/communities", json=body)) == (
        409,
        "alerts.slug_taken",
    )


async def test_live_views_hear_of_changes_in_messages_that_fit_a_notification(
    square: Square,
) -> None:
    import msgspec

    from gameops.alerts.topics import LIVE

    heard: list[dict] = []
    hub = square.site.house.context.hub
    with hub.listening(LIVE, lambda _topic, body: heard.append(body)):
        for i in range(60):
            await square.post(i % 6, url=f"{FUJITZEE}{i}")
        await square.work()
    assert all(len(msgspec.json.encode(body)) < 7_500 for body in heard)
    assert sum(len(body.get("servers", ())) for body in heard) == 60
    assert {event["kind"] for body in heard for event in body.get("events", ())} == {
        "server_appeared",
        "player_joined",
    }


async def test_status_by_text_message_tells_how_the_servers_are(square: Square) -> None:
    from gameops.alerts.status.line import status_line

    context = square.site.house.context
    async with context.unit_of_work() as uow:
        assert await status_line(uow.session, None, "en") == ""
    await square.post(3)
    await square.post(0, url="https://b.example.org/?table=b", status="offline")
    await square.work()
    async with context.unit_of_work() as uow:
        assert await status_line(uow.session, None, "en") == "1 of 2 servers online, 3 playing."
        assert await status_line(uow.session, square.site.house.venue_id, "de") == ""
        german = await status_line(uow.session, None, "de")
        assert german == "1 von 2 Servern online, 3 spielen."
