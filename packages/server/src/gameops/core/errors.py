"""The one taxonomy of errors; :mod:`gameops.core.web` alone knows their HTTP statuses.

A domain subclasses a kind and gives it a stable ``code`` (``<domain>.<snake_case>``) and a
``message`` for people. Keyword arguments travel to the client as members of the problem.
"""

from typing import ClassVar


class Problem(Exception):
    """Something the caller must be told about, with a code that never changes."""

    code: ClassVar[str] = "core.problem"
    message: ClassVar[str] = "The request could not be carried out."

    def __init__(self, detail: str | None = None, /, **extra: object) -> None:
        super().__init__(detail or self.message)
        self.detail = detail or self.message
        self.extra = extra


class InvalidInput(Problem):
    """The payload is wrong."""

    code, message = "core.invalid_input", "Some of the input is not valid."


class Unauthenticated(Problem):
    """Nobody known is asking."""

    code, message = "core.unauthenticated", "Sign in to do this."


class Forbidden(Problem):
    """The caller is known and may not."""

    code, message = "core.forbidden", "You are not allowed to do this."


class NotFound(Problem):
    """Absent, or not the caller's to know."""

    code, message = "core.not_found", "There is nothing here."


class Conflict(Problem):
    """The present state forbids it."""

    code, message = "core.conflict", "The present state does not allow this."


class RateLimited(Problem):
    """Too much, too fast; ``retry_after`` says when to come back (seconds)."""

    code, message = "core.rate_limited", "Too many requests; slow down."

    def __init__(self, detail: str | None = None, /, *, retry_after: int, **extra: object) -> None:
        super().__init__(detail, retry_after=retry_after, **extra)
        self.retry_after = retry_after


class Unavailable(Problem):
    """A part that is needed does not answer; trying again later may work."""

    code, message = "core.unavailable", "A part of the system is not available just now."


class IdempotencyKeyReused(Conflict):
    """The same key came with another body."""

    code = "core.idempotency_key_reused"
    message = "This Idempotency-Key was used for a different request."


class BadCursor(InvalidInput):
    """A page cursor that no list has given out."""

    code, message = "core.bad_cursor", "This page cursor is not valid."


class BodyTooLarge(InvalidInput):
    """The request's body is over the limit."""

    code, message = "core.body_too_large", "The request is too large."
