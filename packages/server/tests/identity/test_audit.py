"""The audit log: written, searched, sealed, and every kind of tampering found."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gameops.core.actor import SYSTEM, Actor
from gameops.core.clock import ManualClock
from gameops.core.context import Context
from gameops.core.ids import new_id
from gameops.core.uow import Origin
from gameops.identity import api, jobs
from gameops.identity.audit import verification
from gameops.identity.audit.sealing import seal_pending
from gameops.identity.audit.verification import Verdict, verify

from .conftest import People, bearer

VIEW = "identity.audit.view"


async def _write(context: Context, count: int = 1, **fields: Any) -> None:
    entries = [
        api.AuditRecord(
            actor=SYSTEM,
            **{
                "action": "test.done",
                "subject_type": "thing",
                "subject_id": str(number),
                "venue_id": None,
                "summary": f"Thing {number} was done",
                "detail": {"b": [1, 2.5, None], "a": {"ü": "é"}},
                **fields,
            },
        )
        for number in range(count)
    ]
    async with context.unit_of_work(Origin("192.0.2.1", "request-1")) as uow:
        await api.record_audits(uow, entries)


async def _run(context: Context, *statements: str) -> None:
    """What somebody with the database's superuser could do."""
    async with context.database.sessions() as session, session.begin():
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            await session.execute(text(statement))
        await session.execute(text("SET LOCAL session_replication_role = origin"))


@pytest.fixture
async def log(context: Context) -> Context:
    """A log of nothing but nine sealed entries."""
    await _run(
        context,
        *(f"DELETE FROM identity_audit_{t}" for t in ("seal", "pending", "head", "entry")),
    )
    await _write(context, 5)
    assert await seal_pending(context) == 5
    await _write(context, 4)
    assert await seal_pending(context, limit=3) == 3
    assert await seal_pending(context) == 1
    assert await seal_pending(context) == 0
    return context


async def _ids(context: Context) -> list[int]:
    async with context.database.reading() as session:
        return list(await session.scalars(text("SELECT id FROM identity_audit_entry ORDER BY id")))


# --- writing ---------------------------------------------------------------------------------


async def test_an_entry_says_who_did_what_from_where(context: Context, venue: UUID) -> None:
    actor = Actor(id=new_id(), kind="user", name="Ana")
    async with context.unit_of_work(Origin("192.0.2.1", "request-1")) as uow:
        await api.record_audit(
            uow,
            actor,
            action="venue.session_started",
            subject_type="session",
            subject_id=new_id(),
            venue_id=venue,
            summary="x" * 1000,
            detail={"minutes": 30},
        )
    async with context.database.reading() as session:
        query = text("SELECT * FROM identity_audit_entry WHERE venue_id = :id")
        row = (await session.execute(query, {"id": venue})).mappings().one()
    assert (row["actor_id"], row["actor_name"], row["actor_kind"]) == (actor.id, "Ana", "user")
    assert (row["ip"], row["request_id"]) == ("192.0.2.1", "request-1")
    assert len(row["summary"]) == 500
    assert row["detail"] == {"minutes": 30}
    assert row["at"] == context.clock.now()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE identity_audit_entry SET summary = 'x'",
        "DELETE FROM identity_audit_entry",
        "TRUNCATE identity_audit_entry CASCADE",
        "UPDATE identity_audit_seal SET hash = ''",
        "DELETE FROM identity_audit_seal",
        "TRUNCATE identity_audit_seal",
    ],
)
async def test_the_log_refuses_every_change(log: Context, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        async with log.database.sessions() as session, session.begin():
            await session.execute(text(statement))


async def test_a_failed_unit_of_work_logs_nothing(log: Context) -> None:
    before = await _ids(log)
    with pytest.raises(RuntimeError):  # noqa: PT012 -- the block is what fails
        async with log.unit_of_work() as uow:
            await api.record_audits(uow, [])
            await api.record_audit(
                uow, SYSTEM, action="a", subject_type="b", subject_id=None, venue_id=None
            )
            raise RuntimeError
    assert await _ids(log) == before


# --- searching -------------------------------------------------------------------------------


async def test_the_log_is_searched_in_every_way(
    context: Context, client: httpx.AsyncClient, people: People, venue: UUID, clock: ManualClock
) -> None:
    await people.add("boss", ("admin", None))
    boss = await people.headers("boss")
    await _write(context, 3, venue_id=venue)
    clock.advance(timedelta(minutes=1))
    boss_id = (await client.get("/auth/me", headers=boss)).json()["id"]
    await _write(context, 1, venue_id=venue, action="test.undone", summary="It is 100% back")
    later = clock.now().isoformat()

    async def found(**params: str) -> list[str]:
        answer = await client.get("/audit", params=params, headers=boss)
        assert answer.status_code == 200, answer.text
        return [f"{item['action']}:{item['subject_id']}" for item in answer.json()["items"]]

    here = {"venue_id": str(venue)}
    assert await found(**here) == ["test.undone:0", "test.done:2", "test.done:1", "test.done:0"]
    assert await found(**here, action="test.undone") == ["test.undone:0"]
    assert await found(**here, subject_id="2") == ["test.done:2"]
    assert await found(**here, q="100% BACK") == ["test.undone:0"]
    assert await found(**here, q="thing 1") == ["test.done:1"]
    assert await found(**{**here, "from": later}) == ["test.undone:0"]
    assert len(await found(**here, to=later)) == 3
    assert await found(actor_id=boss_id, action="identity.signed_in") != []
    page = (await client.get("/audit", params={**here, "limit": "3"}, headers=boss)).json()
    assert await found(**here, cursor=page["next_cursor"]) == ["test.done:0"]
    clock.advance(timedelta(days=91))
    boss = await people.headers("boss")
    assert await found(**here, q="thing") == []


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_instants_at_the_ends_of_the_calendar_are_refused(
    client: httpx.AsyncClient, people: People, instant: str
) -> None:
    await people.add("boss", ("admin", None))
    boss = await people.headers("boss")
    for name in ("from", "to"):
        answer = await client.get("/audit", params={name: instant, "q": "x"}, headers=boss)
        assert answer.status_code == 422


async def test_the_log_of_another_venue_is_not_even_there(
    context: Context, client: httpx.AsyncClient, people: People, venue: UUID, other_venue: UUID
) -> None:
    await people.add("manager", ("admin", venue))
    manager = await people.headers("manager")
    await _write(context, venue_id=venue)
    await _write(context, venue_id=other_venue)
    items = (await client.get("/audit", headers=manager)).json()["items"]
    assert items
    assert {item["venue_id"] for item in items} == {str(venue)}
    answer = await client.get("/audit", params={"venue_id": str(other_venue)}, headers=manager)
    assert answer.status_code == 404
    assert (await client.get("/audit/verify", headers=manager)).status_code == 403


# --- sealing ---------------------------------------------------------------------------------


async def test_entries_are_sealed_behind_the_writers_backs(
    log: Context, client: httpx.AsyncClient, people: People
) -> None:
    await people.add("boss", ("admin", None))
    boss = await people.headers("boss")
    newest = (await client.get("/audit", headers=boss)).json()["items"][0]
    assert newest["sealed"] is False
    await jobs.seal_audit(log, {})
    newest = (await client.get("/audit", headers=boss)).json()["items"][0]
    assert newest["sealed"] is True
    verdict = (await client.get("/audit/verify", headers=boss)).json()
    assert verdict["ok"] is True
    assert verdict["first_bad"] is None
    assert verdict["checked"] == len(await _ids(log))
    assert verdict["sealed_through"] == newest["id"]


async def test_only_one_process_seals_at_a_time(committing_context: Context) -> None:
    await _write(committing_context)
    async with committing_context.database.sessions() as session, session.begin():
        await session.execute(text("SELECT pg_advisory_xact_lock(24225)"))
        assert await seal_pending(committing_context) == 0
    assert await seal_pending(committing_context) > 0
    assert (await verify(committing_context)).ok


async def test_an_intact_log_is_found_intact_in_batches(
    log: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "BATCH", 2)
    ids = await _ids(log)
    assert await verify(log) == Verdict(ok=True, checked=9, sealed_through=ids[-1], first_bad=None)


async def test_an_empty_log_is_intact(log: Context) -> None:
    await _run(
        log,
        *(f"DELETE FROM identity_audit_{t}" for t in ("seal", "pending", "head", "entry")),
    )
    assert (await verify(log)).ok


async def test_an_entry_that_waits_its_turn_is_fine(log: Context, clock: ManualClock) -> None:
    await _write(log)
    assert (await verify(log)).ok
    clock.advance(timedelta(minutes=11))
    verdict = await verify(log)
    assert verdict.first_bad is not None
    assert verdict.first_bad.reason == "not_sealed"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("summary", "'nothing to see'"),
        ("detail", "'{}'"),
        ("at", "at - interval '1 hour'"),
        ("actor_id", "gen_random_uuid()"),
        ("actor_kind", "'user'"),
        ("actor_name", "'Somebody else'"),
        ("action", "'test.undone'"),
        ("subject_id", "NULL"),
        ("subject_type", "'other'"),
        ("venue_id", "gen_random_uuid()"),
        ("ip", "NULL"),
        ("request_id", "'other'"),
    ],
)
async def test_an_altered_entry_is_found(log: Context, column: str, value: str) -> None:
    victim = (await _ids(log))[4]
    await _run(log, f"UPDATE identity_audit_entry SET {column} = {value} WHERE id = {victim}")
    verdict = await verify(log)
    assert verdict.ok is False
    assert verdict.first_bad is not None
    assert (verdict.first_bad.entry_id, verdict.first_bad.reason) == (
        victim,
        "entry_or_seal_altered",
    )
    assert verdict.checked == 4


_E, _S, _H = "identity_audit_entry", "identity_audit_seal", "identity_audit_head"
_VICTIM = f"(SELECT entry_id FROM {_S} WHERE seq = 5)"
_PAIR = f"IN (SELECT entry_id FROM {_S} WHERE seq IN (6, 7))"
_SWAP = (
    f"UPDATE {_E} a SET summary = b.summary, subject_id = b.subject_id FROM {_E} b"
    f" WHERE a.id {_PAIR} AND b.id {_PAIR} AND a.id <> b.id"
)
_FORGED = f"(SELECT max(id) FROM {_E}), sha256('x')"
_COPY = (
    f"INSERT INTO {_E} OVERRIDING SYSTEM VALUE SELECT (SELECT max(id) + 100 FROM {_E}), at,"
    " venue_id, actor_id, actor_kind, actor_name, action, subject_type, subject_id, summary,"
    f" detail, ip, request_id FROM {_E} LIMIT 1"
)

TAMPERINGS = {
    "an entry is removed": ([f"DELETE FROM {_E} WHERE id = {_VICTIM}"], "entry_removed"),
    "an entry is removed with its seal": (
        [f"DELETE FROM {_E} WHERE id = {_VICTIM}", f"DELETE FROM {_S} WHERE seq = 5"],
        "seal_missing",
    ),
    "an entry is removed and the seals close up": (
        [
            f"DELETE FROM {_E} WHERE id = {_VICTIM}",
            f"DELETE FROM {_S} WHERE seq = 5",
            f"UPDATE {_S} SET seq = -seq WHERE seq > 5",
            f"UPDATE {_S} SET seq = -seq - 1 WHERE seq < 0",
        ],
        "entry_or_seal_altered",
    ),
    "a seal is removed": ([f"DELETE FROM {_S} WHERE seq = 5"], "seal_missing"),
    "a seal is altered": (
        [f"UPDATE {_S} SET hash = hash || 'x' WHERE seq = 5"],
        "entry_or_seal_altered",
    ),
    "two entries change places": (
        [
            _SWAP,
        ],
        "entry_or_seal_altered",
    ),
    "two seals change places": (
        [
            f"UPDATE {_S} SET seq = -seq WHERE seq IN (5, 6)",
            f"UPDATE {_S} SET seq = 11 + seq WHERE seq < 0",
        ],
        "entry_or_seal_altered",
    ),
    "an entry is put in past the queue": ([_COPY], "not_sealed"),
    "an entry is put in with a made-up seal": (
        [
            _COPY,
            f"INSERT INTO {_S} SELECT max(seq) + 1, {_FORGED} FROM {_S}",
        ],
        "entry_or_seal_altered",
    ),
    "the tail is cut off": (
        [
            f"DELETE FROM {_E} WHERE id IN (SELECT entry_id FROM {_S} WHERE seq > 6)",
            f"DELETE FROM {_S} WHERE seq > 6",
        ],
        "tail_cut",
    ),
    "the tail is cut off and the head moved back": (
        [
            f"DELETE FROM {_E} WHERE id IN (SELECT entry_id FROM {_S} WHERE seq > 6)",
            f"DELETE FROM {_S} WHERE seq > 6",
            f"UPDATE {_H} SET seq = 6, count = 6, hash = (SELECT hash FROM {_S} WHERE seq = 6)",
        ],
        "head_altered",
    ),
    "everything is emptied but the head": ([f"DELETE FROM {_E}", f"DELETE FROM {_S}"], "tail_cut"),
    "the head is removed": ([f"DELETE FROM {_H}"], "head_missing"),
    "the head's count is altered": ([f"UPDATE {_H} SET count = 7"], "head_altered"),
    "the head's hash is altered": ([f"UPDATE {_H} SET hash = sha256('x')"], "head_altered"),
    "the head's signature is altered": ([f"UPDATE {_H} SET mac = sha256('x')"], "head_altered"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
async def test_tampering_is_found(log: Context, name: str) -> None:
    statements, reason = TAMPERINGS[name]
    assert (await verify(log)).ok
    await _run(log, *statements)
    verdict = await verify(log)
    assert verdict.ok is False
    assert verdict.first_bad is not None
    assert verdict.first_bad.reason == reason


async def test_an_entry_removed_before_it_was_sealed_is_missed(log: Context) -> None:
    await _write(log)
    gone = (await _ids(log))[-1]
    await _run(log, f"DELETE FROM identity_audit_entry WHERE id = {gone}")
    assert await seal_pending(log) == 0
    verdict = await verify(log)
    assert verdict.first_bad is not None
    assert (verdict.first_bad.entry_id, verdict.first_bad.reason) == (gone, "entry_removed")


async def test_a_chain_of_another_installation_is_not_ours(log: Context) -> None:
    object.__setattr__(log, "secret", b"the secret of another installation")
    assert (await verify(log)).ok is False


async def test_every_change_of_access_is_logged(
    client: httpx.AsyncClient, people: People, venue: UUID
) -> None:
    await people.add("boss", ("admin", None))
    boss = await people.headers("boss")
    role = {"name": "Till", "venue_id": str(venue), "permissions": [VIEW]}
    role_id = (await client.post("/roles", json=role, headers=boss)).json()["id"]
    await client.patch(f"/roles/{role_id}", json={"name": "Desk"}, headers=boss)
    user_id = await people.add("ana")
    grants = {"roles": [{"role_id": role_id, "venue_id": str(venue)}]}
    await client.patch(f"/users/{user_id}", json=grants, headers=boss)
    await client.patch(f"/users/{user_id}", json={"roles": []}, headers=boss)
    await client.delete(f"/roles/{role_id}", headers=boss)
    key = (
        await client.post("/auth/api-keys", json={"name": "K", "scopes": [VIEW]}, headers=boss)
    ).json()
    listed = await client.get("/audit", headers=bearer(key["secret"]))
    await client.delete(f"/auth/api-keys/{key['id']}", headers=boss)
    actions = [item["action"] for item in listed.json()["items"]]
    assert actions[:7] == [
        "identity.api_key_created",
        "identity.role_deleted",
        "identity.role_revoked",
        "identity.role_granted",
        "identity.user_created",
        "identity.role_updated",
        "identity.role_created",
    ]
    newest = (await client.get("/audit", headers=boss)).json()["items"][0]
    assert newest["action"] == "identity.api_key_revoked"
    assert newest["actor"]["kind"] == "user"
    assert newest["ip"] == "192.0.2.10"
    assert newest["request_id"]
