"""Servers and their history over HTTP."""

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime

from gameops.alerts.communities.service import Communities
from gameops.alerts.engine.observe import apply_observations
from gameops.alerts.errors import (
    CommunityNotFound,
    CsvInvalid,
    PeriodInvalid,
    ServerExists,
    ServerNotFound,
    ServerNotPolled,
    UnknownProtocol,
)
from gameops.alerts.history.series import Range
from gameops.alerts.permissions import MANAGE
from gameops.alerts.servers import store
from gameops.alerts.servers.bulk import add_many
from gameops.alerts.servers.model import EventKind
from gameops.alerts.servers.schemas import (
    EventOut,
    HistoryOut,
    ProbeIn,
    ProbeOut,
    ProtocolList,
    ProtocolOut,
    ServerIn,
    ServerOut,
    ServerPatch,
    ServerTableIn,
    ServerTableOut,
)
from gameops.alerts.servers.service import Servers, known_protocol
from gameops.alerts.servers.store import EventSearch, ServerSearch
from gameops.alerts.watching.detect import detect
from gameops.alerts.watching.poller import poll_now
from gameops.alerts.watching.protocols import catalogue
from gameops.alerts.watching.query import asker
from gameops.core.errors import Forbidden, NotFound
from gameops.core.paging import Page
from gameops.core.ratelimit import Rule
from gameops.core.web import Ctx, CurrentActor, Paging, Uow, get_origin, limited, problems

router = APIRouter(prefix="/api/v1/alerts", tags=["alerts"])

PROBES: Final = Rule("alerts-probe", "60/minute")
Words = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")]
Tag = Annotated[str | None, Query(max_length=30, pattern=r"^[^\x00]*$")]


@router.get("/protocols", summary="Ways to ask a server")
async def list_protocols(actor: CurrentActor) -> ProtocolList:  # noqa: ARG001 -- signed in
    """Every protocol that watched servers may speak."""
    return ProtocolList(
        items=[
            ProtocolOut(
                id=protocol.id,
                name=protocol.name,
                library=protocol.library,
                default_port=protocol.default_port,
                bots=protocol.bots,
            )
            for protocol in catalogue().values()
        ]
    )


@router.get("/servers", summary="Find servers", responses=problems(Forbidden, NotFound))
async def list_servers(
    actor: CurrentActor,
    uow: Uow,
    page: Paging,
    community_id: UUID | None = None,
    q: Words = None,
    tag: Tag = None,
    state: Literal["unknown", "up", "down", "flapping"] | None = None,
    origin: Literal["reported", "polled"] | None = None,
) -> Page[ServerOut]:
    """By name; ``q`` searches name, game, map and address."""
    wanted = ServerSearch(
        communities=await Servers(uow, actor).scope(community_id),
        words=q,
        tag=tag,
        state=state,
        origin=origin,
    )
    found = await store.search(uow.session, wanted, page)
    return Page(
        items=[ServerOut.of(server, uow.now) for server in found.rows],
        next_cursor=found.next_cursor,
    )


@router.post(
    "/servers",
    status_code=201,
    summary="Watch a server",
    responses=problems(
        Forbidden, NotFound, CommunityNotFound, ServerExists, ServerNotPolled, UnknownProtocol
    ),
)
async def add_server(body: ServerIn, actor: CurrentActor, uow: Uow) -> ServerOut:
    """With ``auto``, how it answers is found out at the first attempt."""
    return ServerOut.of(await Servers(uow, actor).add(body), uow.now)


@router.post(
    "/servers/bulk",
    summary="Watch many servers",
    responses=problems(Forbidden, NotFound, CommunityNotFound, CsvInvalid, ServerExists),
)
async def add_servers(body: ServerTableIn, actor: CurrentActor, uow: Uow) -> ServerTableOut:
    """From a CSV table; a dry run says what would become of each line."""
    community = await Communities(uow, actor).get(body.community_id, MANAGE)
    rows = await add_many(Servers(uow, actor), community, body.csv, dry_run=body.dry_run)
    actions = [row.action for row in rows]
    return ServerTableOut(
        rows=rows,
        created=actions.count("create"),
        updated=actions.count("update"),
        failed=actions.count("error"),
    )


@router.post(
    "/servers/probe",
    summary="What is there?",
    responses=problems(Forbidden, UnknownProtocol),
    dependencies=[limited(PROBES)],
)
async def probe_server(body: ProbeIn, actor: CurrentActor, context: Ctx) -> ProbeOut:
    """Asks an address as a game server, in the ways that are usual for its port first."""
    if actor.venues_with(MANAGE) == frozenset():
        raise Forbidden(permission=MANAGE)
    wanted = known_protocol(body.protocol)
    found = await detect(context.part(asker), body.address, body.port, protocol=wanted)
    return ProbeOut.of(found)


@router.post(
    "/servers/{server_id}/poll",
    summary="Ask a server now",
    responses=problems(Forbidden, NotFound, ServerNotFound, ServerNotPolled),
    dependencies=[limited(PROBES)],
)
async def poll_server(
    server_id: UUID, request: Request, actor: CurrentActor, context: Ctx
) -> ServerOut:
    """Out of turn; what it answers counts like any other answer."""
    async with context.unit_of_work(get_origin(request)) as uow:
        await Servers(uow, actor).get(server_id, MANAGE)
    if await poll_now(context, server_id, apply_observations) is None:
        raise ServerNotPolled
    async with context.unit_of_work(get_origin(request)) as uow:
        return ServerOut.of(await Servers(uow, actor).get(server_id), uow.now)


@router.get(
    "/servers/{server_id}",
    summary="A server",
    responses=problems(Forbidden, NotFound, ServerNotFound),
)
async def get_server(server_id: UUID, actor: CurrentActor, uow: Uow) -> ServerOut:
    """And what was last seen there."""
    return ServerOut.of(await Servers(uow, actor).get(server_id), uow.now)


@router.patch(
    "/servers/{server_id}",
    summary="Change a server",
    responses=problems(
        *(Forbidden, NotFound, ServerNotFound, ServerNotPolled, ServerExists),
        *(UnknownProtocol, PeriodInvalid),
    ),
)
async def change_server(
    server_id: UUID, body: ServerPatch, actor: CurrentActor, uow: Uow
) -> ServerOut:
    """What is left out stays; ``maintenance`` begins or (null) ends work on it."""
    return ServerOut.of(await Servers(uow, actor).change(server_id, body.changes()), uow.now)


@router.delete(
    "/servers/{server_id}",
    status_code=204,
    summary="Take a server off the list",
    responses=problems(Forbidden, NotFound, ServerNotFound),
)
async def delete_server(server_id: UUID, actor: CurrentActor, uow: Uow) -> None:
    """Its history stays, and comes back with it."""
    await Servers(uow, actor).delete(server_id)


@router.get(
    "/servers/{server_id}/history",
    summary="People over time",
    responses=problems(Forbidden, NotFound, ServerNotFound),
)
async def server_history(
    server_id: UUID,
    actor: CurrentActor,
    uow: Uow,
    span: Annotated[Range, Query(alias="range")] = "day",
) -> HistoryOut:
    """Average and peak by bucket, weighted by time; and of the whole range."""
    since, bucket, points, whole = await Servers(uow, actor).history(server_id, span)
    return HistoryOut.of(
        span,
        since=since,
        until=uow.now,
        bucket_seconds=int(bucket.total_seconds()),
        points=points,
        whole=whole,
    )


@router.get("/events", summary="What happened", responses=problems(Forbidden, NotFound))
async def list_events(
    actor: CurrentActor,
    uow: Uow,
    page: Paging,
    community_id: UUID | None = None,
    server_id: UUID | None = None,
    kind: EventKind | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> Page[EventOut]:
    """Newest first, with its text."""
    wanted = EventSearch(
        communities=await Servers(uow, actor).scope(community_id),
        server_id=server_id,
        kind=kind,
        since=since,
        until=until,
    )
    found = await store.search_events(uow.session, wanted, page)
    return Page(
        items=[EventOut.of(row[0], row[1]) for row in found.rows], next_cursor=found.next_cursor
    )
