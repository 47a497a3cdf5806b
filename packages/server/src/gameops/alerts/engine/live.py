"""What live views hear: small messages, several servers in each, below NOTIFY's limit."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from gameops.alerts.engine.model import Watched
from gameops.alerts.engine.store import Recorded
from gameops.alerts.rules.texts import default_text
from gameops.alerts.topics import LIVE
from gameops.core.db import JsonObject
from gameops.core.uow import UnitOfWork

MOST_BYTES: Final = 6_000
MOST_EVENTS: Final = 200
"""In one batch; whoever looks at more re-reads the history."""


def tell_live(uow: UnitOfWork, servers: Sequence[Watched], recorded: Sequence[Recorded]) -> None:
    """Tell each community's viewers after the commit."""
    parts: dict[UUID, list[tuple[str, object]]] = defaultdict(list)
    for server in servers:
        gone = server.deleted_at is not None
        item: object = str(server.id) if gone else _server(server)
        parts[server.community_id].append(("removed" if gone else "servers", item))
    for entry in recorded[-MOST_EVENTS:]:
        parts[entry.server.community_id].append(("events", _event(entry)))
    for community_id, items in parts.items():
        for body in _packed(items):
            uow.notify(LIVE, {"community_id": str(community_id), **body})


def _packed(items: Sequence[tuple[str, object]]) -> list[JsonObject]:
    """As few messages as fit."""
    bodies: list[JsonObject] = []
    room = 0
    for kind, item in items:
        size = len(msgspec.json.encode(item)) + 1
        if size > room:
            bodies.append({})
            room = MOST_BYTES
        bodies[-1].setdefault(kind, []).append(item)
        room -= size
    return bodies


def _server(server: Watched) -> JsonObject:
    fields: JsonObject = {
        "id": server.id,
        "state": server.state,
        "flapping": server.flapping,
        "players": server.players,
        "bots": server.bots,
        "max_players": server.max_players,
        "map": server.map or None,
        "name": server.name,
        "changed_at": server.changed_at,
        "last_seen_at": server.last_seen_at,
    }
    plain: JsonObject = msgspec.to_builtins(fields)
    return plain


def _event(entry: Recorded) -> JsonObject:
    happening = entry.happening
    fields: JsonObject = {
        "id": entry.id,
        "community_id": entry.server.community_id,
        "server": {"id": entry.server.id, "name": entry.server.name},
        "kind": happening.kind,
        "at": happening.at,
        "players": happening.players,
        "before": happening.before,
        "max_players": happening.max_players,
        "map": happening.map or None,
        "detail": happening.detail | ({"damped": True} if happening.damped else {}),
        "text": default_text(entry.server, happening),
    }
    plain: JsonObject = msgspec.to_builtins(fields)
    return plain
