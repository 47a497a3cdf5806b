"""Everybody's own addresses over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from gameops.core.actor import Actor
from gameops.core.context import Context
from gameops.core.errors import RateLimited, Unauthenticated
from gameops.core.uow import UnitOfWork
from gameops.core.web import Ctx, CurrentActor, Uow, get_origin, problems
from gameops.notify.channels.webpush import vapid_public_key
from gameops.notify.errors import (
    AddressInvalid,
    ChannelNotFound,
    CodeExpired,
    CodeWrong,
    NoChannelForCode,
    OptedOut,
    RecipientExists,
    RecipientNotFound,
    TargetNotAllowed,
    TooManyAddresses,
    TooManyCodes,
)
from gameops.notify.recipients.own import Browser, OwnAddresses
from gameops.notify.recipients.schemas import (
    BrowserIn,
    CodeIn,
    OwnAddressIn,
    OwnChannelOut,
    OwnOut,
    RecipientOut,
    RecipientPatch,
)

router = APIRouter(prefix="/api/v1/me/notifications", tags=["notifications"])


async def own_addresses(
    request: Request, actor: CurrentActor, uow: Uow, context: Ctx
) -> OwnAddresses:
    """The caller's own addresses."""
    return await open_own(request, actor, uow, context)


Own = Annotated[OwnAddresses, Depends(own_addresses)]


async def open_own(
    request: Request, actor: Actor, uow: UnitOfWork, context: Context
) -> OwnAddresses:
    """One's own addresses, with the venues where one works or plays.

    The application knows those: it plugs them in as ``app.state.describe_me``.
    """
    venues = {venue_id for venue_id in actor.grants if venue_id is not None}
    describe = getattr(request.app.state, "describe_me", None)
    if describe is not None and actor.id is not None:
        details = await describe(uow.session, actor.id, actor.grants)
        venues |= {venue.id for venue in details.venues}
    return OwnAddresses(uow, actor, context, venues)


@router.get("", summary="My addresses", responses=problems(Unauthenticated))
async def get_own(own: Own, context: Ctx) -> OwnOut:
    """And the channels one may subscribe to."""
    addresses, channels = await own.overview()
    return OwnOut(
        addresses=[RecipientOut.of(shown) for shown in addresses],
        channels=[
            OwnChannelOut.model_validate(channel, from_attributes=True) for channel in channels
        ],
        vapid_public_key=vapid_public_key(context.secret),
    )


@router.post(
    "",
    status_code=201,
    summary="Add my phone or mailbox",
    responses=problems(
        Unauthenticated,
        ChannelNotFound,
        AddressInvalid,
        RecipientExists,
        OptedOut,
        NoChannelForCode,
        TooManyAddresses,
        TooManyCodes,
        RateLimited,
    ),
)
async def add_own(body: OwnAddressIn, own: Own) -> RecipientOut:
    """A code is sent there."""
    return RecipientOut.of(await own.add(body.kind, body.address, body.channel_ids, body.locale))


@router.post(
    "/push",
    status_code=201,
    summary="Add this browser",
    responses=problems(
        Unauthenticated,
        ChannelNotFound,
        AddressInvalid,
        TargetNotAllowed,
        TooManyAddresses,
        RateLimited,
    ),
)
async def add_browser(body: BrowserIn, own: Own) -> RecipientOut:
    """Needs no code."""
    browser = Browser(
        endpoint=body.endpoint,
        p256dh=body.keys.p256dh,
        auth=body.keys.auth,
        label=body.label,
        locale=body.locale,
    )
    return RecipientOut.of(await own.add_browser(browser, body.channel_ids, body.venue_id))


@router.post(
    "/{recipient_id}/code",
    status_code=202,
    summary="Send me another code",
    responses=problems(
        Unauthenticated, RecipientNotFound, AddressInvalid, NoChannelForCode, TooManyCodes
    ),
)
async def resend_own(recipient_id: UUID, own: Own) -> None:
    """Also to begin again after opting out."""
    await own.resend(recipient_id)


@router.post(
    "/{recipient_id}/confirm",
    summary="Confirm my address",
    responses=problems(Unauthenticated, RecipientNotFound, CodeWrong, CodeExpired),
)
async def confirm_own(
    request: Request, recipient_id: UUID, body: CodeIn, actor: CurrentActor, context: Ctx
) -> RecipientOut:
    """Five wrong codes end it."""
    async with context.unit_of_work(get_origin(request)) as uow:
        own = await open_own(request, actor, uow, context)
        shown, verdict = await own.confirm(recipient_id, body.code)
    verdict.enforce()
    return RecipientOut.of(shown)


@router.patch(
    "/{recipient_id}",
    summary="Change my address",
    responses=problems(Unauthenticated, RecipientNotFound, ChannelNotFound),
)
async def change_own(recipient_id: UUID, body: RecipientPatch, own: Own) -> RecipientOut:
    """Channels, what is muted, quiet hours."""
    return RecipientOut.of(await own.change(recipient_id, body.changes()))


@router.delete(
    "/{recipient_id}",
    status_code=204,
    summary="Forget my address",
    responses=problems(Unauthenticated, RecipientNotFound),
)
async def remove_own(recipient_id: UUID, own: Own) -> None:
    """Nothing more is sent there."""
    await own.remove(recipient_id)
