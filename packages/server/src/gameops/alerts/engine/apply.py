"""From sightings to rows: one transaction for a batch, in the order in which they were made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from gameops.alerts.engine import store
from gameops.alerts.engine.live import tell_live
from gameops.alerts.engine.model import Happening, Watched
from gameops.alerts.engine.store import Recorded, SampleRow
from gameops.alerts.rules.firing import fire
from gameops.alerts.servers.model import ServerState
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork

Change = Callable[[Watched], Sequence[Happening]]
"""Something seen of a server: changes it, and says what happened."""


@dataclass(slots=True)
class Batch:
    """What became of some servers in one transaction."""

    uow: UnitOfWork
    touched: dict[UUID, Watched] = field(default_factory=dict)
    shown: dict[UUID, Watched] = field(default_factory=dict)
    """Those whose picture changed, for whoever is looking."""
    created: list[Watched] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)
    samples: list[SampleRow] = field(default_factory=list)

    def add(self, server: Watched) -> None:
        """A server nobody knew."""
        self.created.append(server)

    def apply(self, server: Watched, change: Change, at: datetime) -> None:
        """Let one thing happen to one server."""
        before = _curve(server)
        looks = _looks(server)
        for happening in change(server):
            entry = Recorded(id=new_id(), server=server, happening=happening)
            self.recorded.append(entry)
        self.touched[server.id] = server
        if _looks(server) != looks:
            self.shown[server.id] = server
        now = _curve(server)
        if now != before:
            up, players, bots = now
            self.samples.append(
                SampleRow(server_id=server.id, at=at, up=up, players=players, bots=bots)
            )

    async def write(self, *, tell: bool = True) -> None:
        """Everything at once: servers, history, curves, alerts; live views hear afterwards."""
        session = self.uow.session
        await store.insert_servers(session, self.created)
        await store.update_servers(session, list(self.touched.values()))
        await store.insert_events(session, self.recorded)
        await store.insert_samples(session, self.samples)
        if not tell:
            return
        await fire(self.uow, self.recorded)
        tell_live(self.uow, list(self.shown.values()), self.recorded)


def _curve(server: Watched) -> tuple[bool, int, int]:
    return server.state == ServerState.UP, server.players, server.bots


def _looks(server: Watched) -> tuple[object, ...]:
    return (
        *(server.state, server.flapping, server.players, server.bots, server.max_players),
        *(server.map, server.name, server.deleted_at, server.last_error),
    )
