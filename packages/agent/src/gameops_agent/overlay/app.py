"""The overlay helper: becomes the scene that the core asks for, and says what is on the screen."""

import queue
import time
import tkinter as tk
from collections.abc import Callable
from tkinter import font as tkfont
from typing import Final

import msgspec

from gameops_agent.overlay import theme, view
from gameops_agent.overlay.cover import Cover
from gameops_agent.overlay.messages import (
    Describe,
    Description,
    FromHelper,
    LockWorkstation,
    Notice,
    Picture,
    Ping,
    Pong,
    Quit,
    Scene,
    Show,
    Shown,
    SignInAnswer,
    SignInWish,
    TakePicture,
    TimeAnswer,
    TimeWish,
    ToHelper,
    Warn,
)
from gameops_agent.overlay.monitors import find_areas
from gameops_agent.overlay.pill import TimeLeft
from gameops_agent.overlay.system import PlainSystem, System
from gameops_agent.overlay.texts import Texts
from gameops_agent.overlay.theme import Metric, Type
from gameops_agent.overlay.toast import Toasts
from gameops_agent.overlay.widgets import Look
from gameops_agent.session.lease import Face

POLL_MS: Final = 15
TICK_MS: Final = 200
GRAB_TRIES: Final = 8
SELECTION: Final = "GAMEOPS_OVERLAY"

Inbox = queue.SimpleQueue[ToHelper | None]
"""Messages of the core; ``None`` says that the core is gone."""


class OverlayApp:
    """All windows of one station's overlay. Runs on Tk's thread only."""

    def __init__(
        self,
        inbox: Inbox,
        send: Callable[[FromHelper], None],
        system: System | None = None,
    ) -> None:
        self._inbox = inbox
        self._send = send
        self._system = system or PlainSystem()
        self._root = tk.Tk(className="GameOps")
        self._root.withdraw()
        self._countdown = view.Countdown(Scene(face=Face.OPEN), time.monotonic())
        self._texts = Texts("en")
        self._serial = 0
        self._orphaned = self._succeeded = False
        self._confirmed: bool | None = None
        self._holding = False
        self._build()
        self._root.selection_own(selection=SELECTION, command=self._selection_lost)

    def run(self) -> None:
        """Serve until the core says to quit or a new helper takes over."""
        self._root.after(0, self._poll)
        self._root.after(0, self._tick)
        self._root.mainloop()

    def _build(self) -> None:
        """Make the windows for the monitors there are."""
        self._areas = find_areas(self._root)
        main = self._areas[1]
        family = theme.choose_family(tkfont.families(self._root))
        look = Look(_measure(self._root, family), Metric.of(main.width, main.height))
        self._cover = Cover(self._root, look, self._areas, self._wish_sign_in)
        self._time_left = TimeLeft(self._root, look, main, self._wish_time)
        self._toasts = Toasts(self._root, look, main)

    # --- the core's messages --------------------------------------------------------------

    def _poll(self) -> None:
        while not self._inbox.empty():
            message = self._inbox.get_nowait()
            if message is None:
                self._orphan()
            elif isinstance(message, Quit):
                self._root.destroy()
                return
            else:
                self._take(message)
        if self._orphaned and self._succeeded:
            self._root.destroy()
            return
        self._root.after(POLL_MS, self._poll)

    def _take(self, message: ToHelper) -> None:
        match message:
            case Show():
                self._serial, self._confirmed = message.serial, None
                self._show(message.scene)
            case Warn():
                self._warn(message.left)
            case Notice():
                self._notice(message.text)
            case SignInAnswer():
                self._cover.card.answered(message.code, message.detail)
            case TimeAnswer():
                self._time_left.answered(sent=message.sent)
            case Ping():
                self._send(Pong(message.serial, self._system.foreground()))
            case Describe():
                self._send(self._describe())
            case _:
                self._serve_core(message)

    def _serve_core(self, message: ToHelper) -> None:
        """Do what only this session may do."""
        match message:
            case LockWorkstation():
                self._system.lock_workstation()
            case TakePicture():
                self._send(Picture(self._system.picture(message.widest)))

    def _show(self, scene: Scene) -> None:
        was_locked = self._scene.locked
        self._countdown = view.Countdown(scene, time.monotonic())
        self._texts = Texts(scene.locale)
        if scene.locked != was_locked:
            self._toasts.clear_message()
        if scene.locked:
            self._show_locked(scene)
        else:
            self._show_unlocked(scene)

    def _show_locked(self, scene: Scene) -> None:
        self._holding = True
        self._time_left.hide()
        self._toasts.clear_warning()
        self._cover.show(scene, self._texts)
        self._advance()
        self._cover.settle()
        self._hold(GRAB_TRIES)

    def _show_unlocked(self, scene: Scene) -> None:
        self._cover.window.grab_release()
        self._cover.hide()
        if scene.face is Face.SESSION:
            self._time_left.show(scene, self._texts)
        else:
            self._time_left.hide()
        self._advance()
        self._cover.settle()
        self._confirm()

    def _warn(self, left: int) -> None:
        seconds = -(-left // 1000)
        colour = theme.BROKEN if seconds <= view.URGENT_SECONDS else theme.SOON
        self._toasts.below = self._time_left.bottom
        self._toasts.warn(view.warning(self._texts, left), self._texts, colour)

    def _notice(self, text: str) -> None:
        parent = self._cover.window if self._scene.locked else None
        self._toasts.below = self._time_left.bottom
        self._toasts.message(text, self._texts, parent)

    def _orphan(self) -> None:
        """The core is gone without a word: keep the player out until a new one comes."""
        self._orphaned = True
        if self._system.orphan_seconds is not None:
            self._root.after(round(self._system.orphan_seconds * 1000), self._selection_lost)
        scene = msgspec.structs.replace(
            self._scene, face=Face.LOCKED, online=False, sign_in=False, ends_at=None
        )
        self._show(scene)

    def _selection_lost(self) -> None:
        self._succeeded = True

    # --- holding the screen ---------------------------------------------------------------

    def _hold(self, tries: int) -> None:
        """Take all input; another program may hold it for a moment, so try for a while."""
        if not self._scene.locked:
            return
        self._grab()
        self._cover.settle()
        if self._held or tries <= 1:
            self._holding = False
            self._confirm()
        else:
            self._root.after(40, lambda: self._hold(tries - 1))

    def _grab(self) -> None:
        try:
            self._cover.window.grab_set_global()
        except tk.TclError:
            return

    @property
    def _grabbed(self) -> bool:
        return self._cover.window.grab_status() == "global"

    @property
    def _held(self) -> bool:
        """Whether the player is really kept out."""
        return self._scene.locked and self._cover.covers and self._grabbed

    def _confirm(self) -> None:
        """Tell the core what is on the screen, whenever that is news."""
        covered = self._held
        if covered != self._confirmed:
            self._confirmed = covered
            self._send(Shown(serial=self._serial, face=self._scene.face, covered=covered))

    # --- time -----------------------------------------------------------------------------

    @property
    def _scene(self) -> Scene:
        return self._countdown.scene

    def _tick(self) -> None:
        self._follow_monitors()
        self._advance()
        self._stay_on_top()
        self._root.after(TICK_MS, self._tick)

    def _advance(self) -> None:
        now = time.monotonic()
        if self._scene.locked:
            self._cover.tick(self._countdown.server_now(now))
        elif self._scene.face is Face.SESSION:
            self._time_left.tick(self._countdown.seconds(now))

    def _stay_on_top(self) -> None:
        if self._scene.locked:
            self._cover.window.lift()
            if not self._grabbed:
                self._grab()
            if not self._holding:
                self._confirm()
        else:
            self._time_left.lift()
        self._toasts.lift()

    def _follow_monitors(self) -> None:
        """A monitor that is plugged in or out must not open a gap."""
        if find_areas(self._root) == self._areas:
            return
        for window in self._root.winfo_children():
            window.destroy()
        self._build()
        self._show(self._scene_now())

    def _scene_now(self) -> Scene:
        now = self._countdown.server_now(time.monotonic())
        server_time = None if now is None else round(now * 1000)
        return msgspec.structs.replace(self._scene, server_time=server_time)

    # --- what the player wants ------------------------------------------------------------

    def _wish_sign_in(self, wish: SignInWish) -> None:
        self._send(wish)

    def _wish_time(self, minutes: int) -> None:
        self._send(TimeWish(minutes))

    def _describe(self) -> Description:
        locked = self._scene.locked
        cover = self._cover
        texts = cover.texts if locked else self._time_left.texts
        seconds = cover.seconds if locked else self._time_left.seconds
        return Description(
            face=self._scene.face,
            covered=self._held,
            grabbed=self._grabbed,
            seconds=seconds if self._scene.face in {Face.SESSION, Face.PAUSED} else None,
            texts=(*texts, *self._toasts.texts),
            windows=tuple(
                child.title()
                for child in self._root.winfo_children()
                if isinstance(child, tk.Toplevel) and child.winfo_viewable()
            ),
        )


def _measure(root: tk.Tk, family: str) -> Type:
    """A family with what is needed to set its lines exactly."""
    size = 200
    metrics = tkfont.Font(root=root, family=family, size=-size).metrics()
    return Type(family, (metrics["ascent"] - metrics["descent"]) / size)
