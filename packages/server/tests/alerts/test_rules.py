"""Which events become alerts, for whom, when, and in which words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gameops.alerts.rules.match import is_quiet
from gameops.alerts.rules.model import Quiet
from gameops.alerts.watching.reading import Reading

from .conftest import Square, code_of

BASE = "https://fujitzee.example.org/"


async def test_the_originals_texts_are_what_people_get(square: Square) -> None:
    await square.rule("player_joined", "player_left", "last_player_left", "server_deleted")
    for players in (1, 2, 1, 0):
        await square.post(players)
        await square.work()
    await square.delete()
    await square.work()
    assert await square.told() == [
        (
            f"🧑‍🤝‍🧑 Player event - GameServer: [{BASE}] running game [bar] player joined. "
            "Total players: [1]"
        ),
        (
            f"🧑‍🤝‍🧑 Player event - GameServer: [{BASE}] running game [bar] player joined. "
            "Total players: [2]"
        ),
        (
            f"💨 Player event - GameServer: [{BASE}] running game [bar] player left. "
            "Total players: [1]"
        ),
        f"🌐 Server event - GameServer: [{BASE}] the last player has left the game.",
        f"🌐 Server event - GameServer: [{BASE}] running game [bar] has been deleted from Lobby.",
    ]


async def test_a_server_without_a_table_is_named_by_its_game(square: Square) -> None:
    await square.rule("player_joined")
    await square.post(1, url="https://fujitzee.example.org/play")
    await square.work()
    (text,) = await square.told()
    assert "[https://fujitzee.example.org/play] running game [Fujitzee]" in text


async def test_a_rule_for_leaving_hears_of_the_last_one_too_once(square: Square) -> None:
    await square.rule("player_left")
    await square.post(1)
    await square.post(0)
    await square.work()
    assert await square.told() == [
        f"🌐 Server event - GameServer: [{BASE}] the last player has left the game."
    ]


async def test_rules_choose_servers_by_tag_or_by_name(square: Square) -> None:
    tagged = await square.watch(tags=["ranked"])
    plain = await square.watch("192.0.2.78", name="Plain")
    await square.rule("player_joined", tags=["ranked"], template="tag {server}")
    await square.rule("player_joined", server_ids=[plain["id"]], template="id {server}")
    for server in (tagged, plain):
        await square.saw(server, Reading(players=0, name="A"))
        await square.saw(server, Reading(players=1, name="A"))
    assert sorted(await square.told()) == ["id Plain", "tag A"]


async def test_a_threshold_fires_when_it_is_crossed_and_after_its_cooldown(square: Square) -> None:
    await square.rule(
        "threshold",
        threshold={"players": 3, "direction": "rises"},
        cooldown_seconds=600,
        template="{players} of {max}",
    )
    for players in (1, 3, 4, 2, 3):
        await square.post(players)
        await square.work()
    assert await square.told() == ["3 of 6"]
    assert (await square.deliveries())[-1][1:] == ("held", "cooldown")
    await square.work(minutes=11)
    await square.post(0)
    await square.post(5)
    await square.work()
    assert await square.told() == ["3 of 6", "5 of 6"]


async def test_a_delay_waits_to_see_whether_it_still_holds(square: Square) -> None:
    await square.rule("server_down", delay_seconds=60, template="down {server}")
    for name, comes_back in (("Quick", True), ("Gone", False)):
        server = await square.watch(f"{name.lower()}.example.org", name=name, down_after=1)
        await square.saw(server, Reading(players=0))
        await square.saw(server, None)
        if comes_back:
            await square.saw(server, Reading(players=0))
    await square.work(seconds=59)
    assert await square.told() == []
    await square.work(seconds=2)
    assert await square.told() == ["down Gone"]
    assert ("alerts.server_down", "held", "no_longer_true") in await square.deliveries()
    await square.work(seconds=120)
    assert await square.told() == ["down Gone"]


async def test_maintenance_is_recorded_and_nobody_is_told(square: Square) -> None:
    await square.rule("server_down", "server_up")
    server = await square.watch(down_after=1)
    await square.saw(server, Reading(players=0))
    path = f"/alerts/servers/{server['id']}"
    changed = await square.ok("PATCH", path, {"maintenance": {"reason": "new disk"}})
    assert changed["maintenance"] == {"until": None, "reason": "new disk"}
    await square.saw(server, None)
    assert [d[1:] for d in await square.deliveries()] == [("held", "maintenance")]
    await square.ok("PATCH", path, {"maintenance": None})
    await square.saw(server, Reading(players=0))
    assert len(await square.told()) == 1
    assert [e["kind"] for e in await square.events()][-2:] == ["server_down", "server_up"]


async def test_a_maintenance_window_covers_its_tags_while_it_lasts(square: Square) -> None:
    await square.rule("player_joined")
    server = await square.watch(tags=["eu"])
    await square.saw(server, Reading(players=0))
    now = square.clock.now()
    window = {
        "community_id": str(square.community_id),
        "tags": ["eu"],
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(),
        "reason": "moving",
    }
    await square.ok("POST", "/alerts/maintenance", window)
    await square.saw(server, Reading(players=1))
    assert await square.told() == []
    await square.work(hours=1)
    await square.saw(server, Reading(players=2))
    assert len(await square.told()) == 1


async def test_a_flapping_server_is_told_as_such_and_then_kept_quiet(square: Square) -> None:
    await square.rule("server_down", "server_up", "server_flapping")
    server = await square.watch(down_after=1)
    await square.saw(server, Reading(players=0))
    for _ in range(5):
        square.clock.advance(timedelta(seconds=20))
        await square.saw(server, None)
        square.clock.advance(timedelta(seconds=20))
        await square.saw(server, Reading(players=0))
    sent = [d[0] for d in await square.deliveries() if d[1] != "held"]
    assert sent == ["alerts.server_down", "alerts.server_up", "alerts.server_flapping"]
    assert {d[2] for d in await square.deliveries() if d[1] == "held"} == {"flapping"}
    await square.work(minutes=6)
    assert not (await square.ok("GET", f"/alerts/servers/{server['id']}"))["flapping"]


async def test_quiet_hours_hold_alerts_by_the_wall_clock_of_their_zone(square: Square) -> None:
    quiet = {"start": "18:30", "end": "20:00", "time_zone": "Europe/Berlin"}
    await square.rule("player_joined", quiet=quiet)  # it is 18:00 UTC, 19:00 in Berlin
    await square.post(1)
    await square.work()
    assert [d[1:] for d in await square.deliveries()] == [("held", "quiet_hours")]
    await square.work(hours=1)
    await square.post(2)
    await square.work()
    assert len(await square.told()) == 1


BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Quiet(start="22:00", end="08:00", time_zone="Europe/Berlin", weekdays=(4,))


@pytest.mark.parametrize(
    ("local", "quiet"),
    [
        ("2026-03-06T21:59", False),
        ("2026-03-06T22:00", True),  # Friday
        ("2026-03-07T07:59", True),  # the night that began on Friday
        ("2026-03-07T08:00", False),
        ("2026-03-07T22:30", False),  # Saturday is not listed
        ("2026-03-08T03:00", False),
        ("2026-03-27T23:00", True),
        ("2026-03-28T03:30", True),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(local: str, quiet: bool) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=BERLIN)
    assert is_quiet(NIGHT, at.astimezone(UTC)) is quiet


def test_quiet_hours_follow_the_change_to_summer_time() -> None:
    early = Quiet(start="00:00", end="03:30", time_zone="Europe/Berlin")
    # 29 March 2026: at 01:00 UTC the clocks go from 02:00 to 03:00
    assert is_quiet(early, datetime(2026, 3, 29, 1, 29, tzinfo=UTC))
    assert not is_quiet(early, datetime(2026, 3, 29, 1, 30, tzinfo=UTC))


async def test_each_channel_of_a_rule_is_told(square: Square) -> None:
    from gameops.core.ids import new_id
    from gameops.notify.channels.model import Channel

    async with square.site.house.context.unit_of_work() as uow:
        other = Channel(
            id=new_id(),
            name="Hook",
            kind="webhook",
            config={},
            secrets_set=[],
            created_at=uow.now,
        )
        uow.session.add(other)
    both = [str(square.channels["discord"]), str(other.id)]
    await square.rule("player_joined", channel_ids=both)
    await square.post(1)
    await square.work()
    assert len(await square.deliveries()) == 2


async def test_a_disabled_rule_and_a_removed_one_tell_nothing(square: Square) -> None:
    off = await square.rule("player_joined")
    gone = await square.rule("player_joined")
    await square.ok("PATCH", f"/alerts/rules/{off['id']}", {"enabled": False})
    await square.ok("DELETE", f"/alerts/rules/{gone['id']}")
    await square.post(1)
    await square.work()
    assert await square.deliveries() == []


async def test_templates_name_only_what_there_is(square: Square) -> None:
    body = {
        "community_id": str(square.community_id),
        "name": "Bad",
        "events": ["player_joined"],
        "template": "{players} {secret} {__class__}",
    }
    answer = await square.staff.post("/alerts/rules", json=body)
    assert code_of(answer) == (422, "alerts.template_invalid")
    assert answer.json()["unknown"] == ["secret"]


async def test_a_preview_reads_as_the_alert_would(square: Square) -> None:
    body = {"community_id": str(square.community_id), "event": "player_joined"}
    shown = await square.ok("POST", "/alerts/rules/preview", body)
    assert shown["text"].endswith("running game [bar] player joined. Total players: [2]")
    body["template"] = "{server}: {players}/{max} {nope}"
    shown = await square.ok("POST", "/alerts/rules/preview", body)
    assert shown["text"].startswith("The Bar: 2/6")
    assert shown["unknown"] == ["nope"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"events": ["threshold"]}, "alerts.rule_invalid"),
        ({"threshold": {"players": 3}}, "alerts.rule_invalid"),
        ({"channel_ids": ["01900000-0000-7000-8000-00000000ffff"]}, "alerts.unknown_channel"),
        ({"events": []}, "core.invalid_input"),
        ({"events": ["server_on_fire"]}, "core.invalid_input"),
        ({"delay_seconds": 86_401}, "core.invalid_input"),
        ({"quiet": {"start": "22:00", "end": "22:00"}}, "core.invalid_input"),
        ({"quiet": {"start": "22:00", "end": "08:00", "weekdays": []}}, "core.invalid_input"),
        (
            {"events": ["threshold"], "threshold": {"players": 3, "dirction": "falls"}},
            "core.invalid_input",
        ),
        ({"quiet": {"start": "25:00", "end": "08:00"}}, "core.invalid_input"),
        (
            {"quiet": {"start": "22:00", "end": "08:00", "time_zone": "Mars/Base"}},
            "core.invalid_input",
        ),
    ],
)
async def test_rules_whose_parts_do_not_fit_are_refused(
    square: Square, change: dict, code: str
) -> None:
    body = {"community_id": str(square.community_id), "name": "x", "events": ["player_joined"]}
    answer = await square.staff.post("/alerts/rules", json=body | change)
    assert code_of(answer) == (422, code)


async def test_a_test_reaches_every_channel_and_says_that_it_is_one(square: Square) -> None:
    rule = await square.rule("player_joined")
    assert await square.ok("POST", f"/alerts/rules/{rule['id']}/test") == {"deliveries": 1}
    assert [d[0] for d in await square.deliveries()] == ["alerts.test"]


async def test_an_outage_is_told_only_if_it_lasted_the_whole_delay(square: Square) -> None:
    await square.rule("server_down", delay_seconds=1_800, template="down {server}")
    server = await square.watch(name="Long", down_after=1)
    await square.saw(server, Reading(players=0))
    for reading, minutes in ((None, 11), (Reading(players=0), 18), (None, 2)):
        await square.saw(server, reading)
        await square.work(minutes=minutes)  # down at 0, back at 11, down at 29, now 31
    assert await square.told() == []
    await square.work(minutes=27)
    assert await square.told() == []
    await square.work(minutes=2)
    assert await square.told() == ["down Long"]


async def test_joins_during_a_delay_are_one_alert_with_the_newest_count(square: Square) -> None:
    await square.rule("player_joined", delay_seconds=60, template="{players}")
    for players in (1, 2, 3):
        await square.post(players)
        await square.work(seconds=15)
    await square.work(seconds=30)
    assert await square.told() == ["3"]


async def test_a_server_that_went_down_under_maintenance_is_told_when_it_is_over(
    square: Square,
) -> None:
    await square.rule("server_down", template="down {server}")
    for name in ("Stays", "Returns"):
        server = await square.watch(f"{name.lower()}.example.org", name=name, down_after=1)
        await square.saw(server, Reading(players=0))
        until = (square.clock.now() + timedelta(minutes=30)).isoformat()
        path = f"/alerts/servers/{server['id']}"
        await square.ok("PATCH", path, {"maintenance": {"until": until}})
        await square.saw(server, None)
    for _ in range(29):
        await square.work(minutes=1)
    assert await square.told() == []
    await square.saw(server, Reading(players=0))
    for _ in range(3):
        await square.work(minutes=1)
    assert await square.told() == ["down Stays"]
    held = [d for d in await square.deliveries() if d[1] == "held"]
    assert {d[2] for d in held} == {"maintenance"}
    assert len(held) == 2


async def test_a_threshold_does_not_hide_that_the_server_is_down(square: Square) -> None:
    await square.rule(
        "server_down",
        "threshold",
        threshold={"players": 2, "direction": "falls"},
        template="{players}",
    )
    server = await square.watch(down_after=1)
    await square.saw(server, Reading(players=4))
    await square.saw(server, None)
    assert [d[0] for d in await square.deliveries()] == ["alerts.server_down"]


async def test_a_server_that_appears_full_has_crossed_the_threshold(square: Square) -> None:
    await square.rule("threshold", threshold={"players": 3}, template="{players}")
    server = await square.watch(down_after=1)
    await square.saw(server, Reading(players=8))
    assert await square.told() == ["8"]


async def test_a_cooldown_of_one_event_does_not_hold_another(square: Square) -> None:
    await square.rule("server_down", "server_up", cooldown_seconds=600)
    server = await square.watch(down_after=1)
    for reading in (Reading(players=0), None, Reading(players=0)):
        await square.saw(server, reading)
    assert [d[1] for d in await square.deliveries()] == ["queued", "queued"]


async def test_the_daily_sync_is_told_by_rules_in_their_words(square: Square) -> None:
    from gameops.alerts.jobs import sync_community

    await square.rule("daily_sync", template="{count} idle in {community}")
    await square.post(0)
    await square.work()
    square.clock.advance(timedelta(days=2))
    async with square.site.house.context.unit_of_work() as uow:
        await sync_community(uow, square.community_id)
    assert await square.told() == ["1 idle in Game servers"]


async def test_a_channel_that_is_named_twice_is_told_once(square: Square) -> None:
    twice = [str(square.channels["discord"])] * 2
    await square.rule("player_joined", channel_ids=twice)
    await square.post(1)
    await square.work()
    assert len(await square.deliveries()) == 1


async def test_a_hundred_events_take_no_more_statements_than_one(square: Square) -> None:
    from sqlalchemy import event

    await square.rule("player_joined", cooldown_seconds=1)
    engine = square.site.house.context.database.engine.sync_engine
    counts = []
    statements: list[str] = []

    def note(_c, _cur, statement, *_rest) -> None:
        statements.append(statement)

    await square.post(1, url="https://a.example.org/?table=warm")
    await square.work()
    for number in (1, 100):
        for i in range(number):
            await square.post(1, url=f"https://a.example.org/?table=t{number}x{i}")
        event.listen(engine, "before_cursor_execute", note)
        statements.clear()
        await square.work()
        event.remove(engine, "before_cursor_execute", note)
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 1
