"""Many servers at once from a CSV table."""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final, Literal

from pydantic import ValidationError

from gameops.alerts.communities.model import Community
from gameops.alerts.errors import CsvInvalid, ServerNotPolled
from gameops.alerts.servers.schemas import ServerIn, ServerTableRow
from gameops.alerts.servers.service import (
    Servers,
    key_of,
    known_protocol,
    living,
    reports_itself,
)
from gameops.core.errors import Problem

COLUMNS: Final = (
    *("name", "address", "port", "protocol", "tags", "interval_seconds"),
    *("timeout_seconds", "down_after", "query_port", "public"),
)
ALIASES: Final = {
    "host": "address",
    "ip": "address",
    "interval": "interval_seconds",
    "timeout": "timeout_seconds",
    "tag": "tags",
    "game": "protocol",
    "type": "protocol",
}
Shown = dict[str, Any]
MOST_ROWS: Final = 2_000
WRONG: Final = {
    "name": "The name may have up to 80 characters.",
    "address": "There is no host name or IP address in this row.",
    "port": "The port must be a number from 1 to 65535.",
    "query_port": "The query port must be a number from 1 to 65535.",
    "tags": "Up to 20 tags of up to 30 characters, separated by semicolons.",
    "interval_seconds": "The interval must be 10 to 3600 seconds.",
    "timeout_seconds": "The timeout must be 1 to 10 seconds.",
    "down_after": "The number of misses must be 1 to 10.",
    "public": "Public must be yes or no.",
}


async def add_many(
    servers: Servers, community: Community, text: str, *, dry_run: bool
) -> list[ServerTableRow]:
    """Add or change each row's server; a bad row is reported and keeps no other back."""
    checked = [_checked(community, line, fields) for line, fields in read_table(text)]
    keys = {key_of(wanted) for _, wanted in checked if isinstance(wanted, ServerIn)}
    known = await servers.lock_all(community, keys)
    there = living(known)
    rows: list[ServerTableRow] = []
    taken: list[ServerIn] = []
    for shown, wanted in checked:
        if isinstance(wanted, str):
            rows.append(ServerTableRow(**shown, action="error", message=wanted))
        elif reports_itself(known.get(key_of(wanted))):
            message = ServerNotPolled.message
            rows.append(ServerTableRow(**shown, action="error", message=message))
        else:
            rows.append(ServerTableRow(**shown, action=_action(key_of(wanted), there)))
            taken.append(wanted)
    if not dry_run:
        await servers.put_all(community, taken, known)
    return rows


def _action(key: str, there: set[str]) -> Literal["create", "update"]:
    """What a row does to its server, which is there afterwards."""
    found = key in there
    there.add(key)
    return "update" if found else "create"


def _checked(
    community: Community, line: int, fields: dict[str, Any]
) -> tuple[Shown, ServerIn | str]:
    """What a row asks for, or in words what is wrong with it."""
    shown = {"line": line, "name": fields.get("name", ""), "address": fields.get("address", "")}
    try:
        wanted = ServerIn.model_validate(fields | {"community_id": community.id})
        known_protocol(wanted.protocol)
    except ValidationError as error:
        return shown, _in_words(error)
    except Problem as problem:
        return shown, problem.detail
    return shown, wanted


def _in_words(error: ValidationError) -> str:
    """The first thing that is wrong with a row."""
    first = error.errors()[0]
    column = str(first["loc"][0])
    return WRONG.get(column, f"{column}: {first['msg']}")


def read_table(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line numbers and fields; the first line may name the columns."""
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=_delimiter(text))
    columns: tuple[str, ...] | None = None
    count = 0
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _header(cells)
                if columns is not None:
                    continue
                columns = COLUMNS
            count += 1
            if count > MOST_ROWS:
                raise CsvInvalid(f"At most {MOST_ROWS} rows at once.")
            yield reader.line_num, _fields(columns, cells)
    except csv.Error as error:
        raise CsvInvalid from error
    if not count:
        raise CsvInvalid


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=first.count) if "," not in first else ","


def _header(cells: list[str]) -> tuple[str, ...] | None:
    names = tuple(_column(cell) for cell in cells)
    return names if "address" in names else None


def _column(cell: str) -> str:
    name = cell.strip().lower().replace(" ", "_")
    return ALIASES.get(name, name)


def _fields(columns: tuple[str, ...], cells: list[str]) -> dict[str, Any]:
    """Cells by column; an address may bring its port along."""
    found = {
        column: cell.strip()
        for column, cell in zip(columns, cells, strict=False)
        if column in COLUMNS and cell.strip()
    }
    fields: dict[str, Any] = dict(found)
    address, colon, port = found.get("address", "").rpartition(":")
    if colon and port.isdigit() and ":" not in address.strip("[]"):
        fields["address"] = address
        fields.setdefault("port", port)
    if "tags" in found:
        fields["tags"] = [tag for tag in found["tags"].replace("|", ";").split(";") if tag.strip()]
    return fields
