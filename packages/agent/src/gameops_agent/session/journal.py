"""What the agent did by itself, kept until the server has it, whatever kills the process."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol
from uuid import uuid4

from gameops_protocol import JournalEntry, JournalKind

BATCH: Final = 200


class Phase(StrEnum):
    """What the last start of the agent left behind."""

    LOCKED = "locked"
    PLAYING = "playing"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Mark:
    """The last thing known for sure about who was playing."""

    phase: Phase = Phase.LOCKED
    session_id: str = ""
    at: int = 0


class Journal(Protocol):
    """Durable memory of a station. Every method returns only when its effect is safe."""

    def mark(self) -> Mark:
        """The mark written last."""

    def write(self, mark: Mark, *entries: JournalEntry) -> None:
        """Replace the mark and append the entries, both or neither."""

    def pending(self) -> tuple[JournalEntry, ...]:
        """Entries the server has not acknowledged, oldest first, at most one batch."""

    def count(self) -> int:
        """How many entries the server has not acknowledged."""

    def forget(self, ids: Iterable[str]) -> None:
        """Drop entries that are safe on the server."""

    def close(self) -> None:
        """Release what is held."""


class MemoryJournal:
    """A journal that dies with the process: for simulated stations."""

    __slots__ = ("_entries", "_mark")

    def __init__(self) -> None:
        self._entries: dict[str, JournalEntry] = {}
        self._mark = Mark()

    def mark(self) -> Mark:
        """The mark written last."""
        return self._mark

    def write(self, mark: Mark, *entries: JournalEntry) -> None:
        """Replace the mark and append the entries."""
        self._mark = mark
        self._entries.update((entry.id, entry) for entry in entries)

    def pending(self) -> tuple[JournalEntry, ...]:
        """The oldest batch."""
        return tuple(self._entries.values())[:BATCH]

    def count(self) -> int:
        """How many entries are kept."""
        return len(self._entries)

    def forget(self, ids: Iterable[str]) -> None:
        """Drop entries."""
        for entry_id in ids:
            self._entries.pop(entry_id, None)

    def close(self) -> None:
        """Nothing is held."""


_SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  session_id TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS mark (
  one INTEGER PRIMARY KEY CHECK (one = 1), phase TEXT NOT NULL,
  session_id TEXT NOT NULL, at INTEGER NOT NULL
);
"""
_APPEND = "INSERT INTO entry (id, kind, session_id, at, reason) VALUES (?, ?, ?, ?, ?)"
_PENDING = "SELECT id, kind, session_id, at, reason FROM entry ORDER BY seq LIMIT ?"
_MARK = "INSERT OR REPLACE INTO mark (one, phase, session_id, at) VALUES (1, ?, ?, ?)"


class SqliteJournal:
    """A journal in one file; every write is on the disk before it returns."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)

    def mark(self) -> Mark:
        """The mark written last; a locked one in a new file."""
        with closing(self._db.execute("SELECT phase, session_id, at FROM mark")) as rows:
            row = rows.fetchone()
        return Mark(Phase(row[0]), row[1], row[2]) if row else Mark()

    def write(self, mark: Mark, *entries: JournalEntry) -> None:
        """Replace the mark and append the entries in one transaction."""
        rows = [(e.id, e.kind.value, e.session_id, e.at, e.reason) for e in entries]
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            self._db.executemany(_APPEND, rows)
            self._db.execute(_MARK, (mark.phase.value, mark.session_id, mark.at))

    def pending(self) -> tuple[JournalEntry, ...]:
        """The oldest batch."""
        with closing(self._db.execute(_PENDING, (BATCH,))) as rows:
            return tuple(
                JournalEntry(id=i, kind=JournalKind(k), session_id=s, at=at, reason=reason)
                for i, k, s, at, reason in rows
            )

    def count(self) -> int:
        """How many entries are kept."""
        with closing(self._db.execute("SELECT count(*) FROM entry")) as rows:
            return int(rows.fetchone()[0])

    def forget(self, ids: Iterable[str]) -> None:
        """Drop entries in one transaction."""
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            self._db.executemany("DELETE FROM entry WHERE id = ?", [(i,) for i in ids])

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def new_entry_id() -> str:
    """An id no other entry will ever have."""
    return uuid4().hex


class Ledger:
    """The story of one station in its journal: who plays, and what the server must hear."""

    def __init__(self, journal: Journal, new_id: Callable[[], str] = new_entry_id) -> None:
        self._journal = journal
        self._new_id = new_id
        self._mark = journal.mark()
        self._close_gap()

    def _close_gap(self) -> None:
        """A session that was being played when the process ended was locked since its mark."""
        if self._mark.phase is not Phase.PLAYING:
            return
        session_id, at = self._mark.session_id, self._mark.at
        locked = self._entry(JournalKind.LOCKED, session_id, at, "restart")
        self._put(Mark(Phase.INTERRUPTED, session_id, at), locked)

    def playing(self, session_id: str, at: int) -> bool:
        """The session is on now; whether that ends a gap, which the server must hear."""
        resumed = self._mark.phase is Phase.INTERRUPTED and self._mark.session_id == session_id
        mark = Mark(Phase.PLAYING, session_id, at)
        if resumed:
            self._put(mark, self._entry(JournalKind.UNLOCKED, session_id, at, "resumed"))
        else:
            self._put(mark)
        return resumed

    def locked(self) -> None:
        """Nobody plays, and the server knows."""
        if self._mark.phase is Phase.PLAYING:
            self._put(Mark())

    def expired(self, session_id: str, at: int) -> None:
        """The session's time ran out while the server could not be told.

        Time may have been sold meanwhile: then the station was locked too early, and the server
        must hear when the session went on.
        """
        locked = self._entry(JournalKind.LOCKED, session_id, at, "expired")
        self._put(Mark(Phase.INTERRUPTED, session_id, at), locked)

    def marked(self, session_id: str) -> int | None:
        """When this session was last marked as being played; ``None`` when it is not."""
        playing = self._mark.phase is Phase.PLAYING and self._mark.session_id == session_id
        return self._mark.at if playing else None

    def pending(self) -> tuple[JournalEntry, ...]:
        """What the server must still hear, oldest first."""
        return self._journal.pending()

    def count(self) -> int:
        """How much the server must still hear."""
        return self._journal.count()

    def forget(self, ids: Iterable[str]) -> None:
        """These are safe on the server."""
        self._journal.forget(ids)

    def close(self) -> None:
        """Release the journal."""
        self._journal.close()

    def _entry(self, kind: JournalKind, session_id: str, at: int, reason: str) -> JournalEntry:
        return JournalEntry(
            id=self._new_id(), kind=kind, session_id=session_id, at=at, reason=reason
        )

    def _put(self, mark: Mark, *entries: JournalEntry) -> None:
        self._journal.write(mark, *entries)
        self._mark = mark
