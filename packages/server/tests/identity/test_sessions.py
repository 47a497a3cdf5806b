"""Access tokens, refresh by rotation, and the end of a sign-in."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from sqlalchemy import event, text

from gameops.core.clock import ManualClock
from gameops.core.context import Context
from gameops.core.ids import new_id
from gameops.core.secrets import derive_key
from gameops.identity import api
from gameops.identity.access.cache import ACCESS_CHANGED, AccessCache

from .conftest import PASSWORD, People, bearer, code_of, make_app, make_client

WEB = {"X-GameOps-Client": "web"}


async def _refresh(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/auth/refresh", json={"refresh_token": token})


async def _me(client: httpx.AsyncClient, tokens: dict[str, Any]) -> httpx.Response:
    return await client.get("/auth/me", headers=bearer(tokens["access_token"]))


async def test_an_access_token_lives_a_quarter_of_an_hour(
    client: httpx.AsyncClient, people: People, clock: ManualClock
) -> None:
    await people.add("ana")
    tokens = await people.sign_in("ana")
    assert (await _me(client, tokens)).status_code == 200
    clock.advance(timedelta(minutes=15))
    assert code_of(await _me(client, tokens)) == (401, "identity.token_expired")


@pytest.mark.parametrize(
    ("key", "algorithm", "change"),
    [
        ("right", "HS512", {}),
        ("wrong", "HS256", {}),
        ("right", "HS256", {"iss": "elsewhere"}),
        ("right", "HS256", {"sid": None}),
        ("right", "HS256", {"sub": "not an id"}),
        ("right", "HS256", {"exp": 10**30}),
    ],
)
async def test_a_token_we_did_not_sign_like_this_is_refused(
    context: Context, client: httpx.AsyncClient, key: str, algorithm: str, change: dict[str, object]
) -> None:
    claims = {"sub": str(new_id()), "sid": str(new_id()), "iat": 0, "exp": 2**33, "iss": "gameops"}
    claims = {k: v for k, v in (claims | change).items() if v is not None}
    secret = derive_key(context.secret, "access-token")
    signed = jwt.encode(
        claims,
        secret * 2 if key == "wrong" else secret * (1 if algorithm == "HS256" else 2),
        algorithm=algorithm,
    )
    answer = await client.get("/auth/me", headers=bearer(signed))
    assert code_of(answer) == (401, "identity.token_invalid")


async def test_an_unsigned_token_is_refused(client: httpx.AsyncClient) -> None:
    claims = {"sub": str(new_id()), "sid": str(new_id()), "iat": 0, "exp": 2**33, "iss": "gameops"}
    token = jwt.encode(claims, None, algorithm="none")
    assert code_of(await client.get("/auth/me", headers=bearer(token))) == (
        401,
        "identity.token_invalid",
    )


async def test_a_refresh_rotates_the_token_and_slides_the_session(
    client: httpx.AsyncClient, people: People, clock: ManualClock
) -> None:
    await people.add("ana")
    tokens = await people.sign_in("ana")
    for _ in range(3):
        clock.advance(timedelta(days=29))
        answer = await _refresh(client, tokens["refresh_token"])
        assert answer.status_code == 200
        assert answer.json()["refresh_token"] != tokens["refresh_token"]
        tokens = answer.json()
    assert (await _me(client, tokens)).status_code == 200
    clock.advance(timedelta(days=30))
    assert code_of(await _refresh(client, tokens["refresh_token"])) == (
        401,
        "identity.session_ended",
    )


async def test_an_old_refresh_token_ends_the_whole_session(
    context: Context, client: httpx.AsyncClient, people: People, clock: ManualClock
) -> None:
    await people.add("ana")
    first = await people.sign_in("ana")
    second = (await _refresh(client, first["refresh_token"])).json()
    clock.advance(timedelta(seconds=11))
    assert code_of(await _refresh(client, first["refresh_token"])) == (
        401,
        "identity.session_ended",
    )
    assert code_of(await _refresh(client, second["refresh_token"])) == (
        401,
        "identity.session_ended",
    )
    assert code_of(await _me(client, second)) == (401, "identity.session_ended")
    async with context.database.reading() as session:
        query = text("SELECT count(*) FROM identity_audit_entry WHERE action = :action")
        found = await session.scalar(query, {"action": "identity.refresh_token_reused"})
    assert found == 1


async def test_two_tabs_that_refresh_at_once_both_stay_signed_in(
    client: httpx.AsyncClient, people: People, clock: ManualClock
) -> None:
    await people.add("ana")
    first = await people.sign_in("ana")
    one = await _refresh(client, first["refresh_token"])
    clock.advance(timedelta(seconds=9))
    two = await _refresh(client, first["refresh_token"])
    assert one.status_code == two.status_code == 200
    assert (await _me(client, one.json())).status_code == 200
    clock.advance(timedelta(minutes=10))
    assert (await _refresh(client, two.json()["refresh_token"])).status_code == 200


async def test_of_two_siblings_only_one_lives_on(
    client: httpx.AsyncClient, people: People, clock: ManualClock
) -> None:
    await people.add("ana")
    first = await people.sign_in("ana")
    owner = (await _refresh(client, first["refresh_token"])).json()
    thief = (await _refresh(client, first["refresh_token"])).json()
    clock.advance(timedelta(minutes=14))
    owner = (await _refresh(client, owner["refresh_token"])).json()
    clock.advance(timedelta(minutes=1))
    assert (await _refresh(client, thief["refresh_token"])).status_code == 401
    assert (await _refresh(client, owner["refresh_token"])).status_code == 401


async def test_an_unknown_refresh_token_is_refused(client: httpx.AsyncClient) -> None:
    assert code_of(await _refresh(client, "gor_nonsense")) == (401, "identity.session_ended")
    assert code_of(await client.post("/auth/refresh")) == (401, "identity.session_ended")


async def test_thirty_two_refreshes_at_once_keep_one_session(committing_context: Context) -> None:
    app = make_app(committing_context)
    async with make_client(app) as client:
        people = People(committing_context, client)
        name = f"racer{new_id().hex[:12]}"
        await people.add(name)
        tokens = await people.sign_in(name)
        answers = await asyncio.gather(
            *(_refresh(client, tokens["refresh_token"]) for _ in range(32))
        )
        assert Counter(a.status_code for a in answers) == {200: 32}
        assert len({a.json()["refresh_token"] for a in answers}) == 32
        headers = bearer(answers[-1].json()["access_token"])
        listed = (await client.get("/auth/sessions", headers=headers)).json()["items"]
        assert len(listed) == 1
        refreshed = await _refresh(client, answers[7].json()["refresh_token"])
        assert refreshed.status_code == 200


async def test_the_cookie_is_closed_to_scripts_and_other_sites(
    client: httpx.AsyncClient, people: People
) -> None:
    await people.add("ana")
    answer = await client.post(
        "/auth/login",
        json={"identifier": "ana", "password": PASSWORD, "transport": "cookie"},
    )
    assert answer.json()["refresh_token"] is None
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/api/v1/auth", "Max-Age=2592000"):
        assert part in cookie
    assert "Secure" not in cookie


async def test_the_cookie_is_secure_where_the_installation_is(
    context: Context, client: httpx.AsyncClient, people: People
) -> None:
    object.__setattr__(context, "secure_cookies", True)
    await people.add("ana")
    answer = await client.post(
        "/auth/login", json={"identifier": "ana", "password": PASSWORD, "transport": "cookie"}
    )
    assert "Secure" in answer.headers["set-cookie"]


async def test_a_refresh_by_cookie_needs_the_header_no_form_can_send(
    client: httpx.AsyncClient, people: People
) -> None:
    await people.add("ana")
    await people.sign_in("ana", transport="cookie")
    forged = await client.post("/auth/refresh")
    assert code_of(forged) == (403, "identity.client_header_missing")
    forged = await client.post("/auth/logout")
    assert code_of(forged) == (403, "identity.client_header_missing")
    answer = await client.post("/auth/refresh", headers=WEB)
    assert answer.status_code == 200
    assert answer.json()["refresh_token"] is None
    assert "gameops_refresh" in answer.headers["set-cookie"]


async def test_signing_out_by_cookie_ends_the_session_and_takes_the_cookie(
    client: httpx.AsyncClient, people: People
) -> None:
    await people.add("ana")
    tokens = await people.sign_in("ana", transport="cookie")
    assert (await client.post("/auth/logout", headers=WEB)).status_code == 204
    assert "gameops_refresh" not in client.cookies
    assert code_of(await _me(client, tokens)) == (401, "identity.session_ended")


async def test_signing_out_twice_is_fine(client: httpx.AsyncClient, people: People) -> None:
    await people.add("ana")
    tokens = await people.sign_in("ana")
    for _ in range(2):
        out = await client.post("/auth/logout", headers=bearer(tokens["access_token"]))
        assert out.status_code == 204
    assert (await _refresh(client, tokens["refresh_token"])).status_code == 401
    assert (await client.post("/auth/logout")).status_code == 204


async def test_people_see_and_end_their_own_sessions_only(
    client: httpx.AsyncClient, people: People
) -> None:
    await people.add("ana")
    await people.add("bob")
    here, there = await people.sign_in("ana"), await people.sign_in("ana")
    bob = await people.headers("bob")
    headers = bearer(here["access_token"])
    items = (await client.get("/auth/sessions", headers=headers)).json()["items"]
    assert [item["current"] for item in items].count(True) == 1
    assert len(items) == 2
    other = next(item["id"] for item in items if not item["current"])
    refused = await client.delete(f"/auth/sessions/{other}", headers=bob)
    assert code_of(refused) == (404, "identity.session_not_found")
    assert (await _me(client, there)).status_code == 200
    assert (await client.delete(f"/auth/sessions/{other}", headers=headers)).status_code == 204
    assert (await _me(client, there)).status_code == 401
    assert (await _me(client, here)).status_code == 200


async def test_all_other_sessions_end_at_once(client: httpx.AsyncClient, people: People) -> None:
    await people.add("ana")
    here, *others = [await people.sign_in("ana") for _ in range(3)]
    headers = bearer(here["access_token"])
    assert (await client.delete("/auth/sessions", headers=headers)).status_code == 204
    assert [(await _me(client, other)).status_code for other in others] == [401, 401]
    assert (await _me(client, here)).status_code == 200


async def test_a_revoked_session_is_announced_to_those_who_hold_its_connections(
    context: Context, client: httpx.AsyncClient, people: People
) -> None:
    await people.add("ana")
    tokens = await people.sign_in("ana")
    heard: list[dict[str, Any]] = []
    topic = api.SessionRevoked.topic
    with context.hub.listening(topic, lambda _topic, body: heard.append(body)):
        await client.post("/auth/logout", headers=bearer(tokens["access_token"]))
    assert [message["user_id"] for message in heard] == [tokens["user"]["id"]]


async def test_a_session_is_looked_up_once_in_five_seconds_with_one_query(
    committing_context: Context, clock: ManualClock
) -> None:
    statements: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        statements.append(statement)

    app = make_app(committing_context)
    async with make_client(app) as client:
        people = People(committing_context, client)
        name = f"reader{new_id().hex[:12]}"
        await people.add(name, ("staff", new_id()))
        token = (await people.sign_in(name))["access_token"]
        engine = committing_context.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            for _ in range(5):
                await api.actor_for_token(committing_context, token, ip=None)
            assert len(statements) == 1
            clock.advance(timedelta(seconds=5))
            await api.actor_for_token(committing_context, token, ip=None)
            assert len(statements) == 2
        finally:
            event.remove(engine, "before_cursor_execute", note)


async def test_a_change_in_another_process_drops_what_is_cached_here(
    context: Context, people: People
) -> None:
    user_id = await people.add("ana")
    token = (await people.sign_in("ana"))["access_token"]
    await api.actor_for_token(context, token, ip=None)
    async with context.database.sessions() as session, session.begin():
        await session.execute(
            text("UPDATE identity_session SET ended_at = :at WHERE user_id = :id"),
            {"at": datetime.now(UTC), "id": user_id},
        )
    assert (await api.actor_for_token(context, token, ip=None)).id == user_id
    context.hub.publish(ACCESS_CHANGED, {"user_id": str(user_id)})
    with pytest.raises(api.SessionEnded):
        await api.actor_for_token(context, token, ip=None)


async def test_what_was_loaded_before_a_change_is_not_kept_after_it(
    context: Context, people: People, clock: ManualClock
) -> None:
    await people.add("ana")
    token = (await people.sign_in("ana"))["access_token"]
    await api.actor_for_token(context, token, ip=None)
    cache = context.part(AccessCache)
    (key, (_, holder)), *_ = cache._holders.items()
    loads = 0

    async def load() -> object:
        nonlocal loads
        loads += 1
        context.hub.publish(ACCESS_CHANGED, {})
        return holder

    context.hub.publish(ACCESS_CHANGED, {})
    for _ in range(2):
        await cache.get(key, load, now=clock.now())  # type: ignore[arg-type]
    assert loads == 2
