"""Taking over the database of the service that GameOps replaces (SQLite, ``gameEvents.db``).

Its reports are replayed through the same rules as live ones, so that servers, events and curves
come out as if GameOps had been there; nobody is alerted. Repeating an import adds nothing.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from gameops.alerts.communities import store as communities
from gameops.alerts.communities.model import Community
from gameops.alerts.engine import store
from gameops.alerts.engine.apply import Batch
from gameops.alerts.errors import CommunityNotFound, ImportFailed
from gameops.alerts.intake.consumer import happen, new_server
from gameops.alerts.intake.inbox import Entry
from gameops.alerts.intake.reports import LONGEST_KEY, LONGEST_TEXT, MOST_PLAYERS, Report
from gameops.core.context import Context
from gameops.core.uow import UnitOfWork
from gameops.notify.api import channels_of, import_recipient

CHUNK: Final = 2_000
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(days=1)
"""A time zone that was not meant puts what happened a moment ago into the future."""
KINDS: Final = {"S": "sms", "W": "whatsapp"}


@dataclass(slots=True)
class Imported:
    """What was taken over."""

    servers: int = 0
    reports: int = 0
    people: int = 0
    skipped: int = 0
    without_channel: int = 0


Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class There:
    """Where reports go, and how their times are to be read."""

    community_id: UUID
    zone: ZoneInfo
    latest: datetime


async def import_files(
    context: Context, files: Sequence[Path], *, slug: str | None, time_zone: str
) -> Imported:
    """Import everything that some SQLite files hold, into a community."""
    done = Imported()
    async with context.database.reading() as session:
        community = await (
            communities.find_by_slug(session, slug) if slug else communities.find_default(session)
        )
    if community is None:
        raise CommunityNotFound
    latest = context.clock.now() + AHEAD
    there = There(community.id, zone=ZoneInfo(time_zone), latest=latest)
    for file in files:
        tables = read_tables(file)
        entries, skipped = _entries(tables, there)
        done.skipped += skipped
        for start in range(0, len(entries), CHUNK):
            async with context.unit_of_work() as uow:
                await _replay(uow, entries[start : start + CHUNK], done)
        async with context.unit_of_work() as uow:
            await _people(uow, community, tables.get("users", []), done, context.secret)
    return done


def read_tables(file: Path) -> dict[str, list[Row]]:
    """The tables that matter, by the names of their columns; whatever else there is stays."""
    tables: dict[str, list[Row]] = {}
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as base:
            base.row_factory = sqlite3.Row
            base.text_factory = _readable
            query = "SELECT name FROM sqlite_master WHERE type = 'table'"
            there = {row["name"].lower(): row["name"] for row in base.execute(query)}
            for wanted in ("gameevents", "servertracking", "users"):
                if wanted in there:
                    rows = base.execute(f'SELECT * FROM "{there[wanted]}"')  # noqa: S608 -- one of three names
                    tables[wanted] = [dict(row) for row in rows]
    except sqlite3.Error as error:
        raise ImportFailed(f"{file} is not a database that can be read.") from error
    if not tables:
        raise ImportFailed(f"{file} has no servers, events or people in it.")
    return tables


def _readable(cell: bytes) -> str:
    """Text in whatever encoding: one bad letter must not keep the rest back."""
    return cell.decode(errors="replace")


def _entries(tables: Mapping[str, list[Row]], there: There) -> tuple[list[Entry], int]:
    """Reports in the order of their time, and how many rows made no sense."""
    entries: list[Entry] = []
    skipped = 0
    seen: set[str] = set()
    for row in tables.get("gameevents", []):
        entry = _entry(row, there, players="curplayers")
        if entry is None:
            skipped += 1
        else:
            seen.add(entry.report.key)
            entries.append(entry)
    for row in tables.get("servertracking", []):
        entry = _entry(row, there, players="currentplayers")
        if entry is not None and entry.report.key not in seen:
            entries.append(entry)
    return sorted(entries, key=lambda entry: entry.at), skipped


def _entry(row: Row, there: There, *, players: str) -> Entry | None:
    at = _instant(row.get("created"), there.zone, there.latest)
    key = _text(row.get("serverurl"), LONGEST_KEY)
    if at is None or not key:
        return None
    deleted = str(row.get("event_type") or "").upper() == "DELETE"
    offline = str(row.get("status") or "").lower() == "offline"
    most = _count(row.get("maxplayers"))
    report = Report(
        key=key,
        url=key,
        players=_count(row.get(players)) or 0,
        status="deleted" if deleted else "offline" if offline else "online",
        game=_text(row.get("game"), LONGEST_TEXT),
        name=_text(row.get("server"), LONGEST_TEXT),
        region=_text(row.get("region"), LONGEST_TEXT),
        max_players=most,
    )
    return Entry(community_id=there.community_id, at=at, report=report)


def _instant(value: object, zone: ZoneInfo, latest: datetime) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(value))
        at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if EARLIEST <= at <= latest else None


def _text(value: object, longest: int) -> str:
    text = "" if value is None else str(value)
    return "".join(c for c in text if c >= " ").strip()[:longest]


def _count(value: object) -> int | None:
    try:
        return max(0, min(int(str(value)), MOST_PLAYERS))
    except ValueError:
        return None


async def _replay(uow: UnitOfWork, entries: Sequence[Entry], done: Imported) -> None:
    wanted = sorted({(entry.community_id, entry.report.key) for entry in entries})
    known = await store.lock_by_key(uow.session, wanted)
    batch = Batch(uow)
    for entry in entries:
        place = (entry.community_id, entry.report.key)
        server = known.get(place)
        if server is None:
            if entry.report.status == "deleted":
                continue
            server = known[place] = new_server(entry)
            batch.add(server)
            done.servers += 1
        newest = max(filter(None, (server.last_seen_at, server.changed_at)), default=None)
        if newest is not None and entry.at <= newest:
            continue  # of an earlier import, or GameOps was there itself
        batch.apply(server, partial(happen, report=entry.report, at=entry.at), entry.at)
        done.reports += 1
    await batch.write(tell=False)


async def _people(
    uow: UnitOfWork, community: Community, rows: Sequence[Row], done: Imported, secret: bytes
) -> None:
    channels = {
        channel.kind: channel.id for channel in await channels_of(uow.session, community.venue_id)
    }
    for kind, phone, opted_in in _phones(rows):
        channel_id = channels.get(kind)
        if channel_id is None:
            done.without_channel += 1
            continue
        new = await import_recipient(
            uow, channel_id=channel_id, kind=kind, address=phone, opted_in=opted_in, secret=secret
        )
        done.people += new
        done.skipped += not new


def _phones(rows: Sequence[Row]) -> Iterator[tuple[str, str, bool]]:
    for row in rows:
        phone = str(row.get("phone_number") or "").removeprefix("whatsapp:")
        kind = KINDS.get(str(row.get("type") or "S").upper()[:1], "sms")
        if phone:
            yield kind, phone, str(row.get("opt_in")).lower() in {"1", "true", "yes", "y"}
