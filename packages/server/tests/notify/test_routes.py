"""Channels, the log and the routes of house notices over HTTP."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from gameops.core.ids import new_id
from gameops.notify.api import Notice, announce, register_topics, submit_test
from gameops.notify.deliveries.explaining import HELD

from .conftest import Office, Service, answering, code_of, refusal

register_topics({"test.happened": "Something happened"})


def hook(discord: Service) -> dict[str, str]:
    return {"url": f"{discord.base}/api/webhooks/1/token-abcdefgh"}


async def add(client: httpx.AsyncClient, office: Office, kind: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(
        "/notify/channels",
        json={"venue_id": str(office.venue_id), "name": kind, "kind": kind, **body},
    )
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_kinds_say_what_they_need(staff: httpx.AsyncClient) -> None:
    items = (await staff.get("/notify/kinds")).json()["items"]
    assert len(items) == 7
    discord = next(item for item in items if item["kind"] == "discord")
    assert not discord["subscribers"]
    assert [field["name"] for field in discord["fields"] if field["required"]] == ["url"]
    assert {field["type"] for item in items for field in item["fields"]} <= {
        "text",
        "url",
        "secret",
        "select",
        "bool",
    }


async def test_a_channel_is_added_changed_tested_and_removed(
    staff: httpx.AsyncClient, office: Office, discord: Service
) -> None:
    made = await add(staff, office, "discord", secrets=hook(discord))
    assert (made["state"], made["config"], made["secrets_set"]) == (
        "idle",
        {"embeds": True},
        ["url"],
    )
    assert "token-" not in str(made)
    path = f"/notify/channels/{made['id']}"
    changed = await staff.patch(path, json={"name": "Hall", "config": {"username": "GameOps"}})
    assert changed.json()["name"] == "Hall"
    assert changed.json()["config"] == {"embeds": True, "username": "GameOps"}
    cleared = await staff.patch(path, json={"config": {"username": None}})
    assert cleared.json()["config"] == {"embeds": True}
    tested = await staff.post(f"{path}/test")
    (delivery,) = tested.json()["deliveries"]
    assert (delivery["state"], delivery["explanation"]) == ("queued", "Waiting to be sent.")
    await office.desk.send()
    seen = (await staff.get(f"/notify/deliveries/{delivery['id']}")).json()
    assert (seen["state"], seen["explanation"]) == ("sent", "Sent.")
    assert (seen["notice"]["topic"], seen["channel"]["name"]) == ("notify.test", "Hall")
    shown = (await staff.get(path)).json()
    assert (shown["state"], shown["sent_today"], shown["queued"]) == ("ok", 1, 0)
    assert (await staff.delete(path)).status_code == 204
    assert code_of(await staff.get(path)) == (404, "notify.channel_not_found")
    assert (await staff.get("/notify/channels")).json()["items"] == []
    stored = await office.desk.one("SELECT sealed, secrets_set FROM notify_channel")
    assert stored.sealed is None


async def test_a_webhooks_key_is_made_and_told_once(
    staff: httpx.AsyncClient, office: Office, hooked: Service
) -> None:
    made = await add(staff, office, "webhook", config={"url": hooked.base})
    key = made["signing_key"]
    assert len(key) > 40
    shown = (await staff.get(f"/notify/channels/{made['id']}")).json()
    assert "signing_key" not in shown
    assert shown["secrets_set"] == ["signing_key"]
    own = await add(
        staff, office, "webhook", config={"url": hooked.base}, secrets={"signing_key": "k" * 20}
    )
    assert own["signing_key"] is None


async def test_a_secret_does_not_follow_to_another_place(
    staff: httpx.AsyncClient, office: Office, hooked: Service
) -> None:
    made = await add(
        staff,
        office,
        "webhook",
        config={"url": f"{hooked.base}/a"},
        secrets={"authorization": "Bearer x"},
    )
    path = f"/notify/channels/{made['id']}"
    changed = await staff.patch(path, json={"config": {"url": f"{hooked.base}/b"}})
    assert changed.json()["secrets_set"] == ["signing_key"]


async def test_switching_a_channel_off_holds_what_waits_and_says_so(
    staff: httpx.AsyncClient, office: Office, discord: Service
) -> None:
    channel = await office.desk.discord(discord)
    await office.desk.submit(office.desk.notice(channel))
    changed = await staff.patch(f"/notify/channels/{channel}", json={"enabled": False})
    assert changed.json()["enabled"] is False
    await office.desk.submit(office.desk.notice(channel))
    items = (await staff.get("/notify/deliveries")).json()["items"]
    assert [(item["state"], item["reason"]) for item in items] == [("held", "channel_disabled")] * 2
    await staff.patch(f"/notify/channels/{channel}", json={"enabled": True})
    await office.desk.submit(office.desk.notice(channel))
    assert await office.desk.send() == 1


async def test_editing_a_broken_channel_lets_what_waits_go(
    staff: httpx.AsyncClient, office: Office, discord: Service
) -> None:
    channel = await office.desk.discord(discord)
    discord.next.append(answering(404, {"message": "Unknown Webhook"}))
    await office.desk.submit(office.desk.notice(channel))
    await office.desk.send()
    await office.desk.submit(office.desk.notice(channel))
    shown = (await staff.get(f"/notify/channels/{channel}")).json()
    assert (shown["state"], shown["last_error"]) == ("broken", "HTTP 404: Unknown Webhook")
    assert (shown["queued"], shown["dead"]) == (1, 1)
    waiting = (await staff.get("/notify/deliveries", params={"state": "queued"})).json()
    assert waiting["items"][0]["explanation"].startswith("Waiting: the channel was refused.")
    await staff.patch(f"/notify/channels/{channel}", json={"secrets": hook(discord)})
    await office.desk.send()
    shown = (await staff.get(f"/notify/channels/{channel}")).json()
    assert (shown["state"], shown["last_error"]) == ("ok", None)
    answer = await staff.post("/notify/deliveries/retry", json={"venue_id": str(office.venue_id)})
    assert answer.json() == {"count": 1}
    await office.desk.send()
    assert (await staff.get(f"/notify/channels/{channel}")).json()["dead"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (
            {"kind": "discord", "secrets": {"url": "https://example.com/x"}},
            "channel_config_invalid",
        ),
        ({"kind": "discord", "secrets": {}}, "channel_config_invalid"),
    ],
)
async def test_settings_that_cannot_work_are_refused(
    staff: httpx.AsyncClient, office: Office, body: dict[str, Any], code: str
) -> None:
    answer = await staff.post(
        "/notify/channels", json={"venue_id": str(office.venue_id), "name": "x", **body}
    )
    assert code_of(answer) == (422, f"notify.{code}")
    assert answer.json()["field"] == "url"


async def test_tests_are_limited_and_go_to_oneself_first(
    staff: httpx.AsyncClient, office: Office, twilio: Service
) -> None:
    sms = await office.desk.sms()
    first = await office.desk.recipient("+4915112345671", sms)
    mine = await office.desk.recipient(
        "+4915112345672", sms, user_id=office.door.actors["staff"].id
    )
    path = f"/notify/channels/{sms}/test"
    (own,) = (await staff.post(path)).json()["deliveries"]
    (named,) = (await staff.post(path, json={"recipient_id": str(first)})).json()["deliveries"]
    (nobody,) = (await staff.post(path, json={"recipient_id": str(new_id())})).json()["deliveries"]
    assert (own["recipient"]["id"], named["recipient"]["id"]) == (str(mine), str(first))
    assert (nobody["state"], nobody["reason"]) == ("held", "no_recipient")


# --- who may ---------------------------------------------------------------------------------


def requests(office: Office, thing: UUID) -> list[tuple[str, str, Any, bool]]:
    """Every route with whether it changes something."""
    venue = str(office.venue_id)
    named = {"venue_id": venue}
    channel = {"kind": "email", "name": "x", **named}
    recipient = {"kind": "email", "address": "a@example.com", **named}
    return [
        ("GET", f"/notify/channels?venue_id={venue}", None, False),
        ("POST", "/notify/channels", channel, True),
        ("GET", f"/notify/deliveries?venue_id={venue}", None, False),
        ("POST", "/notify/deliveries/retry", named, True),
        ("GET", f"/notify/recipients?venue_id={venue}", None, False),
        ("POST", "/notify/recipients", recipient, True),
        ("GET", f"/notify/topics?venue_id={venue}", None, False),
        ("PUT", "/notify/topics/test.happened", {**named, "channel_ids": []}, True),
    ]


async def test_other_venues_do_not_exist_and_viewers_change_nothing(office: Office) -> None:
    for name, reading, writing in (
        ("stranger", 404, 404),
        ("powerless", 403, 403),
        ("viewer", 200, 403),
        ("nobody", 401, 401),
    ):
        async with office.client(name) as client:
            for method, path, body, writes in requests(office, new_id()):
                answer = await client.request(method, path, json=body)
                wanted = writing if writes else reading
                assert answer.status_code == wanted, (name, method, path, answer.text)


async def test_things_of_other_venues_do_not_exist(office: Office, discord: Service) -> None:
    desk = office.desk
    channel = await desk.discord(discord)
    recipient = await desk.recipient("+4915112345678")
    (delivery,) = await desk.submit(desk.notice(channel, held="cooldown"))
    things = [
        ("GET", f"/notify/channels/{channel}", None, False),
        ("PATCH", f"/notify/channels/{channel}", {"name": "x"}, True),
        ("POST", f"/notify/channels/{channel}/test", None, True),
        ("DELETE", f"/notify/channels/{channel}", None, True),
        ("GET", f"/notify/deliveries/{delivery}", None, False),
        ("POST", f"/notify/deliveries/{delivery}/retry", None, True),
        ("DELETE", f"/notify/deliveries/{delivery}", None, True),
        ("POST", f"/notify/recipients/{recipient}/code", None, True),
        ("POST", f"/notify/recipients/{recipient}/confirm", {"code": "1"}, True),
        ("PATCH", f"/notify/recipients/{recipient}", {"name": "x"}, True),
        ("DELETE", f"/notify/recipients/{recipient}", None, True),
    ]
    for name, reading, writing in (("stranger", 404, 404), ("viewer", 200, 403)):
        async with office.client(name) as client:
            for method, path, body, writes in things:
                answer = await client.request(method, path, json=body)
                assert answer.status_code == (writing if writes else reading), (name, path)
    async with office.client("stranger") as client:
        for path in ("/notify/channels", "/notify/deliveries", "/notify/recipients"):
            assert (await client.get(path)).json()["items"] == []
        for method, path, body, _ in things:
            missing = path.replace(str(channel), str(new_id()))
            missing = missing.replace(str(delivery), str(new_id()))
            missing = missing.replace(str(recipient), str(new_id()))
            assert refusal(await client.request(method, missing, json=body)) == 404
    async with office.client("powerless") as client:
        for path in ("/notify/channels", "/notify/deliveries", "/notify/recipients"):
            assert refusal(await client.get(path)) == 403


async def test_the_installations_own_things_are_for_who_may_everywhere(
    office: Office, discord: Service
) -> None:
    office.desk.venue_id = None
    channel = await office.desk.discord(discord)
    async with office.client("admin") as client:
        assert (await client.get(f"/notify/channels/{channel}")).status_code == 200
        assert len((await client.get("/notify/channels")).json()["items"]) == 1
    async with office.client() as client:
        assert refusal(await client.get(f"/notify/channels/{channel}")) == 403
        assert (await client.get("/notify/channels")).json()["items"] == []


# --- the log ---------------------------------------------------------------------------------


async def test_why_did_i_not_get_it_is_answered_for_every_reason(
    staff: httpx.AsyncClient, office: Office, discord: Service
) -> None:
    desk = office.desk
    channel, sms = await desk.discord(discord), await desk.sms()
    quiet = {"quiet": {"start": "18:00", "end": "20:00", "time_zone": "UTC"}}
    await desk.recipient("+4915112345671", sms, state="unconfirmed")
    await desk.recipient("+4915112345672", sms, state="opted_out")
    await desk.recipient("+4915112345673", sms, preferences={"muted": ["alerts"]})
    await desk.recipient("+4915112345674", sms, preferences=quiet)
    empty = await desk.sms("whatsapp")
    off = await desk.discord(discord)
    await staff.patch(f"/notify/channels/{off}", json={"enabled": False})
    reasons = ("cooldown", "quiet_hours", "maintenance", "flapping", "no_longer_true")
    await desk.submit(*(desk.notice(channel, held=reason) for reason in reasons))
    await desk.submit(desk.notice(sms), desk.notice(off), desk.notice(), desk.notice(empty))
    async with desk.context.unit_of_work() as uow:
        await submit_test(uow, office.door.actors["staff"], desk.notice(sms))
    leaving = await desk.sms()
    gone = await desk.recipient("+4915112345675", leaving)
    await desk.submit(desk.notice(leaving))
    await staff.patch(f"/notify/recipients/{gone}", json={"channel_ids": []})
    assert await desk.send() == 1
    items = (await staff.get("/notify/deliveries", params={"state": "held"})).json()["items"]
    assert {item["reason"] for item in items} == set(HELD)
    assert {item["explanation"] for item in items} == set(HELD.values())
    assert await desk.send() == 0


async def test_the_log_is_filtered_and_paged(
    staff: httpx.AsyncClient, office: Office, discord: Service
) -> None:
    desk = office.desk
    channel, sms, subject = await desk.discord(discord), await desk.sms(), new_id()
    recipient = await desk.recipient("+4915112345678", sms)
    await desk.submit(*(desk.notice(channel, title=f"Bar {n}") for n in range(5)))
    await desk.submit(desk.notice(sms, topic="venue.station_offline", subject_id=subject))

    async def found(**params: Any) -> list[str]:
        answer = await staff.get("/notify/deliveries", params=params)
        assert answer.status_code == 200, answer.text
        return [item["notice"]["title"] for item in answer.json()["items"]]

    assert len(await found()) == 6
    assert await found(q="bar 3") == ["Bar 3"]
    assert await found(q="678") == ["The Bar"]
    assert await found(q="100%") == []
    assert len(await found(channel_id=str(channel))) == 5
    assert len(await found(recipient_id=str(recipient))) == 1
    assert len(await found(subject_id=str(subject))) == 1
    assert len(await found(topic="alerts")) == 5
    assert len(await found(topic="alerts.player_joined")) == 5
    assert await found(since="2026-03-07T00:00:00Z") == []
    assert await found(state="sent") == []
    first = (await staff.get("/notify/deliveries", params={"limit": 4})).json()
    more = {"limit": 4, "cursor": first["next_cursor"]}
    second = (await staff.get("/notify/deliveries", params=more)).json()
    assert [item["notice"]["title"] for item in second["items"]] == ["Bar 1", "Bar 0"]
    assert second["next_cursor"] is None
    bad = await staff.get("/notify/deliveries", params={"cursor": "x"})
    assert code_of(bad) == (422, "core.bad_cursor")


async def test_dead_letters_are_sent_again_or_discarded(
    staff: httpx.AsyncClient, office: Office, hooked: Service
) -> None:
    desk = office.desk
    channel = await desk.webhook(hooked)
    hooked.usual = answering(400)
    first, second, third = await desk.submit(*(desk.notice(channel) for _ in range(3)))
    path = f"/notify/deliveries/{first}"
    assert code_of(await staff.post(f"{path}/retry")) == (409, "notify.delivery_not_dead")
    await desk.send()
    shown = (await staff.get(path)).json()
    assert shown["explanation"] == (
        "Given up: the other side refused this message. The last answer was: HTTP 400."
    )
    assert shown["attempts"][0]["outcome"] == "refused"
    again = await staff.post(f"{path}/retry")
    assert again.json()["state"] == "queued"
    assert (await staff.delete(f"/notify/deliveries/{second}")).status_code == 204
    discarded = (await staff.get(f"/notify/deliveries/{second}")).json()
    assert discarded["explanation"].startswith("Discarded by hand.")
    hooked.usual = answering(200)
    body = {"venue_id": str(office.venue_id), "channel_id": str(channel)}
    assert (await staff.post("/notify/deliveries/retry", json=body)).json() == {"count": 1}
    await desk.send()
    states = [state for state, _ in await desk.states()]
    assert states == ["sent", "discarded", "sent"]
    assert (await staff.get(f"/notify/deliveries/{third}")).json()["attempt_count"] == 2


async def test_what_waits_says_what_for(
    staff: httpx.AsyncClient, office: Office, hooked: Service, discord: Service
) -> None:
    desk = office.desk
    hook_id, ordered = await desk.webhook(hooked), await desk.discord(discord)
    hooked.next.append(answering(503))
    discord.next.append(answering(429, {"retry_after": 30}))
    failed, limited = await desk.submit(desk.notice(hook_id), desk.notice(ordered))
    await desk.send()
    (behind,) = await desk.submit(desk.notice(ordered))

    async def explanation(delivery: UUID) -> str:
        text: str = (await staff.get(f"/notify/deliveries/{delivery}")).json()["explanation"]
        return text

    assert await explanation(failed) == (
        "Waiting for the next try: 1 failed. The last answer was: HTTP 503."
    )
    assert "asked for a pause" in await explanation(limited)
    shown = (await staff.get(f"/notify/deliveries/{behind}")).json()
    assert shown["next_attempt_at"] == "2026-03-06T18:00:30Z"
    channel = (await staff.get(f"/notify/channels/{ordered}")).json()
    assert (channel["state"], channel["paused_until"]) == ("paused", "2026-03-06T18:00:30Z")
    channel = (await staff.get(f"/notify/channels/{hook_id}")).json()
    assert channel["state"] == "failing"


# --- routes of house notices -----------------------------------------------------------------


async def test_house_notices_go_where_they_are_routed(
    staff: httpx.AsyncClient, office: Office, discord: Service
) -> None:
    desk = office.desk
    channel = await desk.discord(discord)
    notice = Notice(
        venue_id=office.venue_id, topic="test.happened", title="T", template="x", values={}
    )
    async with desk.context.unit_of_work() as uow:
        await announce(uow, notice)
    assert await desk.states() == [("held", "no_channel")]
    body = {"venue_id": str(office.venue_id), "channel_ids": [str(channel), str(channel)]}
    put = await staff.put("/notify/topics/test.happened", json=body)
    assert put.json() == {
        "topic": "test.happened",
        "label": "Something happened",
        "channel_ids": [str(channel)],
    }
    listed = (await staff.get("/notify/topics", params={"venue_id": str(office.venue_id)})).json()[
        "items"
    ]
    assert put.json() in listed
    async with desk.context.unit_of_work() as uow:
        await announce(uow, notice)
    await desk.send()
    assert len(discord.calls) == 1
    unknown = await staff.put("/notify/topics/no.such", json=body)
    assert code_of(unknown) == (404, "notify.topic_not_found")
    foreign = {"venue_id": str(office.venue_id), "channel_ids": [str(new_id())]}
    answer = await staff.put("/notify/topics/test.happened", json=foreign)
    assert code_of(answer) == (404, "notify.channel_not_found")


async def test_a_broken_channel_is_told_on_the_others(
    staff: httpx.AsyncClient, office: Office, discord: Service, hooked: Service
) -> None:
    desk = office.desk
    broken, other = await desk.discord(discord), await desk.webhook(hooked)
    body = {"venue_id": str(office.venue_id), "channel_ids": [str(broken), str(other)]}
    await staff.put("/notify/topics/notify.channel_broken", json=body)
    discord.usual = answering(403, {"message": "Missing Access"})
    await desk.submit(desk.notice(broken), desk.notice(broken))
    await desk.send()
    (call,) = hooked.calls
    assert call.json["topic"] == "notify.channel_broken"
    assert call.json["text"] == (
        "The channel Discord does not take messages any more: HTTP 403: Missing Access"
    )
