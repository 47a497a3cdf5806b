"""What every answer has in common: errors, headers, limits, the pages around the API."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import httpx
import pytest

from gameops.app import spa
from gameops.core.ids import new_id
from gameops.core.paging import encode_cursor

from .conftest import Site, code_of

VENUE = "/venues/{venue}"


async def test_a_problem_has_one_shape_and_carries_the_requests_id(
    staff: httpx.AsyncClient,
) -> None:
    answer = await staff.get(f"/venues/{new_id()}", headers={"X-Request-ID": "my-request-1"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == "my-request-1"
    body = answer.json()
    assert {k: body[k] for k in ("type", "status", "code", "request_id")} == {
        "type": "urn:gameops:problem:venue.venue_not_found",
        "status": 404,
        "code": "venue.venue_not_found",
        "request_id": "my-request-1",
    }
    assert body["title"]
    assert body["detail"]


@pytest.mark.parametrize("given", ["short", "x" * 65, "two words", "<script>alert</script>"])
async def test_a_strange_request_id_is_replaced(staff: httpx.AsyncClient, given: str) -> None:
    answer = await staff.get("/venues", headers={"X-Request-ID": given})
    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 32


async def test_bad_input_is_told_field_by_field_without_echo(staff: httpx.AsyncClient) -> None:
    answer = await staff.post("/zones", json={"name": "", "color": "hunter2", "extra": 1})
    assert code_of(answer) == (422, "core.invalid_input")
    fields = {field["path"]: field["code"] for field in answer.json()["fields"]}
    assert fields.keys() == {"body.venue_id", "body.name", "body.color", "body.extra"}
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"a":', b"[1]"])
async def test_a_body_that_is_no_json_is_bad_input(staff: httpx.AsyncClient, body: bytes) -> None:
    answer = await staff.post("/zones", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.json()["code"].startswith("core.")


async def test_unknown_paths_and_methods_are_problems_too(staff: httpx.AsyncClient) -> None:
    assert code_of(await staff.get("/nothing/here")) == (404, "core.not_found")
    assert code_of(await staff.put("/venues")) == (405, "core.method_not_allowed")


async def test_a_body_over_the_limit_is_refused_announced_or_not(staff: httpx.AsyncClient) -> None:
    async def endless() -> Any:
        for _ in range(40):
            yield b"x" * 65_536

    for content in (b"x" * 1_048_577, endless()):
        answer = await staff.post(
            "/zones", content=content, headers={"content-type": "application/json"}
        )
        assert code_of(answer) == (422, "core.body_too_large")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%00",
        "bm9uc2Vuc2U",
        encode_cursor([]),
        encode_cursor([1, 2]),
        encode_cursor([10**30, 10**30]),
        encode_cursor(["2026-01-01T00:00:00Z", "no id"]),
        encode_cursor(["9999-12-31T23:59:59-14:00", "01890000-0000-7000-8000-000000000000"]),
        encode_cursor(["0001-01-01T00:00:00+14:00", "01890000-0000-7000-8000-000000000000"]),
        encode_cursor(["a\x00b", "01890000-0000-7000-8000-000000000000"]),
        encode_cursor([{"a": 1}, None]),
    ],
)
@pytest.mark.parametrize("path", ["/sessions", "/payments", "/stations", "/customers"])
async def test_a_made_up_cursor_is_refused(
    site: Site, staff: httpx.AsyncClient, cursor: str, path: str
) -> None:
    query = {"venue_id": str(site.house.venue_id), "cursor": cursor}
    answer = await staff.get(path, params=query)
    if answer.status_code != 200:  # a cursor may fit one list and not another
        assert code_of(answer)[0] == 422


@pytest.mark.parametrize("limit", [0, 201, -1, "x", 10**30])
async def test_a_page_has_a_bounded_size(site: Site, staff: httpx.AsyncClient, limit: Any) -> None:
    query = {"venue_id": str(site.house.venue_id), "limit": limit}
    assert code_of(await staff.get("/sessions", params=query)) == (422, "core.invalid_input")


async def test_pages_are_stable_while_rows_are_added(site: Site, staff: httpx.AsyncClient) -> None:
    query: dict[str, Any] = {"venue_id": str(site.house.venue_id), "limit": 2}
    first = (await staff.get("/stations", params=query)).json()
    await site.house.add_station("A0", "Hall")
    names = [item["name"] for item in first["items"]]
    cursor = first["next_cursor"]
    while cursor:
        page = (await staff.get("/stations", params=query | {"cursor": cursor})).json()
        names += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert names == ["A1", "A2", "A3", "V1", "V2", "V3"]


async def test_every_answer_forbids_what_browsers_need_not_do(site: Site) -> None:
    async with site.client() as client:
        for path in ("/venues", "/nothing"):
            headers = (await client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert "default-src 'self'" in headers["content-security-policy"]
            assert headers["referrer-policy"] == "same-origin"


async def test_metrics_are_for_this_machine_or_a_token(site: Site) -> None:
    def client(ip: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=site.app, client=(ip, 1))
        return httpx.AsyncClient(transport=transport, base_url="http://testserver")

    async with client("192.0.2.1") as stranger, client("127.0.0.1") as local:
        assert (await stranger.get("/metrics")).status_code == 403
        assert "gameops_http_request_seconds" in (await local.get("/metrics")).text
        site.app.state.settings = site.app.state.settings.model_copy(
            update={"metrics_token": "let me in"}
        )
        assert (await local.get("/metrics")).status_code == 403
        headers = {"Authorization": "Bearer let me in"}
        assert (await stranger.get("/metrics", headers=headers)).status_code == 200


async def test_health_and_info_need_no_sign_in(site: Site) -> None:
    async with site.client("missing") as client:
        health = (await client.get("http://testserver/health")).json()
        assert (health["database"], health["worker"]) == ("ok", "absent")
        info = (await client.get("/public/info")).json()
        assert info["name"] == "GameOps"
        assert str(site.house.venue_id) in {venue["id"] for venue in info["venues"]}


@pytest.fixture
def ui(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built interface."""
    built = tmp_path / "ui"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<title>GameOps</title>")
    (built / "assets" / "app-1a2b.js").write_text("let x = 1;" * 500)
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(spa, "UI", built)
    return built


@pytest.mark.parametrize("path", ["/", "/floor", "/customers/1/wallet"])
async def test_every_page_is_the_applications(site: Site, ui: Path, path: str) -> None:
    async with site.client() as client:
        answer = await client.get(f"http://testserver{path}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert "GameOps" in answer.text


async def test_files_with_a_hash_are_packed_and_kept_for_ever(site: Site, ui: Path) -> None:
    async with site.client() as client:
        url = "http://testserver/assets/app-1a2b.js"
        answer = await client.get(url, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"
        assert "immutable" in answer.headers["cache-control"]
        plain = await client.get(url, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.text == answer.text
        assert (await client.get("http://testserver/assets/gone.js")).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/%2fetc/passwd",
        "//etc/passwd",
        "/a%00b",
        "/" + "a" * 5_000,
    ],
)
async def test_nothing_outside_the_interface_is_served(site: Site, ui: Path, path: str) -> None:
    async with site.client() as client:
        answer = await client.get(f"http://testserver{path}")
    assert answer.status_code in {200, 404}
    assert "secret" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("path", ["/api/nothing", "/ws", "/agent/x", "/metrics/x", "/docs/x"])
async def test_reserved_paths_are_no_pages(site: Site, ui: Path, path: str) -> None:
    async with site.client() as client:
        answer = await client.get(f"http://testserver{path}")
    assert code_of(answer) == (404, "core.not_found")


async def test_an_unbuilt_interface_says_so(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spa, "UI", tmp_path / "nothing")
    async with site.client() as client:
        assert (await client.get("http://testserver/floor")).status_code == 503
        assert "swagger-ui" in (await client.get("http://testserver/docs")).text


async def test_a_lost_database_is_503_and_a_bug_is_500_with_the_requests_id(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    @site.app.get("/api/v1/lost")
    async def lost() -> None:
        raise ConnectionRefusedError

    @site.app.get("/api/v1/bug")
    async def bug() -> None:
        raise ZeroDivisionError

    routes = site.app.router.routes
    routes.insert(0, routes.pop())
    routes.insert(0, routes.pop())
    async with site.client() as client:
        assert code_of(await client.get("/lost")) == (503, "core.unavailable")
        with caplog.at_level(logging.CRITICAL):
            answer = await client.get("/bug")
    assert code_of(answer) == (500, "core.internal")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "ZeroDivision" not in answer.text


async def test_one_name_is_given_to_one_of_many_stations_and_zones(running: Any) -> None:
    house = running.house
    async with running.client() as client:
        station = {
            "venue_id": str(house.venue_id),
            "zone_id": str(house.zones["Hall"]),
            "name": "Twin",
            "kind": "pc",
        }
        zone = {"venue_id": str(house.venue_id), "name": "Twin"}
        for path, body in (("/stations", station), ("/zones", zone)):
            answers = await asyncio.gather(*(client.post(path, json=body) for _ in range(8)))
            assert sorted(a.status_code for a in answers) == [201] + [409] * 7
            assert {a.json()["code"] for a in answers if a.status_code == 409} == {
                "venue.name_taken"
            }
