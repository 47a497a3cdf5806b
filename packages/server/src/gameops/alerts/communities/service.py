"""Managing communities and the keys of those who report to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from gameops.alerts.communities import store
from gameops.alerts.communities.model import Community, IntakePolicy, Source
from gameops.alerts.errors import SlugTaken, UnknownChannel
from gameops.alerts.permissions import MANAGE, VIEW
from gameops.alerts.topics import communities_changed
from gameops.core.actor import Actor
from gameops.core.errors import NotFound
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.identity.api import record_audit
from gameops.notify.api import Board, channels_of, put_board

DEFAULT_NAME: Final = "Game servers"
DEFAULT_SLUG: Final = "main"
BOARDS: Final = "discord"
"""The kind of channels that can show a status message."""
ENDED: Final = "#8a94a6"
LAST_WORDS: Final = "no longer updated"


@dataclass(frozen=True, slots=True)
class Communities:
    """What administrators do with communities."""

    uow: UnitOfWork
    actor: Actor

    async def visible(self) -> Sequence[Community]:
        """Those that the actor may look at."""
        return await store.list_communities(self.uow.session, self.actor.venues_with(VIEW))

    async def get(self, community_id: UUID, permission: str = VIEW) -> Community:
        """One that the actor may look at or manage; what is not theirs is not there."""
        community = await store.get_community(self.uow.session, community_id)
        self._require(community, permission)
        return community

    def _require(self, community: Community, permission: str) -> None:
        if community.venue_id is None and not self.actor.allows(VIEW, venue_id=None):
            raise NotFound
        self.actor.require(permission, venue_id=community.venue_id)

    async def create(self, fields: dict[str, Any]) -> Community:
        """Add one; the first of an installation takes the reports that come without a key."""
        self.actor.require(MANAGE, venue_id=fields["venue_id"])
        await self._check_slug(fields["slug"], None)
        community = _fresh(
            self.uow,
            **fields,
            is_default=await store.find_default(self.uow.session) is None,
        )
        self.uow.session.add(community)
        await self._changed("alerts.community_created", community, fields)
        return community

    async def change(self, community_id: UUID, fields: dict[str, Any]) -> Community:
        """Change what is given."""
        community = await self.get(community_id, MANAGE)
        if "slug" in fields:
            await self._check_slug(fields["slug"], community.id)
        await check_channels(self.uow, community, fields.get("sync_channel_ids", ()))
        if "board_channel_ids" in fields:
            await self._move_boards(community, fields["board_channel_ids"])
        if "intake" in fields:  # what is left out of it stays
            policy = IntakePolicy.model_validate(community.intake | (fields["intake"] or {}))
            fields = fields | {"intake": policy.model_dump(mode="json")}
        for name, value in fields.items():
            setattr(community, name, value)
        await self._changed("alerts.community_changed", community, fields)
        return community

    async def _move_boards(self, community: Community, channel_ids: list[str]) -> None:
        """Status messages go where they can be shown; where one stays behind, it says so."""
        await check_channels(self.uow, community, channel_ids, kind=BOARDS)
        board = Board(title=community.name, color=ENDED, lines=[], footer=LAST_WORDS, url=None)
        for channel_id in sorted(set(community.board_channel_ids) - set(channel_ids)):
            key = f"alerts:{community.id}"
            await put_board(self.uow, channel_id=UUID(channel_id), key=key, board=board)

    async def sources(self, community_id: UUID) -> Sequence[Source]:
        """Its keys."""
        await self.get(community_id, MANAGE)
        return await store.list_sources(self.uow.session, community_id)

    async def add_source(self, community_id: UUID, *, name: str, networks: list[str]) -> Source:
        """A new key."""
        community = await self.get(community_id, MANAGE)
        source = Source(
            id=new_id(),
            community_id=community.id,
            name=name,
            networks=networks,
            created_at=self.uow.now,
        )
        self.uow.session.add(source)
        await self._changed("alerts.source_created", community, {"name": name})
        return source

    async def revoke_source(self, source_id: UUID) -> None:
        """A key that opens no more."""
        source = await store.get_source(self.uow.session, source_id)
        community = await self.get(source.community_id, MANAGE)
        source.revoked_at = source.revoked_at or self.uow.now
        await self._changed("alerts.source_revoked", community, {"name": source.name})

    async def _check_slug(self, slug: str, own_id: UUID | None) -> None:
        other = await store.find_by_slug(self.uow.session, slug)
        if other is not None and other.id != own_id:
            raise SlugTaken

    async def _changed(self, action: str, community: Community, fields: dict[str, Any]) -> None:
        communities_changed(self.uow)
        await record_audit(
            self.uow,
            self.actor,
            action=action,
            subject_type="community",
            subject_id=community.id,
            summary=community.name,
            venue_id=community.venue_id,
            detail={"after": fields},
        )


def _fresh(uow: UnitOfWork, **fields: Any) -> Community:  # noqa: ANN401 -- columns
    return Community(
        id=new_id(),
        sync_channel_ids=[],
        board_channel_ids=[],
        public=True,
        accent=None,
        sync_at="03:00",
        sync_time_zone="UTC",
        forget_after_days=30,
        most_servers=2_000,
        intake=IntakePolicy().model_dump(mode="json"),
        created_at=uow.now,
        **fields,
    )


async def ensure_default(uow: UnitOfWork) -> Community:
    """The community that reports without a key belong to; made at the first start."""
    found = await store.find_default(uow.session)
    if found is not None:
        return found
    community = _fresh(
        uow,
        name=DEFAULT_NAME,
        slug=DEFAULT_SLUG,
        venue_id=None,
        time_zone="UTC",
        locale="en",
        is_default=True,
    )
    uow.session.add(community)
    communities_changed(uow)
    await uow.session.flush()
    return community


async def check_channels(
    uow: UnitOfWork,
    community: Community,
    channel_ids: Iterable[object],
    *,
    kind: str | None = None,
) -> None:
    """Channels must belong to the same venue (or to the installation), and be of a kind."""
    wanted = {str(channel_id) for channel_id in channel_ids}
    if not wanted:
        return
    known = {str(c.id): c.kind for c in await channels_of(uow.session, community.venue_id)}
    if not wanted <= known.keys():
        raise UnknownChannel
    if kind is not None and any(known[channel_id] != kind for channel_id in wanted):
        raise UnknownChannel(f"Only channels of the kind {kind} can show this.")
