"""Builds what a process needs from its settings."""

from typing import Final

import gameops.alerts.permissions
import gameops.billing.permissions
import gameops.notify.permissions
import gameops.venue.permissions  # noqa: F401 -- registers its names
from gameops.alerts.api import AlertsOptions, WatchOptions
from gameops.alerts.jobs import JOBS as ALERTS_JOBS
from gameops.app.settings import Settings
from gameops.core.bridges import PostgresBridge
from gameops.core.cleanup import JOBS as CORE_JOBS
from gameops.core.clock import SystemClock
from gameops.core.context import Context
from gameops.core.db import Database
from gameops.core.hub import Bridge, Hub
from gameops.core.jobs import JobTable
from gameops.core.mail import LogMailer, Mailer, SmtpMailer
from gameops.core.ratelimit import Limits
from gameops.identity.jobs import JOBS as IDENTITY_JOBS
from gameops.notify.api import NotifyOptions
from gameops.notify.jobs import JOBS as NOTIFY_JOBS
from gameops.venue.jobs import JOBS as VENUE_JOBS

ALL_JOBS: Final = JobTable.merged([CORE_JOBS, IDENTITY_JOBS, NOTIFY_JOBS, VENUE_JOBS, ALERTS_JOBS])


def build_context(settings: Settings, database_url: str) -> Context:
    """The shared parts of one process."""
    return Context(
        database=Database(
            database_url, pool_size=settings.database_pool, max_overflow=settings.database_pool
        ),
        hub=Hub(_bridge(settings, database_url)),
        clock=SystemClock(),
        jobs=ALL_JOBS,
        limits=Limits(settings.redis_url, enabled=settings.rate_limits),
        mailer=_mailer(settings),
        secret=settings.secret,
        public_url=settings.base_url,
        options={
            AlertsOptions: AlertsOptions(intake_rate=settings.intake_rate),
            WatchOptions: WatchOptions(allow_private_targets=settings.watch_private_servers),
            NotifyOptions: _notify_options(settings),
        },
        secure_cookies=settings.base_url.startswith("https://"),
    )


def _notify_options(settings: Settings) -> NotifyOptions:
    return NotifyOptions(
        twilio_base=settings.twilio_base.rstrip("/"),
        allow_private_targets=settings.allow_private_targets,
        vapid_subject=f"mailto:{settings.admin_email}",
    )


def _bridge(settings: Settings, database_url: str) -> Bridge:
    if settings.redis_url is not None:
        from gameops.core.redis_bridge import RedisBridge  # noqa: PLC0415 -- slow to import

        return RedisBridge(settings.redis_url)
    return PostgresBridge(database_url)


def _mailer(settings: Settings) -> Mailer:
    if settings.smtp_host is None:
        return LogMailer()
    return SmtpMailer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_from,
        user=settings.smtp_user,
        password=settings.smtp_password,
        starttls=settings.smtp_starttls,
    )
