"""Whatever the OpenAPI document allows, the server answers it, and as the document says."""

import asyncio
import random
import re
import socket
import threading
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest
import requests
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error

from .conftest import Installation

EXAMPLES = 20
VALIDATED = 4
"""Answers of one operation that are held against their schema, which takes long."""
WIRE_COMPATIBLE = {"POST /game", "DELETE /game"}
"""They complain in the words that their senders have always got."""
DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture(scope="session")
def base_url(installation: Installation) -> Iterator[str]:
    """The application on a port, as ``gameops serve`` runs it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            installation.app, ws="websockets-sansio", log_config=None, access_log=False
        )
        server = uvicorn.Server(config)
        run = partial(asyncio.run, _serve(server, installation, listener))
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(20)


async def _serve(
    server: uvicorn.Server, installation: Installation, listener: socket.socket
) -> None:
    await server.serve([listener])
    await installation.context.database.close()


@pytest.fixture(scope="session")
def client(base_url: str) -> Iterator[httpx.Client]:
    """For what is no generated request."""
    transport = httpx.HTTPTransport(retries=20)
    with httpx.Client(base_url=base_url, transport=transport, timeout=20) as client:
        yield client


@pytest.fixture(scope="session")
def schema(client: httpx.Client) -> Any:
    """The document as schemathesis reads it."""
    return schemathesis.openapi.from_dict(client.get(DOCUMENT).json())


def _known(case: Any, ids: dict[str, Any], chance: random.Random) -> None:
    """Half of the time, ids name something that exists."""
    for parameters in (case.path_parameters, case.query):
        for name in parameters or {}:
            if name in ids and chance.random() < 0.7:
                parameters[name] = str(ids[name])
    if isinstance(case.body, dict):
        for name in list(case.body):
            if name in ids and chance.random() < 0.7:
                case.body[name] = str(ids[name])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_request_that_the_document_allows_makes_the_server_fail(
    installation: Installation, base_url: str, schema: Any
) -> None:
    failures: dict[str, set[str]] = defaultdict(set)
    statuses: dict[str, set[int]] = defaultdict(set)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 80
    for number, operation in enumerate(operations):
        _examine(installation, base_url, operation, number, failures, statuses)
    assert not failures, "\n".join(f"{k}: {sorted(v)[:3]}" for k, v in failures.items())
    happy = [name for name, seen in statuses.items() if any(code < 300 for code in seen)]
    assert len(happy) > len(operations) / 2, sorted(statuses.keys() - set(happy))


def _examine(
    installation: Installation,
    base_url: str,
    operation: Any,
    number: int,
    failures: dict[str, set[str]],
    statuses: dict[str, set[int]],
) -> None:
    name = f"{operation.method.upper()} {operation.path}"
    chance = random.Random(number)
    seen_well: Counter[str] = Counter()
    session = requests.Session()

    @seed(number)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def examine(case: Any) -> None:
        _known(case, installation.ids, chance)
        try:
            answer = case.call(base_url=base_url, session=session, timeout=20)
        except (requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL, UnicodeError):
            return  # no HTTP client could send this
        statuses[name].add(answer.status_code)
        if answer.status_code >= 500 and answer.json().get("code") != "core.unavailable":
            failures[name].add(f"{answer.status_code} {case.as_curl_command()[:300]}")
        elif answer.status_code >= 400 and name in WIRE_COMPATIBLE:
            if set(answer.json()) != {"error"}:
                failures[name].add(f"not the documented words: {answer.text[:200]}")
        elif answer.status_code >= 400:
            kind = answer.headers["content-type"][0]
            if kind != "application/problem+json" or not re.fullmatch(
                r"[a-z]+\.[a-z_]+", answer.json().get("code", "")
            ):
                failures[name].add(f"no problem: {answer.status_code} {kind}")
        elif (validated := seen_well[name]) < VALIDATED:
            seen_well[name] = validated + 1
            _conforms(case, answer, failures[name])
        if not failures[name]:
            del failures[name]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        examine()


def _conforms(case: Any, answer: Any, failures: set[str]) -> None:
    try:
        case.validate_response(
            answer,
            checks=[
                not_a_server_error,
                schemathesis.checks.CHECKS.get_one("response_schema_conformance"),
            ],
        )
    except schemathesis.errors.SchemathesisError as error:
        failures.add(f"{answer.status_code} {str(error)[:200]}")
    except BaseExceptionGroup as group:
        failures.update(f"{answer.status_code} {str(error)[:300]}" for error in group.exceptions)


def test_the_books_balance_after_all_that(
    installation: Installation, client: httpx.Client, schema: Any
) -> None:
    venue = str(installation.ids["venue_id"])
    answer = client.get("/api/v1/ledger/trial-balance", params={"venue_id": venue})
    assert answer.json()["balanced"]
