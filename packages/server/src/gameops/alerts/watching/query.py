"""Asking one server: the only way from GameOps to the libraries that speak to game servers."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from errno import ECONNREFUSED
from typing import Final

from gameops.alerts.watching.cleaning import MOST_LATENCY_MS
from gameops.alerts.watching.options import WatchOptions
from gameops.alerts.watching.protocols import Protocol, catalogue
from gameops.alerts.watching.reading import NoAnswer, Reading, Silence
from gameops.alerts.watching.resolving import Resolver
from gameops.alerts.watching.target import Target
from gameops.core.context import Context

FAR_BACK: Final = 5
GRACE_SECONDS: Final = 1.0
_left_behind: Final[set[asyncio.Task[Reading]]] = set()
NAMED_BY_DNS: Final = frozenset({"mcstatus.java", "mcstatus.legacy", "opengsq.minecraft"})
"""Their players write no port: the name's SRV record says it."""


class Asker:
    """Asks servers; one per process, because it remembers names."""

    def __init__(self, options: WatchOptions) -> None:
        self.resolver = Resolver(allow_private=options.allow_private_targets)
        self._turns: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def ask(
        self,
        protocol_id: str,
        host: str,
        port: int | None,
        *,
        timeout: float,
        game_port: int | None = None,
    ) -> Reading:
        """One answer within ``timeout``, or :class:`NoAnswer`; ``port`` is the one to ask at."""
        protocol = catalogue().get(protocol_id)
        if protocol is None:
            raise NoAnswer(Silence.NO_PROTOCOL)
        target = await self._target(protocol, host, port, game_port, timeout)
        async with AsyncExitStack() as turn:
            if protocol.local_port is not None:
                await turn.enter_async_context(self._turns[protocol.local_port])
                turn.push_async_callback(asyncio.sleep, 0)  # in which the port is given back
            return await _ask(protocol, target)

    async def _target(
        self, protocol: Protocol, host: str, port: int | None, game_port: int | None, timeout: float
    ) -> Target:
        try:
            async with asyncio.timeout(timeout):
                real = host
                if port is None and protocol.id in NAMED_BY_DNS:
                    real, port = await self.resolver.minecraft(host)
                address = await self.resolver.address(real)
        except TimeoutError:
            raise NoAnswer(Silence.UNRESOLVED) from None
        if port is None or protocol.fixed_port:
            port = protocol.default_port
        if port is None:
            raise NoAnswer(Silence.NO_PROTOCOL)
        return Target(
            host=address, name=host, port=port, game_port=game_port or port, timeout=timeout
        )


def asker(context: Context) -> Asker:
    """The process's own: ``context.part(asker)``."""
    return Asker(context.option(WatchOptions))


async def _ask(protocol: Protocol, target: Target) -> Reading:
    """Ask in a task of its own: one that will not end even when cancelled is left behind."""
    task = asyncio.create_task(_within(protocol, target))
    try:
        await asyncio.wait({task}, timeout=target.timeout + GRACE_SECONDS)
    finally:
        if not task.done():
            _left_behind.add(task)
            task.add_done_callback(_left_behind.discard)
            task.cancel()
    if not task.done():
        raise NoAnswer(Silence.TIMEOUT)
    return task.result()


async def _within(protocol: Protocol, target: Target) -> Reading:
    began = time.perf_counter()
    try:
        async with asyncio.timeout(target.timeout) as limit:
            answer = await protocol.ask(replace(target, limit=limit))
    except NoAnswer:
        raise
    except Exception as error:  # noqa: BLE001 -- strangers' answers break libraries in every way
        raise NoAnswer(_reason(error)) from None
    taken = int((time.perf_counter() - began) * 1000)
    return replace(answer, latency_ms=min(taken, MOST_LATENCY_MS))


def _reason(error: BaseException) -> Silence:
    for each in _with_causes(error):
        if isinstance(each, TimeoutError):
            return Silence.TIMEOUT
        if isinstance(each, OSError) and each.errno == ECONNREFUSED:
            return Silence.REFUSED
        if isinstance(each, ConnectionError | EOFError):
            return Silence.BAD_ANSWER
        if isinstance(each, OSError) and each.errno is not None:
            return Silence.UNREACHABLE
    return Silence.BAD_ANSWER


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    for _ in range(FAR_BACK):
        if current is None:
            return
        yield current
        current = current.__cause__ or current.__context__
