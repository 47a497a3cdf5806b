"""What watchers saw, applied like reports."""

from collections.abc import Sequence
from functools import partial

from gameops.alerts.engine import store
from gameops.alerts.engine.apply import Batch
from gameops.alerts.engine.model import Happening, Sighting, Watched
from gameops.alerts.watching.reading import Observation, Reading
from gameops.core.context import Context


async def apply_observations(context: Context, observations: Sequence[Observation]) -> None:
    """One transaction; a server that was deleted meanwhile is left alone."""
    async with context.unit_of_work() as uow:
        servers = await store.lock_by_id(uow.session, {seen.server_id for seen in observations})
        batch = Batch(uow)
        for seen in sorted(observations, key=lambda seen: seen.at):
            server = servers.get(seen.server_id)
            if server is not None and server.deleted_at is None:
                batch.apply(server, partial(_happen, seen=seen), seen.at)
        found = [seen for seen in observations if seen.protocol is not None]
        await store.keep_protocols(uow.session, found)
        await batch.write()


def _happen(server: Watched, *, seen: Observation) -> list[Happening]:
    if seen.reading is None:
        return server.miss(seen.at, seen.error or "timeout")
    return server.see(_sighting(seen, seen.reading))


def _sighting(seen: Observation, reading: Reading) -> Sighting:
    return Sighting(
        at=seen.at,
        players=reading.players,
        bots=reading.bots,
        max_players=reading.max_players,
        name=reading.name,
        game=reading.game,
        map=reading.map,
        version=reading.version,
        player_names=reading.names,
        latency_ms=reading.latency_ms,
    )
