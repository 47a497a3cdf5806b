"""Server time upon a monotonic clock."""

import pytest
from agent_rig.fakes import FakeClock

from gameops_agent.session.clock import LoopClock, ServerClock

TRUE_OFFSET = 1_700_000_000_000.0


class Network:
    """Samples the server's time through a network with a given delay."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.server = ServerClock(self.clock)
        self.offset = TRUE_OFFSET

    @property
    def truth(self) -> float:
        return self.server.ticks() + self.offset

    @property
    def error(self) -> float:
        now = self.server.now()
        assert now is not None
        return now - self.truth

    def sample(self, *, there: float, back: float) -> bool:
        sent = self.server.ticks()
        self.clock.advance(there / 1000)
        told = round(self.truth)
        self.clock.advance(back / 1000)
        return self.server.learn(sent=sent, server_time=told)


def test_there_is_no_time_before_the_first_sample() -> None:
    assert ServerClock(FakeClock()).now() is None


def test_a_symmetric_round_trip_is_exact() -> None:
    network = Network()
    assert network.sample(there=30, back=30)
    assert network.error == pytest.approx(0, abs=0.6)


def test_the_shortest_round_trip_of_the_last_eight_wins() -> None:
    network = Network()
    network.sample(there=200, back=0)
    assert abs(network.error) > 90
    network.sample(there=1, back=1)
    network.clock.advance(10)
    assert network.error == pytest.approx(0, abs=1.5)
    for _ in range(7):
        network.sample(there=80, back=0)
        network.clock.advance(5)
        assert network.error == pytest.approx(0, abs=2.1)


def test_small_differences_are_left_alone() -> None:
    network = Network()
    network.sample(there=1, back=1)
    network.offset += 1.4
    assert not network.sample(there=0, back=0)


def test_a_near_time_is_approached_and_never_jumps() -> None:
    network = Network()
    network.sample(there=5, back=5)
    network.offset += 20
    assert network.sample(there=0, back=0)
    assert network.error == pytest.approx(-20, abs=1)
    before = network.server.now()
    network.clock.advance(0.1)
    after = network.server.now()
    assert before is not None
    assert after is not None
    assert after - before == pytest.approx(110, abs=1)
    network.clock.advance(1)
    assert network.error == pytest.approx(0, abs=1)


def test_time_never_goes_back_while_it_is_slewed() -> None:
    network = Network()
    network.sample(there=5, back=5)
    network.offset -= 25
    network.sample(there=0, back=0)
    times = []
    for _ in range(50):
        network.clock.advance(0.01)
        times.append(network.server.now())
    assert times == sorted(times, key=lambda at: at or 0.0)
    assert network.error == pytest.approx(0, abs=1)


def test_a_server_whose_clock_jumped_is_followed_at_once() -> None:
    network = Network()
    network.sample(there=1, back=1)
    network.offset += 3_600_000
    network.sample(there=40, back=40)
    assert network.error == pytest.approx(0, abs=1)


def test_the_machines_clock_goes_forward() -> None:
    clock = LoopClock()
    assert clock.monotonic() <= clock.monotonic()
