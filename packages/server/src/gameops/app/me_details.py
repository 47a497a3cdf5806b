"""Which venues a signed-in person has to do with, for the client's first screen."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gameops.identity.web import CustomerOfMe, MeDetails, VenueOfMe
from gameops.venue.api import list_venues, own_profiles


async def describe_me(
    session: AsyncSession, user_id: UUID, grants: Mapping[UUID | None, frozenset[str]]
) -> MeDetails:
    """Where they work, and where they are a customer."""
    profiles = await own_profiles(session, user_id)
    everywhere = bool(grants.get(None))
    working = {venue_id for venue_id, held in grants.items() if venue_id is not None and held}
    ids = None if everywhere else working | {profile.venue_id for profile in profiles}
    return MeDetails(
        venues=[
            VenueOfMe(
                id=venue.id,
                name=venue.name,
                currency=venue.currency,
                locale=venue.locale,
                timezone=venue.timezone,
            )
            for venue in await list_venues(session, ids)
        ],
        customer_of=[
            CustomerOfMe(venue_id=profile.venue_id, customer_id=profile.id) for profile in profiles
        ],
    )
