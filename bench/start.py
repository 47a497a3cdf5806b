"""``gameops up``: how soon it is ready, cold and warm, and what it needs at rest."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil

from rig import answers, free_port, report, until

REST_SECONDS = 20


def environment(home: str, port: int) -> dict[str, str]:
    """A data directory and a port of its own."""
    return os.environ | {"GAMEOPS_HOME": home, "PORT": str(port), "LOG_LEVEL": "WARNING"}


async def start(home: str, port: int) -> tuple[subprocess.Popen[bytes], float]:
    """Start, and wait until it answers in good health; seconds that took."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "gameops", "up"],
        env=environment(home, port),
        stdout=subprocess.DEVNULL,
    )
    await until(lambda: answers(port), seconds=60)
    await until(lambda: healthy(port), seconds=60)
    return process, time.perf_counter() - began


def healthy(port: int) -> bool:
    """Database and worker are there."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
        return b'"status":"ok"' in answer.read()


def memory_mib(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Memory of GameOps and of everything with its database (shared pages counted once)."""
    parent = psutil.Process(process.pid)
    family = [parent, *parent.children(recursive=True)]
    own = parent.memory_full_info().pss / 2**20
    return own, sum(member.memory_full_info().pss for member in family) / 2**20


def stop(process: subprocess.Popen[bytes]) -> float:
    """Ctrl-C, and how long the end takes."""
    began = time.perf_counter()
    process.send_signal(signal.SIGINT)
    process.wait(30)
    return time.perf_counter() - began


async def main() -> bool:
    """Run and report."""
    with tempfile.TemporaryDirectory(prefix="gameops-bench-") as home:
        Path(home).chmod(0o755)
        port = free_port()
        process, cold = await start(home, port)
        stop(process)
        process, warm = await start(home, port)
        await asyncio.sleep(REST_SECONDS)
        own, whole = memory_mib(process)
        ending = stop(process)
    rows = [
        ("first start (database made, migrated)", f"{cold:.1f} s", "", None),
        ("warm start until healthy", f"{warm:.1f} s", "≤ 5 s", warm <= 5),
        ("memory at rest: server and worker", f"{own:.0f} MiB", "", None),
        ("memory at rest: with PostgreSQL", f"{whole:.0f} MiB", "≤ 200 MiB", whole <= 200),
        ("clean stop", f"{ending:.1f} s", "", None),
    ]
    return report("start", "Starting, and resting", rows)


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
