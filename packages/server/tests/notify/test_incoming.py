"""What people write back, as Twilio brings it."""

import dataclasses
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from twilio.request_validator import RequestValidator

from gameops.core.ids import new_id
from gameops.notify.api import register_status_text
from gameops.notify.recipients import incoming

from .conftest import NUMBER, TOKEN, Office, Service, code_of

PHONE = "+4915112345678"
OURS = "http://testserver/incoming"


async def write(
    office: Office,
    body: str,
    *,
    url: str = OURS,
    token: str = TOKEN,
    kind: str = "sms",
    **more: str,
) -> httpx.Response:
    """Twilio's call for a message."""
    prefix = "whatsapp:" if kind == "whatsapp" else ""
    form = {
        "MessageSid": f"SM{new_id().hex}",
        "From": f"{prefix}{PHONE}",
        "To": f"{prefix}{NUMBER}",
        "Body": body,
        "NumMedia": "0",
        "Empty": "",
        **more,
    }
    signature = RequestValidator(token).compute_signature(url, form)
    async with office.client("nobody") as client:
        return await client.post(
            "http://testserver/incoming", data=form, headers={"X-Twilio-Signature": signature}
        )


def said(answer: httpx.Response) -> str | None:
    """The text of a TwiML answer."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/xml")
    root = ET.fromstring(answer.text)
    assert root.tag == "Response"
    return root.findtext("Message")


async def people(office: Office) -> list[tuple[str, str, str]]:
    rows = await office.desk.rows("SELECT kind, address, state FROM notify_recipient")
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("kind", ["sms", "whatsapp"])
@pytest.mark.parametrize("word", ["START", "start", " Subscribe!", "subscribe me please"])
async def test_a_phone_that_writes_start_gets_messages(
    office: Office, twilio: Service, kind: str, word: str
) -> None:
    channel = await office.desk.sms(kind)
    text = said(await write(office, word, kind=kind))
    assert text
    assert text.startswith("You will get messages from GameOps.")
    assert await people(office) == [(kind, PHONE, "active")]
    await office.desk.submit(office.desk.notice(channel))
    await office.desk.send()
    assert len(twilio.calls) == 1


@pytest.mark.parametrize(
    "word",
    [
        *("STOP", "stop", "Unsubscribe", "STOPALL", "end", "QUIT", "cancel."),
        *("\u201cSTOP\u201d", "'stop'", "*STOP*", "__stop__", "- Stop!", "... stop it"),
        "\u200b\U0001f3ae STOP",
    ],
)
async def test_stop_is_honoured_at_once_also_for_what_waits(
    office: Office, twilio: Service, word: str
) -> None:
    channel = await office.desk.sms()
    await office.desk.recipient(PHONE, channel)
    await office.desk.recipient("+4915112345679", channel)
    await office.desk.submit(office.desk.notice(channel), office.desk.notice(channel))
    text = said(await write(office, word))
    assert text
    assert "no more messages" in text
    await office.desk.send()
    assert {call.form["To"] for call in twilio.calls} == {"+4915112345679"}
    states = await office.desk.states()
    assert states.count(("held", "opted_out")) == 2
    await office.desk.submit(office.desk.notice(channel))
    assert await office.desk.send() == 1
    assert said(await write(office, "START"))
    await office.desk.submit(office.desk.notice(channel))
    assert await office.desk.send() == 2


async def test_a_call_that_twilio_did_not_sign_is_refused(office: Office) -> None:
    await office.desk.sms()
    for answer in (
        await write(office, "START", token="another"),
        await write(office, "START", url="http://elsewhere/incoming"),
        await write(office, "START", To="+19999999999"),
        await write(office, "START", kind="whatsapp"),
        await write(office, "START", MessageSid=""),
    ):
        assert code_of(answer) == (403, "notify.signature_invalid")
    async with office.client("nobody") as client:
        for content in (b"", b"From=x", b"\xff\xfe", b"&".join([b"a=b"] * 500)):
            answer = await client.post("http://testserver/incoming", content=content)
            assert code_of(answer) == (403, "notify.signature_invalid")
    assert await people(office) == []


async def test_a_changed_word_does_not_fit_the_signature(office: Office) -> None:
    await office.desk.sms()
    form = {"MessageSid": "SM1", "From": PHONE, "To": NUMBER, "Body": "HELP"}
    signature = RequestValidator(TOKEN).compute_signature(OURS, form)
    async with office.client("nobody") as client:
        answer = await client.post(
            "http://testserver/incoming",
            data=form | {"Body": "START"},
            headers={"X-Twilio-Signature": signature},
        )
    assert code_of(answer) == (403, "notify.signature_invalid")


async def test_the_same_message_twice_is_answered_the_same_and_done_once(office: Office) -> None:
    channel = await office.desk.sms()
    recipient = await office.desk.recipient(PHONE, channel)
    first = await write(office, "STOP", MessageSid="SM1")
    await write(office, "START", MessageSid="SM2")
    again = await write(office, "STOP", MessageSid="SM1")
    assert again.text == first.text
    state = await office.desk.one("SELECT state FROM notify_recipient WHERE id = :id", id=recipient)
    assert state.state == "active"


async def test_help_and_anything_else_explain(office: Office) -> None:
    await office.desk.sms()
    texts = {said(await write(office, body)) for body in ("HELP", "info", "what?", "", "123", "🎮")}
    assert texts == {"START: get messages. STOP: end them. STATUS: how things are."}
    assert said(await write(office, "STOP")) == ("You get no messages from GameOps. START begins.")
    german = said(await write(office, "hilfe", FromCountry="DE"))
    assert german
    assert "Nachrichten bekommen" in german


async def test_status_says_how_things_are_in_the_recipients_language(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "_status_texts", [])

    async def servers(_session: Any, venue_id: Any, locale: str) -> str:
        assert venue_id == office.venue_id
        return f"3 servers & <5> {{players}} ({locale})"

    register_status_text(servers)
    register_status_text(servers)
    channel = await office.desk.sms()
    text = said(await write(office, "STATUS"))
    assert text == "You get no messages from GameOps.\n3 servers & <5> {players} (en)"
    await office.desk.recipient(PHONE, channel, locale="de")
    text = said(await write(office, "status"))
    assert text == "Du bekommst Nachrichten von GameOps.\n3 servers & <5> {players} (de)"


async def test_where_one_is_invited_start_does_nothing(office: Office) -> None:
    config = {"account_sid": "AC0123456789", "from": NUMBER, "open": False}
    channel = await office.desk.channel("sms", config=config, auth_token=TOKEN)
    text = said(await write(office, "START"))
    assert text
    assert "by invitation" in text
    assert await people(office) == []
    await office.desk.recipient(PHONE, channel, state="opted_out")
    assert said(await write(office, "START"))
    assert await people(office) == [("sms", PHONE, "active")]


async def test_where_twilio_has_answered_itself_nothing_is_said(office: Office) -> None:
    channel = await office.desk.sms()
    await office.desk.recipient(PHONE, channel)
    assert said(await write(office, "STOP", OptOutType="STOP")) is None
    assert await people(office) == [("sms", PHONE, "opted_out")]


async def test_a_sender_that_is_no_number_gets_no_answer(office: Office) -> None:
    await office.desk.sms()
    assert said(await write(office, "START", From="GAMEOPS")) is None
    assert await people(office) == []


async def test_a_number_that_two_venues_use_stops_both(office: Office) -> None:
    mine = await office.desk.sms()
    await office.desk.recipient(PHONE, mine)
    office.desk.venue_id = office.other_id
    theirs = await office.desk.sms()
    await office.desk.recipient(PHONE, theirs)
    said(await write(office, "STOP"))
    assert [state for *_, state in await people(office)] == ["opted_out"] * 2


async def test_a_proxied_call_is_checked_against_the_address_it_came_by(office: Office) -> None:
    await office.desk.sms()
    context = office.desk.context
    office.app.state.context = dataclasses.replace(context, public_url="https://hall.example.com")
    assert said(await write(office, "HELP", url="https://hall.example.com/incoming"))
    assert said(await write(office, "HELP", url=OURS))
