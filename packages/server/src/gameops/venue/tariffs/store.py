"""The SQL of tariffs, packages, grants and vouchers."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.db import JsonObject
from gameops.venue.errors import GrantNotFound, NoTariff, PackageNotFound, TariffNotFound
from gameops.venue.tariffs.model import Grant, Package, Tariff, TariffVersion, Voucher
from gameops.venue.tariffs.pricing import TariffRules

_IN_FORCE = text("""
SELECT v.id, v.rules
FROM venue_tariff t
CROSS JOIN LATERAL (
    SELECT id, rules FROM venue_tariff_version
    WHERE tariff_id = t.id AND valid_from <= :at
    ORDER BY valid_from DESC, version DESC LIMIT 1
) AS v
WHERE t.venue_id = :venue_id AND NOT t.archived
  AND (t.zone_ids = '[]' OR t.zone_ids @> to_jsonb(CAST(:zone_id AS text)))
  AND (t.kinds = '[]' OR t.kinds @> to_jsonb(CAST(:kind AS text)))
ORDER BY (t.zone_ids <> '[]') DESC, (t.kinds <> '[]') DESC, t.id
LIMIT 1
""")


class _RulesById:
    """Versions never change, so their parsed rules can be kept."""

    def __init__(self) -> None:
        self._parsed = lru_cache(maxsize=512)(self._parse)

    @staticmethod
    def _parse(_version_id: UUID, raw: bytes) -> TariffRules:
        return TariffRules.model_validate(msgspec.json.decode(raw))

    def __call__(self, version_id: UUID, rules: JsonObject) -> TariffRules:
        return self._parsed(version_id, msgspec.json.encode(rules))


rules_of = _RulesById()


async def in_force(
    session: AsyncSession, *, venue_id: UUID, zone_id: UUID, kind: str, at: datetime
) -> tuple[UUID, TariffRules]:
    """The version that holds for a zone and kind of station; the most specific tariff wins."""
    values = {"venue_id": venue_id, "zone_id": str(zone_id), "kind": kind, "at": at}
    row = (await session.execute(_IN_FORCE, values)).first()
    if row is None:
        raise NoTariff
    return row.id, rules_of(row.id, row.rules)


async def versions(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, TariffRules]:
    """The rules of several versions."""
    query = select(TariffVersion.id, TariffVersion.rules).where(TariffVersion.id.in_(ids))
    rows = (await session.execute(query)).all() if ids else []
    return {row.id: rules_of(row.id, row.rules) for row in rows}


async def get_tariff(session: AsyncSession, tariff_id: UUID) -> Tariff:
    """One tariff, or :class:`TariffNotFound`."""
    tariff = await session.get(Tariff, tariff_id)
    if tariff is None:
        raise TariffNotFound(tariff_id=tariff_id)
    return tariff


async def lock_tariff(session: AsyncSession, tariff_id: UUID) -> Tariff:
    """One tariff, for change: its versions are numbered one after the other."""
    query = select(Tariff).where(Tariff.id == tariff_id).with_for_update()
    tariff = await session.scalar(query.execution_options(populate_existing=True))
    if tariff is None:
        raise TariffNotFound(tariff_id=tariff_id)
    return tariff


async def list_tariffs(session: AsyncSession, venue_id: UUID) -> Sequence[Tariff]:
    """A venue's tariffs, the archived ones last."""
    query = select(Tariff).where(Tariff.venue_id == venue_id)
    return (await session.scalars(query.order_by(Tariff.archived, Tariff.name, Tariff.id))).all()


async def tariff_versions(
    session: AsyncSession, tariff_ids: Collection[UUID]
) -> Sequence[TariffVersion]:
    """All versions of these tariffs, newest first."""
    query = (
        select(TariffVersion)
        .where(TariffVersion.tariff_id.in_(tariff_ids))
        .order_by(TariffVersion.version.desc())
    )
    return (await session.scalars(query)).all() if tariff_ids else []


async def get_package(session: AsyncSession, package_id: UUID) -> Package:
    """One package, or :class:`PackageNotFound`."""
    package = await session.get(Package, package_id)
    if package is None:
        raise PackageNotFound(package_id=package_id)
    return package


async def list_packages(session: AsyncSession, venue_id: UUID) -> Sequence[Package]:
    """A venue's packages, those on sale first."""
    query = select(Package).where(Package.venue_id == venue_id)
    return (await session.scalars(query.order_by(Package.active.desc(), Package.price_minor))).all()


async def lock_grant(session: AsyncSession, grant_id: UUID) -> Grant:
    """One grant, for change."""
    query = select(Grant).where(Grant.id == grant_id).with_for_update()
    grant = await session.scalar(query.execution_options(populate_existing=True))
    if grant is None:
        raise GrantNotFound(grant_id=grant_id)
    return grant


async def lock_grants(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Grant]:
    """Several grants, for change, always in the same order."""
    query = select(Grant).where(Grant.id.in_(ids)).order_by(Grant.id).with_for_update()
    found = await session.scalars(query.execution_options(populate_existing=True)) if ids else ()
    return {grant.id: grant for grant in found}


async def grants_of(session: AsyncSession, customer_id: UUID) -> Sequence[Grant]:
    """A customer's grants, newest first."""
    query = select(Grant).where(Grant.customer_id == customer_id, Grant.voided.is_(False))
    return (await session.scalars(query.order_by(Grant.id.desc()).limit(100))).all()


async def grants_in_use(session: AsyncSession, ids: Collection[UUID]) -> set[UUID]:
    """Which of these grants somebody is playing on."""
    query = text(
        "SELECT grant_id FROM venue_session WHERE grant_id = ANY(:ids) AND ended_at IS NULL"
    )
    return set((await session.scalars(query, {"ids": list(ids)})).all()) if ids else set()


async def grant_of_payment(session: AsyncSession, payment_id: UUID) -> Grant | None:
    """The grant that a payment bought."""
    query = select(Grant).where(Grant.payment_id == payment_id).with_for_update()
    return await session.scalar(query)


async def lock_voucher(session: AsyncSession, code_digest: bytes) -> Voucher | None:
    """The voucher with this code, for change."""
    query = select(Voucher).where(Voucher.code_digest == code_digest).with_for_update()
    return await session.scalar(query)


async def voucher_of_payment(session: AsyncSession, payment_id: UUID) -> Voucher | None:
    """The voucher that a payment bought."""
    query = select(Voucher).where(Voucher.payment_id == payment_id).with_for_update()
    return await session.scalar(query)


async def lapsed_grants(session: AsyncSession, now: datetime, limit: int) -> Sequence[Grant]:
    """Grants past their date with time left and nobody playing on them, for change."""
    playing = text(
        "NOT EXISTS (SELECT FROM venue_session s"
        " WHERE s.grant_id = venue_grant.id AND s.ended_at IS NULL)"
    )
    query = select(Grant).where(
        Grant.left_us > 0, Grant.expires_at <= now, Grant.voided.is_(False), playing
    )
    return (await session.scalars(query.limit(limit).with_for_update(skip_locked=True))).all()


async def lapsed_vouchers(session: AsyncSession, now: datetime, limit: int) -> Sequence[Voucher]:
    """Vouchers that nobody used in time, for change."""
    query = select(Voucher).where(Voucher.used_at.is_(None), Voucher.expires_at <= now)
    return (await session.scalars(query.limit(limit).with_for_update(skip_locked=True))).all()
