"""What holds for every tariff and every stretch of time."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gameops.venue.tariffs.pricing import (
    RateWindow,
    Stretch,
    TariffRules,
    exact,
    pieces,
    price,
    reach,
    until,
)
from gameops.venue.venues.model import window

MICROSECOND = timedelta(microseconds=1)
ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC")]
CHANGES = [
    datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 29), (10, 25), (3, 8), (11, 1))
]

times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
days = st.dates(date(2026, 1, 1), date(2026, 12, 31)) | st.sampled_from(
    [day.date() for day in CHANGES]
)
windows = st.builds(
    lambda start, end, **more: RateWindow.model_validate({**more, "from": start, "to": end}),
    label=st.sampled_from(["Happy hour", "Night", "Special"]),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    start=times,
    end=times,
    days=st.sampled_from(["any", "holidays", "workdays"]),
    rate_minor_per_hour=st.integers(0, 2_000),
)
plain_rules = st.builds(
    TariffRules,
    base_rate_minor_per_hour=st.integers(0, 2_000),
    rates=st.lists(windows, max_size=4).map(tuple),
    holidays=st.frozensets(days, max_size=5),
)
full_rules = st.builds(
    TariffRules,
    base_rate_minor_per_hour=st.integers(0, 2_000),
    rates=st.lists(windows, max_size=4).map(tuple),
    holidays=st.frozensets(days, max_size=5),
    block_seconds=st.sampled_from([1, 60, 900, 3_600]),
    minimum_minor=st.sampled_from([0, 100, 1_000]),
    rounding_minor=st.sampled_from([1, 5, 50]),
    rounding=st.sampled_from(["half_up", "up", "down"]),
)
starts = st.one_of(
    st.integers(0, 353 * 86_400_000).map(
        lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=n)
    ),
    st.builds(
        lambda day, minutes: day + timedelta(minutes=minutes),
        st.sampled_from(CHANGES),
        st.integers(-600, 900),
    ),
)
lengths = st.timedeltas(timedelta(0), timedelta(days=3))
discounts = st.sampled_from([0, 1_000, 3_333, 10_000])


@st.composite
def stretches(draw: st.DrawFn, rules: st.SearchStrategy[TariffRules] = plain_rules) -> Stretch:
    start = draw(starts)
    return Stretch(
        start=start,
        end=start + draw(lengths),
        rules=draw(rules),
        tz=draw(st.sampled_from(ZONES)),
        discount_bp=draw(discounts),
    )


@st.composite
def cuts(draw: st.DrawFn, whole: Stretch) -> list[Stretch]:
    length = (whole.end - whole.start) // MICROSECOND
    offsets = draw(st.lists(st.integers(0, length), max_size=5))
    marks = [whole.start + offset * MICROSECOND for offset in sorted({0, *offsets, length})]
    parts = [replace(whole, start=start, end=end) for start, end in pairwise(marks)]
    return parts or [whole]


@given(stretches(full_rules))
def test_the_lines_add_up_to_the_price(stretch: Stretch) -> None:
    result = price([stretch])
    assert sum(line.amount_minor for line in result.lines) == result.total_minor
    assert result.total_minor >= 0
    if result.total_minor > stretch.rules.minimum_minor:
        assert result.total_minor % stretch.rules.rounding_minor == 0


@given(stretches(full_rules))
def test_the_price_is_the_exact_one_rounded_once(stretch: Stretch) -> None:
    rules = replace_rules(stretch.rules, block_seconds=1, minimum_minor=0)
    whole = replace(stretch, rules=rules)
    assert abs(price([whole]).total_minor - exact([whole])) < rules.rounding_minor


def replace_rules(rules: TariffRules, **changes: int) -> TariffRules:
    return rules.model_copy(update=changes)


@given(stretches())
def test_pieces_cover_the_stretch_without_gap_or_overlap(stretch: Stretch) -> None:
    found = list(pieces(stretch))
    assert (
        sum(piece.microseconds for piece in found) == (stretch.end - stretch.start) // MICROSECOND
    )
    for one, other in pairwise(found):
        assert one.end == other.start
        assert (one.label, one.rate_minor_per_hour) != (other.label, other.rate_minor_per_hour)
    if found:
        assert (found[0].start, found[-1].end) == (stretch.start, stretch.end)


@given(st.data())
def test_it_does_not_matter_how_a_stretch_is_cut(data: st.DataObject) -> None:
    whole = data.draw(stretches(full_rules))
    parts = data.draw(cuts(whole))
    assert exact(parts) == exact([whole])
    assert price(parts).total_minor == price([whole]).total_minor


@given(stretches(full_rules), lengths)
def test_longer_never_costs_less(stretch: Stretch, more: timedelta) -> None:
    longer = replace(stretch, end=stretch.end + more)
    assert exact([longer]) >= exact([stretch])
    assert price([longer]).total_minor >= price([stretch]).total_minor


@given(stretches(full_rules))
def test_a_discount_never_costs_more(stretch: Stretch) -> None:
    full = price([replace(stretch, discount_bp=0)]).total_minor
    assert price([stretch]).total_minor <= full


@given(stretches())
def test_value_reaches_back_to_the_microsecond(stretch: Stretch) -> None:
    assume(exact([stretch]) > 0)
    reached = reach(stretch, exact([stretch]))
    assert exact([replace(stretch, end=reached)]) == exact([stretch])
    assert reached == stretch.end  # only free time could lie in between, and that is reached too


@given(stretches(), st.fractions(min_value=0, max_value=5_000))
def test_value_pays_to_the_last_microsecond_and_no_further(
    stretch: Stretch, value: Fraction
) -> None:
    reached = reach(stretch, value)
    assert stretch.start <= reached <= stretch.end
    assert exact([replace(stretch, end=reached)]) <= value
    if reached < stretch.end:
        assert exact([replace(stretch, end=reached + MICROSECOND)]) > value


@settings(max_examples=30)
@given(stretches(), st.fractions(min_value=0, max_value=50_000))
def test_planning_day_by_day_reaches_as_far_as_all_at_once(
    stretch: Stretch, value: Fraction
) -> None:
    ahead = replace(stretch, end=stretch.start + timedelta(days=9))
    assert until(ahead, value) == reach(ahead, value)


@given(days, times, times, st.sampled_from(ZONES))
def test_windows_of_following_days_do_not_overlap(
    day: date, start: time, end: time, tz: ZoneInfo
) -> None:
    today = window(day, start, end, tz)
    tomorrow = window(day + timedelta(days=1), start, end, tz)
    assert today[1] <= tomorrow[0]
    assert today[0] <= today[1]
