"""Ten thousand watched servers at a 60 s interval: what the worker spends, and its punctuality.

The fleet is a process of its own. Every server has an address of its own on the loopback network:
8,000 answer Valve's A2S (half of them want a challenge first), 1,000 the Quake 3 protocol and 1,000
Minecraft's over TCP; 3 in 100 of the UDP servers are silent for good. Half of them have people on
them, and one poll in five finds another number than the last, so that the engine writes history,
too. CPU and memory are the worker process's own, over two minutes in which every server is asked
twice; punctuality is read by the fleet, as the time between two polls of the same server less 60 s.
"""

import asyncio
import ipaddress
import json
import multiprocessing
import random
import socket
import struct
import sys
import time
from collections import defaultdict
from datetime import datetime
from itertools import pairwise
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import psutil

from rig import Rig, percentile, report, running

SERVERS = 10_000
INTERVAL = 60
NOTICED_AFTER = 60
WARM_UP = INTERVAL + 15
MEASURED = 2 * INTERVAL
A2S_PORT, QUAKE_PORT, JAVA_PORT = 27015, 27960, 25565
IP_PKTINFO = 8
OOB = b"\xff\xff\xff\xff"
SILENT_OF = 100
SILENT = 3


def address(number: int) -> str:
    """One of the loopback network's many."""
    return str(ipaddress.IPv4Address("127.1.0.0") + number)


# --- the fleet -----------------------------------------------------------------------------------


class Crowd:
    """How many are on each server: sometimes one more, sometimes one less."""

    def __init__(self) -> None:
        self.random = random.Random(1)
        self.counts: dict[str, int] = {}

    def on(self, host: str) -> int:
        """Now."""
        count = self.counts.get(host)
        if count is None:
            count = self.random.randrange(20) if self.random.random() < 0.5 else 0
        elif self.random.random() < 0.2:
            count = max(0, count + self.random.choice((-1, 1)))
        self.counts[host] = count
        return count


class Fleet:
    """Answers for everybody from two sockets, and notes when who was asked."""

    def __init__(self) -> None:
        self.crowd = Crowd()
        self.asked: dict[str, list[float]] = defaultdict(list)
        self.polls = 0

    async def serve(self) -> None:
        """Until the process ends."""
        loop = asyncio.get_running_loop()
        for port, answer in ((A2S_PORT, self.valve), (QUAKE_PORT, self.quake)):
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
            udp.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**22)
            udp.bind(("0.0.0.0", port))
            loop.add_reader(udp, self.on_packets, udp, answer)
        server = await asyncio.start_server(self.java, "0.0.0.0", JAVA_PORT, backlog=1_000)
        await server.serve_forever()

    def on_packets(self, udp: socket.socket, answer: Any) -> None:
        """Everything that has come, each answered from the address it came to."""
        while True:
            try:
                data, notes, _, sender = udp.recvmsg(2_048, 128)
            except BlockingIOError:
                return
            mine = notes[0][2][8:12]
            host = socket.inet_ntoa(mine)
            if int.from_bytes(mine, "big") % SILENT_OF < SILENT:
                continue
            reply = answer(host, data)
            if reply:
                source = struct.pack("=I4s4s", 0, mine, b"\0\0\0\0")
                udp.sendmsg([reply], [(socket.IPPROTO_IP, IP_PKTINFO, source)], 0, sender)

    def note(self, host: str) -> None:
        """A poll has begun."""
        self.asked[host].append(time.monotonic())
        self.polls += 1

    def valve(self, host: str, data: bytes) -> bytes:
        """A2S; servers of even number want a challenge for their facts, all for their players."""
        if data[4] == 0x54:
            if len(data) < 29:
                self.note(host)
                if int(host.rpartition(".")[2]) % 2 == 0:
                    return OOB + b"\x41\x01\x02\x03\x04"
            return self.facts(host)
        if data.endswith(OOB):
            return OOB + b"\x41\x01\x02\x03\x04"
        names = [b"Player %d" % n for n in range(self.crowd.counts.get(host, 0))]
        rows = b"".join(b"\0" + name + b"\0" + struct.pack("<lf", 1, 60.0) for name in names)
        return OOB + b"\x44" + bytes((len(names),)) + rows

    def facts(self, host: str) -> bytes:
        """S2A_INFO."""
        words = b"\0".join(
            (b"Server " + host.encode(), b"de_dust2", b"csgo", b"Counter-Strike", b"")
        )
        counts = struct.pack("<HBBB", 730, self.crowd.on(host), 32, 0)
        return OOB + b"\x49\x11" + words + counts + b"dl\x00\x011.38\0\x00"

    def quake(self, host: str, data: bytes) -> bytes:
        """Facts by getinfo, players by getstatus."""
        if data.startswith(OOB + b"getinfo"):
            self.note(host)
            count = self.crowd.on(host)
            facts = f"\\hostname\\{host}\\mapname\\q3dm17\\sv_maxclients\\16\\clients\\{count + 2}"
            return OOB + b"infoResponse\n" + f"{facts}\\g_humanplayers\\{count}".encode()
        rows = '5 40 "Ann"\n' * self.crowd.counts.get(host, 0) + '1 0 "Bot"\n' * 2
        return OOB + b"statusResponse\n" + f"\\sv_hostname\\{host}\n{rows}".encode()

    async def java(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One status."""
        await reader.read(512)
        host = writer.get_extra_info("sockname")[0]
        self.note(host)
        status = {
            "version": {"name": "Paper 1.21", "protocol": 767},
            "players": {"online": self.crowd.on(host), "max": 20},
            "description": {"text": f"Farm {host}"},
            "favicon": "data:image/png;base64," + "A" * 4_000,
        }
        text = json.dumps(status).encode()
        body = b"\0" + varint(len(text)) + text
        writer.write(varint(len(body)) + body)
        await reader.read(512)
        writer.close()


def varint(number: int) -> bytes:
    """As Minecraft writes lengths."""
    out = bytearray()
    while True:
        byte, number = number & 0x7F, number >> 7
        out.append(byte | (0x80 if number else 0))
        if not number:
            return bytes(out)


def run_fleet(pipe: Connection) -> None:
    """The fleet's process: "begin" forgets what was, "end" answers with what was noted."""

    async def run() -> None:
        fleet = Fleet()
        serving = asyncio.create_task(fleet.serve())
        while (await asyncio.to_thread(pipe.recv)) == "begin":
            fleet.asked.clear()
            fleet.polls = 0
        gaps = [
            late - early - INTERVAL
            for times in fleet.asked.values()
            for early, late in pairwise(times)
        ]
        pipe.send((fleet.polls, gaps))
        serving.cancel()

    asyncio.run(run())


# --- the installation ----------------------------------------------------------------------------


def ways(number: int) -> tuple[str, int]:
    """Which protocol a server speaks, and where."""
    if number % 10 == 8:
        return "opengsq.quake3", QUAKE_PORT
    if number % 10 == 9:
        return "mcstatus.java", JAVA_PORT
    return "opengsq.source", A2S_PORT


async def add_servers(rig: Rig) -> None:
    """Straight into the database."""
    community = await rig.call(
        "POST",
        "/api/v1/alerts/communities",
        {"name": "Bench", "slug": "bench", "venue_id": None, "time_zone": "UTC", "locale": "en"},
    )
    now, community_id = datetime.now().astimezone(), UUID(community["id"])
    rows = []
    for number in range(SERVERS):
        protocol, port = ways(number)
        host = address(number)
        rows.append((uuid4(), community_id, f"{host}:{port}", host, port, protocol, INTERVAL, now))
    connection = await asyncpg.connect(rig.database_url)
    await connection.executemany(
        "INSERT INTO alerts_server (id, community_id, origin, key, name, address, port, protocol,"
        " interval_seconds, state, tags, turns, player_names, created_at)"
        " VALUES ($1, $2, 'polled', $3, $4, $4, $5, $6, $7, 'unknown', '[]', '[]', '[]', $8)",
        rows,
    )
    await connection.execute("ANALYZE")
    await connection.close()


async def state(rig: Rig) -> tuple[int, int]:
    """How many servers are up, and how many events there have been."""
    connection = await asyncpg.connect(rig.database_url)
    up = await connection.fetchval("SELECT count(*) FROM alerts_server WHERE state = 'up'")
    events = await connection.fetchval("SELECT count(*) FROM alerts_event")
    await connection.close()
    return up, events


async def main() -> bool:
    """Start all of it, wait until it is steady, and measure."""
    ours, theirs = multiprocessing.Pipe()
    fleet = multiprocessing.Process(target=run_fleet, args=(theirs,), daemon=True)
    fleet.start()
    async with running() as rig:
        await add_servers(rig)
        await asyncio.sleep(NOTICED_AFTER + WARM_UP)
        worker = psutil.Process(rig.processes["worker"].pid)
        _, events_before = await state(rig)
        ours.send("begin")
        cpu, began = sum(worker.cpu_times()[:2]), time.monotonic()
        most = 0.0
        while time.monotonic() - began < MEASURED:
            await asyncio.sleep(1)
            most = max(most, rig.rss_mib("worker"))
        spent = (sum(worker.cpu_times()[:2]) - cpu) / (time.monotonic() - began)
        up, events = await state(rig)
        ours.send("end")
        polls, gaps = ours.recv()
    fleet.join(10)
    late = percentile(gaps, 0.99)
    answering = SERVERS - sum(
        ways(number)[0] != "mcstatus.java"
        and int(ipaddress.IPv4Address(address(number))) % SILENT_OF < SILENT
        for number in range(SERVERS)
    )
    expected = answering * MEASURED // INTERVAL
    return report(
        "watch",
        f"{SERVERS:,} watched servers, asked every {INTERVAL} s",
        [
            ("worker's CPU", f"{spent:.2f} cores", "≤ 1", spent <= 1),
            ("worker's memory, at most", f"{most:.0f} MiB", "≤ 500 MiB", most <= 500),
            ("polls that were answered", f"{polls:,} in {MEASURED} s", f"~{expected:,}", None),
            ("servers up", f"{up:,}", f"{answering:,}", up == answering),
            ("later than the interval, p99", f"{late * 1000:.0f} ms", "≤ 1 s", late <= 1),
            ("later than the interval, max", f"{max(gaps) * 1000:.0f} ms", "", None),
            ("events written", f"{(events - events_before) / MEASURED:.0f} a second", "", None),
        ],
    )


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
