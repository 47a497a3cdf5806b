"""Serves the built user interface, compressed once, and the API's documentation pages."""

import gzip
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from gameops.core.errors import NotFound

UI: Final = Path(__file__).parent / "ui"
_COMPRESSIBLE: Final = ("text/", "application/javascript", "application/json", "image/svg")
_SMALL: Final = 1_000
_RESERVED: Final = ("api/", "ws", "agent/", "health", "metrics", "docs")

NOT_BUILT: Final = """<!doctype html><meta charset="utf-8"><title>GameOps</title>
<h1>The user interface is not built</h1><p>In a checkout, run <code>make up</code>.</p>"""

DOCS: Final = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>GameOps API</title><link rel="stylesheet" href="/swagger/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="/swagger/swagger-ui-bundle.js"></script>
<script src="/swagger/start.js"></script></body></html>"""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    body: bytes
    packed: bytes | None
    media_type: str


@lru_cache(maxsize=512)
def load(path: Path, _modified: int) -> Asset:
    """Read a file, and compress it once where that pays."""
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".js":
        media_type = "application/javascript"
    pays = media_type.startswith(_COMPRESSIBLE) and len(body) > _SMALL
    return Asset(body, gzip.compress(body, 9, mtime=0) if pays else None, media_type)


def mount(app: FastAPI) -> None:
    """Files where there are some, the application's page for every other path."""

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(DOCS)

    @app.get("/{path:path}", include_in_schema=False)
    async def page(path: str, request: Request) -> Response:
        if path.startswith(_RESERVED):
            raise NotFound
        file = find(path)
        if file is None:
            return HTMLResponse(NOT_BUILT, status_code=503)
        return send(file, request)


def find(path: str) -> Path | None:
    """The file at a path inside the built interface; its index for everything else."""
    try:
        wanted = (UI / path).resolve()
        if wanted.is_relative_to(UI.resolve()) and wanted.is_file():
            return wanted
    except (OSError, ValueError) as error:  # too long for a file, or a NUL
        raise NotFound from error
    if "." in path.rpartition("/")[2]:
        raise NotFound
    index = UI / "index.html"
    return index if index.is_file() else None


def send(file: Path, request: Request) -> Response:
    """A file with caching headers: names with a hash are good for ever."""
    asset = load(file, file.stat().st_mtime_ns)
    headers = {"Vary": "Accept-Encoding"}
    hashed = "assets" in file.parts
    headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
    if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(asset.packed, media_type=asset.media_type, headers=headers)
    return Response(asset.body, media_type=asset.media_type, headers=headers)
