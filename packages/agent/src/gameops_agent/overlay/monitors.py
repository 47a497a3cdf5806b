"""Where the monitors are."""

import ctypes
import ctypes.util
import sys
import tkinter as tk
from functools import lru_cache

from gameops_agent.overlay.cover import Area


class _ScreenInfo(ctypes.Structure):
    _fields_ = (
        ("number", ctypes.c_int),
        ("x", ctypes.c_short),
        ("y", ctypes.c_short),
        ("width", ctypes.c_short),
        ("height", ctypes.c_short),
    )


def find_areas(root: tk.Tk) -> tuple[Area, Area]:
    """The whole desktop, and the monitor that the player looks at."""
    monitors = _xinerama(root.winfo_screen()) if sys.platform == "linux" else []
    if monitors:
        return _around(monitors), monitors[0]
    main = Area(0, 0, root.winfo_screenwidth(), root.winfo_screenheight())
    if sys.platform != "win32":
        return main, main
    else:  # noqa: RET505 - the type checker follows one system at a time
        place = (root.winfo_vrootx(), root.winfo_vrooty())
        return Area(*place, root.winfo_vrootwidth(), root.winfo_vrootheight()), main


def _around(areas: list[Area]) -> Area:
    """The smallest rectangle that holds them all."""
    left, top = min(a.x for a in areas), min(a.y for a in areas)
    right = max(a.x + a.width for a in areas)
    bottom = max(a.y + a.height for a in areas)
    return Area(left, top, right - left, bottom - top)


def _xinerama(display_name: str) -> list[Area]:
    """The X server's monitors, the primary one first; empty when it does not say."""
    libraries = _libraries()
    display = libraries[0].XOpenDisplay(display_name.encode()) if libraries else None
    if libraries is None or not display:
        return []
    x11, xinerama = libraries
    handle, count = ctypes.c_void_p(display), ctypes.c_int(0)
    found = xinerama.XineramaQueryScreens(handle, ctypes.byref(count))
    areas = [Area(s.x, s.y, s.width, s.height) for s in found[: count.value]] if found else []
    if found:
        x11.XFree(found)
    x11.XCloseDisplay(handle)
    return areas


@lru_cache(maxsize=1)
def _libraries() -> tuple[ctypes.CDLL, ctypes.CDLL] | None:
    x11_name = ctypes.util.find_library("X11")
    xinerama_name = ctypes.util.find_library("Xinerama")
    if not x11_name or not xinerama_name:
        return None
    x11, xinerama = ctypes.CDLL(x11_name), ctypes.CDLL(xinerama_name)
    x11.XOpenDisplay.restype = ctypes.c_void_p
    xinerama.XineramaQueryScreens.restype = ctypes.POINTER(_ScreenInfo)
    return x11, xinerama
