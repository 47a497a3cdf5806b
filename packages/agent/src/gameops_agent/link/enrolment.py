"""Trading a one-time code for this station's own credential."""

import http.client
import json
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from gameops_agent.config import Credential

_TIMEOUT_SECONDS: Final = 15.0
_PATH: Final = "/api/v1/agent/enrol"
_CREATED: Final = 201


class EnrolmentFailed(Exception):
    """The server did not enrol this station; ``code`` says why."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{detail} ({code})")
        self.code = code
        self.detail = detail


class _Enrolled(msgspec.Struct, frozen=True):
    credential: str
    station_id: str
    station_name: str
    venue_name: str


class _Problem(msgspec.Struct, frozen=True):
    code: str = "agent.server_error"
    detail: str = "The server did not say why."


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What a station says to be enrolled."""

    code: str
    hostname: str
    os: str


def enrol(server: str, application: Application, ca_file: Path | None = None) -> Credential:
    """Spend the code; :class:`EnrolmentFailed` when the server is away or refuses."""
    try:
        status, body, retry_after = _post(server, application, ca_file)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise EnrolmentFailed("agent.unreachable", f"{server} does not answer: {error}") from error
    if status != _CREATED:
        raise _refusal(body, retry_after)
    try:
        enrolled = msgspec.json.decode(body, type=_Enrolled)
    except msgspec.DecodeError as error:
        raise EnrolmentFailed("agent.server_error", f"{server} is no GameOps server") from error
    return Credential(server=server.rstrip("/"), **msgspec.structs.asdict(enrolled))


def _post(server: str, what: Application, ca_file: Path | None) -> tuple[int, bytes, str | None]:
    url = urlsplit(server)
    if url.scheme not in {"http", "https"} or url.hostname is None:
        message = "an address like https://gameops.example is needed"
        raise ValueError(message)
    connection = _connect(url.scheme, url.netloc, ca_file)
    body = json.dumps({"code": what.code, "hostname": what.hostname, "os": what.os})
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    try:
        connection.request("POST", url.path.rstrip("/") + _PATH, body, headers)
        response = connection.getresponse()
        return response.status, response.read(), response.getheader("Retry-After")
    finally:
        connection.close()


def _connect(scheme: str, netloc: str, ca_file: Path | None) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(netloc, timeout=_TIMEOUT_SECONDS)
    trust = ssl.create_default_context(cafile=ca_file)
    return http.client.HTTPSConnection(netloc, timeout=_TIMEOUT_SECONDS, context=trust)


def _refusal(body: bytes, retry_after: str | None) -> EnrolmentFailed:
    try:
        problem = msgspec.json.decode(body, type=_Problem)
    except msgspec.DecodeError:
        problem = _Problem()
    wait = f" Try again in {retry_after} s." if retry_after else ""
    return EnrolmentFailed(problem.code, problem.detail + wait)
