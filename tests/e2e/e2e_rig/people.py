"""What people do in the browser, in their words."""

import re

from playwright.sync_api import Locator, Page, expect

from e2e_rig.installation import ADMIN
from e2e_rig.machine import Machine


def digits(text: str) -> int:
    """The minor units of an amount as it is written."""
    number = int(re.sub(r"\D", "", text))
    return -number if re.search("[-\u2212]", text) else number


class Staff:
    """Somebody at the counter."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    def sign_in(self, identifier: str = ADMIN[0], password: str = ADMIN[1]) -> None:
        """Through the front door."""
        self.page.goto(f"{self.url}/signin")
        self.page.get_by_label("E-mail or user name").fill(identifier)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/floor")

    def tile(self, name: str = "A01") -> Locator:
        """A station on the floor."""
        return self.page.locator("[data-station]").filter(has_text=name)

    def sheet(self, name: str = "A01") -> Locator:
        """The open sheet of a station."""
        return self.page.get_by_role("complementary", name=f"Station {name}")

    def open_station(self, name: str = "A01") -> Locator:
        """Click a station on the floor."""
        if not self.page.url.startswith(f"{self.url}/floor"):
            self.page.goto(f"{self.url}/floor")
        if not self.sheet(name).is_visible():
            self.tile(name).click()
        expect(self.sheet(name)).to_be_visible()
        return self.sheet(name)

    def enrolment_code(self, name: str = "A01") -> str:
        """Ask for a code on the stations page."""
        self.page.goto(f"{self.url}/stations")
        self.page.get_by_role("row").filter(has_text=name).click()
        self.page.get_by_role("button", name="Enrol").click()
        code = self.page.get_by_text(re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$"))
        return code.inner_text()

    def start_prepaid(self, minutes: int, guest: str) -> None:
        """Sell minutes to a guest, in cash."""
        sheet = self.open_station()
        sheet.get_by_placeholder("Guest, name optional").fill(guest)
        sheet.get_by_label("Minutes", exact=True).fill(str(minutes))
        button = sheet.get_by_role("button", name=re.compile(r"^Start ·.*\d"))
        expect(sheet.get_by_role("table")).to_be_visible()
        button.click()
        expect(self.page.get_by_text(f"{guest} plays on A01")).to_be_visible()

    def start_from_wallet(self, minutes: int, member: str) -> None:
        """Seat a member; the wallet pays."""
        sheet = self.open_station()
        sheet.get_by_label("Find a member").fill(member)
        self.page.get_by_role("option", name=re.compile(member)).click()
        sheet.get_by_label("Minutes", exact=True).fill(str(minutes))
        sheet.get_by_text("Wallet", exact=True).click()
        expect(sheet.get_by_role("table")).to_be_visible()
        sheet.get_by_role("button", name=re.compile(r"^Start ·.*\d")).click()
        expect(self.page.get_by_text(f"{member} plays on A01")).to_be_visible()

    def extend(self, minutes: int) -> None:
        """Sell more time."""
        sheet = self.open_station()
        sheet.get_by_role("button", name="Custom").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("Minutes", exact=True).fill(str(minutes))
        dialog.get_by_role("button", name=re.compile(rf"^Add {minutes} min")).click()
        expect(self.page.get_by_text(f"A01: {minutes} minutes added")).to_be_visible()

    def end(self) -> None:
        """End the session."""
        sheet = self.open_station()
        sheet.get_by_role("button", name=re.compile("^End")).click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name="End the session").click()
        expect(self.page.get_by_text("Session on A01 has ended")).to_be_visible()

    def price_lines(self, where: Locator) -> list[int]:
        """The amounts of a price explanation, the total last."""
        rows = where.locator("table.num tr")
        expect(rows.first).to_be_visible()
        return [digits(row.locator("td").last.inner_text()) for row in rows.all()]

    def ended_price(self, session_id: str) -> list[int]:
        """The price lines of a past session on its sheet."""
        self.page.goto(f"{self.url}/sessions?id={session_id}")
        return self.price_lines(self.page.get_by_role("dialog"))


def enrol(staff: Staff, machine: Machine, server: str) -> None:
    """Put the agent on a machine, as the dialog tells, and see the station on the floor."""
    code = staff.enrolment_code()
    assert "Enrolled as A01 at Pixel Palace." in machine.enrol(server, code)
    machine.start()
    machine.is_locked()
    expect(staff.page.get_by_text("is connected")).to_be_visible()
    staff.page.goto(f"{staff.url}/floor")
    expect(staff.tile()).to_contain_text("Ready")
