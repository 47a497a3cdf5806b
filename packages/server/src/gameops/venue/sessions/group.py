"""Starting a group: everybody or nobody, with one payer or a split."""

from dataclasses import dataclass, replace
from uuid import UUID

from gameops.billing import api as billing
from gameops.core.actor import Actor
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.venue.customers.model import Customer
from gameops.venue.errors import CustomerNotFound, MemberNeeded
from gameops.venue.sessions import store
from gameops.venue.sessions.model import Mode, Session
from gameops.venue.sessions.opening import Opened, Opening, Start, issuer_of, time_sale
from gameops.venue.sessions.schemas import CustomerPayer, GroupStartIn, SplitPayer
from gameops.venue.sessions.store import Place


@dataclass(frozen=True, slots=True)
class Group:
    """Starts several sessions in one unit of work."""

    uow: UnitOfWork
    actor: Actor

    async def start(self, wanted: GroupStartIn) -> tuple[UUID, list[Opened]]:
        """Start them all, in the order of the stations' ids, so that groups cannot deadlock."""
        group_id = new_id()
        payer = await self._payer(wanted)
        split = isinstance(wanted.payer, SplitPayer)
        opening = Opening(self.uow, self.actor)
        tender = wanted.payment.tender()
        if split:  # what was handed over was handed over for all of them
            tender = replace(tender, tendered_minor=None)
        sold: list[tuple[Session, str, int, int]] = []
        begun: list[Opened] = []
        for entry in sorted(wanted.entries, key=lambda item: item.station_id):
            place = await store.get_place(self.uow.session, entry.station_id, self.uow.now)
            opening.require(place)
            start = Start(
                station_id=entry.station_id,
                mode=Mode.PREPAID,
                minutes=wanted.minutes,
                customer_id=entry.customer_id,
                guest_name=entry.guest_name,
                age_confirmed=entry.age_confirmed,
                group_id=group_id,
                tender=tender,
                payer_id=payer.id if payer else None,
            )
            opened = await opening.open(start, place, sell=split)
            price = opened.session.paid_minor
            sold.append((opened.session, place.station.name, wanted.minutes, price))
            begun.append(opened)
        self._require_one_venue(sold, payer)
        if not split:
            await self._sell(sold, wanted, begun[0].place, payer)
        return group_id, begun

    async def _payer(self, wanted: GroupStartIn) -> Customer | None:
        if not isinstance(wanted.payer, CustomerPayer):
            if wanted.payment.method is billing.Method.WALLET and not isinstance(
                wanted.payer, SplitPayer
            ):
                raise MemberNeeded
            return None
        customer = await self.uow.session.get(Customer, wanted.payer.customer_id)
        if customer is None or not self.actor.belongs_to(customer.venue_id):
            raise CustomerNotFound(customer_id=wanted.payer.customer_id)
        return customer

    def _require_one_venue(
        self, sold: list[tuple[Session, str, int, int]], payer: Customer | None
    ) -> None:
        venues = {session.venue_id for session, _, _, _ in sold}
        if len(venues) > 1 or (payer is not None and payer.venue_id not in venues):
            raise CustomerNotFound

    async def _sell(
        self,
        sold: list[tuple[Session, str, int, int]],
        wanted: GroupStartIn,
        place: Place,
        payer: Customer | None,
    ) -> None:
        sale = time_sale(sold, wanted.payment.tender(), payer)
        taken = await billing.take(self.uow, self.actor, issuer_of(place.venue), sale)
        bonus = taken.funds.bonus_minor
        for session, _, _, amount in sold:
            part = min(bonus, amount)
            session.bonus_minor, session.paid_minor = part, amount - part
            bonus -= part
