"""What is kept on the disk, and enrolment."""

import asyncio
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from agent_rig.fake_server import Answer, FakeEnrolment

from gameops_agent.config import BadConfig, Config, Credential, Home, default_home
from gameops_agent.link.enrolment import Application, EnrolmentFailed, enrol

CREDENTIAL = Credential(
    server="https://host",
    credential="goa_secret",
    station_id="id-7",
    station_name="A07",
    venue_name="Pixel Palace",
)
APPLICATION = Application(code="ABCD-1234", hostname="pc-07", os="TestOS")
ENROLLED = {
    "credential": "goa_secret",
    "station_id": "id-7",
    "station_name": "A07",
    "venue_name": "Pixel Palace",
}


def test_a_credential_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert home.find_credential() is None
    home.store_credential(CREDENTIAL)
    assert home.find_credential() == CREDENTIAL
    path = home.path / "credential.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in home.path.iterdir()] == ["credential.json"]


def test_a_damaged_credential_is_named(tmp_path: Path) -> None:
    (tmp_path / "credential.json").write_text("{")
    with pytest.raises(BadConfig, match=r"credential\.json"):
        Home(tmp_path).find_credential()


def test_without_a_file_everything_has_a_default(tmp_path: Path) -> None:
    assert Home(tmp_path).config() == Config()


def test_programs_and_overlay_are_read(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[programs]\nsteam = ["steam", "-silent"]\n[overlay]\ndisplay = ":1"\nlocale = "de"\n'
    )
    config = Home(tmp_path).config()
    assert config.programs == {"steam": ("steam", "-silent")}
    assert (config.overlay.display, config.overlay.locale) == (":1", "de")


@pytest.mark.parametrize("text", ["[", "colour = 1", "[programs]\nsteam = 7"])
def test_a_wrong_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(BadConfig, match=r"config\.toml"):
        Home(tmp_path).config()


def test_the_environment_may_name_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAMEOPS_AGENT_HOME", "/somewhere")
    assert default_home() == Path("/somewhere")
    monkeypatch.delenv("GAMEOPS_AGENT_HOME")
    assert default_home().name == "gameops-agent"


@asynccontextmanager
async def enrolment(answer: Answer) -> AsyncIterator[str]:
    server = FakeEnrolment(answer)
    await server.start()
    yield server.url
    await server.stop()


async def attempt(server: str) -> Credential:
    return await asyncio.to_thread(enrol, server, APPLICATION)


async def test_a_code_buys_a_credential() -> None:
    seen: list[tuple[str, object]] = []

    def answer(path: str, body: dict[str, str]) -> tuple[int, dict[str, str], object]:
        seen.append((path, body))
        return 201, {}, ENROLLED

    async with enrolment(answer) as url:
        credential = await attempt(url + "/")
    assert credential.server == url
    assert credential.credential == "goa_secret"
    expected = {"code": "ABCD-1234", "hostname": "pc-07", "os": "TestOS"}
    assert seen == [("/api/v1/agent/enrol", expected)]


def always(status: int, body: object, **headers: str) -> Callable[..., object]:
    return lambda *_: (status, {k.replace("_", "-"): v for k, v in headers.items()}, body)


@pytest.mark.parametrize(
    ("status", "body", "headers", "code", "words"),
    [
        (404, {"code": "venue.enrolment_invalid", "detail": "No such code."}, {},
         "venue.enrolment_invalid", "No such code."),
        (429, {"code": "core.rate_limited", "detail": "Slow down."}, {"Retry_After": "30"},
         "core.rate_limited", "Try again in 30 s."),
        (500, b"<html>", {}, "agent.server_error", "did not say why"),
        (201, b"<html>", {}, "agent.server_error", "no GameOps server"),
    ],
)  # fmt: skip
async def test_a_refusal_says_why(
    status: int, body: object, headers: dict[str, str], code: str, words: str
) -> None:
    async with enrolment(always(status, body, **headers)) as url:  # type: ignore[arg-type] # a table
        with pytest.raises(EnrolmentFailed, match=words) as caught:
            await attempt(url)
    assert caught.value.code == code


@pytest.mark.parametrize("server", ["http://127.0.0.1:9", "ftp://host", "nonsense"])
def test_a_server_that_is_not_there_is_unreachable(server: str) -> None:
    with pytest.raises(EnrolmentFailed) as caught:
        enrol(server, APPLICATION)
    assert caught.value.code == "agent.unreachable"
