"""Every page of a busy venue: accessible in both themes, silent, and never wider than a screen."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e_rig.installation import Api, Databases, Installation
from e2e_rig.people import Staff
from e2e_rig.waiting import until
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
SETTLED = """Promise.allSettled(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished))"""
"""Colours are in transition for a moment after the theme has changed."""
STAFF = [
    "/floor",
    "/till",
    "/customers",
    "/sessions",
    "/stations",
    "/tariffs",
    "/reports",
    "/users",
    "/audit",
    "/settings",
    "/servers",
    "/alerts/rules",
    "/alerts/communities",
    "/notifications/channels",
    "/notifications/recipients",
    "/notifications/log",
]
MINE = ["/my", "/my/wallet", "/my/history", "/my/notifications", "/my/profile"]
OPEN = ["/signin", "/register", "/forgot", "/reset?token=x"]


@pytest.fixture(scope="module")
def demo(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """``gameops up --demo``, with its simulated stations linked."""
    home = tmp_path_factory.mktemp("demo")
    installed = Installation(databases.create(), home)
    with (home / "up.log").open("wb") as log:
        process = subprocess.Popen(
            (sys.executable, "-m", "gameops", "up", "--demo"),
            env=installed.environment | {"RATE_LIMITS": "false"},
            stdout=log,
            stderr=log,
        )
    try:
        until(installed.is_well, "the demo", 90)
        installed.api = Api(installed.url)
        installed.api.venue_id = installed.api.get("/venues")["items"][0]["id"]
        until(lambda: _busy(installed.api), "players on the floor", 60)
        yield installed
        installed.api.client.close()
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def _floor(api: Api) -> list[dict]:
    return api.get("/dashboard", venue_id=api.venue_id)["stations"]


def _announce(api: Api) -> dict:
    """Somebody is told what happens on the demo's servers; a server of theirs."""
    venue = {"venue_id": api.venue_id}
    channel = api.post("/notify/channels", **venue, name="Staff mail", kind="email")
    to = {"kind": "email", "address": "nora@example.org", "channel_ids": [channel["id"]]}
    api.post("/notify/recipients", **venue, **to)
    api.post(
        "/alerts/rules",
        community_id=api.get("/alerts/communities")["items"][0]["id"],
        name="Everybody who comes",
        events=["player_joined", "player_left", "last_player_left"],
        channel_ids=[channel["id"]],
    )
    until(lambda: api.get("/notify/deliveries", venue_id=api.venue_id)["items"], "a delivery", 60)
    return api.get("/alerts/servers", q="Survival")["items"][0]


def _busy(api: Api) -> bool:
    return sum(1 for s in _floor(api) if s["session"] and s["metrics"]) >= 8


class Inspector:
    """Looks at pages, and keeps what is wrong with them."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.name = ""
        self.faults: list[str] = []
        page.on("console", lambda m: self.note(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.note(str(error)))

    def note(self, fault: str) -> None:
        self.faults.append(f"{self.name}: {fault}")

    def visit(self, path: str) -> None:
        """Open a page and inspect it."""
        self.name = path
        self.page.goto(f"{self.url}{path}")
        self.inspect(path)

    def inspect(self, name: str) -> None:
        """In both themes, and in both sizes."""
        self.name = name
        self.page.wait_for_load_state("networkidle")
        expect(self.page.locator(".skeleton")).to_have_count(0)
        for theme in ("dark", "light"):
            self.page.emulate_media(color_scheme=theme)
            expect(self.page.locator(f"html[data-theme={theme}]")).to_have_count(1)
            self._axe(theme)
        for size in (PHONE, DESKTOP):
            self.page.set_viewport_size(size)
            try:
                until(lambda size=size: self._width() <= size["width"], "the page to fit", 3)
            except AssertionError:
                self.note(f"{self._width()} px wide on a screen of {size['width']}")

    def _width(self) -> int:
        return self.page.evaluate("document.documentElement.scrollWidth")

    def _axe(self, theme: str) -> None:
        self.page.evaluate(SETTLED)
        if not self.page.evaluate("typeof axe !== 'undefined'"):
            self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(
            "axe.run(document, {resultTypes: ['violations'],"
            " runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],"
            # experimental; it takes the initials in a picture of a person for a label
            " rules: {'label-content-name-mismatch': {enabled: false}}})"
        )
        for violation in found["violations"]:
            if violation["impact"] in {"serious", "critical"}:
                nodes = json.dumps([node["html"][:160] for node in violation["nodes"][:3]])
                self.note(f"{theme}: {violation['id']}: {nodes}")


def test_the_pages_of_the_staff(demo: Installation, open_page) -> None:
    page = open_page()
    staff = Staff(page, demo.url)
    staff.sign_in()
    look = Inspector(page, demo.url)
    server = _announce(demo.api)
    for path in STAFF:
        look.visit(path)
    look.visit(f"/servers/{server['id']}")
    stations = _floor(demo.api)
    busy = next(s for s in stations if s["session"])
    free = next(s for s in stations if s["state"] == "free")
    look.visit(f"/floor?station={busy['id']}")
    look.visit(f"/floor?station={free['id']}")
    customer = demo.api.get("/customers", venue_id=demo.api.venue_id)["items"][0]
    look.visit(f"/customers/{customer['id']}")
    for path in ("/sessions", "/stations", "/till", "/notifications/log"):
        page.goto(f"{demo.url}{path}")
        page.get_by_role("row").nth(1).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        look.inspect(f"{path}, one open")
    page.goto(f"{demo.url}/floor")
    page.get_by_role("button", name="Map", exact=False).or_(page.get_by_text("Map")).first.click()
    look.inspect("/floor as a map")
    assert not look.faults, "\n".join(look.faults)


def test_the_pages_of_customers_and_of_everybody(demo: Installation, open_page) -> None:
    page = open_page(has_touch=True)
    look = Inspector(page, demo.url)
    for path in OPEN:
        look.visit(path)
    look.name = "registering"
    page.goto(f"{demo.url}/register")
    page.get_by_label("Name", exact=True).fill("Robin West")
    page.get_by_label("E-mail").fill("robin.west@example.org")
    page.get_by_label("User name").fill("robin.west")
    page.get_by_label("Password").fill("a password of my own 7")
    page.get_by_role("button", name="Create an account").click()
    page.wait_for_url("**/my")
    for path in MINE:
        look.visit(path)
    assert not look.faults, "\n".join(look.faults)


def test_the_public_status_page_with_and_without_javascript(demo: Installation, open_page) -> None:
    page = open_page()
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    for path in ("/status", "/status/neon-arcade", "/status/neon-arcade/embed"):
        for theme in ("dark", "light"):
            page.goto(f"{demo.url}{path}?theme={theme}")
            expect(page.get_by_role("heading", name="Neon Survival")).to_be_visible()
            page.evaluate(AXE.read_text())
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            faults += [
                f"{path} {theme}: {v['id']}"
                for v in found["violations"]
                if v["impact"] in {"serious", "critical"}
            ]
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.set_viewport_size(DESKTOP)
    assert not faults, "\n".join(faults)
    plain = open_page(java_script_enabled=False)
    plain.goto(f"{demo.url}/status")
    expect(plain.get_by_role("heading", name="Neon Survival")).to_be_visible()
