"""What real servers send becomes the same kind of reading, bots apart from people."""

import asyncio
import struct
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from aiohttp import web
from game_rig import wire
from game_rig.serving import HERE, tcp, udp

from gameops.alerts.watching.query import Asker
from gameops.alerts.watching.reading import NoAnswer, Reading, Silence

Answer = Callable[[bytes], Iterable[bytes]]
OA = {
    "hostname": "^1Arena^7 one",
    "mapname": "oa_dm1",
    "sv_maxclients": "12",
    "gamename": "Quake3Arena",
}


async def _ask(asker: Asker, protocol: str, answer: Answer) -> Reading:
    async with udp(answer) as port:
        reading = await asker.ask(protocol, HERE, port, timeout=2)
    assert 0 <= reading.latency_ms < 2000
    return replace(reading, latency_ms=0)


@pytest.mark.parametrize("protocol", ["opengsq.source"])
async def test_source_counts_its_bots_apart(asker: Asker, protocol: str) -> None:
    answer = wire.valve(wire.a2s_info(players=9, bots=4), wire.a2s_players(["Bot Ann"]))
    assert await _ask(asker, protocol, answer) == Reading(
        players=5,
        bots=4,
        max_players=24,
        name="Dusty",
        game="Counter-Strike",
        map="de_dust2",
        version="1.38.8.1",
    )


async def test_source_without_bots_names_its_players(asker: Asker) -> None:
    answer = wire.valve(wire.a2s_info(players=2, bots=0), wire.a2s_players(["Ann", "B\u200bob"]))
    reading = await _ask(asker, "opengsq.source", answer)
    assert (reading.players, reading.names) == (2, ("Ann", "Bob"))


async def test_source_that_keeps_its_players_to_itself_is_read_all_the_same(asker: Asker) -> None:
    reading = await _ask(asker, "opengsq.source", wire.valve(wire.a2s_info(players=2, bots=0)))
    assert (reading.players, reading.names) == (2, ())


async def test_a_list_that_comes_too_late_does_not_cost_the_count(asker: Asker) -> None:
    async with udp(wire.valve(wire.a2s_info(players=2, bots=0))) as port:
        reading = await asker.ask("opengsq.source", HERE, port, timeout=0.2)
    assert (reading.players, reading.names) == (2, ())


async def test_the_ship_and_old_gold_source(asker: Asker) -> None:
    ship = await _ask(
        asker, "opengsq.source", wire.valve(wire.a2s_info(players=1, bots=1, app=2400))
    )
    assert (ship.players, ship.bots, ship.version) == (0, 1, "1.38.8.1")
    gold = await _ask(asker, "opengsq.won", lambda _data: [wire.a2s_gold(players=5, bots=2)])
    assert (gold.players, gold.bots, gold.map) == (3, 2, "de_dust")


async def test_quake3_believes_the_count_of_humans(asker: Asker) -> None:
    info = OA | {"clients": "3", "g_humanplayers": "1"}
    answer = wire.quake3(info, OA, ['5 0 "Sarge"', '7 48 "^2Ann"', '9 0 "Grunt"'])
    assert await _ask(asker, "opengsq.quake3", answer) == Reading(
        players=1,
        bots=2,
        max_players=12,
        name="Arena one",
        game="Quake3Arena",
        map="oa_dm1",
        names=("Ann",),
    )


async def test_quake3_full_of_bots_has_nobody_on_it(asker: Asker) -> None:
    info = OA | {"clients": "2", "g_humanplayers": "0"}
    reading = await _ask(asker, "opengsq.quake3", wire.quake3(info, OA))
    assert (reading.players, reading.bots, reading.names) == (0, 2, ())


async def test_quake3_of_other_engines_tells_bots_its_own_way(asker: Asker) -> None:
    darkplaces = wire.quake3(OA | {"clients": "4", "bots": "3"}, OA)
    reading = await _ask(asker, "opengsq.quake3", darkplaces)
    assert (reading.players, reading.bots) == (1, 3)
    old = wire.quake3(OA | {"clients": "2"}, OA, ['5 0 "Sarge"', '7 48 "Ann"'])
    reading = await _ask(asker, "opengsq.quake3", old)
    assert (reading.players, reading.bots, reading.names) == (1, 1, ("Ann",))


async def test_warfork_and_quake2_know_bots_by_their_ping(asker: Asker) -> None:
    rows = ['3 0 "Bot" 1', '9 20 "Ann" 1']
    reading = await _ask(asker, "opengsq.warfork", wire.quake3(OA, OA, rows))
    assert (reading.players, reading.bots, reading.names) == (1, 1, ("Ann",))
    status = wire.old_quake(b"print\n", {"hostname": "Q2", "maxclients": "8"}, rows)
    reading = await _ask(asker, "opengsq.quake2", lambda _data: [status])
    assert (reading.players, reading.bots, reading.name, reading.max_players) == (1, 1, "Q2", 8)


async def test_quake1_counts_its_list(asker: Asker) -> None:
    row = '1 5 10 20 "Ann" "base" 3 4'
    info = {"hostname": "QW", "map": "dm3", "maxclients": "8", "*gamedir": "ktx"}
    status = wire.old_quake(b"n", info, [row])
    reading = await _ask(asker, "opengsq.quake1", lambda _data: [status])
    assert reading == Reading(
        players=1, max_players=8, name="QW", map="dm3", game="ktx", names=("Ann",)
    )


@pytest.mark.parametrize(
    ("protocol", "bots"), [("opengsq.cod1", 2), ("opengsq.cod4", 2), ("opengsq.cod5", 0)]
)
async def test_call_of_duty_is_asked_from_any_port(asker: Asker, protocol: str, bots: int) -> None:
    info = OA | {"clients": "6", "g_humanplayers": "4", "shortversion": "1.7"}
    answer = wire.quake3(info, OA)
    both = await asyncio.gather(*(_ask(asker, protocol, answer) for _ in range(2)))
    seen = [(reading.players, reading.bots, reading.max_players) for reading in both]
    assert seen == [(6 - bots, bots, 12)] * 2


async def test_jedi_academy_knows_bots_by_their_ping(asker: Asker) -> None:
    status = {"sv_hostname": "Yavin", "mapname": "mp/ffa5", "sv_maxclients": "16"}
    answer = wire.quake3({}, status, ['0 0 "Kyle"', '3 55 "^5Ann"'])
    reading = await _ask(asker, "opengsq.jediknight", answer)
    assert (reading.players, reading.bots, reading.name, reading.names) == (1, 1, "Yavin", ("Ann",))


async def test_doom3_marks_bots_in_quake_wars(asker: Asker) -> None:
    packet = wire.doom3([(0, "Ann", 0), (1, "Strogg", 1)])
    reading = await _ask(asker, "opengsq.doom3", lambda _data: [packet])
    assert (reading.players, reading.bots, reading.names) == (1, 1, ("Ann",))
    assert (reading.name, reading.max_players, reading.map) == ("Doom night", 16, "maps/valley")


@pytest.mark.parametrize("protocol", ["opengsq.gamespy1", "opengsq.avp2", "opengsq.ssc"])
async def test_gamespy1(asker: Asker, protocol: str) -> None:
    packet = wire.gamespy1(
        {"hostname": "Facing", "numplayers": 3, "maxplayers": 16, "mapname": "CTF-Face"}
    )
    reading = await _ask(asker, protocol, lambda _data: [packet])
    assert reading == Reading(players=3, max_players=16, name="Facing", map="CTF-Face")


@pytest.mark.parametrize("protocol", ["opengsq.gamespy2", "opengsq.halo1"])
async def test_gamespy2(asker: Asker, protocol: str) -> None:
    packet = wire.gamespy2({"hostname": "Hill", "numplayers": 2, "maxplayers": 8, "mapname": "x"})
    reading = await _ask(asker, protocol, lambda _data: [packet])
    assert (reading.players, reading.max_players, reading.name) == (2, 8, "Hill")


@pytest.mark.parametrize(
    ("protocol", "challenge"),
    [
        ("opengsq.gamespy3", False),
        ("opengsq.gamespy4", True),
        ("opengsq.battlefield2", False),
    ],
)
async def test_gamespy3_and_4(asker: Asker, protocol: str, challenge: bool) -> None:
    facts = {"hostname": "Karkand", "numplayers": 3, "maxplayers": 64, "mapname": "strike"}
    players = {"player": ["Ann", "Bot A", "Bob"], "AIBot": ["0", "1", "0"]}
    answer = wire.gamespy3(facts, players, challenge=challenge)
    reading = await _ask(asker, protocol, answer)
    assert reading == Reading(
        players=2, bots=1, max_players=64, name="Karkand", map="strike", names=("Ann", "Bob")
    )


async def test_unreal2_tells_bots_by_a_whole_list_only(asker: Asker) -> None:
    rows = [(1, "Ann", 40), (2, "Malcolm", 0), (0, "Red Team", 0)]
    reading = await _ask(asker, "opengsq.unreal2", wire.unreal2(total=2, players=rows))
    assert (reading.players, reading.bots, reading.name, reading.map, reading.names) == (
        *(1, 1, "Deck 17", "DM-Deck17"),
        ("Ann",),
    )
    cut = await _ask(asker, "opengsq.unreal2", wire.unreal2(total=9, players=rows))
    assert (cut.players, cut.bots) == (9, 0)
    floor = wire.unreal2(total=2, players=[(1, "Ann", 9), (2, "Bob", 8)], waves=True)
    reading = await _ask(asker, "opengsq.killingfloor", floor)
    assert (reading.players, reading.bots, reading.max_players) == (2, 0, 16)


async def test_all_seeing_eye(asker: Asker) -> None:
    packet = wire.all_seeing_eye(["Ann", "Bob"])
    reading = await _ask(asker, "opengsq.ase", lambda _data: [packet])
    assert reading == Reading(
        players=2,
        max_players=64,
        name="Los Santos",
        game="MTA:SA",
        map="None",
        version="1.6",
        names=("Ann", "Bob"),
    )


async def test_san_andreas_and_vice_city(asker: Asker) -> None:
    reading = await _ask(asker, "opengsq.samp", lambda data: [wire.san_andreas(data, head=b"SAMP")])
    assert reading == Reading(players=3, max_players=50, name="Grove Street", game="Roleplay")
    version = b"04rel006".ljust(12, b"\0")
    reading = await _ask(
        asker, "opengsq.vcmp", lambda data: [wire.san_andreas(data, head=b"MP04", version=version)]
    )
    assert (reading.players, reading.version) == (3, "04rel006")


@pytest.mark.parametrize("protocol", ["opengsq.raknet", "mcstatus.bedrock"])
async def test_bedrock(asker: Asker, protocol: str) -> None:
    reading = await _ask(asker, protocol, lambda _data: [wire.raknet(4)])
    assert (reading.players, reading.max_players, reading.version) == (4, 20, "1.21.2")
    assert (reading.name, reading.map) == ("Bedrock farm", "Nether")


async def test_kaillera_is_there_or_not(asker: Asker) -> None:
    reading = await _ask(asker, "opengsq.kaillera", lambda _data: [b"PONG\0"])
    assert (reading.players, reading.max_players) == (0, None)
    with pytest.raises(NoAnswer) as silence:
        await _ask(asker, "opengsq.kaillera", lambda _data: [b"NO\0"])
    assert silence.value.kind is Silence.BAD_ANSWER


# --- streams --------------------------------------------------------------------------------------


async def _ask_stream(asker: Asker, protocol: str, answer: bytes) -> Reading:
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(100))
        for start in range(0, len(answer), 7):  # in pieces, as the network likes
            writer.write(answer[start : start + 7])
            await writer.drain()
        await reader.read()

    async with tcp(talk) as port:
        reading = await asker.ask(protocol, "localhost", port, timeout=2)
    if protocol == "mcstatus.java":
        assert b"localhost" in heard[0]  # the name, not the address: proxies choose by it
        assert heard[0].endswith(b"\x01\x01\x00")  # greeting and question in one packet
    return replace(reading, latency_ms=0)


@pytest.mark.parametrize("protocol", ["mcstatus.java", "opengsq.minecraft"])
async def test_minecraft_java(asker: Asker, protocol: str) -> None:
    reading = await _ask_stream(asker, protocol, wire.java(3, sample=["Ann", "\u00a7aBob"]))
    assert reading == Reading(
        players=3,
        max_players=20,
        name="A farm",
        game="Minecraft",
        version="Paper 1.21.4",
        names=("Ann", "Bob"),
    )


async def test_minecraft_with_a_rich_description(asker: Asker) -> None:
    rich = {"text": "", "extra": [{"text": "A ", "color": "gold"}, {"text": "farm"}]}
    reading = await _ask_stream(asker, "mcstatus.java", wire.java(1, name=rich))
    assert reading.name == "A farm"


async def test_minecraft_before_1_7(asker: Asker) -> None:
    reading = await _ask_stream(asker, "mcstatus.legacy", wire.legacy(5))
    assert (reading.players, reading.max_players, reading.name) == (5, 20, "Old farm")


async def test_minecraft_query(asker: Asker) -> None:
    facts = {
        "hostname": "A farm",
        "gametype": "SMP",
        "game_id": "MINECRAFT",
        "version": "1.21.4",
        "plugins": "Paper: a; b",
        "map": "world",
        "numplayers": 2,
        "maxplayers": 20,
        "hostport": 25565,
        "hostip": "127.0.0.1",
    }
    body = b"".join(wire.z(key) + wire.z(str(value)) for key, value in facts.items())
    names = wire.z("Ann") + wire.z("Bob")

    def answer(data: bytes) -> Iterable[bytes]:
        head = data[2:7]
        if data[2] == 9:
            return [b"\x09" + head[1:] + b"77\0"]
        return [
            b"\0" + head[1:] + b"splitnum\0\x80\0" + body + b"\0\x01player_\0\0" + names + b"\0"
        ]

    reading = await _ask(asker, "mcstatus.query", answer)
    assert (reading.players, reading.name, reading.map) == (2, "A farm", "world")
    assert reading.names == ("Ann", "Bob")


async def test_battlefield(asker: Asker) -> None:
    reading = await _ask_stream(asker, "opengsq.battlefield", wire.battlefield(33))
    assert (reading.players, reading.max_players, reading.name) == (33, 64, "Metro 24/7")


async def test_teamspeak_people_are_clients_without_queries(asker: Asker) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"TS3\n\rWelcome\n\r")
        assert await reader.readline() == b"use port=9987\n"
        writer.write(b"error id=0 msg=ok\n\r")
        await reader.readline()
        writer.write(
            b"virtualserver_name=Club\\sone virtualserver_clientsonline=4"
            b" virtualserver_queryclientsonline=1 virtualserver_maxclients=32"
            b" virtualserver_version=3.13\n\rerror id=0 msg=ok\n\r"
        )
        await reader.read()

    async with tcp(talk) as port:
        reading = await asker.ask("opengsq.teamspeak3", HERE, port, timeout=2, game_port=9987)
    assert (reading.players, reading.name, reading.max_players) == (3, "Club one", 32)


async def test_nadeo(asker: Asker) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(struct.pack("<I", 11) + b"GBXRemote 2")
        while True:
            size, handler = struct.unpack("<II", await reader.readexactly(8))
            call = (await reader.readexactly(size)).decode()
            method = call.split("<methodName>")[1].split("<")[0]
            answer = wire.nadeo(method)
            writer.write(struct.pack("<II", len(answer), handler) + answer)

    async with tcp(talk) as port:
        reading = await asker.ask("opengsq.nadeo", HERE, port, timeout=2)
    assert replace(reading, latency_ms=0) == Reading(
        players=1,
        max_players=32,
        name="Stadium",
        game="TmForever",
        map="A01",
        version="2.11.26",
        names=("Racer",),
    )


async def test_fivem(asker: Asker) -> None:
    async def dynamic(_request: web.Request) -> web.Response:
        facts = {"hostname": "^3City", "clients": 2, "sv_maxclients": "48", "mapname": "LS"}
        return web.json_response(facts | {"gametype": "Freeroam"})

    async def players(_request: web.Request) -> web.Response:
        return web.json_response([{"name": "Ann", "id": 1}, {"name": "Bob", "id": 2}])

    app = web.Application()
    app.add_routes([web.get("/dynamic.json", dynamic), web.get("/players.json", players)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, HERE, 0)
    await site.start()
    port = runner.addresses[0][1]
    reading = await asker.ask("opengsq.fivem", HERE, port, timeout=2)
    await runner.cleanup()
    assert replace(reading, latency_ms=0) == Reading(
        players=2,
        max_players=48,
        name="City",
        game="Freeroam",
        map="LS",
        names=("Ann", "Bob"),
    )
