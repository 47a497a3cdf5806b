"""The Linux enforcer with its real overlay on a real X server."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import pytest
from agent_rig.screen import Screen

from gameops_agent.config import Config
from gameops_agent.lock.enforcer import EnforcerFailed, NotAllowed, Unsupported
from gameops_agent.lock.linux import Desktop, LinuxEnforcer, spawn_helper
from gameops_agent.lock.shell import Outcome, run_program
from gameops_agent.overlay.messages import Scene
from gameops_agent.overlay.supervisor import PipedHelper
from gameops_agent.session.lease import Face
from gameops_protocol import LockState

LOCKED = Scene(face=Face.LOCKED, station="A07", venue="Pixel Palace", sign_in=True, online=True)


class FakePlayer:
    """Remembers what happened at the screen."""

    def __init__(self) -> None:
        self.happened = asyncio.Event()
        self.sign_ins: list[tuple[str, str, str]] = []
        self.minutes: list[int] = []

    def lock_changed(self) -> None:
        self.happened.set()

    def wishes_sign_in(self, *, identifier: str, password: str, voucher: str) -> None:
        self.sign_ins.append((identifier, password, voucher))
        self.happened.set()

    def wishes_time(self, minutes: int) -> None:
        self.minutes.append(minutes)
        self.happened.set()

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                self.happened.clear()
                await self.happened.wait()


class FakeRunner:
    """Answers command lines from a table and remembers them."""

    def __init__(self, answers: Mapping[str, Outcome] | None = None) -> None:
        self.answers = dict(answers or {})
        self.commands: list[str] = []

    async def __call__(self, command: Sequence[str], environment: Mapping[str, str]) -> Outcome:
        line = " ".join(command)
        self.commands.append(line)
        matching = [answer for start, answer in self.answers.items() if line.startswith(start)]
        return matching[0] if matching else Outcome(1)


class Rig:
    """An enforcer with its player and the helpers that it started."""

    def __init__(self, screen: Screen, runner: FakeRunner, config: Config) -> None:
        desktop = Desktop(screen.environment)
        start = spawn_helper(desktop)
        self.helpers: list[PipedHelper] = []

        async def spawn() -> PipedHelper:
            helper = await start()
            assert isinstance(helper, PipedHelper)
            self.helpers.append(helper)
            return helper

        self.runner = runner
        self.enforcer = LinuxEnforcer(config, desktop, run=runner, spawn=spawn)
        self.player = FakePlayer()
        self.enforcer.attach(self.player)

    async def locked(self) -> None:
        await self.player.until(lambda: self.enforcer.lock_state is LockState.LOCKED)

    async def unlocked(self) -> None:
        await self.player.until(lambda: self.enforcer.lock_state is LockState.UNLOCKED)


@asynccontextmanager
async def rig(
    screen: Screen, runner: FakeRunner | None = None, config: Config | None = None
) -> AsyncIterator[Rig]:
    made = Rig(screen, runner or FakeRunner(), config or Config())
    await made.enforcer.start()
    made.enforcer.lock(LOCKED)
    try:
        await made.locked()
        yield made
    finally:
        await made.enforcer.stop()


def session(left: int) -> Scene:
    now = round(time.time() * 1000)
    return Scene(
        face=Face.SESSION, station="A07", server_time=now, ends_at=now + left, remaining=left
    )


async def test_the_overlay_covers_the_whole_screen_when_locked(screen: Screen) -> None:
    async with rig(screen):
        (window,) = screen.windows("GameOps locked")
        place = screen.geometry(window)
        assert (place["X"], place["Y"], place["WIDTH"], place["HEIGHT"]) == (0, 0, 1280, 720)


async def test_unlocking_leaves_only_the_time_on_the_screen(screen: Screen) -> None:
    async with rig(screen) as made:
        made.enforcer.unlock(session(600_000))
        await made.unlocked()
        assert not screen.windows("GameOps locked")
        (pill,) = screen.windows("GameOps time left")
        assert screen.geometry(pill)["WIDTH"] < 200


async def test_a_killed_helper_is_back_and_locked_within_a_second(screen: Screen) -> None:
    async with rig(screen) as made:
        gaps = []
        for _ in range(3):
            began = time.monotonic()
            os.kill(made.helpers[-1].pid, signal.SIGKILL)
            await made.unlocked()
            await made.locked()
            gaps.append(time.monotonic() - began)
        assert min(gaps) < 1.0, "the machine may be busy once, not thrice"
        assert len(made.helpers) == 4
        assert screen.windows("GameOps locked")


async def test_sign_in_is_typed_at_the_locked_screen(screen: Screen) -> None:
    async with rig(screen) as made:
        screen.type("maya")
        screen.key("Tab")
        screen.type("s3cret")
        screen.key("Return")
        await made.player.until(lambda: made.player.sign_ins)
        assert made.player.sign_ins == [("maya", "s3cret", "")]


async def test_more_time_is_asked_for_in_the_panel(screen: Screen) -> None:
    async with rig(screen) as made:
        made.enforcer.unlock(session(600_000))
        await made.unlocked()
        (pill,) = screen.windows("GameOps time left")
        place = screen.geometry(pill)
        screen.click(place["X"] + 20, place["Y"] + 12)
        (panel,) = await _appears(screen, "GameOps time left panel")
        place = screen.geometry(panel)
        screen.click(place["X"] + place["WIDTH"] // 2, place["Y"] + round(place["HEIGHT"] * 0.68))
        await made.player.until(lambda: made.player.minutes)
        assert made.player.minutes == [30]


async def test_warnings_and_messages_come_up_as_windows(screen: Screen) -> None:
    async with rig(screen) as made:
        made.enforcer.unlock(session(300_000))
        await made.unlocked()
        made.enforcer.warn(300_000)
        await made.enforcer.message("Your food is ready")
        assert await _appears(screen, "GameOps warning")
        assert await _appears(screen, "GameOps message")


async def test_staff_commands_reach_logind_and_nothing_else(screen: Screen) -> None:
    runner = FakeRunner({"loginctl show-seat": Outcome(0, b"7\n"), "systemctl": Outcome(0)})
    runner.answers["loginctl terminate-session 7"] = Outcome(0)
    enforcer = LinuxEnforcer(Config(), Desktop({}), run=runner)
    await enforcer.log_off()
    await enforcer.reboot()
    await enforcer.shut_down()
    assert runner.commands[1:] == [
        "loginctl terminate-session 7",
        "systemctl reboot",
        "systemctl poweroff",
    ]


async def test_without_a_display_only_what_logind_confirms_counts_as_locked() -> None:
    runner = FakeRunner({"loginctl show-seat": Outcome(0, b"7"), "loginctl lock": Outcome(0)})
    enforcer = LinuxEnforcer(Config(), Desktop({}), run=runner)
    player = FakePlayer()
    enforcer.attach(player)
    await enforcer.start()
    enforcer.lock(LOCKED)
    await player.until(lambda: "loginctl lock-session 7" in runner.commands)
    assert enforcer.lock_state is LockState.UNLOCKED
    runner.answers["loginctl show-session 7"] = Outcome(0, b"yes\n")
    enforcer.lock(LOCKED)
    await player.until(lambda: enforcer.lock_state is LockState.LOCKED)
    runner.answers["loginctl show-session 7"] = Outcome(0, b"no\n")
    enforcer.unlock(session(60_000))
    await player.until(lambda: enforcer.lock_state is LockState.UNLOCKED)
    with pytest.raises(Unsupported):
        await enforcer.message("nobody can read this")
    with pytest.raises(Unsupported):
        await enforcer.screenshot()
    await enforcer.stop()


async def test_a_command_that_the_system_refuses_has_failed() -> None:
    enforcer = LinuxEnforcer(Config(), Desktop({}), run=FakeRunner())
    for command in (enforcer.log_off, enforcer.reboot, enforcer.shut_down):
        with pytest.raises(EnforcerFailed):
            await command()


async def test_a_screenshot_is_a_png_of_the_desktop(screen: Screen) -> None:
    enforcer = LinuxEnforcer(Config(), Desktop(screen.environment), run=run_program)
    image = await enforcer.screenshot()
    assert image.startswith(b"\x89PNG")


async def test_a_screenshot_too_large_is_taken_again_smaller(screen: Screen) -> None:
    large, small = Outcome(0, b"x" * 600_000), Outcome(0, b"\x89PNG")
    runner = FakeRunner({"import -silent -window root -resize 1280": large, "import": small})
    enforcer = LinuxEnforcer(Config(), Desktop(screen.environment), run=runner)
    assert await enforcer.screenshot() == b"\x89PNG"
    assert len(runner.commands) == 2


async def test_only_named_programs_are_launched_and_never_on_a_locked_screen(
    screen: Screen,
) -> None:
    config = Config(programs={"nothing": ("true",), "absent": ("/nonexistent",)})
    async with rig(screen, config=config) as made:
        with pytest.raises(NotAllowed):
            await made.enforcer.launch("nothing")
        made.enforcer.unlock(session(600_000))
        await made.unlocked()
        await made.enforcer.launch("nothing")
        with pytest.raises(NotAllowed):
            await made.enforcer.launch("rm")
        with pytest.raises(EnforcerFailed):
            await made.enforcer.launch("absent")


async def test_the_front_window_is_part_of_the_metrics(screen: Screen) -> None:
    runner = FakeRunner({"xdotool": Outcome(0, b"Valorant\n")})
    enforcer = LinuxEnforcer(Config(), Desktop(screen.environment), run=runner)
    assert enforcer.metrics.memory_total_mib > 0
    assert await enforcer._read_foreground() == "Valorant"


async def test_a_missing_program_is_no_surprise() -> None:
    assert (await run_program(("gameops-no-such-program",), {})).code == 127


async def _appears(screen: Screen, title: str) -> list[str]:
    """Windows of that title, as soon as there are some."""
    async with asyncio.timeout(5):
        while not (found := screen.windows(title)):  # noqa: ASYNC110 - no event to wait on
            await asyncio.sleep(0)
    return found
