"""Colours and type of the overlay: the dark theme of the whole product."""

from dataclasses import dataclass
from typing import Final

BACKGROUND: Final = "#0a0c10"
SURFACE: Final = "#10131a"
RAISED: Final = "#161a23"
HOVER: Final = "#1c2230"
LINE: Final = "#232a37"
TEXT: Final = "#e8ecf3"
TEXT_SOFT: Final = "#a3adbd"
TEXT_DIM: Final = "#6c7789"
ACCENT: Final = "#5b8cff"
ACCENT_HOVER: Final = "#7aa2ff"
ON_ACCENT: Final = "#081028"
FREE: Final = "#3ecf8e"
SOON: Final = "#ffb020"
BROKEN: Final = "#ff5d5d"
PAUSED: Final = "#b48cff"

FAMILIES: Final = (
    "Inter",
    "Inter Variable",
    "Segoe UI Variable Text",
    "Segoe UI",
    "SF Pro Text",
    "Noto Sans",
    "Open Sans",
    "Cantarell",
    "Nimbus Sans",
    "Liberation Sans",
    "DejaVu Sans",
)
_CAPITAL: Final = 0.72
_DESIGN_WIDTH: Final = 1920
_DESIGN_HEIGHT: Final = 1080


@dataclass(frozen=True, slots=True)
class Metric:
    """Lengths for one monitor: the design is drawn for 1920 by 1080 and scaled to others."""

    scale: float

    @classmethod
    def of(cls, width: int, height: int) -> "Metric":
        """The scale for a monitor of that size, within what stays readable."""
        fitting = min(width / _DESIGN_WIDTH, height / _DESIGN_HEIGHT)
        return cls(min(2.5, max(0.72, fitting)))

    def px(self, length: float) -> int:
        """A design length in pixels of this monitor."""
        return max(1, round(length * self.scale))


@dataclass(frozen=True, slots=True)
class Type:
    """Fonts of one family; a size is in pixels."""

    family: str
    rise: float = 0.7
    """How far the baseline lies under a line's middle, twice, as a share of the size."""

    def nudge(self, size: int) -> int:
        """How far to move a centred line so that its capitals look centred."""
        return round(size * (_CAPITAL - self.rise) / 2)

    def drop(self, large: int, small: int) -> int:
        """How far to lower a small line's middle so that both stand on one baseline."""
        return round((large - small) * self.rise / 2)

    def plain(self, size: int) -> tuple[str, int]:
        """Running text."""
        return (self.family, -size)

    def bold(self, size: int) -> tuple[str, int, str]:
        """Figures, names and buttons."""
        return (self.family, -size, "bold")


def choose_family(installed: tuple[str, ...]) -> str:
    """The best family that this machine has."""
    known = {name.casefold(): name for name in installed}
    for wanted in FAMILIES:
        if wanted.casefold() in known:
            return known[wanted.casefold()]
    return "TkDefaultFont"
