"""Running other programs; injected, so that tests never reboot anything."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

TIMEOUT_SECONDS: Final = 10.0
_NOT_FOUND: Final = 127


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a program ended and what it wrote."""

    code: int
    output: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether it succeeded."""
        return self.code == 0

    @property
    def text(self) -> str:
        """The output without surrounding space."""
        return self.output.decode(errors="replace").strip()


Runner = Callable[[Sequence[str], Mapping[str, str]], Awaitable[Outcome]]
"""Runs a command line in an environment, to its end."""


async def run_program(command: Sequence[str], environment: Mapping[str, str]) -> Outcome:
    """Run to the end, within a bound; a program that is missing ends with 127."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=dict(environment),
        )
    except OSError:
        return Outcome(_NOT_FOUND)
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            output, _ = await process.communicate()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        return Outcome(-1)
    return Outcome(process.returncode or 0, output)
