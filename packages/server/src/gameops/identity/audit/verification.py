"""Checking the whole log against its chain, in constant memory.

It finds every entry that was altered, removed or put in by hand, every seal that was altered,
removed or moved, and a chain whose tail was cut. What it cannot see is a whole database put
back to an earlier state: for that, keep the sealed length it reports somewhere else.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.context import Context
from gameops.identity.audit.model import AuditEntry, AuditHead, AuditPending, AuditSeal
from gameops.identity.audit.sealing import Chain, chain_key

BATCH: Final = 2_000
UNSEALED_FOR: Final = timedelta(minutes=10)
"""An entry that is still not sealed after so long came in past the queue, or nobody seals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstBad:
    """The first thing found that is not as it was written."""

    entry_id: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check of the log found."""

    ok: bool
    checked: int
    sealed_through: int
    first_bad: FirstBad | None


async def verify(context: Context) -> Verdict:
    """Check every sealed entry, the chain's head, and that nothing stays unsealed."""
    key = chain_key(context.secret)
    async with context.database.reading() as session:
        check = _Check(session, key)
        bad = await check.walk() or await _unsealed(session, context.clock.now())
    return Verdict(
        ok=bad is None, checked=check.chain.seq, sealed_through=check.last_entry, first_bad=bad
    )


@dataclass(slots=True)
class _Check:
    session: AsyncSession
    key: bytes
    chain: Chain = Chain()  # noqa: RUF009 -- frozen
    last_entry: int = 0

    async def walk(self) -> FirstBad | None:
        """Follow the chain to its end; entries sealed meanwhile are followed too."""
        while True:
            rows = await self._next_rows()
            for row in rows:
                bad = self._check_link(row)
                if bad is not None:
                    return bad
            if not rows:
                return await self._check_head()

    async def _next_rows(self) -> list[Any]:
        query = (
            select(AuditSeal.seq, AuditSeal.entry_id, AuditSeal.hash, *AuditEntry.__table__.c)
            .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
            .where(AuditSeal.seq > self.chain.seq)
            .order_by(AuditSeal.seq)
            .limit(BATCH)
        )
        return list((await self.session.execute(query)).all())

    def _check_link(self, row: Any) -> FirstBad | None:  # noqa: ANN401 -- a row of unnamed shape
        seq, entry_id, stored, *entry = row
        if seq != self.chain.seq + 1:
            return FirstBad(entry_id=entry_id, reason="seal_missing")
        if entry[0] is None:
            return FirstBad(entry_id=entry_id, reason="entry_removed")
        linked = self.chain.link(self.key, tuple(entry))
        if not hmac.compare_digest(linked.hash, stored):
            return FirstBad(entry_id=entry_id, reason="entry_or_seal_altered")
        self.chain, self.last_entry = linked, entry_id
        return None

    async def _check_head(self) -> FirstBad | None:
        head = await self.session.get(AuditHead, 1, populate_existing=True)
        if head is None:
            return FirstBad(entry_id=None, reason="head_missing") if self.chain.seq else None
        stands = Chain(head.seq, head.hash)
        if head.count != head.seq or not hmac.compare_digest(stands.sign(self.key), head.mac):
            return FirstBad(entry_id=None, reason="head_altered")
        if stands == self.chain:
            return None
        if await self._next_rows():  # sealed since the last look
            return await self.walk()
        return FirstBad(entry_id=None, reason="tail_cut")


async def _unsealed(session: AsyncSession, now: datetime) -> FirstBad | None:
    sealed = select(AuditSeal.seq).where(AuditSeal.entry_id == AuditEntry.id).exists()
    waits = select(AuditPending.entry_id).where(AuditPending.entry_id == AuditEntry.id).exists()
    past_the_queue = ~waits | (AuditEntry.at < now - UNSEALED_FOR)
    query = select(AuditEntry.id).where(~sealed, past_the_queue).order_by(AuditEntry.id).limit(1)
    found = await session.scalar(query)
    if found is not None:
        return FirstBad(entry_id=found, reason="not_sealed")
    gone = select(AuditEntry.id).where(AuditEntry.id == AuditPending.entry_id).exists()
    removed = await session.scalar(select(AuditPending.entry_id).where(~gone).limit(1))
    return None if removed is None else FirstBad(entry_id=removed, reason="entry_removed")
