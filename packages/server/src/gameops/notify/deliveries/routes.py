"""The delivery log over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from gameops.core.errors import Forbidden, NotFound
from gameops.core.paging import Page
from gameops.core.web import CurrentActor, Paging, Uow, problems
from gameops.notify.deliveries import store
from gameops.notify.deliveries.model import DeliveryState
from gameops.notify.deliveries.schemas import DeliveryOut, RetriedOut, RetryIn
from gameops.notify.deliveries.service import Log
from gameops.notify.errors import DeliveryNotDead, DeliveryNotFound
from gameops.notify.fields import Instant, Words

router = APIRouter(prefix="/api/v1/notify/deliveries", tags=["notifications"])


@router.get("", summary="The delivery log", responses=problems(Forbidden, NotFound))
async def list_deliveries(
    actor: CurrentActor,
    uow: Uow,
    paging: Paging,
    venue_id: UUID | None = None,
    state: DeliveryState | None = None,
    channel_id: UUID | None = None,
    recipient_id: UUID | None = None,
    topic: Annotated[str | None, Query(max_length=80)] = None,
    subject_id: UUID | None = None,
    since: Instant | None = None,
    q: Words | None = None,
) -> Page[DeliveryOut]:
    """Newest first; a topic stands for those below it too. Words are sought in the last week."""
    wanted = store.DeliveryFilter(
        venue_id=venue_id,
        state=state,
        channel_id=channel_id,
        recipient_id=recipient_id,
        topic=topic,
        subject_id=subject_id,
        since=since,
        q=q,
    )
    found = await Log(uow, actor).search(wanted, paging)
    return Page(items=[DeliveryOut.of(row) for row in found.rows], next_cursor=found.next_cursor)


@router.post(
    "/retry", summary="Send again all that was given up", responses=problems(Forbidden, NotFound)
)
async def retry_all(body: RetryIn, actor: CurrentActor, uow: Uow) -> RetriedOut:
    """Of a venue or the installation; of one channel only, if it is named."""
    count = await Log(uow, actor).retry_all(body.venue_id, body.channel_id)
    return RetriedOut(count=count)


@router.get(
    "/{delivery_id}", summary="One delivery", responses=problems(Forbidden, DeliveryNotFound)
)
async def get_delivery(delivery_id: UUID, actor: CurrentActor, uow: Uow) -> DeliveryOut:
    """With every try."""
    return DeliveryOut.of(await Log(uow, actor).get(delivery_id))


@router.post(
    "/{delivery_id}/retry",
    summary="Send again what was given up",
    responses=problems(Forbidden, DeliveryNotFound, DeliveryNotDead),
)
async def retry_delivery(delivery_id: UUID, actor: CurrentActor, uow: Uow) -> DeliveryOut:
    """At once."""
    return DeliveryOut.of(await Log(uow, actor).retry(delivery_id))


@router.delete(
    "/{delivery_id}",
    status_code=204,
    summary="Discard what was given up",
    responses=problems(Forbidden, DeliveryNotFound, DeliveryNotDead),
)
async def discard_delivery(delivery_id: UUID, actor: CurrentActor, uow: Uow) -> None:
    """It stays in the log."""
    await Log(uow, actor).discard(delivery_id)
