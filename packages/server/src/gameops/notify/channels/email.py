"""E-mail through the installation's mail server."""

import smtplib
from collections.abc import Sequence
from typing import ClassVar, Final

from gameops.core.mail import LogMailer, Mail
from gameops.notify.channels.driver import OneByOne, Outcome, Parcel, Place, Setting, shortened
from gameops.notify.channels.wire import NoAnswer, Wire
from gameops.notify.topics import CODE
from gameops.notify.wording import say

NO_SERVER: Final = Outcome(
    kind="refused",
    detail="no mail server is set up (SMTP_HOST)",
    reason="channel_refused",
    breaks_channel=True,
)
_PERMANENT: Final = 500


class Email(OneByOne):
    """One mail per person."""

    kind: ClassVar[str] = "email"
    label: ClassVar[str] = "E-mail"
    subscribers: ClassVar[bool] = True
    lanes: ClassVar[int] = 4
    settings: ClassVar[Sequence[Setting]] = (
        Setting(name="open", label="People may subscribe themselves", type="bool"),
    )

    async def send(self, wire: Wire, place: Place, parcels: Sequence[Parcel]) -> Outcome:  # noqa: ARG002 -- the mail server is the installation's
        """Hand one mail to the mail server."""
        (parcel,) = parcels
        address = parcel.to.address if parcel.to else ""
        if isinstance(wire.context.mailer, LogMailer):
            return NO_SERVER
        mail = Mail(to=address, subject=shortened(parcel.title, 150), text=_text(wire, parcel))
        try:
            await wire.context.mailer.send(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = max((found[0] for found in error.recipients.values()), default=0)
            if code >= _PERMANENT:
                return Outcome(
                    kind="refused",
                    status=code,
                    detail=f"SMTP {code}: recipient refused",
                    reason="address_invalid",
                )
            return Outcome(
                kind="retry", status=code, detail=f"SMTP {code}: recipient refused", personal=True
            )
        except smtplib.SMTPResponseException as error:
            return Outcome(kind="retry", status=error.smtp_code, detail=f"SMTP {error.smtp_code}")
        except (OSError, ValueError) as error:
            raise NoAnswer(f"mail server: {type(error).__name__}") from None
        return Outcome(kind="sent")


def _text(wire: Wire, parcel: Parcel) -> str:
    parts = [parcel.text()]
    if parcel.url:
        parts.append(parcel.url)
    if parcel.topic != CODE and parcel.to is not None:
        page = f"{wire.context.public_url}/my/notifications"
        parts.append(f"-- \n{say(parcel.to.locale, 'mail_footer')} {page}")
    return "\n\n".join(parts)
