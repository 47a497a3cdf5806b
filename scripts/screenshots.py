"""Take the documentation's pictures: every page of a demo installation, and the station's overlay.

``python scripts/screenshots.py --all /tmp/shots`` keeps every page, dark and light, at 1440 and
390 pixels, to be looked at. Without ``--all`` only the chosen ones are written, to docs/images.
Needs Chromium, Xvfb and ImageMagick (``scripts/install_test_tools.sh``).
"""

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from gameops_agent.overlay.messages import Notice, Scene, Show, ToHelper, Warn, encode
from gameops_agent.session.lease import Face

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
ADMIN = ("admin@gameops.local", "a long enough demo password")
PLAYER = ("robin.west", "a long enough player password")
WIDTHS = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
STAFF_PAGES = (
    ("floor", "/floor"),
    ("till", "/till"),
    ("customers", "/customers"),
    ("sessions", "/sessions"),
    ("stations", "/stations"),
    ("tariffs", "/tariffs"),
    ("reports", "/reports"),
    ("users", "/users"),
    ("audit", "/audit"),
    ("settings", "/settings"),
    ("servers", "/servers"),
    ("rules", "/alerts/rules"),
    ("communities", "/alerts/communities"),
    ("channels", "/notifications/channels"),
    ("recipients", "/notifications/recipients"),
    ("log", "/notifications/log"),
)
STATUS_PAGES = (("status", "/status"), ("status-embedded", "/status/neon-arcade/embed"))
MY_PAGES = (
    ("my-time", "/my"),
    ("my-wallet", "/my/wallet"),
    ("my-history", "/my/history"),
    ("my-profile", "/my/profile"),
    ("my-notifications", "/my/notifications"),
)
SETTLED = """Promise.allSettled(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished))"""
GAME = """
import tkinter
window = tkinter.Tk()
window.geometry("1440x900+0+0")
canvas = tkinter.Canvas(window, bg="#16202b", highlightthickness=0)
canvas.pack(expand=True, fill="both")
for n in range(60):
    canvas.create_line(720, 430, -900 + n * 54, 900, fill="#24405a")
for n in range(14):
    canvas.create_line(0, 440 + n * n * 2.7, 1440, 440 + n * n * 2.7, fill="#24405a")
canvas.create_text(720, 330, text="a game is running", fill="#4d7396", font=("sans", 30))
window.update()
print("up", flush=True)
window.mainloop()
"""
"""Stands for what the player does meanwhile."""
OPEN_PAGES = (("sign-in", "/signin"), ("register", "/register"), ("forgot", "/forgot"))


class Demo:
    """A running demo installation, spoken to as its administrator."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(base_url=f"{url}/api/v1", timeout=20)
        body = {"identifier": ADMIN[0], "password": ADMIN[1]}
        token = self.post("/auth/login", body)["access_token"]
        self.client.headers["Authorization"] = f"Bearer {token}"
        self.venue = self.get("/venues")["items"][0]["id"]

    def get(self, path: str, **query: object) -> Any:  # noqa: ANN401 -- whatever the API says
        """The answer to a GET."""
        wanted = {name: str(value) for name, value in query.items()}
        return self.client.get(path, params=wanted).raise_for_status().json()

    def post(self, path: str, body: object = None) -> Any:  # noqa: ANN401 -- as above
        """The answer to a POST."""
        answer = self.client.post(path, json=body).raise_for_status()
        return answer.json() if answer.content else None

    def floor(self) -> Any:  # noqa: ANN401 -- as above
        """The floor's snapshot."""
        return self.get("/dashboard", venue_id=self.venue)

    def _customers(self, q: str) -> list[Any]:
        found: list[Any] = self.get("/customers", venue_id=self.venue, q=q)["items"]
        return found

    def an_audience(self) -> None:
        """People who are told what happens on the demo's servers, and one who did not confirm."""
        venue = {"venue_id": self.venue}
        mail = self.post("/notify/channels", venue | {"name": "Staff mail", "kind": "email"})
        hook = {"config": {"url": listener()}}
        bot = self.post("/notify/channels", venue | hook | {"name": "Our bot", "kind": "webhook"})
        to = {"kind": "email", "address": "nora@example.org", "channel_ids": [mail["id"]]}
        self.post("/notify/recipients", venue | to | {"name": "Nora"})
        community = self.get("/alerts/communities")["items"][0]["id"]
        rules = (
            ("Everybody who comes and goes", ["player_joined", "player_left", "last_player_left"]),
            ("New servers and deleted ones", ["server_appeared", "server_deleted"]),
        )
        for name, events in rules:
            rule = {"community_id": community, "name": name, "events": events}
            self.post("/alerts/rules", rule | {"channel_ids": [bot["id"], mail["id"]]})
        sent = {"venue_id": self.venue, "state": "sent"}
        until(lambda: len(self.get("/notify/deliveries", **sent)["items"]) > 5, "deliveries")  # noqa: PLR2004 -- a few

    def a_player(self) -> None:
        """A customer with an account, money in the wallet and a running session."""
        username, password = PLAYER
        account = {"email": "robin.west@example.org", "username": username, "password": password}
        self.post(
            "/auth/register", account | {"display_name": "Robin West", "venue_id": self.venue}
        )
        until(lambda: self._customers(username), "the new customer")
        found = self._customers(username)[0]
        top_up = {"customer_id": found["id"], "amount_minor": 2000, "method": "cash"}
        self.post("/payments/topup", top_up)
        free = next(s for s in self.floor()["stations"] if s["state"] == "free" and s["online"])
        payment = {"method": "wallet"}
        start = {"station_id": free["id"], "mode": "prepaid", "minutes": 90, "payment": payment}
        self.post("/sessions", start | {"customer_id": found["id"]})


def listener() -> str:
    """The URL of somebody's bot, which takes every message, for as long as this runs."""

    class Bot(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Bot)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/gameops"


def until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait for something, not for ever."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.1)


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def demo() -> Iterator[Demo]:
    """Run ``gameops up --demo`` until its stations are linked and the floor is busy."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="gameops-shots-") as home:
        Path(home).chmod(0o755)
        environment = os.environ | {
            "GAMEOPS_HOME": home,
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "GAMEOPS_ADMIN_EMAIL": ADMIN[0],
            "GAMEOPS_ADMIN_PASSWORD": ADMIN[1],
            "LOG_LEVEL": "WARNING",
            "RATE_LIMITS": "false",
            "ALLOW_PRIVATE_TARGETS": "true",
            "SECRET_KEY": "",
        }
        command = [sys.executable, "-m", "gameops", "up", "--demo"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{port}"
        try:
            until(lambda: _answers(url), "the demo's start", 180)
            running = Demo(url)
            until(lambda: _busy(running.floor()), "players on the floor", 120)
            running.a_player()
            running.an_audience()
            yield running
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").is_success
    except httpx.TransportError:
        return False


def _busy(floor: dict[str, Any]) -> bool:
    stations = floor["stations"]
    playing = sum(1 for s in stations if s["session"])
    showing = sum(1 for s in stations if s["metrics"])
    return playing >= 15 and showing >= 20  # noqa: PLR2004 -- most of the demo


class Camera:
    """Takes pictures of pages, and notes what a page does wrong."""

    def __init__(self, browser: Browser, url: str, folder: Path) -> None:
        self.browser, self.url, self.folder = browser, url, folder
        self.faults: list[str] = []

    @contextlib.contextmanager
    def look(
        self, theme: str, width: str, account: tuple[str, str] | None = None
    ) -> Iterator["Shots"]:
        """A browser of its own, signed in when there is an account."""
        context: BrowserContext = self.browser.new_context(
            viewport=WIDTHS[width],  # type: ignore[arg-type] -- a viewport
            color_scheme="dark" if theme == "dark" else "light",
            locale="en-GB",
            timezone_id="Europe/Berlin",
            has_touch=width == "phone",
            reduced_motion="reduce",
        )
        page = context.new_page()
        shots = Shots(self, page, f"{theme}-{width}")
        if account:
            page.goto(f"{self.url}/signin")
            page.get_by_label("E-mail or user name").fill(account[0])
            page.get_by_label("Password", exact=True).fill(account[1])
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url("**/my" if account == PLAYER else "**/floor")
        page.on("console", lambda m: shots.note(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: shots.note(str(error)))
        yield shots
        context.close()


class Shots:
    """The pictures of one browser."""

    def __init__(self, camera: Camera, page: Page, suffix: str) -> None:
        self.camera, self.page, self.suffix = camera, page, suffix
        self.name = ""

    def note(self, fault: str) -> None:
        """Remember what went wrong."""
        self.camera.faults.append(f"{self.name} {self.suffix}: {fault}")

    def visit(self, name: str, path: str) -> None:
        """Open a page and take its picture."""
        self.name = name
        self.page.goto(f"{self.camera.url}{path}")
        self.take(name)

    def take(self, name: str) -> None:
        """Take a picture of what is there now, when it has come to rest."""
        self.name = name
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("document.fonts.ready")
        expect(self.page.locator(".skeleton")).to_have_count(0)
        self.page.evaluate(SETTLED)
        self.page.screenshot(path=self.camera.folder / f"{name}-{self.suffix}.png")
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if (over := self.page.evaluate(wider)) > 0:
            self.note(f"{over} px too wide")


def staff(shots: Shots, running: Demo) -> None:
    """Every page of the staff, and the states worth a picture."""
    for name, path in STAFF_PAGES:
        shots.visit(name, path)
    stations = running.floor()["stations"]
    # the longest that is left: it must not end while the pictures are taken
    busy = max(
        (s for s in stations if s["session"] and s["session"]["mode"] == "prepaid"),
        key=lambda s: s["session"]["ends_at"],
    )
    shots.visit("floor-session", f"/floor?station={busy['id']}")
    free = next(s for s in stations if s["state"] == "free")
    shots.visit("floor-start", f"/floor?station={free['id']}")
    customer = running.get("/customers", venue_id=running.venue, q="Elif")["items"][0]
    shots.visit("customer", f"/customers/{customer['id']}")
    server = running.get("/alerts/servers", q="Survival")["items"][0]
    shots.visit("server", f"/servers/{server['id']}")
    if "desktop" in shots.suffix:
        sheets(shots)


def sheets(shots: Shots) -> None:
    """What opens over the pages."""
    page = shots.page
    shots.visit("session", "/sessions")
    page.get_by_role("row").nth(1).click()
    shots.take("session")
    shots.visit("station", "/stations")
    page.get_by_role("row").nth(1).click()
    shots.take("station")
    page.get_by_role("button", name="Enrol").first.click()
    page.get_by_text("valid for").wait_for()
    shots.take("enrol")
    shots.visit("tariff", "/tariffs")
    page.get_by_role("button", name="Standard").click()
    shots.take("tariff")
    shots.visit("preview", "/tariffs")
    page.get_by_role("tab", name="What does it cost?").click()
    shots.take("preview")
    shots.visit("receipt", "/till")
    page.get_by_role("row").nth(1).click()
    shots.take("receipt")


def overlay(folder: Path) -> None:
    """The station's overlay on a virtual screen: locked, time left, a warning, a message."""
    reader, writer = os.pipe()
    command = ("Xvfb", "-displayfd", str(writer), "-screen", "0", "1440x900x24")
    with subprocess.Popen(command, pass_fds=(writer,), stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader) as pipe:
            display = f":{pipe.readline().strip()}"
        environment = os.environ | {"DISPLAY": display}
        try:
            _overlay_scenes(environment, folder)
        finally:
            server.terminate()


def _overlay_scenes(environment: dict[str, str], folder: Path) -> None:
    now = int(datetime.now(UTC).timestamp() * 1000)
    place = {"station": "A07", "venue": "Neon Arcade", "zone": "Main hall", "online": True}
    base = {**place, "server_time": now}
    locked = Scene(face=Face.LOCKED, sign_in=True, **base)  # type: ignore[arg-type] -- by name
    end = now + int(timedelta(minutes=74, seconds=22).total_seconds() * 1000)
    playing = Scene(face=Face.SESSION, ends_at=end, total=5_400_000, player="Maya K.", **base)  # type: ignore[arg-type] -- by name
    soon = Scene(face=Face.SESSION, ends_at=now + 300_000, total=5_400_000, **base)  # type: ignore[arg-type] -- by name
    over = Notice("Your table at the tournament is ready. Come to the counter when you like.")
    scenes: dict[str, tuple[Scene, tuple[ToHelper, ...]]] = {
        "overlay-locked": (locked, ()),
        "overlay-time-left": (playing, (over,)),
        "overlay-warning": (soon, (Warn(300_000),)),
    }
    game = subprocess.Popen(
        (sys.executable, "-c", GAME), env=environment, stdout=subprocess.PIPE, text=True
    )
    assert game.stdout
    game.stdout.readline()
    for name, (scene, extra) in scenes.items():
        desk = ("import", "-silent", "-window", "root", str(folder / f"{name}.png"))
        with subprocess.Popen(
            (sys.executable, "-m", "gameops_agent.overlay"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        ) as helper:
            assert helper.stdin
            assert helper.stdout
            for message in (Show(serial=1, scene=scene), *extra):
                helper.stdin.write(encode(message))
            helper.stdin.flush()
            while json.loads(helper.stdout.readline())["type"] != "shown":
                pass
            time.sleep(0.5)  # the X server paints after the helper has answered
            subprocess.run(desk, env=environment, check=True)
            helper.kill()
    game.terminate()
    game.communicate()


CHOSEN = {
    "floor-dark": "floor-session-dark-desktop",
    "floor-light": "floor-light-desktop",
    "floor-start": "floor-start-dark-desktop",
    "till": "till-light-desktop",
    "receipt": "receipt-light-desktop",
    "tariff": "tariff-dark-desktop",
    "reports": "reports-dark-desktop",
    "audit": "audit-light-desktop",
    "enrol": "enrol-dark-desktop",
    "phone-time": "my-time-dark-phone",
    "phone-wallet": "my-wallet-light-phone",
    "servers": "servers-dark-desktop",
    "server": "server-dark-desktop",
    "rules": "rules-light-desktop",
    "log": "log-light-desktop",
    "status": "status-dark-desktop",
    "phone-status": "status-light-phone",
    "overlay-locked": "overlay-locked",
    "overlay-time-left": "overlay-time-left",
    "overlay-warning": "overlay-warning",
}


def compress(source: Path, target: Path) -> None:
    """A palette is enough for an interface, and a fifth of the bytes."""
    command = ("convert", str(source), "-strip", "-dither", "None", "-colors", "255")
    subprocess.run((*command, "-define", "png:compression-level=9", f"PNG8:{target}"), check=True)
    if target.stat().st_size > 150 * 1024:
        print(f"{target.name} is larger than 150 KiB")


def main() -> int:
    """Take the pictures; 1 when a page did something wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, help="Folder for every picture.")
    parser.add_argument("--no-docs", action="store_true", help="Leave docs/images as it is.")
    chosen = parser.parse_args()
    folder = chosen.all or Path(tempfile.mkdtemp(prefix="gameops-shots-"))
    folder.mkdir(parents=True, exist_ok=True)
    overlay(folder)
    with demo() as running, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        camera = Camera(browser, running.url, folder)
        for theme in ("dark", "light"):
            for width in WIDTHS:
                with camera.look(theme, width) as shots:
                    for name, path in (*OPEN_PAGES, *STATUS_PAGES):
                        shots.visit(name, path)
                with camera.look(theme, width, ADMIN) as shots:
                    staff(shots, running)
                with camera.look(theme, width, PLAYER) as shots:
                    for name, path in MY_PAGES:
                        shots.visit(name, path)
        browser.close()
    if not chosen.no_docs:
        IMAGES.mkdir(exist_ok=True)
        for name, source in CHOSEN.items():
            compress(folder / f"{source}.png", IMAGES / f"{name}.png")
    for fault in camera.faults:
        print(fault)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")
    return 1 if camera.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
