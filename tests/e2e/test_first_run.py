"""The wheels alone: install them, type ``gameops up``, and it runs; again, and it runs sooner."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest
from e2e_rig.waiting import free_port, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

ROOT = Path(__file__).resolve().parents[2]
WARM_START_SECONDS = 5


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``gameops`` from wheels, in an environment that has only its dependencies besides."""
    folder = tmp_path_factory.mktemp("wheels")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder))
    for package in ("protocol", "agent", "server"):
        done = subprocess.run(
            (*build, str(ROOT / "packages" / package)),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    wheels = [str(wheel) for wheel in folder.glob("*.whl")]
    assert len(wheels) == 3
    venv = folder / "venv"
    python = venv / "bin" / "python"
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", str(venv)), check=True)
    install = ("pip", "install", "--quiet", "--offline", "--no-deps", "--python", str(python))
    uv = str(Path(sys.executable).with_name("uv"))
    subprocess.run((uv, *install, *wheels), check=True, timeout=60)
    dependencies = next(p for p in sys.path if p.endswith("site-packages"))
    site = next((venv / "lib").glob("python*/site-packages"))
    (site / "dependencies.pth").write_text(dependencies + "\n")
    return venv / "bin" / "gameops"


class Up:
    """One run of ``gameops up``."""

    def __init__(self, command: Path, home: Path, port: int) -> None:
        wanted = ("PATH", "HOME", "LANG", "TMPDIR")
        environment = {name: os.environ[name] for name in wanted if name in os.environ}
        environment |= {"GAMEOPS_HOME": str(home), "HOST": "127.0.0.1", "PORT": str(port)}
        self.url = f"http://127.0.0.1:{port}"
        self.output = home.parent / f"output-{time.monotonic_ns()}.txt"
        began = time.monotonic()
        with self.output.open("wb") as stream:
            self.process = subprocess.Popen(
                (str(command), "up"), env=environment, cwd=home.parent, stdout=stream, stderr=stream
            )
        until(lambda: "is ready" in self.output.read_text(), "gameops to be ready", 60)
        self.seconds = time.monotonic() - began
        assert httpx.get(f"{self.url}/health").status_code == 200
        self.family = psutil.Process(self.process.pid).children(recursive=True)

    def interrupt(self) -> None:
        """Ctrl-C: everything ends, and nothing is left behind."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(20) == 0
        assert not psutil.wait_procs(self.family, timeout=5)[1]
        assert "GameOps has stopped." in self.output.read_text()

    def sign_in(self, password: str) -> dict:
        body = {"identifier": "admin@gameops.local", "password": password}
        answer = httpx.post(f"{self.url}/api/v1/auth/login", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


def test_wheels_are_enough_to_run_gameops(command: Path, tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()
    tmp_path.chmod(0o755)
    first = Up(command, home, port)
    said = first.output.read_text()
    found = re.search(r"Password \(shown only now\): (\S+)", said)
    assert found, said
    password = found[1]
    assert first.sign_in(password)["user"]["must_change_password"]

    page = httpx.get(first.url)
    assert page.status_code == 200
    for script in re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.text):
        assert httpx.get(f"{first.url}{script}").status_code == 200
    assert "/assets/" in page.text
    assert httpx.get(f"{first.url}/docs").status_code == 200
    assert len(first.family) > 0
    first.interrupt()

    second = Up(command, home, port)
    assert second.seconds <= WARM_START_SECONDS
    assert "Password" not in second.output.read_text()
    second.sign_in(password)
    second.interrupt()
    assert (home / "secret.key").stat().st_mode & 0o077 == 0
