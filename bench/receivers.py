"""Where notices arrive in the benchmarks: a Discord and a webhook, in a process of their own."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession, web

from rig import answers, free_port, until

DISCORD = "/api/webhooks/1/bench-token"
HOOK = "/hook"


@dataclass
class Receivers:
    """What has arrived, and how Discord behaves just now."""

    mood: str = "well"
    refused: int = 0
    messages: int = 0
    embeds: list[str] = field(default_factory=list)
    hooks: dict[str, float] = field(default_factory=dict)

    async def discord(self, request: web.Request) -> web.Response:
        """A webhook of Discord, which may be out of order for a while."""
        body = await request.json()
        if body.get("allowed_mentions") != {"parse": []}:
            return web.Response(status=400)
        if self.mood == "ill":
            self.refused += 1
            if self.refused % 2:
                return web.json_response(
                    {"message": "slow down", "retry_after": 1.5, "global": False},
                    status=429,
                    headers={"Retry-After": "2"},
                )
            return web.Response(status=500)
        self.messages += 1
        self.embeds += [embed.get("description", "") for embed in body.get("embeds", ())]
        return web.Response(status=204)

    async def hook(self, request: web.Request) -> web.Response:
        """A generic webhook."""
        now = time.time()
        data = (await request.json())["data"]
        self.hooks.setdefault(f"{data['server']['key']} {data['players']}", now)
        return web.Response(status=204)

    async def seen(self, _request: web.Request) -> web.Response:
        """Everything that has arrived."""
        return web.json_response(
            {
                "messages": self.messages,
                "refused": self.refused,
                "embeds": self.embeds,
                "hooks": self.hooks,
            }
        )

    async def feel(self, request: web.Request) -> web.Response:
        """From now on."""
        self.mood = request.query["as"]
        return web.Response(status=204)


def main() -> None:
    """Serve until ended."""
    receivers = Receivers()
    app = web.Application(client_max_size=2**24)
    app.router.add_post(DISCORD, receivers.discord)
    app.router.add_post(HOOK, receivers.hook)
    app.router.add_get("/seen", receivers.seen)
    app.router.add_get("/feel", receivers.feel)
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), print=None, access_log=None)


@dataclass
class Remote:
    """The receivers as the benchmark talks to them."""

    url: str

    async def seen(self) -> dict:
        """Everything that has arrived."""
        async with ClientSession() as session, session.get(f"{self.url}/seen") as answer:
            return json.loads(await answer.text())

    async def feel(self, mood: str) -> None:
        """Have Discord fall ill, or get well."""
        async with ClientSession() as session, session.get(f"{self.url}/feel?as={mood}"):
            pass


@asynccontextmanager
async def receiving() -> AsyncIterator[Remote]:
    """The process, for as long as the block runs."""
    port = free_port()
    environment = os.environ | {"PORT": str(port)}
    process = subprocess.Popen([sys.executable, __file__], env=environment)
    try:
        await until(lambda: answers(port), seconds=20)
        yield Remote(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 10)


async def set_up(rig, remote: Remote, *, events: list[str]) -> None:
    """Two channels, and a rule that tells everything on both."""
    discord = {
        "venue_id": None,
        "name": "Discord",
        "kind": "discord",
        "config": {"embeds": True},
        "secrets": {"url": remote.url + DISCORD},
    }
    hook = {
        "venue_id": None,
        "name": "Hook",
        "kind": "webhook",
        "config": {"url": remote.url + HOOK},
        "secrets": {},
    }
    made = [await rig.call("POST", "/api/v1/notify/channels", body) for body in (discord, hook)]
    found = await rig.call("GET", "/api/v1/alerts/communities")
    community_id = found["items"][0]["id"]
    room = {"most_servers": 100_000}
    await rig.call("PATCH", f"/api/v1/alerts/communities/{community_id}", room)
    rule = {
        "community_id": community_id,
        "name": "Everything",
        "events": events,
        "channel_ids": [channel["id"] for channel in made],
    }
    await rig.call("POST", "/api/v1/alerts/rules", rule)


if __name__ == "__main__":
    main()
