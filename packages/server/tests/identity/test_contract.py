"""What the routes promise in the OpenAPI document, and what the api may drag in."""

import subprocess
import sys
from typing import Any

import pytest
from fastapi import FastAPI

from gameops.core.context import Context
from gameops.core.errors import Problem
from gameops.identity import errors
from gameops.identity.accounts.rules import check_password_strength
from gameops.identity.permissions import PERMISSIONS, effective, require_known

from .conftest import make_app


def _operations(app: FastAPI) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_route_says_what_it_does_and_what_it_refuses(context: Context) -> None:
    operations = _operations(make_app(context))
    assert len(operations) == 31
    for name, operation in operations:
        assert operation["summary"], name
        assert operation["tags"] == ["identity"], name
        refused = [r for r in operation["responses"].values() if "`" in r["description"]]
        assert refused, name


def test_every_field_of_an_answer_is_always_there(context: Context) -> None:
    schemas = make_app(context).openapi()["components"]["schemas"]
    answers = {name: schema for name, schema in schemas.items() if name.endswith("Out")}
    del answers["ProblemOut"]
    assert len(answers) > 15
    for name, schema in answers.items():
        assert set(schema["required"]) == set(schema["properties"]), name


def test_codes_are_unique_and_belong_to_identity() -> None:
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type)
        and issubclass(kind, Problem)
        and kind.__module__ == errors.__name__
    ]
    codes = [kind.code for kind in kinds if "code" in vars(kind)]
    assert len(codes) == len(set(codes))
    assert all(code.startswith("identity.") for code in codes)


def test_the_api_needs_no_web_framework() -> None:
    program = "import sys, gameops.identity.api; sys.exit('fastapi' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_permissions_are_declared_before_they_are_used() -> None:
    require_known(["system.manage"])
    with pytest.raises(errors.UnknownPermission):
        require_known(["system.manage", "system.mange"])
    assert effective("admin", ()) >= PERMISSIONS.keys()
    assert effective("customer", ()) == frozenset()
    assert effective(None, ["a.b"]) == {"a.b"}


def test_a_good_password_is_accepted() -> None:
    check_password_strength("correct horse battery", names=(None, "ana"))
