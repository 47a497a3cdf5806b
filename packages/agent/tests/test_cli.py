"""The command line, in a process of its own, as an owner runs it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from agent_rig.fake_server import FakeEnrolment, FakeServer, FakeStation
from agent_rig.screen import Screen
from typer.testing import CliRunner

from gameops_agent.__main__ import app
from gameops_agent.config import Config, Credential, Home
from gameops_agent.lock.choice import choose_enforcer
from gameops_agent.lock.linux import LinuxEnforcer
from gameops_protocol import LockState

KEY = "goa_a_secret_that_no_log_may_hold"


class Agent:
    """A ``gameops-agent`` process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; the exit code and everything it logged."""
        self.process.send_signal(number)
        async with asyncio.timeout(15):
            _, log = await self.process.communicate()
        return self.process.returncode or 0, log.decode()


@asynccontextmanager
async def agent(
    home: Path, *arguments: str, environment: dict[str, str] | None = None
) -> AsyncIterator[Agent]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "gameops_agent",
        *arguments,
        env={**(environment or os.environ), "GAMEOPS_AGENT_HOME": str(home)},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Agent(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def enrolled(home: Path, server: str) -> None:
    Home(home).store_credential(
        Credential(
            server=server,
            credential=KEY,
            station_id="id-A07",
            station_name="A07",
            venue_name="Pixel Palace",
        )
    )


@pytest.fixture
def known(server: FakeServer) -> FakeStation:
    return server.add(KEY, "A07")


async def test_a_station_plays_locks_and_stops_cleanly(
    server: FakeServer, known: FakeStation, tmp_path: Path
) -> None:
    enrolled(tmp_path, server.url)
    async with agent(tmp_path, "run", "--enforcer", "simulated") as running:
        await server.sell_when_linked(known, 700)
        await known.until(lambda s: s.observed and s.observed.lock is LockState.LOCKED)
        code, log = await running.end()
    assert code == 0
    assert KEY not in log
    assert "lock.changed" in log
    assert str(Home(tmp_path).read_link()).startswith("down since 20")
    assert all(line.count("\n") == 0 and line[:4].isdigit() for line in log.splitlines())


async def test_killing_the_agent_tells_the_gap_after_its_return(
    server: FakeServer, known: FakeStation, tmp_path: Path
) -> None:
    enrolled(tmp_path, server.url)
    async with agent(tmp_path, "run", "--enforcer", "simulated") as running:
        await server.sell_when_linked(known, 60_000)
        await running.end(signal.SIGKILL)
    before = server.now()
    async with agent(tmp_path, "run", "--enforcer", "simulated") as running:
        await known.until(lambda s: len(s.journal) == 2)
        await known.until(lambda s: s.observed and s.observed.lock is LockState.UNLOCKED)
        await running.end()
    assert [entry.reason for entry in known.journal] == ["restart", "resumed"]
    assert known.journal[0].at <= before
    assert known.journal[1].at >= known.journal[0].at
    assert known.hellos[0].boot_id != known.hellos[1].boot_id


async def test_without_a_network_after_a_restart_the_station_stays_locked(
    server: FakeServer, known: FakeStation, tmp_path: Path
) -> None:
    enrolled(tmp_path, server.url)
    async with agent(tmp_path, "run", "--enforcer", "simulated") as running:
        await server.sell_when_linked(known, 60_000)
        await running.end(signal.SIGKILL)
    await server.stop()
    async with agent(tmp_path, "run", "--enforcer", "simulated") as running:
        assert running.process.stderr
        line = await running.process.stderr.readline()
        assert b"link.unreachable" in line
        await server.start()
        await known.until(lambda s: len(s.hellos) == 2)
        assert known.hellos[1].observed.lock is LockState.LOCKED
        assert known.hellos[1].journal_pending == 1
        await running.end()


async def test_the_real_overlay_follows_a_whole_session(
    server: FakeServer, known: FakeStation, screen: Screen, tmp_path: Path
) -> None:
    enrolled(tmp_path, server.url)
    environment = dict(screen.environment)
    arguments = ("run", "--enforcer", "linux")
    async with agent(tmp_path, *arguments, environment=environment) as running:
        await known.until(lambda s: s.observed and s.observed.lock is LockState.LOCKED)
        assert screen.windows("GameOps locked")
        lease = await server.sell_when_linked(known, 1_500)
        assert not screen.windows("GameOps locked")
        assert screen.windows("GameOps time left")
        await known.until(lambda s: s.observed and s.observed.lock is LockState.LOCKED)
        assert lease.ends_at
        assert 0 <= server.now() - lease.ends_at < 1_000
        assert screen.windows("GameOps locked")
        code, _ = await running.end()
    assert code == 0
    assert not screen.windows("GameOps")


async def test_a_station_that_is_not_enrolled_waits_for_it(
    server: FakeServer, known: FakeStation, screen: Screen, tmp_path: Path
) -> None:
    environment = dict(screen.environment)
    async with agent(tmp_path, "run", environment=environment) as running:
        async with asyncio.timeout(10):
            while not screen.windows("GameOps locked"):  # noqa: ASYNC110 - no event to wait on
                await asyncio.sleep(0)
        enrolled(tmp_path, server.url)
        await known.until(lambda s: s.heartbeats)
        await running.end(signal.SIGINT)


async def test_simulated_stations_stop_cleanly(server: FakeServer, tmp_path: Path) -> None:
    stations = [{"credential": f"goa_{n}", "name": f"A{n:02}"} for n in range(10)]
    known = [server.add(each["credential"], each["name"]) for each in stations]
    path = tmp_path / "stations.json"
    path.write_text(json.dumps(stations))
    arguments = ("simulate", "--server", server.url, "--stations", str(path), "--seed", "7")
    async with agent(tmp_path, *arguments) as running:
        for each in known:
            await each.until(lambda s: s.heartbeats)
        code, log = await running.end()
    assert code == 0
    assert "simulation.stopped" in log
    for each in known:
        await each.until(lambda s: s.connection is None)


async def test_enrol_and_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAMEOPS_AGENT_HOME", str(tmp_path))
    runner = CliRunner()
    assert runner.invoke(app, ["status"]).exit_code == 1

    def answer(path: str, body: dict[str, str]) -> tuple[int, dict[str, str], object]:
        if body["code"] != "ABCD-1234":
            return 404, {}, {"code": "venue.enrolment_invalid", "detail": "No such code."}
        credential = {"credential": KEY, "station_id": "id-A07", "station_name": "A07"}
        return 201, {}, {**credential, "venue_name": "Pixel Palace"}

    server = FakeEnrolment(answer)
    await server.start()
    arguments = ["enrol", "--server", server.url]
    wrong = await asyncio.to_thread(runner.invoke, app, [*arguments, "WRONG"])
    assert wrong.exit_code == 1
    assert "venue.enrolment_invalid" in wrong.output
    right = await asyncio.to_thread(runner.invoke, app, [*arguments, "ABCD-1234"])
    assert right.exit_code == 0
    assert right.output == "Enrolled as A07 at Pixel Palace.\n"
    await server.stop()
    status = runner.invoke(app, ["status"])
    assert status.exit_code == 0
    assert "A07 (id-A07)" in status.output
    assert server.url in status.output
    assert "link     never" in status.output
    Home(tmp_path).note_link(True, 1_763_631_000_000)
    noted = runner.invoke(app, ["status"]).output
    assert "link     up since 2025-11-20 09:30:00+00:00" in noted
    assert KEY not in status.output + noted


def test_a_wrong_configuration_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAMEOPS_AGENT_HOME", str(tmp_path))
    (tmp_path / "config.toml").write_text("colour = 1")
    result = CliRunner().invoke(app, ["run", "--enforcer", "simulated"])
    assert result.exit_code == 2
    assert "config.toml" in result.output


def test_the_service_is_for_windows() -> None:
    assert CliRunner().invoke(app, ["service", "install"]).exit_code == 2


def test_this_machine_is_enforced_through_x11() -> None:
    assert isinstance(choose_enforcer("auto", Config()), LinuxEnforcer)


def test_the_package_is_imported_without_a_screen_or_windows() -> None:
    modules = "gameops_agent.__main__, gameops_agent.simulate, gameops_agent.service"
    code = f"import {modules}, sys; print('tkinter' in sys.modules)"
    result = subprocess.run(
        (sys.executable, "-c", code), capture_output=True, text=True, check=True, env={}
    )
    assert result.stdout == "False\n"
