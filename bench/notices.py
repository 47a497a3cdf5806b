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


async def main() -> bool:
    """Both, one after the other, in one installation."""
    async with receiving() as remote, running(ALLOW_PRIVATE_TARGETS="true") as rig:
        await set_up(rig, remote, events=JOINS)
        warm = await events(rig, seconds=3, rate=RATE, prefix="w")
        await arrived(remote, hooks=len(warm), embeds=len(warm), seconds=30)

        fast = await events(rig, seconds=SECONDS, rate=RATE, prefix="f")
        count = len(warm) + len(fast)
        seen = await arrived(remote, hooks=count, embeds=count, seconds=60)
        times = [
            (seen["hooks"][key] - at) * 1000 for key, at in fast.items() if key in seen["hooks"]
        ]
        discord = len(seen["embeds"]) - len(warm)

        await remote.feel("ill")
        slow = await events(rig, seconds=ILL_SECONDS, rate=SLOW_RATE, prefix="s")
        await remote.feel("well")
        well = time.time()
        count += len(slow)
        after = await arrived(remote, hooks=count, embeds=count, seconds=CATCH_UP * 4)
        took = time.time() - well
    return tell(fast, times, discord, slow, after, count=count, took=took)


def tell(
    fast: dict[str, float],
    times: list[float],
    discord: int,
    slow: dict[str, float],
    after: dict,
    *,
    count: int,
    took: float,
) -> bool:
    """One table."""
    p99 = percentile(times, 0.99)
    lost = count - len(set(after["hooks"]))
    missing = count - len(after["embeds"])
    minutes = ILL_SECONDS / 60
    return report(
        "notices",
        f"Notices: {RATE} events/s on two channels, then a Discord that is ill for {minutes:g} min",
        [
            ("event posted to webhook called", spread(times), "p99 ≤ 1,000 ms", p99 <= 1000),
            (
                "arrived",
                f"{len(times):,} of {len(fast):,} at the webhook, {discord:,} at Discord",
                "all",
                len(times) == len(fast) == discord,
            ),
            ("while ill", f"{len(slow):,} events, {after['refused']:,} calls refused", "", None),
            (
                "lost afterwards",
                f"{missing} at Discord, {lost} at the webhook",
                "0",
                not (missing or lost),
            ),
            ("caught up", f"{took:.0f} s after it was well again", "", None),
        ],
    )


if __name__ == "__main__":
    sys.exit(0 if uvloop.run(main()) else 1)
