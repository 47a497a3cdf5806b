"""SMS and WhatsApp through Twilio."""

import re
from collections.abc import Sequence
from typing import ClassVar, Final

from gameops.notify.channels.driver import (
    Draft,
    OneByOne,
    Outcome,
    Parcel,
    Place,
    Setting,
    outcome_of,
    shortened,
)
from gameops.notify.channels.wire import Answer, Wire
from gameops.notify.errors import ChannelConfigInvalid

LONGEST: Final = 1_600
OPTED_OUT: Final = frozenset({21610})
INVALID: Final = frozenset({21211, 21214, 21217, 21614, 63003})
NOT_THE_SENDERS: Final = frozenset({20003, 20404, 21212, 21603, 21606, 21659, 63007})
"""Twilio's codes for an account or a number that cannot send."""
_SID: Final = re.compile(r"AC[0-9A-Za-z]{8,64}")
_SENDER: Final = re.compile(r"\+[1-9][0-9]{2,14}")


class Sms(OneByOne):
    """One message per person."""

    kind: ClassVar[str] = "sms"
    label: ClassVar[str] = "SMS (Twilio)"
    subscribers: ClassVar[bool] = True
    prefix: ClassVar[str] = ""
    settings: ClassVar[Sequence[Setting]] = (
        Setting(name="account_sid", label="Account SID", type="text", required=True),
        Setting(name="auth_token", label="Auth token", type="secret", required=True),
        Setting(
            name="from",
            label="Number",
            type="text",
            required=True,
            help="Your Twilio number, like +14155550123.",
        ),
        Setting(
            name="open",
            label="People may subscribe themselves",
            type="bool",
            help="By writing START to the number, or on their own page.",
        ),
    )

    def check(self, draft: Draft) -> None:
        """An account and a number."""
        if not _SID.fullmatch(draft.config["account_sid"]):
            raise ChannelConfigInvalid("An account SID begins with AC.", field="account_sid")
        if not _SENDER.fullmatch(draft.config["from"]):
            raise ChannelConfigInvalid("Write the number like +14155550123.", field="from")

    async def send(self, wire: Wire, place: Place, parcels: Sequence[Parcel]) -> Outcome:
        """Hand one message to Twilio."""
        (parcel,) = parcels
        sid = place.config["account_sid"]
        form = {
            "To": f"{self.prefix}{parcel.to.address if parcel.to else ''}",
            "From": f"{self.prefix}{place.config['from']}",
            "Body": shortened(parcel.text(), LONGEST),
        }
        answer = await wire.call(
            "POST",
            f"{wire.options.twilio_base}/2010-04-01/Accounts/{sid}/Messages.json",
            form=form,
            auth=(sid, place.secrets["auth_token"]),
        )
        return _outcome(wire, place, answer)


class WhatsApp(Sms):
    """The same, to WhatsApp."""

    kind: ClassVar[str] = "whatsapp"
    label: ClassVar[str] = "WhatsApp (Twilio)"
    prefix: ClassVar[str] = "whatsapp:"


def _outcome(wire: Wire, place: Place, answer: Answer) -> Outcome:
    told = answer.json()
    code = told.get("code")
    words = wire.clean(told.get("message", ""), place.secrets)
    named = f" ({code})" if isinstance(code, int) else ""
    detail = f"HTTP {answer.status}{named}: {words}" if words else f"HTTP {answer.status}{named}"
    plain = outcome_of(answer, detail)
    if plain.kind != "refused":
        return plain
    if code in OPTED_OUT:
        return Outcome(kind="refused", status=answer.status, detail=detail, reason="opted_out")
    if code in INVALID:
        return Outcome(
            kind="refused", status=answer.status, detail=detail, reason="address_invalid"
        )
    if code in NOT_THE_SENDERS or answer.status in {401, 403, 404}:
        return Outcome(
            kind="refused",
            status=answer.status,
            detail=detail,
            reason="channel_refused",
            breaks_channel=True,
        )
    return plain
