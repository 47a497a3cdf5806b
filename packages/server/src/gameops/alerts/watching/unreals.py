"""GameSpy and Unreal by opengsq."""

from gameops.alerts.watching.cleaning import Fields, count, count_if_known, reading
from gameops.alerts.watching.extras import if_in_time
from gameops.alerts.watching.library import Foreign
from gameops.alerts.watching.reading import Reading
from gameops.alerts.watching.target import Target


async def gamespy1(target: Target, kind: Foreign) -> Reading:
    """GameSpy 1; only its short answer, the long one can be made expensive to read."""
    return _from_info(await target.client(kind).get_info())


async def gamespy2(target: Target, kind: Foreign) -> Reading:
    """GameSpy 2; only its facts, for the same reason."""
    client = target.client(kind)
    return _from_info((await client.get_status(kind.Request.INFO)).info)


async def gamespy3(target: Target, kind: Foreign) -> Reading:
    """GameSpy 3 and 4; Battlefield 2 marks its bots."""
    status = await target.client(kind).get_status()
    players = [Fields(player) for player in status.players]
    people = [player for player in players if player.first("aibot") != "1"]
    return _from_info(
        status.info,
        bots=len(players) - len(people),
        who=[player.first("name", "player") for player in people],
    )


def _from_info(info: dict[str, str], *, bots: int = 0, who: list[object] | None = None) -> Reading:
    fields = Fields(info)
    return reading(
        total=fields.first("numplayers") or 0,
        bots=bots,
        most=fields.first("maxplayers"),
        name=fields.first("hostname", "sv_hostname"),
        game=fields.first("gamename", "game_id", "gametype"),
        map_name=fields.first("mapname", "maptitle", "map"),
        version=fields.first("gamever", "version", "gameversion"),
        who=who or (),
    )


async def unreal2(target: Target, kind: Foreign) -> Reading:
    """Unreal 2 engine: its list, where it is whole, tells bots by their missing ping."""
    client = target.client(kind)
    details = await client.get_details()
    total, bots, people = count(details.num_players), 0, []
    if total:
        listed = await if_in_time(target, client.get_players()) or []
        players = [player for player in listed if player.name and player.id != 0]
        people = [player for player in players if player.ping != 0]
        bots = len(players) - len(people) if len(players) >= total else 0
    return reading(
        total=total,
        bots=bots,
        most=details.max_players,
        name=details.server_name,
        game=details.game_type,
        map_name=details.map_name,
        who=[player.name for player in people],
    )


async def announced(target: Target, kind: Foreign) -> Reading:
    """LAN sessions of Unreal 3 and DirectPlay; bots are no connections there."""
    status = await target.client(kind).get_status()
    answer = reading(
        total=status.num_players,
        most=status.max_players,
        name=status.name,
        game=status.game_type,
        map_name=status.map,
        version=getattr(status, "game_version", ""),
    )
    bots = count_if_known(status.raw.get("numbots"))
    return answer if bots is None else _with_bots(answer, bots)


def _with_bots(answer: Reading, bots: int) -> Reading:
    return reading(
        total=answer.players + bots,
        bots=bots,
        most=answer.max_players,
        name=answer.name,
        game=answer.game,
        map_name=answer.map,
        version=answer.version,
    )
