"""A customer's own time, wallet and history over HTTP."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from gameops.core.actor import Actor
from gameops.core.errors import Problem, Unauthenticated
from gameops.core.paging import Page
from gameops.core.uow import UnitOfWork
from gameops.core.web import CurrentActor, Paging, Uow, problems
from gameops.venue.customers import store as customers
from gameops.venue.customers.model import Customer
from gameops.venue.customers.routes import customers_out, grants, statement
from gameops.venue.customers.schemas import CustomerOut, Statement
from gameops.venue.customers.service import ensure_customer
from gameops.venue.errors import CustomerNotFound
from gameops.venue.sessions import store as sessions
from gameops.venue.sessions.model import Mode, Session
from gameops.venue.sessions.queries import SessionQueries
from gameops.venue.sessions.schemas import SessionDetail, SessionOut
from gameops.venue.tariffs.schemas import GrantOut
from gameops.venue.venues import store as venues
from gameops.venue.venues.model import TierSettings
from gameops.venue.venues.schemas import TierOut, VenueOut

router = APIRouter(prefix="/api/v1/me", tags=["me"])

OFFERED_MINUTES = (30, 60)
OWN = problems(Unauthenticated, CustomerNotFound)


class MinutesQuote(BaseModel):
    """What more minutes would cost now."""

    minutes: int
    total_minor: int


class Overview(BaseModel):
    """Everything the first screen of a phone shows."""

    customer: CustomerOut
    venue: VenueOut
    session: SessionDetail | None
    quotes: list[MinutesQuote]
    tier: TierOut
    grants: list[GrantOut]


@dataclass(frozen=True, slots=True)
class Own:
    """A signed-in person's own profile."""

    uow: UnitOfWork
    actor: Actor

    async def profile(self, venue_id: UUID | None) -> Customer:
        """At the venue asked for, else the one visited last; made when they are new there."""
        if self.actor.id is None or self.actor.kind != "user":
            raise Unauthenticated
        profiles = await customers.profiles_of(self.uow.session, self.actor.id)
        if venue_id is not None:
            found = next((p for p in profiles if p.venue_id == venue_id), None)
            return found or await ensure_customer(
                self.uow, user_id=self.actor.id, venue_id=venue_id
            )
        if profiles:
            return max(profiles, key=lambda p: p.last_seen_at or p.created_at)
        every = await venues.list_venues(self.uow.session, None)
        if len(every) != 1:
            raise CustomerNotFound
        return await ensure_customer(self.uow, user_id=self.actor.id, venue_id=every[0].id)

    async def quotes(self, session: Session) -> list[MinutesQuote]:
        """What the usual extensions would cost; none where they are not possible."""
        if session.mode != Mode.PREPAID:
            return []
        queries = SessionQueries(self.uow, self.actor)
        found = []
        for minutes in OFFERED_MINUTES:
            try:
                quote = await queries.extend_quote(session.id, minutes)
            except Problem:
                break
            found.append(MinutesQuote(minutes=minutes, total_minor=quote.total_minor))
        return found


@router.get("/overview", summary="My time at a glance", responses=OWN)
async def overview(actor: CurrentActor, uow: Uow, venue_id: UUID | None = None) -> Overview:
    """Session, wallet, tier and packages."""
    own = Own(uow, actor)
    customer = await own.profile(venue_id)
    await uow.session.flush()
    live = await sessions.live_of_customer(uow.session, customer.id)
    venue = await venues.get_venue(uow.session, customer.venue_id)
    tier = await uow.session.get_one(TierSettings, (venue.id, customer.tier))
    return Overview(
        customer=(await customers_out(uow, [customer]))[0].model_copy(update={"notes": ""}),
        venue=VenueOut.of(venue),
        session=await SessionQueries(uow, actor).explain(live) if live else None,
        quotes=await own.quotes(live) if live else [],
        tier=TierOut.of(tier),
        grants=(await grants(uow, customer)).items,
    )


@router.get("/wallet", summary="My wallet", responses=OWN)
async def my_wallet(
    actor: CurrentActor, uow: Uow, paging: Paging, venue_id: UUID | None = None
) -> Statement:
    """Its movements, newest first."""
    return await statement(uow, await Own(uow, actor).profile(venue_id), paging)


@router.get("/sessions", summary="My history", responses=OWN)
async def my_sessions(
    actor: CurrentActor, uow: Uow, paging: Paging, venue_id: UUID | None = None
) -> Page[SessionOut]:
    """My sessions, newest first."""
    customer = await Own(uow, actor).profile(venue_id)
    queries = SessionQueries(uow, actor)
    found = await queries.page([Session.customer_id == customer.id], paging)
    return Page(items=list(found.rows), next_cursor=found.next_cursor)
