"""What people write back: START and STOP, HELP and STATUS, by SMS and WhatsApp."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID
from xml.sax.saxutils import escape

from sqlalchemy.ext.asyncio import AsyncSession
from twilio.request_validator import RequestValidator

from gameops.core.context import Context
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.notify.channels import store as channels
from gameops.notify.channels.model import Channel
from gameops.notify.errors import SignatureInvalid
from gameops.notify.recipients import store
from gameops.notify.recipients.addresses import normal_address
from gameops.notify.recipients.model import Recipient, RecipientState
from gameops.notify.recipients.refusals import digest_of
from gameops.notify.recipients.service import hold_all
from gameops.notify.sealing import Unreadable, unseal
from gameops.notify.wording import say

SENDER: Final = "GameOps"
START: Final = frozenset({"START", "SUBSCRIBE", "UNSTOP"})
STOP: Final = frozenset({"STOP", "UNSUBSCRIBE", "STOPALL", "END", "QUIT", "CANCEL"})
NOTHING: Final = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
LONGEST_STATUS: Final = 600
_GERMAN: Final = frozenset({"DE", "AT", "CH", "LI"})
_WORD: Final = re.compile(r"[\W_]*([A-Za-z]+)")
"""The first word, whatever quotes, dots or pictures stand before it."""

StatusText = Callable[[AsyncSession, UUID | None, str], Awaitable[str]]
"""What a domain says of itself in a scope (a venue, or the installation), in a language."""

_status_texts: Final[list[StatusText]] = []


def register_status_text(provider: StatusText) -> None:
    """Have a domain's line added to the answer to STATUS; repeating it is harmless."""
    if provider not in _status_texts:
        _status_texts.append(provider)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A call of Twilio's webhook."""

    form: Mapping[str, str]
    signature: str
    urls: Sequence[str]
    """Under which it may have been signed: what is behind a proxy has more than one."""


async def answer(uow: UnitOfWork, context: Context, call: Incoming) -> str:
    """Carry out what was written, once; the answer as TwiML. 403 for whoever is not Twilio."""
    senders = await _senders(uow.session, context, call)
    message_id = call.form.get("MessageSid") or call.form.get("SmsSid") or ""
    if not senders or not message_id:
        raise SignatureInvalid
    message_id = message_id[:64]
    if not await store.claim_inbound(uow.session, message_id, now=uow.now):
        return (await store.get_inbound(uow.session, message_id)).answer
    told = await _Conversation(uow, context.secret, senders, call).reply()
    inbound = await store.get_inbound(uow.session, message_id)
    inbound.answer = twiml(told) if told else NOTHING
    return inbound.answer


async def _senders(session: AsyncSession, context: Context, call: Incoming) -> Sequence[Channel]:
    """The channels whose number was written to, and whose account signed the call."""
    found = await channels.senders(session, _kind(call), _number(call.form.get("To", "")))
    return [channel for channel in found if _signed_for(context, channel, call)]


def _signed_for(context: Context, channel: Channel, call: Incoming) -> bool:
    try:
        token = unseal(context.secret, channel.id, channel.sealed).get("auth_token")
    except Unreadable:
        return False
    if not token:
        return False
    validator = RequestValidator(token)
    return any(validator.validate(url, dict(call.form), call.signature) for url in call.urls)


def _kind(call: Incoming) -> str:
    return "whatsapp" if call.form.get("To", "").startswith("whatsapp:") else "sms"


def _number(text: str) -> str:
    return text.removeprefix("whatsapp:").strip()[:40]


def twiml(text: str) -> str:
    """The answer in Twilio's language."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{head}<Response><Message>{escape(text)}</Message></Response>"


def _say(locale: str, key: str) -> str:
    return say(locale, key).format(name=SENDER)


@dataclass(frozen=True, slots=True)
class _Conversation:
    uow: UnitOfWork
    root: bytes = field(repr=False)
    senders: Sequence[Channel]
    call: Incoming

    async def reply(self) -> str:
        """Carry out the command; no words where Twilio has answered already."""
        address = normal_address("sms", self.call.form.get("From", ""))
        if address is None:
            return ""
        word = _WORD.match(self.call.form.get("Body", ""))
        command = word[1].upper() if word else ""
        if command in START:
            text = await self._start(address)
        elif command in STOP:
            text = await self._stop(address)
        elif command == "STATUS":
            text = await self._status(address)
        else:
            text = say(await self._locale(address), "help")
        return "" if self.call.form.get("OptOutType") else text

    async def _known(self, address: str) -> list[tuple[Channel, Recipient | None]]:
        kind = _kind(self.call)
        return [
            (
                channel,
                await store.lock_by_address(
                    self.uow.session, venue_id=channel.venue_id, kind=kind, address=address
                ),
            )
            for channel in self.senders
        ]

    def _digest(self, channel: Channel, address: str) -> bytes:
        return digest_of(self.root, channel.venue_id, channel.kind, address)

    async def _locale(self, address: str) -> str:
        known = [recipient for _, recipient in await self._known(address) if recipient]
        return known[0].locale if known else self._guessed()

    def _guessed(self) -> str:
        return "de" if self.call.form.get("FromCountry") in _GERMAN else "en"

    async def _start(self, address: str) -> str:
        """The phone itself wrote: no code is needed."""
        locale, begun = self._guessed(), False
        digests = [self._digest(channel, address) for channel in self.senders]
        await store.forget_refusals(self.uow.session, digests)
        for channel, known in await self._known(address):
            if known is None and channel.config.get("open") is False:
                continue
            recipient = known or await self._add(channel, address)
            locale, begun = recipient.locale, True
            recipient.activate(self.uow.now)
            await store.subscribe(self.uow.session, recipient.id, [channel.id], now=self.uow.now)
        return _say(locale, "started" if begun else "closed")

    async def _add(self, channel: Channel, address: str) -> Recipient:
        recipient = Recipient(
            id=new_id(),
            venue_id=channel.venue_id,
            kind=channel.kind,
            address=address,
            name="",
            locale=self._guessed(),
            state=RecipientState.UNCONFIRMED,
            preferences={},
            problem="",
            code_tries=0,
            created_at=self.uow.now,
        )
        await store.add(self.uow.session, recipient)
        return recipient

    async def _stop(self, address: str) -> str:
        found = await self._known(address)
        known = [recipient for _, recipient in found if recipient]
        for recipient in known:
            recipient.opt_out(self.uow.now)
            await hold_all(self.uow, recipient)
        for channel, somebody in found:
            if somebody is None:  # nobody shall add it from now on
                digest = self._digest(channel, address)
                await store.add_refusal(self.uow.session, digest, now=self.uow.now)
        locale = known[0].locale if known else self._guessed()
        return _say(locale, "stopped" if known else "not_subscribed")

    async def _status(self, address: str) -> str:
        known = [recipient for _, recipient in await self._known(address) if recipient]
        locale = known[0].locale if known else self._guessed()
        active = any(recipient.state == RecipientState.ACTIVE for recipient in known)
        lines = [_say(locale, "status_active" if active else "status_stopped")]
        for venue_id in dict.fromkeys(channel.venue_id for channel in self.senders):
            for provider in _status_texts:
                line = await provider(self.uow.session, venue_id, locale)
                lines.append(line[:LONGEST_STATUS])
        return "\n".join(line for line in lines if line)
