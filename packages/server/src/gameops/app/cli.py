"""``gameops``: the one command line."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from gameops import __version__
from gameops.app import demo, run
from gameops.app.migrate import migrate as migrate_database
from gameops.app.presets import ensure_presets
from gameops.app.settings import Settings
from gameops.core.context import Context
from gameops.core.errors import Problem
from gameops.core.logs import configure_logging
from gameops.identity.api import Verdict, ensure_first_admin, reset_admin, verify_audit

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="GameOps: a gaming venue and its online community, self-hosted.",
)
admin = typer.Typer(no_args_is_help=True, help="Administrators.")
audit = typer.Typer(no_args_is_help=True, help="The audit log.")
alerts = typer.Typer(no_args_is_help=True, help="Watched game servers.")
app.add_typer(admin, name="admin")
app.add_typer(audit, name="audit")
app.add_typer(alerts, name="alerts")
out = Console()
err = Console(stderr=True)


def main() -> None:
    """Run the command line; problems are said in words, not in tracebacks."""
    try:
        app()
    except Problem as problem:
        err.print(f"[bold red]{problem.detail}[/] [dim]({problem.code})[/]")
        sys.exit(1)


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment; what is wrong is said, variable by variable."""
    try:
        settings = Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        for item in error.errors():
            name = ".".join(str(part) for part in item["loc"]) or "settings"
            err.print(f"[bold red]{name}[/]: {item['msg'].removeprefix('Value error, ')}")
        raise typer.Exit(2) from None
    configure_logging(level=settings.log_level, pretty=settings.environment == "development")
    return settings


Demo = Annotated[
    bool | None, typer.Option("--demo/--no-demo", help="A demo venue with simulated stations.")
]
Port = Annotated[int | None, typer.Option(help="Port to listen on.")]


@app.command()
def up(demo: Demo = None, port: Port = None) -> None:
    """Run everything on this machine: database, server, worker, and a demo if asked for."""
    settings = load_settings(demo=demo, port=port)
    if sys.stderr.isatty() and "log_level" not in settings.model_fields_set:
        configure_logging(level="WARNING", pretty=True)  # somebody is looking: say what matters
    with run.own_database(settings) as url:
        run.prepare(settings, url)
        run.with_context(settings, url, lambda c: run.up(settings, c, announce))
    out.print("GameOps has stopped.")


def announce(started: run.Started) -> None:
    """Tell where GameOps is and, the first time, how to get in."""
    lines = [f"GameOps {__version__} is ready: [bold]{started.url}[/]"]
    if started.admin_password:
        lines += [
            "",
            f"First administrator: [bold]{started.admin_email}[/]",
            f"Password (shown only now): [bold]{started.admin_password}[/]",
        ]
    lines += ["", "[dim]Ctrl-C stops it; the data stays.[/]"]
    out.print(Panel("\n".join(lines), expand=False, border_style="blue"), soft_wrap=True)


@app.command()
def serve(port: Port = None) -> None:
    """Run the server alone (any number of replicas, with REDIS_URL)."""
    settings = load_settings(port=port)
    url = run.existing_database(settings)
    run.raise_file_limit()
    run.with_context(settings, url, lambda context: run.serve(settings, context))


@app.command()
def work() -> None:
    """Run the worker alone: jobs, clocks, watchers, notices (any number; one leads)."""
    settings = load_settings()
    run.raise_file_limit()
    run.with_context(settings, run.existing_database(settings), run.work_until_stopped)


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this release; on a new one, make the administrator."""
    settings = load_settings()

    async def act(context: Context) -> None:
        email, password = await ensure_first_admin(
            context, email=settings.admin_email, password=settings.admin_password
        )
        if password is not None and settings.admin_password is None:
            out.print(f"First administrator: [bold]{email}[/]", soft_wrap=True)
            out.print(f"Password (shown only now): [bold]{password}[/]", soft_wrap=True)

    with run.some_database(settings) as url:
        migrate_database(url)
        run.with_context(settings, url, act)
    out.print("The database is up to date.")


@app.command()
def twin(
    stations: Annotated[
        Path | None, typer.Option(help="File with the stations' credentials.")
    ] = None,
    server: Annotated[str | None, typer.Option(help="The server's address.")] = None,
    seed: Annotated[int, typer.Option(help="Makes a run repeatable.")] = 1,
) -> None:
    """Run simulated stations: the real agent's core over real WebSockets."""
    settings = load_settings()
    file = stations or demo.stations_file(settings)
    if not file.exists():
        err.print(f"[bold red]{file} does not exist.[/] `gameops up --demo` makes it.")
        raise typer.Exit(1)
    command = demo.twin_command(server or settings.base_url, file, seed=seed)
    raise typer.Exit(subprocess.call(command))  # noqa: S603 -- our own module


@admin.command("reset")
def admin_reset(
    email: Annotated[
        str | None, typer.Option(help="Whose; the first administrator's by default.")
    ] = None,
) -> None:
    """Give an administrator a new password, and lift lockout and two-factor."""
    settings = load_settings()
    address = email or settings.admin_email

    async def act(context: Context) -> None:
        password = await reset_admin(context, email=address)
        out.print(f"New password of [bold]{address}[/]: [bold]{password}[/]", soft_wrap=True)

    with run.some_database(settings) as url:
        migrate_database(url)
        run.with_context(settings, url, act)


@audit.command("verify")
def audit_verify() -> None:
    """Check every sealed entry of the audit log against its hash chain."""
    settings = load_settings()
    sound = True

    async def act(context: Context) -> None:
        nonlocal sound
        verdict = await verify_audit(context)
        sound = verdict.ok
        out.print(_in_words(verdict), soft_wrap=True)

    with run.some_database(settings) as url:
        run.with_context(settings, url, act)
    raise typer.Exit(0 if sound else 1)


def _in_words(verdict: Verdict) -> str:
    bad = verdict.first_bad
    if bad is None:
        return (
            f"[green]The audit log is intact.[/] {verdict.checked} entries checked, "
            f"sealed through entry {verdict.sealed_through}."
        )
    where = f"Entry {bad.entry_id}" if bad.entry_id is not None else "The chain"
    return (
        f"[bold red]The audit log has been tampered with.[/] {where}: {bad.reason}. "
        f"{verdict.checked} entries before it are sound."
    )


@alerts.callback()
def alerts_group() -> None:
    """Watched game servers."""


@alerts.command("import")
def alerts_import(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="gameEvents.db, users.db, …")
    ],
    community: Annotated[
        str | None, typer.Option(help="Address (slug) of the community; the default one without.")
    ] = None,
    time_zone: Annotated[
        str, typer.Option(help="Of the machine that wrote the files; its clock is in them.")
    ] = "UTC",
) -> None:
    """Take over servers, history and subscribers of a FujiNet Game Alert System."""
    from gameops.alerts.api import import_files  # noqa: PLC0415 -- nothing else needs it

    settings = load_settings()

    async def act(context: Context) -> None:
        await ensure_presets(context, settings)
        done = await import_files(context, files, slug=community, time_zone=time_zone)
        out.print(
            f"{done.servers} new servers, {done.reports} reports and {done.people} people "
            f"taken over; {done.skipped} rows left out."
        )
        if done.without_channel:
            out.print(
                f"[yellow]{done.without_channel} people were left out:[/] there is no SMS or "
                "WhatsApp channel yet. Set one up (or TWILIO_ACCT_SID, TWILIO_AUTH_TOKEN and "
                "TWILIO_TN) and import again.",
            )

    with run.some_database(settings) as url:
        migrate_database(url)
        run.with_context(settings, url, act)


@app.command("doctor")
def doctor_command() -> None:
    """Say in words what is wrong with this installation, and how to mend it."""
    from gameops.app import doctor  # noqa: PLC0415 -- nothing else needs it

    findings = asyncio.run(doctor.examine())
    table = Table(show_header=False, box=None, padding=(0, 1))
    marks = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "problem": "[red]✗[/]"}
    for finding in findings:
        text = finding.text if not finding.remedy else f"{finding.text}\n[dim]→ {finding.remedy}[/]"
        table.add_row(marks[finding.level], text)
    out.print(table)
    raise typer.Exit(1 if any(finding.level == "problem" for finding in findings) else 0)


@app.command()
def version() -> None:
    """Print the version."""
    out.print(__version__)
