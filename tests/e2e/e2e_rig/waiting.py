"""Waiting for something, never for a while."""

import socket
import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

T = TypeVar("T")
PAUSE_SECONDS = 0.05


def until(look: Callable[[], T], what: str, seconds: float = 20) -> T:
    """Look again and again until what is seen is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(PAUSE_SECONDS)
    return seen


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def instant(text: str) -> float:
    """Seconds since 1970 of an instant as the API writes it."""
    return datetime.fromisoformat(text).timestamp()
