"""What the station keeps on its disk: who it is, and what its owner configured."""

import os
import sys
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

_HOME_VARIABLE: Final = "GAMEOPS_AGENT_HOME"


class BadConfig(Exception):
    """The configuration file is not usable; the message says where."""


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """What enrolment gave this station."""

    server: str
    credential: str
    station_id: str
    station_name: str
    venue_name: str


class Overlay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the overlay is shown and as whom, on Linux."""

    display: str = ""
    xauthority: str = ""
    user: str = ""
    """The player's account; empty means the agent's own."""
    locale: str = "en"
    """Until the server has said which language the venue speaks."""


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``config.toml``; everything has a default."""

    overlay: Overlay = Overlay()
    programs: dict[str, tuple[str, ...]] = {}
    """What staff may launch by name, each with its command line."""
    ca_file: str = ""
    """A certificate to trust besides the system's, for a venue's own server."""


class LinkNote(msgspec.Struct, frozen=True):
    """The last the agent knew about its link."""

    up: bool
    at: int | None
    """Server time in milliseconds."""

    def __str__(self) -> str:
        """Write it for a person."""
        if self.at is None:
            return "never"
        when = datetime.fromtimestamp(self.at / 1000, UTC).isoformat(sep=" ", timespec="seconds")
        return f"up since {when}" if self.up else f"down since {when}"


def default_home() -> Path:
    """The agent's folder on this system, unless the environment names another."""
    named = os.environ.get(_HOME_VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "GameOps"
    elif os.geteuid() == 0:  # noqa: RET505 - the type checker follows one system at a time
        return Path("/var/lib/gameops-agent")
    else:
        return Path.home() / ".config" / "gameops-agent"


@dataclass(frozen=True, slots=True)
class Home:
    """The agent's folder."""

    path: Path = field(default_factory=default_home)

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.path / "journal.sqlite3"

    @property
    def link_state(self) -> Path:
        """What the running agent last noted about its link, for ``status``."""
        return self.path / "link.json"

    def note_link(self, up: bool, at: int | None) -> None:  # noqa: FBT001 - a callback
        """Keep what is known about the link."""
        write_private(self.link_state, msgspec.json.encode(LinkNote(up, at)))

    def read_link(self) -> LinkNote:
        """What the agent noted last, running or not."""
        try:
            return msgspec.json.decode(self.link_state.read_bytes(), type=LinkNote)
        except (FileNotFoundError, msgspec.DecodeError):
            return LinkNote(up=False, at=None)

    def config(self) -> Config:
        """Read ``config.toml``; :class:`BadConfig` when it is wrong, defaults when absent."""
        path = self.path / "config.toml"
        try:
            return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Config)
        except FileNotFoundError:
            return Config()
        except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
            message = f"{path}: {error}"
            raise BadConfig(message) from error

    def find_credential(self) -> Credential | None:
        """The stored credential, if the station is enrolled."""
        path = self.path / "credential.json"
        try:
            return msgspec.json.decode(path.read_bytes(), type=Credential)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            message = f"{path}: {error}"
            raise BadConfig(message) from error

    def store_credential(self, credential: Credential) -> None:
        """Keep the credential where only this account can read it; all of it or nothing."""
        write_private(self.path / "credential.json", msgspec.json.encode(credential))


def write_private(path: Path, content: bytes) -> None:
    """Replace a file with one that only its owner can read; a crash leaves old or new."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
