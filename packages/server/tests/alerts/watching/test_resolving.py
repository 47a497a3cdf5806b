"""Names are looked up once, remembered, and survive a name server that is away."""

import asyncio

import pytest

from gameops.alerts.watching.reading import NoAnswer, Silence
from gameops.alerts.watching.resolving import Place, Resolver


class Names(Resolver):
    """Looks names up in a dictionary."""

    def __init__(self, *, fresh_seconds: float = 60, **known: str) -> None:
        super().__init__(allow_private=True, fresh_seconds=fresh_seconds)
        self.known = known
        self.asked: list[str] = []

    async def _look_up(self, host: str) -> Place | None:
        self.asked.append(host)
        await asyncio.sleep(0)
        return (self.known[host], None) if host in self.known else None


async def test_many_who_ask_at_once_cause_one_lookup() -> None:
    names = Names(games="192.0.2.9")
    found = await asyncio.gather(*(names.address("games") for _ in range(50)))
    assert set(found) == {"192.0.2.9"}
    assert await names.address("games") == "192.0.2.9"
    assert names.asked == ["games"]
    assert names.last_known("games") == "192.0.2.9"
    assert names.last_known("other") == "other"


async def test_an_unknown_name_is_not_asked_for_again_at_once() -> None:
    names = Names()
    for _ in range(3):
        with pytest.raises(NoAnswer) as silence:
            await names.address("nowhere")
        assert silence.value.kind is Silence.UNRESOLVED
    assert names.asked == ["nowhere"]


async def test_a_name_server_that_is_away_takes_nobody_with_it() -> None:
    names = Names(games="192.0.2.9", fresh_seconds=-1)
    assert await names.address("games") == "192.0.2.9"
    names.known = {}
    assert await names.address("games") == "192.0.2.9"
    assert len(names.asked) == 2


async def test_a_name_that_moves_is_followed() -> None:
    names = Names(games="192.0.2.9", fresh_seconds=-1)
    await names.address("games")
    names.known = {"games": "192.0.2.10"}
    assert await names.address("games") == "192.0.2.10"


async def test_one_who_gives_up_does_not_take_the_answer_from_the_others() -> None:
    names = Names(games="192.0.2.9")
    first = asyncio.create_task(names.address("games"))
    second = asyncio.create_task(names.address("games"))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == "192.0.2.9"


async def test_addresses_need_no_lookup() -> None:
    names = Names()
    assert await names.address("192.0.2.1") == "192.0.2.1"
    assert await names.address("2001:db8::1") == "2001:db8::1"
    assert await names.address("[2001:db8::1]") == "2001:db8::1"
    assert await names.minecraft("192.0.2.1") == ("192.0.2.1", None)
    assert names.asked == []


async def test_the_machine_knows_itself() -> None:
    resolver = Resolver(allow_private=True)
    assert await resolver.address("localhost") == "127.0.0.1"
    with pytest.raises(NoAnswer):
        await resolver.address("no such host")
