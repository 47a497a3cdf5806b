"""Notices in the whole application: its socket, its routes, its worker's jobs."""

from gameops.app.composition import ALL_JOBS
from gameops.core.ids import new_id
from gameops.notify.api import Notice, submit

from ..app.conftest import Running, running, settings  # noqa: F401, TID252 -- the application's own
from ..app.test_browser_socket import browsing, employee  # noqa: TID252 -- a browser
from .conftest import clear


async def test_a_browser_hears_that_the_log_changed(running: Running) -> None:  # noqa: F811 -- the fixture
    venue_id = running.house.venue_id
    tokens = await employee(running)
    async with browsing(running, tokens["access_token"]) as browser:
        for topic in (f"deliveries:{new_id()}", "deliveries:all", "deliveries:nonsense"):
            await browser.say(type="subscribe", id="0", topic=topic)
            error = await browser.hear("error")
            assert error["code"] in {"core.not_found", "core.forbidden", "core.unknown_topic"}
        topic = f"deliveries:{venue_id}"
        await browser.say(type="subscribe", id="1", topic=topic)
        assert (await browser.hear("snapshot"))["body"] == {}
        notice = Notice(venue_id=venue_id, topic="a.b", title="T", template="x", values={})
        async with running.context.unit_of_work() as uow:
            await submit(uow, [notice])
        delta = await browser.hear("delta")
        assert (delta["topic"], delta["body"]) == (topic, {"changed": True})
    await clear(running.context)


async def test_the_applications_own_routes_answer(running: Running) -> None:  # noqa: F811 -- as above
    async with running.client() as client:
        venue = {"venue_id": str(running.house.venue_id)}
        assert (await client.get("/notify/deliveries", params=venue)).status_code == 200
        topics = (await client.get("/notify/topics", params=venue)).json()["items"]
        assert {"venue.station_offline", "notify.channel_broken"} <= {t["topic"] for t in topics}
        mine = await client.get("/me/notifications")
        assert mine.status_code == 200
        unsigned = await client.post(f"http://127.0.0.1:{running.port}/incoming", data={"To": "x"})
        assert unsigned.status_code == 403


def test_its_jobs_run() -> None:
    assert {
        "notify.forget_old",
        "notify.tell_failed_jobs",
        "venue.watch_stations",
    } <= ALL_JOBS.schedules.keys()
