"""The journal loses nothing and repeats nothing, whatever kills the process."""

import subprocess
import sys
from pathlib import Path

import pytest
from agent_rig import journal_victim

from gameops_agent.session.journal import (
    BATCH,
    Journal,
    Ledger,
    Mark,
    MemoryJournal,
    Phase,
    SqliteJournal,
)
from gameops_protocol import JournalEntry, JournalKind


@pytest.fixture(params=["memory", "sqlite"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Journal:
    return MemoryJournal() if request.param == "memory" else SqliteJournal(tmp_path / "journal")


def entry(number: int) -> JournalEntry:
    return JournalEntry(id=f"e{number}", kind=JournalKind.LOCKED, session_id="s", at=number)


def test_a_new_journal_is_empty_and_locked(journal: Journal) -> None:
    assert journal.mark() == Mark()
    assert journal.pending() == ()
    journal.close()


def test_entries_come_oldest_first_and_in_batches(journal: Journal) -> None:
    entries = [entry(number) for number in range(BATCH + 50)]
    journal.write(Mark(Phase.PLAYING, "s", 1), *entries)
    assert journal.pending() == tuple(entries[:BATCH])
    journal.forget([each.id for each in entries[:BATCH]])
    assert journal.pending() == tuple(entries[BATCH:])
    assert journal.count() == 50
    assert journal.mark() == Mark(Phase.PLAYING, "s", 1)
    journal.close()


def test_a_journal_is_the_same_after_reopening(tmp_path: Path) -> None:
    first = SqliteJournal(tmp_path / "journal")
    first.write(Mark(Phase.INTERRUPTED, "s", 7), entry(1))
    first.close()
    again = SqliteJournal(tmp_path / "journal")
    assert again.mark() == Mark(Phase.INTERRUPTED, "s", 7)
    assert again.pending() == (entry(1),)
    again.close()


def test_an_id_cannot_be_written_twice(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal")
    journal.write(Mark(), entry(1))
    with pytest.raises(Exception, match="UNIQUE"):
        journal.write(Mark(Phase.PLAYING, "s", 2), entry(1))
    assert journal.mark() == Mark()
    journal.close()


def test_opening_again_after_a_gap_tells_the_gap_once(journal: Journal) -> None:
    Ledger(journal).playing("s1", 5)
    for _ in range(3):
        Ledger(journal)
    (told,) = journal.pending()
    assert (told.at, told.reason) == (5, "restart")
    journal.close()


@pytest.mark.parametrize("lines", [1, 2, 7, 24])
def test_killing_the_process_loses_no_step_and_repeats_none(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "journal"
    said = _run_and_kill(path, lines)
    ledger = Ledger(SqliteJournal(path))
    entries = ledger.pending()
    expired = [told.session_id for told in entries if told.reason == "expired"]
    promised = [line.split()[1] for line in said if line.startswith("expired")]
    assert expired[: len(promised)] == promised
    assert len(expired) <= len(promised) + 60
    gaps = [told.session_id for told in entries if told.reason == "restart"]
    assert len(gaps) <= 1
    assert not set(gaps) & set(expired)
    assert len({told.id for told in entries}) == len(entries)
    ledger.close()
    reopened = Ledger(SqliteJournal(path))
    assert reopened.pending() == entries
    reopened.close()


def _run_and_kill(path: Path, lines: int) -> list[str]:
    """Let the victim get that far, then kill it without warning."""
    command = [sys.executable, journal_victim.__file__, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        said = [victim.stdout.readline() for _ in range(lines)]
        victim.kill()
    return [line.strip() for line in said]
