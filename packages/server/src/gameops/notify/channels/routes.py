"""Channels over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from gameops.core.errors import Forbidden, NotFound, RateLimited
from gameops.core.ratelimit import Rule
from gameops.core.web import Ctx, CurrentActor, Uow, problems
from gameops.notify.channels.kinds import DRIVERS
from gameops.notify.channels.schemas import (
    ChannelIn,
    ChannelList,
    ChannelOut,
    ChannelPatch,
    KindList,
    KindOut,
    NewChannelOut,
    TrialIn,
    TrialOut,
)
from gameops.notify.channels.service import Channels, Wanted
from gameops.notify.channels.store import Counts
from gameops.notify.deliveries.schemas import DeliveryOut
from gameops.notify.errors import ChannelConfigInvalid, ChannelNotFound, TargetNotAllowed

router = APIRouter(prefix="/api/v1/notify", tags=["notifications"])
TESTS = Rule("notify.test", "20/minute")


@router.get("/kinds", summary="Kinds of channels", responses=problems(Forbidden))
async def list_kinds(actor: CurrentActor) -> KindList:  # noqa: ARG001 -- for whoever is signed in
    """With what each needs to know."""
    return KindList(items=[KindOut.of(driver) for driver in DRIVERS.values()])


@router.get("/channels", summary="List channels", responses=problems(Forbidden, NotFound))
async def list_channels(
    actor: CurrentActor, uow: Uow, context: Ctx, venue_id: UUID | None = None
) -> ChannelList:
    """Of a venue; or all that the caller may see."""
    found = await Channels(uow, actor, context).visible(venue_id)
    items = [
        ChannelOut.of(channel, counts, now=uow.now, public_url=context.public_url)
        for channel, counts in found
    ]
    return ChannelList(items=items)


@router.post(
    "/channels",
    status_code=201,
    summary="Add a channel",
    responses=problems(Forbidden, NotFound, ChannelConfigInvalid, TargetNotAllowed),
)
async def add_channel(
    body: ChannelIn, actor: CurrentActor, uow: Uow, context: Ctx
) -> NewChannelOut:
    """Of a venue, or (null) of the installation."""
    wanted = Wanted(
        venue_id=body.venue_id,
        name=body.name,
        kind=body.kind,
        config=body.config,
        secrets=body.secrets,
    )
    channel, key = await Channels(uow, actor, context).add(wanted)
    return NewChannelOut.made(
        channel, Counts(), now=uow.now, public_url=context.public_url, signing_key=key
    )


@router.get(
    "/channels/{channel_id}", summary="One channel", responses=problems(Forbidden, ChannelNotFound)
)
async def get_channel(channel_id: UUID, actor: CurrentActor, uow: Uow, context: Ctx) -> ChannelOut:
    """And how it is doing."""
    channel, counts = await Channels(uow, actor, context).get(channel_id)
    return ChannelOut.of(channel, counts, now=uow.now, public_url=context.public_url)


@router.patch(
    "/channels/{channel_id}",
    summary="Change a channel",
    responses=problems(Forbidden, ChannelNotFound, ChannelConfigInvalid, TargetNotAllowed),
)
async def change_channel(
    channel_id: UUID, body: ChannelPatch, actor: CurrentActor, uow: Uow, context: Ctx
) -> ChannelOut:
    """A broken one is tried again with it."""
    service = Channels(uow, actor, context)
    channel = await service.change(channel_id, body.changes())
    ((_, counts),) = await service.counted([channel])
    return ChannelOut.of(channel, counts, now=uow.now, public_url=context.public_url)


@router.delete(
    "/channels/{channel_id}",
    status_code=204,
    summary="Remove a channel",
    responses=problems(Forbidden, ChannelNotFound),
)
async def remove_channel(channel_id: UUID, actor: CurrentActor, uow: Uow, context: Ctx) -> None:
    """Its log stays."""
    await Channels(uow, actor, context).archive(channel_id)


@router.post(
    "/channels/{channel_id}/test",
    summary="Send a test",
    responses=problems(Forbidden, ChannelNotFound, RateLimited),
)
async def try_channel(
    channel_id: UUID,
    actor: CurrentActor,
    uow: Uow,
    context: Ctx,
    body: TrialIn | None = None,
) -> TrialOut:
    """Through the queue, as everything is; it also mends a broken channel when it arrives."""
    await context.limits.hit(TESTS, str(actor.id))
    recipient_id = body.recipient_id if body is not None else None
    rows = await Channels(uow, actor, context).test(channel_id, recipient_id)
    return TrialOut(deliveries=[DeliveryOut.of(row) for row in rows])
