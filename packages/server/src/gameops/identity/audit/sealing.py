"""Sealing the log: a chain of keyed hashes, built behind the writers' backs.

Each seal is ``HMAC(key, previous hash, sequence number, canonical entry)``. Whoever changes,
removes or reorders an entry would have to make every later seal again, which takes the key.
The head is signed as well, so that cutting off the chain's tail does not go unnoticed.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import ARRAY, BigInteger, any_, delete, insert, literal, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.context import Context
from gameops.core.secrets import derive_key
from gameops.identity.audit.model import AuditEntry, AuditHead, AuditPending, AuditSeal

BATCH: Final = 5_000
_LOCK: Final = 0x5EA1
_START: Final = bytes(32)
_ENTRY = AuditEntry.__table__
_COLUMNS = tuple(_ENTRY.c)


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a chain stands: how many links, and the hash of the last one."""

    seq: int = 0
    hash: bytes = _START

    def link(self, key: bytes, entry: tuple[object, ...]) -> "Chain":
        """The chain with one more entry."""
        seq = self.seq + 1
        text_ = msgspec.json.encode([seq, *entry], order="sorted")
        return Chain(seq, hmac.digest(key, self.hash + text_, hashlib.sha256))

    def sign(self, key: bytes) -> bytes:
        """The signature of a head that stands here."""
        return hmac.digest(key, b"head" + self.seq.to_bytes(8, "big") + self.hash, hashlib.sha256)


def chain_key(root: bytes) -> bytes:
    """The key of the chain."""
    return derive_key(root, "audit-chain")


async def seal_pending(context: Context, *, limit: int = BATCH) -> int:
    """Seal what waits, oldest first, and say how much it was; one process at a time."""
    async with context.database.reading() as session:
        if not await session.scalar(select(select(AuditPending.entry_id).exists())):
            return 0
    async with context.unit_of_work() as uow:
        locked = text("SELECT pg_try_advisory_xact_lock(:key)")
        if not await uow.session.scalar(locked, {"key": _LOCK}):
            return 0
        return await _seal(uow.session, chain_key(context.secret), limit)


async def _seal(session: AsyncSession, key: bytes, limit: int) -> int:
    waiting = (
        select(*_COLUMNS)
        .join(AuditPending, AuditPending.entry_id == AuditEntry.id)
        .order_by(AuditEntry.id)
        .limit(limit)
    )
    entries = (await session.execute(waiting)).all()
    if not entries:
        return 0
    chain = await read_head(session) or Chain()
    seals = []
    for entry in entries:
        chain = chain.link(key, tuple(entry))
        seals.append({"seq": chain.seq, "entry_id": entry.id, "hash": chain.hash})
    await session.execute(insert(AuditSeal.__table__), seals)  # type: ignore[arg-type]  # a Table
    sealed = literal([entry.id for entry in entries], ARRAY(BigInteger))
    await session.execute(delete(AuditPending).where(AuditPending.entry_id == any_(sealed)))
    await _write_head(session, chain, chain.sign(key))
    return len(seals)


async def read_head(session: AsyncSession) -> Chain | None:
    """Where the chain says that it ends."""
    head = await session.get(AuditHead, 1, populate_existing=True)
    return Chain(head.seq, head.hash) if head else None


async def _write_head(session: AsyncSession, chain: Chain, mac: bytes) -> None:
    values = {"seq": chain.seq, "count": chain.seq, "hash": chain.hash, "mac": mac}
    statement = upsert(AuditHead).values(id=1, **values)
    await session.execute(
        statement.on_conflict_do_update(index_elements=[AuditHead.id], set_=values)
    )
