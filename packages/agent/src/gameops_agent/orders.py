"""Staff commands: each done once, in time, and answered when the machine has done it."""

import asyncio
from collections.abc import Callable
from typing import Final

from gameops_agent import log
from gameops_agent.link.commands import CommandMemory
from gameops_agent.lock.enforcer import Enforcer, EnforcerFailed
from gameops_agent.session.clock import Clock, Timer
from gameops_protocol import Ack, Command, CommandKind, LockState

CONFIRM_SECONDS: Final = 3.0
MAX_IMAGE_BYTES: Final = 524_288
DEADLINE_PASSED: Final = "agent.deadline_passed"

Answer = Callable[[Ack], None]
_LOCKS: Final = {CommandKind.LOCK: LockState.LOCKED, CommandKind.UNLOCK: LockState.UNLOCKED}


class Orders:
    """Carries out commands of one station; lock commands go through its rules."""

    def __init__(self, enforcer: Enforcer, clock: Clock) -> None:
        self._enforcer = enforcer
        self._clock = clock
        self._memory = CommandMemory()
        self._waiting: dict[str, tuple[LockState, Timer]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def take(
        self,
        command: Command,
        *,
        now: float | None,
        obey: Callable[[LockState], LockState],
        answer: Answer,
    ) -> None:
        """Do a new command, or repeat the answer to an old one."""
        if not self._memory.begin(command):
            self._repeat(command, answer)
        elif now is None or now > command.deadline:
            self._finish(_failed(command, DEADLINE_PASSED), answer)
        elif command.kind in _LOCKS:
            self._lock(command, obey, answer)
        else:
            task = asyncio.get_running_loop().create_task(self._do(command, answer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def settled(self, state: LockState, answer: Answer) -> None:
        """The machine confirmed this lock state: answer who waited for it."""
        for command_id in [i for i, (lock, _) in self._waiting.items() if lock is state]:
            self._waiting.pop(command_id)[1].cancel()
            self._finish(Ack(id=command_id, ok=True), answer)

    def cancel(self) -> None:
        """Stop whatever is under way."""
        for _, timer in self._waiting.values():
            timer.cancel()
        self._waiting.clear()
        for task in self._tasks:
            task.cancel()

    def _repeat(self, command: Command, answer: Answer) -> None:
        known = self._memory.answer(command)
        if known is not None:
            answer(known)

    def _lock(
        self, command: Command, obey: Callable[[LockState], LockState], answer: Answer
    ) -> None:
        wanted = _LOCKS[command.kind]
        if obey(wanted) is not wanted:
            self._finish(_failed(command, "agent.not_allowed"), answer)
        elif self._enforcer.lock_state is wanted:
            self._finish(Ack(id=command.id, ok=True), answer)
        else:
            timer = self._clock.call_later(CONFIRM_SECONDS, lambda: self._late(command, answer))
            self._waiting[command.id] = (wanted, timer)

    def _late(self, command: Command, answer: Answer) -> None:
        if self._waiting.pop(command.id, None) is not None:
            self._finish(_failed(command, EnforcerFailed.code), answer)

    async def _do(self, command: Command, answer: Answer) -> None:
        try:
            image = await self._perform(command)
        except EnforcerFailed as error:
            self._finish(_failed(command, error.code), answer)
        except Exception:  # noqa: BLE001 - one command must not take the station down
            log.failure("command.failed", kind=command.kind.value)
            self._finish(_failed(command, EnforcerFailed.code), answer)
        else:
            self._finish(Ack(id=command.id, ok=True, image=image), answer)

    async def _perform(self, command: Command) -> bytes:
        match command.kind:
            case CommandKind.MESSAGE:
                await self._enforcer.message(command.text)
            case CommandKind.LOG_OFF:
                await self._enforcer.log_off()
            case CommandKind.REBOOT:
                await self._enforcer.reboot()
            case CommandKind.SHUT_DOWN:
                await self._enforcer.shut_down()
            case CommandKind.LAUNCH:
                await self._enforcer.launch(command.text)
            case CommandKind.SCREENSHOT:
                return await self._screenshot()
            case CommandKind.LOCK | CommandKind.UNLOCK:
                raise AssertionError(command.kind)
        return b""

    async def _screenshot(self) -> bytes:
        image = await self._enforcer.screenshot()
        if len(image) > MAX_IMAGE_BYTES:
            raise EnforcerFailed
        return image

    def _finish(self, ack: Ack, answer: Answer) -> None:
        self._memory.finish(ack)
        answer(ack)


def _failed(command: Command, code: str) -> Ack:
    return Ack(id=command.id, ok=False, code=code)
