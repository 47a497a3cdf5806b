"""Recipients: consent by code, one's own addresses, preferences, and what is forgotten."""

import dataclasses
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from gameops.core.ids import new_id
from gameops.notify.api import Presets, TwilioAccount, ensure_preset_channels, import_recipient
from gameops.notify.errors import ChannelNotFound
from gameops.notify.jobs import forget_old
from gameops.notify.options import NotifyOptions

from .conftest import SID, TOKEN, Office, Service, answering, code_of
from .test_kinds import Browser

PHONE = "+4915112345678"


async def add(client: httpx.AsyncClient, office: Office, **body: Any) -> httpx.Response:
    wanted = {"venue_id": str(office.venue_id), "kind": "sms", "address": PHONE, **body}
    return await client.post("/notify/recipients", json=wanted)


async def last_code(office: Office, twilio: Service) -> str:
    """What stands in the last message."""
    await office.desk.send()
    found = re.search(r"\d{6}", twilio.calls[-1].form["Body"])
    assert found
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_nobody_is_written_to_before_they_have_confirmed(
    staff: httpx.AsyncClient, office: Office, twilio: Service
) -> None:
    desk = office.desk
    sms = await desk.sms()
    added = await add(staff, office, address="+49 151 1234-5678", channel_ids=[str(sms)])
    assert added.status_code == 201
    recipient = added.json()
    assert (recipient["state"], recipient["address"]) == ("unconfirmed", PHONE)
    await desk.submit(desk.notice(sms))
    code = await last_code(office, twilio)
    assert len(twilio.calls) == 1
    assert (await desk.states())[1] == ("held", "not_confirmed")
    path = f"/notify/recipients/{recipient['id']}/confirm"
    confirmed = await staff.post(path, json={"code": f" {code[:3]}-{code[3:]} "})
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "active")
    await desk.submit(desk.notice(sms))
    await desk.send()
    assert twilio.calls[-1].form["Body"] == "Ana joined. Total players: 3"
    again = await staff.post(path, json={"code": code})
    assert code_of(again) == (422, "notify.code_expired")


async def test_a_code_is_seen_nowhere_but_on_the_phone(
    staff: httpx.AsyncClient, office: Office, twilio: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = office.desk
    await desk.sms()
    await add(staff, office)
    stored = str(await desk.rows("SELECT * FROM notify_notice"))
    code = await last_code(office, twilio)
    after = await desk.one("SELECT * FROM notify_notice")
    assert (after.text, after.sealed) == ("••••••", None)
    items = (await staff.get("/notify/deliveries")).json()["items"]
    assert (items[0]["notice"]["text"], items[0]["recipient"]["to"]) == ("••••••", "+49•••••678")
    for place in (stored, str(items), *capsys.readouterr()):
        assert code not in place


async def test_wrong_codes_are_counted_and_end_it(
    staff: httpx.AsyncClient, office: Office, twilio: Service
) -> None:
    await office.desk.sms()
    recipient = (await add(staff, office)).json()
    code = await last_code(office, twilio)
    path = f"/notify/recipients/{recipient['id']}/confirm"
    for left in (4, 3, 2, 1, 0):
        answer = await staff.post(path, json={"code": wrong(code)})
        assert code_of(answer) == (422, "notify.code_wrong")
        assert answer.json()["tries_left"] == left
    assert code_of(await staff.post(path, json={"code": code})) == (422, "notify.code_expired")


async def test_codes_run_out_and_of_two_the_newer_counts(
    staff: httpx.AsyncClient, office: Office, twilio: Service
) -> None:
    await office.desk.sms()
    recipient = (await add(staff, office)).json()
    path = f"/notify/recipients/{recipient['id']}"
    first = await last_code(office, twilio)
    early = await staff.post(f"{path}/code")
    assert code_of(early) == (429, "notify.too_many_codes")
    assert early.headers["retry-after"] == "30"
    office.desk.clock.advance(timedelta(seconds=31))
    assert (await staff.post(f"{path}/code")).status_code == 202
    second = await last_code(office, twilio)
    if first != second:
        answer = await staff.post(f"{path}/confirm", json={"code": first})
        assert code_of(answer) == (422, "notify.code_wrong")
    office.desk.clock.advance(timedelta(minutes=10))
    answer = await staff.post(f"{path}/confirm", json={"code": second})
    assert code_of(answer) == (422, "notify.code_expired")


async def test_nobody_is_pestered_with_codes_even_if_they_are_forgotten_in_between(
    staff: httpx.AsyncClient, office: Office
) -> None:
    await office.desk.sms()
    for _ in range(5):
        recipient = (await add(staff, office)).json()
        await staff.delete(f"/notify/recipients/{recipient['id']}")
        office.desk.clock.advance(timedelta(minutes=1))
    answer = await add(staff, office)
    assert code_of(answer) == (429, "notify.too_many_codes")
    assert int(answer.headers["retry-after"]) == 3_600 - 5 * 60


async def test_one_person_asks_for_so_many_codes_only(
    staff: httpx.AsyncClient, office: Office
) -> None:
    await office.desk.sms()
    answers = [
        await add(staff, office, address=f"+49151123456{number}") for number in range(10, 21)
    ]
    assert [answer.status_code for answer in answers] == [201] * 10 + [429]


async def test_a_code_that_could_not_be_sent_in_time_is_not_sent_late(
    staff: httpx.AsyncClient, office: Office, twilio: Service
) -> None:
    await office.desk.sms()
    twilio.usual = answering(500)
    await add(staff, office)
    await office.desk.send()
    await office.desk.later(minutes=11)
    assert await office.desk.states() == [("dead", "gave_up")]
    (row,) = await office.desk.log()
    answer = await staff.post(f"/notify/deliveries/{row.id}/retry")
    assert code_of(answer) == (409, "notify.delivery_not_dead")


async def test_what_is_no_address_or_there_already_is_refused(
    staff: httpx.AsyncClient, office: Office, discord: Service
) -> None:
    assert code_of(await add(staff, office)) == (409, "notify.no_channel_for_code")
    await office.desk.sms()
    assert (await add(staff, office)).status_code == 201
    assert code_of(await add(staff, office)) == (409, "notify.recipient_exists")
    assert code_of(await add(staff, office, address="0151")) == (422, "notify.address_invalid")
    other = await office.desk.discord(discord)
    answer = await add(staff, office, address="+4915112345679", channel_ids=[str(other)])
    assert code_of(answer) == (404, "notify.channel_not_found")
    foreign = await add(staff, office, address="+4915112345679", channel_ids=[str(new_id())])
    assert code_of(foreign) == (404, "notify.channel_not_found")


async def test_whoever_opted_out_is_left_alone_by_staff(
    staff: httpx.AsyncClient, office: Office
) -> None:
    sms = await office.desk.sms()
    recipient = await office.desk.recipient(PHONE, sms, state="opted_out")
    answer = await staff.post(f"/notify/recipients/{recipient}/code")
    assert code_of(answer) == (409, "notify.opted_out")


async def test_recipients_are_listed_and_masked_for_whoever_may_only_look(
    staff: httpx.AsyncClient, office: Office
) -> None:
    sms = await office.desk.sms()
    await office.desk.recipient(PHONE, sms, name="Ana")
    await office.desk.recipient("ana@example.com", kind="email", state="opted_out")

    async def found(client: httpx.AsyncClient, **params: Any) -> list[str]:
        answer = await client.get("/notify/recipients", params=params)
        assert answer.status_code == 200, answer.text
        return [item["address"] for item in answer.json()["items"]]

    assert sorted(await found(staff)) == [PHONE, "ana@example.com"]
    assert await found(staff, kind="sms") == [PHONE]
    assert await found(staff, state="opted_out") == ["ana@example.com"]
    assert await found(staff, channel_id=str(sms)) == [PHONE]
    assert await found(staff, q="12345678") == [PHONE]
    async with office.client("viewer") as viewer:
        assert sorted(await found(viewer)) == ["+49•••••678", "a•••@example.com"]
        assert await found(viewer, q="12345678") == []
        assert await found(viewer, q="ana") == ["+49•••••678"]


async def test_names_channels_and_preferences_are_changed(
    staff: httpx.AsyncClient, office: Office
) -> None:
    sms, more = await office.desk.sms(), await office.desk.sms()
    recipient = await office.desk.recipient(PHONE, sms)
    path = f"/notify/recipients/{recipient}"
    preferences = {
        "muted": ["venue"],
        "quiet": {"start": "22:00", "end": "08:00", "time_zone": "Europe/Berlin"},
    }
    body = {"name": "Ana", "locale": "de", "channel_ids": [str(more)], "preferences": preferences}
    changed = (await staff.patch(path, json=body)).json()
    assert (changed["name"], changed["locale"]) == ("Ana", "de")
    assert (changed["channel_ids"], changed["preferences"]) == ([str(more)], preferences)
    for bad in (
        {"name": None},
        {"preferences": {"quiet": {"start": "25:00", "end": "08:00", "time_zone": "UTC"}}},
        {"preferences": {"quiet": {"start": "22:00", "end": "08:00", "time_zone": "Nowhere"}}},
        {"nonsense": 1},
    ):
        assert (await staff.patch(path, json=bad)).status_code == 422


async def test_forgetting_somebody_holds_what_waits_and_keeps_the_log(
    staff: httpx.AsyncClient, office: Office, twilio: Service
) -> None:
    sms = await office.desk.sms()
    recipient = await office.desk.recipient(PHONE, sms)
    await office.desk.submit(office.desk.notice(sms))
    assert (await staff.delete(f"/notify/recipients/{recipient}")).status_code == 204
    await office.desk.send()
    assert twilio.calls == []
    (item,) = (await staff.get("/notify/deliveries")).json()["items"]
    assert item["recipient"] == {"id": None, "to": "+49•••••678"}
    assert (item["state"], item["reason"]) == ("held", "opted_out")


# --- one's own -------------------------------------------------------------------------------


async def own(client: httpx.AsyncClient, *channels: UUID, **body: Any) -> httpx.Response:
    wanted = {"kind": "sms", "address": PHONE, "channel_ids": [str(c) for c in channels], **body}
    return await client.post("/me/notifications", json=wanted)


async def test_a_player_adds_a_phone_and_decides_what_comes(
    office: Office, twilio: Service
) -> None:
    desk = office.desk
    sms = await desk.sms()
    closed = await desk.channel(
        "sms", config={"account_sid": SID, "from": "+14155550101", "open": False}, auth_token=TOKEN
    )
    async with office.client("player") as player, office.client("other player") as other:
        seen = (await player.get("/me/notifications")).json()
        assert [channel["id"] for channel in seen["channels"]] == [str(sms)]
        assert len(seen["vapid_public_key"]) == 87
        assert code_of(await own(player, closed)) == (404, "notify.channel_not_found")
        mine = (await own(player, sms, locale="de")).json()
        assert (mine["state"], mine["address"]) == ("unconfirmed", PHONE)
        code = await last_code(office, twilio)
        assert "gilt 10 Minuten" in twilio.calls[-1].form["Body"]
        path = f"/me/notifications/{mine['id']}"
        for method, end, body in (
            ("POST", "/code", None),
            ("POST", "/confirm", {"code": code}),
            ("PATCH", "", {"channel_ids": []}),
            ("DELETE", "", None),
        ):
            answer = await other.request(method, path + end, json=body)
            assert code_of(answer) == (404, "notify.recipient_not_found")
        bad = await player.post(f"{path}/confirm", json={"code": wrong(code)})
        assert code_of(bad) == (422, "notify.code_wrong")
        good = await player.post(f"{path}/confirm", json={"code": code})
        assert good.json()["state"] == "active"
        muted = {"preferences": {"muted": ["alerts.player_joined"], "quiet": None}}
        assert (await player.patch(path, json=muted)).status_code == 200
        refused = await player.patch(path, json={"channel_ids": [str(sms), str(closed)]})
        assert code_of(refused) == (404, "notify.channel_not_found")
        await desk.submit(desk.notice(sms), desk.notice(sms, topic="venue.x"))
        assert await desk.send() == 1
        assert (await desk.states())[1:] == [("held", "muted"), ("sent", "")]
        assert (await player.delete(path)).status_code == 204
        assert (await player.get("/me/notifications")).json()["addresses"] == []


async def test_only_what_nobody_confirmed_can_be_taken_over(office: Office) -> None:
    sms = await office.desk.sms()
    async with office.client("player") as player, office.client("other player") as other:
        mine = (await own(player, sms)).json()
        office.desk.clock.advance(timedelta(minutes=1))
        theirs = (await own(other, sms)).json()
        assert theirs["id"] == mine["id"]
        assert (await player.get("/me/notifications")).json()["addresses"] == []
        await office.desk.recipient("+4915112345679", sms)
        answer = await own(player, sms, address="+4915112345679")
        assert code_of(answer) == (409, "notify.recipient_exists")


async def test_one_begins_again_by_a_code_after_opting_out(office: Office, twilio: Service) -> None:
    sms = await office.desk.sms()
    player_id = office.door.actors["player"].id
    recipient = await office.desk.recipient(PHONE, sms, state="opted_out", user_id=player_id)
    async with office.client("player") as player:
        path = f"/me/notifications/{recipient}"
        assert (await player.post(f"{path}/code")).status_code == 202
        code = await last_code(office, twilio)
        confirmed = await player.post(f"{path}/confirm", json={"code": code})
        assert confirmed.json()["state"] == "active"


async def test_there_is_an_end_to_ones_addresses(office: Office) -> None:
    sms = await office.desk.sms()
    player_id = office.door.actors["player"].id
    for number in range(20):
        await office.desk.recipient(f"+49151123456{number:02}", sms, user_id=player_id)
    async with office.client("player") as player:
        assert code_of(await own(player, sms, address="+4915199999999")) == (
            409,
            "notify.too_many_addresses",
        )


async def test_own_addresses_need_a_person_and_known_channels(office: Office) -> None:
    sms = await office.desk.sms()
    async with office.client("nobody") as nobody:
        assert (await nobody.get("/me/notifications")).status_code == 401
    async with office.client("stranger") as stranger:
        assert code_of(await own(stranger, sms)) == (404, "notify.channel_not_found")
    async with office.client("player") as player:
        assert code_of(await own(player, sms, address="x")) == (422, "notify.address_invalid")
        assert (await own(player)).status_code == 422


async def test_channels_of_two_scopes_do_not_go_together(office: Office) -> None:
    venues = await office.desk.sms()
    office.desk.venue_id = None
    ours = await office.desk.sms()
    async with office.client("player") as player:
        answer = await own(player, venues, ours)
        assert code_of(answer) == (404, "notify.channel_not_found")
        assert (await own(player, ours)).json()["venue_id"] is None


async def test_a_browser_is_added_without_a_code_and_again_without_harm(
    office: Office, hooked: Service
) -> None:
    desk = office.desk
    hooked.usual = answering(201)
    push = await desk.channel("webpush", config={"open": True})
    browser = Browser()
    body = {
        "endpoint": f"{hooked.base}/push/1",
        "keys": browser.keys,
        "channel_ids": [str(push)],
        "label": "Phone",
    }
    async with office.client("player") as player:
        mine = await player.post("/me/notifications/push", json=body)
        assert mine.status_code == 201
        assert (mine.json()["state"], mine.json()["name"]) == ("active", "Phone")
        assert hooked.base not in mine.json()["address"]
        again = await player.post("/me/notifications/push", json=body)
        assert again.json()["id"] == mine.json()["id"]
        await desk.submit(desk.notice(push))
        await desk.send()
        assert browser.read(hooked.calls[-1].body)["body"] == "Ana joined. Total players: 3"
        code = await player.post(f"/me/notifications/{mine.json()['id']}/code")
        assert code_of(code) == (422, "notify.address_invalid")
        for keys in ({"p256dh": "A" * 87, "auth": "A" * 22}, {**browser.keys, "auth": "A" * 12}):
            answer = await player.post("/me/notifications/push", json=body | {"keys": keys})
            assert code_of(answer) == (422, "notify.address_invalid")


async def test_a_push_service_must_be_a_public_one(office: Office) -> None:
    office.app.state.context = office.desk.context = dataclasses.replace(
        office.desk.context, options={NotifyOptions: NotifyOptions()}
    )
    body = {"keys": Browser().keys, "channel_ids": []}
    async with office.client("player") as player:
        for endpoint, code in (
            ("https://169.254.169.254/x", "target_not_allowed"),
            ("http://push.example.com/x", "address_invalid"),
            ("https://[no-bracket", "address_invalid"),
            ("https://push.example.com:port/x", "address_invalid"),
        ):
            answer = await player.post("/me/notifications/push", json=body | {"endpoint": endpoint})
            assert code_of(answer) == (422, f"notify.{code}")


# --- from elsewhere --------------------------------------------------------------------------


async def test_the_environments_channels_are_made_once_and_kept_up_to_date(
    office: Office, discord: Service
) -> None:
    context = office.desk.context
    account = TwilioAccount(account_sid=SID, auth_token=TOKEN, number="+14155550100")
    presets = Presets(
        secret=context.secret,
        options=context.option(NotifyOptions),
        discord_webhook=f"{discord.base}/api/webhooks/1/old-token",
        twilio=account,
    )
    assert TOKEN not in repr(presets)
    assert "old-token" not in repr(presets)
    async with context.unit_of_work() as uow:
        ids = await ensure_preset_channels(uow, presets)
        assert await ensure_preset_channels(uow, presets) == ids
    rows = await office.desk.rows("SELECT name, kind, venue_id FROM notify_channel ORDER BY name")
    assert [tuple(row) for row in rows] == [
        ("Discord", "discord", None),
        ("SMS", "sms", None),
        ("WhatsApp", "whatsapp", None),
    ]
    renewed = dataclasses.replace(
        presets, discord_webhook=f"{discord.base}/api/webhooks/1/new-token"
    )
    async with context.unit_of_work() as uow:
        assert await ensure_preset_channels(uow, renewed) == ids
    await office.desk.submit(office.desk.notice(ids[0]))
    await office.desk.send()
    assert discord.calls[0].path.endswith("/new-token")
    async with context.unit_of_work() as uow:
        nothing = Presets(secret=context.secret, options=context.option(NotifyOptions))
        assert await ensure_preset_channels(uow, nothing) == []


async def test_consent_given_elsewhere_is_taken_over_once(office: Office) -> None:
    sms = await office.desk.sms()
    async with office.desk.context.unit_of_work() as uow:

        async def bring(address: str, *, opted_in: bool) -> bool:
            return await import_recipient(
                uow, channel_id=sms, kind="sms", address=address, opted_in=opted_in
            )

        assert await bring("+49 151 12345678", opted_in=True)
        assert await bring("+4915112345679", opted_in=False)
        assert not await bring(PHONE, opted_in=False)
        assert not await bring("nonsense", opted_in=True)
        assert not await import_recipient(
            uow, channel_id=sms, kind="whatsapp", address=PHONE, opted_in=True
        )
        with pytest.raises(ChannelNotFound):
            await import_recipient(
                uow, channel_id=new_id(), kind="sms", address=PHONE, opted_in=True
            )
    rows = await office.desk.rows("SELECT address, state FROM notify_recipient ORDER BY address")
    assert [tuple(row) for row in rows] == [
        ("+4915112345678", "active"),
        ("+4915112345679", "opted_out"),
    ]


async def test_what_is_old_is_forgotten(
    staff: httpx.AsyncClient, office: Office, hooked: Service
) -> None:
    desk = office.desk
    channel = await desk.webhook(hooked)
    await desk.sms()
    await add(staff, office)
    await desk.submit(desk.notice(channel))
    desk.clock.advance(timedelta(days=29))
    await desk.submit(desk.notice(channel))
    desk.clock.advance(timedelta(days=2))
    await forget_old(desk.context, {})
    counts = [
        (await desk.one(f"SELECT count(*) AS n FROM notify_{table}")).n
        for table in ("delivery", "notice", "code")
    ]
    assert counts == [1, 1, 0]
