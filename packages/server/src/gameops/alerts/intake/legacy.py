"""``/game``: what lobbies have always posted to, answered in the words they have always got.

Raw ASGI, because it is the busiest route there is: check, store with whatever else arrives in the
same moment, answer. Everything that follows from a report happens afterwards, in the worker.
"""

from typing import Annotated, Any, Final
from urllib.parse import parse_qs
from uuid import UUID

import msgspec
import structlog
from fastapi import APIRouter, Body
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.types import Receive, Scope, Send

from gameops.alerts.errors import CommunityNotFound, ReporterNotAllowed, SignatureInvalid
from gameops.alerts.intake import keys
from gameops.alerts.intake.inbox import Entry, Inbox
from gameops.alerts.intake.keys import Directory
from gameops.alerts.intake.reports import Refused, Report, read_delete, read_json, read_post
from gameops.alerts.options import AlertsOptions
from gameops.core.context import Context
from gameops.core.errors import RateLimited, Unavailable
from gameops.core.hot import HotRoute, answered_by
from gameops.core.ratelimit import Rule

LARGEST: Final = 16_384
ACCEPTED: Final = "Received JSON data and processed successfully"
_log = structlog.get_logger(__name__)

router = APIRouter(route_class=HotRoute, tags=["alerts"])


class TooLarge(Exception):
    """More than a report can be."""


async def answer_game(scope: Scope, receive: Receive, send: Send) -> None:
    """Take a report or a delete; whatever goes wrong is said in the documented words."""
    headers: list[tuple[bytes, bytes]] = []
    try:
        status, body = 200, {"message": await _take(scope, receive)}
    except Refused as refused:
        status, body = 400, {"error": str(refused)}
    except TooLarge:
        status, body = 413, {"error": "Too much data"}
    except SignatureInvalid:
        status, body = 401, {"error": "The key is not valid"}
    except (ReporterNotAllowed, CommunityNotFound):
        status, body = 403, {"error": "This address may not report here"}
    except RateLimited as limited:
        status, body = 429, {"error": "Too many requests"}
        headers.append((b"retry-after", str(limited.retry_after).encode()))
    except (Unavailable, DBAPIError, PoolTimeout, OSError) as error:
        _log.warning("report_not_stored", error=type(error).__name__)
        status, body = 503, {"error": "Try again later"}
        headers.append((b"retry-after", b"5"))
    await _answer(send, status, body, headers)


async def _take(scope: Scope, receive: Receive) -> str:
    context: Context = scope["app"].state.context
    address = scope["client"][0] if scope.get("client") else "unknown"
    rule = Rule("alerts-intake", context.option(AlertsOptions).intake_rate)
    await context.limits.hit(rule, address)
    directory = context.part(Directory)
    await directory.refresh()
    body = await _read(receive)
    report = read_delete(body) if scope["method"] == "DELETE" else read_post(read_json(body))
    community_id, source_id = _admit(directory, scope, address, report)
    entry = Entry(
        community_id=community_id, at=context.clock.now(), report=report, source_id=source_id
    )
    await context.part(Inbox).put([entry])
    if report.status == "deleted":
        return f"'DELETE' event added for serverurl {report.key}"
    return ACCEPTED


def _admit(
    directory: Directory, scope: Scope, address: str, report: Report
) -> tuple[UUID, UUID | None]:
    """The community that this sender reports to, and whose key it has."""
    key, source_id = _key(scope), None
    if key:
        reporter = directory.reporter_with(key, address=address)
        gate, source_id = directory.gate(reporter.community_id), reporter.id
    else:
        gate = directory.gate(None)
        keys.check_open(gate.policy, address=address)
    keys.check_host(gate.policy, [report])
    return gate.community_id, source_id


def _key(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-source-key":
            return bytes(value).decode("latin-1")
    query: bytes = scope["query_string"]
    if b"key=" not in query:
        return ""
    try:
        return parse_qs(query.decode("latin-1"), max_num_fields=20).get("key", [""])[0]
    except ValueError as error:  # too many fields
        raise SignatureInvalid from error


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST:
            raise TooLarge
        more = message.get("more_body", False)
    return b"".join(parts)


async def _answer(
    send: Send, status: int, body: dict[str, str], headers: list[tuple[bytes, bytes]]
) -> None:
    payload = msgspec.json.encode(body)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(payload)).encode()),
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": payload})


class GameIn(BaseModel):
    """What a lobby posts when somebody joins or leaves."""

    game: str
    appkey: int | str
    server: str
    region: str
    serverurl: str
    curplayers: int
    maxplayers: int
    status: str = "online"


class GameGone(BaseModel):
    """What a lobby sends when it takes a server off its list."""

    serverurl: str


class Said(BaseModel):
    """The answer to a good report."""

    message: str


class Complaint(BaseModel):
    """The answer to a bad one."""

    error: str


_COMPLAINTS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": Complaint, "description": "Not a report; the text says what is missing."},
    401: {"model": Complaint, "description": "A key that opens nothing."},
    403: {"model": Complaint, "description": "Not from this address, or not about this host."},
    413: {"model": Complaint, "description": "More than 16 KiB."},
    429: {"model": Complaint, "description": "Too fast; `Retry-After` says for how long."},
    503: {"model": Complaint, "description": "Nothing can be stored just now."},
}


@router.post("/game", summary="A server reports its players", responses=_COMPLAINTS)
@answered_by(answer_game)
async def post_game(body: Annotated[GameIn, Body()]) -> Said:  # noqa: ARG001 -- documents it
    """The form in which FujiNet lobbies report. A key may stand in `X-Source-Key` or `?key=`."""
    return Said(message=ACCEPTED)


@router.delete("/game", summary="A server is gone", responses=_COMPLAINTS)
@answered_by(answer_game)
async def delete_game(body: Annotated[GameGone, Body()]) -> Said:
    """Repeating it is harmless."""
    return Said(message=f"'DELETE' event added for serverurl {body.serverurl}")
