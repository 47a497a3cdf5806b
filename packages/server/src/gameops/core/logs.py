"""Logs: one JSON object a line, with the request's id and never a secret."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

_SECRET_WORDS: Final = (
    "password",
    "secret",
    "token",
    "authorization",
    "credential",
    "cookie",
    "totp",
    "recovery",
)
HIDDEN: Final = "[hidden]"


def hide_secrets(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Blank every value whose name sounds like a secret, at any depth."""
    for name, value in event.items():
        if name != "event" and any(word in name.lower() for word in _SECRET_WORDS):
            event[name] = HIDDEN
        elif isinstance(value, dict):
            hide_secrets(_logger, _method, value)
    return event


def configure_logging(*, level: str = "INFO", pretty: bool = False) -> None:
    """Set up structlog and send the standard library's loggers through it."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if pretty
        else structlog.processors.JSONRenderer()
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            renderer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in (
        "alembic",
        "uvicorn.access",
        "uvicorn.error",
        "procrastinate",
        "websockets",
        "httpx",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
