"""Communities and their keys over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from gameops.alerts.communities import store
from gameops.alerts.communities.schemas import (
    CommunityIn,
    CommunityList,
    CommunityOut,
    CommunityPatch,
    NewSource,
    SourceIn,
    SourceList,
    SourceOut,
)
from gameops.alerts.communities.service import Communities
from gameops.alerts.errors import CommunityNotFound, SlugTaken, SourceNotFound, UnknownChannel
from gameops.alerts.intake.keys import source_secret
from gameops.core.errors import Forbidden, NotFound
from gameops.core.web import Ctx, CurrentActor, Uow, problems

router = APIRouter(prefix="/api/v1/alerts", tags=["alerts"])


@router.get("/communities", summary="List communities")
async def list_communities(actor: CurrentActor, uow: Uow) -> CommunityList:
    """With how many servers and people they have."""
    found = await Communities(uow, actor).visible()
    counts = await store.counts(uow.session, [community.id for community in found])
    return CommunityList(items=[CommunityOut.of(community, counts) for community in found])


@router.post(
    "/communities",
    status_code=201,
    summary="Add a community",
    responses=problems(Forbidden, NotFound, SlugTaken),
)
async def create_community(body: CommunityIn, actor: CurrentActor, uow: Uow) -> CommunityOut:
    """Its servers, rules and public page are its own."""
    created = await Communities(uow, actor).create(body.model_dump())
    return CommunityOut.of(created, {})


@router.get(
    "/communities/{community_id}",
    summary="A community",
    responses=problems(Forbidden, NotFound, CommunityNotFound),
)
async def get_community(community_id: UUID, actor: CurrentActor, uow: Uow) -> CommunityOut:
    """With its settings."""
    found = await Communities(uow, actor).get(community_id)
    return CommunityOut.of(found, await store.counts(uow.session, [found.id]))


@router.patch(
    "/communities/{community_id}",
    summary="Change a community",
    responses=problems(Forbidden, NotFound, CommunityNotFound, SlugTaken, UnknownChannel),
)
async def change_community(
    community_id: UUID, body: CommunityPatch, actor: CurrentActor, uow: Uow
) -> CommunityOut:
    """What is left out stays."""
    changed = await Communities(uow, actor).change(community_id, body.changes())
    return CommunityOut.of(changed, await store.counts(uow.session, [changed.id]))


@router.get(
    "/communities/{community_id}/sources",
    summary="Keys of those who report",
    responses=problems(Forbidden, NotFound, CommunityNotFound),
)
async def list_sources(community_id: UUID, actor: CurrentActor, uow: Uow) -> SourceList:
    """Without their secrets."""
    found = await Communities(uow, actor).sources(community_id)
    return SourceList(items=[SourceOut.of(source) for source in found])


@router.post(
    "/communities/{community_id}/sources",
    status_code=201,
    summary="Make a key",
    responses=problems(Forbidden, NotFound, CommunityNotFound),
)
async def create_source(
    community_id: UUID, body: SourceIn, actor: CurrentActor, uow: Uow, context: Ctx
) -> NewSource:
    """The secret is shown this once."""
    source = await Communities(uow, actor).add_source(
        community_id, name=body.name, networks=body.networks
    )
    secret = source_secret(context.secret, source.id)
    return NewSource(**SourceOut.of(source).model_dump(), secret=secret)


@router.delete(
    "/sources/{source_id}",
    status_code=204,
    summary="Revoke a key",
    responses=problems(Forbidden, NotFound, SourceNotFound),
)
async def revoke_source(source_id: UUID, actor: CurrentActor, uow: Uow) -> None:
    """At once."""
    await Communities(uow, actor).revoke_source(source_id)
