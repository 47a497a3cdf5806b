"""Answers as real servers send them, byte for byte."""

import json
import struct
import xmlrpc.client
from collections.abc import Callable, Iterable, Sequence

OOB = b"\xff\xff\xff\xff"
CHALLENGE = b"\x11\x22\x33\x44"


def z(text: str) -> bytes:
    """A string that ends with a zero."""
    return text.encode() + b"\0"


# --- Valve ----------------------------------------------------------------------------------------


def a2s_info(*, players: int, bots: int, name: str = "Dusty", app: int = 730) -> bytes:
    """S2A_INFO_SRC, with a port and keywords."""
    ship = b"\x01\x02\x03" if app == 2400 else b""
    return (
        OOB
        + b"\x49\x11"
        + z(name)
        + z("de_dust2")
        + z("csgo")
        + z("Counter-Strike")
        + struct.pack("<HBBB", app & 0xFFFF, players, 24, bots)
        + b"dl\x00\x01"
        + ship
        + z("1.38.8.1")
        + b"\xa0"
        + struct.pack("<H", 27015)
        + z("secure")
    )


def a2s_gold(*, players: int, bots: int) -> bytes:
    """The obsolete answer of GoldSource."""
    return (
        OOB
        + b"\x6d"
        + z("10.0.0.1:27015")
        + z("Old dust")
        + z("de_dust")
        + z("cstrike")
        + z("Counter-Strike 1.6")
        + bytes((players, 32, 47))
        + b"dl\x00\x00\x01"
        + bytes((bots,))
    )


def a2s_players(names: Sequence[str]) -> bytes:
    """S2A_PLAYER."""
    rows = b"".join(b"\0" + z(name) + struct.pack("<lf", 3, 60.0) for name in names)
    return OOB + b"\x44" + bytes((len(names),)) + rows


def valve(info: bytes, players: bytes = b"") -> Callable[[bytes], Iterable[bytes]]:
    """A server that wants its challenge back."""

    def answer(data: bytes) -> Iterable[bytes]:
        if not data.endswith(CHALLENGE):
            return [OOB + b"\x41" + CHALLENGE]
        return [info] if data[4:5] == b"\x54" else [players] if players else []

    return answer


# --- Quake ----------------------------------------------------------------------------------------


def keys(values: dict[str, object]) -> bytes:
    """Backslash, key, backslash, value."""
    return "".join(f"\\{key}\\{value}" for key, value in values.items()).encode("latin-1")


def quake3(
    info: dict[str, object], status: dict[str, object], players: Sequence[str] = ()
) -> Callable[[bytes], Iterable[bytes]]:
    """Answers getinfo and getstatus."""

    def answer(data: bytes) -> Iterable[bytes]:
        if data.startswith(OOB + b"getinfo"):
            return [OOB + b"infoResponse\n" + keys(info)]
        if data.startswith(OOB + b"getstatus"):
            rows = "".join(f"{row}\n" for row in players).encode()
            return [OOB + b"statusResponse\n" + keys(status) + b"\n" + rows]
        return []

    return answer


def old_quake(head: bytes, info: dict[str, object], players: Sequence[str]) -> bytes:
    """A status of Quake 1 (head ``n``) or 2 (head ``print\\n``)."""
    rows = "".join(f"{row}\n" for row in players).encode()
    return OOB + head + keys(info) + b"\n" + rows


def doom3(players: Sequence[tuple[int, str, int]]) -> bytes:
    """Quake Wars: the players' fields end with a flag that marks bots."""
    info = b"".join(
        z(key) + z(value)
        for key, value in (
            ("si_name", "^1Doom^7 night"),
            ("si_map", "maps/valley"),
            ("si_maxPlayers", "16"),
            ("gamename", "baseETQW-1"),
        )
    )
    rows = b"".join(
        struct.pack("<BH", number, 50) + z(name) + b"\0" + z("") + bytes((flag,))
        for number, name, flag in players
    )
    # the end: a player of number 32, whose other fields are there, too
    end = struct.pack("<BH", 32, 0) + z("") + b"\0" + z("") + b"\0"
    return (
        b"\xff\xffinfoResponse\0"
        + CHALLENGE
        + struct.pack("<HH", 5, 1)
        + info
        + b"\0\0"
        + rows
        + end
    )


# --- GameSpy and Unreal ---------------------------------------------------------------------------


def gamespy1(values: dict[str, object]) -> bytes:
    """One packet, the last."""
    return keys(values) + b"\\final\\\\queryid\\12.1"


def gamespy2(values: dict[str, object]) -> bytes:
    """Facts only."""
    return b"\x00\x04\x05\x06\x07" + b"".join(z(k) + z(str(v)) for k, v in values.items()) + b"\0"


def gamespy3(
    values: dict[str, object], players: dict[str, Sequence[str]], *, challenge: bool
) -> Callable[[bytes], Iterable[bytes]]:
    """With or without a challenge; players as columns."""
    columns = b"".join(
        z(f"{name}_") + b"\0" + b"".join(z(value) for value in column) + b"\0"
        for name, column in players.items()
    )
    facts = b"".join(z(key) + z(str(value)) for key, value in values.items()) + b"\0"
    body = facts + b"\x01" + columns + b"\0\x02" + z("team_t") + b"\0\0\0"

    def answer(data: bytes) -> Iterable[bytes]:
        if challenge and data[2:3] == b"\x09":
            return [b"\x09\x04\x05\x06\x07" + b"9513307\0"]
        return [b"\0\x04\x05\x06\x07" + b"splitnum\0" + b"\x80\0" + body]

    return answer


def _pascal(text: str) -> bytes:
    return bytes((len(text) + 1,)) + z(text)


def unreal2(
    *, total: int, players: Sequence[tuple[int, str, int]], waves: bool = False
) -> Callable[[bytes], Iterable[bytes]]:
    """Details and players (number, name, ping)."""
    details = (
        struct.pack("<l", 0)
        + z("")
        + struct.pack("<ll", 7777, 7778)
        + b"\0"
        + z("Deck 17")
        + _pascal("DM-Deck17")
        + _pascal("xDeathMatch")
        + struct.pack("<ll", total, 16)
        + (struct.pack("<ll", 1, 10) if waves else b"")
        + struct.pack("<ll", 0, 0)
        + _pascal("3")
    )
    rows = b"".join(
        struct.pack("<l", number) + _pascal(name) + struct.pack("<lll", ping, 5, 0)
        for number, name, ping in players
    )

    def answer(data: bytes) -> Iterable[bytes]:
        kind = data[4]
        return [b"\x80\0\0\0" + bytes((kind,)) + {0: details, 2: rows}.get(kind, b"")]

    return answer


# --- others ---------------------------------------------------------------------------------------


def _eye(text: str) -> bytes:
    return bytes((len(text) + 1,)) + text.encode()


def all_seeing_eye(names: Sequence[str]) -> bytes:
    """MTA's answer."""
    facts = ("mta", "22003", "Los Santos", "MTA:SA", "None", "1.6", "0", str(len(names)), "64")
    rows = b"".join(b"\x01" + _eye(name) for name in names)
    return b"EYE1" + b"".join(_eye(fact) for fact in facts) + _eye("") + rows


def san_andreas(request: bytes, *, head: bytes, version: bytes = b"") -> bytes:
    """SA-MP repeats the question's head."""
    texts = b"".join(
        struct.pack("<l", len(text)) + text for text in (b"Grove Street", b"Roleplay", b"English")
    )
    return head + request[4:11] + version + struct.pack("<BHH", 0, 3, 50) + texts


RAKNET_MAGIC = bytes.fromhex("00ffff00fefefefefdfdfdfd12345678")


def raknet(online: int) -> bytes:
    """An unconnected pong."""
    text = f"MCPE;Bedrock \u00a7afarm;800;1.21.2;{online};20;42;Nether;Survival;1;19132;19133;"
    data = text.encode()
    return b"\x1c" + bytes(8) + bytes(8) + RAKNET_MAGIC + struct.pack(">H", len(data)) + data


def varint(number: int) -> bytes:
    """As Minecraft writes lengths."""
    out = bytearray()
    while True:
        byte, number = number & 0x7F, number >> 7
        out.append(byte | (0x80 if number else 0))
        if not number:
            return bytes(out)


def java_status(status: object) -> bytes:
    """A status response."""
    text = json.dumps(status).encode()
    body = b"\0" + varint(len(text)) + text
    return varint(len(body)) + body


def java(online: object, *, name: object = "A \u00a76farm", sample: Sequence[str] = ()) -> bytes:
    """An ordinary status."""
    players: dict[str, object] = {"online": online, "max": 20}
    if sample:
        players["sample"] = [{"name": each, "id": "0"} for each in sample]
    version = {"name": "Paper 1.21.4", "protocol": 769}
    return java_status({"version": version, "players": players, "description": name})


def legacy(online: int) -> bytes:
    """A kick that says how the server is."""
    text = f"\u00a71\x00127\x001.6.4\x00Old farm\x00{online}\x0020"
    return b"\xff" + struct.pack(">H", len(text)) + text.encode("utf-16-be")


def battlefield(players: int) -> bytes:
    """serverInfo of Battlefield 3."""
    words = ["OK", "Metro 24/7", str(players), "64", "ConquestLarge0", "MP_Subway", "0", "1"]
    words += ["2", "300", "250", "0", "", "true", "true", "false", "1000", "500"]
    body = b"".join(struct.pack("<l", len(word)) + z(word) for word in words)
    return struct.pack("<lll", 0, len(body) + 12, len(words)) + body


def nadeo(method: str) -> bytes:
    """An answer to a remote call."""
    answers: dict[str, object] = {
        "GetVersion": {"Name": "TmForever", "Version": "2.11.26", "Build": "2011"},
        "GetServerOptions": {"Name": "$f00Stadium", "CurrentMaxPlayers": 32},
        "GetPlayerList": [{"Login": "a", "NickName": "Racer"}],
        "GetCurrentChallengeInfo": {"Name": "A01", "Author": "Nadeo", "Environnement": "Stadium"},
    }
    return xmlrpc.client.dumps((answers[method],), methodresponse=True).encode()
