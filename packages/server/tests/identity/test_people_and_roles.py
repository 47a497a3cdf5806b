"""Administrators, their venues, and what nobody can grant, take or touch."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from gameops.core.actor import SYSTEM, Actor
from gameops.core.context import Context
from gameops.core.ids import new_id
from gameops.identity import api
from gameops.identity.permissions import BUILT_IN_ROLES

from .conftest import PASSWORD, People, bearer, code_of

ADMIN, STAFF, CUSTOMER = (str(BUILT_IN_ROLES[key][0]) for key in ("admin", "staff", "customer"))
USERS = "identity.users.manage"
ROLES = "identity.roles.manage"


def _at(role: str | UUID, venue_id: UUID | None) -> dict[str, str | None]:
    return {"role_id": str(role), "venue_id": str(venue_id) if venue_id else None}


@pytest.fixture
async def boss(people: People) -> dict[str, str]:
    """The administrator of everything, signed in."""
    await people.add("boss", ("admin", None))
    return await people.headers("boss")


@pytest.fixture
async def manager(people: People, venue: UUID) -> dict[str, str]:
    """The administrator of one venue, signed in."""
    await people.add("manager", ("admin", venue))
    return await people.headers("manager")


# --- seeing ----------------------------------------------------------------------------------


async def test_an_administrator_sees_the_people_of_their_own_venue_only(
    client: httpx.AsyncClient,
    people: People,
    manager: dict[str, str],
    venue: UUID,
    other_venue: UUID,
) -> None:
    here = await people.add("here", ("staff", venue), ("staff", other_venue))
    there = await people.add("there", ("staff", other_venue))
    everywhere = await people.add("everywhere", ("admin", None))
    items = (await client.get("/users", headers=manager)).json()["items"]
    assert {item["username"] for item in items} == {"here", "manager"}
    seen = next(item for item in items if item["id"] == str(here))
    assert [role["venue_id"] for role in seen["roles"]] == [str(venue)]
    for hidden in (there, everywhere, new_id()):
        for method, path in (
            ("GET", f"/users/{hidden}"),
            ("PATCH", f"/users/{hidden}"),
            ("POST", f"/users/{hidden}/reset-password"),
            ("DELETE", f"/users/{hidden}/sessions"),
        ):
            body = {"json": {"display_name": "X"}} if method == "PATCH" else {}
            answer = await client.request(method, path, headers=manager, **body)  # type: ignore[arg-type]
            assert code_of(answer) == (404, "identity.user_not_found")
    answer = await client.get("/users", params={"venue_id": str(other_venue)}, headers=manager)
    assert answer.status_code == 404


async def test_staff_may_not_list_people(
    client: httpx.AsyncClient, people: People, venue: UUID
) -> None:
    await people.add("ana", ("staff", venue))
    headers = await people.headers("ana")
    for path in ("/users", "/roles", "/audit", "/audit/verify"):
        assert code_of(await client.get(path, headers=headers)) == (403, "core.forbidden")
    assert (await client.get("/permissions", headers=headers)).status_code == 200


async def test_people_are_found_by_words_role_state_and_page(
    client: httpx.AsyncClient, people: People, boss: dict[str, str], venue: UUID
) -> None:
    for name in ("ann", "bea", "cleo"):
        await people.add(name, ("staff", venue))
    await people.add("dora", ("customer", venue))

    async def found(**params: str) -> list[str]:
        answer = await client.get("/users", params=params, headers=boss)
        return [item["username"] for item in answer.json()["items"]]

    assert await found(q="BEA@example") == ["bea"]
    assert await found(q="100%") == []
    assert await found(role_id=STAFF, venue_id=str(venue)) == ["cleo", "bea", "ann"]
    assert await found(state="disabled", venue_id=str(venue)) == []
    staff = {"limit": "2", "role_id": STAFF, "venue_id": str(venue)}
    page = await client.get("/users", params=staff, headers=boss)
    assert len(page.json()["items"]) == 2
    assert await found(**staff, cursor=page.json()["next_cursor"]) == ["ann"]
    assert (await client.get("/users", params={"cursor": "x"}, headers=boss)).status_code == 422


# --- making and changing people --------------------------------------------------------------


async def test_an_administrator_adds_people_to_their_venue(
    client: httpx.AsyncClient, people: People, manager: dict[str, str], venue: UUID
) -> None:
    body = {
        "email": "new@example.com",
        "username": "newbie",
        "display_name": "New",
        "password": PASSWORD,
        "roles": [_at(STAFF, venue)],
    }
    answer = await client.post("/users", json=body, headers=manager)
    assert answer.status_code == 201
    assert [role["name"] for role in answer.json()["roles"]] == ["Staff"]
    assert (await people.sign_in("newbie"))["user"]["must_change_password"]
    again = await client.post("/users", json=body, headers=manager)
    assert code_of(again) == (409, "identity.email_taken")


@pytest.mark.parametrize("where", ["other", "everywhere", "nowhere"])
async def test_an_administrator_of_one_venue_adds_nobody_elsewhere(
    client: httpx.AsyncClient, manager: dict[str, str], other_venue: UUID, where: str
) -> None:
    roles = {
        "other": [_at(CUSTOMER, other_venue)],
        "everywhere": [_at(CUSTOMER, None)],
        "nowhere": [],
    }[where]
    body = {"username": "newbie", "display_name": "New", "roles": roles}
    answer = await client.post("/users", json=body, headers=manager)
    assert answer.status_code == (404 if where == "other" else 403)


async def test_nobody_grants_what_they_do_not_hold(
    client: httpx.AsyncClient, people: People, venue: UUID
) -> None:
    hiring = await people.role("hiring", venue, [USERS, ROLES, "venue.floor.view"])
    user_id = await people.add("ana", (hiring, venue))
    headers = await people.headers("ana")
    for role in (ADMIN, STAFF):
        body = {"username": "newbie", "display_name": "New", "roles": [_at(role, venue)]}
        answer = await client.post("/users", json=body, headers=headers)
        assert code_of(answer) == (403, "identity.would_escalate")
        mine = await client.patch(
            f"/users/{user_id}",
            json={"roles": [_at(role, venue), _at(hiring, venue)]},
            headers=headers,
        )
        assert code_of(mine) == (403, "identity.would_escalate")
    body = {"name": "more", "venue_id": str(venue), "permissions": ["system.manage"]}
    answer = await client.post("/roles", json=body, headers=headers)
    assert code_of(answer) == (403, "identity.would_escalate")
    answer = await client.patch(
        f"/roles/{hiring}", json={"permissions": [USERS, ROLES, "system.manage"]}, headers=headers
    )
    assert code_of(answer) == (403, "identity.would_escalate")


async def test_nobody_touches_somebody_who_holds_more(
    client: httpx.AsyncClient, people: People, venue: UUID
) -> None:
    hiring = await people.role("hiring", venue, [USERS])
    await people.add("ana", (hiring, venue))
    headers = await people.headers("ana")
    for name, role in (("chief", "admin"), ("clerk", "staff")):
        above = await people.add(name, (role, venue))
        for method, path, body in (
            ("PATCH", f"/users/{above}", {"email": "mine@example.com"}),
            ("PATCH", f"/users/{above}", {"state": "disabled"}),
            ("PATCH", f"/users/{above}", {"roles": []}),
            ("POST", f"/users/{above}/reset-password", None),
            ("DELETE", f"/users/{above}/sessions", None),
        ):
            answer = await client.request(method, path, json=body, headers=headers)
            assert code_of(answer) == (403, "identity.holds_more"), (method, path, body)


async def test_somebody_of_two_venues_is_changed_by_neither_alone(
    client: httpx.AsyncClient,
    people: People,
    manager: dict[str, str],
    boss: dict[str, str],
    venue: UUID,
    other_venue: UUID,
) -> None:
    shared = await people.add("shared", ("customer", venue), ("customer", other_venue))
    path = f"/users/{shared}"
    answer = await client.patch(path, json={"email": "mine@example.com"}, headers=manager)
    assert code_of(answer) == (403, "identity.belongs_elsewhere")
    answer = await client.patch(path, json={"roles": [_at(STAFF, venue)]}, headers=manager)
    assert [role["name"] for role in answer.json()["roles"]] == ["Staff"]
    answer = await client.get(path, headers=boss)
    kept = {(role["name"], role["venue_id"]) for role in answer.json()["roles"]}
    assert kept == {("Staff", str(venue)), ("Customer", str(other_venue))}


async def test_staff_of_other_domains_cannot_take_over_an_administrators_account(
    context: Context, people: People, venue: UUID
) -> None:
    chief = await people.add("chief", ("admin", venue), ("customer", venue))
    clerk = Actor(id=new_id(), kind="user", grants={venue: frozenset({"venue.customers.manage"})})
    with pytest.raises(Exception, match="permissions that you do not have"):
        async with context.unit_of_work() as uow:
            await api.update_user(uow, clerk, chief, email="mine@example.com")
    customer = await people.add("cuss", ("customer", venue))
    async with context.unit_of_work() as uow:
        changed = await api.update_user(uow, clerk, customer, email="theirs@example.com")
    assert changed.email == "theirs@example.com"


async def test_roles_count_at_once(
    client: httpx.AsyncClient, people: People, boss: dict[str, str], venue: UUID
) -> None:
    user_id = await people.add("ana", ("admin", venue))
    headers = await people.headers("ana")
    assert (await client.get("/users", headers=headers)).status_code == 200
    await client.patch(f"/users/{user_id}", json={"roles": [_at(STAFF, venue)]}, headers=boss)
    assert (await client.get("/users", headers=headers)).status_code == 403


async def test_a_disabled_person_is_out_at_once(
    client: httpx.AsyncClient, people: People, boss: dict[str, str], venue: UUID
) -> None:
    user_id = await people.add("ana", ("staff", venue))
    headers = await people.headers("ana")
    answer = await client.patch(f"/users/{user_id}", json={"state": "disabled"}, headers=boss)
    assert answer.json()["state"] == "disabled"
    assert code_of(await client.get("/auth/me", headers=headers)) == (401, "identity.session_ended")


async def test_the_last_administrator_stays(
    context: Context, client: httpx.AsyncClient, people: People, boss: dict[str, str]
) -> None:
    async with context.unit_of_work() as uow:  # whoever other tests have committed
        await uow.session.execute(
            text(
                "DELETE FROM identity_role_grant g USING identity_user u"
                " WHERE g.user_id = u.id AND u.username <> 'boss'"
            )
        )
    me = (await client.get("/auth/me", headers=boss)).json()["id"]
    for body in ({"state": "disabled"}, {"roles": []}):
        answer = await client.patch(f"/users/{me}", json=body, headers=boss)
        assert code_of(answer) == (409, "identity.last_admin")
    await people.add("second", ("admin", None))
    answer = await client.patch(f"/users/{me}", json={"roles": []}, headers=boss)
    assert answer.status_code == 200


async def test_a_reset_link_is_sent_for_somebody(
    context: Context, client: httpx.AsyncClient, people: People, boss: dict[str, str], venue: UUID
) -> None:
    user_id = await people.add("ana", ("customer", venue))
    answer = await client.post(f"/users/{user_id}/reset-password", headers=boss)
    assert answer.json() == {"link_sent": True}
    async with context.database.reading() as session:
        args = await session.scalar(text("SELECT args FROM procrastinate_jobs"))
    assert args == {"user_id": str(user_id)}
    await client.patch(f"/users/{user_id}", json={"email": None}, headers=boss)
    answer = await client.post(f"/users/{user_id}/reset-password", headers=boss)
    assert code_of(answer) == (409, "identity.no_email")


async def test_somebody_is_signed_out_everywhere(
    client: httpx.AsyncClient, people: People, manager: dict[str, str], venue: UUID
) -> None:
    user_id = await people.add("ana", ("staff", venue))
    headers = await people.headers("ana")
    assert (await client.delete(f"/users/{user_id}/sessions", headers=manager)).status_code == 204
    assert (await client.get("/auth/me", headers=headers)).status_code == 401


# --- roles -----------------------------------------------------------------------------------


async def _add_role(
    client: httpx.AsyncClient, headers: dict[str, str], **body: Any
) -> httpx.Response:
    return await client.post(
        "/roles", json={"name": "Cashier", "permissions": [USERS], **body}, headers=headers
    )


async def test_built_in_roles_are_there_and_stay_as_they_are(
    client: httpx.AsyncClient, boss: dict[str, str]
) -> None:
    items = (await client.get("/roles", headers=boss)).json()["items"]
    built_in = {item["name"]: item for item in items if item["built_in"]}
    assert set(built_in) == {"Admin", "Staff", "Customer"}
    assert set(built_in["Admin"]["permissions"]) >= set(api.PERMISSIONS)
    assert "venue.sessions.operate" in built_in["Staff"]["permissions"]
    assert built_in["Customer"]["permissions"] == []
    for answer in (
        await client.patch(f"/roles/{STAFF}", json={"name": "X"}, headers=boss),
        await client.delete(f"/roles/{STAFF}", headers=boss),
    ):
        assert code_of(answer) == (409, "identity.role_built_in")


async def test_a_role_is_made_changed_and_deleted(
    client: httpx.AsyncClient, people: People, manager: dict[str, str], venue: UUID
) -> None:
    made = await _add_role(client, manager, venue_id=str(venue))
    assert made.status_code == 201
    assert (made.json()["built_in"], made.json()["user_count"]) == (False, 0)
    path = f"/roles/{made.json()['id']}"
    again = await _add_role(client, manager, venue_id=str(venue), name="CASHIER")
    assert code_of(again) == (409, "identity.role_name_taken")
    await people.add("ana", (made.json()["id"], venue))
    headers = await people.headers("ana")
    assert (await client.get("/users", headers=headers)).status_code == 200
    changed = await client.patch(path, json={"permissions": []}, headers=manager)
    assert (changed.json()["permissions"], changed.json()["user_count"]) == ([], 1)
    assert (await client.get("/users", headers=headers)).status_code == 403
    assert code_of(await client.delete(path, headers=manager)) == (409, "identity.role_in_use")
    async with people.context.unit_of_work() as uow:
        await uow.session.execute(
            text("DELETE FROM identity_role_grant WHERE role_id = :id"), {"id": made.json()["id"]}
        )
    assert (await client.delete(path, headers=manager)).status_code == 204
    assert code_of(await client.delete(path, headers=manager)) == (404, "identity.role_not_found")


async def test_a_role_of_unknown_permissions_is_refused(
    client: httpx.AsyncClient, boss: dict[str, str]
) -> None:
    answer = await _add_role(client, boss, venue_id=None, permissions=["venue.no.such"])
    assert code_of(answer) == (422, "identity.unknown_permission")
    assert answer.json()["permissions"] == ["venue.no.such"]


async def test_roles_of_another_venue_are_not_even_there(
    client: httpx.AsyncClient,
    people: People,
    manager: dict[str, str],
    venue: UUID,
    other_venue: UUID,
) -> None:
    theirs = await people.role("theirs", other_venue, [])
    names = [r["name"] for r in (await client.get("/roles", headers=manager)).json()["items"]]
    assert "theirs" not in names
    for answer in (
        await client.patch(f"/roles/{theirs}", json={"name": "X"}, headers=manager),
        await client.delete(f"/roles/{theirs}", headers=manager),
        await client.post(
            "/users",
            json={"username": "newbie", "display_name": "N", "roles": [_at(theirs, venue)]},
            headers=manager,
        ),
        await _add_role(client, manager, venue_id=str(other_venue)),
    ):
        assert answer.status_code == 404
    assert code_of(await _add_role(client, manager, venue_id=None)) == (403, "core.forbidden")


async def test_a_venues_role_holds_in_that_venue_only(
    client: httpx.AsyncClient, people: People, boss: dict[str, str], venue: UUID, other_venue: UUID
) -> None:
    role = await people.role("local", venue, [])
    body = {"username": "newbie", "display_name": "N", "roles": [_at(role, other_venue)]}
    answer = await client.post("/users", json=body, headers=boss)
    assert code_of(answer) == (422, "identity.role_out_of_scope")


# --- API keys --------------------------------------------------------------------------------


async def _make_key(
    client: httpx.AsyncClient, headers: dict[str, str], **body: Any
) -> httpx.Response:
    return await client.post(
        "/auth/api-keys", json={"name": "Till", "scopes": [USERS], **body}, headers=headers
    )


async def test_a_key_does_what_its_scopes_and_its_owner_may(
    client: httpx.AsyncClient, people: People, boss: dict[str, str], venue: UUID
) -> None:
    user_id = await people.add("ana", ("admin", venue))
    made = await _make_key(client, await people.headers("ana"))
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert secret.startswith(made.json()["prefix"] + "_")
    assert made.json()["prefix"].startswith("gok_")
    key = bearer(secret)
    assert (await client.get("/users", headers=key)).status_code == 200
    assert (await client.get("/roles", headers=key)).status_code == 200
    assert (await client.get("/audit", headers=key)).status_code == 403
    me = (await client.get("/auth/me", headers=key)).json()
    assert me["permissions"] == {str(venue): [USERS]}
    await client.patch(f"/users/{user_id}", json={"roles": [_at(STAFF, venue)]}, headers=boss)
    assert (await client.get("/users", headers=key)).status_code == 403


async def test_a_key_is_never_wider_than_its_owner(
    client: httpx.AsyncClient, people: People, venue: UUID
) -> None:
    await people.add("ana", ("staff", venue))
    answer = await _make_key(client, await people.headers("ana"))
    assert code_of(answer) == (403, "identity.would_escalate")


async def test_a_key_cannot_touch_its_owners_safety(
    client: httpx.AsyncClient, boss: dict[str, str]
) -> None:
    key = bearer((await _make_key(client, boss)).json()["secret"])
    body = {"current": PASSWORD, "new": "another fine password"}
    for answer in (
        await client.post("/auth/password", json=body, headers=key),
        await client.post("/auth/totp/setup", headers=key),
        await client.patch("/auth/me", json={"locale": "de"}, headers=key),
        await client.get("/auth/sessions", headers=key),
        await client.delete("/auth/sessions", headers=key),
        await _make_key(client, key),
    ):
        assert code_of(answer) == (403, "identity.sign_in_needed")


@pytest.mark.parametrize(
    ("networks", "status"),
    [
        ([], 200),
        (["192.0.2.0/24"], 200),
        (["198.51.100.0/24", "192.0.2.10"], 200),
        (["198.51.100.0/24"], 401),
        (["2001:db8::/32"], 401),
    ],
)
async def test_a_key_works_from_its_networks_only(
    client: httpx.AsyncClient, boss: dict[str, str], networks: list[str], status: int
) -> None:
    made = await _make_key(client, boss, allowed_networks=networks)
    answer = await client.get("/users", headers=bearer(made.json()["secret"]))
    assert answer.status_code == status


async def test_an_address_in_ipv6_clothes_is_recognised(
    context: Context, client: httpx.AsyncClient, boss: dict[str, str]
) -> None:
    made = await _make_key(client, boss, allowed_networks=["192.0.2.0/24"])
    secret = made.json()["secret"]
    assert (await api.actor_for_token(context, secret, ip="::ffff:192.0.2.7")).kind == "api_key"
    for ip in (None, "unknown", "::ffff:198.51.100.7"):
        with pytest.raises(api.TokenInvalid):
            await api.actor_for_token(context, secret, ip=ip)


async def test_what_is_no_network_is_refused(
    client: httpx.AsyncClient, boss: dict[str, str]
) -> None:
    answer = await _make_key(client, boss, allowed_networks=["everywhere"])
    assert code_of(answer) == (422, "identity.network_invalid")


async def test_a_key_ends_by_revocation_and_by_time(
    client: httpx.AsyncClient, people: People, boss: dict[str, str], clock: Any
) -> None:
    soon = (clock.now() + timedelta(minutes=5)).isoformat()
    lasting, short = await _make_key(client, boss), await _make_key(client, boss, expires_at=soon)
    keys = [bearer(made.json()["secret"]) for made in (lasting, short)]
    assert [(await client.get("/users", headers=key)).status_code for key in keys] == [200, 200]
    clock.advance(timedelta(minutes=5))
    assert [(await client.get("/users", headers=key)).status_code for key in keys] == [200, 401]
    await people.add("eve", ("admin", None))
    path = f"/auth/api-keys/{lasting.json()['id']}"
    other = await client.delete(path, headers=await people.headers("eve"))
    assert code_of(other) == (404, "identity.api_key_not_found")
    for _ in range(2):
        assert (await client.delete(path, headers=boss)).status_code == 204
    assert (await client.get("/users", headers=keys[0])).status_code == 401
    listed = (await client.get("/auth/api-keys", headers=boss)).json()["items"]
    assert [key["revoked_at"] is not None for key in listed] == [False, True]
    assert all("secret" not in key for key in listed)


async def test_the_last_use_of_a_key_is_written_once_a_minute(
    client: httpx.AsyncClient, boss: dict[str, str], clock: Any
) -> None:
    key = bearer((await _make_key(client, boss)).json()["secret"])

    async def last_used() -> str:
        items = (await client.get("/auth/api-keys", headers=boss)).json()["items"]
        used: str = items[0]["last_used_at"]
        return used

    await client.get("/users", headers=key)
    first = await last_used()
    assert first is not None
    clock.advance(timedelta(seconds=59))
    await client.get("/users", headers=key)
    assert await last_used() == first
    clock.advance(timedelta(seconds=1))
    await client.get("/users", headers=key)
    assert await last_used() != first


# --- the first administrator, and what other domains use --------------------------------------


async def test_the_first_administrator_is_made_once(
    context: Context, client: httpx.AsyncClient
) -> None:
    async with context.unit_of_work() as uow:
        await uow.session.execute(text("DELETE FROM identity_role_grant"))
        await uow.session.execute(text("DELETE FROM identity_role"))
    email, password = await api.ensure_first_admin(
        context, email="owner@example.com", password=None
    )
    assert password is not None
    assert len(password) >= 20
    body = {"identifier": email, "password": password}
    me = (await client.post("/auth/login", json=body)).json()["user"]
    assert me["must_change_password"]
    assert set(me["permissions"]["*"]) >= set(api.PERMISSIONS)
    for other in (email, "second@example.com"):
        again = await api.ensure_first_admin(context, email=other, password=None)
        assert again == (other, None)


async def test_other_domains_find_people_in_every_way(
    context: Context, people: People, venue: UUID
) -> None:
    ana = await people.add("ana", ("customer", venue))
    bob = await people.add("bob")
    async with context.database.reading() as session:
        assert (await api.get_user(session, ana)).username == "ana"
        assert set(await api.summaries(session, [ana, bob, new_id()])) == {ana, bob}
        assert await api.summaries(session, []) == {}
        assert await api.search_user_ids(session, "EXAMPLE.COM", venue_id=venue) == [ana]
        found = await api.find_user_by_identifier(session, "BOB@example.com")
        assert found is not None
        assert found.id == bob
        assert await api.find_user_by_identifier(session, "+40700") is None
        with pytest.raises(api.UserNotFound):
            await api.get_user(session, new_id())


async def test_a_role_by_its_key_or_id_only(context: Context, people: People) -> None:
    ana = await people.add("ana")
    for role in ("owner", str(new_id())):
        with pytest.raises(Exception, match="no such role"):
            async with context.unit_of_work() as uow:
                await api.grant_role(uow, SYSTEM, ana, role=role, venue_id=None)
