"""The full-screen window of a locked station: one canvas over every monitor."""

import tkinter as tk
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from gameops_agent.overlay import theme, view
from gameops_agent.overlay.messages import Scene, SignInWish
from gameops_agent.overlay.paint import Box, Ring, mix
from gameops_agent.overlay.sign_in import SignInCard
from gameops_agent.overlay.texts import Texts
from gameops_agent.overlay.widgets import Look, Surface
from gameops_agent.session.lease import Face

TITLE: Final = "GameOps locked"
Anchor = Literal["center", "w", "e"]


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the desktop, in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def geometry(self) -> str:
        """As Tk writes it."""
        return f"{self.width}x{self.height}+{self.x}+{self.y}"


class Cover:
    """Covers ``desktop`` and draws on ``main``, the monitor that the player looks at."""

    def __init__(
        self, root: tk.Tk, look: Look, areas: tuple[Area, Area], wish: Callable[[SignInWish], None]
    ) -> None:
        self.desktop, self.main = areas
        self.window = tk.Toplevel(root, background=theme.BACKGROUND)
        self.window.withdraw()
        self.window.title(TITLE)
        self.window.overrideredirect(boolean=True)
        self.window.attributes("-topmost", True)
        self.window.geometry(self.desktop.geometry)
        self._look = look
        self._canvas = Surface(
            self.window, self.desktop.width, self.desktop.height, theme.BACKGROUND
        )
        self._canvas.place(x=0, y=0)
        self.card = SignInCard(self._canvas, look, wish)
        self._card_item = self._canvas.create_window(0, 0, window=self.card, state="hidden")
        self._scene = Scene(face=Face.LOCKED)
        self._texts = Texts("en")
        self._spoken = ""
        self._unfocused = False
        self.seconds: int | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The words on the screen, for :class:`Description`."""
        return self._canvas.words

    def show(self, scene: Scene, texts: Texts) -> None:
        """Draw a locked scene and be on top of everything."""
        fresh = not self.visible or scene.face is not self._scene.face
        self._scene, self._texts = scene, texts
        if self._spoken != scene.locale:
            self._spoken = scene.locale
            self.card.speak(texts)
        if fresh:
            self.card.clear()
        self._draw()
        self.window.deiconify()
        self.window.lift()
        self._unfocused = self._has_card(scene) and (fresh or self._unfocused)

    def hide(self) -> None:
        """Give the screen back, and forget what was typed."""
        self.card.clear()
        self.window.withdraw()

    @property
    def visible(self) -> bool:
        """Whether the window is on the screen."""
        return bool(self.window.winfo_viewable())

    @property
    def covers(self) -> bool:
        """Whether the window is on the screen and as large as the desktop."""
        size = (self.window.winfo_width(), self.window.winfo_height())
        wanted = (self.desktop.width, self.desktop.height)
        return self.visible and size[0] >= wanted[0] and size[1] >= wanted[1]

    def settle(self) -> None:
        """Wait until the X server has drawn it all and given the keyboard to the form."""
        self.window.update()
        if self._unfocused:
            self._unfocused = False
            self.card.focus_first()
        for _ in range(2):
            self.window.winfo_pointerx()  # asks the server, which answers after all the rest
            self.window.update()

    def tick(self, server_seconds: float | None) -> None:
        """Move the clock on."""
        hours, seconds = view.clock(server_seconds)
        self._canvas.itemconfigure("clock", text=hours)
        self._canvas.itemconfigure("clock_seconds", text=seconds)

    def _draw(self) -> None:
        for item in self._canvas.find_all():
            if item != self._card_item:
                self._canvas.delete(item)
        self._place_card()
        self.seconds = None
        self._draw_top()
        if self._scene.revoked:
            self._draw_plain("enrol_again", "enrol_again_how", theme.BROKEN)
        elif self._scene.face is Face.PAUSED:
            self._draw_paused()
        elif self._scene.face is Face.MAINTENANCE:
            self._draw_plain("maintenance", "maintenance_how", theme.BROKEN)
        elif self._scene.face is Face.ENROL:
            self._draw_enrol()
        else:
            self._draw_locked()
        self._draw_link()

    # --- parts ----------------------------------------------------------------------------

    def _at(self, x: float, y: float) -> tuple[int, int]:
        """A place on the main monitor: shares of its width and height."""
        left, top = self.main.x - self.desktop.x, self.main.y - self.desktop.y
        return left + round(self.main.width * x), top + round(self.main.height * y)

    def _draw_top(self) -> None:
        px, (left, top) = self._look.px, self._at(0, 0)
        margin, tile = px(56), px(44)
        shape = Box(
            width=tile, height=tile, radius=px(12), fill=theme.ACCENT, behind=theme.BACKGROUND
        )
        self._canvas.box(shape, (left + margin, top + margin), "tile")
        middle = top + margin + tile // 2
        initial = (self._scene.venue or "GameOps")[:1].upper()
        self._text(
            (left + margin + tile // 2, middle + self._look.nudge(22)),
            initial,
            self._look.bold(22),
            theme.ON_ACCENT,
        )
        name = self._scene.venue or "GameOps"
        place = (left + margin + tile + px(16), middle + self._look.nudge(20))
        self._text(place, name, self._look.bold(20), theme.TEXT, anchor="w")
        right = left + self.main.width - margin
        low = middle + self._look.drop(34, 22)
        seconds = self._text(
            (right, low), ":00", self._look.plain(22), theme.TEXT_DIM, "e", tags="clock_seconds"
        )
        edge = self._canvas.bbox(seconds)[0]
        self._text((edge, middle), "", self._look.bold(34), theme.TEXT, "e", tags="clock")

    def _draw_locked(self) -> None:
        card = self._has_card(self._scene)
        x = 0.29 if card else 0.5
        centre, middle = self._at(x, 0.5)
        px = self._look.px
        words, colour = self._standing()
        self._chip((centre, middle - px(196)), words, colour)
        name = self._name_size()
        place = (centre, middle - px(40) + self._look.nudge(name))
        self._text(place, self._scene.station, self._look.bold(name), theme.TEXT)
        self._text(
            (centre, middle + px(104)), self._scene.zone, self._look.plain(22), theme.TEXT_DIM
        )
        self._text(
            (centre, middle + px(164)),
            self._texts("ask_counter_or" if card else "ask_counter"),
            self._look.plain(24),
            theme.TEXT_SOFT,
        )

    def _place_card(self) -> None:
        """Show or hide the card without disturbing somebody who types."""
        state = "normal" if self._has_card(self._scene) else "hidden"
        self._canvas.coords(self._card_item, *self._at(0.7, 0.5))
        self._canvas.itemconfigure(self._card_item, state=state)

    def _draw_paused(self) -> None:
        px, (centre, middle) = self._look.px, self._at(0.5, 0.5)
        self.seconds = view.Countdown(self._scene, 0.0).seconds(0.0)
        self._chip((centre, middle - px(270)), self._scene.station, theme.PAUSED)
        self._text(
            (centre, middle - px(206)), self._texts("paused"), self._look.bold(52), theme.TEXT
        )
        self._draw_ring((centre, middle + px(12)), self.seconds or 0)
        self._text(
            (centre, middle + px(222)), self._texts("paused_how"), self._look.plain(22),
            theme.TEXT_SOFT,
        )  # fmt: skip

    def _draw_ring(self, centre: tuple[int, int], seconds: int) -> None:
        px = self._look.px
        size = px(300)
        total = max(self._scene.total // 1000, seconds, 1)
        ring = Ring(
            size=size,
            thickness=px(18),
            part=seconds / total,
            lit=theme.PAUSED,
            track=theme.RAISED,
            behind=theme.BACKGROUND,
        )
        self._canvas.ring(ring, (centre[0] - size // 2, centre[1] - size // 2), "ring")
        self._draw_time((centre[0], centre[1] - px(10)), seconds)
        below = (centre[0], centre[1] + px(42))
        self._text(below, self._texts("time_left_lower"), self._look.plain(18), theme.TEXT_DIM)

    def _draw_time(self, centre: tuple[int, int], seconds: int) -> None:
        head, tail = view.long(seconds)
        item = self._text(centre, head, self._look.bold(58), theme.TEXT)
        _, _, right, _ = self._canvas.bbox(item)
        shift = self._look.px(24)
        self._canvas.move(item, -shift, 0)
        place = (right - shift, centre[1] + self._look.drop(58, 30))
        self._text(place, tail, self._look.bold(30), theme.TEXT_DIM, anchor="w")

    def _draw_plain(self, headline: str, how: str, colour: str) -> None:
        px, (centre, middle) = self._look.px, self._at(0.5, 0.5)
        self._chip((centre, middle - px(150)), self._scene.station, colour)
        self._text(
            (centre, middle - px(50)), self._texts(headline), self._look.bold(64), theme.TEXT
        )
        self._text(
            (centre, middle + px(46)), self._texts(how), self._look.plain(24), theme.TEXT_SOFT
        )

    def _draw_enrol(self) -> None:
        self._draw_plain("enrol", "enrol_how", theme.ACCENT)
        px, (centre, middle) = self._look.px, self._at(0.5, 0.5)
        width, height = px(760), px(76)
        shape = Box(
            width=width,
            height=height,
            radius=px(14),
            fill=theme.SURFACE,
            behind=theme.BACKGROUND,
            outline=theme.LINE,
        )
        top = middle + px(110)
        self._canvas.box(shape, (centre - width // 2, top), "command")
        self._text(
            (centre, top + height // 2), self._texts("enrol_command"),
            ("DejaVu Sans Mono", -px(19)), theme.TEXT,
        )  # fmt: skip

    def _draw_link(self) -> None:
        px, (left, bottom) = self._look.px, self._at(0, 1)
        colour, words = view.link_state(self._scene, self._texts)
        if self._scene.face is Face.ENROL:
            colour, words = theme.TEXT_DIM, self._scene.station
        middle = bottom - px(70)
        self._dot((left + px(56), middle), colour)
        self._text(
            (left + px(80), middle + self._look.nudge(17)),
            words,
            self._look.plain(17),
            theme.TEXT_SOFT,
            anchor="w",
        )

    def _chip(self, centre: tuple[int, int], words: str, colour: str) -> None:
        px = self._look.px
        item = self._text((0, 0), words, self._look.bold(17), colour)
        left, _, right, _ = self._canvas.bbox(item)
        self._canvas.delete(item)
        width, height = right - left + px(56), px(38)
        shape = Box(
            width=width,
            height=height,
            radius=height / 2,
            fill=mix(theme.BACKGROUND, colour, 0.12),
            behind=theme.BACKGROUND,
            outline=mix(theme.BACKGROUND, colour, 0.35),
        )
        corner = (centre[0] - width // 2, centre[1] - height // 2)
        self._canvas.box(shape, corner, "chip")
        self._dot((corner[0] + px(18), centre[1]), colour, fill=shape.fill)
        place = (corner[0] + px(36), centre[1] + self._look.nudge(17))
        self._text(place, words, self._look.bold(17), colour, anchor="w")

    def _dot(self, at: tuple[int, int], colour: str, fill: str = theme.BACKGROUND) -> None:
        size = self._look.px(11)
        shape = Box(width=size, height=size, radius=size / 2, fill=colour, behind=fill)
        self._canvas.box(shape, (at[0], at[1] - size // 2), f"dot{at}")

    def _standing(self) -> tuple[str, str]:
        """The words and colour for why nobody plays."""
        scene = self._scene
        if not scene.online:
            return self._texts("out_of_reach"), theme.SOON
        if scene.remaining is None:
            return self._texts("ready"), theme.FREE
        over = (scene.ends_at or 0) <= (scene.server_time or 0)
        return self._texts("time_up" if over else "locked"), theme.SOON

    def _name_size(self) -> float:
        """As large as a station's name allows on its part of the monitor."""
        room = self.main.width * 0.4
        length = max(1, len(self._scene.station))
        fitting = room / (length * 0.66) / self._look.metric.scale
        return min(220.0, fitting)

    def _text(
        self,
        at: tuple[int, int],
        text: str,
        font: tuple[str, int] | tuple[str, int, str],
        colour: str,
        anchor: Anchor = "center",
        tags: str = "words",
    ) -> int:
        return self._canvas.create_text(
            *at, text=text, font=font, fill=colour, anchor=anchor, tags=tags, justify="center"
        )

    @staticmethod
    def _has_card(scene: Scene) -> bool:
        return scene.face is Face.LOCKED and scene.sign_in and not scene.revoked
