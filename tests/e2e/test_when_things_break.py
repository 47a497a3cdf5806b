"""The link is cut, the agent dies: time is enforced, and nothing is billed twice or lost."""

import time
from collections.abc import Iterator

import pytest
from e2e_rig.cable import Cable
from e2e_rig.installation import Api, Installation
from e2e_rig.machine import Machine
from e2e_rig.people import Staff, enrol
from e2e_rig.waiting import instant, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

LONG_ENOUGH = 3
"""Seconds; a gap below 1.5 s counts as latency."""
OTHERS = 0.5
"""Seconds by which two clocks may read the same moment apart."""


@pytest.fixture
def cable(house: Installation) -> Iterator[Cable]:
    laid = Cable(house.port)
    yield laid
    laid.close()


@pytest.fixture
def pc(staff: Staff, venue: Api, machine: Machine, cable: Cable) -> Machine:
    enrol(staff, machine, cable.url)
    return machine


def test_time_sold_while_the_link_is_cut_is_played_after_it(
    staff: Staff, pc: Machine, venue: Api, cable: Cable
) -> None:
    staff.start_prepaid(1, guest="Maya")
    pc.is_open()
    cable.cut()
    until(lambda: not venue.station()["online"], "the floor to see that the link is lost")
    staff.extend(1)
    running = venue.sessions()[0]

    # the station knows of the first minute only, and locks on time without asking anybody
    pc.is_locked(seconds=65)
    old_end = instant(running["ends_at"]) - 60
    assert abs(pc.locked_at() - old_end) < 1
    until(lambda: time.time() - old_end > LONG_ENOUGH, "a gap that is more than latency")

    cable.mend()
    pc.is_open(seconds=30)
    outage = until(lambda: _only(venue, "outage"), "the locked time to be given back")
    lost = instant(outage["ended_at"]) - instant(outage["started_at"])
    assert abs(instant(outage["started_at"]) - old_end) < OTHERS
    moved = instant(venue.sessions()[0]["ends_at"]) - instant(running["ends_at"])
    assert abs(moved - lost) < OTHERS
    until(lambda: pc.left() > 45, "the sold minute on the screen")

    staff.end()
    pc.is_locked()
    (session,) = venue.sessions()
    assert session["charge_minor"] + session["refund_minor"] == 120
    assert session["charge_minor"] == pytest.approx(_played(session), abs=1)
    assert _played(session) < 75
    venue.books_balance()


def test_the_player_gets_back_what_a_dead_agent_cost(staff: Staff, pc: Machine, venue: Api) -> None:
    staff.start_prepaid(3, guest="Maya")
    pc.is_open()
    before = venue.sessions()[0]
    killed = time.monotonic()
    pc.kill()
    pc.is_covered_without_a_core()
    until(lambda: not venue.station()["online"], "the floor to see that the agent is gone")
    until(lambda: time.monotonic() - killed > LONG_ENOUGH, "a gap that is more than latency")
    pc.start()
    pc.is_open(seconds=30)
    outage = until(lambda: _only(venue, "outage"), "the dead time to be given back")
    lost = instant(outage["ended_at"]) - instant(outage["started_at"])
    after = venue.sessions()[0]
    moved = instant(after["ends_at"]) - instant(before["ends_at"])
    assert lost > 0
    assert abs(moved - lost) < OTHERS

    staff.end()
    pc.is_locked()
    (session,) = venue.sessions()
    assert [s["kind"] for s in session["segments"]] == ["play", "outage", "play"]
    assert session["charge_minor"] + session["refund_minor"] == 180
    assert session["charge_minor"] == pytest.approx(_played(session), abs=1)
    venue.books_balance()


def _only(venue: Api, kind: str) -> dict | None:
    found = [s for s in venue.sessions()[0]["segments"] if s["kind"] == kind]
    assert len(found) < 2
    return found[0] if found else None


def _played(session: dict) -> float:
    """Seconds of play: at this tariff, one cent each."""
    return sum(
        instant(s["ended_at"]) - instant(s["started_at"])
        for s in session["segments"]
        if s["kind"] == "play"
    )
