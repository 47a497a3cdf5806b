"""What a game server answered, made the same for every protocol."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Silence(StrEnum):
    """Why there is no answer."""

    TIMEOUT = "timeout"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNRESOLVED = "unresolved"
    BAD_ANSWER = "bad_answer"
    NOT_ALLOWED = "not_allowed"
    NO_PROTOCOL = "no_protocol"


class NoAnswer(Exception):
    """The server could not be read."""

    def __init__(self, kind: Silence) -> None:
        super().__init__(kind.value)
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One answer; texts are clean and short, counts lie between 0 and 100,000."""

    players: int
    """People: bots are told apart where the protocol can."""
    bots: int = 0
    max_players: int | None = None
    name: str = ""
    game: str = ""
    map: str = ""
    version: str = ""
    names: tuple[str, ...] = ()
    """For showing only: some protocols send a sample, and a server may lie."""
    latency_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One attempt to read a watched server."""

    server_id: UUID
    at: datetime
    reading: Reading | None
    error: str | None = None
    """The :class:`Silence` where there is no reading."""
    protocol: str | None = None
    """Found just now by detection: worth keeping, with the query port."""
    query_port: int | None = None
