"""The HTTP edge: statuses, problem+json, request ids, units of work, idempotency, paging."""

import hashlib
import re
import time
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
from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gameops.core.actor import Actor
from gameops.core.context import Context
from gameops.core.errors import (
    BodyTooLarge,
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
from gameops.core.ids import new_id
from gameops.core.metrics import HTTP_SECONDS
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
MAX_BODY_BYTES: Final = 1_048_576
PROBLEM_JSON: Final = "application/problem+json"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
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
    for kind in (InvalidInput, *kinds):
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
    body = _problem_body(
        status, title=problem.message, code=problem.code, detail=problem.detail, request=request
    )
    return _problem_json(status, {**body, **_plain(problem.extra)}, headers)


def _problem_body(
    status: int, *, title: str, code: str, detail: str, request: Request
) -> dict[str, Any]:
    return {
        "type": f"urn:gameops:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": request.scope.get("request_id"),
    }


def _problem_json(
    status: int, body: dict[str, Any], headers: dict[str, str] | None = None
) -> JSONResponse:
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
        code = {404: "core.not_found", 405: "core.method_not_allowed"}.get(
            error.status_code, "core.http_error"
        )
        detail = str(error.detail)
        body = _problem_body(
            error.status_code, title=detail, code=code, detail=detail, request=request
        )
        return _problem_json(error.status_code, body, dict(error.headers or {}))

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
    body = _problem_body(
        422,
        title=InvalidInput.message,
        code=InvalidInput.code,
        detail=detail or InvalidInput.message,
        request=request,
    )
    return _problem_json(422, {**body, "fields": fields})


_SQLSTATES: Final[Mapping[str, type[Problem]]] = {
    "40001": Conflict,  # serialization failure
    "40P01": Conflict,  # deadlock: the client may simply repeat
    "22021": InvalidInput,  # a character PostgreSQL cannot store (NUL)
    "22P05": InvalidInput,
    "22003": InvalidInput,  # a number out of range
    "22008": InvalidInput,  # a date out of range
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


# --- middleware ------------------------------------------------------------------------------


class EdgeMiddleware:
    """Request id, access log, metrics, size limit, security headers, and the last 500."""

    def __init__(self, app: ASGIApp, *, content_security_policy: str) -> None:
        self.app = app
        self.headers = [
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
            (b"content-security-policy", content_security_policy.encode()),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; WebSockets and the lifespan pass straight through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = scope["request_id"] = _request_id(scope)
        started, status = time.perf_counter(), 500
        answered = False

        async def sending(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], True
                message["headers"] = [
                    *message.get("headers", []),
                    *self.headers,
                    (b"x-request-id", request_id.encode()),
                ]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, _bounded(scope, receive), sending)
            except Exception as error:
                if answered:
                    raise
                await _answer_unexpected(error, scope, receive, sending)
            finally:
                _measure(scope, status, time.perf_counter() - started)


async def _answer_unexpected(error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope)
    if isinstance(error, Problem):
        response = problem_response(error, request)
    else:
        _log.exception("request_failed", path=scope["path"])
        detail = "Something went wrong here; the server's log has it under this request id."
        body = _problem_body(
            500, title="Internal error", code="core.internal", detail=detail, request=request
        )
        response = _problem_json(500, body)
    await response(scope, receive, send)


def _request_id(scope: Scope) -> str:
    given = next((v.decode("latin-1") for k, v in scope["headers"] if k == b"x-request-id"), "")
    return given if _REQUEST_ID.fullmatch(given) else new_id().hex


def _bounded(scope: Scope, receive: Receive) -> Receive:
    length = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
    if length.isdigit() and int(length) > MAX_BODY_BYTES:
        raise BodyTooLarge
    total = 0

    async def receiving() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > MAX_BODY_BYTES:
            raise BodyTooLarge
        return message

    return receiving


def _measure(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", None) or "other"
    HTTP_SECONDS.labels(scope["method"], route, str(status)).observe(seconds)
    _log.info(
        "request",
        method=scope["method"],
        path=scope["path"],
        status=status,
        ms=round(seconds * 1000, 1),
    )


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
    return await authenticate(request)


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
