"""The engine's SQL: servers, events and samples are read and written as sets, not one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.alerts.engine.model import Happening, Watched
from gameops.alerts.watching.reading import Observation
from gameops.core.db import to_json

_FIELDS: Final = tuple(field.name for field in fields(Watched))
_COLUMNS: Final = ", ".join(f's."{name}"' for name in _FIELDS)
_FIXED: Final = {
    *("id", "community_id", "key", "origin", "named", "tagged", "address", "port", "down_after"),
    *("maintenance_until", "created_at"),
}
_WRITTEN: Final = tuple(name for name in _FIELDS if name not in _FIXED)
_TYPES: Final[Mapping[str, str]] = {
    "tags": "jsonb",
    "turns": "jsonb",
    "player_names": "jsonb",
    "flapping": "boolean",
    "players": "int",
    "bots": "int",
    "max_players": "int",
    "latency_ms": "int",
    "misses": "int",
    "sequence": "bigint",
    "occurred_at": "timestamptz",
    "last_seen_at": "timestamptz",
    "changed_at": "timestamptz",
    "idle_noted_at": "timestamptz",
    "deleted_at": "timestamptz",
}

_BY_KEY = text(f"""
SELECT {_COLUMNS} FROM alerts_server s
JOIN jsonb_to_recordset(CAST(:keys AS jsonb)) AS k(community_id uuid, key text)
  ON s.community_id = k.community_id AND s.key = k.key
ORDER BY s.id FOR UPDATE OF s
""")  # noqa: S608 -- names of our own fields
_BY_ID = text(f"""
SELECT {_COLUMNS} FROM alerts_server s WHERE s.id = ANY(:ids) ORDER BY s.id FOR UPDATE OF s
""")  # noqa: S608 -- names of our own fields
_FLAPPING = text(f"""
SELECT {_COLUMNS} FROM alerts_server s
WHERE s.flapping AND s.deleted_at IS NULL ORDER BY s.id FOR UPDATE OF s SKIP LOCKED
""")  # noqa: S608 -- names of our own fields
_IDLE = text(f"""
SELECT {_COLUMNS} FROM alerts_server s
WHERE s.community_id = :community_id AND s.deleted_at IS NULL AND s.players = 0
  AND s.state <> 'down' AND s.changed_at < :since
  AND (s.idle_noted_at IS NULL OR s.idle_noted_at < :noted)
ORDER BY s.id FOR UPDATE OF s
""")  # noqa: S608 -- names of our own fields
_SILENT = text(f"""
SELECT {_COLUMNS} FROM alerts_server s
WHERE s.community_id = :community_id AND s.deleted_at IS NULL AND s.origin = 'reported'
  AND s.last_seen_at < :since
ORDER BY s.id FOR UPDATE OF s
""")  # noqa: S608 -- names of our own fields
_INSERT = text("""
INSERT INTO alerts_server
    (id, community_id, origin, key, name, named, tags, state, turns, player_names, created_at)
SELECT id, community_id, origin, key, name, false, '[]', 'unknown', '[]', '[]', created_at
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS v(id uuid, community_id uuid, origin text, key text, name text, created_at timestamptz)
ON CONFLICT DO NOTHING
""")
_UPDATE = text(f"""
UPDATE alerts_server s SET {", ".join(f'"{name}" = v."{name}"' for name in _WRITTEN)}
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS v(id uuid, {", ".join(f'"{name}" {_TYPES.get(name, "text")}' for name in _WRITTEN)})
WHERE s.id = v.id
""")  # noqa: S608 -- names of our own fields
_PROTOCOLS = text("""
UPDATE alerts_server s SET protocol = v.protocol, query_port = v.query_port
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS v(id uuid, protocol text, query_port int)
WHERE s.id = v.id AND s.protocol IS NULL
""")
_EVENTS = text("""
INSERT INTO alerts_event
    (id, community_id, server_id, kind, at, players, before, max_players, map, detail)
SELECT id, community_id, server_id, kind, at, players, before, max_players, map, detail
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS v(
    id uuid, community_id uuid, server_id uuid, kind text, at timestamptz, players int,
    before int, max_players int, map text, detail jsonb)
""")
_SAMPLES = text("""
INSERT INTO alerts_sample (server_id, at, up, players, bots)
SELECT server_id, at, up, players, bots FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS v(server_id uuid, at timestamptz, up boolean, players int, bots int)
ON CONFLICT (server_id, at)
DO UPDATE SET up = excluded.up, players = excluded.players, bots = excluded.bots
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A happening with the row it became."""

    id: UUID
    server: Watched
    happening: Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRow:
    """A new count, from an instant on."""

    server_id: UUID
    at: datetime
    up: bool
    players: int
    bots: int


async def lock_by_key(
    session: AsyncSession, keys: Iterable[tuple[UUID, str]]
) -> dict[tuple[UUID, str], Watched]:
    """The servers that have these keys, locked in the order of their ids."""
    wanted = [{"community_id": community_id, "key": key} for community_id, key in keys]
    rows = await _load(session, _BY_KEY, {"keys": to_json(wanted)})
    return {(server.community_id, server.key): server for server in rows}


async def lock_by_id(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Watched]:
    """These servers, locked in the order of their ids."""
    rows = await _load(session, _BY_ID, {"ids": sorted(ids)})
    return {server.id: server for server in rows}


async def lock_flapping(session: AsyncSession) -> list[Watched]:
    """Servers that flap."""
    return await _load(session, _FLAPPING, {})


async def lock_idle(
    session: AsyncSession, community_id: UUID, *, since: datetime, noted: datetime
) -> list[Watched]:
    """Empty servers whose count has not changed since, and of which that was last said before."""
    values = {"community_id": community_id, "since": since, "noted": noted}
    return await _load(session, _IDLE, values)


async def lock_silent(
    session: AsyncSession, community_id: UUID, *, since: datetime
) -> list[Watched]:
    """Reported servers of which nothing has been heard since."""
    return await _load(session, _SILENT, {"community_id": community_id, "since": since})


async def _load(session: AsyncSession, query: Any, values: Mapping[str, Any]) -> list[Watched]:  # noqa: ANN401 -- a text clause
    rows = (await session.execute(query, values)).all()
    return [_watched(row) for row in rows]


def _watched(row: Sequence[Any]) -> Watched:
    server = Watched(**dict(zip(_FIELDS, row, strict=True)))
    server.turns = [datetime.fromisoformat(str(turn)) for turn in server.turns]
    return server


async def insert_servers(session: AsyncSession, servers: Sequence[Watched]) -> None:
    """New rows; what is known of them follows by :func:`update_servers`."""
    names = ("id", "community_id", "origin", "key", "name", "created_at")
    rows = [{name: getattr(server, name) for name in names} for server in servers]
    if rows:
        await session.execute(_INSERT, {"rows": to_json(rows)})


async def update_servers(session: AsyncSession, servers: Sequence[Watched]) -> None:
    """Write what the engine knows; what people set is left alone."""
    names = ("id", *_WRITTEN)
    rows = [{name: getattr(server, name) for name in names} for server in servers]
    if rows:
        await session.execute(_UPDATE, {"rows": to_json(rows)})


async def keep_protocols(session: AsyncSession, found: Sequence[Observation]) -> None:
    """Remember how servers were found to answer."""
    rows = [
        {"id": seen.server_id, "protocol": seen.protocol, "query_port": seen.query_port}
        for seen in found
    ]
    if rows:
        await session.execute(_PROTOCOLS, {"rows": to_json(rows)})


async def insert_events(session: AsyncSession, recorded: Sequence[Recorded]) -> None:
    """Add to the history."""
    rows = [
        {
            "id": entry.id,
            "community_id": entry.server.community_id,
            "server_id": entry.server.id,
            "kind": entry.happening.kind,
            "at": entry.happening.at,
            "players": entry.happening.players,
            "before": entry.happening.before,
            "max_players": entry.happening.max_players,
            "map": entry.happening.map,
            "detail": entry.happening.detail | ({"damped": True} if entry.happening.damped else {}),
        }
        for entry in recorded
    ]
    if rows:
        await session.execute(_EVENTS, {"rows": to_json(rows)})


async def insert_samples(session: AsyncSession, samples: Sequence[SampleRow]) -> None:
    """Add to the curves; the last word of one instant counts."""
    newest = {(sample.server_id, sample.at): asdict(sample) for sample in samples}
    if newest:
        await session.execute(_SAMPLES, {"rows": to_json(list(newest.values()))})
