"""The SQL of sessions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, func, or_, select, text, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from gameops.core.db import AnyRow, Base
from gameops.core.paging import PageRequest, Slice, after, cut
from gameops.venue.customers.model import Customer
from gameops.venue.errors import (
    MemberAlreadyPlaying,
    NoTariff,
    SessionNotFound,
    StationBusy,
    StationNotFound,
)
from gameops.venue.sessions.model import JournalRecord, Segment, Session, Terms
from gameops.venue.stations.model import Station
from gameops.venue.tariffs import store as tariffs
from gameops.venue.tariffs.model import Tariff, TariffVersion
from gameops.venue.tariffs.pricing import TariffRules
from gameops.venue.venues.model import Tier, Venue, Zone


@dataclass(frozen=True, slots=True)
class Place:
    """A station with its zone, venue, and the tariff version in force there."""

    station: Station
    zone: Zone
    venue: Venue
    version_id: UUID
    rules: TariffRules

    @property
    def name(self) -> str:
        """What stands on a price line."""
        return f"{self.zone.name} · {self.station.name}"

    def terms(self, tier: Tier) -> Terms:
        """The rules of time here for a member of a tier."""
        return Terms(
            rules=self.rules,
            tz=self.venue.tz,
            discount_bp=self.rules.discount_bp(tier),
            place=self.name,
        )


_IN_FORCE = (
    select(TariffVersion.id, TariffVersion.rules)
    .join(Tariff, Tariff.id == TariffVersion.tariff_id)
    .where(
        Tariff.venue_id == Station.venue_id,
        Tariff.archived.is_(False),
        text("venue_tariff_version.valid_from <= :at"),
        text(
            "(venue_tariff.zone_ids = '[]' OR venue_tariff.zone_ids"
            " @> to_jsonb(CAST(venue_station.zone_id AS text)))"
        ),
        text(
            "(venue_tariff.kinds = '[]' OR venue_tariff.kinds"
            " @> to_jsonb(CAST(venue_station.kind AS text)))"
        ),
    )
    .order_by(
        text("(venue_tariff.zone_ids <> '[]') DESC, (venue_tariff.kinds <> '[]') DESC"),
        Tariff.id,
        TariffVersion.valid_from.desc(),
        TariffVersion.version.desc(),
    )
    .limit(1)
    .correlate(Station)
    .lateral("in_force")
)
_PLACE = (
    select(Station, Zone, Venue, _IN_FORCE.c.id, _IN_FORCE.c.rules)
    .join(Zone, Zone.id == Station.zone_id)
    .join(Venue, Venue.id == Station.venue_id)
    .outerjoin(_IN_FORCE, true())
    .where(Station.id == bindparam("station_id"), Station.removed_at.is_(None))
)


async def get_place(session: AsyncSession, station_id: UUID, at: datetime) -> Place:
    """Where a session is to run, and the most specific tariff that holds there."""
    row = (await session.execute(_PLACE, {"station_id": station_id, "at": at})).first()
    if row is None:
        raise StationNotFound(station_id=station_id)
    station, zone, venue, version_id, rules = row
    if version_id is None:
        raise NoTariff
    return Place(station, zone, venue, version_id, tariffs.rules_of(version_id, rules))


_OPEN = text("""
WITH opened AS (
    INSERT INTO venue_session
    SELECT * FROM jsonb_populate_record(CAST(NULL AS venue_session), CAST(:session AS jsonb))
    RETURNING station_id, customer_id, started_at
), begun AS (
    INSERT INTO venue_segment
    SELECT * FROM jsonb_populate_record(CAST(NULL AS venue_segment), CAST(:segment AS jsonb))
    RETURNING seq
), told AS (
    UPDATE venue_station t SET revision = revision + 1, open = false
    FROM opened WHERE t.id = opened.station_id RETURNING t.id
), welcomed AS (
    UPDATE venue_customer c SET visits = visits + 1, last_seen_at = opened.started_at
    FROM opened WHERE c.id = opened.customer_id RETURNING c.id
)
SELECT (SELECT count(*) FROM opened), (SELECT count(*) FROM begun),
       (SELECT count(*) FROM told), (SELECT count(*) FROM welcomed)
""")


async def add(session: AsyncSession, new: Session, segment: Segment) -> None:
    """Begin a session in one statement; the database decides who came first."""
    rows = {"session": new, "segment": segment}
    columns = {name: _columns(row) for name, row in rows.items()}
    try:
        await session.execute(
            _OPEN, {name: msgspec.json.encode(v).decode() for name, v in columns.items()}
        )
    except IntegrityError as error:
        raise _taken(error) from error
    for name, row in rows.items():
        make_transient_to_detached(row)
        for column, value in columns[name].items():
            set_committed_value(row, column, value)
        session.add(row)


def _columns(row: Base) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


async def flush_move(session: AsyncSession) -> None:
    """Write a move; the database decides who has the station."""
    try:
        await session.flush()
    except IntegrityError as error:
        raise _taken(error) from error


def _taken(error: IntegrityError) -> Exception:
    name = getattr(getattr(error.orig, "__cause__", None), "constraint_name", "")
    if name == "uq_venue_session_station":
        return StationBusy()
    if name == "uq_venue_session_customer":
        return MemberAlreadyPlaying()
    return error


async def lock_session(session: AsyncSession, session_id: UUID) -> Session:
    """One session, for change."""
    query = select(Session).where(Session.id == session_id).with_for_update()
    found = await session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise SessionNotFound(session_id=session_id)
    return found


async def get_session(session: AsyncSession, session_id: UUID) -> Session:
    """One session, fresh from the database."""
    query = select(Session).where(Session.id == session_id)
    found = await session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise SessionNotFound(session_id=session_id)
    return found


async def segments(
    session: AsyncSession, session_ids: Collection[UUID]
) -> dict[UUID, list[Segment]]:
    """The segments of several sessions, in order."""
    query = (
        select(Segment)
        .where(Segment.session_id.in_(session_ids))
        .order_by(Segment.session_id, Segment.seq)
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[Segment]] = {session_id: [] for session_id in session_ids}
    for segment in await session.scalars(query):
        found[segment.session_id].append(segment)
    return found


_FINISH = text("""
WITH ended AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS e(
        id uuid, ended_at timestamptz, end_reason text, charge_minor bigint,
        forfeited_minor bigint, refund_minor bigint, due_minor bigint, price jsonb)
), closed AS (
    UPDATE venue_segment g SET ended_at = greatest(e.ended_at, g.started_at)
    FROM ended e WHERE g.session_id = e.id AND g.ended_at IS NULL
    RETURNING g.session_id
), freed AS (
    UPDATE venue_station t SET revision = revision + 1, open = false
    FROM venue_session s JOIN ended e ON e.id = s.id WHERE t.id = s.station_id
    RETURNING t.id
), seen AS (
    UPDATE venue_customer c SET last_seen_at = e.ended_at
    FROM venue_session s JOIN ended e ON e.id = s.id WHERE c.id = s.customer_id
    RETURNING c.id
), done AS (
    UPDATE venue_session s SET
        state = 'ended', ended_at = e.ended_at, ends_at = NULL, end_reason = e.end_reason,
        paused_at = NULL, paused_left_us = NULL, requested_minutes = NULL, requested_at = NULL,
        charge_minor = e.charge_minor, forfeited_minor = e.forfeited_minor,
        refund_minor = e.refund_minor, due_minor = e.due_minor, price = e.price
    FROM ended e WHERE s.id = e.id
    RETURNING s.id
)
SELECT (SELECT count(*) FROM done), (SELECT count(*) FROM closed),
       (SELECT count(*) FROM freed), (SELECT count(*) FROM seen)
""")


async def finish(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """End sessions: rows, segments, stations and customers, all in one statement."""
    await session.execute(_FINISH, {"rows": msgspec.json.encode(rows).decode()})


async def put_back(session: AsyncSession, grants: list[dict[str, Any]]) -> None:
    """What remains of packages after their sessions."""
    if not grants:
        return
    query = text("""
        UPDATE venue_grant g SET left_us = e.left_us, left_minor = e.left_minor
        FROM jsonb_to_recordset(CAST(:rows AS jsonb))
            AS e(id uuid, left_us bigint, left_minor bigint)
        WHERE g.id = e.id
    """)
    await session.execute(query, {"rows": msgspec.json.encode(grants).decode()})


async def bump_revisions(session: AsyncSession, station_ids: Collection[UUID]) -> None:
    """Something the stations' agents should know has changed."""
    query = (
        update(Station)
        .where(Station.id.in_(station_ids))
        .values(revision=Station.revision + 1)
        .execution_options(synchronize_session=False)
    )
    await session.execute(query)


async def list_sessions(
    session: AsyncSession, conditions: Sequence[Any], page: PageRequest
) -> Slice[AnyRow]:
    """Sessions with their station's and zone's names, newest first."""
    query = (
        select(Session, Station.name, Zone.name)
        .join(Station, Station.id == Session.station_id)
        .join(Zone, Zone.id == Station.zone_id)
        .where(*conditions)
    )
    query = after(query, page, keys=[Session.started_at, Session.id], types=[datetime, UUID])
    rows = (await session.execute(query)).all()
    return cut(rows, page, lambda row: (row[0].started_at, row[0].id))


def matching(text_sought: str) -> Any:  # noqa: ANN401 -- an SQL expression
    """Sessions whose player or station is called like that."""
    pattern = f"%{text_sought.replace('%', '').replace('_', '')}%"
    return or_(Session.player_name.ilike(pattern), Station.name.ilike(pattern))


async def station_and_zone(session: AsyncSession, station_id: UUID) -> tuple[str, str]:
    """The names of a station and its zone."""
    query = (
        select(Station.name, Zone.name)
        .join(Zone, Zone.id == Station.zone_id)
        .where(Station.id == station_id)
    )
    row = (await session.execute(query)).one()
    return row[0], row[1]


async def live_of_customer(session: AsyncSession, customer_id: UUID) -> Session | None:
    """The session a customer is playing."""
    query = select(Session).where(Session.customer_id == customer_id, Session.ended_at.is_(None))
    return await session.scalar(query)


async def live_of_customers(
    session: AsyncSession, customer_ids: Collection[UUID]
) -> dict[UUID, UUID]:
    """The live session of each customer who plays."""
    query = select(Session.customer_id, Session.id).where(
        Session.customer_id.in_(customer_ids), Session.ended_at.is_(None)
    )
    rows = (await session.execute(query)).all()
    return {row[0]: row[1] for row in rows if row[0] is not None}


async def live_on_station(session: AsyncSession, station_id: UUID) -> Session | None:
    """The session on a station."""
    query = select(Session).where(Session.station_id == station_id, Session.ended_at.is_(None))
    return await session.scalar(query)


async def lock_group(session: AsyncSession, session_ids: Collection[UUID]) -> Sequence[Session]:
    """Several sessions, for change, always in the same order."""
    query = (
        select(Session)
        .where(Session.id.in_(session_ids))
        .order_by(Session.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).all()


async def group_members(session: AsyncSession, group_id: UUID) -> Sequence[UUID]:
    """The sessions that were started together."""
    query = select(Session.id).where(Session.group_id == group_id)
    return (await session.scalars(query)).all()


async def customers(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Customer]:
    """Customers by id."""
    query = select(Customer).where(Customer.id.in_(ids))
    found = (await session.scalars(query)).all() if ids else []
    return {customer.id: customer for customer in found}


async def next_start(session: AsyncSession, station_id: UUID, after_: datetime) -> datetime | None:
    """When the next session on a station began after an instant."""
    query = select(func.min(Segment.started_at)).where(
        Segment.station_id == station_id, Segment.started_at >= after_
    )
    return await session.scalar(query)


async def note_journal(session: AsyncSession, rows: list[dict[str, Any]]) -> set[str]:
    """Keep journal entries; the ids of those that were not known before."""
    if not rows:
        return set()
    query = insert(JournalRecord).on_conflict_do_nothing().returning(JournalRecord.id)
    return set((await session.scalars(query, rows)).all())


async def was_unlocked_after(
    session: AsyncSession, station_id: UUID, session_id: UUID, at: datetime
) -> bool:
    """Whether the agent let a session go on later."""
    query = select(JournalRecord.id).where(
        JournalRecord.station_id == station_id,
        JournalRecord.session_id == session_id,
        JournalRecord.kind == "unlocked",
        JournalRecord.at >= at,
    )
    return await session.scalar(query.limit(1)) is not None


async def last_lock(
    session: AsyncSession, station_id: UUID, session_id: UUID, before: datetime
) -> JournalRecord | None:
    """The agent's last word of having locked a session."""
    query = (
        select(JournalRecord)
        .where(
            JournalRecord.station_id == station_id,
            JournalRecord.session_id == session_id,
            JournalRecord.kind == "locked",
            JournalRecord.at <= before,
        )
        .order_by(JournalRecord.at.desc())
        .limit(1)
    )
    return await session.scalar(query)
