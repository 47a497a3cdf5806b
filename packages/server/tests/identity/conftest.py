"""Identity behind HTTP, with cheap hashes, and the small drivers that the tests share."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from gameops.core.actor import SYSTEM
from gameops.core.context import Context
from gameops.core.edge import EdgeMiddleware
from gameops.core.ids import new_id
from gameops.core.web import install_error_answers
from gameops.identity import api
from gameops.identity.access.model import Role
from gameops.identity.accounts.hashing import HashPool, PwdlibHasher, use_hash_pool
from gameops.identity.routes import router
from gameops.identity.web import authenticate

PASSWORD = "correct horse battery"


class CheapHasher(PwdlibHasher):
    """argon2 that costs next to nothing, and counts what it is asked."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_kib=8)
        self.verified = 0

    def verify(self, password: str, stored: str) -> tuple[bool, str | None]:
        """Check, and count."""
        self.verified += 1
        return super().verify(password, stored)


@pytest.fixture(autouse=True)
def hasher() -> Iterator[CheapHasher]:
    """The hasher of every test here."""
    hasher = CheapHasher()
    use_hash_pool(HashPool(hasher))
    return hasher


def make_app(context: Context) -> FastAPI:
    """An application of identity alone."""
    app = FastAPI()
    app.state.context = context
    app.state.authenticate = authenticate
    app.include_router(router)
    install_error_answers(app)
    app.add_middleware(EdgeMiddleware, content_security_policy="default-src 'none'")
    return app


@pytest.fixture
def app(context: Context) -> FastAPI:
    """The application on the test's own transaction."""
    return make_app(context)


def make_client(app: FastAPI, *, ip: str = "192.0.2.10") -> httpx.AsyncClient:
    """A client at some address."""
    transport = httpx.ASGITransport(app=app, client=(ip, 40_000))
    return httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1")


@pytest_asyncio.fixture(loop_scope="session")
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client that has not signed in."""
    async with make_client(app) as client:
        yield client


@pytest.fixture
def venue() -> UUID:
    """A venue; identity knows only its id."""
    return new_id()


@pytest.fixture
def other_venue() -> UUID:
    """Another venue."""
    return new_id()


@dataclass(frozen=True, slots=True)
class People:
    """Makes people and signs them in."""

    context: Context
    client: httpx.AsyncClient

    async def add(
        self, name: str, *roles: tuple[str | UUID, UUID | None], password: str | None = PASSWORD
    ) -> UUID:
        """Somebody with these roles, called like their user name."""
        async with self.context.unit_of_work() as uow:
            user = await api.create_user(
                uow,
                SYSTEM,
                display_name=name.title(),
                username=name,
                email=f"{name}@example.com",
                password=password,
            )
            for role, venue_id in roles:
                await api.grant_role(uow, SYSTEM, user.id, role=str(role), venue_id=venue_id)
        return user.id

    async def role(self, name: str, venue_id: UUID | None, permissions: Sequence[str]) -> UUID:
        """A role of these permissions."""
        role = Role(
            id=new_id(),
            venue_id=venue_id,
            name=name,
            permissions=list(permissions),
            created_at=self.context.clock.now(),
        )
        async with self.context.unit_of_work() as uow:
            uow.session.add(role)
        return role.id

    async def sign_in(self, name: str, **body: object) -> dict[str, Any]:
        """The tokens of somebody who was added."""
        answer = await self.client.post(
            "/auth/login", json={"identifier": name, "password": PASSWORD, **body}
        )
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    async def headers(self, name: str) -> dict[str, str]:
        """What somebody who was added sends once signed in."""
        tokens = await self.sign_in(name)
        return bearer(tokens["access_token"])


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def people(context: Context, client: httpx.AsyncClient) -> People:
    """People on the test's own transaction."""
    return People(context, client)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem."""
    return answer.status_code, answer.json()["code"]
