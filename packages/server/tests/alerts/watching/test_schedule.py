"""When which server is asked."""

from collections import Counter
from dataclasses import replace
from uuid import UUID

from gameops.alerts.watching.schedule import Entry, Schedule
from gameops.alerts.watching.store import Watch
from gameops.core.ids import new_id


def watch(server_id: UUID | None = None, *, interval: int = 60, down_after: int = 3) -> Watch:
    return Watch(
        id=server_id or new_id(),
        address="192.0.2.1",
        port=27015,
        query_port=None,
        protocol="opengsq.source",
        interval_seconds=interval,
        timeout_seconds=3,
        down_after=down_after,
    )


def only(schedule: Schedule, now: float) -> Entry:
    entry = schedule.pop_due(now)
    assert entry is not None
    assert schedule.pop_due(now) is None
    return entry


def test_ten_thousand_servers_come_evenly() -> None:
    schedule = Schedule()
    schedule.replace_all([watch() for _ in range(10_000)], 0)
    seconds: Counter[int] = Counter()
    for second in range(60):
        while schedule.pop_due(second + 1):
            seconds[second] += 1
    assert sum(seconds.values()) == 10_000
    assert max(seconds.values()) < 240  # of 167 on average


def test_a_server_keeps_its_place_in_the_interval() -> None:
    schedule = Schedule()
    schedule.replace_all([watch()], 0)
    first = schedule.next_due()
    assert first is not None
    for turn in range(1, 5):
        entry = only(schedule, first + 60 * turn)
        schedule.asked(entry, entry.due + 2.5, answered=True)
        assert schedule.next_due() == first + 60 * turn


def test_after_a_miss_it_is_asked_sooner_until_it_is_down() -> None:
    schedule = Schedule()
    server = watch(interval=60, down_after=3)
    schedule.edit([server.id], [server], 0)
    waits, now = [], 0.0
    for _ in range(5):
        entry = only(schedule, now)
        schedule.asked(entry, now, answered=False)
        due = schedule.next_due()
        assert due is not None
        waits.append(due - now)
        now = due
    assert waits == [30, 30, 60, 60, 60]


def test_a_short_interval_is_halved_to_five_seconds_at_least() -> None:
    schedule = Schedule()
    server = watch(interval=10, down_after=2)
    schedule.edit([server.id], [server], 0)
    schedule.asked(only(schedule, 0), 0, answered=False)
    assert schedule.next_due() == 5


def test_a_server_that_is_far_behind_is_not_asked_twice_at_once() -> None:
    schedule = Schedule()
    server = watch(interval=10)
    schedule.edit([server.id], [server], 0)
    schedule.asked(only(schedule, 500), 500, answered=True)
    assert schedule.next_due() == 510


def test_what_people_add_or_change_is_asked_at_once_and_only_once() -> None:
    schedule = Schedule()
    server = watch()
    schedule.replace_all([server], 0)
    changed = replace(server, port=27016)
    schedule.edit([server.id], [changed], 1)
    assert only(schedule, 1).watch.port == 27016
    schedule.replace_all([changed], 2)
    assert schedule.pop_due(1_000) is None  # it is being asked


def test_many_new_servers_do_not_come_in_one_second() -> None:
    schedule = Schedule()
    servers = [watch() for _ in range(1_000)]
    schedule.edit([server.id for server in servers], servers, 0)
    first = sum(1 for _ in iter(lambda: schedule.pop_due(0.99), None))
    assert 90 <= first <= 110


def test_a_deleted_server_is_not_asked_again() -> None:
    schedule = Schedule()
    gone, kept = watch(), watch()
    schedule.edit([gone.id, kept.id], [gone, kept], 0)
    asked = schedule.pop_due(0)
    assert asked is not None
    assert asked.watch is gone
    schedule.edit([gone.id], [], 1)
    schedule.asked(asked, 1, answered=True)  # it was on its way
    assert [entry.watch.id for entry in iter(lambda: schedule.pop_due(99), None)] == [kept.id]
    schedule.replace_all([], 2)
    assert not schedule.entries


def test_an_interrupted_question_is_asked_again() -> None:
    schedule = Schedule()
    server = watch()
    schedule.edit([server.id], [server], 0)
    entry = only(schedule, 0)
    schedule.put_back(entry)
    assert only(schedule, 0) is entry


def test_where_nobody_knows_how_to_ask_it_is_not_tried_every_minute() -> None:
    schedule = Schedule()
    server = replace(watch(), protocol=None)
    schedule.edit([server.id], [server], 0)
    schedule.asked(only(schedule, 0), 0, answered=False)
    assert schedule.next_due() == 300
