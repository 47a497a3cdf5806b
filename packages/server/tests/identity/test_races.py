"""What happens when several do the same thing at once, on a database that really commits."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import text

from gameops.core.actor import SYSTEM
from gameops.core.context import Context
from gameops.core.ids import new_id
from gameops.identity import api
from gameops.identity.access.store import ADMIN_ID
from gameops.identity.accounts.model import SignInGuard
from gameops.identity.accounts.sign_in import guard_key
from gameops.identity.errors import LastAdmin

from .conftest import PASSWORD, People, bearer, make_app, make_client


def _fresh(prefix: str) -> str:
    return f"{prefix}{new_id().hex[-12:]}"


async def test_one_name_is_registered_once(committing_context: Context) -> None:
    name = _fresh("ana")
    async with make_client(make_app(committing_context)) as client:
        answers = await asyncio.gather(
            *(
                client.post(
                    "/auth/register",
                    json={
                        "email": f"{name}@example.com",
                        "username": f"{name}.{number}",
                        "display_name": "Ana",
                        "password": PASSWORD,
                    },
                )
                for number in range(10)
            )
        )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 9}
    codes = {answer.json()["code"] for answer in answers if answer.status_code != 201}
    assert codes == {"identity.email_taken"}


async def test_no_failure_is_lost_when_many_fail_at_once(committing_context: Context) -> None:
    name = _fresh("nobody")

    async def fail() -> None:
        with pytest.raises((api.WrongCredentials, api.TooManyAttempts)):
            await api.check_password(committing_context, identifier=name, password="wrong wrong")

    await asyncio.gather(*(fail() for _ in range(16)))
    async with committing_context.database.reading() as session:
        guard = await session.get(SignInGuard, guard_key(committing_context, None, name))
    assert guard is not None
    assert guard.failures >= 5
    assert guard.locked_until is not None


async def test_two_administrators_cannot_remove_each_other_at_once(
    committing_context: Context,
) -> None:
    async with make_client(make_app(committing_context)) as client:
        people = People(committing_context, client)
        names = [_fresh("one"), _fresh("two")]
        ids = [await people.add(name, ("admin", None)) for name in names]
        async with committing_context.unit_of_work() as uow:
            await uow.session.execute(
                text(
                    "DELETE FROM identity_role_grant WHERE role_id = :r AND user_id <> ALL (:ids)"
                ),
                {"r": ADMIN_ID, "ids": ids},
            )

        async def disable(user_id: object) -> str:
            try:
                async with committing_context.unit_of_work() as uow:
                    await api.update_user(uow, SYSTEM, user_id, state="disabled")  # type: ignore[arg-type]
            except LastAdmin:
                return "refused"
            return "done"

        assert sorted(await asyncio.gather(*map(disable, ids))) == ["done", "refused"]


async def test_a_second_factor_code_is_good_for_one_of_many_sign_ins(
    committing_context: Context,
) -> None:
    import pyotp

    async with make_client(make_app(committing_context)) as client:
        people = People(committing_context, client)
        name = _fresh("ana")
        await people.add(name)
        headers = bearer((await people.sign_in(name))["access_token"])
        secret = (await client.post("/auth/totp/setup", headers=headers)).json()["secret"]
        totp = pyotp.TOTP(secret)
        now = committing_context.clock.now()
        code = totp.at(now, counter_offset=-1)
        await client.post("/auth/totp/enable", json={"code": code}, headers=headers)
        body = {"identifier": name, "password": PASSWORD, "code": totp.at(now)}
        answers = await asyncio.gather(*(client.post("/auth/login", json=body) for _ in range(4)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 401: 3}


async def test_a_reset_link_is_good_for_one_of_many_tries(committing_context: Context) -> None:
    from gameops.identity.accounts.recovery import send_link

    async with make_client(make_app(committing_context)) as client:
        people = People(committing_context, client)
        name = _fresh("ana")
        await people.add(name)
        await send_link(committing_context, {"email": f"{name}@example.com"})
        mail = committing_context.mailer.sent[-1]  # type: ignore[attr-defined]
        token = mail.text.split("token=")[1].split()[0]
        answers = await asyncio.gather(
            *(
                client.post(
                    "/auth/password/reset",
                    json={"token": token, "password": f"fine password {number}"},
                )
                for number in range(6)
            )
        )
    assert Counter(answer.status_code for answer in answers) == {204: 1, 422: 5}
