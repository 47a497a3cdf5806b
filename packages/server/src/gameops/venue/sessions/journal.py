"""Merging what an agent did while it could not ask: nothing billed twice, nothing lost.

The server's segments say what is billed; the agent's journal says when the station was really
locked. They differ in two ways. The station was dead or locked while the server let time run: an
*outage* segment takes that time out of the bill and gives it back. Or the player went on after
staff had ended the session, because the link was down: an *overrun* segment bills it. Every entry
carries an id for ever, so telling it again changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final
from uuid import UUID

import msgspec

from gameops.billing import api as billing
from gameops.core.actor import SYSTEM
from gameops.core.clock import from_milliseconds
from gameops.core.ids import new_id
from gameops.core.money import included_tax, round_minor
from gameops.core.uow import UnitOfWork
from gameops.identity.api import record_audit
from gameops.venue.sessions import store
from gameops.venue.sessions.finish import line_json, segment_terms, stretches
from gameops.venue.sessions.model import Mode, Segment, SegmentKind, Session, State, Terms
from gameops.venue.tariffs import store as tariffs
from gameops.venue.tariffs.pricing import MICROSECOND, LineKind, Price, PriceLine, exact
from gameops.venue.topics import customer_changed, stations_changed
from gameops.venue.venues.model import Venue
from gameops_protocol import JournalEntry, JournalKind

TOLERANCE: Final = timedelta(seconds=1.5)
"""Smaller differences are the link's latency, not time played or lost."""


@dataclass(frozen=True, slots=True)
class JournalMerge:
    """Merges one station's journal in a unit of work."""

    uow: UnitOfWork
    station_id: UUID

    async def merge(self, entries: Sequence[JournalEntry]) -> list[str]:
        """Apply entries not seen before, oldest first; the ids that are safe now."""
        rows = [
            {
                "station_id": self.station_id,
                "id": entry.id[:40],
                "session_id": _uuid(entry.session_id),
                "kind": entry.kind,
                "reason": entry.reason[:40],
                "at": from_milliseconds(entry.at),
                "received_at": self.uow.now,
            }
            for entry in entries
        ]
        fresh = await store.note_journal(self.uow.session, rows)
        for entry in sorted(entries, key=lambda item: item.at):
            session_id = _uuid(entry.session_id)
            if entry.id[:40] in fresh and session_id is not None:
                await self._apply(entry, session_id)
        return [entry.id for entry in entries]

    async def _apply(self, entry: JournalEntry, session_id: UUID) -> None:
        session = await self._own_session(session_id)
        if session is None:
            return
        at = min(from_milliseconds(entry.at), self.uow.now)
        if entry.kind is JournalKind.UNLOCKED:
            await self._resumed(session, at)
        elif session.ended_at is not None and at > session.ended_at + TOLERANCE:
            await self.overrun(session, until=at)
        elif session.ended_at is not None and entry.reason == "restart":
            await self._never_came_back(session, at, session.ended_at)
        await self.uow.session.flush()  # the next entry reads the session again

    async def _never_came_back(self, session: Session, at: datetime, ended_at: datetime) -> None:
        again = await store.was_unlocked_after(self.uow.session, self.station_id, session.id, at)
        if not again:
            await self._credit(session, since=at, until=ended_at)

    async def _own_session(self, session_id: UUID) -> Session | None:
        """The session, if it ever ran on this station: an agent speaks for no other."""
        found = await store.lock_group(self.uow.session, [session_id])
        if not found:
            return None
        segments = (await store.segments(self.uow.session, [session_id]))[session_id]
        return found[0] if any(g.station_id == self.station_id for g in segments) else None

    # --- the station was dead ----------------------------------------------------------------

    async def _resumed(self, session: Session, at: datetime) -> None:
        locked = await store.last_lock(self.uow.session, self.station_id, session.id, at)
        if locked is None:
            return
        if session.ended_at is not None:
            await self._credit(session, since=locked.at, until=min(at, session.ended_at))
        elif session.state == State.ACTIVE and session.station_id == self.station_id:
            await self._outage(session, since=locked.at, until=at)

    async def _outage(self, session: Session, *, since: datetime, until: datetime) -> None:
        """Cut the dead time out of a running session and move its end."""
        venue = await self.uow.session.get_one(Venue, session.venue_id)
        segments = (await store.segments(self.uow.session, [session.id]))[session.id]
        last = segments[-1]
        since = max(since, last.started_at)
        if not venue.rules.credit_outages or until - since <= TOLERANCE:
            return
        last.ended_at = since
        await self.uow.session.flush()
        self.uow.session.add(_next(last, SegmentKind.OUTAGE, since, until, number=1))
        self.uow.session.add(_next(last, SegmentKind.PLAY, until, None, number=2))
        await self.uow.session.flush()
        segments = (await store.segments(self.uow.session, [session.id]))[session.id]
        await self._replan(session, venue, segments, until - since)
        await store.bump_revisions(self.uow.session, [session.station_id])
        await self._note(session, "venue.session_outage", since, until)

    async def _replan(
        self, session: Session, venue: Venue, segments: Sequence[Segment], lost: timedelta
    ) -> None:
        if session.ends_at is None:
            return
        if session.mode in {Mode.PREPAID, Mode.PACKAGE}:
            session.plan(session.ends_at + lost)
            return
        rules = await tariffs.versions(self.uow.session, {g.tariff_version_id for g in segments})
        spent = exact(stretches(segments, rules, venue, self.uow.now))
        postpaid = session.mode == Mode.POSTPAID
        budget = session.credit_minor if postpaid else session.held.total_minor
        terms = segment_terms(segments[-1], rules, venue)
        left = max(Fraction(budget) - spent, Fraction(0))
        session.plan(terms.until(self.uow.now, left))

    async def _credit(self, session: Session, *, since: datetime, until: datetime) -> None:
        """Time lost in a session that has been billed is given back as value."""
        venue = await self.uow.session.get_one(Venue, session.venue_id)
        found = await self._terms_at(session, venue, since)
        if found is None or not venue.rules.credit_outages or until - since <= TOLERANCE:
            return
        segment, terms = found
        until = min(until, segment.ended_at or until)
        await self._append(session, segment, SegmentKind.OUTAGE, since, until)
        await self._note(session, "venue.session_outage", since, until)
        if segment.by_package and session.grant_id is not None:
            await self._give_time_back(session.grant_id, until - since)
            return
        amount = round_minor(exact([terms.stretch(since, until)]), mode="down")
        amount = min(amount, session.charge_minor or 0)
        owner = session.payer_id or session.customer_id
        if amount <= 0 or owner is None:
            return
        await billing.post(
            self.uow,
            [
                billing.Entry(
                    id=new_id(),
                    venue_id=session.venue_id,
                    kind="outage",
                    description="Time lost to an outage",
                    customer_id=owner,
                    session_id=session.id,
                    lines=[
                        billing.Line(billing.AccountKind.REFUNDS, amount),
                        billing.Line(billing.AccountKind.WALLET, -amount, owner),
                    ],
                )
            ],
        )
        session.refund_minor += amount

    async def _give_time_back(self, grant_id: UUID, lost: timedelta) -> None:
        grant = await tariffs.lock_grant(self.uow.session, grant_id)
        whole = grant.seconds * 1_000_000
        grant.left_us = min(whole, grant.left_us + lost // MICROSECOND)

    async def _terms_at(
        self, session: Session, venue: Venue, at: datetime
    ) -> tuple[Segment, Terms] | None:
        """What was being played at an instant, and at what price."""
        segments = (await store.segments(self.uow.session, [session.id]))[session.id]
        rules = await tariffs.versions(self.uow.session, {g.tariff_version_id for g in segments})
        if any(
            g.kind == SegmentKind.OUTAGE and g.started_at <= at < (g.ended_at or self.uow.now)
            for g in segments
        ):
            return None  # given back before
        for segment in segments:
            end = segment.ended_at or self.uow.now
            if segment.kind == SegmentKind.PLAY and segment.started_at <= at < end:
                return segment, segment_terms(segment, rules, venue)
        return None

    # --- the player went on ------------------------------------------------------------------

    async def overrun(self, session: Session, *, until: datetime) -> None:
        """Bill what was played after the end, from the wallet first, the rest as a debt."""
        if session.ended_at is None or until - session.ended_at <= TOLERANCE:
            return
        marker = {
            "station_id": self.station_id,
            "id": f"overrun:{session.id.hex[:30]}",
            "session_id": session.id,
            "kind": "overrun",
            "reason": "",
            "at": until,
            "received_at": self.uow.now,
        }
        if not await store.note_journal(self.uow.session, [marker]):
            return
        venue = await self.uow.session.get_one(Venue, session.venue_id)
        segments = (await store.segments(self.uow.session, [session.id]))[session.id]
        rules = await tariffs.versions(self.uow.session, {g.tariff_version_id for g in segments})
        last, since = segments[-1], session.ended_at
        following = await store.next_start(self.uow.session, self.station_id, since)
        until = min(until, following or until)  # from then on somebody else was billed here
        if last.station_id != self.station_id or until <= since:
            return
        await self._append(session, last, SegmentKind.OVERRUN, since, until)
        terms = segment_terms(last, rules, venue)
        amount = round_minor(exact([terms.stretch(since, until)]))
        await self._charge(session, venue, amount)
        _explain(session, terms.price(since, until), amount)
        await self._note(session, "venue.session_overrun", since, until, charge_minor=amount)

    async def _charge(self, session: Session, venue: Venue, amount: int) -> None:
        if amount <= 0:
            return
        owner = session.payer_id or session.customer_id
        funds = billing.Funds()
        if owner is not None:
            wallet = await billing.lock_wallet(
                self.uow, venue_id=session.venue_id, customer_id=owner
            )
            part = min(amount, wallet.funds.total_minor)
            funds = wallet.funds.take(part, bonus_first=venue.rules.spend_bonus_first)
        due = amount - funds.total_minor
        tax = included_tax(amount, rate_bp=venue.tax_rate_bp)
        lines = [
            billing.Line(billing.AccountKind.WALLET, funds.paid_minor, owner),
            billing.Line(billing.AccountKind.BONUS, funds.bonus_minor, owner),
            await self._debt(session, owner, due),
            billing.Line(billing.AccountKind.REVENUE, -(amount - tax)),
            billing.Line(billing.AccountKind.TAX, -tax),
        ]
        await billing.post(
            self.uow,
            [
                billing.Entry(
                    id=new_id(),
                    venue_id=session.venue_id,
                    kind="overrun",
                    description="Played after the end",
                    lines=lines,
                    customer_id=owner,
                    session_id=session.id,
                )
            ],
        )
        session.charge_minor = (session.charge_minor or 0) + amount
        session.due_minor += due

    async def _debt(self, session: Session, owner: UUID | None, due: int) -> billing.Line:
        """What a member owes is theirs to settle, whatever the limit was for starting."""
        if owner is None:
            return billing.Line(billing.AccountKind.GUEST_RECEIVABLE, due)
        await billing.allow_debts(self.uow, session.venue_id, {owner: due} if due else {})
        return billing.Line(billing.AccountKind.RECEIVABLE, due, owner)

    async def _append(
        self,
        session: Session,
        like: Segment,
        kind: SegmentKind,
        since: datetime,
        until: datetime,
    ) -> None:
        segments = (await store.segments(self.uow.session, [session.id]))[session.id]
        number = segments[-1].seq + 1 - like.seq
        self.uow.session.add(_next(like, kind, since, until, number=number))
        await self.uow.session.flush()

    async def _note(
        self,
        session: Session,
        action: str,
        since: datetime,
        until: datetime,
        **detail: object,
    ) -> None:
        await record_audit(
            self.uow,
            SYSTEM,
            action=action,
            subject_type="session",
            subject_id=session.id,
            venue_id=session.venue_id,
            summary=session.player_name,
            detail={
                "station_id": str(self.station_id),
                "from": since.isoformat(),
                "to": until.isoformat(),
                **detail,
            },
        )
        stations_changed(self.uow, session.venue_id, [self.station_id])
        if session.customer_id is not None:
            customer_changed(self.uow, session.customer_id)


def _next(
    like: Segment, kind: SegmentKind, start: datetime, end: datetime | None, *, number: int
) -> Segment:
    """A segment in the same place and under the same rules."""
    return Segment(
        session_id=like.session_id,
        seq=like.seq + number,
        venue_id=like.venue_id,
        kind=kind,
        station_id=like.station_id,
        zone_id=like.zone_id,
        tariff_version_id=like.tariff_version_id,
        discount_bp=like.discount_bp,
        place=like.place,
        by_package=like.by_package,
        started_at=start,
        ended_at=end,
    )


def _explain(session: Session, extra: Price, amount: int) -> None:
    """The kept price grows by what was played after the end."""
    if session.price is None or amount <= 0:
        return
    times = [line for line in extra.lines if line.kind is LineKind.TIME]
    rest = amount - sum(line.amount_minor for line in times)
    lines = [line_json(line) for line in times]
    if rest:
        lines.append(line_json(PriceLine(kind=LineKind.ROUNDING, amount_minor=rest)))
    total = session.price["total_minor"] + amount
    session.price = session.price | {
        "total_minor": total,
        "lines": [*session.price["lines"], *msgspec.to_builtins(lines)],
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
