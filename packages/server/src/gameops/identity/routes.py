"""Every HTTP route of identity."""

from fastapi import APIRouter

from gameops.identity.access import routes as access
from gameops.identity.accounts import directory_routes
from gameops.identity.accounts import routes as accounts
from gameops.identity.audit import routes as audit

router = APIRouter(prefix="/api/v1")
for part in (accounts, access, directory_routes, audit):
    router.include_router(part.router)
