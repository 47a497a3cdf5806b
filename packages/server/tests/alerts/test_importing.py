"""Taking over the original service's SQLite files."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from gameops.alerts.errors import ImportFailed
from gameops.alerts.importing import import_files
from gameops.core.ids import new_id
from gameops.notify.channels.model import Channel
from gameops.notify.recipients.model import Recipient

from .conftest import FUJITZEE, Square

EVENTS = """
CREATE TABLE gameEvents (id INTEGER PRIMARY KEY AUTOINCREMENT, created DATETIME, event_type TEXT,
    game TEXT, appkey INTEGER, server TEXT, region TEXT, serverurl TEXT, status TEXT,
    maxplayers INTEGER, curplayers INTEGER);
CREATE TABLE serverTracking (id INTEGER PRIMARY KEY AUTOINCREMENT, created DATETIME,
    serverurl TEXT, currentplayers INTEGER, total_updates INTEGER DEFAULT 0);
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, phone_number TEXT, opt_in INTEGER,
    type TEXT);
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    file = tmp_path / "gameEvents.db"
    base = sqlite3.connect(file)
    base.executescript(EVENTS)
    base.executemany(
        "INSERT INTO gameEvents (created, event_type, game, appkey, server, region, serverurl,"
        " status, maxplayers, curplayers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (f"2025-03-0{day} 18:00:00.123456", kind, game, 3, "The Bar", "us", url, "online", 6, n)
            for day, kind, game, url, n in (
                (1, "POST", "Fujitzee", FUJITZEE, 0),
                (2, "POST", "Fujitzee", FUJITZEE, 2),
                (3, "POST", "Fujitzee", FUJITZEE, 2),
                (4, "POST", "Fujitzee", FUJITZEE, 0),
                (5, "POST", "5 Card", "https://c.example.org/?table=a", 1),
                (6, "DELETE", None, "https://c.example.org/?table=a", None),
            )
        ],
    )
    base.execute(
        "INSERT INTO gameEvents (created, serverurl, event_type) VALUES ('never', 'x', 'POST')"
    )
    base.execute(
        "INSERT INTO serverTracking (created, serverurl, currentplayers)"
        " VALUES ('2025-02-01 00:00:00', 'https://old.example.org/', 0)"
    )
    base.executemany(
        "INSERT INTO users (phone_number, opt_in, type) VALUES (?, ?, ?)",
        [("+14155550100", 1, "S"), ("+14155550101", 0, "S"), ("whatsapp:+14155550102", 1, "W")],
    )
    base.commit()
    base.close()
    return file


async def channel(square: Square, kind: str) -> None:
    async with square.site.house.context.unit_of_work() as uow:
        new = Channel(
            id=new_id(), name=kind, kind=kind, config={}, secrets_set=[], created_at=uow.now
        )
        uow.session.add(new)


async def test_servers_history_and_people_are_taken_over_once(square: Square, old: Path) -> None:
    await square.rule("player_joined", "server_deleted")
    await channel(square, "sms")
    context = square.site.house.context
    done = await import_files(context, [old], slug=None, time_zone="UTC")
    assert (done.servers, done.reports, done.people) == (3, 7, 2)
    assert (done.skipped, done.without_channel) == (1, 1)
    assert await square.deliveries() == []
    events = [(e["kind"], e["at"][:10]) for e in await square.events()]
    assert ("player_joined", "2025-03-02") in events
    assert ("last_player_left", "2025-03-04") in events
    assert ("server_deleted", "2025-03-06") in events
    names = [s["key"] for s in (await square.ok("GET", "/alerts/servers"))["items"]]
    assert sorted(names) == [FUJITZEE, "https://old.example.org/"]
    async with context.unit_of_work() as uow:
        from sqlalchemy import select

        people = {r.address: r.state for r in await uow.session.scalars(select(Recipient))}
    assert people == {"+14155550100": "active", "+14155550101": "opted_out"}

    again = await import_files(context, [old], slug=None, time_zone="UTC")
    assert (again.servers, again.reports, again.people) == (0, 0, 0)
    assert len(await square.events()) == len(events)


async def test_a_live_report_goes_on_where_the_import_ended(square: Square, old: Path) -> None:
    context = square.site.house.context
    await import_files(context, [old], slug="main", time_zone="America/New_York")
    await square.post(1)
    await square.work()
    newest = (await square.events())[-1]
    assert (newest["kind"], newest["before"], newest["players"]) == ("player_joined", 0, 1)


async def test_one_unreadable_cell_keeps_no_other_row_back(square: Square, old: Path) -> None:
    base = sqlite3.connect(old)
    base.execute(
        "INSERT INTO gameEvents (created, event_type, game, server, serverurl, curplayers)"
        " VALUES ('2025-03-07 10:00:00', 'POST', 'Chess', CAST(x'43616666e9' AS TEXT), 'latin', 1)"
    )
    base.commit()
    base.close()
    context = square.site.house.context
    done = await import_files(context, [old], slug=None, time_zone="UTC")
    assert (done.servers, done.reports) == (4, 8)
    (server,) = (await square.ok("GET", "/alerts/servers", q="latin"))["items"]
    assert server["name"] == "Caff\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12"])
async def test_instants_out_of_this_world_are_skipped(square: Square, old: Path, zone: str) -> None:
    base = sqlite3.connect(old)
    later = (square.clock.now() + timedelta(days=3)).isoformat()
    odd = ["0001-01-01 00:00:00", "9999-12-31 23:59:59", "1999-12-30 00:00:00"]
    odd += ["0001-01-01 00:00:00+14:00", "9999-12-31 23:59:59-14:00", later]
    base.executemany(
        "INSERT INTO gameEvents (created, event_type, serverurl, curplayers)"
        " VALUES (?, 'POST', 'odd', 1)",
        [(at,) for at in odd],
    )
    base.commit()
    base.close()
    done = await import_files(square.site.house.context, [old], slug=None, time_zone=zone)
    assert (done.servers, done.skipped) == (3, 1 + 6)


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 50])
async def test_a_file_that_is_something_else_is_refused(
    square: Square, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "x.db"
    file.write_bytes(content)
    with pytest.raises(ImportFailed):
        await import_files(square.site.house.context, [file], slug=None, time_zone="UTC")
