"""Everybody else is down, or we are cut off."""

from gameops.alerts.watching.cut_off import LONGEST_SECONDS, CutOff
from gameops.alerts.watching.reading import Silence

UP = [f"host{number}" for number in range(8)]


def known(hosts: list[str]) -> CutOff:
    cut_off = CutOff()
    for host in hosts:
        assert not cut_off.note(host, None, 0)
    return cut_off


def test_when_nobody_is_heard_any_more_the_misses_are_held_back() -> None:
    cut_off = known(UP)
    held = [cut_off.note(host, Silence.TIMEOUT, 1) for host in UP]
    assert held == [False] * 4 + [True] * 4
    assert cut_off.is_cut(1)


def test_one_answer_ends_it() -> None:
    cut_off = known(UP)
    for host in UP:
        cut_off.note(host, Silence.TIMEOUT, 1)
    assert not cut_off.note(UP[0], None, 2)
    assert not cut_off.note(UP[1], Silence.TIMEOUT, 3)


def test_a_refusal_shows_that_the_network_works() -> None:
    cut_off = known(UP)
    for host in UP:
        assert not cut_off.note(host, Silence.REFUSED, 1)
    for host in UP[:5]:
        cut_off.note(host, Silence.UNREACHABLE, 2)
    assert cut_off.is_cut(2)
    assert not cut_off.note(UP[5], Silence.BAD_ANSWER, 2)
    assert not cut_off.is_cut(2)


def test_the_servers_of_one_host_are_always_reported() -> None:
    cut_off = known(["the only one"])
    for _ in range(20):
        assert not cut_off.note("the only one", Silence.TIMEOUT, 1)


def test_four_hosts_prove_nothing() -> None:
    cut_off = known(UP[:4])
    assert not any(cut_off.note(host, Silence.TIMEOUT, 1) for host in UP[:4] * 5)


def test_of_many_hosts_half_must_have_fallen_silent_or_fifty() -> None:
    hosts = [f"host{number}" for number in range(30)]
    cut_off = known(hosts)
    assert not any(cut_off.note(host, Silence.TIMEOUT, 1) for host in hosts[:14])
    assert cut_off.note(hosts[14], Silence.TIMEOUT, 1)
    hosts = [f"host{number}" for number in range(10_000)]
    cut_off = known(hosts)
    assert not any(cut_off.note(host, Silence.TIMEOUT, 1) for host in hosts[:49])
    assert cut_off.note(hosts[49], Silence.TIMEOUT, 1)


def test_hosts_that_were_down_before_say_nothing_about_us() -> None:
    cut_off = known(UP)
    for host in UP[:6]:  # one provider is gone; another host is heard in between
        cut_off.note(host, Silence.TIMEOUT, 1)
        cut_off.note(UP[7], None, 1)
    for _ in range(10):
        assert not any(cut_off.note(host, Silence.TIMEOUT, 2) for host in UP[:6])


def test_after_five_minutes_misses_count_all_the_same() -> None:
    cut_off = known(UP)
    for host in UP:
        cut_off.note(host, Silence.TIMEOUT, 1)
    assert cut_off.note(UP[0], Silence.TIMEOUT, LONGEST_SECONDS)
    assert not cut_off.note(UP[0], Silence.TIMEOUT, LONGEST_SECONDS + 2)
