"""The real helper process on a real X server: what a person would see and read."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from agent_rig.screen import Screen

from gameops_agent.overlay.messages import (
    Describe,
    Description,
    FromHelper,
    Notice,
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
    ToHelper,
    Warn,
    decode_from_helper,
    encode,
)
from gameops_agent.session.lease import Face

NOW = 1_763_631_000_000
BASE = Scene(face=Face.LOCKED, station="A07", venue="Pixel Palace", zone="Main hall", online=True)


class Helper:
    """A helper process, spoken to directly."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._serial = 0

    def say(self, message: ToHelper) -> None:
        assert self.process.stdin
        self.process.stdin.write(encode(message))
        self.process.stdin.flush()

    def hear(self) -> FromHelper:
        assert self.process.stdout
        return decode_from_helper(self.process.stdout.readline())

    def show(self, scene: Scene) -> Shown:
        self._serial += 1
        self.say(Show(serial=self._serial, scene=scene))
        while not isinstance(shown := self.hear(), Shown) or shown.serial != self._serial:
            pass
        return shown

    def describe(self) -> Description:
        self.say(Describe())
        while not isinstance(described := self.hear(), Description):
            pass
        return described


@contextmanager
def helper(screen: Screen, *arguments: str) -> Iterator[Helper]:
    command = (sys.executable, *(arguments or ("-m", "gameops_agent.overlay")))
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=screen.environment
    ) as process:
        try:
            yield Helper(process)
        finally:
            process.kill()


def scene(face: Face, locale: str = "en", **more: object) -> Scene:
    given = {"face": face, "locale": locale, "server_time": NOW, **more}
    return Scene(station="A07", venue="Pixel Palace", zone="Main hall", online=True, **given)  # type: ignore[arg-type] # fields by name


SAYS = {
    ("locked", "en"): ("A07", "Pixel Palace", "Main hall", "Sign in", "Account", "Connected"),
    ("locked", "de"): ("A07", "Anmelden", "Gutschein", "Verbunden"),
    ("plain", "en"): ("A07", "Ask at the counter to play", "Ready"),
    ("plain", "de"): ("A07", "Zum Spielen an der Theke melden", "Bereit"),
    ("offline", "en"): ("Offline", "No connection to the server"),
    ("offline", "de"): ("Offline", "Keine Verbindung zum Server"),
    ("over", "en"): ("Your time is up",),
    ("over", "de"): ("Deine Zeit ist um",),
    ("away", "en"): ("Locked",),
    ("away", "de"): ("Gesperrt",),
    ("revoked", "en"): ("This station must be enrolled again",),
    ("revoked", "de"): ("Dieser Platz muss neu angemeldet werden",),
    ("paused", "en"): ("Paused", "1:14", ":22", "left"),
    ("paused", "de"): ("Pause", "1:14", ":22", "übrig"),
    ("maintenance", "en"): ("Out of order",),
    ("maintenance", "de"): ("Außer Betrieb",),
    ("enrol", "en"): ("Enrol this station",),
    ("enrol", "de"): ("Diesen Platz anmelden",),
}


def locked_scene(kind: str, locale: str) -> Scene:  # noqa: PLR0911 - a table
    """The locked scenes by name."""
    match kind:
        case "locked":
            return scene(Face.LOCKED, locale, sign_in=True)
        case "offline":
            return Scene(face=Face.LOCKED, locale=locale, station="A07")
        case "over":
            return scene(Face.LOCKED, locale, ends_at=NOW - 1, remaining=5_000)
        case "away":
            return scene(Face.LOCKED, locale, ends_at=NOW + 60_000, remaining=60_000)
        case "revoked":
            return scene(Face.LOCKED, locale, revoked=True)
        case "paused":
            return scene(Face.PAUSED, locale, remaining=4_462_000, total=7_200_000)
        case "maintenance":
            return scene(Face.MAINTENANCE, locale)
        case "enrol":
            return scene(Face.ENROL, locale)
        case _:
            return scene(Face.LOCKED, locale)


def test_every_locked_scene_covers_and_says_what_it_should(screen: Screen) -> None:
    with helper(screen) as shown:
        for (kind, locale), words in SAYS.items():
            answer = shown.show(locked_scene(kind, locale))
            described = shown.describe()
            assert answer.covered, kind
            assert described.covered, kind
            assert described.grabbed, kind
            assert set(words) <= set(described.texts), (kind, described.texts)
            assert described.windows == ("GameOps locked",)
        assert screen.colours() > 20


def test_time_left_counts_and_hides_again(screen: Screen) -> None:
    with helper(screen) as shown:
        shown.show(scene(Face.SESSION, ends_at=NOW + 4_462_000, total=7_200_000))
        described = shown.describe()
        assert described.seconds in {4_461, 4_462}
        assert "1:14" in described.texts
        assert described.windows == ("GameOps time left",)
        assert not described.covered
        shown.show(scene(Face.OPEN))
        assert shown.describe().windows == ()


def test_the_panel_asks_for_time_and_says_that_it_was_asked(screen: Screen) -> None:
    with helper(screen) as shown:
        shown.show(scene(Face.SESSION, ends_at=NOW + 250_000, total=7_200_000))
        (pill,) = screen.windows("GameOps time left")
        place = screen.geometry(pill)
        screen.click(place["X"] + 20, place["Y"] + 12)
        while "GameOps time left panel" not in shown.describe().windows:
            pass
        assert {"Time left", "0:04", "15 min", "Minimise"} <= set(shown.describe().texts)
        shown.say(TimeAnswer(sent=True))
        assert "Asked. The staff will see it." in shown.describe().texts
        shown.say(TimeAnswer(sent=False))
        assert any("no connection" in text for text in shown.describe().texts)


def test_warnings_and_messages_are_read_and_put_away(screen: Screen) -> None:
    with helper(screen) as shown:
        shown.show(scene(Face.SESSION, ends_at=NOW + 300_000))
        shown.say(Warn(300_000))
        shown.say(Notice("Your food is ready"))
        described = shown.describe()
        assert {"5 minutes left", "Message from the staff", "Your food is ready"} <= set(
            described.texts
        )
        assert {"GameOps warning", "GameOps message"} <= set(described.windows)
        (message,) = screen.windows("GameOps message")
        place = screen.geometry(message)
        screen.click(place["X"] + place["WIDTH"] - 60, place["Y"] + place["HEIGHT"] - 35)
        while "GameOps message" in shown.describe().windows:
            pass
        shown.show(scene(Face.LOCKED))
        assert shown.describe().windows == ("GameOps locked",)


def test_a_message_on_the_locked_screen_lies_within_it(screen: Screen) -> None:
    with helper(screen) as shown:
        shown.show(scene(Face.LOCKED, sign_in=True))
        shown.say(Notice("Please come to the counter"))
        described = shown.describe()
        assert "Please come to the counter" in described.texts
        assert described.windows == ("GameOps locked",)


def test_a_voucher_is_typed_and_its_refusal_read(screen: Screen) -> None:
    with helper(screen) as shown:
        shown.show(scene(Face.LOCKED, sign_in=True))
        screen.key("Tab")
        screen.key("Tab")
        screen.key("Return")
        assert "Please fill in every field." in shown.describe().texts
        screen.click(*_voucher_tab(screen))
        screen.type("GOLD-7")
        screen.key("Return")
        wish = shown.hear()
        assert wish == SignInWish(voucher="GOLD-7")
        shown.say(SignInAnswer("venue.voucher_invalid"))
        assert "This voucher is not valid." in shown.describe().texts


def _voucher_tab(screen: Screen) -> tuple[int, int]:
    """Where the right half of the switch is on the card, which is centred at 70 % and 50 %."""
    (window,) = screen.windows("GameOps locked")
    place, scale = screen.geometry(window), 0.72
    centre, middle = place["WIDTH"] * 0.7, place["HEIGHT"] * 0.5
    return round(centre + 90 * scale), round(middle + (102 + 21 - 234) * scale)


def test_typing_survives_a_change_of_the_link(screen: Screen) -> None:
    with helper(screen) as shown:
        shown.show(scene(Face.LOCKED, sign_in=True))
        screen.type("ma")
        offline = Scene(face=Face.LOCKED, station="A07", sign_in=True, server_time=NOW)
        shown.show(offline)
        shown.show(scene(Face.LOCKED, sign_in=True))
        screen.type("ya")
        screen.key("Tab")
        screen.type("pw")
        screen.key("Return")
        assert shown.hear() == SignInWish(identifier="maya", password="pw")


def test_what_was_typed_is_forgotten_when_the_screen_was_open(screen: Screen) -> None:
    with helper(screen) as shown:
        shown.show(scene(Face.LOCKED, sign_in=True))
        screen.type("secret")
        shown.show(scene(Face.OPEN))
        shown.show(scene(Face.LOCKED, sign_in=True))
        screen.key("Return")
        assert "Please fill in every field." in shown.describe().texts


def test_another_program_that_holds_the_keyboard_is_not_called_locked(screen: Screen) -> None:
    rival = (
        "import tkinter as tk\n"
        "root = tk.Tk()\n"
        "root.update()\n"
        "root.grab_set_global()\n"
        "print('held', flush=True)\n"
        "input()\n"
    )
    with (
        subprocess.Popen(
            (sys.executable, "-c", rival),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=screen.environment,
        ) as holder,
        helper(screen) as shown,
    ):
        assert holder.stdout
        holder.stdout.readline()
        assert not shown.show(scene(Face.LOCKED)).covered
        holder.kill()
        later = shown.hear()
        assert isinstance(later, Shown)
        assert later.covered


def test_a_helper_that_lost_its_core_keeps_the_screen_until_the_next_one(screen: Screen) -> None:
    with helper(screen) as first:
        first.show(scene(Face.SESSION, ends_at=NOW + 600_000))
        assert first.process.stdin
        first.process.stdin.close()
        answer = first.hear()
        assert answer == Shown(serial=1, face=Face.LOCKED, covered=True)
        with helper(screen) as second:
            assert second.show(scene(Face.LOCKED)).covered
            assert first.process.wait(5) == 0
            second.say(Quit())
            assert second.process.wait(5) == 0


def test_a_second_monitor_is_covered_and_the_first_one_is_written_on(screen: Screen) -> None:
    code = (
        "from gameops_agent.overlay import app, __main__ as entry\n"
        "from gameops_agent.overlay.cover import Area\n"
        "areas = (Area(0, 0, 1280, 720), Area(640, 0, 640, 720))\n"
        "app.find_areas = lambda root: areas\n"
        "entry.main()\n"
    )
    with helper(screen, "-c", code) as shown:
        assert shown.show(scene(Face.MAINTENANCE)).covered
        (window,) = screen.windows("GameOps locked")
        assert screen.geometry(window)["WIDTH"] == 1280
        assert screen.colours("640x720+0+0") == 1
        assert screen.colours("640x720+640+0") > 20


def test_a_helper_answers_pings_from_the_thread_that_draws(screen: Screen) -> None:
    with helper(screen) as shown:
        began = time.monotonic()
        shown.say(Ping(7))
        assert shown.hear() == Pong(7)
        assert time.monotonic() - began < 5
        shown.say(TakePicture(640))
        answer = shown.hear()
        assert getattr(answer, "image", None) == b""


def test_nonsense_from_the_core_locks(screen: Screen) -> None:
    with helper(screen) as shown:
        shown.show(scene(Face.OPEN))
        assert shown.process.stdin
        shown.process.stdin.write(b"{nonsense}\n")
        shown.process.stdin.flush()
        answer = shown.hear()
        assert isinstance(answer, Shown)
        assert answer.covered


@pytest.mark.parametrize("locale", ["en", "de"])
def test_the_same_scene_looks_the_same_each_time(
    screen: Screen, locale: str, tmp_path: Path
) -> None:
    with helper(screen) as shown:
        shown.show(scene(Face.MAINTENANCE, locale, server_time=None))
        first = screen.shoot(tmp_path / "first.ppm")
        shown.show(scene(Face.PAUSED, locale, server_time=None, remaining=60_000))
        assert screen.shoot(tmp_path / "other.ppm") != first
        shown.show(scene(Face.MAINTENANCE, locale, server_time=None))
        assert screen.shoot(tmp_path / "again.ppm") == first
