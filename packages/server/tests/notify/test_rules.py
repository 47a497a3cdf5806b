"""Pure rules: texts, addresses, preferences, backoff, and what becomes of a call."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gameops.core.ids import new_id
from gameops.notify.api import render, unknown_placeholders
from gameops.notify.channels.driver import Outcome, Parcel
from gameops.notify.channels.kinds import DRIVERS
from gameops.notify.channels.model import WITH_SUBSCRIBERS, Kind
from gameops.notify.deliveries.explaining import DEAD, HELD
from gameops.notify.deliveries.fate import (
    NOT_TRIED,
    ChannelChange,
    Claimed,
    Result,
    backoff,
    fate_of,
    noted,
)
from gameops.notify.deliveries.model import DeliveryState
from gameops.notify.options import NotifyOptions
from gameops.notify.recipients.addresses import mask, normal_address
from gameops.notify.recipients.preferences import Preferences, RestHours, why_not
from gameops.notify.sealing import Unreadable, seal, unseal
from gameops.notify.wording import say

NOW = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)
OPTIONS = NotifyOptions()


# --- templates -------------------------------------------------------------------------------


def test_placeholders_are_filled_and_others_stay() -> None:
    text = render("{who} of {n}, {nobody}, {{who}}", {"who": "Ana", "n": 3}, escape="none")
    assert text == "Ana of 3, {nobody}, {who}"


@pytest.mark.parametrize(
    "template", ["{who.__class__}", "{who!r}", "{0}", "{}", "{who", "who}", "{who:>1000000}"]
)
def test_nothing_but_names_can_stand_in_braces(template: str) -> None:
    assert render(template, {"who": "Ana"}, escape="none") == template


def test_values_are_not_templates() -> None:
    assert render("{a}{b}", {"a": "{b}", "b": "x"}, escape="none") == "{b}x"


def test_unknown_placeholders_are_named_once() -> None:
    assert unknown_placeholders("{a} {b} {a} {c} {{d}}", {"c"}) == ["a", "b"]


def test_markdown_in_values_is_shown_and_that_of_the_template_works() -> None:
    name = "*_~`|># [x](http://evil) <@1> @everyone \\"
    text = render("**{name}** joined", {"name": name}, escape="discord")
    assert text == (r"**\*\_\~\`\|\>\# \[x\]\(http://evil\) \<\@1\> \@everyone \\** joined")


def test_a_plain_url_stays_one() -> None:
    url = "https://fuji_tzee.example.org/?table=a_b"
    assert render("at {url}", {"url": url}, escape="discord") == f"at {url}"
    assert render("at {url}", {"url": f"{url} _x_"}, escape="discord") == rf"at {url} \_x\_"


def test_a_value_cannot_begin_a_line_hide_or_go_on_for_ever() -> None:
    assert render("{x}", {"x": "a\n# b\u202ec\x00"}, escape="none") == "a # b c"
    assert len(render("{x}", {"x": "y" * 9_999}, escape="none")) == 500


@given(st.text(max_size=80), st.text(max_size=40))
def test_rendering_never_fails_and_never_evaluates(template: str, value: str) -> None:
    for escape in ("none", "discord"):
        assert isinstance(render(template, {"a": value}, escape=escape), str)  # type: ignore[arg-type]


def test_texts_are_there_in_both_languages() -> None:
    assert say("de-AT", "help") != say("en", "help") == say("fr", "help")


# --- addresses -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("sms", "+49 (151) 123-456 78", "+4915112345678"),
        ("sms", "0049 151 12345678", "+4915112345678"),
        ("whatsapp", "whatsapp:+4915112345678", "+4915112345678"),
        ("sms", "0151 12345678", None),
        ("sms", "+0151123456", None),
        ("sms", "+1234", None),
        ("sms", "+49151x2345678", None),
        ("email", " Ana@Example.COM ", "ana@example.com"),
        ("email", "ana@example", None),
        ("email", "ana@example.com\nBcc: x@y.z", None),
        ("email", "a,b@example.com", None),
    ],
)
def test_addresses_have_one_form(kind: str, typed: str, kept: str | None) -> None:
    assert normal_address(kind, typed) == kept


def test_the_log_shows_enough_to_recognise_ones_own() -> None:
    assert mask("sms", "+4915112345678") == "+49•••••678"
    assert mask("email", "ana@example.com") == "a•••@example.com"
    assert mask("webpush", "https://push.example.com/abcdef") == "push.example.com …cdef"


# --- preferences -----------------------------------------------------------------------------


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("instant", "covered"),
    [
        ("2026-01-10T21:30:00+00:00", True),  # 22:30 in Berlin, winter
        ("2026-01-10T20:59:59+00:00", False),
        ("2026-01-11T06:59:59+00:00", True),  # 07:59:59, after midnight
        ("2026-01-11T07:00:00+00:00", False),
        ("2026-07-10T20:00:00+00:00", True),  # 22:00 in summer is an hour earlier in UTC
        ("2026-07-11T06:00:00+00:00", False),
        ("2026-03-29T01:30:00+00:00", True),  # the night in which an hour is skipped
        ("2026-10-25T00:30:00+00:00", True),  # and the one in which it is repeated
        ("2026-10-25T01:30:00+00:00", True),
    ],
)
def test_quiet_hours_follow_the_recipients_clocks_over_midnight(
    instant: str, *, covered: bool
) -> None:
    quiet = RestHours(start="22:00", end="08:00", time_zone="Europe/Berlin")
    assert quiet.covers(at(instant)) is covered


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    noon = at("2026-01-10T12:00:00+00:00")
    assert RestHours(start="11:00", end="13:00", time_zone="UTC").covers(noon)
    assert not RestHours(start="12:00", end="12:00", time_zone="UTC").covers(noon)


@pytest.mark.parametrize("zone", ["Mars/Base", "../etc/passwd", ""])
def test_a_time_zone_must_exist(zone: str) -> None:
    with pytest.raises(ValidationError):
        RestHours(start="22:00", end="08:00", time_zone=zone)


def test_muting_a_topic_mutes_what_is_below_it() -> None:
    preferences = Preferences(muted=("alerts", "venue.station_online"))
    assert preferences.mutes("alerts.player_joined")
    assert not preferences.mutes("alertsx.y")
    assert why_not(preferences.model_dump(mode="json"), "venue.station_online", NOW) == "muted"
    assert why_not({}, "alerts.player_joined", NOW) is None


# --- sealing ---------------------------------------------------------------------------------


def test_what_is_sealed_is_read_for_its_owner_under_its_key_only() -> None:
    owner, root = new_id(), b"root"
    sealed = seal(root, owner, {"url": "https://x"})
    assert b"https" not in sealed
    assert unseal(root, owner, sealed) == {"url": "https://x"}
    assert unseal(root, owner, None) == {}
    for wrong in ((b"other", owner, sealed), (root, new_id(), sealed), (root, owner, sealed[:9])):
        with pytest.raises(Unreadable):
            unseal(*wrong)
    assert seal(root, owner, {"url": "https://x"}) != sealed


# --- what becomes of a call ------------------------------------------------------------------


def claimed(**fields: Any) -> Claimed:
    parcel = Parcel(
        delivery_id=new_id(),
        notice_id=new_id(),
        topic="a.b",
        title="T",
        template="x",
        filling={},
        severity="info",
        url=None,
        fields=(),
        data={},
        at=NOW,
    )
    usual = {
        "parcel": parcel,
        "venue_id": None,
        "channel_id": new_id(),
        "recipient_id": None,
        "held": None,
        "secret": False,
        "ordered": False,
        "attempt_count": 0,
        "attempts": [],
        "due_at": NOW,
        "give_up_at": NOW + timedelta(hours=24),
        "created_at": NOW,
        "lease_until": NOW + timedelta(minutes=1),
    }
    return Claimed(**(usual | fields))


def result(outcome: Outcome, *, after: timedelta = timedelta(), **fields: Any) -> Result:
    return Result(claimed=claimed(**fields), outcome=outcome, at=NOW + after, milliseconds=5)


RETRY = Outcome(kind="retry", status=500, detail="HTTP 500")
LIMITED = Outcome(kind="limited", status=429, detail="HTTP 429", pause_seconds=7.5)


def test_waits_double_up_to_a_quarter_of_an_hour_and_any_part_is_taken() -> None:
    first, longest = OPTIONS.first_retry, OPTIONS.longest_retry
    waits = [backoff(n, first, longest, lambda: 1.0).total_seconds() for n in range(1, 12)]
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 900
    assert backoff(3, first, longest, lambda: 0.0) == timedelta(0)
    assert backoff(10_000, first, longest, lambda: 1.0) == timedelta(minutes=15)


def test_a_failed_call_is_tried_again_later() -> None:
    fate = fate_of(result(RETRY), OPTIONS, lambda: 1.0)
    assert (fate.state, fate.counted) == (DeliveryState.QUEUED, True)
    assert fate.next_attempt_at == NOW + timedelta(seconds=2)


def test_where_order_matters_a_failure_keeps_its_place_but_not_for_ever() -> None:
    assert fate_of(result(RETRY, ordered=True), OPTIONS, lambda: 1.0).next_attempt_at == NOW
    old = result(RETRY, after=timedelta(minutes=31), ordered=True, attempt_count=15)
    late = fate_of(old, OPTIONS, lambda: 1.0)
    assert late.next_attempt_at == NOW + timedelta(minutes=46)


def test_after_a_day_it_is_given_up() -> None:
    fate = fate_of(result(RETRY, after=timedelta(hours=24)), OPTIONS, lambda: 1.0)
    assert (fate.state, fate.reason) == (DeliveryState.DEAD, "gave_up")


def test_a_limit_is_not_a_failure() -> None:
    fate = fate_of(result(LIMITED, after=timedelta(hours=30)), OPTIONS, lambda: 1.0)
    assert (fate.state, fate.counted) == (DeliveryState.QUEUED, False)
    assert fate.next_attempt_at == NOW + timedelta(hours=30, seconds=7.5)


def test_refusals_are_dead_and_opting_out_is_not_a_failure() -> None:
    refused = Outcome(kind="refused", reason="refused")
    assert fate_of(result(refused), OPTIONS, lambda: 1.0).state is DeliveryState.DEAD
    opted_out = Outcome(kind="refused", reason="opted_out")
    assert fate_of(result(opted_out), OPTIONS, lambda: 1.0).state is DeliveryState.HELD


def test_what_was_not_tried_goes_back_as_it_was() -> None:
    untouched = result(NOT_TRIED)
    fate = fate_of(untouched, OPTIONS, lambda: 1.0)
    assert (fate.state, fate.next_attempt_at, fate.counted) == (DeliveryState.QUEUED, NOW, False)
    assert noted(untouched) == []


def test_the_last_twelve_tries_are_kept() -> None:
    before = [{"detail": str(n)} for n in range(12)]
    tries = noted(result(RETRY, attempts=before))
    assert len(tries) == 12
    assert (tries[0]["detail"], tries[-1]["detail"]) == ("1", "HTTP 500")


def change(*outcomes: Outcome, ordered: bool = False, failures: int = 0) -> dict[str, Any]:
    made = ChannelChange(id=new_id(), ordered=ordered)
    for outcome in outcomes:
        made.note(result(outcome, ordered=ordered))
    return made.row(failures=failures, options=OPTIONS, now=NOW, roll=lambda: 1.0)


def test_one_failing_recipient_does_not_pause_a_channel() -> None:
    assert change(RETRY)["paused_until"] is None
    assert change(RETRY, failures=4)["paused_until"] == NOW + timedelta(seconds=2)
    assert change(RETRY, failures=99)["paused_until"] == NOW + timedelta(minutes=1)
    personal = Outcome(kind="retry", detail="x", personal=True)
    assert change(personal, failures=40)["failures"] == 40


def test_where_order_matters_the_channel_waits() -> None:
    row = change(RETRY, RETRY, ordered=True)  # two deliveries of one call
    assert (row["failures"], row["paused_until"]) == (1, NOW + timedelta(seconds=2))


def test_a_success_ends_the_failures() -> None:
    row = change(RETRY, Outcome(kind="sent"), failures=7)
    assert (row["failures"], row["sent"], row["error"]) == (0, 1, "")


def test_a_limit_pauses_the_channel() -> None:
    row = change(LIMITED)
    assert (row["failures"], row["paused_until"]) == (0, NOW + timedelta(seconds=7.5))


# --- completeness ----------------------------------------------------------------------------


def test_every_kind_has_a_driver_and_subscribers_are_told_apart() -> None:
    assert DRIVERS.keys() == set(Kind)
    assert {kind for kind, driver in DRIVERS.items() if driver.subscribers} == WITH_SUBSCRIBERS
    assert not any(driver.subscribers and driver.ordered for driver in DRIVERS.values())


def test_every_reason_is_explained_in_a_sentence() -> None:
    for sentence in (*HELD.values(), *DEAD.values()):
        assert sentence.endswith(".")
        assert len(sentence) > 30
    assert len(HELD) == 14
