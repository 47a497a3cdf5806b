"""A Discord and a Twilio that refuse what the real ones would, and keep what they get."""

import asyncio
import base64
import re
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from aiohttp import web

ACCOUNT = "ACfeedfacefeedfacefeedfacefeedface"
TOKEN = "token-of-the-test"
NUMBER = "+14155550123"
WEBHOOK = "/api/webhooks/1234567890/token_of-the-test"
ESCAPED = re.compile(r"\\([\\*_~`|>#\[\]()<@])")
KNOWN_TO_DISCORD = {"content", "username", "avatar_url", "embeds", "allowed_mentions"}
BUCKET, BUCKET_SECONDS = 5, 2.0


@dataclass(frozen=True)
class Arrival:
    """One message as it was shown to somebody."""

    at: float
    text: str
    to: str = ""


@dataclass
class Services:
    """Both on one port of this machine, on a thread of their own."""

    discord: list[Arrival] = field(default_factory=list)
    texts: list[Arrival] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    port: int = 0
    _hits: deque[float] = field(default_factory=deque)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where they listen."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Until they listen."""
        up = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(up,), daemon=True)
        self._thread.start()
        assert up.wait(10)

    def stop(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread is not None:
            self._thread.join(10)

    def _run(self, up: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application()
        app.add_routes(
            [
                web.post("/api/webhooks/{id}/{token}", self._on_discord),
                web.post("/2010-04-01/Accounts/{sid}/Messages.json", self._on_twilio),
            ]
        )
        runner = web.AppRunner(app)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        self.port = runner.addresses[0][1]
        up.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    # --- Discord ----------------------------------------------------------------------------------

    async def _on_discord(self, request: web.Request) -> web.Response:
        if request.path != WEBHOOK:
            return web.json_response({"code": 10_015, "message": "Unknown Webhook"}, status=404)
        now = time.monotonic()
        while self._hits and self._hits[0] < now - BUCKET_SECONDS:
            self._hits.popleft()
        if len(self._hits) >= BUCKET:
            wait = self._hits[0] + BUCKET_SECONDS - now
            told = {"message": "You are being rate limited.", "retry_after": wait, "global": False}
            return web.json_response(told, status=429, headers={"Retry-After": str(int(wait) + 1)})
        self._hits.append(now)
        body = await request.json()
        fault = _fault_of_discord(request, body)
        if fault:
            self.faults.append(f"Discord: {fault}")
            return web.json_response({"code": 50_006, "message": fault}, status=400)
        for embed in body.get("embeds", [{"description": body.get("content", "")}]):
            self.discord.append(Arrival(time.time(), ESCAPED.sub(r"\1", embed["description"])))
        rate = {
            "X-RateLimit-Limit": str(BUCKET),
            "X-RateLimit-Remaining": str(BUCKET - len(self._hits)),
            "X-RateLimit-Reset-After": str(BUCKET_SECONDS),
        }
        return web.json_response({"id": str(uuid4().int % 10**18), "type": 0}, headers=rate)

    # --- Twilio -----------------------------------------------------------------------------------

    async def _on_twilio(self, request: web.Request) -> web.Response:
        expected = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            self.faults.append("Twilio: wrong account or token")
            told = {"code": 20_003, "message": "Authenticate", "status": 401}
            return web.json_response(told, status=401)
        form = {str(key): str(value) for key, value in (await request.post()).items()}
        fault = _fault_of_twilio(request, form)
        if fault:
            self.faults.append(f"Twilio: {fault}")
            told = {"code": 21_211, "message": fault, "status": 400}
            return web.json_response(told, status=400)
        self.texts.append(Arrival(time.time(), form["Body"], form["To"]))
        sid = f"SM{uuid4().hex}"
        return web.json_response({"sid": sid, "status": "queued", "error_code": None}, status=201)


def _fault_of_discord(request: web.Request, body: dict[str, Any]) -> str:
    checks = {
        "not JSON": request.content_type == "application/json",
        "does not wait for the answer": request.query.get("wait") == "true",
        "unknown field": body.keys() <= KNOWN_TO_DISCORD,
        "may mention people": body.get("allowed_mentions") == {"parse": []},
        "is empty": bool(body.get("content") or body.get("embeds")),
        "content too long": len(body.get("content") or "") <= 2_000,
        "too many embeds": len(body.get("embeds", [])) <= 10,
        "wrong embed": all(_is_embed(embed) for embed in body.get("embeds", [])),
        "mentions everybody": "@everyone" not in str(body),
    }
    return ", ".join(fault for fault, fine in checks.items() if not fine)


def _is_embed(embed: dict[str, Any]) -> bool:
    datetime.fromisoformat(embed["timestamp"])
    fields = embed.get("fields", [])
    return (
        0 < len(embed["title"]) <= 256
        and 0 < len(embed["description"]) <= 4_096
        and 0 <= embed["color"] <= 0xFFFFFF
        and len(fields) <= 25
        and all(item["name"] and item["value"] for item in fields)
    )


def _fault_of_twilio(request: web.Request, form: dict[str, str]) -> str:
    checks = {
        "wrong account": request.match_info["sid"] == ACCOUNT,
        "not a form": request.content_type == "application/x-www-form-urlencoded",
        "unknown parameter": form.keys() == {"To", "From", "Body"},
        "wrong sender": form.get("From") == NUMBER,
        "wrong number": bool(re.fullmatch(r"\+[1-9]\d{6,14}", form.get("To", ""))),
        "wrong length": 0 < len(form.get("Body", "")) <= 1_600,
    }
    return ", ".join(fault for fault, fine in checks.items() if not fine)
