"""Cards that come up over a game or over the locked screen: warnings and staff messages."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from gameops_agent.overlay import shape, theme
from gameops_agent.overlay.cover import Area
from gameops_agent.overlay.paint import Box, mix
from gameops_agent.overlay.texts import Texts
from gameops_agent.overlay.widgets import PRIMARY, PRIMARY_HOVER, Button, Look, Surface

TITLE: Final = "GameOps warning"
MESSAGE_TITLE: Final = "GameOps message"
WARNING_MS: Final = 12_000
_TOP: Final = 120
_MARGIN: Final = 16
_WIDTH: Final = 400


class Toasts:
    """At most one warning and one message at a time; the newer replaces the older."""

    def __init__(self, root: tk.Tk, look: Look, area: Area) -> None:
        self._root = root
        self._look = look
        self._area = area
        self._warning: _Card | None = None
        self._message: _Card | None = None
        self._expiry = ""
        self.below = 0
        """Pixels from the monitor's top that other windows take."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The words on the screen."""
        return tuple(word for card in self._cards for word in card.words)

    @property
    def titles(self) -> tuple[str, ...]:
        """The windows on the screen."""
        return tuple(card.title for card in self._cards)

    @property
    def _cards(self) -> tuple["_Card", ...]:
        return tuple(card for card in (self._warning, self._message) if card is not None)

    def warn(self, headline: str, texts: Texts, colour: str) -> None:
        """Show a warning for some seconds."""
        self.clear_warning()
        self._warning = self._card(TITLE, colour, (headline, texts("warn_how")))
        self._expiry = self._root.after(WARNING_MS, self.clear_warning)

    def message(self, text: str, texts: Texts, parent: tk.Toplevel | None) -> None:
        """Show a message until it is read; on ``parent`` when that holds all input."""
        self.clear_message()
        words = (texts("staff_message"), text)
        card = self._card(MESSAGE_TITLE, theme.ACCENT, words, parent)
        card.add_button(texts("ok"), self.clear_message)
        self._message = card

    def clear_warning(self) -> None:
        """Take the warning away."""
        if self._expiry:
            self._root.after_cancel(self._expiry)
            self._expiry = ""
        if self._warning is not None:
            self._warning.remove()
            self._warning = None

    def clear_message(self) -> None:
        """Take the message away."""
        if self._message is not None:
            self._message.remove()
            self._message = None

    def lift(self) -> None:
        """Stay above a game that came to the front."""
        for card in self._cards:
            card.lift()

    def _card(
        self, title: str, colour: str, words: tuple[str, str], parent: tk.Toplevel | None = None
    ) -> "_Card":
        card = _Card(self._root, self._look, parent, title=title, colour=colour)
        card.write(*words)
        px = self._look.px
        offset = self.below + px(12) if parent is None else px(_TOP)
        x = self._area.x + self._area.width - px(_WIDTH) - px(_MARGIN)
        card.appear(x, self._area.y + offset + self._below(card))
        return card

    def _below(self, card: "_Card") -> int:
        """A message comes under a warning that is up."""
        if self._warning is None or card.title == TITLE:
            return 0
        return self._warning.height + self._look.px(12)


class _Card:
    """One card: a stripe in its colour, a headline, some text, perhaps a button."""

    def __init__(
        self, root: tk.Tk, look: Look, parent: tk.Toplevel | None, *, title: str, colour: str
    ) -> None:
        self.title = title
        self.words: tuple[str, ...] = ()
        self._look = look
        self._colour = colour
        self._floating = parent is None
        self._holder: tk.Toplevel | tk.Frame = (
            _window(root, title) if parent is None else tk.Frame(parent)
        )
        self._width = look.px(_WIDTH)
        self._sheet = Surface(self._holder, self._width, look.px(90), behind=theme.SURFACE)
        self._sheet.pack()
        self.height = look.px(90)

    def write(self, headline: str, text: str) -> None:
        """Set the words and find the height they need."""
        self.words = (headline, text)
        px = self._look.px
        self._sheet.create_text(
            px(28), px(20), anchor="nw", text=headline, fill=theme.TEXT, font=self._look.bold(18)
        )
        body = self._sheet.create_text(
            px(28), px(48), anchor="nw", text=text, fill=theme.TEXT_SOFT,
            font=self._look.plain(15), width=self._width - px(52),
        )  # fmt: skip
        self.height = max(px(90), self._sheet.bbox(body)[3] + px(22))

    def add_button(self, words: str, press: Callable[[], None]) -> None:
        """Put a button under the text."""
        px = self._look.px
        button = Button(self._sheet, self._look, (px(96), px(40)), (PRIMARY, PRIMARY_HOVER), press)
        button.say(words)
        top = self.height - px(4)
        self._sheet.create_window(
            self._width - px(24), top, window=button, anchor="ne", tags="button"
        )
        self.height = top + px(40) + px(22)
        self._fit()

    def appear(self, x: int, y: int) -> None:
        """Come up there."""
        self._at = (x, y)
        self._fit()

    def lift(self) -> None:
        """Come above the others."""
        if self._floating:
            self._holder.lift()

    def remove(self) -> None:
        """Go away."""
        self._holder.destroy()

    def _fit(self) -> None:
        """Draw the card behind its words and take its size."""
        width, height = self._width, self.height
        back = Box(
            width=width,
            height=height,
            radius=self._look.px(16),
            fill=theme.SURFACE,
            behind=theme.BACKGROUND,
            outline=mix(theme.SURFACE, self._colour, 0.45),
            border=1.5,
        )
        self._sheet.configure(height=height)
        self._sheet.box(back, (0, 0), "back")
        px = self._look.px
        stripe = Box(
            width=px(5), height=height - px(40), radius=px(5) / 2, fill=self._colour,
            behind=theme.SURFACE,
        )  # fmt: skip
        self._sheet.box(stripe, (px(13), px(20)), "stripe")
        self._sheet.tag_lower("stripe")
        self._sheet.tag_lower("back")
        self._settle(width, height)

    def _settle(self, width: int, height: int) -> None:
        x, y = self._at
        if isinstance(self._holder, tk.Frame):
            self._holder.place(x=x, y=y, width=width, height=height)
            return
        self._holder.geometry(f"{width}x{height}+{x}+{y}")
        self._holder.deiconify()
        self._holder.lift()
        self._holder.update_idletasks()
        shape.round_corners(self._holder, (width, height), self._look.px(16))


def _window(root: tk.Tk, title: str) -> tk.Toplevel:
    window = tk.Toplevel(root, background=theme.SURFACE)
    window.withdraw()
    window.title(title)
    window.overrideredirect(boolean=True)
    window.attributes("-topmost", True)
    return window
