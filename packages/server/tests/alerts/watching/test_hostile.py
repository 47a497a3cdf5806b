"""Whatever a stranger's server sends or leaves undone, it harms nobody."""

import asyncio
import bz2
import contextlib
import json
import struct
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from aiohttp import web
from game_rig import wire
from game_rig.serving import HERE, silent, tcp, udp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gameops.alerts.watching import query
from gameops.alerts.watching.cleaning import MOST_NAMES, MOST_PLAYERS, count_if_known, text
from gameops.alerts.watching.library import BoundedUdp, fetch_json
from gameops.alerts.watching.options import WatchOptions
from gameops.alerts.watching.protocols import catalogue
from gameops.alerts.watching.query import Asker
from gameops.alerts.watching.reading import NoAnswer, Reading, Silence
from gameops.alerts.watching.target import Target

OF_UDP = sorted(
    protocol.id
    for protocol in catalogue().values()
    if protocol.local_port is None
    and protocol.family
    not in {"battlefield", "fivem", "nadeo", "trackmania", "teamspeak3", "scum", "minecraft"}
)
OF_STREAMS = [
    *("mcstatus.java", "mcstatus.legacy", "opengsq.minecraft", "opengsq.battlefield"),
    *("opengsq.nadeo", "opengsq.teamspeak3", "opengsq.trackmania_nations", "opengsq.fivem"),
    "opengsq.trackmania_sunrise",
]
HEADS = [
    *(wire.OOB + b"\x49", wire.OOB + b"\x44", wire.OOB + b"\x41", wire.OOB + b"\x6d"),
    *(wire.OOB + b"infoResponse\n\\", wire.OOB + b"statusResponse\n\\", wire.OOB + b"n\\"),
    *(wire.OOB + b"print\n\\", b"\xff\xffinfoResponse\0", b"\\hostname\\", b"EYE1"),
    *(b"\0\x04\x05\x06\x07", b"\x09\x04\x05\x06\x07", b"\x80\0\0\0\0", b"SAMP" + bytes(7)),
    *(b"MP04" + bytes(7), b"\x1c" + bytes(16) + wire.RAKNET_MAGIC, b"\xfe\xff\xff\xff", b""),
]


async def _outcome(asker: Asker, protocol: str, port: int, *, timeout: float = 2) -> object:
    try:
        return await asker.ask(protocol, HERE, port, timeout=timeout)
    except NoAnswer as silence:
        return silence.kind


def _is_harmless(outcome: object) -> bool:
    if isinstance(outcome, Silence):
        return True
    assert isinstance(outcome, Reading)
    texts = (outcome.name, outcome.game, outcome.map, outcome.version, *outcome.names)
    return (
        0 <= outcome.players <= MOST_PLAYERS
        and 0 <= outcome.bots <= MOST_PLAYERS
        and len(outcome.names) <= MOST_NAMES
        and all(len(each) <= 80 and each.replace("\u200d", "").isprintable() for each in texts)
    )


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(head=st.sampled_from(HEADS), rest=st.binary(max_size=600))
async def test_any_datagram_is_a_reading_or_no_answer(
    asker: Asker, head: bytes, rest: bytes
) -> None:
    async with udp(lambda _data: [head + rest]) as port:
        outcomes = await asyncio.gather(
            *(_outcome(asker, protocol, port, timeout=0.05) for protocol in OF_UDP)
        )
    assert all(_is_harmless(outcome) for outcome in outcomes)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.binary(min_size=1, max_size=600))
async def test_any_stream_is_a_reading_or_no_answer(asker: Asker, data: bytes) -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    async with tcp(talk) as port:
        outcomes = await asyncio.gather(
            *(_outcome(asker, protocol, port, timeout=0.2) for protocol in OF_STREAMS)
        )
    assert all(_is_harmless(outcome) for outcome in outcomes)


@pytest.mark.parametrize("protocol", OF_UDP)
@pytest.mark.parametrize("size", [7_000, 30_000])
@pytest.mark.parametrize("head", [b"", b"\\a_\\", wire.OOB + b"statusResponse\n\\"])
async def test_a_flood_costs_no_more_than_it_is_worth(
    asker: Asker, protocol: str, head: bytes, size: int
) -> None:
    flood = [head + b"\\_" * size] * 20
    async with udp(lambda _data: flood) as port:
        began = time.process_time()
        outcome = await _outcome(asker, protocol, port, timeout=0.2)
        spent = time.process_time() - began
    assert _is_harmless(outcome)
    assert spent < 0.5


async def test_a_packed_bomb_is_not_unpacked(asker: Asker) -> None:
    bomb = bz2.compress(bytes(100_000_000))
    packet = struct.pack("<iIBB", -2, 0x80000001, 1, 0) + struct.pack("<II", 100_000_000, 0) + bomb
    async with udp(lambda _data: [packet]) as port:
        began = time.process_time()
        assert await _outcome(asker, "opengsq.source", port) is Silence.BAD_ANSWER
        assert time.process_time() - began < 0.1


@pytest.mark.parametrize("protocol", OF_STREAMS)
async def test_a_stream_without_end_is_cut(asker: Asker, protocol: str) -> None:
    head = {
        "mcstatus.java": wire.varint(2**31 - 1),
        "opengsq.minecraft": wire.varint(2**31 - 1),
        "mcstatus.legacy": b"\xff\xff\xff",
        "opengsq.nadeo": struct.pack("<I", 11) + b"GBXRemote 2" + struct.pack("<II", 2**31, 2**31),
        "opengsq.fivem": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n",
    }.get(protocol, b"")

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(bytes(65_536))
            await writer.drain()

    async with tcp(talk) as port:
        began = time.perf_counter()
        assert isinstance(await _outcome(asker, protocol, port, timeout=0.5), Silence | Reading)
    assert time.perf_counter() - began < 2


async def test_counts_and_texts_are_cut_and_cleaned(asker: Asker) -> None:
    wild = wire.java(
        10**9, name="\u202eevil\u0007\n" + "x" * 500, sample=[f"p\u0000{n}" for n in range(500)]
    )

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(wild)
        await writer.drain()

    async with tcp(talk) as port:
        reading = await asker.ask("mcstatus.java", HERE, port, timeout=2)
    assert reading.players == MOST_PLAYERS
    assert reading.name == "evil " + "x" * 75
    assert len(reading.names) == MOST_NAMES
    assert reading.names[0] == "p0"


@pytest.mark.parametrize("online", [None, "many", -5, 1e400, True, [1], {"a": 1}])
async def test_a_count_that_is_none_is_a_bad_answer_or_zero(asker: Asker, online: object) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(wire.java(online))
        await writer.drain()

    async with tcp(talk) as port:
        outcome = await _outcome(asker, "mcstatus.java", port)
    assert outcome is Silence.BAD_ANSWER or (isinstance(outcome, Reading) and outcome.players == 0)


async def test_nesting_without_end_is_a_bad_answer(asker: Asker) -> None:
    deep = "[" * 20_000 + "]" * 20_000
    body = b"\0" + wire.varint(len(deep)) + deep.encode()

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(wire.varint(len(body)) + body)
        await writer.drain()

    async with tcp(talk) as port:
        assert await _outcome(asker, "mcstatus.java", port) is Silence.BAD_ANSWER


async def test_silence_refusal_and_nonsense_are_told_apart(asker: Asker) -> None:
    async with udp(silent) as port:
        assert await _outcome(asker, "opengsq.source", port, timeout=0.1) is Silence.TIMEOUT
    assert await _outcome(asker, "opengsq.source", port) is Silence.REFUSED
    assert await _outcome(asker, "mcstatus.java", port) is Silence.REFUSED
    assert await _outcome(asker, "opengsq.fivem", port) is Silence.REFUSED
    assert await _outcome(asker, "opengsq.nosuch", port) is Silence.NO_PROTOCOL
    async with udp(lambda _data: [b"hello"]) as port:
        assert await _outcome(asker, "opengsq.source", port) is Silence.BAD_ANSWER


def _open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.mark.parametrize("protocol", ["opengsq.source", "mcstatus.bedrock", "mcstatus.java"])
async def test_a_thousand_timeouts_leave_no_file_open(asker: Asker, protocol: str) -> None:
    async def never(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with udp(silent) as of_udp, tcp(never) as of_tcp:
        port = of_tcp if protocol == "mcstatus.java" else of_udp
        await _outcome(asker, protocol, port, timeout=0.01)
        before = _open_files()
        for _ in range(10):
            outcomes = await asyncio.gather(
                *(_outcome(asker, protocol, port, timeout=0.05) for _ in range(100))
            )
            assert set(outcomes) == {Silence.TIMEOUT}
    for _ in range(50):  # turns of the loop, in which both ends of a stream are closed
        await asyncio.sleep(0)
    assert _open_files() <= before


OF_LOBBIES = {
    "opengsq.flatout2": bytes(10) + b"FO14" + bytes(22),
    "opengsq.warcraft3": b"\xf7\x30",
    "opengsq.udk": b"\x05\x01\0\0\0\0SR",
    "opengsq.ut3": b"\x05\x01\0\0\0\0SR",
    "opengsq.toxikk": b"\x07\x01\x4d\x57\x07\xdbSR",
    "opengsq.aoe1": b"",
    "opengsq.aoe2": b"",
    "opengsq.stronghold_ce": b"",
    "opengsq.stronghold_crusader": b"",
}


@pytest.mark.parametrize("protocol", OF_LOBBIES)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rest=st.binary(max_size=4_000))
async def test_any_lobby_is_a_reading_or_no_answer(
    asker: Asker, monkeypatch: pytest.MonkeyPatch, protocol: str, rest: bytes
) -> None:
    class Heard(BoundedUdp):
        @classmethod
        async def communicate(cls, protocol: object, data: bytes, source_port: int = 0) -> bytes:
            return OF_LOBBIES[name] + data[8:16] + rest

    async def answer(_self: object, _packet: bytes) -> bytes:
        return rest

    name = protocol
    module = import_module(f"opengsq.protocols.{protocol.partition('.')[2]}")
    parent = import_module("opengsq.protocols.udk")
    with monkeypatch.context() as patched:
        patched.setattr(
            import_module("opengsq.protocols.directplay").DirectPlay,
            "_directplay_communicate",
            answer,
        )
        for each in (module, parent):
            if hasattr(each, "UdpClient"):
                patched.setattr(each, "UdpClient", Heard)
        assert _is_harmless(await _outcome(asker, protocol, 47_624))


async def test_a_library_that_will_not_be_stopped_is_left_behind(asker: Asker) -> None:
    stubborn = asyncio.Event()

    async def ask(_target: Target) -> Reading:
        while not stubborn.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await stubborn.wait()
        return Reading(players=0)

    protocol = replace(catalogue()["opengsq.source"], ask=ask)
    target = Target(host=HERE, name=HERE, port=1, game_port=1, timeout=0.05)
    with pytest.raises(NoAnswer) as silence:
        await query._ask(protocol, target)
    assert silence.value.kind is Silence.TIMEOUT
    assert len(query._left_behind) == 1
    stubborn.set()
    await asyncio.gather(*query._left_behind)


async def test_a_question_heard_back_is_no_answer() -> None:
    class Itself:
        _host, _port, _timeout = HERE, 23_757, 0.1

    with pytest.raises(TimeoutError):
        await BoundedUdp.communicate(Itself, b"who is there", source_port=23_757)


async def test_a_number_without_end_is_a_bad_answer(asker: Asker) -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x80" * 200_000)
        await writer.drain()

    async with tcp(talk) as port:
        began = time.process_time()
        assert await _outcome(asker, "opengsq.minecraft", port) is Silence.BAD_ANSWER
        assert await _outcome(asker, "mcstatus.java", port) is Silence.BAD_ANSWER
        assert time.process_time() - began < 0.2


async def test_servers_of_one_port_are_asked_one_after_another(asker: Asker) -> None:
    async with udp(silent) as port:
        outcomes = await asyncio.gather(
            *(_outcome(asker, "opengsq.eldewrito", port, timeout=0.05) for _ in range(4))
        )
    assert outcomes == [Silence.TIMEOUT] * 4  # and never "address in use"


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "localhost"),
        *("::1", "[::1]", "fe80::1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:a00:1::1"),
    ],
)
async def test_the_inside_is_closed_unless_it_is_opened(host: str) -> None:
    outside = Asker(WatchOptions())
    with pytest.raises(NoAnswer) as silence:
        await outside.ask("opengsq.source", host, 27015, timeout=1)
    assert silence.value.kind is Silence.NOT_ALLOWED


@pytest.mark.parametrize("host", ["224.0.0.1", "0.0.0.0", "255.255.255.255", "ff02::1"])
async def test_nobody_asks_everybody(asker: Asker, host: str) -> None:
    with pytest.raises(NoAnswer) as silence:
        await asker.ask("opengsq.source", host, 27015, timeout=1)
    assert silence.value.kind is Silence.NOT_ALLOWED


async def test_http_follows_no_redirect_and_reads_no_more_than_it_should() -> None:
    async def away(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/big")

    async def big(_request: web.Request) -> web.Response:
        return web.json_response(["x" * 300_000])

    async def small(_request: web.Request) -> web.Response:
        return web.Response(text=json.dumps({"a": 1}))

    app = web.Application()
    app.add_routes([web.get("/away", away), web.get("/big", big), web.get("/small", small)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, HERE, 0).start()
    base = f"http://{HERE}:{runner.addresses[0][1]}"
    assert await fetch_json(f"{base}/small") == {"a": 1}
    for path in ("away", "big"):
        with pytest.raises(Exception, match=r".*"):
            await fetch_json(f"{base}/{path}")
    await runner.cleanup()


def _values() -> Iterator[tuple[object, int | None]]:
    yield from ((5, 5), ("7", 7), (" 8 ", 8), (3.9, 3), (-1, 0), (10**12, MOST_PLAYERS))
    yield from ((True, None), (None, None), ("x", None), (float("inf"), None), (b"5", None))


@pytest.mark.parametrize(("value", "expected"), list(_values()))
def test_counts(value: object, expected: int | None) -> None:
    assert count_if_known(value) == expected


@given(st.text())
def test_a_text_is_one_short_visible_line(value: str) -> None:
    line = text(value)
    assert len(line) <= 80
    assert line == line.strip()
    assert line.replace("\u200d", "").isprintable()
    assert text(line) == line or "^" in line or "\u00a7" in line
