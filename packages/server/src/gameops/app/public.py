"""What anybody may read: is it alive, what is it, its metrics."""

import secrets
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from gameops import __version__
from gameops.app.settings import Settings
from gameops.core.context import Context
from gameops.core.errors import Forbidden
from gameops.core.web import Ctx, Uow, client_address, problems
from gameops.venue.api import list_venues

router = APIRouter()
_LOOPBACK = {"127.0.0.1", "::1"}


class Health(BaseModel):
    """Whether the parts answer."""

    status: Literal["ok", "degraded"]
    database: Literal["ok", "unreachable"]
    worker: Literal["ok", "absent", "unknown"]
    version: str
    time: datetime


class Started:
    """When this process began to serve."""

    def __init__(self, context: Context) -> None:
        self.at = context.clock.now()


class Alive(BaseModel):
    """Since when it runs."""

    status: Literal["alive"]
    started_at: datetime
    uptime_seconds: int


class PublicVenue(BaseModel):
    """A venue as the sign-up page names it."""

    id: str
    name: str
    locale: str
    currency: str


class Info(BaseModel):
    """What the sign-in page needs to know."""

    name: str
    version: str
    venues: list[PublicVenue]
    registration: bool
    demo: bool


_WORKERS = text(
    "SELECT count(*) FROM procrastinate_workers"
    " WHERE last_heartbeat > now() - interval '40 seconds'"
)


@router.get("/health", tags=["operations"], summary="Is it alive?")
async def health(context: Ctx, response: Response) -> Health:
    """200 while the database answers, 503 when it does not."""
    database: Literal["ok", "unreachable"] = "ok"
    worker: Literal["ok", "absent", "unknown"] = "unknown"
    try:
        async with context.database.reading() as session:
            worker = "ok" if await session.scalar(_WORKERS) else "absent"
    except (SQLAlchemyError, OSError):
        database, response.status_code = "unreachable", 503
    return Health(
        status="ok" if database == "ok" and worker == "ok" else "degraded",
        database=database,
        worker=worker,
        version=__version__,
        time=context.clock.now(),
    )


@router.get("/alive", tags=["operations"], summary="Since when?")
async def alive(context: Ctx) -> Alive:
    """Start and uptime, and nothing else."""
    started = context.part(Started).at
    up = context.clock.now() - started
    return Alive(status="alive", started_at=started, uptime_seconds=int(up.total_seconds()))


@router.get(
    "/metrics",
    tags=["operations"],
    summary="Prometheus metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}, **problems(Forbidden)},
)
async def metrics(
    request: Request, authorization: Annotated[str, Header(max_length=500)] = ""
) -> Response:
    """For this machine, or with the token in ``METRICS_TOKEN``."""
    settings: Settings = request.app.state.settings
    wanted = settings.metrics_token
    if wanted is None and client_address(request) not in _LOOPBACK:
        raise Forbidden
    if wanted is not None and not secrets.compare_digest(
        authorization.encode(), f"Bearer {wanted}".encode()
    ):
        raise Forbidden
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@router.get("/api/v1/public/info", tags=["operations"], summary="What is this?")
async def info(request: Request, uow: Uow) -> Info:
    """Needs no sign-in."""
    settings: Settings = request.app.state.settings
    venues = [
        PublicVenue(id=str(v.id), name=v.name, locale=v.locale, currency=v.currency)
        for v in await list_venues(uow.session, None)
    ]
    return Info(
        name="GameOps",
        version=__version__,
        venues=venues,
        demo=settings.demo,
        registration=settings.registration,
    )
