"""What people do with their own account."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pyotp
import pytest
from sqlalchemy import select, text

from gameops.core.actor import SYSTEM, Actor
from gameops.core.clock import ManualClock
from gameops.core.context import Context
from gameops.core.jobs import JobTable
from gameops.identity import api, jobs
from gameops.identity.accounts.model import RecoveryCode, User
from gameops.identity.accounts.recovery import send_link
from gameops.identity.errors import HoldsMore
from gameops.identity.web import CustomerOfMe, MeDetails, VenueOfMe

from .conftest import PASSWORD, People, bearer, code_of

NEW = "another fine password"
REGISTRATION = {
    "email": "Ana@example.com",
    "username": "ana",
    "password": PASSWORD,
    "display_name": "  Ana  ",
}


def _totp(secret: str, clock: ManualClock, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * steps))


async def _jobs(context: Context) -> list[dict[str, Any]]:
    async with context.database.reading() as session:
        rows = await session.execute(text("SELECT task_name, args FROM procrastinate_jobs"))
        return [{"task": row.task_name, "args": row.args} for row in rows]


# --- registration ----------------------------------------------------------------------------


async def test_registering_makes_a_customer_and_signs_them_in(
    context: Context, client: httpx.AsyncClient, venue: UUID
) -> None:
    heard: list[dict[str, Any]] = []
    with context.hub.listening("identity.user_registered", lambda _t, body: heard.append(body)):
        answer = await client.post(
            "/auth/register",
            json={**REGISTRATION, "venue_id": str(venue), "date_of_birth": "2009-05-01"},
        )
    assert answer.status_code == 201
    me = answer.json()["user"]
    assert me["display_name"] == "Ana"
    assert me["permissions"] == {str(venue): []}
    assert [role["name"] for role in me["roles"]] == ["Customer"]
    assert heard == [{"user_id": me["id"], "venue_id": str(venue), "date_of_birth": "2009-05-01"}]
    headers = bearer(answer.json()["access_token"])
    assert (await client.get("/users", headers=headers)).status_code == 403


async def test_registering_by_cookie_keeps_the_token_from_scripts(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/auth/register", json={**REGISTRATION, "transport": "cookie"})
    assert answer.json()["refresh_token"] is None
    assert "HttpOnly" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"username": "other", "email": "ANA@example.com"}, "identity.email_taken", "body.email"),
        ({"username": "ANA", "email": "o@example.com"}, "identity.username_taken", "body.username"),
        (
            {"username": "other", "email": "o@example.com", "phone": "+40 721-000-111"},
            "identity.phone_taken",
            "body.phone",
        ),
    ],
)
async def test_a_name_in_use_is_refused_at_its_field(
    client: httpx.AsyncClient, change: dict[str, str], code: str, field: str
) -> None:
    await client.post("/auth/register", json={**REGISTRATION, "phone": "+40721000111"})
    answer = await client.post("/auth/register", json={**REGISTRATION, **change})
    assert code_of(answer) == (409, code)
    assert answer.json()["fields"][0]["path"] == field


@pytest.mark.parametrize(
    "password", ["short", "password123", "ana@example.com", "aaaaaaaaaaaaaaa", "x1y2" * 40]
)
async def test_passwords_that_are_guessed_first_are_refused(
    client: httpx.AsyncClient, password: str
) -> None:
    answer = await client.post("/auth/register", json={**REGISTRATION, "password": password})
    assert code_of(answer) == (422, "identity.password_too_weak")
    assert answer.json()["fields"][0]["path"] == "body.password"


@pytest.mark.parametrize(
    "change",
    [
        {"email": "no address"},
        {"email": f"{'a' * 300}@example.com"},
        {"username": "ab"},
        {"username": "0721000111"},
        {"username": "a b c"},
        {"display_name": "   "},
        {"display_name": "a\x00b"},
        {"phone": "call me"},
        {"date_of_birth": "0001-01-01"},
    ],
)
async def test_registration_is_bounded(client: httpx.AsyncClient, change: dict[str, str]) -> None:
    answer = await client.post("/auth/register", json={**REGISTRATION, **change})
    assert code_of(answer) == (422, "core.invalid_input")


async def test_an_installation_may_close_registration(app: Any, client: httpx.AsyncClient) -> None:
    app.state.registration_open = False
    answer = await client.post("/auth/register", json=REGISTRATION)
    assert code_of(answer) == (403, "identity.registration_closed")


# --- profile and password --------------------------------------------------------------------


async def test_me_says_what_the_application_knows(
    app: Any, client: httpx.AsyncClient, people: People, venue: UUID
) -> None:
    user_id = await people.add("ana", ("staff", venue))
    asked: list[Any] = []

    async def describe(_session: object, who: UUID, grants: Any) -> MeDetails:
        asked.append((who, set(grants)))
        about = VenueOfMe(id=venue, name="Arena", currency="EUR", locale="ro", timezone="UTC")
        return MeDetails(
            venues=[about], customer_of=[CustomerOfMe(venue_id=venue, customer_id=user_id)]
        )

    app.state.describe_me = describe
    me = (await client.get("/auth/me", headers=await people.headers("ana"))).json()
    assert me["venues"][0]["name"] == "Arena"
    assert me["customer_of"] == [{"venue_id": str(venue), "customer_id": str(user_id)}]
    assert "venue.floor.view" in me["permissions"][str(venue)]
    assert asked[-1] == (user_id, {venue})


async def test_people_change_their_own_profile(client: httpx.AsyncClient, people: People) -> None:
    await people.add("ana")
    headers = await people.headers("ana")
    change = {"display_name": "Ana M.", "phone": "0721 000 111", "locale": "de"}
    me = (await client.patch("/auth/me", json=change, headers=headers)).json()
    assert (me["display_name"], me["phone"], me["locale"]) == ("Ana M.", "0721000111", "de")
    me = (await client.patch("/auth/me", json={"phone": None}, headers=headers)).json()
    assert (me["display_name"], me["phone"]) == ("Ana M.", None)
    answer = await client.patch("/auth/me", json={"display_name": None}, headers=headers)
    assert answer.status_code == 422


async def test_a_new_password_ends_the_other_sessions(
    client: httpx.AsyncClient, people: People
) -> None:
    await people.add("ana")
    here, there = await people.sign_in("ana"), await people.sign_in("ana")
    headers = bearer(here["access_token"])
    wrong = {"current": "not the password", "new": NEW}
    answer = await client.post("/auth/password", json=wrong, headers=headers)
    assert code_of(answer) == (403, "identity.password_wrong")
    right = {"current": PASSWORD, "new": NEW}
    assert (await client.post("/auth/password", json=right, headers=headers)).status_code == 204
    assert (await client.get("/auth/me", headers=headers)).status_code == 200
    gone = await client.get("/auth/me", headers=bearer(there["access_token"]))
    assert gone.status_code == 401
    await people.sign_in("ana", password=NEW)


async def test_guessing_the_present_password_locks_as_well(
    client: httpx.AsyncClient, people: People
) -> None:
    await people.add("ana")
    headers = await people.headers("ana")
    body = {"current": "not the password", "new": NEW}
    for _ in range(5):
        await client.post("/auth/password", json=body, headers=headers)
    answer = await client.post(
        "/auth/password", json={**body, "current": PASSWORD}, headers=headers
    )
    assert code_of(answer) == (429, "identity.too_many_attempts")


# --- reset by e-mail -------------------------------------------------------------------------


async def _mailed_token(context: Context, mailer: Any) -> str:
    for job in await _jobs(context):
        await send_link(context, job["args"])
    token: str = mailer.sent[-1].text.split("token=")[1].split()[0]
    return token


async def test_forgetting_answers_the_same_for_unknown_addresses(
    context: Context, client: httpx.AsyncClient, people: People, mailer: Any
) -> None:
    await people.add("ana")
    known = await client.post("/auth/password/forgot", json={"email": "ana@example.com"})
    unknown = await client.post("/auth/password/forgot", json={"email": "no@example.com"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert known.status_code == 202
    assert len(await _jobs(context)) == 2
    await _mailed_token(context, mailer)
    assert [mail.to for mail in mailer.sent] == ["ana@example.com"]


async def test_a_reset_link_works_once_and_ends_every_session(
    context: Context, client: httpx.AsyncClient, people: People, mailer: Any
) -> None:
    await people.add("ana")
    tokens = await people.sign_in("ana")
    await client.post("/auth/password/forgot", json={"email": "ana@example.com"})
    token = await _mailed_token(context, mailer)
    body = {"token": token, "password": NEW}
    weak = await client.post("/auth/password/reset", json={**body, "password": "ana@example.com"})
    assert code_of(weak) == (422, "identity.password_too_weak")
    assert (await client.post("/auth/password/reset", json=body)).status_code == 204
    gone = await client.get("/auth/me", headers=bearer(tokens["access_token"]))
    assert gone.status_code == 401
    again = await client.post("/auth/password/reset", json=body)
    assert code_of(again) == (422, "identity.reset_token_invalid")
    await people.sign_in("ana", password=NEW)


async def test_a_reset_link_dies_after_half_an_hour_and_with_the_next_one(
    context: Context, client: httpx.AsyncClient, people: People, mailer: Any, clock: ManualClock
) -> None:
    await people.add("ana")
    await client.post("/auth/password/forgot", json={"email": "ana@example.com"})
    first = await _mailed_token(context, mailer)
    second = await _mailed_token(context, mailer)
    answer = await client.post("/auth/password/reset", json={"token": first, "password": NEW})
    assert answer.status_code == 422
    clock.advance(timedelta(minutes=30))
    answer = await client.post("/auth/password/reset", json={"token": second, "password": NEW})
    assert answer.status_code == 422


async def test_a_reset_opens_a_locked_account(
    context: Context, client: httpx.AsyncClient, people: People, mailer: Any
) -> None:
    await people.add("ana")
    for _ in range(5):
        await client.post("/auth/login", json={"identifier": "ana", "password": "wrong wrong"})
    await client.post("/auth/password/forgot", json={"email": "ana@example.com"})
    token = await _mailed_token(context, mailer)
    await client.post("/auth/password/reset", json={"token": token, "password": NEW})
    await people.sign_in("ana", password=NEW)


async def test_no_secret_lies_in_the_queue_or_the_log(
    context: Context, client: httpx.AsyncClient, people: People, mailer: Any
) -> None:
    await people.add("ana")
    await client.post("/auth/password/forgot", json={"email": "ana@example.com"})
    token = await _mailed_token(context, mailer)
    async with context.database.reading() as session:
        kept = [
            *await session.scalars(text("SELECT args::text FROM procrastinate_jobs")),
            *await session.scalars(text("SELECT e::text FROM identity_audit_entry e")),
        ]
    assert kept
    assert not any(token in line for line in kept)


def test_the_background_work_is_declared() -> None:
    table = JobTable.merged([jobs.JOBS])
    assert table.jobs["identity.seal_audit"].queue == "audit"
    assert set(table.schedules) == {"identity.seal_audit", "identity.forget_old"}


async def _counts(context: Context) -> dict[str, int]:
    tables = ("session", "refresh_token", "password_reset", "sign_in_guard")
    async with context.database.reading() as session:
        return {
            table: await session.scalar(text(f"SELECT count(*) FROM identity_{table}")) or 0
            for table in tables
        }


async def test_old_sessions_links_and_failures_are_forgotten(
    context: Context, client: httpx.AsyncClient, people: People, mailer: Any, clock: ManualClock
) -> None:
    before = await _counts(context)
    await people.add("ana")
    tokens = await people.sign_in("ana")
    await client.post("/auth/logout", headers=bearer(tokens["access_token"]))
    await client.post("/auth/login", json={"identifier": "ana", "password": "wrong wrong"})
    await client.post("/auth/password/forgot", json={"email": "ana@example.com"})
    await _mailed_token(context, mailer)
    clock.advance(timedelta(days=31))
    during = await _counts(context)
    assert all(during[table] > before[table] for table in during)
    await jobs.forget_old(context, {})
    after = await _counts(context)
    assert all(after[table] <= before[table] for table in after)


# --- second factor ---------------------------------------------------------------------------


async def _enable(
    client: httpx.AsyncClient, headers: dict[str, str], clock: ManualClock
) -> tuple[str, list[str]]:
    setup = (await client.post("/auth/totp/setup", headers=headers)).json()
    assert setup["uri"].startswith("otpauth://totp/GameOps:")
    assert setup["qr_svg"].startswith("<svg")
    code = _totp(setup["secret"], clock)
    answer = await client.post("/auth/totp/enable", json={"code": code}, headers=headers)
    assert answer.status_code == 200, answer.text
    return setup["secret"], answer.json()["recovery_codes"]


async def test_the_second_factor_is_asked_for_once_it_is_on(
    client: httpx.AsyncClient, people: People, clock: ManualClock
) -> None:
    await people.add("ana")
    secret, codes = await _enable(client, await people.headers("ana"), clock)
    assert len(set(codes)) == 10
    body = {"identifier": "ana", "password": PASSWORD}
    asked = await client.post("/auth/login", json=body)
    assert code_of(asked) == (401, "identity.second_factor_required")
    wrong = await client.post("/auth/login", json={**body, "code": "000000"})
    assert code_of(wrong) == (401, "identity.second_factor_wrong")
    clock.advance(timedelta(seconds=60))
    tokens = await people.sign_in("ana", code=_totp(secret, clock))
    assert tokens["user"]["totp_enabled"]


async def test_a_code_works_once_and_no_older_one_after_it(
    client: httpx.AsyncClient, people: People, clock: ManualClock
) -> None:
    await people.add("ana")
    secret, _ = await _enable(client, await people.headers("ana"), clock)
    clock.advance(timedelta(minutes=5))
    code = _totp(secret, clock)
    await people.sign_in("ana", code=code)
    for replayed in (code, _totp(secret, clock, steps=-1)):
        body = {"identifier": "ana", "password": PASSWORD, "code": replayed}
        answer = await client.post("/auth/login", json=body)
        assert code_of(answer) == (401, "identity.second_factor_wrong")
    await people.sign_in("ana", code=_totp(secret, clock, steps=1))


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401)])
async def test_a_code_may_be_one_step_off(
    client: httpx.AsyncClient, people: People, clock: ManualClock, steps: int, status: int
) -> None:
    await people.add("ana")
    secret, _ = await _enable(client, await people.headers("ana"), clock)
    clock.advance(timedelta(minutes=5))
    body = {"identifier": "ana", "password": PASSWORD, "code": _totp(secret, clock, steps=steps)}
    assert (await client.post("/auth/login", json=body)).status_code == status


async def test_a_recovery_code_stands_in_once(
    context: Context, client: httpx.AsyncClient, people: People, clock: ManualClock
) -> None:
    user_id = await people.add("ana")
    _, codes = await _enable(client, await people.headers("ana"), clock)
    await people.sign_in("ana", code=codes[0].lower().replace("-", " "))
    again = {"identifier": "ana", "password": PASSWORD, "code": codes[0]}
    answer = await client.post("/auth/login", json=again)
    assert code_of(answer) == (401, "identity.second_factor_wrong")
    async with context.database.reading() as session:
        used = select(RecoveryCode).where(RecoveryCode.user_id == user_id)
        stored = list(await session.scalars(used))
    assert sum(code.used_at is not None for code in stored) == 1
    assert not any(codes[1].encode() in code.digest for code in stored)


async def test_guessing_codes_locks_the_account(
    client: httpx.AsyncClient, people: People, clock: ManualClock, context: Context
) -> None:
    await people.add("ana")
    secret, _ = await _enable(client, await people.headers("ana"), clock)
    clock.advance(timedelta(minutes=5))
    body = {"identifier": "ana", "password": PASSWORD, "code": "not a code"}
    for _ in range(5):
        await client.post("/auth/login", json=body)
        await client.post("/auth/login", json={**body, "code": None})
        if _ < 4:  # a station's check must not start the count again
            await api.check_password(context, identifier="ana", password=PASSWORD)
    answer = await client.post("/auth/login", json={**body, "code": _totp(secret, clock)})
    assert code_of(answer) == (429, "identity.too_many_attempts")


async def test_switching_the_second_factor_off_takes_both_factors(
    client: httpx.AsyncClient, people: People, clock: ManualClock
) -> None:
    await people.add("ana")
    headers = await people.headers("ana")
    secret, codes = await _enable(client, headers, clock)
    clock.advance(timedelta(minutes=5))

    async def disable(password: str, code: str) -> httpx.Response:
        body = {"password": password, "code": code}
        return await client.post("/auth/totp/disable", json=body, headers=headers)

    assert code_of(await disable("wrong", codes[0])) == (403, "identity.password_wrong")
    assert code_of(await disable(PASSWORD, "000000")) == (401, "identity.second_factor_wrong")
    assert (await disable(PASSWORD, _totp(secret, clock))).status_code == 204
    assert code_of(await disable(PASSWORD, codes[1])) == (409, "identity.totp_not_set_up")
    await people.sign_in("ana")


async def test_somebody_who_lost_the_second_factor_is_let_in_by_who_is_above_them(
    context: Context, client: httpx.AsyncClient, people: People, clock: ManualClock
) -> None:
    user_id = await people.add("ana", ("staff", None))
    headers = await people.headers("ana")
    await _enable(client, headers, clock)
    below = Actor(id=user_id, kind="user")
    with pytest.raises(HoldsMore):
        async with context.unit_of_work() as uow:
            await api.reset_second_factor(uow, below, user_id)
    async with context.unit_of_work() as uow:
        await api.reset_second_factor(uow, SYSTEM, user_id)
    assert (await client.get("/auth/me", headers=headers)).status_code == 401
    await people.sign_in("ana")


async def test_a_second_factor_of_another_installation_opens_nothing(
    context: Context, client: httpx.AsyncClient, people: People, clock: ManualClock
) -> None:
    await people.add("ana")
    secret, _ = await _enable(client, await people.headers("ana"), clock)
    clock.advance(timedelta(minutes=5))
    object.__setattr__(context, "secret", b"the secret of another installation")
    body = {"identifier": "ana", "password": PASSWORD, "code": _totp(secret, clock)}
    answer = await client.post("/auth/login", json=body)
    assert code_of(answer) == (401, "identity.second_factor_wrong")


async def test_the_second_factor_is_set_up_once(
    client: httpx.AsyncClient, people: People, clock: ManualClock
) -> None:
    await people.add("ana")
    headers = await people.headers("ana")
    early = await client.post("/auth/totp/enable", json={"code": "123456"}, headers=headers)
    assert code_of(early) == (409, "identity.totp_not_set_up")
    await client.post("/auth/totp/setup", headers=headers)
    wrong = await client.post("/auth/totp/enable", json={"code": "abc"}, headers=headers)
    assert code_of(wrong) == (401, "identity.second_factor_wrong")
    await _enable(client, headers, clock)
    again = await client.post("/auth/totp/setup", headers=headers)
    assert code_of(again) == (409, "identity.totp_already_on")


async def test_the_secret_of_the_second_factor_is_stored_sealed(
    context: Context, client: httpx.AsyncClient, people: People, clock: ManualClock
) -> None:
    user_id = await people.add("ana")
    secret, _ = await _enable(client, await people.headers("ana"), clock)
    async with context.database.reading() as session:
        stored = await session.scalar(select(User.totp_secret).where(User.id == user_id))
    assert stored is not None
    assert secret not in stored
