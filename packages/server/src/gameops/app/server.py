"""The HTTP and WebSocket server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Final

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from gameops import __version__
from gameops.alerts import api as alerts
from gameops.app import browser_socket, public, spa
from gameops.app.me_details import describe_me
from gameops.app.settings import Settings
from gameops.billing.routes import router as billing_router
from gameops.core.context import Context
from gameops.core.edge import EdgeMiddleware
from gameops.core.jobs import keep_running
from gameops.core.web import install_error_answers
from gameops.identity.routes import router as identity_router
from gameops.identity.web import authenticate
from gameops.notify import api as notify
from gameops.venue.api import FloorFeeds, FloorReader, LinkServer, routers

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; connect-src 'self' ws: wss:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
DESCRIPTION: Final = """
Every answer that is not a success is `application/problem+json` (RFC 9457) with a stable `code`.
Lists are paged by `limit` and `cursor`. Requests that move money or time take an
`Idempotency-Key`. Amounts are integers in the currency's minor unit, instants are ISO 8601 in UTC.
"""


def create_app(settings: Settings, context: Context) -> FastAPI:
    """The application around one context."""
    app = FastAPI(
        title="GameOps",
        version=__version__,
        description=DESCRIPTION,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        separate_input_output_schemas=False,
    )
    app.state.settings = settings
    app.state.context = context
    app.state.authenticate = authenticate
    app.state.describe_me = describe_me
    app.state.registration_open = settings.registration
    app.state.links = LinkServer(context)
    app.state.floor = FloorReader(context)
    app.state.feeds = FloorFeeds(app.state.floor)
    install_error_answers(app)
    for router in (
        *alerts.hot_routers,
        *routers,
        *alerts.routers,
        *notify.routers,
        billing_router,
        identity_router,
        public.router,
    ):
        app.include_router(router)
    app.include_router(browser_socket.router)
    spa.mount(app)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["X-Request-ID", "Retry-After"],
        )
    app.add_middleware(EdgeMiddleware, content_security_policy=CONTENT_SECURITY_POLICY)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    context: Context = app.state.context
    context.part(public.Started)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(context.hub.bridged())
        stack.enter_context(app.state.floor.listening())
        links = asyncio.create_task(keep_running("links", app.state.links.run), name="links")
        yield
        await app.state.links.shut_down()
        await app.state.feeds.stop()
        links.cancel()
        with suppress(asyncio.CancelledError):
            await links
