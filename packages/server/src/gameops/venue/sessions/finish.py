"""Ending sessions: one or a thousand, as a set, at their true end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gameops.billing import api as billing
from gameops.core.actor import Actor
from gameops.core.db import JsonObject
from gameops.core.money import included_tax
from gameops.core.uow import UnitOfWork
from gameops.identity.api import AuditRecord, record_audits
from gameops.venue.events import SessionEnded
from gameops.venue.sessions import store
from gameops.venue.sessions.model import (
    BILLED,
    Bill,
    Books,
    EndReason,
    Mode,
    Segment,
    Session,
    Terms,
    bill,
)
from gameops.venue.tariffs import store as tariffs
from gameops.venue.tariffs.model import Grant
from gameops.venue.tariffs.pricing import MICROSECOND, PriceLine, Stretch, TariffRules
from gameops.venue.topics import customer_changed, stations_changed
from gameops.venue.venues.model import Policy, RefundPolicy, Venue

UNREFUNDED: Final = "voucher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How one session ends."""

    session: Session
    at: datetime
    reason: EndReason
    refund: RefundPolicy | None = None
    """Instead of the venue's policy."""
    at_counter: bool = True
    """Whether somebody is there to hand cash back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What came of it."""

    ending: Ending
    bill: Bill
    entry_id: UUID | None
    settlement: billing.Settlement


async def end_sessions(uow: UnitOfWork, actor: Actor, endings: Sequence[Ending]) -> list[Ended]:
    """Close, bill and settle locked sessions, whatever their number, in a few statements."""
    if not endings:
        return []
    sessions = [ending.session for ending in endings]
    segments = await store.segments(uow.session, [s.id for s in sessions])
    version_ids = {g.tariff_version_id for group in segments.values() for g in group}
    rules = await tariffs.versions(uow.session, version_ids)
    venues = {
        v_id: await uow.session.get_one(Venue, v_id) for v_id in {s.venue_id for s in sessions}
    }
    used = {s.grant_id for s in sessions if s.grant_id is not None and s.mode == Mode.PACKAGE}
    grants = await tariffs.lock_grants(uow.session, used)
    bills = [
        bill(
            books_of(
                ending,
                segments[ending.session.id],
                rules,
                venues[ending.session.venue_id],
                _grant_of(ending.session, grants),
            )
        )
        for ending in endings
    ]
    pairs = list(zip(endings, bills, strict=True))
    await store.finish(uow.session, [_row(e, b, venues[e.session.venue_id]) for e, b in pairs])
    await store.put_back(uow.session, _grants_left(pairs, grants))
    settlements = [_settlement(e, b, venues[e.session.venue_id], actor) for e, b in pairs]
    entry_ids = await billing.settle(uow, settlements)
    await _tell(uow, actor, pairs)
    return [
        Ended(
            ending=ending,
            bill=result,
            entry_id=entry_ids.get(ending.session.id),
            settlement=settlement,
        )
        for (ending, result), settlement in zip(pairs, settlements, strict=True)
    ]


def books_of(
    ending: Ending,
    segments: Sequence[Segment],
    rules: dict[UUID, TariffRules],
    venue: Venue,
    grant: Grant | None,
) -> Books:
    """Everything the bill of a session follows from."""
    session, policy = ending.session, venue.rules
    return Books(
        mode=Mode(session.mode),
        held_minor=session.held.total_minor,
        credit_minor=session.credit_minor,
        stretches=tuple(stretches(segments, rules, venue, ending.at)),
        package_time=sum(
            (
                (g.ended_at or ending.at) - g.started_at
                for g in segments
                if g.by_package and g.kind in BILLED
            ),
            timedelta(0),
        ),
        grant_time=grant.left if grant else timedelta(0),
        grant_minor=grant.left_minor if grant else 0,
        left=session.left(ending.at),
        refund=_refund_policy(ending, policy),
        refund_minimum=timedelta(seconds=policy.refund_minimum_seconds),
    )


def stretches(
    segments: Sequence[Segment], rules: dict[UUID, TariffRules], venue: Venue, until: datetime
) -> list[Stretch]:
    """The billed time of a session's segments, package time left out."""
    return [
        segment_terms(g, rules, venue).stretch(g.started_at, max(g.ended_at or until, g.started_at))
        for g in segments
        if g.kind in BILLED and not g.by_package
    ]


def segment_terms(segment: Segment, rules: dict[UUID, TariffRules], venue: Venue) -> Terms:
    """The rules under which a segment's time ran."""
    return Terms(
        rules=rules[segment.tariff_version_id],
        tz=venue.tz,
        discount_bp=segment.discount_bp,
        place=segment.place,
    )


def _refund_policy(ending: Ending, policy: Policy) -> RefundPolicy:
    if ending.session.paid_by == UNREFUNDED:
        return RefundPolicy.NONE
    return ending.refund or policy.refund


def _refund_to(ending: Ending, policy: Policy) -> billing.AccountKind:
    """The wallet where there is one and policy says so, else the way it was paid."""
    session = ending.session
    owner = session.payer_id or session.customer_id
    if session.mode != Mode.PREPAID or session.paid_by == billing.Method.WALLET:
        return billing.AccountKind.WALLET
    to_wallet = _refund_policy(ending, policy) is RefundPolicy.WALLET or not ending.at_counter
    if owner is not None and to_wallet:
        return billing.AccountKind.WALLET
    if session.paid_by == billing.Method.CARD:
        return billing.AccountKind.CARD
    return billing.AccountKind.CASH


def _settlement(ending: Ending, result: Bill, venue: Venue, actor: Actor) -> billing.Settlement:
    session = ending.session
    held = session.held
    if session.mode == Mode.PACKAGE:
        held = billing.Funds(paid_minor=result.charge_minor)
    earned = result.charge_minor + result.forfeited_minor
    return billing.Settlement(
        venue_id=session.venue_id,
        session_id=session.id,
        customer_id=session.payer_id or session.customer_id,
        description=f"Session {session.player_name}".strip(),
        held=held,
        charge_minor=result.charge_minor,
        forfeited_minor=result.forfeited_minor,
        tax_minor=included_tax(earned, rate_bp=venue.tax_rate_bp),
        refund_to=_refund_to(ending, venue.rules),
        actor_id=actor.id,
    )


def _row(ending: Ending, result: Bill, venue: Venue) -> dict[str, Any]:
    return {
        "id": ending.session.id,
        "ended_at": ending.at,
        "end_reason": ending.reason,
        "charge_minor": result.charge_minor,
        "forfeited_minor": result.forfeited_minor,
        "refund_minor": result.refund_minor,
        "due_minor": result.due_minor,
        "price": price_json(result, venue),
    }


def price_json(result: Bill, venue: Venue) -> JsonObject:
    """The final price with its explanation, as it is kept with the session."""
    return {
        "currency": venue.currency,
        "total_minor": result.price.total_minor,
        "tax_minor": included_tax(result.price.total_minor, rate_bp=venue.tax_rate_bp),
        "lines": [line_json(line) for line in result.price.lines],
    }


def line_json(line: PriceLine) -> JsonObject:
    """One line of a price, as it is kept."""
    return {
        "kind": line.kind,
        "label": line.label,
        "start": line.start,
        "end": line.end,
        "seconds": line.seconds,
        "rate_minor_per_hour": line.rate_minor_per_hour,
        "discount_bp": line.discount_bp,
        "place": line.place,
        "amount_minor": line.amount_minor,
    }


def _grant_of(session: Session, grants: dict[UUID, Grant]) -> Grant | None:
    return grants.get(session.grant_id) if session.grant_id is not None else None


def _grants_left(
    pairs: Sequence[tuple[Ending, Bill]], grants: dict[UUID, Grant]
) -> list[dict[str, Any]]:
    return [
        {
            "id": grant.id,
            "left_us": result.grant_left // MICROSECOND,
            "left_minor": grant.left_minor - result.charge_minor,
        }
        for ending, result in pairs
        if (grant := _grant_of(ending.session, grants)) and result.grant_left is not None
    ]


async def _tell(uow: UnitOfWork, actor: Actor, pairs: Sequence[tuple[Ending, Bill]]) -> None:
    entries = []
    for ending, result in pairs:
        session = ending.session
        uow.record(
            SessionEnded(
                venue_id=session.venue_id,
                session_id=session.id,
                station_id=session.station_id,
                customer_id=session.customer_id,
                ended_at=ending.at,
                reason=ending.reason,
                charge_minor=result.charge_minor,
            )
        )
        if session.customer_id is not None:
            customer_changed(uow, session.customer_id)
        entries.append(
            AuditRecord(
                actor=actor,
                action="venue.session_ended",
                subject_type="session",
                subject_id=session.id,
                venue_id=session.venue_id,
                summary=session.player_name,
                detail={
                    "reason": ending.reason,
                    "charge_minor": result.charge_minor,
                    "refund_minor": result.refund_minor,
                    "due_minor": result.due_minor,
                    "ended_at": ending.at.isoformat(),
                    "station_id": str(session.station_id),
                },
            )
        )
    await record_audits(uow, entries)
    for venue_id in {ending.session.venue_id for ending, _ in pairs}:
        ids = [e.session.station_id for e, _ in pairs if e.session.venue_id == venue_id]
        stations_changed(uow, venue_id, ids)
