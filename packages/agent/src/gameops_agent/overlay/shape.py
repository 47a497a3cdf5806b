"""Round corners for windows without a frame, where the X server can cut them."""

import ctypes
import ctypes.util
import math
import sys
import tkinter as tk
from functools import lru_cache
from typing import Final

_SHAPE_BOUNDING: Final = 0
_SHAPE_SET: Final = 0
_UNSORTED: Final = 0


class _Rectangle(ctypes.Structure):
    _fields_ = (
        ("x", ctypes.c_short),
        ("y", ctypes.c_short),
        ("width", ctypes.c_ushort),
        ("height", ctypes.c_ushort),
    )


def round_corners(window: tk.Toplevel, size: tuple[int, int], radius: float) -> None:
    """Cut the window's corners; where that is not possible it stays rectangular."""
    libraries = _libraries() if sys.platform == "linux" else None
    if libraries is None:
        return
    x11, xext = libraries
    display = x11.XOpenDisplay(window.winfo_screen().encode())
    if not display:
        return
    rows = _rows(size, radius)
    wrapper = _parent(x11, display, window.winfo_id())
    xext.XShapeCombineRectangles(
        ctypes.c_void_p(display), ctypes.c_ulong(wrapper), _SHAPE_BOUNDING, 0, 0,
        (_Rectangle * len(rows))(*rows), len(rows), _SHAPE_SET, _UNSORTED,
    )  # fmt: skip
    x11.XCloseDisplay(ctypes.c_void_p(display))


def _parent(x11: ctypes.CDLL, display: int, window: int) -> int:
    """The window that Tk wraps around a toplevel; the X server shows that one."""
    root, parent, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
    children = ctypes.c_void_p()
    x11.XQueryTree(
        ctypes.c_void_p(display), ctypes.c_ulong(window), ctypes.byref(root),
        ctypes.byref(parent), ctypes.byref(children), ctypes.byref(count),
    )  # fmt: skip
    if children:
        x11.XFree(children)
    return window if parent.value in {0, root.value} else parent.value


def _rows(size: tuple[int, int], radius: float) -> list[_Rectangle]:
    """One rectangle for each line of the corners, and one for the middle."""
    width, height = size
    corner = min(math.ceil(radius), height // 2)
    rows = [_Rectangle(0, corner, width, height - 2 * corner)]
    for y in range(corner):
        away = radius - y - 0.5
        inset = max(0, round(radius - math.sqrt(max(0.0, radius * radius - away * away))))
        rows.append(_Rectangle(inset, y, width - 2 * inset, 1))
        rows.append(_Rectangle(inset, height - 1 - y, width - 2 * inset, 1))
    return rows


@lru_cache(maxsize=1)
def _libraries() -> tuple[ctypes.CDLL, ctypes.CDLL] | None:
    x11_name, xext_name = ctypes.util.find_library("X11"), ctypes.util.find_library("Xext")
    if not x11_name or not xext_name:
        return None
    x11, xext = ctypes.CDLL(x11_name), ctypes.CDLL(xext_name)
    x11.XOpenDisplay.restype = ctypes.c_void_p
    return x11, xext
