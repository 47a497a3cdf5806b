"""What time costs: every feature of a tariff, one example after the other."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from gameops.venue.tariffs.pricing import (
    HORIZON,
    LineKind,
    Price,
    Stretch,
    TariffRules,
    Window,
    exact,
    open_ended,
    pieces,
    price,
    rate_at,
    reach,
    until,
)
from gameops.venue.venues.model import Tier, instant, window

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]


def rules(base: int = 300, *rates: dict[str, Any], **more: Any) -> TariffRules:
    return TariffRules.model_validate({"base_rate_minor_per_hour": base, "rates": rates, **more})


def rate(
    label: str, start: str, end: str, amount: int, on: list[int] | None = None, **more: Any
) -> dict[str, Any]:
    return {
        "label": label,
        "weekdays": EVERY_DAY if on is None else on,
        "from": start,
        "to": end,
        "rate_minor_per_hour": amount,
        **more,
    }


def local(text: str, tz: ZoneInfo = BERLIN, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=tz, fold=fold).astimezone(UTC)


def stretch(
    start: str, end: str, terms: TariffRules, *, tz: ZoneInfo = BERLIN, discount: int = 0
) -> Stretch:
    return Stretch(
        start=local(start, tz), end=local(end, tz), rules=terms, tz=tz, discount_bp=discount
    )


def cost(start: str, end: str, terms: TariffRules, **more: Any) -> int:
    return price([stretch(start, end, terms, **more)]).total_minor


def told(result: Price) -> list[tuple[str, str, int]]:
    return [(line.kind.value, line.label, line.amount_minor) for line in result.lines]


# --- rates by weekday and time of day --------------------------------------------------------

HAPPY = rate("Happy hour", "10:00", "17:00", 240, [0, 1, 2, 3, 4])
NIGHT = rate("Weekend night", "22:00", "06:00", 420, [4, 5])


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-03-06T18:00", "2026-03-06T20:00", 600),  # Friday evening: base
        ("2026-03-06T10:00", "2026-03-06T12:00", 480),  # Friday morning: happy hour
        ("2026-03-07T10:00", "2026-03-07T12:00", 600),  # Saturday morning: not a working day
        ("2026-03-06T16:00", "2026-03-06T18:00", 540),  # across the end of the happy hour
        ("2026-03-06T22:00", "2026-03-07T02:00", 1_680),  # Friday night, past midnight
        ("2026-03-07T04:00", "2026-03-07T08:00", 2 * 420 + 2 * 300),  # tail of Friday's night
        ("2026-03-08T22:00", "2026-03-09T02:00", 1_200),  # Sunday night is an ordinary one
        ("2026-03-08T00:00", "2026-03-08T07:00", 6 * 420 + 300),  # tail of Saturday's night
    ],
)
def test_the_rate_follows_weekday_and_time_of_day(start: str, end: str, expected: int) -> None:
    assert cost(start, end, rules(300, HAPPY, NIGHT)) == expected


def test_a_window_belongs_to_the_day_on_which_it_begins() -> None:
    monday_night = rules(300, rate("Late", "22:00", "04:00", 100, [0]))
    assert cost("2026-03-02T23:00", "2026-03-03T03:00", monday_night) == 400
    assert cost("2026-03-02T00:00", "2026-03-02T04:00", monday_night) == 1_200


def test_a_window_from_and_to_the_same_time_lasts_a_day() -> None:
    all_day = rules(300, rate("Saturday", "00:00", "00:00", 100, [5]))
    assert cost("2026-03-07T00:00", "2026-03-08T00:00", all_day) == 2_400
    assert cost("2026-03-08T00:00", "2026-03-08T01:00", all_day) == 300


def test_the_first_window_that_holds_decides() -> None:
    special = rate("Noon special", "12:00", "13:00", 60)
    first = price([stretch("2026-03-06T11:00", "2026-03-06T14:00", rules(300, special, HAPPY))])
    assert told(first) == [
        ("time", "Happy hour", 240),
        ("time", "Noon special", 60),
        ("time", "Happy hour", 240),
    ]
    last = price([stretch("2026-03-06T11:00", "2026-03-06T14:00", rules(300, HAPPY, special))])
    assert told(last) == [("time", "Happy hour", 720)]


def test_holidays_and_working_days_have_their_own_windows() -> None:
    terms = rules(
        300,
        rate("Holiday", "00:00", "00:00", 500, EVERY_DAY, days="holidays"),
        rate("Working day", "08:00", "18:00", 200, EVERY_DAY, days="workdays"),
        holidays=["2026-05-01"],
    )
    assert cost("2026-05-01T10:00", "2026-05-01T12:00", terms) == 1_000
    assert cost("2026-04-30T10:00", "2026-04-30T12:00", terms) == 400
    assert cost("2026-05-01T23:00", "2026-05-02T01:00", terms) == 800
    assert cost("2026-04-30T23:00", "2026-05-01T01:00", terms) == 800


# --- days on which the clocks change ---------------------------------------------------------


@pytest.mark.parametrize(
    ("tz", "short", "long"),
    [(BERLIN, "2026-03-29", "2026-10-25"), (NEW_YORK, "2026-03-08", "2026-11-01")],
)
def test_a_day_costs_the_hours_that_it_has(tz: ZoneInfo, short: str, long: str) -> None:
    for day, hours in ((short, 23), (long, 25)):
        following = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
        assert cost(f"{day}T00:00", f"{following}T00:00", rules(300), tz=tz) == hours * 300


def test_a_night_window_is_an_hour_shorter_when_the_clocks_go_forward() -> None:
    assert cost("2026-03-28T22:00", "2026-03-29T06:00", rules(300, NIGHT)) == 7 * 420
    assert cost("2026-10-24T22:00", "2026-10-25T06:00", rules(300, NIGHT)) == 9 * 420


def test_a_window_that_the_clocks_repeat_is_open_until_its_second_end() -> None:
    terms = rules(300, rate("Two to three", "02:00", "03:00", 60))
    assert cost("2026-10-25T00:00", "2026-10-25T06:00", terms) == 5 * 300 + 2 * 60
    assert cost("2026-03-29T00:00", "2026-03-29T06:00", terms) == 5 * 300


def test_local_times_that_do_not_exist_lie_after_the_gap() -> None:
    at = instant(date(2026, 3, 29), time(2, 30), BERLIN).astimezone(BERLIN)
    assert (at.hour, at.minute) == (3, 30)
    begins, ends = window(date(2026, 3, 29), time(1, 0), time(4, 0), BERLIN)
    assert ends - begins == timedelta(hours=2)


# --- discount, minimum, blocks, rounding -----------------------------------------------------


def test_a_tier_pays_less_and_the_line_says_how_much() -> None:
    terms = rules(300, tier_discounts_bp={"premium": 1_000, "vip": 2_500})
    assert [terms.discount_bp(tier) for tier in Tier] == [0, 1_000, 2_500]
    result = price([stretch("2026-03-06T18:00", "2026-03-06T20:00", terms, discount=1_000)])
    assert told(result) == [("time", "", 600), ("discount", "", -60)]
    assert result.lines[1].discount_bp == 1_000
    assert result.total_minor == 540


def test_different_discounts_are_told_apart() -> None:
    terms = rules(300)
    result = price(
        [
            stretch("2026-03-06T18:00", "2026-03-06T19:00", terms, discount=1_000),
            stretch("2026-03-06T19:00", "2026-03-06T20:00", terms, discount=5_000),
        ]
    )
    assert [(line.discount_bp, line.amount_minor) for line in result.lines[2:]] == [
        (1_000, -30),
        (5_000, -150),
    ]


def test_a_minimum_is_charged_and_explained() -> None:
    terms = rules(300, minimum_minor=200)
    result = price([stretch("2026-03-06T18:00", "2026-03-06T18:10", terms)])
    assert told(result) == [("time", "", 50), ("minimum", "", 150)]
    assert cost("2026-03-06T18:00", "2026-03-06T20:00", terms) == 600


def test_started_blocks_are_charged_in_full() -> None:
    terms = rules(300, block_seconds=900)
    assert cost("2026-03-06T18:00", "2026-03-06T18:15", terms) == 75
    assert cost("2026-03-06T18:00", "2026-03-06T18:16", terms) == 150


def test_a_block_that_reaches_into_another_rate_costs_that_rate() -> None:
    terms = rules(300, NIGHT, block_seconds=3_600)
    assert cost("2026-03-06T21:30", "2026-03-06T21:40", terms) == 150 + 210


@pytest.mark.parametrize(("mode", "expected"), [("half_up", 50), ("up", 100), ("down", 50)])
def test_the_total_is_rounded_once_to_the_step(mode: str, expected: int) -> None:
    terms = rules(300, rounding_minor=50, rounding=mode)
    result = price([stretch("2026-03-06T18:00", "2026-03-06T18:12", terms)])  # 60 exactly
    assert result.total_minor == expected
    assert sum(line.amount_minor for line in result.lines) == expected
    assert result.lines[-1].kind is LineKind.ROUNDING


def test_no_time_costs_nothing_not_even_the_minimum() -> None:
    at = local("2026-03-06T18:00")
    empty = Stretch(start=at, end=at, rules=rules(300, minimum_minor=500), tz=BERLIN)
    assert price([]) == price([empty]) == Price(0, ())


def test_the_terms_of_the_start_hold_after_a_move() -> None:
    first = rules(300, minimum_minor=1_000)
    result = price(
        [
            stretch("2026-03-06T18:00", "2026-03-06T18:30", first),
            stretch("2026-03-06T18:30", "2026-03-06T19:00", rules(600, minimum_minor=9_000)),
        ]
    )
    assert told(result) == [("time", "", 150), ("time", "", 300), ("minimum", "", 550)]


# --- from money to time ----------------------------------------------------------------------


def test_money_reaches_as_far_as_it_pays() -> None:
    from_evening = open_ended(
        local("2026-03-06T20:00"), rules=rules(300, NIGHT), tz=BERLIN, discount_bp=0
    )
    assert reach(from_evening, Fraction(300)) == local("2026-03-06T21:00")
    assert until(from_evening, Fraction(600 + 420)) == local("2026-03-06T23:00")
    assert until(from_evening, Fraction(0)) == local("2026-03-06T20:00")


def test_free_time_reaches_to_the_horizon() -> None:
    free = open_ended(local("2026-03-06T20:00"), rules=rules(0), tz=BERLIN, discount_bp=0)
    assert until(free, Fraction(0)) == free.start + HORIZON


def test_free_hours_are_played_before_money_runs_out() -> None:
    terms = rules(300, rate("Free breakfast", "06:00", "08:00", 0))
    early = open_ended(local("2026-03-06T05:00"), rules=terms, tz=BERLIN, discount_bp=0)
    assert until(early, Fraction(300)) == local("2026-03-06T08:00")
    assert until(early, Fraction(301)) == local("2026-03-06T08:00:12")


def test_the_rate_now_says_until_when_it_holds() -> None:
    amount, label, end = rate_at(rules(300, NIGHT), local("2026-03-06T21:00"), BERLIN)
    assert (amount, label, end) == (300, "", local("2026-03-06T22:00"))
    amount, label, end = rate_at(rules(300, NIGHT), end, BERLIN)
    assert (amount, label, end) == (420, "Weekend night", local("2026-03-07T06:00"))


def test_a_packages_window_closes_when_it_says() -> None:
    night = Window.model_validate({"weekdays": [4], "from": "22:00", "to": "06:00"})
    assert night.closing(local("2026-03-06T21:59"), BERLIN) is None
    assert night.closing(local("2026-03-06T22:00"), BERLIN) == local("2026-03-07T06:00")
    assert night.closing(local("2026-03-07T05:59"), BERLIN) == local("2026-03-07T06:00")
    assert night.closing(local("2026-03-07T06:00"), BERLIN) is None


# --- what is no tariff -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_rate_minor_per_hour": -1},
        {"block_seconds": 0},
        {"rounding_minor": 0},
        {"rounding": "sideways"},
        {"tier_discounts_bp": {"premium": 10_001}},
        {"tier_discounts_bp": {"gold": 1}},
        {"rates": [rate("", "10:00", "11:00", 1)]},
        {"rates": [rate("x", "10:00", "11:00", 1, [])]},
        {"rates": [rate("x", "10:00", "11:00", 1, [7])]},
        {"rates": [rate("x", "10:00+02:00", "11:00", 1)]},
        {"rates": [rate("x", "10:00", "11:00Z", 1)]},
        {"surprise": 1},
    ],
)
def test_nonsense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TariffRules.model_validate({"base_rate_minor_per_hour": 300} | wrong)


def test_rules_survive_being_written_as_json() -> None:
    terms = rules(300, HAPPY, NIGHT, holidays=["2026-05-01"], tier_discounts_bp={"vip": 1})
    assert TariffRules.model_validate(terms.model_dump(mode="json", by_alias=True)) == terms


def test_pieces_with_one_rate_are_one_piece() -> None:
    week = stretch("2026-03-02T00:00", "2026-03-09T00:00", rules(300))
    assert len(list(pieces(week))) == 1
    assert exact([week]) == 300 * 24 * 7
