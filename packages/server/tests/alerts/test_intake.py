"""The lobby's own form of reporting: every documented answer, and what becomes of a report."""

import hashlib
import hmac
import json

import pytest

from .conftest import FUJITZEE, Square, code_of

ACCEPTED = {"message": "Received JSON data and processed successfully"}
GOOD = {
    "game": "Five Card Stud",
    "appkey": "somekey",
    "server": "192.168.1.100",
    "region": "Local Dev",
    "serverurl": "http://192.168.1.100:8081/?table=lobby",
    "curplayers": 2,
    "maxplayers": 5,
}


async def test_a_lobbys_report_is_taken(square: Square) -> None:
    answer = await square.post(1)
    assert (answer.status_code, answer.json()) == (200, ACCEPTED)
    await square.work()
    server = await square.server()
    assert server["players"] == 1
    assert server["max_players"] == 6
    assert (server["game"], server["region"], server["table"]) == ("Fujitzee", "us", "bar")
    assert server["origin"] == "reported"


async def test_the_reference_documents_form_is_taken_too(square: Square) -> None:
    async with square.root() as client:
        answer = await client.post("/game", json=GOOD)
    assert (answer.status_code, answer.json()) == (200, ACCEPTED)


async def test_a_body_indented_by_tabs_without_a_content_type_is_taken(square: Square) -> None:
    async with square.root() as client:
        answer = await client.post("/game", content=json.dumps(GOOD, indent="\t").encode())
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"null", b"{not json", b'"text"', b"\xff\xfe", b"[" * 16_000]
)
async def test_no_data_is_said_in_the_documented_words(square: Square, body: bytes) -> None:
    async with square.root() as client:
        answer = await client.post("/game", content=body)
    assert (answer.status_code, answer.json()) == (400, {"error": "No data provided"})


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (["maxplayers", "game"], "Missing required fields: game, maxplayers"),
        (["curplayers"], "Missing required fields: curplayers"),
        (
            list(GOOD),
            (
                "Missing required fields: game, appkey, server, region, serverurl, curplayers, "
                "maxplayers"
            ),
        ),
    ],
)
async def test_missing_fields_are_named_in_their_order(
    square: Square, missing: list[str], said: str
) -> None:
    body = {name: value for name, value in GOOD.items() if name not in missing} | {"x": 1}
    async with square.root() as client:
        answer = await client.post("/game", json=body)
    assert (answer.status_code, answer.json()) == (400, {"error": said})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("curplayers", -1),
        ("curplayers", 100_001),
        ("curplayers", 1.5),
        ("curplayers", True),
        ("curplayers", "many"),
        ("curplayers", {"$gt": 0}),
        ("maxplayers", 10**30),
        ("game", ""),
        ("game", "x" * 81),
        ("game", 7),
        ("server", "a\x00b"),
        ("region", ["us"]),
        ("serverurl", "x" * 301),
        ("appkey", {}),
        ("appkey", "k" * 101),
    ],
)
async def test_values_out_of_range_are_refused_without_an_exceptions_text(
    square: Square, field: str, value: object
) -> None:
    async with square.root() as client:
        answer = await client.post("/game", json=GOOD | {field: value})
    assert (answer.status_code, answer.json()) == (400, {"error": f"Invalid value for {field}"})


async def test_too_much_is_refused(square: Square) -> None:
    async with square.root() as client:
        answer = await client.post("/game", content=b" " * 20_000)
    assert (answer.status_code, answer.json()) == (413, {"error": "Too much data"})


async def test_a_delete_is_answered_in_its_words_however_often(square: Square) -> None:
    await square.post(2)
    for _ in range(3):
        answer = await square.delete()
        assert answer.status_code == 200
        assert answer.json() == {"message": f"'DELETE' event added for serverurl {FUJITZEE}"}
    await square.work()
    kinds = [event["kind"] for event in await square.events()]
    assert kinds == ["server_appeared", "player_joined", "server_deleted"]


@pytest.mark.parametrize("body", [b"", b"{}", b'{"serverurl": ""}', b"nonsense"])
async def test_a_delete_needs_an_address(square: Square, body: bytes) -> None:
    async with square.root() as client:
        answer = await client.request("DELETE", "/game", content=body)
    assert (answer.status_code, answer.json()) == (400, {"error": "serverurl is required"})


async def test_tables_of_one_game_are_servers_of_their_own(square: Square) -> None:
    await square.post(1, url="https://fujitzee.example.org/?table=bar")
    await square.post(4, url="https://fujitzee.example.org/?table=den")
    await square.work()
    found = await square.ok("GET", "/alerts/servers")
    assert sorted(server["players"] for server in found["items"]) == [1, 4]


async def test_many_reports_of_one_moment_are_worked_off_in_their_order(square: Square) -> None:
    for players in (0, 1, 2, 3, 2, 2, 0, 0):
        await square.post(players)
    await square.work()
    counts = [(e["kind"], e["players"]) for e in await square.events()]
    assert counts == [
        ("server_appeared", 0),
        ("player_joined", 1),
        ("player_joined", 2),
        ("player_joined", 3),
        ("player_left", 2),
        ("last_player_left", 0),
    ]


async def test_offline_means_down(square: Square) -> None:
    await square.post(2)
    await square.post(0, status="offline")
    await square.work()
    assert (await square.server())["state"] == "down"


async def test_a_client_that_is_too_fast_is_told_when_to_come_back(square: Square) -> None:
    import dataclasses

    from gameops.alerts.options import AlertsOptions
    from gameops.core.ratelimit import Limits

    app = square.site.app
    app.state.context = dataclasses.replace(
        app.state.context,
        limits=Limits(),
        options={AlertsOptions: AlertsOptions(intake_rate="2/minute")},
    )
    assert [(await square.post()).status_code for _ in range(3)] == [200, 200, 429]
    late = await square.post()
    assert late.json() == {"error": "Too many requests"}
    assert 1 <= int(late.headers["retry-after"]) <= 60
    async with square.root("203.0.113.10") as other:
        assert (await other.post("/game", json=GOOD)).status_code == 200


# --- who may report --------------------------------------------------------------------------


async def test_a_closed_intake_needs_a_key(square: Square) -> None:
    path = f"/alerts/communities/{square.community_id}"
    await square.ok("PATCH", path, {"intake": {"open": False}})
    refused = await square.post()
    assert refused.status_code == 403
    assert refused.json() == {"error": "This address may not report here"}
    source = await square.ok("POST", f"{path}/sources", {"name": "Lobby"})
    async with square.root(**{"X-Source-Key": source["secret"]}) as client:
        assert (await client.post("/game", json=GOOD)).status_code == 200
    async with square.root() as client:
        answer = await client.post(f"/game?key={source['secret']}", json=GOOD)
        assert answer.status_code == 200
        wrong = await client.post(f"/game?key={source['secret'][:-1]}x", json=GOOD)
        assert (wrong.status_code, wrong.json()) == (401, {"error": "The key is not valid"})


async def test_a_revoked_key_opens_nothing(square: Square) -> None:
    path = f"/alerts/communities/{square.community_id}/sources"
    source = await square.ok("POST", path, {"name": "Lobby"})
    await square.ok("DELETE", f"/alerts/sources/{source['id']}")
    async with square.root(**{"X-Source-Key": source["secret"]}) as client:
        assert (await client.post("/game", json=GOOD)).status_code == 401


async def test_the_allow_list_of_networks_and_hosts_is_obeyed(square: Square) -> None:
    path = f"/alerts/communities/{square.community_id}"
    await square.ok("PATCH", path, {"intake": {"networks": ["203.0.113.0/24"]}})
    async with square.root("198.51.100.1") as elsewhere:
        assert (await elsewhere.post("/game", json=GOOD)).status_code == 403
    await square.ok("PATCH", path, {"intake": {"hosts": ["*.example.org"]}})
    assert (await square.post()).status_code == 200
    assert (await square.post(url="https://evil.example.com/?table=a")).status_code == 403


# --- modern clients --------------------------------------------------------------------------


def signed(secret: str, source_id: str, body: bytes, timestamp: int) -> dict[str, str]:
    mac = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return {
        "X-GameOps-Source": source_id,
        "X-GameOps-Timestamp": str(timestamp),
        "X-GameOps-Signature": f"v1={mac.hexdigest()}",
        "Content-Type": "application/json",
    }


async def test_a_signed_batch_is_taken_and_bad_reports_in_it_are_named(square: Square) -> None:
    path = f"/alerts/communities/{square.community_id}/sources"
    source = await square.ok("POST", path, {"name": "Host"})
    reports = [
        {"key": "mc-1", "name": "Survival", "game": "Minecraft", "players": 3, "max_players": 20},
        {"key": "mc-2", "players": -1},
        {"serverurl": "https://g.example.org/?table=x", "players": 1},
    ]
    body = json.dumps({"reports": reports}).encode()
    now = int(square.clock.now().timestamp())
    async with square.root() as client:
        url = "/api/v1/alerts/reports"
        headers = signed(source["secret"], source["id"], body, now)
        answer = await client.post(url, content=body, headers=headers)
        assert answer.status_code == 202, answer.text
        assert answer.json()["accepted"] == 2
        assert [r["index"] for r in answer.json()["refused"]] == [1]
        tampered = await client.post(url, content=body.replace(b"3", b"4", 1), headers=headers)
        assert code_of(tampered) == (401, "alerts.signature_invalid")
        old = signed(source["secret"], source["id"], body, now - 301)
        assert (await client.post(url, content=body, headers=old)).status_code == 401
    await square.work()
    assert (await square.server("Survival"))["players"] == 3


async def test_reports_by_api_key_need_the_permission_and_the_community(square: Square) -> None:
    body = {"community_id": str(square.community_id), "reports": [{"key": "a", "players": 1}]}
    assert (await square.ok("POST", "/alerts/reports", body))["accepted"] == 1
    for name in ("staff", "powerless", "nobody"):
        async with square.site.client(name) as client:
            assert (await client.post("/alerts/reports", json=body)).status_code in {403, 404}
    async with square.site.client("unknown") as client:
        assert (await client.post("/alerts/reports", json=body)).status_code == 401


async def test_reordered_reports_with_numbers_leave_the_newest_count(square: Square) -> None:
    reports = [
        {"key": "a", "players": n, "sequence": n, "occurred_at": f"2026-03-06T18:00:0{n}Z"}
        for n in (1, 3, 2)
    ]
    body = {"community_id": str(square.community_id), "reports": reports}
    await square.ok("POST", "/alerts/reports", body)
    await square.work()
    assert (await square.server("a"))["players"] == 3
    joined = [e["players"] for e in await square.events() if e["kind"] == "player_joined"]
    assert joined == [1, 3]


async def test_alive_says_since_when_and_nothing_else(square: Square) -> None:
    async with square.root() as client:
        answer = await client.get("/alive")
    assert set(answer.json()) == {"status", "started_at", "uptime_seconds"}


async def test_what_is_reported_later_is_history_and_nobody_is_told(square: Square) -> None:
    await square.rule("player_joined")
    reports = [
        {"key": "a", "players": n, "occurred_at": f"2026-03-05T1{n}:00:00Z"} for n in (1, 2, 3)
    ]
    body = {"community_id": str(square.community_id), "reports": reports}
    await square.ok("POST", "/alerts/reports", body)
    await square.work()
    assert await square.told() == []
    joined = [e["at"] for e in await square.events() if e["kind"] == "player_joined"]
    assert joined == [f"2026-03-05T1{n}:00:00Z" for n in (1, 2, 3)]
    soon = {"key": "a", "players": 4, "occurred_at": "2026-03-06T18:04:00Z"}
    await square.ok("POST", "/alerts/reports", body | {"reports": [soon]})
    await square.work()
    assert (await square.events())[-1]["at"].startswith("2026-03-06T18:00")
    assert len(await square.told()) == 1


async def test_nobody_reports_for_a_server_that_we_ask_ourselves(square: Square) -> None:
    server = await square.watch("mc.example.org")
    await square.post(77, url=server["key"])
    await square.delete(server["key"])
    await square.work()
    seen = await square.ok("GET", f"/alerts/servers/{server['id']}")
    assert (seen["state"], seen["players"]) == ("unknown", 0)


async def test_only_a_post_reports_and_only_a_delete_deletes(square: Square) -> None:
    async with square.root() as client:
        for method in ("PUT", "PATCH"):
            assert (await client.request(method, "/game", json=GOOD)).status_code == 405
        many = await client.post("/game?key=a" + "&" * 30, json=GOOD)
        assert many.status_code == 401


async def test_a_report_that_cannot_be_worked_on_is_put_aside_and_holds_nobody_up(
    square: Square,
) -> None:
    from sqlalchemy import text

    await square.post(1)
    async with square.site.house.context.unit_of_work() as uow:
        await uow.session.execute(
            text(
                "INSERT INTO alerts_inbox (community_id, at, body)"
                " VALUES (:id, now(), CAST('{\"key\": 7}' AS jsonb))"
            ),
            {"id": square.community_id},
        )
    await square.post(2)
    await square.work()
    assert (await square.server())["players"] == 2
    async with square.site.house.context.unit_of_work() as uow:
        refused = (await uow.session.execute(text("SELECT error FROM alerts_refused"))).all()
    assert [row[0] for row in refused] == ["ValidationError"]


async def test_a_community_takes_no_more_servers_than_it_has_room_for(square: Square) -> None:
    path = f"/alerts/communities/{square.community_id}"
    await square.ok("PATCH", path, {"most_servers": 3})
    for i in range(5):
        await square.post(1, url=f"https://g.example.org/?table={i}")
    await square.work()
    assert len((await square.ok("GET", "/alerts/servers"))["items"]) == 3
