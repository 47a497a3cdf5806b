"""What customers do themselves: on their phone, and at the station with a voucher."""

import re

import pytest
from e2e_rig.installation import Api, Installation
from e2e_rig.machine import Machine
from e2e_rig.people import Staff, enrol
from e2e_rig.waiting import until
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

PHONE = {"width": 390, "height": 844}


def test_a_customer_registers_tops_up_and_buys_more_time_on_the_phone(
    house: Installation, staff: Staff, venue: Api, open_page
) -> None:
    phone: Page = open_page(viewport=PHONE, has_touch=True, is_mobile=True)
    phone.goto(f"{house.url}/register")
    phone.get_by_label("Name", exact=True).fill("Maya Kowalski")
    phone.get_by_label("E-mail").fill("maya@example.org")
    phone.get_by_label("User name").fill("maya")
    phone.get_by_label("Password").fill("a password of my own 7")
    phone.get_by_role("button", name="Create an account").click()
    phone.wait_for_url("**/my")
    expect(phone.get_by_text("You are not playing")).to_be_visible()

    # the till takes 50.00 in cash; the phone shows it without being touched
    staff.page.goto(f"{house.url}/till")
    staff.page.get_by_label("For which customer?").fill("Maya")
    staff.page.get_by_role("option", name=re.compile("Maya Kowalski")).click()
    staff.page.get_by_role("button", name="€50", exact=True).click()
    staff.page.get_by_role("button", name=re.compile(r"^Top up · €50\.00")).click()
    expect(staff.page.get_by_text("€50.00 taken, receipt 1")).to_be_visible()
    expect(phone.get_by_role("link", name=re.compile("Wallet.*€50.00", re.DOTALL))).to_be_visible()

    # staff seat her, the wallet pays; she buys half an hour more by herself
    staff.start_from_wallet(30, member="Maya Kowalski")
    expect(phone.get_by_text("Playing on A01")).to_be_visible()
    before = venue.sessions()[0]
    phone.get_by_role("button", name="Add 30 min · €18.00").click()
    expect(phone.get_by_text("30 minutes added")).to_be_visible()
    after = venue.sessions()[0]
    assert after["paid_minor"] == before["paid_minor"] + 1_800
    assert after["total_seconds"] == pytest.approx(before["total_seconds"] + 1_800, abs=1)
    phone.goto(f"{house.url}/my/wallet")
    expect(phone.get_by_role("main").get_by_text("€14.00")).to_be_visible()

    # she stops: what is left comes back to her wallet
    phone.goto(f"{house.url}/my")
    phone.get_by_role("button", name="End session").click()
    phone.get_by_role("alertdialog").get_by_role("button", name="End session").click()
    expect(phone.get_by_text("You are not playing")).to_be_visible()
    (session,) = venue.sessions()
    assert session["end_reason"] == "customer"
    wallet = venue.get("/customers", venue_id=venue.venue_id, q="maya")["items"][0]["wallet"]
    assert wallet["paid_minor"] == 5_000 - session["charge_minor"]
    venue.books_balance()


def test_a_voucher_from_the_till_opens_the_station_once(
    staff: Staff, machine: Machine, house: Installation, venue: Api
) -> None:
    enrol(staff, machine, house.url)
    staff.page.goto(f"{house.url}/till")
    staff.page.get_by_role("radiogroup", name="Sell").get_by_text("Voucher").click()
    staff.page.get_by_label("Minutes").fill("5")
    staff.page.get_by_role("button", name=re.compile(r"^Sell the voucher · €3\.00")).click()
    code = staff.page.locator(".tracking-widest").inner_text()
    staff.page.keyboard.press("Escape")

    machine.type_voucher(code)
    opened = machine.is_open()
    assert 290 <= (opened.seconds or 0) <= 300
    staff.page.goto(f"{house.url}/floor")
    expect(staff.tile()).to_contain_text("Voucher")
    staff.end()
    machine.is_locked()

    machine.type_voucher(code)
    until(lambda: machine.shows("This voucher is not valid."), "the voucher to be refused")
    (session,) = venue.sessions()
    assert session["paid_minor"] == 300
    venue.books_balance()
