"""Signing in, and everything that makes guessing slow."""

import asyncio
import threading
from datetime import timedelta

import bcrypt
import httpx
import pytest
from sqlalchemy import select, text, update

from gameops.core.actor import SYSTEM
from gameops.core.clock import ManualClock
from gameops.core.context import Context
from gameops.core.ratelimit import Limits
from gameops.identity import api
from gameops.identity.accounts.hashing import HashPool, use_hash_pool
from gameops.identity.accounts.model import User
from gameops.identity.accounts.sign_in import lock_after
from gameops.identity.errors import HashingBusy

from .conftest import PASSWORD, CheapHasher, People, bearer, code_of


async def _try(client: httpx.AsyncClient, name: str, password: str) -> httpx.Response:
    return await client.post("/auth/login", json={"identifier": name, "password": password})


async def _actions(context: Context) -> list[str]:
    async with context.database.reading() as session:
        query = text("SELECT action FROM identity_audit_entry ORDER BY id")
        return list(await session.scalars(query))


@pytest.mark.parametrize("identifier", ["ana", "ANA", " ana@EXAMPLE.com "])
async def test_a_person_signs_in_by_name_or_address_in_any_case(
    people: People, identifier: str
) -> None:
    await people.add("ana")
    tokens = await people.sign_in(identifier)
    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == 900
    assert tokens["refresh_token"].startswith("gor_")
    assert tokens["user"]["username"] == "ana"


async def test_a_person_signs_in_by_phone_number(context: Context, people: People) -> None:
    user_id = await people.add("ana")
    async with context.unit_of_work() as uow:
        await api.update_user(uow, SYSTEM, user_id, phone="+40 (721) 000-111")
    tokens = await people.sign_in("+40721000111")
    assert tokens["user"]["phone"] == "+40721000111"


async def test_a_wrong_password_and_an_unknown_name_cost_and_answer_the_same(
    client: httpx.AsyncClient, people: People, hasher: CheapHasher
) -> None:
    await people.add("ana")
    before = hasher.verified
    wrong = await _try(client, "ana", "not the password")
    assert hasher.verified == before + 1
    unknown = await _try(client, "nobody", "not the password")
    assert hasher.verified == before + 2
    assert code_of(wrong) == code_of(unknown) == (401, "identity.wrong_credentials")
    same = {k: v for k, v in wrong.json().items() if k != "request_id"}
    assert same == {k: v for k, v in unknown.json().items() if k != "request_id"}


@pytest.mark.parametrize("name", ["ana", "nobody"])
async def test_after_five_failures_a_name_waits_whether_or_not_it_exists(
    client: httpx.AsyncClient, people: People, clock: ManualClock, hasher: CheapHasher, name: str
) -> None:
    await people.add("ana")
    for _ in range(5):
        assert (await _try(client, name, "not the password")).status_code == 401
    hashed = hasher.verified
    locked = await _try(client, name, PASSWORD)
    assert code_of(locked) == (429, "identity.too_many_attempts")
    assert locked.headers["Retry-After"] == "30"
    assert hasher.verified == hashed
    clock.advance(timedelta(seconds=31))
    assert (await _try(client, name, "still wrong")).status_code == 401
    assert (await _try(client, name, "still wrong")).headers["Retry-After"] == "60"


async def test_signing_in_forgets_the_failures(client: httpx.AsyncClient, people: People) -> None:
    await people.add("ana")
    for _ in range(3):
        for _ in range(4):
            await _try(client, "ana", "not the password")
        await people.sign_in("ana")


async def test_names_of_one_account_share_its_failures(
    client: httpx.AsyncClient, people: People
) -> None:
    await people.add("ana")
    for name in ("ana", "ana@example.com", "ANA", "Ana@example.com", "ana"):
        await _try(client, name, "not the password")
    assert (await _try(client, "ana@example.com", PASSWORD)).status_code == 429


def test_the_lock_doubles_up_to_a_quarter_of_an_hour() -> None:
    locks = [lock_after(failures) for failures in (4, 5, 6, 7, 9, 10, 1_000)]
    seconds = [lock and lock.total_seconds() for lock in locks]
    assert seconds == [None, 30, 60, 120, 480, 900, 900]


async def test_guessing_in_parallel_gains_nothing(
    people: People, client: httpx.AsyncClient
) -> None:
    await people.add("ana")
    for _ in range(4):
        await _try(client, "ana", "not the password")

    class WhileHashing(CheapHasher):
        """Another guess fails for the fifth time while the right password is being hashed."""

        def verify(self, password: str, stored: str) -> tuple[bool, str | None]:
            if password == PASSWORD:
                asyncio.run_coroutine_threadsafe(
                    _try(client, "ana", "the fifth failure"), loop
                ).result(10)
            return super().verify(password, stored)

    loop = asyncio.get_running_loop()
    use_hash_pool(HashPool(WhileHashing()))
    assert (await _try(client, "ana", PASSWORD)).status_code == 429


async def test_one_address_may_not_try_without_end(
    context: Context, client: httpx.AsyncClient
) -> None:
    limited = Limits()
    object.__setattr__(context, "limits", limited)
    answers = [await _try(client, f"name{n}", "not the password") for n in range(31)]
    assert {a.status_code for a in answers[:30]} == {401}
    assert code_of(answers[30]) == (429, "identity.too_many_attempts")
    assert int(answers[30].headers["Retry-After"]) >= 1


async def test_a_disabled_account_answers_like_a_wrong_password(
    context: Context, people: People, client: httpx.AsyncClient
) -> None:
    user_id = await people.add("ana")
    async with context.unit_of_work() as uow:
        await api.update_user(uow, SYSTEM, user_id, state="disabled")
    assert code_of(await _try(client, "ana", PASSWORD)) == (401, "identity.wrong_credentials")


async def test_an_account_without_a_password_cannot_sign_in(
    people: People, client: httpx.AsyncClient
) -> None:
    await people.add("ana", password=None)
    assert code_of(await _try(client, "ana", "")) == (401, "identity.wrong_credentials")


async def test_a_bcrypt_hash_is_taken_and_replaced(context: Context, people: People) -> None:
    user_id = await people.add("ana")
    old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    async with context.unit_of_work() as uow:
        await uow.session.execute(update(User).values(password_hash=old))
    await people.sign_in("ana")
    async with context.database.reading() as session:
        stored = await session.scalar(select(User.password_hash).where(User.id == user_id))
    assert stored is not None
    assert stored.startswith("$argon2id$")
    await people.sign_in("ana")


async def test_a_full_hash_queue_is_an_answer_and_not_a_wait() -> None:
    gate, started = threading.Event(), threading.Semaphore(0)

    class Slow(CheapHasher):
        def verify(self, password: str, stored: str) -> tuple[bool, str | None]:
            started.release()
            gate.wait(10)
            return super().verify(password, stored)

    pool = HashPool(Slow(), threads=2, queue=3)
    waiting = [asyncio.create_task(pool.verify("x", None)) for _ in range(5)]
    await asyncio.to_thread(started.acquire)
    with pytest.raises(HashingBusy) as refused:
        await pool.verify("x", None)
    assert refused.value.retry_after >= 1
    gate.set()
    assert await asyncio.gather(*waiting) == [(False, None)] * 5
    assert await pool.verify("x", None) == (False, None)


async def test_sign_ins_and_failures_are_logged_without_what_was_typed(
    context: Context, people: People, client: httpx.AsyncClient
) -> None:
    await people.add("ana")
    await _try(client, "my secret typed as a name", "not the password")
    await people.sign_in("ana")
    assert (await _actions(context))[-2:] == ["identity.sign_in_failed", "identity.signed_in"]
    async with context.database.reading() as session:
        rows = await session.execute(text("SELECT e::text FROM identity_audit_entry e"))
        logged = "\n".join(rows.scalars())
    for secret in (PASSWORD, "not the password", "my secret", "argon2"):
        assert secret not in logged


async def test_a_station_checks_a_password_under_the_same_protections(
    context: Context, people: People
) -> None:
    user_id = await people.add("ana")
    assert await api.check_password(context, identifier="ana", password=PASSWORD) == user_id
    for _ in range(5):
        with pytest.raises(api.WrongCredentials):
            await api.check_password(context, identifier="ana", password="not it at all")
    with pytest.raises(api.TooManyAttempts):
        await api.check_password(context, identifier="ana", password=PASSWORD)


@pytest.mark.parametrize(
    "body",
    [{}, {"identifier": "a\x00b", "password": "x"}, {"identifier": "a" * 300, "password": "x"}],
)
async def test_input_is_bounded(client: httpx.AsyncClient, body: dict[str, str]) -> None:
    assert (await client.post("/auth/login", json=body)).status_code == 422


async def test_nobody_gets_in_without_a_token(client: httpx.AsyncClient) -> None:
    assert code_of(await client.get("/auth/me")) == (401, "core.unauthenticated")
    for token in ("nonsense", "gok_x", "gok_abcdefgh_wrong", "a.b.c", "x" * 5000):
        answer = await client.get("/auth/me", headers=bearer(token))
        assert code_of(answer) == (401, "identity.token_invalid")
