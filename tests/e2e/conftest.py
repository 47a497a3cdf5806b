"""Fixtures of the end-to-end tests: a database for the run, an installation for each test."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "packages" / "agent" / "tests"))

from agent_rig.screen import x_server
from e2e_rig.installation import Api, Databases, Installation
from e2e_rig.machine import Machine
from e2e_rig.people import Staff

CHROMIUM = "/usr/bin/chromium"
DESKTOP = {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """One PostgreSQL, durable as in production."""
    home = tmp_path_factory.mktemp("postgres")
    for folder in (home, *home.parents):
        if folder.is_relative_to(tmp_path_factory.getbasetemp().parent):
            folder.chmod(0o755)
    server = Databases(home)
    yield server
    server.stop()


@pytest.fixture
def house(databases: Databases, tmp_path: Path) -> Iterator[Installation]:
    """A fresh installation with an administrator and nothing else."""
    home = tmp_path / "house"
    home.mkdir()
    installed = Installation(databases.create(), home)
    installed.migrate()
    try:
        installed.start()
        installed.api = Api(installed.url)
        yield installed
        installed.api.client.close()
        installed.stop()
    finally:
        installed.kill()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    if not Path(CHROMIUM).exists():
        pytest.skip("needs Chromium")
    with sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[OpenPage]:
    """Opens browsers with nothing in them; whatever a page says on its console is a failure."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(**options: object) -> Page:
        context = browser.new_context(
            **{"viewport": DESKTOP, "locale": "en-GB", "reduced_motion": "reduce", **options}
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        return page

    yield open_one
    for number, context in enumerate(contexts):
        for page in context.pages:
            page.screenshot(path=tmp_path / f"last-{number}.png")
        context.close()
    assert not faults


@pytest.fixture
def staff(house: Installation, open_page: OpenPage) -> Staff:
    """Somebody at the counter, signed in."""
    somebody = Staff(open_page(), house.url)
    somebody.sign_in()
    return somebody


@pytest.fixture
def venue(house: Installation) -> Api:
    """A venue with one station; warnings come 50 and 20 seconds before the end."""
    house.api.put_venue(warn_seconds=[50, 20])
    return house.api


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A gaming PC with nothing on it yet."""
    if shutil.which("Xvfb") is None or shutil.which("xdotool") is None:
        pytest.skip("needs Xvfb and xdotool")
    home = tmp_path / "machine"
    home.mkdir()
    with x_server() as screen:
        pc = Machine(home, screen)
        yield pc
        screen.shoot(tmp_path / "last-screen.png")
        pc.kill()
