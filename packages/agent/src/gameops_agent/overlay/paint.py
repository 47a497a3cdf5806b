"""Smooth rounded shapes as PNG, computed here because Tk draws jagged ones."""

import math
from dataclasses import dataclass
from functools import lru_cache

from gameops_agent.png import encode_png

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rounded rectangle upon a plain background."""

    width: int
    height: int
    radius: float
    fill: str
    behind: str
    outline: str = ""
    border: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A progress ring; ``part`` of it, clockwise from the top, is lit."""

    size: int
    thickness: float
    part: float
    lit: str
    track: str
    behind: str


def parse(colour: str) -> Rgb:
    """Red, green and blue of ``#rrggbb``."""
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def mix(under: str, over: str, share: float) -> str:
    """``over`` laid upon ``under`` with that opacity."""
    r, g, b = _blend(parse(under), parse(over), share)
    return f"#{round(r):02x}{round(g):02x}{round(b):02x}"


@lru_cache(maxsize=256)
def box_png(box: Box) -> bytes:
    """The shape as a PNG; only the corners are computed pixel by pixel."""
    corner = min(math.ceil(box.radius) + 1, box.height // 2, box.width // 2)
    edge = max(corner, math.ceil(box.border) if box.outline else 0)
    top = [_box_row(box, y, edge) for y in range(edge)]
    middle = _box_row(box, box.height // 2, edge) if box.height > 2 * edge else b""
    rows = [*top, *([middle] * (box.height - 2 * edge)), *reversed(top)]
    return encode_png(box.width, box.height, b"".join(rows))


def _box_row(box: Box, y: int, edge: int) -> bytes:
    left = [_box_pixel(box, x, y) for x in range(edge)]
    centre = _box_pixel(box, box.width // 2, y)
    pixels = [bytes(map(round, pixel)) for pixel in left]
    inner = bytes(map(round, centre)) * (box.width - 2 * edge)
    return b"".join(pixels) + inner + b"".join(reversed(pixels))


def _box_pixel(box: Box, x: int, y: int) -> Rgb:
    behind, fill = parse(box.behind), parse(box.fill)
    if not box.outline:
        return _blend(behind, fill, _coverage(box, x, y, 0.0))
    framed = _blend(behind, parse(box.outline), _coverage(box, x, y, 0.0))
    return _blend(framed, fill, _coverage(box, x, y, box.border))


def _coverage(box: Box, x: int, y: int, inset: float) -> float:
    """How much of the pixel lies within the rectangle shrunk by ``inset``."""
    radius = max(0.0, box.radius - inset)
    half_width, half_height = box.width / 2 - inset, box.height / 2 - inset
    dx = abs(x + 0.5 - box.width / 2) - (half_width - radius)
    dy = abs(y + 0.5 - box.height / 2) - (half_height - radius)
    outside = math.hypot(max(dx, 0.0), max(dy, 0.0)) + min(max(dx, dy), 0.0) - radius
    return min(1.0, max(0.0, 0.5 - outside))


@lru_cache(maxsize=16)
def ring_png(ring: Ring) -> bytes:
    """The ring as a PNG."""
    places = ((x, y) for y in range(ring.size) for x in range(ring.size))
    pixels = (bytes(map(round, _ring_pixel(ring, x, y))) for x, y in places)
    return encode_png(ring.size, ring.size, b"".join(pixels))


def _ring_pixel(ring: Ring, x: int, y: int) -> Rgb:
    behind = parse(ring.behind)
    dx, dy = x + 0.5 - ring.size / 2, y + 0.5 - ring.size / 2
    middle = (ring.size - ring.thickness) / 2 - 1
    distance = math.hypot(dx, dy)
    on_track = min(1.0, max(0.0, ring.thickness / 2 - abs(distance - middle) + 0.5))
    if on_track <= 0.0:
        return behind
    turn = math.atan2(dx, -dy) / math.tau % 1.0
    lit = 1.0 if turn <= ring.part else _in_cap(ring, dx, dy, middle)
    colour = _blend(parse(ring.track), parse(ring.lit), lit)
    return _blend(behind, colour, on_track)


def _in_cap(ring: Ring, dx: float, dy: float, middle: float) -> float:
    """How much of the pixel lies in a round end of the lit part."""
    if not 0.0 < ring.part < 1.0:
        return 0.0
    ends = (0.0, ring.part * math.tau)
    near = (math.hypot(dx - middle * math.sin(a), dy + middle * math.cos(a)) for a in ends)
    return min(1.0, max(0.0, ring.thickness / 2 - min(near) + 0.5))


def _blend(under: Rgb, over: Rgb, share: float) -> Rgb:
    keep = 1.0 - share
    return (
        under[0] * keep + over[0] * share,
        under[1] * keep + over[1] * share,
        under[2] * keep + over[2] * share,
    )
