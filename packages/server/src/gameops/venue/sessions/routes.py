"""Sessions over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from gameops.billing import api as billing
from gameops.core.errors import Forbidden, NotFound
from gameops.core.paging import Page
from gameops.core.web import CurrentActor, OnlyOnce, Paging, Uow, problems
from gameops.venue import errors as venue_errors
from gameops.venue.sessions import store
from gameops.venue.sessions.group import Group
from gameops.venue.sessions.model import MAX_MINUTES, Session
from gameops.venue.sessions.opening import Opening
from gameops.venue.sessions.queries import SessionQueries
from gameops.venue.sessions.schemas import (
    EndIn,
    EndQuote,
    ExtendIn,
    GroupOut,
    GroupStartIn,
    MoveIn,
    MoveQuote,
    Quote,
    QuoteIn,
    SessionDetail,
    SessionOut,
    StartIn,
)
from gameops.venue.sessions.service import Sessions
from gameops.venue.venues.model import RefundPolicy

router = APIRouter(prefix="/api/v1/sessions", tags=["sessions"])

STARTING = problems(
    Forbidden,
    venue_errors.StationNotFound,
    venue_errors.StationBusy,
    venue_errors.StationInMaintenance,
    venue_errors.MemberAlreadyPlaying,
    venue_errors.CustomerNotFound,
    venue_errors.CustomerBanned,
    venue_errors.TooYoung,
    venue_errors.AgeUnknown,
    venue_errors.Curfew,
    venue_errors.NoTariff,
    venue_errors.GrantNotFound,
    venue_errors.GrantNotUsable,
    venue_errors.NothingToPlay,
    venue_errors.MemberNeeded,
    venue_errors.MinutesNeeded,
    venue_errors.PaymentNeeded,
    billing.InsufficientFunds,
    billing.CreditLimitReached,
    billing.TenderedTooLittle,
)
CHANGING = problems(
    Forbidden,
    venue_errors.SessionNotFound,
    venue_errors.SessionOver,
    venue_errors.SelfServiceOff,
    venue_errors.SessionPaused,
    venue_errors.SessionNotPaused,
    venue_errors.PauseNotAllowed,
)


@router.get("", summary="List sessions", responses=problems(Forbidden, NotFound))
async def list_sessions(
    venue_id: UUID,
    actor: CurrentActor,
    uow: Uow,
    paging: Paging,
    state: Literal["active", "ended"] | None = None,
    station_id: UUID | None = None,
    customer_id: UUID | None = None,
    since: Annotated[datetime | None, Query(alias="from")] = None,
    until: Annotated[datetime | None, Query(alias="to")] = None,
    q: Annotated[str | None, Query(max_length=80, pattern=r"^[^\x00]*$")] = None,
) -> Page[SessionOut]:
    """Newest first; ``active`` includes paused ones."""
    conditions: list[Any] = []
    if state is not None:
        live = Session.ended_at.is_(None)
        conditions.append(live if state == "active" else ~live)
    conditions += [Session.station_id == station_id] if station_id else []
    conditions += [Session.customer_id == customer_id] if customer_id else []
    conditions += [Session.started_at >= since] if since else []
    conditions += [Session.started_at < until] if until else []
    conditions += [store.matching(q)] if q else []
    found = await SessionQueries(uow, actor).of_venue(venue_id, conditions, paging)
    return Page(items=list(found.rows), next_cursor=found.next_cursor)


@router.post("", status_code=201, summary="Start a session", responses=STARTING)
async def start_session(body: StartIn, actor: CurrentActor, uow: Uow, once: OnlyOnce) -> SessionOut:
    """Prepaid, by package, as you go from the wallet, or postpaid."""

    async def act() -> SessionOut:
        return SessionQueries(uow, actor).opened(await Opening(uow, actor).start(body.start()))

    return await once(body, SessionOut, act)


@router.post("/group", status_code=201, summary="Start a group", responses=STARTING)
async def start_group(
    body: GroupStartIn, actor: CurrentActor, uow: Uow, once: OnlyOnce
) -> GroupOut:
    """All of them or none, with one payer or a split."""

    async def act() -> GroupOut:
        group_id, opened = await Group(uow, actor).start(body)
        queries = SessionQueries(uow, actor)
        return GroupOut(group_id=group_id, items=[queries.opened(item) for item in opened])

    return await once(body, GroupOut, act)


@router.post("/quote", summary="What would a session cost?", responses=STARTING)
async def quote_session(body: QuoteIn, actor: CurrentActor, uow: Uow) -> Quote:
    """Changes nothing."""
    return await SessionQueries(uow, actor).quote(body)


@router.get("/{session_id}", summary="One session", responses=CHANGING)
async def get_session(session_id: UUID, actor: CurrentActor, uow: Uow) -> SessionDetail:
    """With its timeline, its price line by line, and its payments."""
    return await SessionQueries(uow, actor).detail(session_id)


@router.get(
    "/{session_id}/extend-quote",
    summary="What would more time cost?",
    responses=CHANGING | problems(venue_errors.NotExtendable, venue_errors.Curfew),
)
async def quote_extension(
    session_id: UUID,
    actor: CurrentActor,
    uow: Uow,
    minutes: Annotated[int, Query(ge=1, le=MAX_MINUTES)] = 30,
) -> Quote:
    """At the rates that hold when it will be played."""
    return await SessionQueries(uow, actor).extend_quote(session_id, minutes)


@router.post(
    "/{session_id}/extend",
    summary="Sell more time",
    responses=problems(
        Forbidden,
        venue_errors.SessionNotFound,
        venue_errors.SessionOver,
        venue_errors.SelfServiceOff,
        venue_errors.NotExtendable,
        venue_errors.Curfew,
        billing.InsufficientFunds,
        billing.TenderedTooLittle,
    ),
)
async def extend_session(
    session_id: UUID, body: ExtendIn, actor: CurrentActor, uow: Uow, once: OnlyOnce
) -> SessionOut:
    """The session ends so much later."""

    async def act() -> SessionOut:
        service = Sessions(uow, actor)
        await service.require_own_wallet(session_id, body.payment.method)
        session = await service.extend(
            session_id, minutes=body.minutes, tender=body.payment.tender()
        )
        return await SessionQueries(uow, actor).out(session)

    return await once(body, SessionOut, act)


@router.post("/{session_id}/pause", summary="Pause", responses=CHANGING)
async def pause_session(
    session_id: UUID, actor: CurrentActor, uow: Uow, once: OnlyOnce
) -> SessionOut:
    """The time stands still, as far as the venue's policy allows."""

    async def act() -> SessionOut:
        session = await Sessions(uow, actor).pause(session_id)
        return await SessionQueries(uow, actor).out(session)

    return await once(None, SessionOut, act)


@router.post("/{session_id}/resume", summary="Resume", responses=CHANGING)
async def resume_session(
    session_id: UUID, actor: CurrentActor, uow: Uow, once: OnlyOnce
) -> SessionOut:
    """The time runs again."""

    async def act() -> SessionOut:
        session = await Sessions(uow, actor).resume(session_id)
        return await SessionQueries(uow, actor).out(session)

    return await once(None, SessionOut, act)


MOVING = problems(
    Forbidden,
    venue_errors.SessionNotFound,
    venue_errors.SessionOver,
    venue_errors.StationNotFound,
    venue_errors.StationBusy,
    venue_errors.SameStation,
    venue_errors.StationInMaintenance,
    venue_errors.NoTariff,
    venue_errors.SelfServiceOff,
)


@router.get("/{session_id}/move-quote", summary="What would a move leave?", responses=MOVING)
async def quote_move(
    session_id: UUID, station_id: UUID, actor: CurrentActor, uow: Uow
) -> MoveQuote:
    """What is paid for keeps its worth: elsewhere it may buy more or less time."""
    return await SessionQueries(uow, actor).move_quote(session_id, station_id)


@router.post("/{session_id}/move", summary="Move to another station", responses=MOVING)
async def move_session(
    session_id: UUID, body: MoveIn, actor: CurrentActor, uow: Uow, once: OnlyOnce
) -> SessionOut:
    """To any station of the venue, in another zone and of another kind too."""

    async def act() -> SessionOut:
        service = Sessions(uow, actor)
        await service.require_staff(session_id)
        session = await service.move(session_id, body.station_id)
        return await SessionQueries(uow, actor).out(session)

    return await once(body, SessionOut, act)


@router.get("/{session_id}/end-quote", summary="What would ending come to?", responses=CHANGING)
async def quote_end(session_id: UUID, actor: CurrentActor, uow: Uow) -> EndQuote:
    """Charge, refund and what is due, if it ended now."""
    return await SessionQueries(uow, actor).end_quote(session_id)


@router.post("/{session_id}/end", summary="End now", responses=CHANGING)
async def end_session(
    session_id: UUID, body: EndIn, actor: CurrentActor, uow: Uow, once: OnlyOnce
) -> SessionDetail:
    """Unused value goes back by the venue's policy."""

    async def act() -> SessionDetail:
        service = Sessions(uow, actor)
        if body.payment is not None:
            await service.require_own_wallet(session_id, body.payment.method)
        await service.end(
            session_id,
            refund=RefundPolicy.NONE if body.refund == "none" else None,
            tender=body.payment.tender() if body.payment else None,
        )
        queries = SessionQueries(uow, actor)
        return await queries.explain(await store.get_session(uow.session, session_id))

    return await once(body, SessionDetail, act)


@router.post(
    "/{session_id}/dismiss-request",
    status_code=204,
    summary="The wish for more time has been seen",
    responses=CHANGING,
)
async def dismiss_request(session_id: UUID, actor: CurrentActor, uow: Uow) -> None:
    """Takes the mark off the floor."""
    service = Sessions(uow, actor)
    await service.require_staff(session_id)
    await service.dismiss_request(session_id)
