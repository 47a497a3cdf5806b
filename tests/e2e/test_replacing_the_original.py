"""In the place of the FujiNet Game Alert System: its lobby, phones and Discord notice nothing."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from e2e_rig.installation import Api, Databases, Installation
from e2e_rig.waiting import until
from games.services import ACCOUNT, NUMBER, TOKEN, WEBHOOK, Services
from twilio.request_validator import RequestValidator

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

PHONE, OTHER = "+14155550199", "+14155550177"
BAR = "https://fujitzee.example.org/?table=bar"
BASE = "https://fujitzee.example.org/"
JOINED = (
    "🧑‍🤝‍🧑 Player event - GameServer: [{}] running game [bar] player joined. Total players: [{}]"
)
LAST = f"🌐 Server event - GameServer: [{BASE}] the last player has left the game."
GONE = f"🌐 Server event - GameServer: [{BASE}] running game [bar] has been deleted from Lobby."


class Replacement(Installation):
    """An installation with nothing but the original's settings."""

    outside_url = ""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {
            "TWILIO_ACCT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_TN": NUMBER,
            "DISCORD_WEBHOOK": self.outside_url + WEBHOOK,
            "TWILIO_API_BASE": self.outside_url,
            "ALLOW_PRIVATE_TARGETS": "true",
            "PUBLIC_URL": "https://gas.example.org",
        }

    def lobby(self, players: int) -> None:
        """What a lobby's webhook does when somebody joins or leaves."""
        body = {
            "game": "Fujitzee",
            "appkey": 3,
            "server": "The Bar",
            "region": "us",
            "serverurl": BAR,
            "status": "online",
            "maxplayers": 6,
            "curplayers": players,
            "clients": [{"platform": "atari", "url": "tnfs://ec.tnfs.io/atari/fujitzee.xex"}],
        }
        headers = {"X-Lobby-Client": "FujiNet", "User-Agent": "Go-http-client/1.1"}
        answer = httpx.post(f"{self.url}/game", json=body, headers=headers, timeout=2)
        assert answer.json() == {"message": "Received JSON data and processed successfully"}

    def text(self, phone: str, words: str, sid: str) -> httpx.Response:
        """Twilio passes a text message on."""
        form = {
            "From": phone,
            "To": NUMBER,
            "Body": words,
            "MessageSid": sid,
            "AccountSid": ACCOUNT,
        }
        signed = RequestValidator(TOKEN).compute_signature("https://gas.example.org/incoming", form)
        headers = {"X-Twilio-Signature": signed}
        return httpx.post(f"{self.url}/incoming", data=form, headers=headers, timeout=10)


@pytest.fixture
def services() -> Iterator[Services]:
    """Discord and Twilio."""
    running = Services()
    running.start()
    yield running
    running.stop()
    assert running.faults == []


@pytest.fixture
def house(databases: Databases, tmp_path: Path, services: Services) -> Iterator[Replacement]:
    """Ready to start."""
    home = tmp_path / "house"
    home.mkdir()
    installed = Replacement(databases.create(), home)
    installed.outside_url = services.url
    installed.migrate()
    try:
        yield installed
    finally:
        installed.kill()


def the_originals_database(folder: Path) -> Path:
    """With one phone that had agreed and one that had not."""
    file = folder / "gameEvents.db"
    base = sqlite3.connect(file)
    base.executescript(
        "CREATE TABLE gameEvents (id INTEGER PRIMARY KEY, created DATETIME, event_type TEXT,"
        " game TEXT, appkey INTEGER, server TEXT, region TEXT, serverurl TEXT, status TEXT,"
        " maxplayers INTEGER, curplayers INTEGER);"
        "CREATE TABLE users (id INTEGER PRIMARY KEY, phone_number TEXT, opt_in INTEGER, type TEXT);"
    )
    base.execute(
        "INSERT INTO gameEvents (created, event_type, game, server, region, serverurl, maxplayers,"
        " curplayers) VALUES ('2025-03-01 18:00:00', 'POST', 'Fujitzee', 'The Bar', 'us', ?, 6, 0)",
        (BAR,),
    )
    for phone, agreed in ((OTHER, 1), ("+14155550166", 0)):
        base.execute(
            "INSERT INTO users (phone_number, opt_in, type) VALUES (?, ?, 'S')", (phone, agreed)
        )
    base.commit()
    base.close()
    return file


def test_everybody_hears_what_they_always_heard(
    house: Replacement, services: Services, tmp_path: Path
) -> None:
    command = (sys.executable, "-m", "gameops", "alerts", "import")
    imported = subprocess.run(
        (*command, str(the_originals_database(tmp_path))),
        env=house.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "1 new servers, 1 reports and 2 people" in " ".join(imported.stdout.split())
    house.start()

    house.lobby(1)
    until(lambda: services.discord and services.texts, "the first join", 15)
    joined = JOINED.format(BASE, 1)
    assert [a.text for a in services.discord] == [joined]
    assert [(a.to, a.text) for a in services.texts] == [(OTHER, joined)]

    # another phone subscribes, and hears of the next; the first has had enough
    welcome = house.text(PHONE, "START", "SM1")
    assert welcome.headers["content-type"].startswith("text/xml")
    assert "<Response><Message>" in welcome.text
    assert house.text(OTHER, "Stop", "SM2").is_success
    assert "1 of 1 servers online, 1 playing" in house.text(PHONE, "status", "SM3").text
    house.lobby(2)
    until(lambda: len(services.texts) == 2, "the second join", 15)
    assert (services.texts[1].to, services.texts[1].text) == (PHONE, JOINED.format(BASE, 2))

    # what a lobby repeats is told once; the worker may die meanwhile
    api = Api(house.url)
    until(lambda: not _on_their_way(api), "everything to be written down", 15)
    house.processes[1].kill()
    house.processes[1].wait(10)
    house.lobby(2)
    house.lobby(0)
    house.lobby(0)
    for _ in range(2):
        answer = httpx.request("DELETE", f"{house.url}/game", json={"serverurl": BAR}, timeout=2)
        assert answer.json() == {"message": f"'DELETE' event added for serverurl {BAR}"}
    house.kill()
    house.start()
    until(lambda: len(services.discord) == 4, "what was told while nobody worked", 30)
    assert [a.text for a in services.discord] == [joined, JOINED.format(BASE, 2), LAST, GONE]
    until(lambda: len(services.texts) == 4, "the texts", 15)
    assert {a.to for a in services.texts[2:]} == {PHONE}

    # and the log says why the others heard nothing
    held = api.get("/notify/deliveries", state="held")["items"]
    assert {(item["channel"]["kind"], item["reason"]) for item in held} == {
        ("sms", "opted_out"),
        ("whatsapp", "no_recipient"),
    }
    api.client.close()


def _on_their_way(api: Api) -> list[dict]:
    states = ("queued", "sending")
    return [item for s in states for item in api.get("/notify/deliveries", state=s)["items"]]


def test_a_stranger_cannot_speak_for_a_phone(house: Replacement, services: Services) -> None:
    house.start()
    form = {"From": PHONE, "To": NUMBER, "Body": "START", "MessageSid": "SM9"}
    for headers in ({}, {"X-Twilio-Signature": "bm9uc2Vuc2U="}):
        answer = httpx.post(f"{house.url}/incoming", data=form, headers=headers, timeout=10)
        assert answer.status_code == 403
    house.lobby(1)
    until(lambda: services.discord, "the join", 15)
    assert services.texts == []
