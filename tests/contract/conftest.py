"""The whole application on a PostgreSQL of its own, as an administrator uses it."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from gameops.app.composition import build_context
from gameops.app.migrate import migrate
from gameops.app.server import create_app
from gameops.app.settings import Settings
from gameops.core.actor import SYSTEM, Actor
from gameops.core.context import Context
from gameops.core.ids import new_id
from gameops.identity import api as identity
from gameops.identity.accounts.hashing import HashPool, PwdlibHasher, use_hash_pool

URL_VARIABLE = "GAMEOPS_TEST_DATABASE_URL"


@pytest.fixture(scope="session")
def contract_database() -> Iterator[str]:
    """A migrated database in the run's own server."""
    running = os.environ[URL_VARIABLE]
    name = f"contract_{os.getpid()}"
    asyncio.run(_execute(running, f'CREATE DATABASE "{name}"'))
    url = running.rpartition("/")[0] + f"/{name}"
    migrate(url)
    yield url
    asyncio.run(_execute(running, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


@dataclass(frozen=True, slots=True)
class Installation:
    """An application with something in it, and the ids of what is there."""

    app: FastAPI
    context: Context
    ids: dict[str, UUID]


async def furnish(context: Context) -> dict[str, UUID]:
    """One of everything, so that requests meet something."""
    from gameops.venue.api import demo_services as venue

    async with context.unit_of_work() as uow:
        made = await venue.Venues(uow, SYSTEM).create(
            {
                "name": "Contract",
                "timezone": "Europe/Berlin",
                "currency": "EUR",
                "locale": "en",
                "address": "",
                "phone": "",
                "tax_rate_bp": 1_900,
                "tax_name": "VAT",
                "opening_hours": [],
                "policy": venue.Policy().model_dump(mode="json", by_alias=True),
            }
        )
    ids = {"venue_id": made.id}
    async with context.unit_of_work() as uow:
        zone = await venue.Venues(uow, SYSTEM).add_zone(_zone(made.id))
        await uow.session.flush()
        rules = venue.TariffRules(base_rate_minor_per_hour=300)
        tariff, _ = await venue.Tariffs(uow, SYSTEM).create(
            venue_id=made.id, name="Standard", zone_ids=[], kinds=[], rules=rules
        )
        ids |= {"zone_id": zone.id, "tariff_id": tariff.id}
    async with context.unit_of_work() as uow:
        for number in range(3):
            station = await venue.Stations(uow, SYSTEM).add(
                {
                    "venue_id": made.id,
                    "zone_id": ids["zone_id"],
                    "name": f"A{number}",
                    "kind": "pc",
                    "position": None,
                    "notes": "",
                }
            )
        ids["station_id"] = station.id
        customer = await venue.Customers(uow, SYSTEM).add(_customer(made.id))
        await uow.session.flush()
        package = await venue.Tariffs(uow, SYSTEM).add_package(_package(made.id))
        await uow.session.flush()
        ids |= {"customer_id": customer.id, "package_id": package.id, "user_id": customer.user_id}
    async with context.unit_of_work() as uow:
        payment = await venue.Till(uow, SYSTEM).top_up(
            ids["customer_id"], amount_minor=1_000_000, tender=venue.tender("cash")
        )
        wanted = venue.Start(
            station_id=ids["station_id"],
            mode=venue.Mode.PREPAID,
            minutes=600,
            tender=venue.tender("cash"),
        )
        opened = await venue.Opening(uow, SYSTEM).start(wanted)
        ids |= {"payment_id": payment.id, "session_id": opened.session.id}
    return ids


def _zone(venue_id: UUID) -> dict[str, Any]:
    return {
        "venue_id": venue_id,
        "name": "Hall",
        "color": "#000000",
        "sort": 0,
        "minimum_age": None,
        "area": None,
    }


def _customer(venue_id: UUID) -> dict[str, Any]:
    return {
        "venue_id": venue_id,
        "display_name": "Ana",
        "email": "ana@example.com",
        "username": None,
        "phone": None,
        "date_of_birth": None,
        "tier": "basic",
        "notes": "",
    }


def _package(venue_id: UUID) -> dict[str, Any]:
    return {
        "venue_id": venue_id,
        "name": "Three hours",
        "seconds": 10_800,
        "price_minor": 600,
        "zone_ids": [],
        "valid_days": 30,
        "windows": [],
        "active": True,
    }


@pytest.fixture(scope="session")
def installation(
    contract_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """An application whose caller is an administrator."""
    use_hash_pool(HashPool(PwdlibHasher(time_cost=1, memory_kib=8)))
    settings = Settings(
        home=tmp_path_factory.mktemp("home"),
        secret_key="x" * 40,
        environment="development",
        rate_limits=False,
    )
    with asyncio.Runner() as runner:
        setup = build_context(settings, contract_database)
        ids = runner.run(furnish(setup))
        runner.run(setup.database.close())
    context = build_context(settings, contract_database)
    app = create_app(settings, context)
    grants = {None: frozenset(identity.PERMISSIONS)}

    async def administrator(_request: Request) -> Actor:
        return Actor(id=ids["user_id"], kind="user", name="Ada", grants=grants, session_id=new_id())

    app.state.authenticate = administrator
    return Installation(app, context, ids)
