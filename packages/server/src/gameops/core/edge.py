"""The outermost middleware: request ids, the access log, metrics, limits, headers, the last 500."""

import re
import time
from typing import Final

import structlog
from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gameops.core.errors import BodyTooLarge, Problem
from gameops.core.ids import new_id
from gameops.core.metrics import HTTP_SECONDS
from gameops.core.web import problem_body, problem_json, problem_response

MAX_BODY_BYTES: Final = 1_048_576
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_log = structlog.get_logger(__name__)


class EdgeMiddleware:
    """Request id, access log, metrics, size limit, security headers, and the last 500."""

    def __init__(self, app: ASGIApp, *, content_security_policy: str) -> None:
        self.app = app
        self.headers = [
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
        ]
        self.framing = [
            (b"x-frame-options", b"DENY"),
            (b"content-security-policy", content_security_policy.encode()),
        ]
        """Left to the answer where it has a policy of its own."""

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
                given = message.get("headers", [])
                own = any(name == b"content-security-policy" for name, _ in given)
                message["headers"] = [
                    *given,
                    *self.headers,
                    *(() if own else self.framing),
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
        body = problem_body(
            500, title="Internal error", code="core.internal", detail=detail, request=request
        )
        response = problem_json(500, body)
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
