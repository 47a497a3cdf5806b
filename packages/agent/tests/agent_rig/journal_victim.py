"""A process that plays, expires and is killed; it prints each step once it must be durable."""

import sys
from pathlib import Path

from gameops_agent.session.journal import Ledger, SqliteJournal


def main() -> None:
    """Play session after session until somebody kills us."""
    ledger = Ledger(SqliteJournal(Path(sys.argv[1])))
    step = 0
    while True:
        session = f"s{step}"
        ledger.playing(session, step)
        print(f"playing {session}", flush=True)  # noqa: T201 - the promise
        ledger.expired(session, step + 1)
        print(f"expired {session}", flush=True)  # noqa: T201 - the promise
        step += 2


if __name__ == "__main__":
    main()
