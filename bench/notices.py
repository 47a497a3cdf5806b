"""From an event to the call of a webhook under 200 events/s, and a Discord that is ill."""

import asyncio
import os
import sys
import time

import uvloop

from intake import JOINS
from receivers import Remote, receiving, set_up
from rig import Client, Rig, percentile, report, running, spread

SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
ILL_SECONDS = float(os.environ.get("BENCH_ILL_SECONDS", "600"))
RATE = 200
SLOW_RATE = 5
CONNECTIONS = 16
CATCH_UP = 300.0


async def events(rig: Rig, *, seconds: float, rate: float, prefix: str) -> dict[str, float]:
    """Open-loop joins, one server each; when each was posted, by what the webhook will say."""
    posted: dict[str, float] = {}
    total = int(seconds * rate)
    began = time.time()

    async def poster(number: int) -> None:
        async with Client.connected(rig.url) as client:
            for n in range(number, total, CONNECTIONS):
                await asyncio.sleep(max(0.0, began + n / rate - time.time()))
                url = f"https://fujitzee.example.org/?table={prefix}{n}"
                posted[f"{url} 1"] = time.time()
                body = {
                    "game": "Fujitzee",
                    "appkey": 3,
                    "server": "The Bar",
                    "region": "us",
                    "serverurl": url,
                    "maxplayers": 6,
                    "curplayers": 1,
                }
                answer = await client.request("POST", "/game", body)
                assert answer.status == 200, answer.body

    await asyncio.gather(*(poster(number) for number in range(CONNECTIONS)))
    return posted


async def arrived(remote: Remote, *, hooks: int, embeds: int, seconds: float) -> dict:
    """What has arrived as soon as it is enough, or when the time is up."""
    deadline = time.time() + seconds
    while True:
        seen = await remote.seen()
        enough = len(seen["hooks"]) >= hooks and len(seen["embeds"]) >= embeds
        if enough or time.time() > deadline:
            return seen
        await asyncio.sleep(0.5)


async def speed(remote: Remote, rig: Rig) -> bool:
    """Many events at once, with everything well."""
    warm = await events(rig, seconds=3, rate=RATE, prefix="w")
    await arrived(remote, hooks=len(warm), embeds=len(warm), seconds=30)
    fast = await events(rig, seconds=SECONDS, rate=RATE, prefix="f")
    count = len(warm) + len(fast)
    seen = await arrived(remote, hooks=count, embeds=count, seconds=60)
    times = [(seen["hooks"][key] - at) * 1000 for key, at in fast.items() if key in seen["hooks"]]
    discord = len(seen["embeds"]) - len(warm)
    p99 = percentile(times, 0.99)
    return report(
        "notices",
        f"Notices: {RATE} events/s on two channels",
        [
            ("event posted to webhook called", spread(times), "p99 ≤ 1,000 ms", p99 <= 1000),
            (
                "arrived",
                f"{len(times):,} of {len(fast):,} at the webhook, {discord:,} at Discord",
                "all",
                len(times) == len(fast) == discord,
            ),
        ],
    )


async def outage(remote: Remote, rig: Rig) -> bool:
    """A Discord that answers 429 and 500 for ten minutes, beside a webhook that is well."""
    before = await remote.seen()
    await remote.feel("ill")
    slow = await events(rig, seconds=ILL_SECONDS, rate=SLOW_RATE, prefix="s")
    await remote.feel("well")
    well = time.time()
    hooks, embeds = len(before["hooks"]) + len(slow), len(before["embeds"]) + len(slow)
    after = await arrived(remote, hooks=hooks, embeds=embeds, seconds=CATCH_UP)
    took = time.time() - well
    missing, lost = embeds - len(after["embeds"]), hooks - len(after["hooks"])
    return report(
        "outage",
        f"A Discord that answers 429 and 500 for {ILL_SECONDS / 60:g} minutes",
        [
            ("meanwhile", f"{len(slow):,} events, {after['refused']:,} calls refused", "", None),
            (
                "lost",
                f"{missing} at Discord, {lost} at the webhook",
                "0",
                not (missing or lost),
            ),
            ("caught up", f"{took:.0f} s after it was well again", "", None),
        ],
    )


async def main() -> bool:
    """Both, one after the other, or the one that ``BENCH_ONLY`` names."""
    parts = {"speed": speed, "outage": outage}
    only = os.environ.get("BENCH_ONLY")
    met = True
    async with receiving() as remote, running(ALLOW_PRIVATE_TARGETS="true") as rig:
        await set_up(rig, remote, events=JOINS)
        for name, part in parts.items():
            if only in {None, name}:
                met = await part(remote, rig) and met
    return met


if __name__ == "__main__":
    sys.exit(0 if uvloop.run(main()) else 1)
