"""The Quake family by opengsq: where bots are connected clients like everybody else."""

from gameops.alerts.watching.cleaning import Fields, count, count_if_known, reading
from gameops.alerts.watching.extras import if_in_time
from gameops.alerts.watching.library import Foreign
from gameops.alerts.watching.reading import Reading
from gameops.alerts.watching.target import Target

NAME = ("sv_hostname", "hostname")
MAP = ("mapname", "map")
MOST = ("sv_maxclients", "maxclients")
GAME = ("game", "gamename", "*gamedir", "gamedir")
VERSION = ("version", "*version", "shortversion")


async def quake1(target: Target, kind: Foreign) -> Reading:
    """QuakeWorld and its like, which do not say who is a bot."""
    status = await target.client(kind).get_status()
    return _listed(status, bots=[], people=status.players)


async def pinged(target: Target, kind: Foreign) -> Reading:
    """Where a bot is a player without a ping."""
    status = await target.client(kind).get_status()
    bots = [player for player in status.players if player.ping == 0]
    return _listed(status, bots=bots, people=[p for p in status.players if p.ping != 0])


async def quake3(target: Target, kind: Foreign) -> Reading:
    """``g_humanplayers`` or ``bots`` where the engine has it, the players' pings where not."""
    client = target.client(kind)
    info = Fields(await client.get_info())
    clients = count(info.first("clients") or 0)
    humans, bots = count_if_known(info.first("g_humanplayers")), info.first("bots")
    if humans is None and bots is None and clients:
        return await pinged(target, kind)
    players: list[Foreign] = []
    if clients > (count_if_known(bots) or 0) and humans != 0:
        status = await if_in_time(target, client.get_status())
        players = [] if status is None else status.players
    return reading(
        total=clients,
        bots=bots if humans is None else max(clients - humans, 0),
        most=info.first(*MOST),
        name=info.first(*NAME),
        game=info.first(*GAME),
        map_name=info.first(*MAP),
        version=info.first(*VERSION),
        who=[player.name for player in players if player.ping != 0],
    )


async def call_of_duty(target: Target, kind: Foreign) -> Reading:
    """Call of Duty; asked from any port of ours, which its engine has always answered."""
    client = target.client(kind)
    client._source_port = None  # noqa: SLF001 -- the library would share one port among all
    info = Fields(vars(await client.get_info()))
    clients = count(info.first("clients") or 0)
    humans = count_if_known(info.first("g_humanplayers"))
    return reading(
        total=clients,
        bots=0 if humans is None else max(clients - humans, 0),
        most=info.first(*MOST),
        name=info.first(*NAME),
        game="Call of Duty",
        map_name=info.first(*MAP),
        version=info.first(*VERSION),
    )


async def jedi_knight(target: Target, kind: Foreign) -> Reading:
    """Jedi Academy: a bot has no ping."""
    client = target.client(kind)
    client._source_port = None  # noqa: SLF001 -- as above
    status = await client.get_status()
    people = [player for player in status.players if player.ping != 0]
    return reading(
        total=len(status.players),
        bots=len(status.players) - len(people),
        most=status.sv_maxclients,
        name=status.sv_hostname,
        game="Jedi Academy",
        map_name=status.mapname,
        version=status.version,
        who=[player.name for player in people],
    )


async def doom3(target: Target, kind: Foreign) -> Reading:
    """Doom 3, Quake 4 and Enemy Territory: Quake Wars, the last with marked bots."""
    status = await target.client(kind).get_status()
    info = Fields(status.info)
    bots = [player for player in status.players if player.get("typeflag") == 1]
    people = [player for player in status.players if player.get("typeflag") != 1]
    return reading(
        total=len(status.players),
        bots=len(bots),
        most=info.first("si_maxplayers"),
        name=info.first("si_name"),
        game=info.first("gamename", "fs_game"),
        map_name=info.first("si_map"),
        version=info.first("si_version", "version"),
        who=[player.get("name") for player in people],
    )


def _listed(status: Foreign, *, bots: list[Foreign], people: list[Foreign]) -> Reading:
    info = Fields(status.info)
    return reading(
        total=len(bots) + len(people),
        bots=len(bots),
        most=info.first(*MOST),
        name=info.first(*NAME),
        game=info.first(*GAME),
        map_name=info.first(*MAP),
        version=info.first(*VERSION),
        who=[player.name for player in people],
    )
