"""Finding out how a server is asked: its port's usual protocols first, then every likely one."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gameops.alerts.watching.query import Asker
from gameops.alerts.watching.reading import NoAnswer, Reading, Silence

WHOLE_SECONDS: Final = 6.0
TRY_SECONDS: Final = 1.5
TRIES_AT_ONCE: Final = 12
HIGHEST_PORT: Final = 65_535

SOURCE: Final = "opengsq.source"
JAVA: Final = "mcstatus.java"
BEDROCK: Final = "mcstatus.bedrock"
QUAKE3: Final = "opengsq.quake3"
GAMESPY1: Final = "opengsq.gamespy1"
GAMESPY2: Final = "opengsq.gamespy2"
GAMESPY3: Final = "opengsq.gamespy3"
UNREAL2: Final = "opengsq.unreal2"

Candidate = tuple[str, int | None]
_Hint = tuple[range, Sequence[tuple[str, int]]]

_HINTS: Final[Sequence[_Hint]] = (
    (range(25565, 25600), ((JAVA, 0), ("mcstatus.legacy", 0), ("opengsq.gamespy4", 0))),
    (range(19132, 19140), ((BEDROCK, 0), ("opengsq.raknet", 0))),
    (range(27000, 27400), ((SOURCE, 0), ("opengsq.won", 0), (SOURCE, 1))),
    (range(27500, 27510), (("opengsq.quake1", 0),)),
    (range(27888, 27892), (("opengsq.avp2", 0), ("opengsq.kaillera", 0))),
    (range(27910, 27920), (("opengsq.quake2", 0),)),
    (range(27950, 28000), ((QUAKE3, 0),)),
    (range(28960, 28980), (("opengsq.cod4", 0), (QUAKE3, 0))),
    (range(29070, 29080), (("opengsq.jediknight", 0), (QUAKE3, 0))),
    (range(27666, 27670), (("opengsq.doom3", 0),)),
    (range(27733, 27740), (("opengsq.doom3", 0),)),
    (range(28004, 28008), (("opengsq.doom3", 0),)),
    (range(44400, 44410), (("opengsq.warfork", 0),)),
    (range(2302, 2306), ((SOURCE, 1), (GAMESPY2, 0), (SOURCE, 0))),
    (range(2350, 2360), (("opengsq.trackmania_nations", 0), ("opengsq.nadeo", 2650))),
    (range(2456, 2459), ((SOURCE, 1),)),
    (range(7707, 7720), (("opengsq.killingfloor", 1), (UNREAL2, 1))),
    (range(7042, 7050), ((SOURCE, 2),)),
    (range(7777, 7800), ((UNREAL2, 1), (GAMESPY1, 1), ("opengsq.samp", 0), (SOURCE, 19238))),
    (range(8192, 8200), (("opengsq.vcmp", 0),)),
    (range(9987, 9990), (("opengsq.teamspeak3", 24),)),
    (range(14567, 14570), ((GAMESPY1, 8433),)),
    (range(16567, 16570), (("opengsq.battlefield2", 13333),)),
    (range(19567, 19570), (("opengsq.battlefield", 29321),)),
    (range(22003, 22010), (("opengsq.ase", 123),)),
    (range(25200, 25300), (("opengsq.battlefield", 22000),)),
    (range(25600, 25603), (("opengsq.ssc", 1), ("opengsq.ssc", 0))),
    (range(26900, 26910), ((SOURCE, 0),)),
    (range(30120, 30130), (("opengsq.fivem", 0),)),
)
"""Ports as their games have them, and where beside the game's port they answer."""

_LIKELY: Final[Sequence[tuple[str, Sequence[int]]]] = (
    (SOURCE, (0, 1)),
    (JAVA, (0,)),
    (QUAKE3, (0,)),
    (BEDROCK, (0,)),
    (GAMESPY3, (0,)),
    ("opengsq.gamespy4", (0,)),
    (UNREAL2, (1, 0)),
    (GAMESPY1, (0, 1)),
    (GAMESPY2, (0,)),
    ("opengsq.ase", (0, 123)),
    ("opengsq.quake2", (0,)),
    ("opengsq.quake1", (0,)),
    ("opengsq.doom3", (0,)),
    ("opengsq.samp", (0,)),
    ("opengsq.vcmp", (0,)),
    ("opengsq.fivem", (0,)),
    ("opengsq.raknet", (0,)),
    ("opengsq.won", (0,)),
    ("mcstatus.legacy", (0,)),
    ("opengsq.trackmania_nations", (0,)),
    ("opengsq.kaillera", (0,)),
)
_WELL_KNOWN: Final[Sequence[Candidate]] = ((SOURCE, 27015), (JAVA, None), (BEDROCK, 19132))
"""Where a server that is known by its host alone may be."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One question and what came of it: ``answered`` or a :class:`Silence`."""

    protocol: str
    port: int | None
    """``None`` where the name itself says it, as for Minecraft."""
    outcome: str


@dataclass(frozen=True, slots=True)
class Detected:
    """What answered, if anything did, and everything that was tried."""

    protocol: str | None
    query_port: int | None
    reading: Reading | None
    tried: tuple[Tried, ...]
    host_error: Silence | None = None
    """Why nothing was tried at all: the name is unknown, or its address may not be asked."""


async def detect(
    asker: Asker, host: str, port: int | None, *, protocol: str | None = None
) -> Detected:
    """Ask in every likely way for a few seconds; the usual way for the port wins."""
    try:
        await asker.resolver.address(host)
    except NoAnswer as silence:
        return Detected(None, None, None, (), silence.kind)
    hinted = list(dict.fromkeys(_hinted(port, protocol)))
    rest = [each for each in dict.fromkeys(_likely(port, protocol)) if each not in hinted]
    tried: list[Tried] = []
    try:
        async with asyncio.timeout(WHOLE_SECONDS):
            for wave in _waves(hinted, rest):
                found = await _ask_all(asker, host, port, wave, tried)
                if found is not None:
                    return Detected(found[0][0], found[0][1], found[1], tuple(tried))
    except TimeoutError:
        pass
    return Detected(None, None, None, tuple(tried))


def _waves(hinted: list[Candidate], rest: list[Candidate]) -> Iterator[list[Candidate]]:
    if hinted:
        yield hinted
    for start in range(0, len(rest), TRIES_AT_ONCE):
        yield rest[start : start + TRIES_AT_ONCE]


async def _ask_all(
    asker: Asker, host: str, port: int | None, wave: list[Candidate], tried: list[Tried]
) -> tuple[Candidate, Reading] | None:
    """The first candidate, by their order, that answers."""

    async def one(candidate: Candidate) -> Reading | None:
        name, query_port = candidate
        try:
            answer = await asker.ask(name, host, query_port, timeout=TRY_SECONDS, game_port=port)
        except NoAnswer as silence:
            tried.append(Tried(name, query_port, silence.kind))
            return None
        tried.append(Tried(name, query_port, "answered"))
        return answer

    tasks = [asyncio.create_task(one(candidate)) for candidate in wave]
    try:
        answers = await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return next(
        ((candidate, answer) for candidate, answer in zip(wave, answers, strict=True) if answer),
        None,
    )


def _hinted(port: int | None, protocol: str | None) -> Iterator[Candidate]:
    if port is None:
        yield from (each for each in _WELL_KNOWN if protocol in {None, each[0]})
        return
    if protocol is not None:
        yield protocol, port
    for ports, ways in _HINTS:
        if port in ports:
            yield from _placed(port, [way for way in ways if protocol in {None, way[0]}])


def _likely(port: int | None, protocol: str | None) -> Iterator[Candidate]:
    if port is None:
        return
    for name, offsets in _LIKELY:
        if protocol in {None, name}:
            yield from _placed(port, [(name, offset) for offset in offsets])


def _placed(port: int, ways: Iterable[tuple[str, int]]) -> Iterator[Candidate]:
    for name, offset in ways:
        if port + offset <= HIGHEST_PORT:
            yield name, port + offset
