"""One suite over every kind of channel, each against a real server on this machine."""

import asyncio
import dataclasses
import hashlib
import hmac
import json
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any
from uuid import UUID

import http_ece
import jwt
import pytest
import pytest_asyncio
from aiohttp import web
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gameops.core.mail import LogMailer, SmtpMailer
from gameops.notify.channels.apprise import service
from gameops.notify.channels.kinds import check_settings
from gameops.notify.channels.webhook import sign
from gameops.notify.channels.webpush import from_base64, to_base64, vapid_public_key
from gameops.notify.channels.wire import check_target, is_public, open_wire
from gameops.notify.errors import ChannelConfigInvalid, TargetNotAllowed
from gameops.notify.options import NotifyOptions

from .conftest import SID, SIGNING_KEY, TOKEN, Call, Desk, Service, answering, sending, serving

# --- a mail server ---------------------------------------------------------------------------


@dataclass
class Mailbox:
    """A real SMTP server that keeps what it takes."""

    taken: list[tuple[str, Message]] = field(default_factory=list)
    refusal: str = ""

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, _s: Any, _session: Any, envelope: Any, address: str, _o: Any
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _s: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        self.taken.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content)))
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, SmtpMailer]]:
    """A mail server, and a mailer that uses it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, SmtpMailer(host="127.0.0.1", port=port, sender="hall@example.com", starttls=False)
    controller.stop()


# --- a browser -------------------------------------------------------------------------------


class Browser:
    """Has the keys of a subscription, and can read what was encrypted for it."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"sixteen bytes ok"
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.keys = {"p256dh": to_base64(point), "auth": to_base64(self.auth)}

    def read(self, body: bytes) -> dict[str, Any]:
        """Decrypt as RFC 8291 says."""
        text = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
        )
        found: dict[str, Any] = json.loads(text)
        return found


# --- the suite -------------------------------------------------------------------------------


@dataclass
class Rig:
    """A channel of some kind, and what its other side took."""

    desk: Desk
    service: Service
    channel: UUID
    texts: Callable[[], list[str]]
    personal: bool = False


def _http_texts(read: Callable[[Call], str], service: Service) -> Callable[[], list[str]]:
    return lambda: [read(call) for call in service.calls]


async def _discord(desk: Desk, service: Service) -> Rig:
    service.usual = answering(200, {"id": "1"})
    channel = await desk.discord(service)
    texts = _http_texts(lambda c: c.json["embeds"][0]["description"], service)
    return Rig(desk, service, channel, texts)


async def _webhook(desk: Desk, service: Service) -> Rig:
    channel = await desk.webhook(service)
    return Rig(desk, service, channel, _http_texts(lambda c: c.json["text"], service))


async def _twilio(desk: Desk, service: Service, kind: str = "sms") -> Rig:
    service.usual = answering(201, {"sid": "SM1"})
    options = desk.context.option(NotifyOptions)
    options = dataclasses.replace(options, twilio_base=service.base)
    desk.context = dataclasses.replace(desk.context, options={NotifyOptions: options})
    channel = await desk.sms(kind)
    await desk.recipient("+4915112345678", channel, kind=kind)
    return Rig(desk, service, channel, _http_texts(lambda c: c.form["Body"], service))


async def _whatsapp(desk: Desk, service: Service) -> Rig:
    return await _twilio(desk, service, "whatsapp")


async def _webpush(desk: Desk, service: Service) -> Rig:
    service.usual = answering(201)
    browser = Browser()
    channel = await desk.channel("webpush", config={"open": True})
    await desk.recipient(f"{service.base}/push/abc", channel, kind="webpush", keys=browser.keys)
    texts = _http_texts(lambda c: browser.read(c.body)["body"], service)
    return Rig(desk, service, channel, texts, personal=True)


async def _apprise(desk: Desk, service: Service) -> Rig:
    host = service.base.removeprefix("http://")
    channel = await desk.channel("apprise", url=f"json://{host}/notify")
    return Rig(desk, service, channel, _http_texts(lambda c: c.json["message"], service))


Made = Callable[[Desk, Service], Awaitable[Rig]]
HTTP_KINDS: dict[str, Made] = {
    "discord": _discord,
    "webhook": _webhook,
    "sms": _twilio,
    "whatsapp": _whatsapp,
    "webpush": _webpush,
    "apprise": _apprise,
}


@pytest_asyncio.fixture(loop_scope="session", params=HTTP_KINDS)
async def rig(request: pytest.FixtureRequest, desk: Desk, hooked: Service) -> Rig:
    """One of each kind that speaks HTTP."""
    return await HTTP_KINDS[request.param](desk, hooked)


async def test_every_kind_brings_the_text(rig: Rig) -> None:
    await rig.desk.submit(rig.desk.notice(rig.channel))
    await rig.desk.send()
    assert rig.texts() == ["Ana joined. Total players: 3"]
    assert await rig.desk.states() == [("sent", "")]
    row = await rig.desk.one("SELECT * FROM notify_channel")
    assert (row.sent_count, row.failures, row.last_error) == (1, 0, "")


async def test_every_kind_tries_again_after_a_failure_of_the_other_side(rig: Rig) -> None:
    rig.service.next.append(answering(503))
    await rig.desk.submit(rig.desk.notice(rig.channel))
    await rig.desk.send()
    assert (await rig.desk.states())[0][0] == "queued"
    await rig.desk.later(seconds=3)
    assert await rig.desk.states() == [("sent", "")]
    assert (await rig.desk.log())[0].attempt_count == 2


async def test_every_kind_takes_a_connection_that_breaks_for_a_failure(rig: Rig) -> None:
    async def broken() -> web.Response:
        raise ConnectionResetError

    rig.service.next.append(lambda _call: broken())
    await rig.desk.submit(rig.desk.notice(rig.channel))
    await rig.desk.send()
    await rig.desk.later(seconds=3)
    assert await rig.desk.states() == [("sent", "")]


async def test_every_kind_obeys_a_limit_and_follows_no_redirect(rig: Rig) -> None:
    kind = (await rig.desk.one("SELECT kind FROM notify_channel")).kind
    if kind == "apprise":  # the library says only whether it worked
        return
    rig.service.next.append(answering(429, {"retry_after": 5}, **{"Retry-After": "5"}))
    rig.service.next.append(answering(307, Location=f"{rig.service.base}/elsewhere"))
    await rig.desk.submit(rig.desk.notice(rig.channel))
    await rig.desk.send()
    await rig.desk.later(seconds=4)
    assert len(rig.service.calls) == 1
    await rig.desk.later(seconds=2)
    assert len(rig.service.calls) == 2
    assert (await rig.desk.states())[0] == ("dead", "refused")
    attempts = (await rig.desk.log())[0].attempts
    assert [attempt["outcome"] for attempt in attempts] == ["retry", "refused"]


async def test_no_secret_and_no_address_reaches_the_log(
    rig: Rig, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def echo(call: Call) -> web.Response:
        return web.json_response(
            {"message": f"{call.path} {call.headers.get('Authorization')} +4915112345678"},
            status=400,
        )

    rig.service.usual = echo
    await rig.desk.submit(rig.desk.notice(rig.channel))
    await rig.desk.send()
    rows = str(await rig.desk.log()) + str(
        await rig.desk.rows("SELECT last_error FROM notify_channel")
    )
    out, err = capsys.readouterr()
    for secret in (TOKEN, "token-", SIGNING_KEY, "5112345678"):
        assert secret not in rows + out + err + caplog.text


async def test_private_addresses_are_refused_by_every_kind(rig: Rig) -> None:
    options = dataclasses.replace(
        rig.desk.context.option(NotifyOptions), allow_private_targets=False
    )
    rig.desk.context = dataclasses.replace(rig.desk.context, options={NotifyOptions: options})
    await rig.desk.submit(rig.desk.notice(rig.channel))
    await rig.desk.send()
    assert rig.service.calls == []
    assert await rig.desk.states() == [("dead", "target_not_allowed")]


# --- each kind's own -------------------------------------------------------------------------


async def test_discord_gets_an_embed_that_mentions_nobody(desk: Desk, discord: Service) -> None:
    channel = await desk.discord(discord, username="Hall", avatar_url="https://example.com/a.png")
    notice = desk.notice(
        channel,
        title="@everyone *x*",
        values={"who": "<@&1> [a](b)", "n": 2},
        severity="bad",
        url="https://example.com/server",
        fields=(("Map", "q3_dm17"),) * 30,
    )
    await desk.submit(notice)
    await desk.send()
    (call,) = discord.calls
    assert call.query == {"wait": "true"}
    assert call.json["allowed_mentions"] == {"parse": []}
    assert (call.json["username"], call.json["avatar_url"]) == ("Hall", "https://example.com/a.png")
    (embed,) = call.json["embeds"]
    assert embed["title"] == r"\@everyone \*x\*"
    assert embed["description"] == r"\<\@&1\> \[a\]\(b\) joined. Total players: 2"
    assert embed["color"] == 0xF85149
    assert embed["url"] == "https://example.com/server"
    assert embed["timestamp"] == "2026-03-06T18:00:00+00:00"
    assert embed["fields"][0] == {"name": "Map", "value": r"q3\_dm17", "inline": True}
    assert len(embed["fields"]) == 25


async def test_discord_gets_plain_lines_where_they_are_wanted(desk: Desk, discord: Service) -> None:
    channel = await desk.discord(discord, embeds=False)
    await desk.submit(desk.notice(channel, template="x" * 3_000), desk.notice(channel))
    await desk.send()
    contents = [call.json["content"] for call in discord.calls]
    assert [len(content) for content in contents] == [2_000, 28]
    assert all("embeds" not in call.json for call in discord.calls)


async def test_a_webhooks_signature_and_key_can_be_checked(desk: Desk, hooked: Service) -> None:
    config = {"url": f"{hooked.base}/hook", "headers": "X-Hall: one\nX-Other: two"}
    channel = await desk.channel(
        "webhook", config=config, signing_key=SIGNING_KEY, authorization="Bearer abc"
    )
    await desk.submit(desk.notice(channel, data={"players": 3}, url="https://example.com"))
    await desk.send()
    (call,) = hooked.calls
    stamp = call.headers["X-GameOps-Timestamp"]
    assert int(stamp) == int(desk.clock.now().timestamp())
    text = f"{stamp}.".encode() + call.body
    wanted = hmac.new(SIGNING_KEY.encode(), text, hashlib.sha256).hexdigest()
    assert call.headers["X-GameOps-Signature"] == f"v1={wanted}"
    assert sign("other", stamp, call.body) != call.headers["X-GameOps-Signature"]
    (delivery,) = await desk.log()
    assert call.headers["Idempotency-Key"] == str(delivery.id)
    assert (call.headers["X-Hall"], call.headers["X-Other"]) == ("one", "two")
    assert call.headers["Authorization"] == "Bearer abc"
    assert call.json == {
        "id": str(delivery.notice_id),
        "topic": "alerts.player_joined",
        "title": "The Bar",
        "text": "Ana joined. Total players: 3",
        "severity": "info",
        "at": "2026-03-06T18:00:00Z",
        "url": "https://example.com",
        "data": {"players": 3},
    }


@pytest.mark.parametrize(("kind", "prefix"), [("sms", ""), ("whatsapp", "whatsapp:")])
async def test_twilio_gets_a_form_with_the_accounts_name(
    desk: Desk, twilio: Service, kind: str, prefix: str
) -> None:
    channel = await desk.sms(kind)
    await desk.recipient("+4915112345678", channel, kind=kind)
    await desk.submit(desk.notice(channel, template="🎮" * 2_000))
    await desk.send()
    (call,) = twilio.calls
    assert call.path == f"/2010-04-01/Accounts/{SID}/Messages.json"
    assert call.form["To"] == f"{prefix}+4915112345678"
    assert call.form["From"] == f"{prefix}+14155550100"
    assert len(call.form["Body"]) == 1_600
    assert call.form["Body"].endswith("…")


async def test_a_push_message_is_encrypted_for_the_browser_and_signed(
    desk: Desk, hooked: Service
) -> None:
    hooked.usual = answering(201)
    browser = Browser()
    channel = await desk.channel("webpush")
    await desk.recipient(f"{hooked.base}/push", channel, kind="webpush", keys=browser.keys)
    await desk.submit(desk.notice(channel, severity="bad", template="🎮" * 3_000))
    await desk.send()
    (call,) = hooked.calls
    assert b"joined" not in call.body
    assert len(call.body) <= 4_096
    message = browser.read(call.body)
    assert (message["title"], len(message["body"])) == ("The Bar", 900)
    headers = call.headers
    assert headers["Content-Encoding"] == "aes128gcm"
    assert (headers["Urgency"], headers["TTL"]) == ("high", "14400")
    scheme, _, rest = headers["Authorization"].partition(" ")
    token, key = (part.partition("=")[2] for part in rest.split(", "))
    assert (scheme, key) == ("vapid", vapid_public_key(desk.context.secret))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64(key))
    claims = jwt.decode(
        token, public, algorithms=["ES256"], audience=hooked.base, options={"verify_exp": False}
    )
    assert claims["sub"].startswith("mailto:")
    assert timedelta(seconds=claims["exp"] - desk.clock.now().timestamp()) <= timedelta(hours=24)


async def test_a_browser_that_is_gone_is_not_written_to_again(desk: Desk, hooked: Service) -> None:
    hooked.usual = answering(410)
    channel = await desk.channel("webpush")
    await desk.recipient(f"{hooked.base}/push", channel, kind="webpush", keys=Browser().keys)
    await desk.submit(desk.notice(channel))
    await desk.send()
    assert await desk.states() == [("dead", "gone")]
    await desk.submit(desk.notice(channel))
    assert await desk.send() == 0


async def test_one_push_service_that_is_down_says_nothing_about_the_others(
    desk: Desk, hooked: Service
) -> None:
    hooked.usual = answering(500)
    channel = await desk.channel("webpush")
    async with serving(Service(answering(201))) as other:
        for number in range(8):
            await desk.recipient(
                f"{hooked.base}/{number}", channel, kind="webpush", keys=Browser().keys
            )
        await desk.submit(desk.notice(channel))
        await desk.send()
        await desk.recipient(f"{other.base}/x", channel, kind="webpush", keys=Browser().keys)
        await desk.submit(desk.notice(channel))
        await desk.send()
        assert len(other.calls) == 1


async def test_mail_reaches_the_mailbox_with_a_way_to_end_it(
    desk: Desk, mailbox: tuple[Mailbox, SmtpMailer]
) -> None:
    box, mailer = mailbox
    desk.context = dataclasses.replace(desk.context, mailer=mailer)
    channel = await desk.channel("email")
    await desk.recipient("ana@example.com", channel, kind="email", locale="de")
    await desk.submit(desk.notice(channel, title="Hall\nBcc: x", url="https://example.com/s"))
    await desk.send()
    ((to, mail),) = box.taken
    assert (to, mail["Subject"]) == ("ana@example.com", "Hall Bcc: x")
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    text = payload.decode()
    assert "Ana joined. Total players: 3" in text
    assert "https://example.com/s" in text
    assert "http://testserver/my/notifications" in text
    assert "zugestimmt" in text


@pytest.mark.parametrize(
    ("refusal", "state"),
    [("550 No such user", ("dead", "address_invalid")), ("450 Later", ("queued", "retrying"))],
)
async def test_a_mail_server_that_refuses_somebody(
    desk: Desk, mailbox: tuple[Mailbox, SmtpMailer], refusal: str, state: tuple[str, str]
) -> None:
    box, mailer = mailbox
    box.refusal = refusal
    desk.context = dataclasses.replace(desk.context, mailer=mailer)
    channel = await desk.channel("email")
    await desk.recipient("ana@example.com", channel, kind="email")
    await desk.submit(desk.notice(channel))
    await desk.send()
    assert await desk.states() == [state]
    assert (await desk.one("SELECT failures FROM notify_channel")).failures == 0


async def test_mail_without_a_mail_server_says_so(desk: Desk) -> None:
    channel = await desk.channel("email")
    await desk.recipient("ana@example.com", channel, kind="email")
    desk.context = dataclasses.replace(desk.context, mailer=LogMailer())
    await desk.submit(desk.notice(channel))
    await desk.send()
    row = (await desk.log())[0]
    assert (row.state, row.reason) == ("dead", "channel_refused")
    assert "SMTP_HOST" in row.attempts[0]["detail"]


async def test_a_mail_server_that_is_away_is_tried_again(desk: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        mailer = SmtpMailer(host="127.0.0.1", port=taken.getsockname()[1], sender="a@b.c")
        desk.context = dataclasses.replace(desk.context, mailer=mailer)
        channel = await desk.channel("email")
        await desk.recipient("ana@example.com", channel, kind="email")
        await desk.submit(desk.notice(channel))
        await desk.send()
    row = (await desk.log())[0]
    assert (row.state, row.attempts[0]["detail"]) == (
        "queued",
        "mail server: ConnectionRefusedError",
    )


# --- apprise ---------------------------------------------------------------------------------

PUBLIC = NotifyOptions()
PRIVATE = NotifyOptions(allow_private_targets=True)


@pytest.mark.parametrize(
    "url",
    [
        "json://example.com/x",
        "xml://example.com",
        "form://example.com",
        "gotify://example.com/token",
        "mailto://a:b@example.com",
        "mqtt://example.com/topic",
        "syslog://",
        "dbus://",
        "bluesky://user.evil.example.com@app-password",
        "zulip://bot@a.evil.example.com/abcdefghijklmnopqrstuvwxyz012345",
        f"nostr://{'1' * 64}",
    ],
)
def test_services_that_name_a_host_or_act_on_this_machine_are_refused(url: str) -> None:
    with pytest.raises((TargetNotAllowed, ChannelConfigInvalid)):
        service(url, PUBLIC)


def test_services_at_addresses_of_their_own_are_allowed() -> None:
    assert service("tgram://123456789:abcdefg_hijklmnop/12315544/", PUBLIC)
    assert service("json://127.0.0.1/x", PRIVATE)


APPRISE_DISCORD = "discord://123456789012345678/abcdefghijklmnop"


@pytest.mark.parametrize("options", [PUBLIC, PRIVATE])
@pytest.mark.parametrize(
    "url",
    [
        f"{APPRISE_DISCORD}?template=/etc/hostname",
        f"{APPRISE_DISCORD}?TEMPLATE=http://127.0.0.1/",
        f"{APPRISE_DISCORD}?footer=no&template=file:///etc/hostname",
        f"{APPRISE_DISCORD}?:token=x",
        f"{APPRISE_DISCORD}?+header=x",
        "https://discord.com/api/webhooks/123456789012345678/abcdefghijklmnop?template=/etc/hosts",
        "tgram://123456789:abcdefg_hijklmnop/12315544/?template=/etc/hostname",
        "json://127.0.0.1/x?attach=/etc/hostname",
        "fcm://project/target?keyfile=/etc/hostname",
        "mailto://a:b@example.com?pgpkey=/etc/hostname",
    ],
)
def test_arguments_that_could_read_files_are_refused(url: str, options: NotifyOptions) -> None:
    with pytest.raises((TargetNotAllowed, ChannelConfigInvalid)):
        service(url, options)


@pytest.mark.parametrize("query", ["", "?format=markdown&tts=yes", "?footer=yes&avatar=no"])
def test_harmless_arguments_are_allowed(query: str) -> None:
    assert service(APPRISE_DISCORD + query, PUBLIC)


async def test_what_was_saved_before_is_looked_at_again_when_it_is_sent(desk: Desk) -> None:
    channel = await desk.channel("apprise", url=f"{APPRISE_DISCORD}?template=/etc/hostname")
    await desk.submit(desk.notice(channel))
    await desk.send()
    assert (await desk.states())[0] == ("dead", "channel_refused")


def test_what_apprise_does_not_understand_is_refused() -> None:
    with pytest.raises(ChannelConfigInvalid):
        service("nonsense", PUBLIC)


# --- where one may connect to ----------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
        "192.88.99.1",
        "192.0.0.9",
        "fec0::1",
        "::127.0.0.1",
        "3fff::1",
        "64:ff9b::808:808",
        "::ffff:0:7f00:1",
        "4000::1",
        "5f00::1",
        "not an address",
    ],
)
def test_private_addresses_are_known(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_are_known() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:4700::1111")
    assert is_public("::ffff:93.184.216.34")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://[::1]/x",
        "http://[::ffff:10.0.0.1]/",
        "http://localhost/x",
        "http://a.localhost/",
        "http://169.254.169.254/latest/meta-data",
        "http://2130706433/",
        "http://127.1/",
        "http://0x7f000001/",
        "http://printer.local/",
        "http://\uff1127.0.0.1/",
        "http://①②⑦.0.0.1/",
        "http://127。0。0。1/",
        "http://\uff4cocalhost/",
        "http://bücher.example.com/",
        "http://LOCALHOST./",
        "http://127.0.0.1./",
        "http://127%2e0.0.1/",
        "http://[2606:4700::1111%25eth0]/",
        "http:/example.com/",
    ],
)
def test_private_targets_are_refused_outright(url: str) -> None:
    with pytest.raises(TargetNotAllowed):
        check_target(url, private=False)
    check_target(url, private=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://93.184.216.34/x",
        "https://[2606:4700::1111]:8443/x",
        "https://example.com/bücher",
        "https://xn--bcher-kva.example.com/",
        "https://4.example.com./",
    ],
)
def test_public_targets_are_allowed(url: str) -> None:
    assert check_target(url, private=False).host


@pytest.mark.parametrize("host", ["\uff1127.0.0.1", "①②⑦.0.0.1", "127。0。0。1", "[::127.0.0.1]"])
async def test_digits_in_disguise_lead_nowhere(desk: Desk, hooked: Service, host: str) -> None:
    port = hooked.base.rpartition(":")[2]
    async with open_wire(sending(desk.context, allow_private_targets=False)) as wire:
        with pytest.raises(TargetNotAllowed):
            await wire.call("GET", f"http://{host}:{port}/")
    assert hooked.calls == []


async def test_the_address_itself_is_looked_at_when_the_connection_is_made(
    desk: Desk, hooked: Service
) -> None:
    context = sending(desk.context, allow_private_targets=False)
    async with open_wire(context) as wire:
        careless = dataclasses.replace(wire, options=PRIVATE)
        with pytest.raises(TargetNotAllowed):
            await careless.call("GET", hooked.base)
    assert hooked.calls == []


async def test_a_name_that_leads_inside_is_refused_when_it_resolves(
    desk: Desk, hooked: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(hooked.base.rpartition(":")[2])
    real = asyncio.get_running_loop().getaddrinfo

    async def poisoned(host: str, *args: Any, **more: Any) -> Any:
        return await real("127.0.0.1" if host == "evil.example.com" else host, *args, **more)

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", poisoned)
    context = sending(desk.context, allow_private_targets=False)
    async with open_wire(context) as wire:
        with pytest.raises(TargetNotAllowed):
            await wire.call("GET", f"http://evil.example.com:{port}/")
    assert hooked.calls == []
    async with open_wire(desk.context) as wire:
        answer = await wire.call("GET", f"http://evil.example.com:{port}/")
    assert answer.status == 200


async def test_answers_are_read_only_so_far(desk: Desk, hooked: Service) -> None:
    hooked.usual = lambda _call: web.Response(body=b"x" * 1_000_000)
    async with open_wire(desk.context) as wire:
        answer = await wire.call("GET", hooked.base)
    assert len(answer.body) <= 65_536
    assert answer.json() == {}


async def test_waits_are_read_in_seconds_and_dates(desk: Desk, hooked: Service) -> None:
    waits = []
    for text in ("1.5", "-3", "99999", "nan", "Wed, 21 Oct 2015 07:28:00 GMT", "soon", ""):
        hooked.usual = answering(429, **{"Retry-After": text})
        async with open_wire(desk.context) as wire:
            waits.append((await wire.call("GET", hooked.base)).retry_after)
    assert waits == [1.5, 0.0, 3600.0, 0.0, 0.0, None, None]


# --- settings --------------------------------------------------------------------------------

HOOK = "https://discord.com/api/webhooks/123/abc-DEF"
ACCOUNT = {"account_sid": SID, "from": "+14155550100"}


@pytest.mark.parametrize(
    ("kind", "config", "secrets"),
    [
        ("discord", {}, {"url": HOOK}),
        ("discord", {"embeds": False}, {"url": f"{HOOK}?thread_id=1"}),
        ("sms", ACCOUNT, {"auth_token": "x"}),
        ("email", {"open": False}, {}),
        ("webhook", {"url": "https://example.com/x"}, {"signing_key": "k" * 16}),
    ],
)
def test_good_settings_are_taken(kind: str, config: Any, secrets: Any) -> None:
    check_settings(kind, config, secrets, PUBLIC)


@pytest.mark.parametrize(
    ("kind", "config", "secrets", "name"),
    [
        ("discord", {}, {}, "url"),
        ("discord", {}, {"url": "https://example.com/api/webhooks/1/x"}, "url"),
        ("discord", {}, {"url": "https://discord.com/api/users/1"}, "url"),
        ("discord", {}, {"url": "https://discord.com.evil.example/api/webhooks/1/x"}, "url"),
        ("discord", {}, {"url": "http://discord.com/api/webhooks/1/x"}, "url"),
        ("discord", {}, {"url": "https://discord.com:99/api/webhooks/1/x"}, "url"),
        ("discord", {"avatar_url": "javascript:x"}, {"url": HOOK}, "avatar_url"),
        ("discord", {"embeds": "yes"}, {"url": HOOK}, "embeds"),
        ("discord", {"nonsense": "x"}, {"url": HOOK}, "nonsense"),
        ("discord", {"username": "a\x07"}, {"url": HOOK}, "username"),
        ("sms", ACCOUNT | {"account_sid": "../x"}, {"auth_token": "x"}, "account_sid"),
        ("sms", ACCOUNT | {"from": "0151"}, {"auth_token": "x"}, "from"),
        ("sms", ACCOUNT, {}, "auth_token"),
        ("webhook", {"url": "ftp://example.com"}, {}, "url"),
        ("webhook", {"url": "https://example.com"}, {"signing_key": "short"}, "signing_key"),
        ("webhook", {"url": "https://example.com", "headers": "Host: x"}, {}, "headers"),
        ("webhook", {"url": "https://example.com", "headers": "nonsense"}, {}, "headers"),
        (
            "webhook",
            {"url": "https://example.com", "headers": "\n".join(f"X-{n}: 1" for n in range(11))},
            {},
            "headers",
        ),
        ("webhook", {"url": "https://example.com"}, {"authorization": "a\nb"}, "authorization"),
        ("apprise", {}, {"url": "nonsense"}, "url"),
    ],
)
def test_bad_settings_are_named(kind: str, config: Any, secrets: Any, name: str) -> None:
    with pytest.raises(ChannelConfigInvalid) as refused:
        check_settings(kind, config, secrets, PUBLIC)
    assert refused.value.extra["field"] == name


def test_a_webhook_into_our_own_network_is_refused() -> None:
    with pytest.raises(TargetNotAllowed):
        check_settings("webhook", {"url": "http://10.0.0.1/x"}, {}, PUBLIC)
