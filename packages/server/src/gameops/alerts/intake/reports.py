"""A report of a server's state, in its two forms, checked before anything else happens to it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec

Status = Literal["online", "offline", "deleted"]

MOST_PLAYERS: Final = 100_000
LONGEST_KEY: Final = 300
LONGEST_TEXT: Final = 80
REQUIRED: Final = (
    *("game", "appkey", "server", "region", "serverurl", "curplayers", "maxplayers"),
)


_CONTROL: Final = re.compile(r"[\x00-\x1f]")


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a server says of itself; the form in which reports wait in the inbox."""

    key: str
    players: int = 0
    status: Status = "online"
    url: str | None = None
    game: str = ""
    name: str = ""
    region: str = ""
    max_players: int | None = None
    bots: int | None = None
    map: str | None = None
    occurred_at: datetime | None = None
    sequence: int | None = None
    tags: tuple[str, ...] = ()


class Refused(Exception):
    """A report that cannot be taken, with the words its sender is told."""


def read_json(body: bytes) -> dict[str, Any]:
    """The object in a request's body."""
    try:
        data = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("No data provided") from error
    if not isinstance(data, dict) or not data:
        raise Refused("No data provided")
    return data


def read_post(data: Mapping[str, Any]) -> Report:
    """A lobby's ``POST /game``; the reference document's and the lobby's own form alike."""
    missing = [name for name in REQUIRED if data.get(name) is None]
    if missing:
        raise Refused(f"Missing required fields: {', '.join(missing)}")
    _text(data, "appkey", 100, numbers=True)
    status = data.get("status", "online")
    url = _text(data, "serverurl", LONGEST_KEY)
    return Report(
        key=url,
        url=url,
        game=_text(data, "game", LONGEST_TEXT),
        name=_text(data, "server", LONGEST_TEXT),
        region=_text(data, "region", LONGEST_TEXT),
        players=_count(data, "curplayers"),
        max_players=_count(data, "maxplayers"),
        status="offline" if status == "offline" else "online",
    )


def read_delete(body: bytes) -> Report:
    """A lobby's ``DELETE /game``."""
    try:
        data = read_json(body)
    except Refused as error:
        raise Refused("serverurl is required") from error
    url = data.get("serverurl")
    if not url:
        raise Refused("serverurl is required")
    return Report(key=_text(data, "serverurl", LONGEST_KEY), status="deleted")


def _text(data: Mapping[str, Any], name: str, longest: int, *, numbers: bool = False) -> str:
    value = data[name]
    if numbers and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise Refused(f"Invalid value for {name}")
    if _CONTROL.search(value):
        raise Refused(f"Invalid value for {name}")
    return value.strip()


def _count(data: Mapping[str, Any], name: str) -> int:
    value = data[name]
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 6:  # noqa: PLR2004 -- MOST_PLAYERS has six digits
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_PLAYERS:
        raise Refused(f"Invalid value for {name}")
    return value


def host_of(report: Report) -> str:
    """The host a report is about, or nothing."""
    try:
        return (urlsplit(report.url or report.key).hostname or "").lower()
    except ValueError:
        return ""


def encode(report: Report) -> str:
    """A report as the inbox keeps it."""
    return _encoder.encode(report).decode()


def decode(body: Any) -> Report:  # noqa: ANN401 -- JSON values as the database gives them
    """A report from the inbox."""
    return msgspec.convert(body, Report)


_encoder: Final = msgspec.json.Encoder()
