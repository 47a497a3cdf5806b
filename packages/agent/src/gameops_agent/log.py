"""One line per event on stderr: when, how grave, what, and facts as key=value."""

import json
import logging
import sys
from datetime import UTC, datetime

_SECRET = frozenset({"credential", "password", "voucher", "code", "authorization"})
_logger = logging.getLogger("gameops_agent")


class _LineFormatter(logging.Formatter):
    """Single lines, whatever the message holds."""

    def format(self, record: logging.LogRecord) -> str:
        """Render the record, its facts and the kind of a caught error."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        parts = [when, record.levelname.lower(), json.dumps(record.getMessage())[1:-1]]
        parts += [f"{k}={json.dumps(v, default=str)}" for k, v in _facts(record).items()]
        if record.exc_info and record.exc_info[1] is not None:
            parts.append(f"error={json.dumps(repr(record.exc_info[1]))}")
        return " ".join(parts)


def _facts(record: logging.LogRecord) -> dict[str, object]:
    facts: dict[str, object] = getattr(record, "facts", {})
    return {key: "***" if key in _SECRET else value for key, value in facts.items()}


def set_up(*, verbose: bool = False) -> None:
    """Send this package's events and everybody's warnings to stderr."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(_LineFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[stream], force=True)
    _logger.setLevel(logging.DEBUG if verbose else logging.INFO)


def info(event: str, **facts: object) -> None:
    """Something an operator may want to read."""
    _logger.info(event, extra={"facts": facts})


def warning(event: str, **facts: object) -> None:
    """Something an operator should look at."""
    _logger.warning(event, extra={"facts": facts})


def failure(event: str, **facts: object) -> None:
    """An error caught at a process edge, with what it was."""
    _logger.exception(event, extra={"facts": facts})  # noqa: LOG004 - called from handlers
