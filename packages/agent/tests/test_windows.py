"""The Windows enforcer on a faithful fake of Windows: the helper, the ladder, the service."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from agent_rig.fake_win32 import FakeHelper, FakeWin32, honest, uncovering
from agent_rig.fakes import FakeClock

from gameops_agent.config import Config, Home
from gameops_agent.lock.enforcer import EnforcerFailed, NotAllowed, Unsupported
from gameops_agent.lock.windows import WindowsEnforcer
from gameops_agent.overlay.messages import (
    FromHelper,
    Notice,
    Picture,
    Scene,
    Show,
    SignInAnswer,
    SignInWish,
    TakePicture,
    TimeAnswer,
    TimeWish,
    ToHelper,
    Warn,
)
from gameops_agent.service import Service, installation, removal
from gameops_agent.session.lease import Face
from gameops_protocol import LockState

LOCKED = Scene(face=Face.LOCKED, station="A07", online=True)
PLAYING = Scene(face=Face.SESSION, station="A07", server_time=1_000, ends_at=61_000)


class Rig:
    """An enforcer on the fake, with a player who only listens."""

    def __init__(self) -> None:
        self.win32 = FakeWin32()
        self.clock = FakeClock()
        config = Config(programs={"steam": ("steam.exe", "-silent")})
        self.enforcer = WindowsEnforcer(config, self.win32, self.clock)
        self.enforcer.attach(self)
        self.happened = asyncio.Event()
        self.sign_ins: list[tuple[str, str, str]] = []
        self.minutes: list[int] = []

    def lock_changed(self) -> None:
        self.happened.set()

    def wishes_sign_in(self, *, identifier: str, password: str, voucher: str) -> None:
        self.sign_ins.append((identifier, password, voucher))

    def wishes_time(self, minutes: int) -> None:
        self.minutes.append(minutes)

    async def until(self, condition: Callable[[], object]) -> None:
        """Let threads and tasks run, without time passing, until it is so."""
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110 - no event to wait on
                await asyncio.sleep(0.001)

    async def covered(self) -> None:
        await self.until(lambda: self.win32.living and self.enforcer._overlay.covers)

    @property
    def locked(self) -> bool:
        return self.enforcer.lock_state is LockState.LOCKED


@asynccontextmanager
async def rig(behave: Callable[[FakeHelper, ToHelper], list[FromHelper]]) -> AsyncIterator[Rig]:
    made = Rig()
    made.win32.next_behaviour = behave
    await made.enforcer.start()
    made.enforcer.lock(LOCKED)
    try:
        yield made
    finally:
        await made.enforcer.stop()


async def test_the_helper_runs_in_the_players_session_and_covers() -> None:
    async with rig(honest) as made:
        await made.covered()
        assert made.locked
        assert [helper.session for helper in made.win32.helpers] == [1]
        made.clock.advance(120)
        assert made.win32.calls == []


async def test_unlocking_gives_the_desktop_back() -> None:
    async with rig(honest) as made:
        await made.covered()
        made.enforcer.unlock(PLAYING)
        await made.until(lambda: not made.locked)
        made.clock.advance(120)
        assert made.win32.calls == []


async def test_a_helper_that_dies_is_started_again_with_the_same_scene() -> None:
    async with rig(honest) as made:
        await made.covered()
        made.win32.helpers[0].die()
        await made.until(lambda: len(made.win32.helpers) == 2)
        await made.covered()
        shown = [message for message in made.win32.helpers[1].said if isinstance(message, Show)]
        assert shown[-1].scene == LOCKED
        assert made.locked


async def test_a_screen_that_stays_bare_is_locked_rung_by_rung() -> None:
    async with rig(uncovering) as made:
        win32 = made.win32
        win32.lock_works = win32.disconnect_works = win32.log_off_works = False
        await made.until(lambda: win32.living and win32.living[0].said)
        made.clock.advance(0.5)
        assert not made.locked
        made.clock.advance(2)
        assert win32.calls == []
        made.clock.advance(1.5)
        assert win32.calls == ["lock_workstation"]
        made.clock.advance(3)
        assert win32.calls[1:] == ["disconnect"]
        made.clock.advance(6)
        assert win32.calls[2:] == ["log_off"]
        made.clock.advance(30)
        assert win32.calls[3:] == ["reboot"]
        made.clock.advance(300)
        assert len(win32.calls) == 4


async def test_the_ladder_stops_at_the_first_rung_that_holds() -> None:
    async with rig(uncovering) as made:
        await made.until(lambda: made.win32.living and made.win32.living[0].said)
        made.clock.advance(60)
        assert made.win32.calls == ["lock_workstation"]
        assert made.locked


async def test_without_a_helper_the_service_itself_disconnects() -> None:
    made = Rig()
    made.win32.start_helper = _no_helper  # type: ignore[method-assign] # a broken installation
    await made.enforcer.start()
    made.enforcer.lock(LOCKED)
    made.clock.advance(7)
    assert made.win32.calls == ["disconnect"]
    assert made.locked
    await made.enforcer.stop()


def _no_helper(session: int) -> FakeHelper:
    raise OSError(2, f"no python in session {session}")


async def test_a_log_on_screen_is_locked_until_time_is_sold() -> None:
    async with rig(honest) as made:
        await made.covered()
        made.win32.log_off(1)
        await made.until(lambda: not made.win32.living)
        made.clock.advance(60)
        assert made.locked
        assert made.win32.calls == ["log_off"]
        made.enforcer.unlock(PLAYING)
        await made.until(lambda: not made.locked)


async def test_the_log_on_race_is_won_by_covering_the_new_desktop() -> None:
    async with rig(honest) as made:
        await made.covered()
        made.win32.log_off(1)
        await made.until(lambda: not made.win32.living)
        made.win32.log_on("another", 2)
        made.enforcer.session_changed()
        await made.covered()
        assert made.win32.living[-1].session == 2


async def test_fast_user_switching_moves_the_helper() -> None:
    async with rig(honest) as made:
        await made.covered()
        made.win32.log_on("second", 3)
        made.enforcer.session_changed()
        await made.until(lambda: any(helper.session == 3 for helper in made.win32.living))
        await made.covered()
        assert [helper.session for helper in made.win32.living] == [3]


async def test_the_player_is_heard_and_answered() -> None:
    async with rig(honest) as made:
        await made.covered()
        helper = made.win32.living[0]
        helper.say(SignInWish(identifier="maya", password="secret"))
        helper.say(TimeWish(30))
        await made.until(lambda: made.minutes)
        assert made.sign_ins == [("maya", "secret", "")]
        made.enforcer.warn(60_000)
        made.enforcer.sign_in_answered(code="x", detail="")
        made.enforcer.time_asked(sent=True)
        await made.enforcer.message("hello")
        expected = [Warn(60_000), SignInAnswer("x"), TimeAnswer(sent=True), Notice("hello")]
        assert [m for m in helper.said if not isinstance(m, Show)][-4:] == expected


async def test_commands_reach_windows() -> None:
    async with rig(honest) as made:
        await made.covered()
        await made.enforcer.reboot()
        await made.enforcer.shut_down()
        await made.enforcer.log_off()
        assert made.win32.calls == ["reboot", "power_off", "log_off"]
        made.win32.log_off_works = False
        with pytest.raises(EnforcerFailed):
            await made.enforcer.log_off()
        made.win32.console = None
        with pytest.raises(EnforcerFailed):
            await made.enforcer.log_off()


async def test_programs_are_launched_in_the_players_session() -> None:
    async with rig(honest) as made:
        await made.covered()
        with pytest.raises(NotAllowed):
            await made.enforcer.launch("steam")
        made.enforcer.unlock(PLAYING)
        await made.until(lambda: not made.locked)
        with pytest.raises(NotAllowed):
            await made.enforcer.launch("cmd")
        await made.enforcer.launch("steam")
        assert made.win32.launched == [("steam.exe", "-silent")]


@pytest.mark.parametrize(
    ("sizes", "outcome"),
    [((100,), 100), ((600_000, 900), 900), ((0,), Unsupported), ((600_000,) * 4, EnforcerFailed)],
)
async def test_the_helper_takes_the_picture(
    sizes: tuple[int, ...], outcome: int | type[Exception]
) -> None:
    left = list(sizes)

    def photographer(helper: FakeHelper, message: ToHelper) -> list[FromHelper]:
        if isinstance(message, TakePicture):
            return [Picture(bytes(left.pop(0)))]
        return honest(helper, message)

    async with rig(photographer) as made:
        await made.covered()
        if isinstance(outcome, int):
            assert len(await made.enforcer.screenshot()) == outcome
        else:
            with pytest.raises(outcome):
                await made.enforcer.screenshot()


async def test_windows_is_not_here() -> None:
    with pytest.raises(Unsupported):
        WindowsEnforcer.on_this_machine(Config())


def test_the_service_runs_until_windows_stops_it(tmp_path: Path) -> None:
    win32 = FakeWin32()
    service = Service(Home(tmp_path), lambda config: WindowsEnforcer(config, win32, FakeClock()))
    service.stop()
    service.session_changed()
    thread = threading.Thread(target=service.run)
    thread.start()
    _wait_for(lambda: bool(win32.living))
    win32.log_on("second", 2)
    service.session_changed()
    _wait_for(lambda: any(helper.session == 2 for helper in win32.living))
    service.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert win32.living == []


def _wait_for(condition: Callable[[], bool]) -> None:
    """Poll another thread's state; it has no event to wait on."""
    ticker = threading.Event()
    for _ in range(5_000):
        if condition():
            return
        ticker.wait(0.001)
    pytest.fail("nothing happened")


def test_the_service_is_local_system_and_restarted_at_once() -> None:
    create, failure, *_ = installation(r"C:\GameOps\python.exe")
    assert create[create.index("obj=") + 1] == "LocalSystem"
    assert '"C:\\GameOps\\python.exe" -m gameops_agent service run' in create
    assert failure[-1].startswith("restart/1000")
    assert removal()[-1] == ("sc.exe", "delete", "GameOpsAgent")
