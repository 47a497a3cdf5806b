"""The protocol of a server is found out within seconds."""

import asyncio
import time
from collections.abc import Iterable

from game_rig import wire
from game_rig.serving import HERE, silent, tcp, udp

from gameops.alerts.watching import detect as detection
from gameops.alerts.watching.detect import detect
from gameops.alerts.watching.options import WatchOptions
from gameops.alerts.watching.protocols import catalogue
from gameops.alerts.watching.query import Asker
from gameops.alerts.watching.reading import Silence


async def test_a_source_server_is_found_at_any_port(asker: Asker) -> None:
    async with udp(wire.valve(wire.a2s_info(players=2, bots=1))) as port:
        found = await detect(asker, HERE, port)
    assert (found.protocol, found.query_port) == ("opengsq.source", port)
    assert found.reading is not None
    assert (found.reading.players, found.reading.bots) == (1, 1)
    assert any(tried.outcome == "answered" for tried in found.tried)


async def test_a_query_port_beside_the_game_port_is_found(asker: Asker) -> None:
    async with udp(wire.valve(wire.a2s_info(players=2, bots=1))) as port:
        found = await detect(asker, HERE, port - 1)
    assert (found.protocol, found.query_port) == ("opengsq.source", port)


async def test_minecraft_is_found(asker: Asker) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(wire.java(4))
        await reader.read()

    async with tcp(talk) as port:
        found = await detect(asker, HERE, port)
    assert (found.protocol, found.query_port) == ("mcstatus.java", port)


async def test_quake_and_san_andreas_are_not_mixed_up(asker: Asker) -> None:
    info = {"hostname": "Arena", "clients": "0", "g_humanplayers": "0"}
    async with udp(wire.quake3(info, info)) as port:
        assert (await detect(asker, HERE, port)).protocol == "opengsq.quake3"

    def of_samp(data: bytes) -> Iterable[bytes]:
        return [wire.san_andreas(data, head=b"SAMP")] if data.startswith(b"SAMP") else []

    async with udp(of_samp) as port:
        assert (await detect(asker, HERE, port)).protocol == "opengsq.samp"


async def test_a_named_protocol_is_looked_for_at_its_usual_places(asker: Asker) -> None:
    async with udp(wire.valve(wire.a2s_info(players=2, bots=1))) as port:
        found = await detect(asker, HERE, port - 1, protocol="opengsq.source")
    assert found.query_port == port
    assert {tried.protocol for tried in found.tried} == {"opengsq.source"}


async def test_silence_ends_in_time_and_says_what_was_tried(asker: Asker) -> None:
    async with udp(silent) as port:
        began = time.perf_counter()
        found = await detect(asker, HERE, port)
    assert time.perf_counter() - began < detection.WHOLE_SECONDS + 1
    assert (found.protocol, found.query_port, found.reading) == (None, None, None)
    outcomes = {tried.outcome for tried in found.tried}
    assert outcomes == {Silence.TIMEOUT, Silence.REFUSED}
    assert len(found.tried) > 20


async def test_a_host_that_may_not_be_asked_is_not_asked() -> None:
    found = await detect(Asker(WatchOptions()), HERE, 27015)
    assert found.host_error is Silence.NOT_ALLOWED
    assert found.tried == ()


async def test_an_unknown_name_is_said_at_once(asker: Asker) -> None:
    found = await detect(asker, "no such host", 27015)
    assert found.host_error is Silence.UNRESOLVED


def test_every_way_that_detection_knows_exists() -> None:
    named = {name for _, ways in detection._HINTS for name, _ in ways}
    named |= {name for name, _ in detection._LIKELY} | {name for name, _ in detection._WELL_KNOWN}
    assert named <= catalogue().keys()
    for name in named:
        assert catalogue()[name].local_port is None, "detection opens no port of its own"
