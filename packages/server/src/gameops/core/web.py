"""The HTTP edge: statuses, problem+json, request ids, units of work, idempotency, paging."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

import msgspec
import structlog
from fastapi import Depends, FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException as StarletteHTTPException

from gameops.core.actor import Actor
from gameops.core.context import Context
from gameops.core.errors import (
    Conflict,
    Forbidden,
    IdempotencyKeyReused,
    InvalidInput,
    NotFound,
    Problem,
    RateLimited,
    Unauthenticated,
    Unavailable,
)
from gameops.core.model import IdempotentAnswer
from gameops.core.paging import PageRequest
from gameops.core.ratelimit import Rule
from gameops.core.uow import Origin, UnitOfWork

STATUS: Final[Mapping[type[Problem], int]] = {
    InvalidInput: 422,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    RateLimited: 429,
    Unavailable: 503,
}
PROBLEM_JSON: Final = "application/problem+json"
EVERY_REQUEST: Final = Rule("every-request", "3000/minute")
"""Of one signed-in device or key: far above what people do, far below what hurts."""
_log = structlog.get_logger(__name__)

M = TypeVar("M", bound=BaseModel)


class FieldProblem(BaseModel):
    """One input that is wrong."""

    path: str
    code: str
    message: str


class ProblemOut(BaseModel):
    """RFC 9457 problem details; ``code`` is what programs should look at."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str | None = None
    fields: list[FieldProblem] | None = None


def status_of(problem: type[Problem]) -> int:
    """The HTTP status of a problem's kind."""
    return next((STATUS[kind] for kind in problem.__mro__ if kind in STATUS), 500)


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """OpenAPI ``responses`` for the problems a route can answer, with their codes."""
    by_status: dict[int | str, dict[str, Any]] = {}
    every: tuple[type[Problem], ...] = (InvalidInput, *kinds)
    for kind in every:
        status = status_of(kind)
        entry = by_status.setdefault(
            status, {"model": ProblemOut, "content": {PROBLEM_JSON: {}}, "description": ""}
        )
        line = f"`{kind.code}`: {kind.message}"
        entry["description"] = f"{entry['description']}\n\n{line}".strip()
    return by_status


# --- answering with problems -----------------------------------------------------------------


def problem_response(problem: Problem, request: Request) -> JSONResponse:
    """A problem as the client sees it."""
    status = status_of(type(problem))
    headers = {}
    if isinstance(problem, RateLimited):
        headers["Retry-After"] = str(problem.retry_after)
    if status == STATUS[Unauthenticated]:
        headers["WWW-Authenticate"] = "Bearer"
    body = problem_body(
        status, title=problem.message, code=problem.code, detail=problem.detail, request=request
    )
    return problem_json(status, {**body, **_plain(problem.extra)}, headers)


def problem_body(
    status: int, *, title: str, code: str, detail: str, request: Request
) -> dict[str, Any]:
    """The members that every problem has."""
    return {
        "type": f"urn:gameops:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": request.scope.get("request_id"),
    }


def problem_json(
    status: int, body: dict[str, Any], headers: dict[str, str] | None = None
) -> JSONResponse:
    """A problem as an answer."""
    return JSONResponse(body, status, headers, media_type=PROBLEM_JSON)


def _plain(extra: Mapping[str, object]) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(dict(extra), str_keys=True)
    return plain


def install_error_answers(app: FastAPI) -> None:
    """Teach the application to answer every error as problem+json."""

    async def on_problem(request: Request, problem: Exception) -> JSONResponse:
        assert isinstance(problem, Problem)  # noqa: S101 -- how Starlette types its handlers
        return problem_response(problem, request)

    async def on_invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101 -- as above
        return invalid_response(error, request)

    async def on_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, StarletteHTTPException)  # noqa: S101 -- as above
        if isinstance(error.__cause__, Problem):  # FastAPI wraps what reading a body raises
            return problem_response(error.__cause__, request)
        code = {404: "core.not_found", 405: "core.method_not_allowed"}.get(
            error.status_code, "core.http_error"
        )
        detail = str(error.detail)
        body = problem_body(
            error.status_code, title=detail, code=code, detail=detail, request=request
        )
        return problem_json(error.status_code, body, dict(error.headers or {}))

    async def on_database(request: Request, error: Exception) -> JSONResponse:
        return database_response(error, request)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(StarletteHTTPException, on_http)
    app.add_exception_handler(DBAPIError, on_database)
    app.add_exception_handler(PoolTimeout, on_database)
    app.add_exception_handler(OSError, on_database)


def invalid_response(error: RequestValidationError, request: Request) -> JSONResponse:
    """Input that pydantic refused, field by field, without echoing the input."""
    fields = [
        {
            "path": ".".join(str(part) for part in item["loc"]),
            "code": item["type"],
            "message": item["msg"],
        }
        for item in error.errors()
    ]
    detail = "; ".join(f"{field['path']}: {field['message']}" for field in fields[:3])
    body = problem_body(
        422,
        title=InvalidInput.message,
        code=InvalidInput.code,
        detail=detail or InvalidInput.message,
        request=request,
    )
    return problem_json(422, {**body, "fields": fields})


_SQLSTATES: Final[Mapping[str, type[Problem]]] = {
    "40001": Conflict,  # serialization failure
    "40P01": Conflict,  # deadlock: the client may simply repeat
    "22021": InvalidInput,  # a character PostgreSQL cannot store (NUL)
    "22P05": InvalidInput,
    "22003": InvalidInput,  # a number out of range
    "22008": InvalidInput,  # a date out of range
    "22000": InvalidInput,  # one that the driver cannot even send
}


def database_response(error: Exception, request: Request) -> JSONResponse:
    """A database that is away (503), a conflict (409), or bad input (422); else a bug (500)."""
    state = str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")
    away = isinstance(error, PoolTimeout | OSError) or state[:2] in {"08", "57", "53"}
    away = away or bool(getattr(error, "connection_invalidated", False))
    kind = Unavailable if away else _SQLSTATES.get(state)
    if kind is None:
        raise error
    _log.warning("database_error", sqlstate=state, error=type(error).__name__)
    return problem_response(kind(), request)


# --- dependencies ----------------------------------------------------------------------------


async def get_context(request: Request) -> Context:
    """The process's context."""
    context: Context = request.app.state.context
    return context


Ctx = Annotated[Context, Depends(get_context)]


def client_address(request: Request) -> str:
    """The caller's address (uvicorn puts the forwarded one here for trusted proxies)."""
    return request.client.host if request.client else "unknown"


def get_origin(request: Request) -> Origin:
    """Where the request comes from."""
    return Origin(ip=client_address(request), request_id=request.scope.get("request_id"))


async def open_uow(request: Request, context: Ctx) -> AsyncIterator[UnitOfWork]:
    """One unit of work for the request, committed before the answer leaves."""
    async with context.unit_of_work(get_origin(request)) as uow:
        yield uow


Uow = Annotated[UnitOfWork, Depends(open_uow, scope="function")]

Authenticate = Callable[[Request], Awaitable[Actor]]


async def current_actor(request: Request) -> Actor:
    """Who is asking; the application plugs identity in as ``app.state.authenticate``."""
    authenticate: Authenticate = request.app.state.authenticate
    actor = await authenticate(request)
    context: Context = request.app.state.context
    await context.limits.hit(EVERY_REQUEST, str(actor.session_id or actor.id))
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]


async def page_request(
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> PageRequest:
    """``?limit=&cursor=``."""
    return PageRequest(limit, cursor)


Paging = Annotated[PageRequest, Depends(page_request)]


def limited(rule: Rule) -> Any:  # noqa: ANN401 -- FastAPI's Depends has no public type
    """A dependency that counts requests of one client address against a rule."""

    async def check(request: Request, context: Ctx) -> None:
        await context.limits.hit(rule, client_address(request))

    return Depends(check)


@dataclass(frozen=True, slots=True)
class Once:
    """Carries out a request with an ``Idempotency-Key`` at most once.

    The key, the body's hash and the answer are stored in the same transaction as the effect;
    two simultaneous requests queue on the key, and the second gets the first one's answer.
    """

    uow: UnitOfWork
    scope: str
    key: str | None

    async def __call__(
        self, body: BaseModel | None, answer: type[M], action: Callable[[], Awaitable[M]]
    ) -> M:
        """Run ``action``, or return what it answered before under the same key."""
        if self.key is None:
            return await action()
        body_hash = hashlib.sha256(body.model_dump_json().encode() if body else b"").digest()
        mine = {"scope": self.scope, "key": self.key}
        claim = mine | {"body_hash": body_hash, "now": self.uow.now}
        claimed = await self.uow.session.scalar(_CLAIM, claim)
        if claimed is None:
            return await self._earlier(body_hash, answer)
        result = await action()
        answered = mine | {"answer": result.model_dump_json()}
        await self.uow.session.execute(_ANSWER, answered)
        return result

    async def _earlier(self, body_hash: bytes, answer: type[M]) -> M:
        stored = await self.uow.session.get_one(IdempotentAnswer, (self.scope, self.key))
        if stored.body_hash != body_hash:
            raise IdempotencyKeyReused
        return answer.model_validate(stored.answer)


_CLAIM = text("""
INSERT INTO core_idempotency (scope, key, body_hash, created_at)
VALUES (:scope, :key, :body_hash, :now) ON CONFLICT DO NOTHING RETURNING key
""")
_ANSWER = text("""
UPDATE core_idempotency SET answer = CAST(:answer AS jsonb) WHERE scope = :scope AND key = :key
""")


async def once(
    request: Request,
    uow: Uow,
    actor: CurrentActor,
    idempotency_key: Annotated[
        str | None, Header(min_length=8, max_length=100, pattern=r"^[\x21-\x7e]+$")
    ] = None,
) -> Once:
    """The request's idempotency, scoped to the caller and the path."""
    scope = f"{actor.kind}:{actor.id}:{request.method} {request.url.path}"
    return Once(uow, scope[:300], idempotency_key)


OnlyOnce = Annotated[Once, Depends(once)]
