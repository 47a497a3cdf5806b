"""E-mail by SMTP; where none is set up, the message goes to the log instead."""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

import structlog

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One plain-text message to one person."""

    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Sends mail; raises ``OSError`` when it could not."""

    async def send(self, mail: Mail) -> None:
        """Hand the message over, or raise."""
        ...


@dataclass(frozen=True, slots=True)
class LogMailer:
    """Writes mail to the log: an installation without SMTP stays usable at the counter."""

    async def send(self, mail: Mail) -> None:
        """Log the whole message."""
        _log.warning("mail_not_sent_no_smtp", to=mail.to, subject=mail.subject, text=mail.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer:
    """Sends through one SMTP server; STARTTLS unless told otherwise."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None
    starttls: bool = True

    async def send(self, mail: Mail) -> None:
        """Send in a thread; the connection is short-lived."""
        await asyncio.to_thread(self._send, mail)

    def _send(self, mail: Mail) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, mail.to, mail.subject
        message.set_content(mail.text)
        with smtplib.SMTP(self.host, self.port, timeout=20) as smtp:
            if self.starttls:
                smtp.starttls(context=ssl.create_default_context())
            if self.user and self.password:
                smtp.login(self.user, self.password)
            smtp.send_message(message)
