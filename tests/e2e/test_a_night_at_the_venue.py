"""Staff sell time in a browser, a real agent enforces it on a screen, and the books balance."""

import re
from pathlib import Path

import pytest
from e2e_rig.installation import Api, Databases, Installation
from e2e_rig.machine import Machine
from e2e_rig.people import Staff, enrol
from e2e_rig.waiting import instant, until
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

LOCKED_WITHIN = 1.0
"""Seconds after the sold end in which the screen must be covered."""


@pytest.fixture
def pc(staff: Staff, venue: Api, machine: Machine, house: Installation) -> Machine:
    """Station A01, enrolled through the dialog and online on the floor."""
    enrol(staff, machine, house.url)
    return machine


def test_a_night_at_the_venue(staff: Staff, pc: Machine, venue: Api, tmp_path: Path) -> None:
    assert "Connected" in pc.is_locked().texts
    locked = pc.screen.shoot(tmp_path / "locked.png")

    # one minute, in cash: the overlay opens, counts down, warns twice, and locks on time
    staff.start_prepaid(1, guest="Maya")
    opened = pc.is_open()
    assert opened.seconds is not None
    assert 50 <= opened.seconds <= 60
    assert pc.screen.shoot(tmp_path / "open.png") != locked
    promised = venue.sessions()[0]["ends_at"]
    expect(staff.tile()).to_contain_text("Maya")
    pc.counts_down()
    for seconds in (50, 20):
        warned = until(lambda: _warned(pc), f"the warning at {seconds} s", 45)
        assert seconds - 3 <= (warned or 0) <= seconds + 1
        until(lambda: not _warned(pc), "the warning to go by itself", 20)
    pc.is_locked(seconds=25)
    expect(staff.tile()).to_contain_text("Ready")
    (first,) = venue.sessions()
    assert first["end_reason"] == "expired"
    assert first["ended_at"] == promised
    assert pc.locked_at() - instant(first["ended_at"]) < LOCKED_WITHIN
    assert first["charge_minor"] == first["price"]["total_minor"] == 60

    # again; more time is sold while it runs, then staff end it and the rest is given back
    staff.start_prepaid(1, guest="Jon")
    assert (pc.is_open().seconds or 0) <= 60
    staff.extend(1)
    until(lambda: pc.left() > 60, "the sold minute on the screen")
    running = venue.sessions()[0]
    assert running["paid_minor"] == 120
    priced = _amounts(running["price"])
    until(lambda: staff.price_lines(staff.sheet()) == priced, "the new price on the sheet", 10)
    staff.end()
    pc.is_locked()
    second = venue.sessions()[0]
    assert second["end_reason"] == "staff"
    assert second["charge_minor"] + second["refund_minor"] == 120
    for session in (first, second):
        assert staff.ended_price(session["id"]) == _amounts(session["price"])

    venue.books_balance()
    held = venue.takings()
    earned = first["charge_minor"] + second["charge_minor"]
    assert held["revenue"] + held["tax"] == earned
    assert held["cash"] == -earned
    verdict = venue.get("/audit/verify")
    assert verdict["ok"]
    assert "Traceback" not in pc.journal()


def test_everything_is_killed_in_mid_session(
    databases: Databases,
    house: Installation,
    staff: Staff,
    pc: Machine,
    venue: Api,
) -> None:
    staff.start_prepaid(1, guest="Maya")
    pc.is_open()
    promised = venue.sessions()[0]["ends_at"]
    house.kill()
    databases.kill()

    # the station needs nobody: it counts, warns and locks on time
    pc.counts_down()
    expect(staff.page.get_by_text(re.compile("Reconnecting"))).to_be_visible()
    until(lambda: _warned(pc), "a warning with everything down", 60)
    pc.is_locked(seconds=60)
    locked_at = pc.locked_at()

    databases.restart(databases.port)
    house.start()
    ended = until(lambda: _over(venue), "the session to be ended by the catch-up", 15)
    assert ended["end_reason"] == "expired"
    assert ended["ended_at"] == promised
    assert 0 <= locked_at - instant(ended["ended_at"]) < LOCKED_WITHIN
    assert ended["charge_minor"] == 60
    until(lambda: venue.station()["online"], "the agent to come back", 30)
    expect(staff.tile()).to_contain_text("Ready", timeout=30_000)
    pc.is_locked()
    venue.books_balance()


def test_the_server_comes_back_while_the_session_runs(
    house: Installation, staff: Staff, pc: Machine, venue: Api
) -> None:
    staff.start_prepaid(3, guest="Maya")
    before = pc.is_open().seconds or 0
    house.kill()
    pc.counts_down()
    house.start()
    until(lambda: venue.station()["online"], "the agent to come back", 30)
    assert pc.left() <= before
    expect(staff.tile()).to_contain_text("Maya", timeout=30_000)
    staff.extend(2)
    until(lambda: pc.left() > before, "the sold minutes on the screen")
    staff.end()
    pc.is_locked()
    (session,) = venue.sessions()
    assert session["charge_minor"] + session["refund_minor"] == 300
    assert session["charge_minor"] == pytest.approx(_played(session), abs=1)
    venue.books_balance()


def _over(venue: Api) -> dict | None:
    (session,) = venue.sessions()
    return session if session["state"] == "ended" else None


def _played(session: dict) -> float:
    """Seconds of play: at this tariff, one cent each."""
    return sum(
        instant(s["ended_at"]) - instant(s["started_at"])
        for s in session["segments"]
        if s["kind"] == "play"
    )


def _warned(pc: Machine) -> int | None:
    described = pc.describe()
    if described is None or "GameOps warning" not in described.windows:
        return None
    return described.seconds


def _amounts(price: dict) -> list[int]:
    return [line["amount_minor"] for line in price["lines"]] + [price["total_minor"]]
