"""Pages by cursor: stable under inserts, no offset, no count."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from gameops.core.errors import BadCursor

T = TypeVar("T")

Limit = Annotated[int, Field(ge=1, le=200)]


class Page(BaseModel, Generic[T]):
    """Some items and where the next ones begin; no cursor means that these are the last."""

    items: list[T]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """How many, from where."""

    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """What a store answers: rows and the next cursor."""

    rows: Sequence[T]
    next_cursor: str | None


def encode_cursor(values: Sequence[object]) -> str:
    """The position after a row, opaque to clients."""
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def decode_cursor(cursor: str, types: Sequence[type]) -> list[Any]:
    """The position in a cursor, or :class:`BadCursor`."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = msgspec.json.decode(raw, type=list[Any])
        if len(values) != len(types):
            raise BadCursor
        return [msgspec.convert(v, t) for v, t in zip(values, types, strict=True)]
    except (binascii.Error, msgspec.MsgspecError, UnicodeError, ValueError) as error:
        raise BadCursor from error


def after(
    query: Select[*tuple[Any, ...]],
    page: PageRequest,
    *,
    keys: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]],
    types: Sequence[type],
    descending: bool = True,
) -> Select[*tuple[Any, ...]]:
    """``query`` ordered by ``keys`` (the last one unique), from the page's cursor on."""
    order = [key.desc() if descending else key.asc() for key in keys]
    query = query.order_by(*order).limit(page.limit + 1)
    if page.cursor is None:
        return query
    position = tuple_(*decode_cursor(page.cursor, types))
    columns = tuple_(*keys)
    return query.where(columns < position if descending else columns > position)


def cut(rows: Sequence[T], page: PageRequest, key: Any) -> Slice[T]:  # noqa: ANN401 -- a row's key function
    """The page's rows (one more was fetched to know whether there are more)."""
    if len(rows) <= page.limit:
        return Slice(rows, None)
    kept = rows[: page.limit]
    return Slice(kept, encode_cursor(key(kept[-1])))
