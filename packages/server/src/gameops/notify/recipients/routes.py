"""Recipients over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Request

from gameops.core.errors import Forbidden, NotFound
from gameops.core.paging import Page
from gameops.core.web import Ctx, CurrentActor, Paging, Uow, get_origin, problems
from gameops.notify.channels.model import Kind
from gameops.notify.errors import (
    AddressInvalid,
    ChannelNotFound,
    CodeExpired,
    CodeWrong,
    NoChannelForCode,
    OptedOut,
    RecipientExists,
    RecipientNotFound,
    TooManyCodes,
)
from gameops.notify.fields import Words
from gameops.notify.recipients.model import RecipientState
from gameops.notify.recipients.schemas import CodeIn, RecipientIn, RecipientOut, RecipientPatch
from gameops.notify.recipients.service import Recipients, WantedRecipient
from gameops.notify.recipients.store import RecipientFilter

router = APIRouter(prefix="/api/v1/notify/recipients", tags=["notifications"])


@router.get("", summary="List recipients", responses=problems(Forbidden, NotFound))
async def list_recipients(
    actor: CurrentActor,
    uow: Uow,
    context: Ctx,
    paging: Paging,
    venue_id: UUID | None = None,
    kind: Kind | None = None,
    state: RecipientState | None = None,
    channel_id: UUID | None = None,
    q: Words | None = None,
) -> Page[RecipientOut]:
    """Newest first."""
    wanted = RecipientFilter(venue_id=venue_id, kind=kind, state=state, channel_id=channel_id, q=q)
    found = await Recipients(uow, actor, context).search(wanted, paging)
    return Page(items=[RecipientOut.of(row) for row in found.rows], next_cursor=found.next_cursor)


@router.post(
    "",
    status_code=201,
    summary="Add a recipient",
    responses=problems(
        Forbidden,
        NotFound,
        ChannelNotFound,
        AddressInvalid,
        RecipientExists,
        OptedOut,
        NoChannelForCode,
        TooManyCodes,
    ),
)
async def add_recipient(
    body: RecipientIn, actor: CurrentActor, uow: Uow, context: Ctx
) -> RecipientOut:
    """Nothing but a code is sent until it has been confirmed."""
    wanted = WantedRecipient(
        venue_id=body.venue_id,
        kind=body.kind,
        address=body.address,
        name=body.name,
        locale=body.locale,
        channel_ids=body.channel_ids,
    )
    return RecipientOut.of(await Recipients(uow, actor, context).add(wanted))


@router.post(
    "/{recipient_id}/code",
    status_code=202,
    summary="Send another code",
    responses=problems(
        Forbidden, RecipientNotFound, AddressInvalid, OptedOut, NoChannelForCode, TooManyCodes
    ),
)
async def resend_code(recipient_id: UUID, actor: CurrentActor, uow: Uow, context: Ctx) -> None:
    """The one before is worth nothing then."""
    await Recipients(uow, actor, context).resend(recipient_id)


@router.post(
    "/{recipient_id}/confirm",
    summary="Confirm a recipient",
    responses=problems(Forbidden, RecipientNotFound, CodeWrong, CodeExpired),
)
async def confirm_recipient(
    request: Request, recipient_id: UUID, body: CodeIn, actor: CurrentActor, context: Ctx
) -> RecipientOut:
    """With the code that was read out; five wrong ones end it."""
    async with context.unit_of_work(get_origin(request)) as uow:
        shown, verdict = await Recipients(uow, actor, context).confirm(recipient_id, body.code)
    verdict.enforce()
    return RecipientOut.of(shown)


@router.patch(
    "/{recipient_id}",
    summary="Change a recipient",
    responses=problems(Forbidden, RecipientNotFound, ChannelNotFound),
)
async def change_recipient(
    recipient_id: UUID, body: RecipientPatch, actor: CurrentActor, uow: Uow, context: Ctx
) -> RecipientOut:
    """Name, language, channels and preferences."""
    shown = await Recipients(uow, actor, context).change(recipient_id, body.changes())
    return RecipientOut.of(shown)


@router.delete(
    "/{recipient_id}",
    status_code=204,
    summary="Forget a recipient",
    responses=problems(Forbidden, RecipientNotFound),
)
async def remove_recipient(recipient_id: UUID, actor: CurrentActor, uow: Uow, context: Ctx) -> None:
    """The log keeps the masked address."""
    await Recipients(uow, actor, context).remove(recipient_id)
