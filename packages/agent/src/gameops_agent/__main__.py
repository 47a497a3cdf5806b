"""The command line of the station agent."""

import asyncio
import platform
import socket
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from random import SystemRandom
from typing import Annotated

import typer

from gameops_agent import log, simulate
from gameops_agent.config import BadConfig, Config, Home
from gameops_agent.link.enrolment import Application, EnrolmentFailed, enrol
from gameops_agent.lock.choice import choose_enforcer
from gameops_agent.lock.enforcer import Enforcer
from gameops_agent.lock.simulated import SimulatedEnforcer
from gameops_agent.runtime import run as run_station
from gameops_agent.runtime import stop_event

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

Server = Annotated[str, typer.Option(help="Address of the GameOps server.")]


class ServiceAction(StrEnum):
    """What to do with the Windows service."""

    INSTALL = "install"
    REMOVE = "remove"
    RUN = "run"


class Kind(StrEnum):
    """Which machine the agent enforces on."""

    AUTO = "auto"
    LINUX = "linux"
    WINDOWS = "windows"
    SIMULATED = "simulated"


@app.callback()
def _set_up(*, verbose: Annotated[bool, typer.Option("--verbose", "-v")] = False) -> None:
    log.set_up(verbose=verbose)


@app.command("enrol")
def enrol_station(server: Server, code: Annotated[str, typer.Argument(metavar="CODE")]) -> None:
    """Spend a one-time enrolment code and keep the credential."""
    home = Home()
    ca_file = home.config().ca_file
    application = Application(
        code=code, hostname=socket.gethostname(), os=f"{platform.system()} {platform.release()}"
    )
    try:
        credential = enrol(server, application, Path(ca_file) if ca_file else None)
    except EnrolmentFailed as error:
        typer.echo(f"Not enrolled: {error}", err=True)
        raise typer.Exit(1) from error
    home.store_credential(credential)
    typer.echo(f"Enrolled as {credential.station_name} at {credential.venue_name}.")


@app.command()
def run(enforcer: Annotated[Kind, typer.Option(help="What to enforce on.")] = Kind.AUTO) -> None:
    """Enforce sold time on this machine until stopped."""

    def make(config: Config) -> Enforcer:
        if enforcer is Kind.SIMULATED:
            return SimulatedEnforcer(SystemRandom())
        return choose_enforcer(enforcer.value, config)

    try:
        asyncio.run(run_station(Home(), make))
    except BadConfig as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


@app.command()
def status() -> None:
    """Say which station this is."""
    home = Home()
    credential = home.find_credential()
    typer.echo(f"home     {home.path}")
    if credential is None:
        typer.echo("station  not enrolled")
        raise typer.Exit(1)
    typer.echo(f"station  {credential.station_name} ({credential.station_id})")
    typer.echo(f"venue    {credential.venue_name}")
    typer.echo(f"server   {credential.server}")
    typer.echo(f"link     {home.read_link()}")


@app.command(hidden=True)
def overlay() -> None:
    """Be the overlay helper on standard input and output (the agent starts it itself)."""
    from gameops_agent.overlay.__main__ import main as show  # noqa: PLC0415 - needs a display

    show()


@app.command(hidden=sys.platform != "win32")
def service(action: Annotated[ServiceAction, typer.Argument()]) -> None:
    """Install, remove or run the Windows service."""
    if sys.platform == "win32":
        _serve_windows(action)
    else:
        typer.echo("The service exists on Windows; use systemd here.", err=True)
        raise typer.Exit(2)


def _serve_windows(action: ServiceAction) -> None:
    from gameops_agent import service as windows  # noqa: PLC0415 - not needed elsewhere

    if action is ServiceAction.RUN and sys.platform == "win32":
        from gameops_agent.lock.win32 import run_service  # noqa: PLC0415 - exists there only

        run_service(windows.NAME, windows.Service(Home(), windows.on_this_machine))
        return
    install = action is ServiceAction.INSTALL
    for command in windows.installation() if install else windows.removal():
        subprocess.run(command, check=True)  # noqa: S603 - our own command lines


@app.command("simulate")
def simulate_stations(
    server: Server,
    stations: Annotated[Path, typer.Option(help='JSON: [{"credential": "...", "name": "A01"}].')],
    seed: Annotated[int, typer.Option(help="Repeat the same imagined players.")] = 0,
) -> None:
    """Run many imagined stations against a server until stopped."""
    asyncio.run(_simulate(server, simulate.read_stations(stations), seed))


async def _simulate(server: str, stations: list[simulate.SimulatedStation], seed: int) -> None:
    stopping = stop_event()
    async with simulate.Fleet(server, stations, seed=seed) as fleet:
        log.info("simulation.running", stations=len(fleet.agents))
        await stopping.wait()
    log.info("simulation.stopped")


def main() -> None:
    """Entry point of the ``gameops-agent`` script."""
    app()


if __name__ == "__main__":
    main()
