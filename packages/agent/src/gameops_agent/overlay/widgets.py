"""The few controls of the overlay, drawn smooth and reachable by keyboard."""

import tkinter as tk
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gameops_agent.overlay import theme
from gameops_agent.overlay.paint import Box, Ring, box_png, mix, ring_png
from gameops_agent.overlay.theme import Metric, Type

SMALLEST: Final = 11
"""Pixels; smaller text cannot be read."""


@dataclass(frozen=True, slots=True)
class Look:
    """What every control needs to draw itself."""

    type: Type
    metric: Metric

    def px(self, length: float) -> int:
        """A design length in pixels."""
        return self.metric.px(length)

    def plain(self, size: float) -> tuple[str, int]:
        """Running text of a design size."""
        return self.type.plain(max(SMALLEST, self.px(size)))

    def bold(self, size: float) -> tuple[str, int, str]:
        """Strong text of a design size."""
        return self.type.bold(max(SMALLEST, self.px(size)))

    def nudge(self, size: float) -> int:
        """How far to lower a centred line of that design size to look centred."""
        return self.type.nudge(self.px(size))

    def drop(self, large: float, small: float) -> int:
        """How far to lower a small line beside a large one, to stand on its baseline."""
        return self.type.drop(self.px(large), self.px(small))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paint:
    """A control's colours in one state."""

    fill: str
    text: str
    outline: str = ""


PRIMARY: Final = Paint(fill=theme.ACCENT, text=theme.ON_ACCENT)
PRIMARY_HOVER: Final = Paint(fill=theme.ACCENT_HOVER, text=theme.ON_ACCENT)
QUIET: Final = Paint(fill=theme.SURFACE, text=theme.TEXT, outline=theme.LINE)
QUIET_HOVER: Final = Paint(fill=theme.HOVER, text=theme.TEXT, outline=theme.TEXT_DIM)
BARE: Final = Paint(fill=theme.SURFACE, text=theme.TEXT_DIM)
BARE_HOVER: Final = Paint(fill=theme.SURFACE, text=theme.TEXT)


def picture(master: tk.Misc, png: bytes) -> tk.PhotoImage:
    """A PNG as a Tk image; keep a reference for as long as it is shown."""
    return tk.PhotoImage(master=master, data=png, format="png")


class Surface(tk.Canvas):
    """A canvas that keeps the pictures it shows."""

    def __init__(self, master: tk.Misc, width: int, height: int, behind: str) -> None:
        super().__init__(
            master,
            width=width,
            height=height,
            background=behind,
            highlightthickness=0,
            borderwidth=0,
            takefocus=0,
        )
        self.behind = behind
        self._pictures: dict[str, tk.PhotoImage] = {}

    def put(self, png: bytes, at: tuple[int, int], tag: str) -> None:
        """Show a picture with its top left corner there, in place of one with the same tag."""
        self.delete(tag)
        self._pictures[tag] = picture(self, png)
        self.create_image(*at, image=self._pictures[tag], anchor="nw", tags=tag)

    @property
    def words(self) -> tuple[str, ...]:
        """Every text on the canvas and on what it holds; never what somebody typed."""
        texts = [item for item in self.find_all() if self._is_text(item)]
        own = (str(self.tk.call(str(self), "itemcget", item, "-text")) for item in texts)
        held = [each for each in self.winfo_children() if isinstance(each, Surface)]
        inner = (word for each in held if each.winfo_ismapped() for word in each.words)
        return tuple(word for word in (*own, *inner) if word)

    def _is_text(self, item: int) -> bool:
        return str(self.tk.call(str(self), "type", item)) == "text"

    def box(self, box: Box, at: tuple[int, int], tag: str) -> None:
        """Show a rounded rectangle."""
        self.put(box_png(box), at, tag)

    def ring(self, ring: Ring, at: tuple[int, int], tag: str) -> None:
        """Show a progress ring."""
        self.put(ring_png(ring), at, tag)


class Button(Surface):
    """A rounded button; Return and space press it."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        size: tuple[int, int],
        paints: tuple[Paint, Paint],
        command: Callable[[], None],
    ) -> None:
        super().__init__(master, *size, behind=theme.SURFACE)
        self.configure(takefocus=1, cursor="hand2")
        self._size = size
        self._look = look
        self._rest, self._hover = paints
        self._command = command
        self._text = ""
        self._enabled = True
        self._draw(self._rest)
        for event in ("<Enter>", "<FocusIn>"):
            self.bind(event, lambda _: self._draw(self._hover))
        for event in ("<Leave>", "<FocusOut>"):
            self.bind(event, lambda _: self._draw(self._rest))
        for event in ("<ButtonRelease-1>", "<Return>", "<KP_Enter>", "<space>"):
            self.bind(event, lambda _: self.press())

    def say(self, text: str, *, enabled: bool = True) -> None:
        """Change the words, and whether it can be pressed."""
        self._text = text
        self._enabled = enabled
        self._draw(self._rest)

    def press(self) -> None:
        """Do what it is for."""
        if self._enabled:
            self._command()

    def _draw(self, paint: Paint) -> None:
        width, height = self._size
        fill = paint.fill if self._enabled else mix(self.behind, paint.fill, 0.45)
        outline = paint.outline
        shape = Box(
            width=width,
            height=height,
            radius=self._look.px(10),
            fill=fill,
            behind=self.behind,
            outline=outline,
        )
        self.box(shape, (0, 0), "shape")
        self.delete("text")
        self.create_text(
            width // 2,
            height // 2 + self._look.nudge(15),
            text=self._text,
            fill=paint.text,
            font=self._look.bold(15),
            tags="text",
        )


class Field(Surface):
    """A labelled line of text."""

    def __init__(self, master: tk.Misc, look: Look, width: int, *, secret: bool = False) -> None:
        self._label_height = look.px(26)
        self._box = (width, look.px(46))
        super().__init__(master, width, self._label_height + self._box[1], behind=theme.SURFACE)
        self._look = look
        self.value = tk.StringVar(self)
        self.entry = tk.Entry(
            self,
            textvariable=self.value,
            font=look.plain(16),
            show="•" if secret else "",
            background=theme.RAISED,
            foreground=theme.TEXT,
            insertbackground=theme.TEXT,
            selectbackground=theme.ACCENT,
            selectforeground=theme.ON_ACCENT,
            relief="flat",
            borderwidth=0,
            highlightthickness=0,
        )
        inset = look.px(14)
        self.create_window(
            inset,
            self._label_height + self._box[1] // 2,
            window=self.entry,
            anchor="w",
            width=width - 2 * inset,
            height=self._box[1] - look.px(14),
        )
        self._frame(theme.LINE)
        self.entry.bind("<FocusIn>", lambda _: self._frame(theme.ACCENT))
        self.entry.bind("<FocusOut>", lambda _: self._frame(theme.LINE))
        self.bind("<Button-1>", lambda _: self.entry.focus_set())

    def name(self, text: str) -> None:
        """Set the label."""
        self.delete("label")
        self.create_text(
            0, 0, text=text, anchor="nw", fill=theme.TEXT_SOFT, font=self._look.plain(13),
            tags="label",
        )  # fmt: skip

    def _frame(self, outline: str) -> None:
        width, height = self._box
        shape = Box(
            width=width,
            height=height,
            radius=self._look.px(10),
            fill=theme.RAISED,
            behind=self.behind,
            outline=outline,
            border=max(1.0, 1.4 * self._look.metric.scale),
        )
        self.box(shape, (0, self._label_height), "shape")
        self.tag_lower("shape")


class Tabs(Surface):
    """A segmented switch between two forms."""

    def __init__(
        self, master: tk.Misc, look: Look, width: int, choose: Callable[[int], None]
    ) -> None:
        self._full = (width, look.px(42))
        super().__init__(master, *self._full, behind=theme.SURFACE)
        self.configure(takefocus=1, cursor="hand2")
        self._look = look
        self._choose = choose
        self._names: tuple[str, ...] = ("", "")
        self.chosen = 0
        self.bind("<Button-1>", lambda event: self.select(int(event.x >= width // 2)))
        self.bind("<Left>", lambda _: self.select(0))
        self.bind("<Right>", lambda _: self.select(1))

    def name(self, *names: str) -> None:
        """Set the words."""
        self._names = names
        self._draw()

    def select(self, number: int) -> None:
        """Switch over."""
        self.chosen = number
        self._draw()
        self._choose(number)

    def _draw(self) -> None:
        width, height = self._full
        gap, half = self._look.px(4), width // 2
        track = Box(
            width=width,
            height=height,
            radius=self._look.px(11),
            fill=theme.BACKGROUND,
            behind=self.behind,
            outline=theme.LINE,
        )
        knob = Box(
            width=half - 2 * gap,
            height=height - 2 * gap,
            radius=self._look.px(8),
            fill=theme.HOVER,
            behind=theme.BACKGROUND,
        )
        self.delete("text")
        self.box(track, (0, 0), "track")
        self.box(knob, (self.chosen * half + gap, gap), "knob")
        for number, name in enumerate(self._names):
            colour = theme.TEXT if number == self.chosen else theme.TEXT_DIM
            self.create_text(
                half // 2 + number * half, height // 2 + self._look.nudge(14), text=name,
                fill=colour, font=self._look.bold(14), tags="text",
            )  # fmt: skip
