"""Status pages: HTML that needs no JavaScript, the same as JSON, and a frame for other sites."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape
from pydantic import BaseModel, BeforeValidator
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.alerts.communities import store as communities
from gameops.alerts.communities.model import Community
from gameops.alerts.errors import CommunityNotFound
from gameops.alerts.servers import store
from gameops.alerts.servers.model import ServerState
from gameops.alerts.status.words import WORDS, since_words
from gameops.core.context import Context
from gameops.core.ratelimit import Rule
from gameops.core.web import Ctx, limited, problems

HERE: Final = Path(__file__).parent
FRESH_SECONDS: Final = 1.0
EVERYBODY: Final = Rule("alerts-status", "600/minute")
EMBEDDABLE: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors *"
    )
}
THEMES: Final = frozenset({"dark", "light"})


def _known_theme(value: object) -> object:
    """What there is no theme for is the reader's own."""
    return value if value in THEMES else None


Theme = Annotated[Literal["dark", "light"] | None, BeforeValidator(_known_theme)]

router = APIRouter(tags=["alerts"])
_pages: Final = Environment(
    loader=FileSystemLoader(HERE / "pages"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    trim_blocks=True,
    lstrip_blocks=True,
)


class PublicServer(BaseModel):
    """A server as everybody may see it."""

    name: str
    game: str
    region: str
    state: ServerState
    players: int
    max_players: int | None
    bots: int
    map: str | None
    changed_at: datetime | None
    url: str | None
    player_names: list[str]


class PublicCommunity(BaseModel):
    """Whose servers these are."""

    name: str
    slug: str
    description: str
    accent: str | None
    locale: str


class PublicStatus(BaseModel):
    """A community's servers."""

    community: PublicCommunity
    servers: list[PublicServer]
    players: int
    servers_up: int
    servers_total: int
    more: int
    """Servers that are there and not shown, because there are so many."""
    updated_at: datetime


@dataclass(slots=True)
class StatusCache:
    """Everybody who looks within a second sees the same picture."""

    context: Context
    _kept: dict[str, tuple[float, PublicStatus]] = field(default_factory=dict)

    async def of(self, slug: str | None) -> PublicStatus:
        """A public community's status; the default one's without a name."""
        kept = self._kept.get(slug or "")
        if kept is not None and time.monotonic() - kept[0] < FRESH_SECONDS:
            return kept[1]
        async with self.context.database.reading() as session:
            status = await _read(session, slug, self.context.clock.now())
        self._kept[slug or ""] = time.monotonic(), status
        return status


async def _read(session: AsyncSession, slug: str | None, now: datetime) -> PublicStatus:
    community = await (
        communities.find_default(session)
        if slug is None
        else communities.find_by_slug(session, slug)
    )
    if community is None or not community.public:
        raise CommunityNotFound
    servers = await store.shown_servers(session, community.id)
    items = [
        PublicServer(
            name=server.name,
            game=server.game,
            region=server.region,
            state=ServerState(server.state),
            players=server.players,
            max_players=server.max_players,
            bots=server.bots,
            map=server.map or None,
            changed_at=server.changed_at,
            url=server.url or _where(server.address, server.port),
            player_names=server.player_names,
        )
        for server in servers
    ]
    count, up, players = await store.totals(session, community.id)
    return PublicStatus(
        community=_community(community),
        servers=items,
        players=players,
        servers_up=up,
        servers_total=count,
        more=max(count - len(items), 0),
        updated_at=now,
    )


def _community(community: Community) -> PublicCommunity:
    names = PublicCommunity.model_fields
    return PublicCommunity.model_validate({name: getattr(community, name) for name in names})


def _where(address: str | None, port: int | None) -> str | None:
    if address is None:
        return None
    return f"{address}:{port}" if port else address


@router.get(
    "/api/v1/public/alerts/{slug}",
    summary="A community's public status",
    responses=problems(CommunityNotFound),
    dependencies=[limited(EVERYBODY)],
)
async def public_status(slug: str, context: Ctx) -> PublicStatus:
    """Needs no sign-in; at most a second old."""
    return await context.part(StatusCache).of(slug)


@router.get("/status", include_in_schema=False, dependencies=[limited(EVERYBODY)])
async def default_page(
    request: Request, context: Ctx, theme: Annotated[Theme, Query()] = None
) -> Response:
    """The default community's page."""
    return await _page(request, context, None, theme=theme)


@router.get("/status/assets/{name}", include_in_schema=False)
async def asset(name: Literal["status.css", "status.js"]) -> Response:
    """What the pages are dressed in."""
    kinds = {".css": "text/css", ".js": "application/javascript"}
    path = HERE / "assets" / name
    return Response(
        path.read_bytes(),
        media_type=kinds[path.suffix],
        headers={"Cache-Control": "public, max-age=300"},
    )


@router.get("/status/{slug}", include_in_schema=False, dependencies=[limited(EVERYBODY)])
async def page(
    request: Request, slug: str, context: Ctx, theme: Annotated[Theme, Query()] = None
) -> Response:
    """A community's page."""
    return await _page(request, context, slug, theme=theme)


@router.get("/status/{slug}/embed", include_in_schema=False, dependencies=[limited(EVERYBODY)])
async def embedded(
    request: Request, slug: str, context: Ctx, theme: Annotated[Theme, Query()] = None
) -> Response:
    """The same for a frame on another site."""
    return await _page(request, context, slug, theme=theme, embed=True)


async def _page(
    request: Request, context: Context, slug: str | None, *, theme: Theme, embed: bool = False
) -> Response:
    headers = {"Cache-Control": "no-cache", **(EMBEDDABLE if embed else {})}
    try:
        status = await context.part(StatusCache).of(slug)
    except CommunityNotFound:
        words = WORDS[_language(request, None)]
        missing = _pages.get_template("missing.html").render(words=words, theme=theme)
        return HTMLResponse(missing, 404, headers)
    language = _language(request, status.community.locale)
    values: Mapping[str, Any] = {
        "status": status,
        "words": WORDS[language],
        "language": language,
        "theme": theme,
        "embed": embed,
        "since": lambda at: since_words(at, status.updated_at, language),
    }
    return HTMLResponse(_pages.get_template("status.html").render(values), 200, headers)


def _language(request: Request, locale: str | None) -> str:
    """The reader's language if there are words for it, else the community's."""
    for part in request.headers.get("accept-language", "").split(","):
        language = part.split(";")[0].strip().lower()[:2]
        if language in WORDS:
            return language
    return locale if locale is not None and locale in WORDS else "en"
