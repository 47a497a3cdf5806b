"""Writing PNG pictures without a library for it."""

import struct
import zlib
from typing import Final

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_RGB_8: Final = (8, 2, 0, 0, 0)


def encode_png(width: int, height: int, rgb: bytes, *, effort: int = 1) -> bytes:
    """A picture from its pixels, row by row from the top."""
    stride = width * 3
    rows = (b"\0" + rgb[start : start + stride] for start in range(0, stride * height, stride))
    header = struct.pack(">IIBBBBB", width, height, *_RGB_8)
    body = zlib.compress(b"".join(rows), effort)
    parts = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, content) for name, content in parts)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
