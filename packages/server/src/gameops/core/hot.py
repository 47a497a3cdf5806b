"""Routes that are measured: a raw ASGI function answers, the declaration documents it."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

RawAnswer = Callable[[Scope, Receive, Send], Awaitable[None]]
F = TypeVar("F", bound=Callable[..., Any])
_RAW: Final = "__gameops_raw__"


class HotRoute(APIRoute):
    """A route whose endpoint may carry a raw answer; dependencies do not run on it."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the raw function if there is one."""
        raw: RawAnswer | None = getattr(self.endpoint, _RAW, None)
        if raw is None or scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
        else:
            scope["route"] = self  # what the access log and metrics name it by
            await raw(scope, receive, send)


def answered_by(raw: RawAnswer) -> Callable[[F], F]:
    """Have ``raw`` answer instead of the decorated endpoint, which documents it."""

    def attach(endpoint: F) -> F:
        setattr(endpoint, _RAW, raw)
        return endpoint

    return attach
