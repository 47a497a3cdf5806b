"""The words of alerts: default templates, what fills them, and how a server's URL reads."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from gameops.alerts.engine.model import Happening, Watched
from gameops.alerts.servers.model import EventKind
from gameops.notify.api import render

DEFAULTS: Final[Mapping[EventKind, str]] = {
    EventKind.PLAYER_JOINED: (
        "🧑‍🤝‍🧑 Player event - GameServer: [{base}] running game [{table}] player joined. "
        "Total players: [{players}]"
    ),
    EventKind.PLAYER_LEFT: (
        "💨 Player event - GameServer: [{base}] running game [{table}] player left. "
        "Total players: [{players}]"
    ),
    EventKind.LAST_PLAYER_LEFT: (
        "🌐 Server event - GameServer: [{base}] the last player has left the game."
    ),
    EventKind.SERVER_DELETED: (
        "🌐 Server event - GameServer: [{base}] running game [{table}] has been deleted from Lobby."
    ),
    EventKind.DAILY_SYNC: (
        "🌐 System Sync: Daily check completed. Updated timestamps for {count} idle server(s)."
    ),
    EventKind.SERVER_APPEARED: (
        "✨ Server event - GameServer: [{base}] running game [{table}] has appeared."
    ),
    EventKind.SERVER_DOWN: (
        "🔻 Server event - GameServer: [{base}] running game [{table}] has gone down."
    ),
    EventKind.SERVER_UP: (
        "🔺 Server event - GameServer: [{base}] running game [{table}] is back. "
        "Total players: [{players}]"
    ),
    EventKind.SERVER_FLAPPING: (
        "〰️ Server event - GameServer: [{base}] keeps going down and coming back. "
        "It is quiet here until it settles."
    ),
    EventKind.THRESHOLD: (
        "📈 Player event - GameServer: [{base}] running game [{table}] now has "
        "[{players}] player(s) online."
    ),
    EventKind.MAP_CHANGED: (
        "🗺️ Server event - GameServer: [{base}] has changed its map from [{old}] to [{new}]."
    ),
    EventKind.NAME_CHANGED: (
        "🏷️ Server event - GameServer: [{base}] is now called [{new}]; it was [{old}]."
    ),
    EventKind.SERVER_IDLE: (
        "💤 Server event - GameServer: [{base}] running game [{table}] has been idle for a day."
    ),
}

MEANINGS: Final[Mapping[str, str]] = {
    "base": "address without its query",
    "table": "table, or the game where there is none",
    "server": "name of the server",
    "game": "game",
    "region": "region",
    "players": "people on it now",
    "before": "people on it before",
    "change": "how many came or went",
    "max": "most players it takes",
    "bots": "bots on it",
    "map": "map",
    "url": "address as reported",
    "old": "name or map before",
    "new": "name or map now",
    "community": "name of the community",
    "count": "number of idle servers (daily sync)",
}


def split_url(url: str) -> tuple[str, str | None]:
    """A reported URL without its query, and the table its query names."""
    try:
        parts = urlsplit(url)
        table = parse_qs(parts.query, max_num_fields=50).get("table", [None])[0]
    except ValueError:
        return url, None
    if not parts.scheme or not parts.netloc:
        return url.partition("?")[0], table
    return f"{parts.scheme}://{parts.netloc}{parts.path}", table


def base_of(server: Watched) -> tuple[str, str]:
    """What ``{base}`` and ``{table}`` say of a server."""
    if server.url:
        base, table = split_url(server.url)
        return base, table or server.game or server.name
    where = server.address or server.key
    return f"{where}:{server.port}" if server.port else where, server.game or server.name


def default_text(server: Watched, happening: Happening) -> str:
    """An event in the words of its default template."""
    values = values_of(server, happening)
    return render(DEFAULTS[happening.kind], values, escape="none")


def values_of(
    server: Watched, happening: Happening, *, community: str = ""
) -> dict[str, str | int]:
    """What fills a template's placeholders."""
    base, table = base_of(server)
    players = server.players if happening.players is None else happening.players
    before = players if happening.before is None else happening.before
    return {
        "base": base,
        "table": table,
        "server": server.name,
        "game": server.game,
        "region": server.region,
        "players": players,
        "before": before,
        "change": abs(players - before),
        "max": "?" if happening.max_players is None else happening.max_players,
        "bots": server.bots,
        "map": happening.map,
        "url": server.url or base,
        "old": str(happening.detail.get("before", "")),
        "new": str(happening.detail.get("after", "")),
        "community": community,
        "count": int(happening.detail.get("count", 0)),
    }
