"""What the routes promise in the OpenAPI document."""

from typing import Any

from fastapi import FastAPI

from gameops.core.errors import Problem
from gameops.notify import errors

from .conftest import Office


def _operations(app: FastAPI) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_route_says_what_it_does_and_what_it_refuses(office: Office) -> None:
    operations = _operations(office.app)
    assert len(operations) == 28
    for name, operation in operations:
        assert operation["summary"], name
        assert operation["tags"] == ["notifications"], name
        refused = [r for r in operation["responses"].values() if "`" in r["description"]]
        assert refused, name


def test_every_field_of_an_answer_is_always_there(office: Office) -> None:
    schemas = office.app.openapi()["components"]["schemas"]
    answers = {name: schema for name, schema in schemas.items() if name.endswith("Out")}
    del answers["ProblemOut"]
    assert len(answers) > 10
    for name, schema in answers.items():
        assert set(schema["required"]) == set(schema["properties"]), name


def test_codes_are_unique_and_belong_to_notify() -> None:
    codes = [
        kind.code
        for kind in vars(errors).values()
        if isinstance(kind, type)
        and issubclass(kind, Problem)
        and kind.__module__ == errors.__name__
    ]
    assert len(codes) == len(set(codes))
    assert all(code.startswith("notify.") for code in codes)
