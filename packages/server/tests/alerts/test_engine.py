"""What sightings, misses and deletes do to a server."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from gameops.alerts.engine.model import FLAPS, SETTLED_AFTER, Sighting, Stamp, Watched

T0 = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)


def watched(origin: str = "reported", **known) -> Watched:
    return Watched(
        id=UUID(int=1),
        community_id=UUID(int=2),
        key="https://fujitzee.example.org/?table=bar",
        origin=origin,
        name="The Bar",
        created_at=T0,
        **known,
    )


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def sighting(
    players: int,
    seconds: float = 0,
    sequence: int | None = None,
    occurred_at: datetime | None = None,
    **more,
) -> Sighting:
    stamp = Stamp(sequence, occurred_at)
    return Sighting(at=at(seconds), players=players, stamp=stamp, **more)


def kinds(happened) -> list[str]:
    return [h.kind.value for h in happened]


def told(happened) -> list[str]:
    return [h.kind.value for h in happened if not h.damped]


def test_a_server_that_reports_itself_appears_and_its_first_player_joins() -> None:
    server = watched()
    happened = server.see(sighting(1))
    assert kinds(happened) == ["server_appeared", "player_joined"]
    assert (happened[1].before, happened[1].players) == (0, 1)
    assert server.state == "up"


def test_people_who_were_there_before_we_watched_have_not_just_joined() -> None:
    server = watched("polled")
    assert kinds(server.see(sighting(5))) == ["server_appeared"]
    assert kinds(server.see(sighting(6, 60))) == ["player_joined"]


def test_joins_and_leaves_are_told_once_however_often_they_are_reported() -> None:
    server = watched()
    server.see(sighting(0))
    assert kinds(server.see(sighting(2, 1))) == ["player_joined"]
    assert kinds(server.see(sighting(2, 2))) == []
    assert kinds(server.see(sighting(1, 3))) == ["player_left"]
    assert kinds(server.see(sighting(1, 4))) == []
    assert kinds(server.see(sighting(0, 5))) == ["last_player_left"]
    assert kinds(server.see(sighting(0, 6))) == []


def test_the_first_player_after_a_delete_is_told() -> None:
    server = watched()
    server.see(sighting(3))
    assert kinds(server.delete(T0 + timedelta(seconds=5))) == ["server_deleted"]
    assert kinds(server.delete(T0 + timedelta(seconds=6))) == []
    assert kinds(server.see(sighting(1, 60))) == ["server_appeared", "player_joined"]


def test_an_empty_report_that_its_delete_overtook_does_not_bring_the_server_back() -> None:
    server = watched()
    server.see(sighting(1))
    server.delete(T0 + timedelta(seconds=5))
    assert server.see(sighting(0, 6)) == []
    assert server.deleted_at is not None
    assert kinds(server.see(sighting(0, 8))) == ["server_appeared"]


def test_an_older_report_that_comes_later_changes_nothing() -> None:
    server = watched()
    server.see(sighting(3, 0, occurred_at=T0 + timedelta(seconds=30)))
    assert server.see(sighting(1, 1, occurred_at=T0 + timedelta(seconds=20))) == []
    assert server.players == 3


def test_reports_with_numbers_count_in_their_order() -> None:
    server = watched()
    server.see(sighting(1, sequence=1))
    server.see(sighting(3, 1, sequence=3))
    assert server.see(sighting(2, 2, sequence=2)) == []
    assert server.see(sighting(3, 2, sequence=3)) == []
    assert server.players == 3


def test_a_server_is_down_after_k_misses_and_not_before() -> None:
    server = watched("polled", down_after=3)
    server.see(sighting(4))
    assert server.miss(T0 + timedelta(seconds=60), "timeout") == []
    assert server.miss(T0 + timedelta(seconds=90), "timeout") == []
    happened = server.miss(T0 + timedelta(seconds=120), "timeout")
    assert kinds(happened) == ["server_down"]
    assert (happened[0].before, server.players, server.state) == (4, 0, "down")
    assert server.miss(T0 + timedelta(seconds=150), "timeout") == []


def test_one_answer_forgives_the_misses() -> None:
    server = watched("polled", down_after=2)
    server.see(sighting(4))
    server.miss(T0 + timedelta(seconds=60), "timeout")
    server.see(sighting(4, 90))
    assert server.miss(T0 + timedelta(seconds=120), "timeout") == []
    assert server.state == "up"


def test_who_is_on_a_server_that_comes_back_has_not_just_joined() -> None:
    server = watched("polled", down_after=1)
    server.see(sighting(4))
    server.miss(T0 + timedelta(minutes=1), "timeout")
    happened = server.see(sighting(3, 120))
    assert kinds(happened) == ["server_up"]
    assert happened[0].players == 3


def test_a_flapping_server_is_one_alert_not_twenty() -> None:
    server = watched("polled", down_after=1)
    server.see(sighting(0))
    heard = []
    for i in range(20):
        at = 10 + 20 * i
        heard += told(server.miss(T0 + timedelta(seconds=at), "timeout"))
        heard += told(server.see(sighting(0, at + 10)))
    assert heard == ["server_down", "server_up", "server_flapping"]
    assert server.flapping


@pytest.mark.parametrize(("ends_up", "heard"), [(True, []), (False, ["server_down"])])
def test_when_it_keeps_still_its_state_is_told_if_it_differs(ends_up: bool, heard: list) -> None:
    server = watched("polled", down_after=1)
    server.see(sighting(0))
    for i in range(FLAPS):
        server.miss(T0 + timedelta(seconds=20 * i), "timeout")
        server.see(sighting(0, 20 * i + 10))
    if not ends_up:
        server.miss(T0 + timedelta(seconds=100), "timeout")
    quiet = server.turns[-1] + SETTLED_AFTER
    assert server.settle(quiet - timedelta(seconds=1)) == []
    assert told(server.settle(quiet)) == heard
    assert not server.flapping


def test_a_shrinking_room_is_not_an_event() -> None:
    server = watched()
    server.see(sighting(2, max_players=6))
    assert server.see(sighting(2, 1, max_players=2)) == []
    assert server.max_players == 6
    asked = watched("polled")
    asked.see(sighting(2, max_players=6))
    asked.see(sighting(2, 1, max_players=2))
    assert asked.max_players == 2


def test_a_new_map_and_a_new_name_are_told_with_the_old_ones() -> None:
    server = watched("polled")
    server.see(sighting(1, name="One", map="dm17"))
    happened = server.see(sighting(1, 60, name="Two", map="dm6"))
    assert kinds(happened) == ["name_changed", "map_changed"]
    assert happened[1].detail == {"before": "dm17", "after": "dm6"}
    assert server.name == "Two"


def test_a_name_that_people_gave_stays() -> None:
    server = watched("polled", named=True)
    server.see(sighting(1, name="One"))
    server.see(sighting(1, 60, name="Two"))
    assert server.name == "The Bar"


def test_a_player_does_not_make_an_empty_server_idle_again_until_it_empties() -> None:
    server = watched(idle_noted_at=T0)
    server.see(sighting(1))
    assert server.idle_noted_at is None
    assert server.changed_at == T0


def test_every_order_of_the_same_numbered_reports_ends_in_the_same_state() -> None:
    from itertools import permutations

    reports = [
        sighting(n, i, sequence=i, occurred_at=T0 + timedelta(seconds=i))
        for i, n in enumerate((1, 2, 1, 0))
    ]
    for order in permutations(reports):
        server = watched()
        for report in order:
            server.see(report)
        assert server.players == 0


def test_what_overtook_an_old_report_of_an_end_stays() -> None:
    server = watched()
    server.see(sighting(2, sequence=10))
    assert server.fall(at(1), Stamp(4)) == []
    assert server.delete(at(1), Stamp(4)) == []
    assert (server.state, server.players) == ("up", 2)


def test_a_report_that_an_end_overtook_does_not_bring_the_server_back() -> None:
    server = watched()
    server.see(sighting(2, sequence=10))
    assert kinds(server.fall(at(1), Stamp(12))) == ["server_down"]
    assert server.see(sighting(3, 2, sequence=11)) == []
    assert kinds(server.see(sighting(0, 3, sequence=13))) == ["server_up"]
    assert kinds(server.delete(at(4), Stamp(15))) == ["server_deleted"]
    assert server.see(sighting(3, 5, sequence=14)) == []
    assert kinds(server.see(sighting(0, 6, sequence=16))) == ["server_appeared"]


def test_a_counter_that_begins_anew_is_believed_after_a_while() -> None:
    server = watched()
    server.see(sighting(2, sequence=1_000))
    assert server.see(sighting(1, 30, sequence=1)) == []
    assert kinds(server.see(sighting(1, 200, sequence=2))) == ["player_left"]
    assert kinds(server.see(sighting(2, 210, sequence=3))) == ["player_joined"]


def test_tags_that_people_gave_stay() -> None:
    server = watched(tags=["mine"], tagged=True)
    server.see(sighting(1, tags=("casual",)))
    assert server.tags == ["mine"]


def test_turns_under_maintenance_are_no_flapping() -> None:
    server = watched("polled", down_after=1, maintenance_until=at(100))
    server.see(sighting(0))
    for i in range(4):
        server.miss(at(10 * i + 1), "timeout")
        server.see(sighting(0, 10 * i + 5))
    assert not server.flapping
    assert told(server.miss(at(200), "timeout")) == ["server_down"]


def test_a_server_that_comes_back_to_the_list_has_not_changed_its_map_or_name() -> None:
    server = watched()
    server.see(sighting(0, name="One", map="dm1"))
    server.delete(at(5))
    assert kinds(server.see(sighting(0, 60, name="Two", map="dm2"))) == ["server_appeared"]
