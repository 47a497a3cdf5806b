"""The sign-in card of the locked screen."""

import tkinter as tk
from collections.abc import Callable

from gameops_agent.overlay import theme
from gameops_agent.overlay.messages import SignInWish
from gameops_agent.overlay.paint import Box
from gameops_agent.overlay.texts import Texts
from gameops_agent.overlay.widgets import PRIMARY, PRIMARY_HOVER, Button, Field, Look, Surface, Tabs

_ACCOUNT, _VOUCHER = 0, 1


class SignInCard(Surface):
    """Account or voucher; what is typed leaves only as a :class:`SignInWish`."""

    def __init__(self, master: tk.Misc, look: Look, wish: Callable[[SignInWish], None]) -> None:
        self._width, self._height = look.px(440), look.px(468)
        super().__init__(master, self._width, self._height, behind=theme.BACKGROUND)
        self._look = look
        self._wish = wish
        self._texts = Texts("en")
        self.error = ""
        self._busy = False
        inner = self._width - 2 * look.px(32)
        self._tabs = Tabs(self, look, inner, self._choose)
        self._identifier = Field(self, look, inner)
        self._password = Field(self, look, inner, secret=True)
        self._voucher = Field(self, look, inner)
        size = (inner, look.px(50))
        self._button = Button(self, look, size, (PRIMARY, PRIMARY_HOVER), self._submit)
        self._draw_frame()
        self._place()
        for field in (self._identifier, self._password, self._voucher):
            for key in ("<Return>", "<KP_Enter>"):
                field.entry.bind(key, lambda _: self._submit())

    def speak(self, texts: Texts) -> None:
        """Take another language."""
        self._texts = texts
        self._tabs.name(texts("account"), texts("voucher"))
        self._identifier.name(texts("identifier"))
        self._password.name(texts("password"))
        self._voucher.name(texts("voucher_code"))
        self._button.say(texts("start"))
        self.delete("title")
        left = self._look.px(32)
        self._line("title", self._look.px(30), texts("sign_in"), self._look.bold(24), theme.TEXT)
        self.create_text(
            left, self._look.px(66), anchor="nw", text=texts("sign_in_hint"), tags="title",
            fill=theme.TEXT_DIM, font=self._look.plain(13),
        )  # fmt: skip
        self._say("")

    def clear(self) -> None:
        """Forget what somebody typed."""
        for field in (self._identifier, self._password, self._voucher):
            field.value.set("")
        self._say("")
        self._free()

    def focus_first(self) -> None:
        """Put the caret where typing should begin."""
        field = self._voucher if self._tabs.chosen == _VOUCHER else self._identifier
        field.entry.focus_force()

    def answered(self, code: str, detail: str) -> None:
        """Show how it went; success shows by the screen going away."""
        self._free()
        self._password.value.set("")
        self._say(self._texts.error(code, detail) if code else "")

    def _free(self) -> None:
        self._busy = False
        self._button.say(self._texts("start"))

    def _submit(self) -> None:
        if self._busy:
            return
        wish = self._typed()
        if wish is None:
            self._say(self._texts("fill_in"))
            return
        self._busy = True
        self._say("")
        self._button.say(self._texts("checking"), enabled=False)
        self._wish(wish)

    def _typed(self) -> SignInWish | None:
        if self._tabs.chosen == _VOUCHER:
            voucher = self._voucher.value.get().strip()
            return SignInWish(voucher=voucher) if voucher else None
        identifier, password = self._identifier.value.get().strip(), self._password.value.get()
        if not identifier or not password:
            return None
        return SignInWish(identifier=identifier, password=password)

    def _choose(self, number: int) -> None:
        account = "normal" if number == _ACCOUNT else "hidden"
        voucher = "normal" if number == _VOUCHER else "hidden"
        self.itemconfigure("account", state=account)
        self.itemconfigure("voucher", state=voucher)
        self._say("")
        self.focus_first()

    def _draw_frame(self) -> None:
        shape = Box(
            width=self._width,
            height=self._height,
            radius=self._look.px(20),
            fill=theme.SURFACE,
            behind=theme.BACKGROUND,
            outline=theme.LINE,
        )
        self.box(shape, (0, 0), "frame")

    def _place(self) -> None:
        rows = (
            (self._tabs, 102, "tabs"),
            (self._identifier, 168, "account"),
            (self._password, 254, "account"),
            (self._voucher, 168, "voucher"),
            (self._button, 386, "button"),
        )
        for widget, top, tag in rows:
            self.create_window(
                self._look.px(32), self._look.px(top), window=widget, anchor="nw", tags=tag
            )
        self.itemconfigure("voucher", state="hidden")

    def _say(self, error: str) -> None:
        self.error = error
        self.delete("error")
        self._line("error", self._look.px(346), error, self._look.plain(14), theme.BROKEN)

    def _line(
        self, tag: str, top: int, text: str, font: tuple[str, int] | tuple[str, int, str],
        colour: str,
    ) -> None:  # fmt: skip
        left = self._look.px(32)
        self.create_text(
            left, top, anchor="nw", text=text, fill=colour, font=font, tags=tag,
            width=self._width - 2 * left,
        )  # fmt: skip
