"""A demo venue that looks like a Friday evening: stations, prices, customers, sessions.

Everything goes through the same services as real work. The stations are simulated by the real
agent's core in a process of its own (``python -m gameops_agent simulate``).
"""

import asyncio
import json
import os
import secrets
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import structlog

from gameops.app import demo_life, demo_servers
from gameops.app.settings import Settings
from gameops.core.actor import SYSTEM
from gameops.core.context import Context
from gameops.core.postgres import own_session_ending_with_parent
from gameops.core.uow import UnitOfWork
from gameops.identity.api import create_user, grant_role
from gameops.venue.api import demo_services as venue

_log = structlog.get_logger(__name__)

NAME: Final = "Neon Arcade"
OPENED: Final = timedelta(days=15)
"""How long ago the demo venue opened."""
ZONES: Final = (
    ("Main hall", "#5b8cff", 18, "pc", "A", {"x": 2, "y": 2, "w": 62, "h": 36}),
    ("VIP", "#b18cff", 6, "pc", "V", {"x": 67, "y": 2, "w": 31, "h": 20}),
    ("Consoles", "#35c6d8", 6, "ps5", "C", {"x": 2, "y": 42, "w": 62, "h": 16}),
    ("Sim racing", "#ffb020", 4, "sim_rig", "R", {"x": 67, "y": 26, "w": 31, "h": 16}),
)
EVERY_DAY: Final = [0, 1, 2, 3, 4, 5, 6]
PEOPLE: Final = (
    ("Maya Kowalski", "premium", 1_460),
    ("Jon Ortiz", "basic", 820),
    ("Elif Demir", "vip", 5_200),
    ("Tobias Wirth", "basic", 300),
    ("Samir Haddad", "premium", 2_250),
    ("Pia Lund", "basic", 0),
    ("Marek Novak", "vip", 7_800),
    ("Aiko Tanaka", "premium", 940),
    ("Ivy Brooks", "basic", 1_200),
    ("Noah Becker", "basic", 560),
    ("Lena Fischer", "premium", 3_100),
    ("Omar Said", "basic", 150),
    ("Zoe Martin", "vip", 4_400),
    ("Finn Jensen", "basic", 700),
    ("Carla Ruiz", "premium", 1_900),
    ("Deniz Kaya", "basic", 450),
)


def stations_file(settings: Settings) -> Path:
    """Where the simulated stations' credentials are kept."""
    return settings.home / "demo-stations.json"


def twin_command(server: str, stations: Path, *, seed: int) -> list[str]:
    """The command that simulates the stations."""
    return [
        sys.executable,
        "-m",
        "gameops_agent",
        "simulate",
        "--server",
        server,
        "--stations",
        str(stations),
        "--seed",
        str(seed),
    ]


async def prepare(settings: Settings, context: Context) -> None:
    """Make the demo venue, once."""
    file = stations_file(settings)
    async with context.database.reading() as session:
        if await venue.list_venues(session, None):
            return
    opened = venue.at(context, venue.ManualClock(context.clock.now() - OPENED))
    async with opened.unit_of_work() as uow:
        made = await _Builder(opened, uow).build()
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        json.dump(made, stream)
    await demo_life.live_through(context)
    async with context.database.reading() as session:
        (made_venue,) = await venue.list_venues(session, None)
    await demo_servers.prepare(context, made_venue.id)
    _log.info("demo_venue_made", stations=len(made))


@dataclass(frozen=True, slots=True)
class _Builder:
    """Builds the venue in one unit of work."""

    context: Context
    uow: UnitOfWork

    async def build(self) -> list[dict[str, str]]:
        made = await venue.Venues(self.uow, SYSTEM).create(_venue_fields())
        await self.uow.session.flush()
        zones = await self._zones(made.id)
        await self._tariffs(made.id, zones)
        credentials = await self._stations(made.id, zones)
        await self._people(made.id)
        return credentials

    async def _zones(self, venue_id: UUID) -> dict[str, UUID]:
        zones = {}
        for number, (name, color, _, _, _, area) in enumerate(ZONES):
            zone = await venue.Venues(self.uow, SYSTEM).add_zone(
                {
                    "venue_id": venue_id,
                    "name": name,
                    "color": color,
                    "sort": number,
                    "minimum_age": None,
                    "area": area,
                }
            )
            zones[name] = zone.id
        await self.uow.session.flush()
        return zones

    async def _tariffs(self, venue_id: UUID, zones: dict[str, UUID]) -> None:
        tariffs = venue.Tariffs(self.uow, SYSTEM)
        discounts = {"premium": 1_000, "vip": 2_000}
        happy = {
            "label": "Happy hour",
            "weekdays": [0, 1, 2, 3, 4],
            "from": "10:00",
            "to": "17:00",
            "rate_minor_per_hour": 240,
        }
        night = {
            "label": "Weekend night",
            "weekdays": [4, 5],
            "from": "22:00",
            "to": "04:00",
            "rate_minor_per_hour": 380,
        }
        for name, base, zone in (
            ("Standard", 320, None),
            ("VIP zone", 500, "VIP"),
            ("Consoles", 400, "Consoles"),
            ("Racing", 900, "Sim racing"),
        ):
            rules = venue.TariffRules.model_validate(
                {
                    "base_rate_minor_per_hour": base,
                    "tier_discounts_bp": discounts,
                    "rates": [happy, night] if zone is None else [],
                    "minimum_minor": 50,
                }
            )
            await tariffs.create(
                venue_id=venue_id,
                name=name,
                kinds=[],
                rules=rules,
                zone_ids=[str(zones[zone])] if zone else [],
            )
        for name, hours, price, windows in (
            ("5 hours", 5, 1_300, []),
            ("Day pass", 10, 2_200, []),
            ("Night pass", 8, 1_600, [{"weekdays": EVERY_DAY, "from": "21:00", "to": "06:00"}]),
        ):
            await tariffs.add_package(
                {
                    "venue_id": venue_id,
                    "name": name,
                    "seconds": hours * 3_600,
                    "price_minor": price,
                    "zone_ids": [str(zones["Main hall"])],
                    "valid_days": 60,
                    "windows": windows,
                    "active": True,
                }
            )

    async def _stations(self, venue_id: UUID, zones: dict[str, UUID]) -> list[dict[str, str]]:
        service = venue.Stations(self.uow, SYSTEM)
        credentials = []
        for name, _, count, kind, prefix, area in ZONES:
            rows = [
                {
                    "venue_id": venue_id,
                    "zone_id": zones[name],
                    "kind": _kind(kind, number),
                    "name": f"{prefix}{number + 1:02d}",
                    "notes": "",
                    "position": _place(area, number, count),
                }
                for number in range(count)
            ]
            stations = await service.add_many(rows)
            if kind != "ps5":
                credentials += [await self._enrol(station) for station in stations]
        return credentials

    async def _enrol(self, station: Any) -> dict[str, str]:  # noqa: ANN401 -- a row
        code, _ = await venue.Stations(self.uow, SYSTEM).offer_enrolment(self.context, station.id)
        done = await venue.enrol(
            self.context,
            self.uow,
            code=code,
            hostname=f"demo-{station.name.lower()}",
            os="simulated",
        )
        return {"credential": done.credential, "name": station.name}

    async def _people(self, venue_id: UUID) -> None:
        staff = await create_user(
            self.uow,
            SYSTEM,
            display_name="Nora Brandt",
            username="nora",
            email="nora@gameops.local",
            password=secrets.token_urlsafe(16),
        )
        await grant_role(self.uow, SYSTEM, staff.id, role="staff", venue_id=venue_id)
        till = venue.Till(self.uow, SYSTEM)
        for number, (name, tier, money) in enumerate(PEOPLE):
            first = name.partition(" ")[0].lower()
            customer = await venue.Customers(self.uow, SYSTEM).add(
                {
                    "venue_id": venue_id,
                    "display_name": name,
                    "email": f"{first}@example.org",
                    "username": f"{first}{number + 1:02d}",
                    "phone": None,
                    "tier": tier,
                    "notes": "",
                    "date_of_birth": date(1994 + number % 12, 1 + number % 12, 9),
                }
            )
            await self.uow.session.flush()
            if money:
                await till.top_up(customer.id, amount_minor=money, tender=venue.tender("cash"))
            if tier == "vip":
                await venue.Customers(self.uow, SYSTEM).change(
                    customer.id, {"credit_limit_minor": 5_000}
                )


def _venue_fields() -> dict[str, Any]:
    hours = [{"weekday": day, "opens": "10:00:00", "closes": "04:00:00"} for day in EVERY_DAY]
    policy = venue.Policy.model_validate(
        {
            "topup_bonus": [
                {"from_minor": 2_000, "bonus_bp": 500},
                {"from_minor": 5_000, "bonus_bp": 1_000},
            ],
            "curfew": [{"under_age": 16, "from": "22:00", "to": "06:00"}],
        }
    )
    return {
        "name": NAME,
        "timezone": "Europe/Berlin",
        "currency": "EUR",
        "locale": "en",
        "address": "12 Arcade Street, 10115 Berlin",
        "phone": "",
        "tax_rate_bp": 1_900,
        "tax_name": "VAT",
        "opening_hours": hours,
        "policy": policy.model_dump(mode="json", by_alias=True),
    }


def _kind(kind: str, number: int) -> str:
    return ("ps5", "ps5", "ps5", "xbox", "xbox", "switch")[number % 6] if kind == "ps5" else kind


def _place(area: Mapping[str, float], number: int, count: int) -> dict[str, float]:
    columns = 6 if count > 4 else count  # noqa: PLR2004 -- as wide as the zones are
    rows = -(-count // columns)
    across, down = number % columns, number // columns
    return {
        "x": round(area["x"] + area["w"] * (across + 0.5) / columns, 1),
        "y": round(area["y"] + area["h"] * (down + 0.6) / rows, 1),
    }


async def live(settings: Settings, context: Context) -> None:
    """Run the simulated stations, and let customers come, until cancelled."""
    file = stations_file(settings)
    if not file.exists():
        return
    process = await asyncio.create_subprocess_exec(
        *twin_command(f"http://127.0.0.1:{settings.port}", file, seed=1),
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        preexec_fn=own_session_ending_with_parent,
    )
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(demo_life.come_and_go(context))
            group.create_task(demo_servers.come_and_go(context))
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()
