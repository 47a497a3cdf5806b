"""Every group of routes: done, forbidden, unknown, strangers, bad input, conflicts, repeats."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import httpx
import pytest

from ..venue.conftest import HOUR, MINUTE, staff_of  # noqa: TID252 -- the venue's driver
from .conftest import Running, Site, code_of

CASH = {"method": "cash"}
NOTHING = str(UUID(int=0))


def _venue(site: Site) -> dict[str, str]:
    return {"venue_id": str(site.house.venue_id)}


def _start(site: Site, station: str = "A1", **more: Any) -> dict[str, Any]:
    body = {"station_id": str(site.house.stations[station]), "mode": "prepaid", "minutes": 60}
    return body | {"payment": CASH} | more


READS = [
    "/venues/{venue}",
    "/zones?venue_id={venue}",
    "/tiers?venue_id={venue}",
    "/stations?venue_id={venue}",
    "/stations/{station}",
    "/tariffs?venue_id={venue}",
    "/tariffs/{tariff}/versions",
    "/packages?venue_id={venue}",
    "/sessions?venue_id={venue}",
    "/sessions/{session}",
    "/sessions/{session}/extend-quote",
    "/sessions/{session}/end-quote",
    "/sessions/{session}/move-quote?station_id={other_station}",
    "/customers?venue_id={venue}",
    "/customers/{customer}",
    "/customers/{customer}/wallet",
    "/customers/{customer}/packages",
    "/payments?venue_id={venue}",
    "/payments/{payment}",
    "/payments/{payment}/receipt",
    "/payments/employees?venue_id={venue}&from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z",
    "/ledger/trial-balance?venue_id={venue}",
    "/dashboard?venue_id={venue}",
    "/reports/revenue?venue_id={venue}&from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z",
    "/reports/occupancy?venue_id={venue}&from=2026-03-01T00:00:00Z&to=2026-03-10T00:00:00Z",
    "/stations/{station}/commands",
]


async def _furnish(site: Site) -> dict[str, Any]:
    house = site.house
    customer = await house.customer(cash=1_000)
    session = await house.start("A1", customer_id=customer)
    async with site.client() as staff:
        payments = (await staff.get("/payments", params=_venue(site))).json()["items"]
    return {
        "venue": house.venue_id,
        "station": house.stations["A1"],
        "other_station": house.stations["V1"],
        "tariff": house.tariffs["Hall"],
        "session": session.id,
        "customer": customer,
        "payment": next(p["id"] for p in payments if p["kind"] == "topup"),
    }


async def test_everything_is_read_by_staff_and_by_nobody_else(site: Site) -> None:
    names = await _furnish(site)
    async with (
        site.client("staff") as staff,
        site.client("missing") as missing,
        site.client("stranger") as stranger,
        site.client("powerless") as powerless,
    ):
        for template in READS:
            path = template.format(**names)
            assert (await staff.get(path)).status_code == 200, path
            assert code_of(await missing.get(path)) == (401, "core.unauthenticated"), path
            assert (await stranger.get(path)).status_code == 404, path
            if template not in {"/venues/{venue}", "/zones?venue_id={venue}"}:
                assert (await powerless.get(path)).status_code in {200, 403}, path


WRITES: list[tuple[str, str, Any]] = [
    ("PATCH", "/venues/{venue}", {"name": "New"}),
    ("POST", "/zones", {"venue_id": "{venue}", "name": "Attic"}),
    ("PATCH", "/zones/{zone}", {"name": "Loft"}),
    ("PATCH", "/tiers/vip?venue_id={venue}", {"discount_bp": 2500}),
    (
        "POST",
        "/stations",
        {"venue_id": "{venue}", "zone_id": "{zone}", "name": "Z9", "kind": "pc"},
    ),
    ("PATCH", "/stations/{station}", {"notes": "new chair"}),
    ("POST", "/stations/{station}/enrolment", None),
    ("POST", "/stations/{station}/commands", {"kind": "lock"}),
    ("POST", "/tariffs/{tariff}/versions", {"rules": {"base_rate_minor_per_hour": 350}}),
    ("PATCH", "/tariffs/{tariff}", {"name": "Standard"}),
    (
        "POST",
        "/packages",
        {"venue_id": "{venue}", "name": "Night", "seconds": 3600, "price_minor": 500},
    ),
    ("POST", "/sessions/{session}/pause", None),
    ("POST", "/sessions/{session}/resume", None),
    ("POST", "/sessions/{session}/extend", {"minutes": 10, "payment": CASH}),
    ("POST", "/sessions/{session}/move", {"station_id": "{other_station}"}),
    ("POST", "/sessions/{session}/end", {}),
    ("PATCH", "/customers/{customer}", {"notes": "likes tea"}),
    ("POST", "/customers/{customer}/ban", {"reason": "shouting"}),
    ("DELETE", "/customers/{customer}/ban", None),
    ("POST", "/payments/topup", {"customer_id": "{customer}", "amount_minor": 100} | CASH),
    (
        "POST",
        "/payments/payout",
        {"customer_id": "{customer}", "amount_minor": 1, "reason": "moving"},
    ),
    ("POST", "/payments/{payment}/refund", {"amount_minor": 1, "reason": "goodwill"}),
    ("DELETE", "/stations/{station}", None),
]


def _filled(value: Any, names: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, names) for key, item in value.items()}
    return value.format(**names) if isinstance(value, str) else value


async def test_everything_is_changed_by_staff_and_by_nobody_else(site: Site) -> None:
    names = await _furnish(site) | {"zone": site.house.zones["Hall"]}
    async with (
        site.client("staff") as staff,
        site.client("missing") as missing,
        site.client("stranger") as stranger,
        site.client("powerless") as powerless,
    ):
        for method, template, content in WRITES:
            path, body = template.format(**names), _filled(content, names)
            for client, expected in ((missing, {401}), (stranger, {404}), (powerless, {403})):
                answer = await client.request(method, path, json=body)
                assert answer.status_code in expected, (method, path, answer.text)
            answer = await staff.request(method, path, json=body)
            assert answer.status_code in {200, 201, 204}, (method, path, answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "/venues",
        "/zones",
        "/stations",
        "/tariffs",
        "/packages",
        "/sessions",
        "/customers",
        "/payments",
    ],
)
async def test_what_does_not_exist_is_404(site: Site, path: str) -> None:
    async with site.client("admin") as admin:
        for method in ("GET", "PATCH"):
            answer = await admin.request(method, f"{path}/{NOTHING}", json={})
            assert answer.status_code in {404, 405}, (method, path)


async def test_only_administrators_open_venues(site: Site, staff: httpx.AsyncClient) -> None:
    body = {"name": "Second", "timezone": "America/New_York", "currency": "USD"}
    assert code_of(await staff.post("/venues", json=body)) == (403, "core.forbidden")
    async with site.client("admin") as admin:
        made = await admin.post("/venues", json=body)
        assert made.status_code == 201
        again = (await admin.post("/venues", json=body)).json()
        assert {made.json()["slug"], again["slug"]} == {"second", "second-2"}
        for wrong in ({"timezone": "Mars/Base"}, {"currency": "XXY"}, {"locale": "!!"}):
            assert code_of(await admin.post("/venues", json=body | wrong))[0] == 422


async def test_a_part_of_the_policy_can_be_changed_and_the_rest_stays(
    site: Site, staff: httpx.AsyncClient
) -> None:
    path = f"/venues/{site.house.venue_id}"
    await staff.patch(path, json={"policy": {"pause_max_seconds": 600}})
    answer = await staff.patch(path, json={"policy": {"refund": "none"}})
    policy = answer.json()["policy"]
    assert (policy["refund"], policy["warn_seconds"]) == ("none", [300, 60])
    session = await site.house.start("A1")
    await site.house.pause(session)
    await site.house.pass_time(MINUTE)
    assert (await site.house.fresh(session)).state == "paused"
    assert policy["pause_max_seconds"] == 600


async def test_conflicts_are_told_by_code(site: Site, staff: httpx.AsyncClient) -> None:
    house = site.house
    assert (await staff.post("/sessions", json=_start(site))).status_code == 201
    session = (await staff.get("/sessions", params=_venue(site))).json()["items"][0]["id"]
    cases: list[tuple[str, str, Any, tuple[int, str]]] = [
        ("POST", "/sessions", _start(site), (409, "venue.station_busy")),
        ("DELETE", f"/stations/{house.stations['A1']}", None, (409, "venue.station_busy")),
        ("DELETE", f"/zones/{house.zones['Hall']}", None, (409, "venue.zone_in_use")),
        ("POST", f"/sessions/{session}/resume", None, (409, "venue.session_not_paused")),
        (
            "POST",
            f"/sessions/{session}/move",
            {"station_id": str(house.stations["A1"])},
            (409, "venue.same_station"),
        ),
        ("POST", "/zones", _venue(site) | {"name": "hall"}, (409, "venue.name_taken")),
        (
            "POST",
            "/sessions",
            _start(site, "A2", minutes=None),
            (422, "venue.minutes_needed"),
        ),
        (
            "POST",
            "/sessions",
            _start(site, "A2", payment={"method": "cash", "tendered_minor": 1}),
            (422, "billing.tendered_too_little"),
        ),
        (
            "POST",
            "/sessions",
            _start(site, "A2", payment={"method": "wallet"}),
            (409, "billing.insufficient_funds"),
        ),
    ]
    for method, path, body, expected in cases:
        assert code_of(await staff.request(method, path, json=body)) == expected, path


async def test_a_repeated_request_is_answered_and_not_repeated(
    site: Site, staff: httpx.AsyncClient
) -> None:
    customer = await site.house.customer()
    body = {"customer_id": str(customer), "amount_minor": 500, "method": "cash"}
    key = {"Idempotency-Key": "top-up-0001"}
    first = await staff.post("/payments/topup", json=body, headers=key)
    again = await staff.post("/payments/topup", json=body, headers=key)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert await site.house.money(customer) == (500, 0, 0)
    other = body | {"amount_minor": 501}
    assert code_of(await staff.post("/payments/topup", json=other, headers=key)) == (
        409,
        "core.idempotency_key_reused",
    )
    short = {"Idempotency-Key": "x"}
    assert code_of(await staff.post("/payments/topup", json=body, headers=short))[0] == 422


async def test_thirty_two_requests_with_one_key_have_one_effect(running: Running) -> None:
    body = _start(running.site)
    async with running.client() as staff:
        answers = await asyncio.gather(
            *(
                staff.post("/sessions", json=body, headers={"Idempotency-Key": "start-number-1"})
                for _ in range(32)
            )
        )
    assert Counter(answer.status_code for answer in answers) == {201: 32}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (await running.house.check_books())["cash"] == 300


async def test_a_failed_request_does_not_use_up_its_key(
    site: Site, staff: httpx.AsyncClient
) -> None:
    key = {"Idempotency-Key": "start-number-2"}
    blocker = await site.house.start("A1")
    assert (await staff.post("/sessions", json=_start(site), headers=key)).status_code == 409
    await site.house.end(blocker)
    assert (await staff.post("/sessions", json=_start(site), headers=key)).status_code == 201


async def test_a_quote_is_what_is_then_charged(site: Site, staff: httpx.AsyncClient) -> None:
    body = {"station_id": str(site.house.stations["V1"]), "mode": "prepaid", "minutes": 45}
    quote = (await staff.post("/sessions/quote", json=body)).json()
    made = (await staff.post("/sessions", json=body | {"payment": CASH})).json()
    assert quote["total_minor"] == made["paid_minor"] == 450
    assert sum(line["amount_minor"] for line in quote["lines"]) == 450
    more = (await staff.get(f"/sessions/{made['id']}/extend-quote?minutes=20")).json()
    extended = await staff.post(
        f"/sessions/{made['id']}/extend", json={"minutes": 20, "payment": CASH}
    )
    assert extended.json()["paid_minor"] - 450 == more["total_minor"]
    site.house.clock.advance(20 * MINUTE)
    end = (await staff.get(f"/sessions/{made['id']}/end-quote")).json()
    over = (await staff.post(f"/sessions/{made['id']}/end", json={})).json()
    assert (over["price"]["total_minor"], over["refund_minor"]) == (
        end["total_minor"],
        end["refund_minor"],
    )
    assert over["price"]["lines"][0].keys() >= {"from", "to"}


async def test_the_dashboard_follows_what_is_renamed(site: Site, staff: httpx.AsyncClient) -> None:
    async def zones() -> set[tuple[str, int | None]]:
        floor = (await staff.get("/dashboard", params=_venue(site))).json()
        return {(zone["name"], zone["rate_minor_per_hour"]) for zone in floor["zones"]}

    with site.app.state.floor.listening():
        assert await zones() == {("Hall", 300), ("VIP", 600)}
        await staff.patch(f"/zones/{site.house.zones['VIP']}", json={"name": "Lounge"})
        rules = {"rules": {"base_rate_minor_per_hour": 360}}
        await staff.post(f"/tariffs/{site.house.tariffs['Hall']}/versions", json=rules)
        assert await zones() == {("Hall", 360), ("Lounge", 600)}


async def test_a_preview_prices_a_draft(site: Site, staff: httpx.AsyncClient) -> None:
    body = _venue(site) | {
        "zone_id": str(site.house.zones["VIP"]),
        "tier": "premium",
        "starts_at": "2026-03-06T22:00",
        "ends_at": "2026-03-07T02:00",
    }
    assert (await staff.post("/tariffs/preview", json=body)).json()["total_minor"] == 2_160
    draft = body | {"rules": {"base_rate_minor_per_hour": 100}}
    assert (await staff.post("/tariffs/preview", json=draft)).json()["total_minor"] == 400
    for wrong in ({"ends_at": "2026-03-06T21:00"}, {"ends_at": "2027-03-06T21:00"}):
        answer = await staff.post("/tariffs/preview", json=body | wrong)
        assert code_of(answer) == (422, "venue.period_invalid")
    two = {"name": "Twin", "rules": {"base_rate_minor_per_hour": 1}}
    two |= _venue(site) | {"zone_ids": [str(site.house.zones["VIP"])]}
    assert code_of(await staff.post("/tariffs", json=two)) == (409, "venue.tariff_overlap")


async def test_a_customer_sees_and_changes_only_their_own(site: Site) -> None:
    from gameops.core.actor import Actor

    house = site.house
    mine, other = await house.customer(cash=1_000), await house.customer("Ben")
    async with house.context.database.reading() as session:
        from gameops.venue.customers.model import Customer

        user = (await session.get_one(Customer, mine)).user_id
    site.door.actors["ana"] = Actor(id=user, kind="user", name="Ana")
    own = await house.start("A1", customer_id=mine)
    foreign = await house.start("A2", customer_id=other)
    async with site.client("ana") as ana:
        seen = (await ana.get("/me/overview")).json()
        assert seen["session"]["id"] == str(own.id)
        assert [quote["minutes"] for quote in seen["quotes"]] == [30, 60]
        assert (await ana.get("/me/wallet")).json()["balance"]["paid_minor"] == 1_000
        assert len((await ana.get("/me/sessions")).json()["items"]) == 1
        assert (await ana.get(f"/sessions/{own.id}")).status_code == 200
        assert code_of(await ana.get(f"/sessions/{foreign.id}"))[0] == 404
        wallet = {"minutes": 30, "payment": {"method": "wallet"}}
        assert (await ana.post(f"/sessions/{own.id}/extend", json=wallet)).status_code == 200
        cash = {"minutes": 30, "payment": CASH}
        assert code_of(await ana.post(f"/sessions/{own.id}/extend", json=cash))[0] == 403
        move = {"station_id": str(house.stations["A3"])}
        assert code_of(await ana.post(f"/sessions/{own.id}/move", json=move))[0] == 403
        assert (await ana.post(f"/sessions/{own.id}/pause")).status_code == 200
        assert (await ana.post(f"/sessions/{own.id}/resume")).status_code == 200
        ended = await ana.post(f"/sessions/{own.id}/end", json={})
        assert ended.json()["end_reason"] == "customer"
    async with site.client("nobody") as nobody:
        assert (await nobody.get("/me/overview")).status_code in {200, 404}


async def test_self_service_can_be_switched_off(site: Site) -> None:
    from gameops.core.actor import Actor

    house = site.house
    await house.policy(self_service=False)
    mine = await house.customer()
    async with house.context.database.reading() as session:
        from gameops.venue.customers.model import Customer

        user = (await session.get_one(Customer, mine)).user_id
    site.door.actors["ana"] = Actor(id=user, kind="user", name="Ana")
    own = await house.start("A1", customer_id=mine)
    async with site.client("ana") as ana:
        assert (
            code_of(await ana.post(f"/sessions/{own.id}/pause"))
            == (
                403,
                "venue.self_service_off",
            )
            or (await ana.get(f"/sessions/{own.id}")).status_code == 200
        )


async def test_refunds_never_exceed_what_was_taken(site: Site, staff: httpx.AsyncClient) -> None:
    customer = await site.house.customer()
    payment = await site.house.top_up(customer, 1_000)
    path = f"/payments/{payment.id}/refund"
    body = {"amount_minor": 600, "reason": "goodwill " * 30}
    assert (await staff.post(path, json=body)).status_code == 201
    assert code_of(await staff.post(path, json=body)) == (409, "billing.already_refunded")
    assert await site.house.money(customer) == (400, 0, 0)
    void = await staff.post(f"/payments/{payment.id}/void", json={"reason": "a mistake"})
    assert code_of(void) == (409, "billing.already_refunded")
    spent = await site.house.top_up(customer, 100)
    await site.house.start("A1", mode="payg", customer_id=customer)
    answer = await staff.post(
        f"/payments/{spent.id}/refund", json={"amount_minor": 100, "reason": "goodwill"}
    )
    assert code_of(answer) == (409, "billing.already_spent")


async def test_takings_are_listed_by_employee(site: Site, staff: httpx.AsyncClient) -> None:
    house = site.house
    customer = await house.customer()
    kept = await house.top_up(customer, 1_000)
    undone = await house.top_up(customer, 300)
    await house.void(undone.id)
    await staff.post(f"/payments/{kept.id}/refund", json={"amount_minor": 200, "reason": "sorry"})
    span = {"from": "2026-03-06T00:00:00Z", "to": "2026-03-07T00:00:00Z"}
    items = (await staff.get("/payments/employees", params=_venue(site) | span)).json()["items"]
    assert [
        (i["name"], i["taken_minor"], i["voids"], i["voided_minor"], i["refunded_minor"])
        for i in items
    ] == [("Sam Staff", 1_300, 1, 300, 200)]
    receipt = (await staff.get(f"/payments/{undone.id}/receipt")).json()
    assert (receipt["voided"], receipt["total_minor"]) == (True, 300)
    revenue = (await staff.get("/reports/revenue", params=_venue(site) | span)).json()["items"]
    assert sum(point["amount_minor"] for point in revenue) == 800


async def test_lists_are_filtered(site: Site, staff: httpx.AsyncClient) -> None:
    house = site.house
    ana = await house.customer("Ana", tier="vip")
    await house.start("A1", customer_id=ana)
    await house.end(await house.start("A2", guest_name="Guest % 7"))
    cases: list[tuple[str, dict[str, Any], int]] = [
        ("/sessions", {"state": "active"}, 1),
        ("/sessions", {"state": "ended"}, 1),
        ("/sessions", {"q": "guest"}, 1),
        ("/sessions", {"q": "%"}, 2),
        ("/sessions", {"customer_id": str(ana)}, 1),
        ("/sessions", {"from": "2026-03-07T00:00:00Z"}, 0),
        ("/customers", {"q": "ana"}, 1),
        ("/customers", {"q": "_"}, 0),
        ("/customers", {"tier": "vip"}, 1),
        ("/stations", {"q": "v"}, 3),
        ("/stations", {"kind": "ps5"}, 0),
        ("/payments", {"kind": "time"}, 2),
        ("/payments", {"method": "card"}, 0),
    ]
    for path, query, number in cases:
        items = (await staff.get(path, params=_venue(site) | query)).json()["items"]
        assert len(items) == number, (path, query)
    extreme = _venue(site) | {"from": "0001-01-01T00:00:00+14:00"}
    for path in ("/sessions", "/payments"):
        assert (await staff.get(path, params=extreme)).status_code in {200, 422}


async def test_enrolment_codes_are_good_once_and_for_a_while(
    site: Site, staff: httpx.AsyncClient
) -> None:
    path = f"/stations/{site.house.stations['A1']}/enrolment"
    code = (await staff.post(path)).json()["code"]
    body = {"code": code, "hostname": "pc", "os": "linux"}
    assert (await staff.post("/agent/enrol", json=body)).status_code == 201
    wrong = (404, "venue.enrolment_invalid")
    assert code_of(await staff.post("/agent/enrol", json=body)) == wrong
    late = body | {"code": (await staff.post(path)).json()["code"]}
    site.house.clock.advance(HOUR)
    assert code_of(await staff.post("/agent/enrol", json=late)) == wrong


async def test_a_role_of_one_permission_does_that_alone(site: Site) -> None:
    site.door.actors["seller"] = staff_of(
        site.house.venue_id, "billing.payments.take", "venue.floor.view"
    )
    customer = await site.house.customer()
    async with site.client("seller") as seller:
        body = {"customer_id": str(customer), "amount_minor": 100, "method": "cash"}
        made = await seller.post("/payments/topup", json=body)
        assert made.status_code == 201
        void = await seller.post(f"/payments/{made.json()['id']}/void", json={"reason": "oops"})
        assert code_of(void) == (403, "core.forbidden")
        assert code_of(await seller.get("/payments", params=_venue(site)))[0] == 403
        assert code_of(await seller.post("/sessions", json=_start(site)))[0] == 403
