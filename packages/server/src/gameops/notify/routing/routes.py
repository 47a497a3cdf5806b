"""Routes of house notices over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from gameops.core.errors import Forbidden, NotFound
from gameops.core.fields import In
from gameops.core.web import CurrentActor, Uow, problems
from gameops.notify.errors import ChannelNotFound, TopicNotFound
from gameops.notify.routing.service import Routes
from gameops.notify.topics import TOPICS

router = APIRouter(prefix="/api/v1/notify/topics", tags=["notifications"])


class TopicOut(BaseModel):
    """A kind of notice of the house, and where it goes."""

    topic: str
    label: str
    channel_ids: list[UUID]


class TopicList(BaseModel):
    """Every topic."""

    items: list[TopicOut]


class RouteIn(In):
    """Where a topic shall go."""

    venue_id: UUID | None = None
    channel_ids: Annotated[list[UUID], Field(max_length=50)]


@router.get("", summary="Which notices go where", responses=problems(Forbidden, NotFound))
async def list_topics(actor: CurrentActor, uow: Uow, venue_id: UUID | None = None) -> TopicList:
    """Of a venue, or of the installation."""
    routed = await Routes(uow, actor).of_scope(venue_id)
    items = [
        TopicOut(topic=topic, label=TOPICS[topic], channel_ids=channel_ids)
        for topic, channel_ids in routed.items()
    ]
    return TopicList(items=sorted(items, key=lambda item: item.topic))


@router.put(
    "/{topic}",
    summary="Say where a notice goes",
    responses=problems(Forbidden, NotFound, TopicNotFound, ChannelNotFound),
)
async def put_topic(
    topic: Annotated[str, Path(max_length=80)], body: RouteIn, actor: CurrentActor, uow: Uow
) -> TopicOut:
    """To no channel: it is only noted in the log."""
    channel_ids = await Routes(uow, actor).put(body.venue_id, topic, body.channel_ids)
    return TopicOut(topic=topic, label=TOPICS[topic], channel_ids=channel_ids)
