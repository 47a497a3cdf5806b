"""Pay-as-you-go sessions take in what is added to their wallet."""

from fractions import Fraction
from uuid import UUID

from gameops.billing import api as billing
from gameops.core.actor import SYSTEM
from gameops.core.errors import Problem
from gameops.core.uow import UnitOfWork
from gameops.venue.events import SessionExtended
from gameops.venue.sessions import store
from gameops.venue.sessions.model import Mode
from gameops.venue.sessions.service import Sessions
from gameops.venue.topics import customer_changed, stations_changed


async def refill(uow: UnitOfWork, customer_id: UUID) -> None:
    """Set the new value aside and move the end; harmless when there is nothing to do."""
    playing = await store.live_of_customer(uow.session, customer_id)
    if playing is None or playing.mode != Mode.PAYG:
        return
    service = Sessions(uow, SYSTEM)
    try:
        live = await service.live(playing.id)
    except Problem:  # it ended in the meantime
        return
    session, venue = live.session, live.venue
    wallet = await billing.lock_wallet(uow, venue_id=venue.id, customer_id=customer_id)
    value = wallet.funds.total_minor
    if not value:
        return
    funds = await billing.set_aside(
        uow,
        venue_id=venue.id,
        customer_id=customer_id,
        session_id=session.id,
        amount_minor=value,
        bonus_first=venue.rules.spend_bonus_first,
        description="Set aside for playing on",
    )
    session.paid_minor += funds.paid_minor
    session.bonus_minor += funds.bonus_minor
    left = service.budget_left(live)
    if session.paused_at is None:
        session.plan(live.terms.until(uow.now, Fraction(left)))
    await store.bump_revisions(uow.session, [session.station_id])
    uow.record(
        SessionExtended(
            venue_id=venue.id,
            session_id=session.id,
            station_id=session.station_id,
            customer_id=customer_id,
            ends_at=session.ends_at,
        )
    )
    stations_changed(uow, venue.id, [session.station_id])
    customer_changed(uow, customer_id)
