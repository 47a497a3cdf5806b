"""The catalogue: every protocol of opengsq and mcstatus, and how each is asked."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from inspect import Parameter, isabstract, signature
from typing import Final

from gameops.alerts.watching import minecraft, others, quakes, unreals
from gameops.alerts.watching.library import Foreign, modules
from gameops.alerts.watching.reading import Reading
from gameops.alerts.watching.target import Target

Ask = Callable[[Target], Awaitable[Reading]]
AskWith = Callable[[Target, Foreign], Awaitable[Reading]]

NEEDS_CREDENTIALS: Final = "needs credentials of the server's owner"
ONLY_LISTENS: Final = "announces itself in its own network and cannot be asked"
ONLY_A_BASE: Final = "what the protocols of its games have in common"


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """A way to ask a game server how it is."""

    id: str
    name: str
    library: str
    default_port: int | None
    bots: bool
    """Whether it tells bots from people."""
    family: str
    local_port: int | None = None
    """Answers come to one port of ours only, so that servers are asked one after another."""
    fixed_port: bool = False
    """Its games are asked at the default port, wherever they are played."""
    ask: Ask = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class _Way:
    family: str
    ask: AskWith
    port: int | None = None
    bots: bool = False
    local_port: int | None = None
    fixed_port: bool = False


def _lan_session() -> _Way:
    return _Way("directplay", unreals.announced, local_port=2300)


def _unreal3() -> _Way:
    return _Way("udk", unreals.announced, bots=True, local_port=14001, fixed_port=True)


_WAYS: Final[Mapping[str, _Way]] = {
    "aoe1": _lan_session(),
    "aoe2": _lan_session(),
    "ase": _Way("ase", others.all_seeing_eye, 22126),
    "avp2": _Way("gamespy1", unreals.gamespy1),
    "battlefield": _Way("battlefield", others.battlefield, 47200),
    "battlefield2": _Way("gamespy3", unreals.gamespy3, 29900, bots=True),
    "cod1": _Way("cod", quakes.call_of_duty, bots=True),
    "cod4": _Way("cod", quakes.call_of_duty, bots=True),
    "cod5": _Way("cod", quakes.call_of_duty),
    "doom3": _Way("doom3", quakes.doom3, 27666, bots=True),
    "eldewrito": _Way("eldewrito", others.eldewrito, local_port=11774),
    "fivem": _Way("fivem", others.fivem, 30120),
    "flatout2": _Way("flatout2", others.flatout2, local_port=23757, fixed_port=True),
    "gamespy1": _Way("gamespy1", unreals.gamespy1, 7778),
    "gamespy2": _Way("gamespy2", unreals.gamespy2, 23000),
    "gamespy3": _Way("gamespy3", unreals.gamespy3, 29900, bots=True),
    "gamespy4": _Way("gamespy3", unreals.gamespy3, 25565),
    "halo1": _Way("gamespy2", unreals.gamespy2),
    "jediknight": _Way("jediknight", quakes.jedi_knight, bots=True),
    "kaillera": _Way("kaillera", others.kaillera, 27888),
    "killingfloor": _Way("unreal2", unreals.unreal2, 7708, bots=True),
    "minecraft": _Way("minecraft", others.minecraft, 25565),
    "nadeo": _Way("nadeo", others.nadeo),
    "quake1": _Way("quake1", quakes.quake1, 27500),
    "quake2": _Way("quake2", quakes.pinged, 27910, bots=True),
    "quake3": _Way("quake3", quakes.quake3, 27960, bots=True),
    "raknet": _Way("raknet", others.raknet, 19132),
    "samp": _Way("samp", others.san_andreas, 7777),
    "scum": _Way("scum", others.scum, 7042),
    "source": _Way("source", others.source, 27015, bots=True),
    "ssc": _Way("gamespy1", unreals.gamespy1),
    "stronghold_ce": _lan_session(),
    "stronghold_crusader": _lan_session(),
    "supcom": _Way("supcom", others.supreme_commander),
    "teamspeak3": _Way("teamspeak3", others.teamspeak3, 10011),
    "toxikk": _unreal3(),
    "trackmania_nations": _Way("trackmania", others.trackmania),
    "trackmania_sunrise": _Way("trackmania", others.trackmania),
    "udk": _unreal3(),
    "unreal2": _Way("unreal2", unreals.unreal2, 7778, bots=True),
    "ut3": _unreal3(),
    "vcmp": _Way("samp", others.san_andreas, 8192),
    "warcraft3": _Way("warcraft3", others.warcraft3, local_port=6112, fixed_port=True),
    "warfork": _Way("quake3", quakes.pinged, 44400, bots=True),
    "won": _Way("source", others.source, 27015, bots=True),
}
UNAVAILABLE: Final[Mapping[str, str]] = {
    "opengsq.directplay": ONLY_A_BASE,
    "opengsq.eos": NEEDS_CREDENTIALS,
    "opengsq.palworld": NEEDS_CREDENTIALS,
    "opengsq.satisfactory": NEEDS_CREDENTIALS,
    "opengsq.renegadex": ONLY_LISTENS,
    "opengsq.w40kdow": ONLY_LISTENS,
}
"""What the libraries have and GameOps does not offer, and why."""


def _of_minecraft() -> tuple[Protocol, ...]:
    def protocol(name: str, title: str, port: int, ask: Ask) -> Protocol:
        return Protocol(
            id=f"mcstatus.{name}",
            name=title,
            library="mcstatus",
            default_port=port,
            bots=False,
            family="minecraft",
            ask=ask,
        )

    return (
        protocol("java", "Minecraft Java", 25565, minecraft.java),
        protocol("legacy", "Minecraft Java before 1.7", 25565, minecraft.legacy),
        protocol("query", "Minecraft Java (query protocol)", 25565, minecraft.query),
        protocol("bedrock", "Minecraft Bedrock", 19132, minecraft.bedrock),
    )


def library_classes() -> dict[str, Foreign]:
    """Every protocol class of opengsq by its module's name."""
    found = {}
    for module in modules():
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and value.__module__ == module.__name__
                and "full_name" in vars(value)
                and not isabstract(value)
            ):
                found[module.__name__.rpartition(".")[2]] = value
    return found


@cache
def catalogue() -> Mapping[str, Protocol]:
    """Protocols by id."""
    found = {protocol.id: protocol for protocol in _of_minecraft()}
    for name, kind in library_classes().items():
        if f"opengsq.{name}" not in UNAVAILABLE and name in _WAYS:
            protocol = _from_library(name, kind, _WAYS[name])
            found[protocol.id] = protocol
    return found


def _from_library(name: str, kind: Foreign, way: _Way) -> Protocol:
    return Protocol(
        id=f"opengsq.{name}",
        name=_title(kind),
        library="opengsq",
        default_port=way.port or _default_port(kind),
        bots=way.bots,
        family=way.family,
        local_port=way.local_port,
        fixed_port=way.fixed_port,
        ask=partial(_ask, way.ask, kind),
    )


async def _ask(ask: AskWith, kind: Foreign, target: Target) -> Reading:
    return await ask(target, kind)


def _title(kind: Foreign) -> str:
    title = vars(kind)["full_name"]
    if isinstance(title, property) and title.fget is not None:
        title = title.fget(None)
    return str(title).removesuffix(" Protocol")


def _default_port(kind: Foreign) -> int | None:
    port = signature(kind).parameters["port"].default
    return None if port is Parameter.empty else int(port)


def protocols() -> list[Protocol]:
    """Every protocol that servers can be watched with, by name."""
    return sorted(catalogue().values(), key=lambda protocol: protocol.name.casefold())
