"""What a scene says, worked out without a screen: times, colours, words."""

import time
from dataclasses import dataclass
from typing import Final

from gameops_agent.overlay import theme
from gameops_agent.overlay.messages import Scene
from gameops_agent.overlay.texts import Texts

SOON_SECONDS: Final = 300
URGENT_SECONDS: Final = 60
_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Countdown:
    """A scene's time, placed on the helper's own monotonic clock."""

    scene: Scene
    received: float
    """Monotonic seconds at which the scene came."""

    def server_now(self, monotonic: float) -> float | None:
        """The server's time in seconds; ``None`` when the core does not know it."""
        if self.scene.server_time is None:
            return None
        return self.scene.server_time / 1000 + (monotonic - self.received)

    def seconds(self, monotonic: float) -> int | None:
        """Whole seconds left, rounded up: zero is shown only when it is over."""
        now = self.server_now(monotonic)
        if self.scene.ends_at is not None and now is not None:
            return max(0, -int((now * 1000 - self.scene.ends_at) // 1000))
        if self.scene.remaining is not None:
            return -(-self.scene.remaining // 1000)
        return None


def short(seconds: int) -> str:
    """``h:mm`` from an hour on, ``mm:ss`` below."""
    if seconds >= _HOUR:
        return f"{seconds // _HOUR}:{seconds % _HOUR // 60:02}"
    return f"{seconds // 60}:{seconds % 60:02}"


def long(seconds: int) -> tuple[str, str]:
    """The time in two parts: what is set large, and the seconds that are set small."""
    head = f"{seconds // _HOUR}:{seconds % _HOUR // 60:02}"
    return head, f":{seconds % 60:02}"


def urgency(seconds: int) -> str:
    """The colour of a time that is running out."""
    if seconds < URGENT_SECONDS:
        return theme.BROKEN
    return theme.SOON if seconds < SOON_SECONDS else theme.TEXT


def clock(server_seconds: float | None) -> tuple[str, str]:
    """The time of day in this machine's zone, hours and minutes apart from seconds."""
    if server_seconds is None:
        return "", ""
    local = time.localtime(server_seconds)
    return time.strftime("%H:%M", local), time.strftime(":%S", local)


def warning(texts: Texts, left: int) -> str:
    """The headline of a warning that so many milliseconds are left."""
    seconds = -(-left // 1000)
    minutes = round(seconds / 60)
    if seconds < URGENT_SECONDS - 1:
        return texts("warn_seconds", seconds=seconds)
    return texts("warn_minute") if minutes <= 1 else texts("warn_minutes", minutes=minutes)


def link_state(scene: Scene, texts: Texts) -> tuple[str, str]:
    """The colour and words for the link."""
    if scene.revoked:
        return theme.BROKEN, texts("enrol_again")
    if scene.online:
        return theme.FREE, texts("connected")
    return theme.SOON, texts("offline")
