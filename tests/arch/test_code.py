"""Rules of the house that no linter knows, read from the source itself."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

import gameops
from gameops.app import browser_socket
from gameops.app.composition import ALL_JOBS
from gameops.app.server import create_app
from gameops.app.settings import Settings, settings_table
from gameops.core.errors import Problem

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "packages" / "server" / "src" / "gameops"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "ui" not in path.parts)
LONGEST = 400
PURE = {"model.py", "pricing.py"}

UNSAID_OVER_HTTP = {
    "identity.taken": "the base of the three that are said",
    "venue.credential_revoked": "said on the station link, as the reason of a goodbye",
    "venue.venue_closed": "said to a station's sign-in",
    "venue.voucher_invalid": "said to a station's sign-in",
    "alerts.import_failed": "said by the command line",
    "core.too_many_topics": "said on the browsers' WebSocket",
    "core.unknown_topic": "said on the browsers' WebSocket",
    "core.database_binaries_missing": "said by the command line",
    "core.database_did_not_start": "said by the command line",
    "core.no_database": "said by the command line",
    "core.bad_cursor": "any list may say it; the kind is documented on every route",
    "core.body_too_large": "any route may say it",
    "core.conflict": "any write may say it, after a deadlock",
    "core.idempotency_key_reused": "any route with an Idempotency-Key may say it",
    "core.rate_limited": "any route may say it",
    "core.unauthenticated": "any route but the public ones says it",
    "core.unavailable": "any route may say it, without a database",
    "core.problem": "the base of all others",
}


def names(module: Path) -> str:
    return str(module.relative_to(SOURCE))


def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text())


def calls(module: Path) -> Iterator[tuple[str, int]]:
    """Dotted names that a module calls, with their lines."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def everything() -> Iterator[type]:
    """All classes of the server."""
    for found in pkgutil.walk_packages(gameops.__path__, "gameops."):
        if found.name.endswith("__main__") or "migrations" in found.name:
            continue
        module = importlib.import_module(found.name)
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == found.name:
                yield kind


CLASSES = list(everything())
PROBLEMS = [kind for kind in CLASSES if issubclass(kind, Problem)]


@pytest.mark.parametrize("module", MODULES, ids=names)
def test_a_module_fits_on_a_few_screens(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("module", MODULES, ids=names)
def test_only_the_core_commits(module: Path) -> None:
    if module.parent.name == "core":
        return
    forbidden = [c for c in calls(module) if c[0].endswith((".commit", ".rollback"))]
    assert not forbidden


@pytest.mark.parametrize("module", MODULES, ids=names)
def test_statuses_of_problems_are_the_edges_business(module: Path) -> None:
    if module.parent.name in {"core", "app"}:
        return
    text = module.read_text()
    assert "HTTPException" not in text
    assert not re.search(r"status_code=(4|5)\d\d", text)


@pytest.mark.parametrize("module", MODULES, ids=names)
def test_the_environment_is_read_by_the_settings_alone(module: Path) -> None:
    if module.name == "settings.py":
        return
    assert not re.search(r"\bos\.(environ|getenv)\b", module.read_text())


@pytest.mark.parametrize("module", [m for m in MODULES if m.name in PURE], ids=names)
def test_rules_are_told_time_and_chance(module: Path) -> None:
    banned = re.compile(
        r"(datetime\.now|utcnow|date\.today|uuid4|new_id|random\.|secrets\.|time\.time)"
    )
    assert not [call for call in calls(module) if banned.match(call[0])]


def test_codes_are_unique_and_belong_to_their_domain() -> None:
    own = [kind for kind in PROBLEMS if "code" in vars(kind)]
    assert len(own) > 80
    assert not [code for code, n in Counter(kind.code for kind in own).items() if n > 1]
    for kind in own:
        domain = kind.__module__.split(".")[1].replace("app", "core")
        assert re.fullmatch(rf"{domain}\.[a-z]+(_[a-z]+)*", kind.code), kind
        assert kind.message.endswith("."), kind
        assert kind.__doc__, kind


@pytest.fixture(scope="module")
def openapi(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    settings = Settings(
        home=tmp_path_factory.mktemp("home"), secret_key="x" * 40, environment="development"
    )
    document: dict[str, object] = create_app(settings, None).openapi()  # type: ignore[arg-type]
    return document


def test_every_code_is_documented_where_it_may_be_said(openapi: dict[str, object]) -> None:
    documented = set(re.findall(r"`([a-z]+\.[a-z_]+)`", str(openapi["paths"])))
    raised = {kind.code for kind in PROBLEMS if "code" in vars(kind)}
    assert raised - documented - UNSAID_OVER_HTTP.keys() == set()
    stale = {code for code in UNSAID_OVER_HTTP if code not in raised}
    assert not stale


def test_every_route_has_a_summary_and_says_what_it_refuses(openapi: dict[str, object]) -> None:
    paths: dict[str, dict[str, dict[str, object]]] = openapi["paths"]  # type: ignore[assignment]
    for path, methods in paths.items():
        for method, operation in methods.items():
            assert operation.get("summary"), f"{method} {path}"
            assert operation.get("tags"), f"{method} {path}"


def test_answers_have_no_defaults() -> None:
    answers = [
        kind
        for kind in CLASSES
        if issubclass(kind, BaseModel)
        and kind.__module__.endswith("schemas")
        and kind.__name__.endswith("Out")
    ]
    assert len(answers) > 20
    for kind in answers:
        optional = [name for name, field in kind.model_fields.items() if not field.is_required()]
        assert not optional, kind


def test_jobs_are_named_by_domain_and_deed() -> None:
    assert len(ALL_JOBS.jobs) > 5
    for name, job in ALL_JOBS.jobs.items():
        assert re.fullmatch(r"[a-z]+\.[a-z]+(_[a-z]+)+", name)
        assert name.split(".")[0] == job.handler.__module__.split(".")[1]


def test_every_setting_is_in_the_table_and_in_the_documentation() -> None:
    table = settings_table()
    for field in Settings.model_fields.values():
        assert f"`{field.validation_alias}`" in table
        assert field.description
    guide = ROOT / "docs" / "guides" / "settings.md"
    if guide.exists():  # the rest of the page is prose
        for line in table.splitlines():
            assert line in guide.read_text()


def test_decisions_follow_one_form() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = [path.name[:4] for path in decisions]
    assert numbers == sorted(set(numbers))
    for path in decisions:
        headings = re.findall(r"^## (.+)$", path.read_text(), flags=re.MULTILINE)
        wanted = ["Context", "Decision", "Consequences", "Alternatives", "Enforcing check"]
        assert [heading for heading in headings if heading in wanted] == wanted, path.name


def test_sockets_close_with_codes_of_their_own_range() -> None:
    text = "".join(m.read_text() for m in (SOURCE / "venue" / "link").glob("*.py"))
    text += Path(str(browser_socket.__file__)).read_text()
    codes = {int(code) for code in re.findall(r"(?:close|hang_up)\((\d{4})\)", text)}
    assert codes <= {1000, 1012, 1013, 4400, 4401, 4409}
