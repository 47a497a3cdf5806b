"""The small time display of a running session, and the panel behind it."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from gameops_agent.overlay import shape, theme, view
from gameops_agent.overlay.cover import Area
from gameops_agent.overlay.messages import Scene
from gameops_agent.overlay.paint import Box, mix
from gameops_agent.overlay.texts import Texts
from gameops_agent.overlay.widgets import (
    BARE,
    BARE_HOVER,
    QUIET,
    QUIET_HOVER,
    Button,
    Look,
    Surface,
)
from gameops_agent.session.lease import Face

TITLE: Final = "GameOps time left"
MINUTES: Final = (15, 30, 60)
_MARGIN: Final = 16


class TimeLeft:
    """Always on top at the top right; a click opens the panel."""

    def __init__(self, root: tk.Tk, look: Look, area: Area, wish: Callable[[int], None]) -> None:
        self._look = look
        self._area = area
        self._wish = wish
        self._texts = Texts("en")
        self._scene = Scene(face=Face.SESSION)
        self._drawn: tuple[object, ...] = ()
        self._answer = ""
        self.seconds: int | None = None
        self._pill_size = (look.px(118), look.px(42))
        self._panel_size = (look.px(340), look.px(292))
        self.pill = _floating(root, TITLE)
        self._face = Surface(self.pill, *self._pill_size, behind=theme.SURFACE)
        self._face.configure(cursor="hand2")
        self._face.pack()
        self._face.bind("<ButtonRelease-1>", lambda _: self.open())
        self.panel = _floating(root, f"{TITLE} panel")
        self._sheet = Surface(self.panel, *self._panel_size, behind=theme.SURFACE)
        self._sheet.pack()
        self._buttons = [self._ask_button(minutes) for minutes in MINUTES]
        self._close = Button(
            self._sheet, look, (look.px(120), look.px(34)), (BARE, BARE_HOVER), self.close
        )
        self._place_controls()

    @property
    def texts(self) -> tuple[str, ...]:
        """The words on the screen."""
        shown = [s for w, s in ((self.pill, self._face), (self.panel, self._sheet)) if _up(w)]
        return tuple(word for sheet in shown for word in sheet.words)

    def show(self, scene: Scene, texts: Texts) -> None:
        """Take the scene of a running session."""
        if scene.ends_at != self._scene.ends_at:
            self._answer = ""
        self._scene, self._texts, self._drawn = scene, texts, ()
        for button, minutes in zip(self._buttons, MINUTES, strict=True):
            button.say(texts("minutes_short", minutes=minutes))
        self._close.say(texts("minimise"))
        if not _up(self.panel):
            self._raise(self.pill, self._pill_size)

    def hide(self) -> None:
        """The session is over."""
        self._answer = ""
        self.pill.withdraw()
        self.panel.withdraw()

    def open(self) -> None:
        """Show the panel in place of the pill."""
        self.pill.withdraw()
        self._drawn = ()
        self._raise(self.panel, self._panel_size)
        self.tick(self.seconds)

    def close(self) -> None:
        """Show the pill in place of the panel."""
        self.panel.withdraw()
        self._drawn = ()
        self._raise(self.pill, self._pill_size)
        self.tick(self.seconds)

    def answered(self, *, sent: bool) -> None:
        """Show whether the wish for time was sent."""
        self._answer = self._texts("asked" if sent else "not_asked")
        self._drawn = ()
        self.tick(self.seconds)

    @property
    def bottom(self) -> int:
        """Pixels from the monitor's top to the lower edge of what is shown."""
        height = self._panel_size[1] if _up(self.panel) else self._pill_size[1]
        return self._look.px(_MARGIN) + height

    def lift(self) -> None:
        """Stay above a game that came to the front."""
        for window in (self.pill, self.panel):
            if _up(window):
                window.lift()

    def tick(self, seconds: int | None) -> None:
        """Move the time on; draws only what changed."""
        self.seconds = seconds
        if seconds is None:
            return
        if _up(self.panel):
            self._draw_panel(seconds)
        else:
            self._draw_pill(seconds)

    def _draw_pill(self, seconds: int) -> None:
        colour = view.urgency(seconds)
        wanted = ("pill", view.short(seconds), colour)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        width, height = self._pill_size
        quiet = colour == theme.TEXT
        back = Box(
            width=width,
            height=height,
            radius=height / 2,
            fill=theme.SURFACE if quiet else mix(theme.SURFACE, colour, 0.14),
            behind=theme.BACKGROUND,
            outline=theme.LINE if quiet else mix(theme.SURFACE, colour, 0.6),
            border=1.5,
        )
        self._face.delete("all")
        self._face.box(back, (0, 0), "back")
        size = self._look.px(9)
        mark = theme.ACCENT if quiet else colour
        dot = Box(width=size, height=size, radius=size / 2, fill=mark, behind=back.fill)
        self._face.box(dot, (self._look.px(18), (height - size) // 2), "dot")
        self._face.create_text(
            width // 2 + self._look.px(9), height // 2 + self._look.nudge(19),
            text=view.short(seconds), fill=colour, font=self._look.bold(19),
        )  # fmt: skip

    def _draw_panel(self, seconds: int) -> None:
        wanted = ("panel", seconds, self._answer)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        px, sheet = self._look.px, self._sheet
        sheet.delete("drawn")
        self._draw_sheet()
        self._label((px(24), px(22)), self._texts("time_left"), theme.TEXT_SOFT)
        head, tail = view.long(seconds)
        colour = view.urgency(seconds)
        big = sheet.create_text(
            px(24), px(74), anchor="w", text=head, fill=colour, font=self._look.bold(44),
            tags="drawn",
        )  # fmt: skip
        right = sheet.bbox(big)[2]
        sheet.create_text(
            right + px(1), px(74) + self._look.drop(44, 24), anchor="w", text=tail,
            fill=theme.TEXT_DIM, font=self._look.bold(24), tags="drawn",
        )  # fmt: skip
        self._draw_end()
        self._draw_progress(seconds, theme.ACCENT if colour == theme.TEXT else colour)
        self._label((px(24), px(142)), self._answer or self._texts("more_time"), theme.TEXT_SOFT)

    def _draw_sheet(self) -> None:
        width, height = self._panel_size
        back = Box(
            width=width,
            height=height,
            radius=self._look.px(18),
            fill=theme.SURFACE,
            behind=theme.BACKGROUND,
            outline=theme.LINE,
            border=1.5,
        )
        self._sheet.box(back, (0, 0), "back")
        self._sheet.tag_lower("back")

    def _draw_end(self) -> None:
        if self._scene.ends_at is None:
            return
        time_of_day = view.clock(self._scene.ends_at / 1000)[0]
        self._sheet.create_text(
            self._panel_size[0] - self._look.px(24), self._look.px(30), anchor="e",
            text=self._texts("ends_at", time=time_of_day), fill=theme.TEXT_DIM,
            font=self._look.plain(14), tags="drawn",
        )  # fmt: skip

    def _draw_progress(self, seconds: int, colour: str) -> None:
        px = self._look.px
        width, height = self._panel_size[0] - 2 * px(24), px(6)
        total = max(self._scene.total // 1000, seconds, 1)
        done = max(height, round(width * seconds / total))
        for length, fill, behind, tag in (
            (width, theme.LINE, theme.SURFACE, "track"),
            (done, colour, theme.LINE if done < width else theme.SURFACE, "bar"),
        ):
            bar = Box(width=length, height=height, radius=height / 2, fill=fill, behind=behind)
            self._sheet.box(bar, (px(24), px(112)), tag)

    def _label(self, at: tuple[int, int], text: str, colour: str) -> None:
        self._sheet.create_text(
            *at, anchor="nw", text=text, fill=colour, font=self._look.plain(14), tags="drawn",
            width=self._panel_size[0] - 2 * self._look.px(24),
        )  # fmt: skip

    def _ask_button(self, minutes: int) -> Button:
        size = (self._look.px(90), self._look.px(44))
        return Button(
            self._sheet, self._look, size, (QUIET, QUIET_HOVER), lambda: self._wish(minutes)
        )

    def _place_controls(self) -> None:
        px = self._look.px
        for number, button in enumerate(self._buttons):
            self._sheet.create_window(
                px(24) + number * px(101), px(178), window=button, anchor="nw"
            )
        self._sheet.create_window(
            self._panel_size[0] // 2, px(258), window=self._close, anchor="center"
        )

    def _raise(self, window: tk.Toplevel, size: tuple[int, int]) -> None:
        width, height = size
        x = self._area.x + self._area.width - width - self._look.px(_MARGIN)
        y = self._area.y + self._look.px(_MARGIN)
        window.geometry(f"{width}x{height}+{x}+{y}")
        window.deiconify()
        window.lift()
        window.update_idletasks()
        radius = height / 2 if window is self.pill else self._look.px(18)
        shape.round_corners(window, (width, height), radius)


def _floating(root: tk.Tk, title: str) -> tk.Toplevel:
    """A window without a frame that stays above the others."""
    window = tk.Toplevel(root, background=theme.SURFACE)
    window.withdraw()
    window.title(title)
    window.overrideredirect(boolean=True)
    window.attributes("-topmost", True)
    return window


def _up(window: tk.Toplevel) -> bool:
    return window.state() != "withdrawn"
