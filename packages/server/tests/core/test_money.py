"""Rounding happens once and nothing is lost when an amount is split."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameops.core.money import allocate, included_tax, round_minor

amounts = st.fractions(min_value=-(10**9), max_value=10**9)
weights = st.lists(st.fractions(min_value=0, max_value=10**6), min_size=1, max_size=12)
steps = st.integers(min_value=1, max_value=10_000)


@pytest.mark.parametrize(
    ("value", "step", "mode", "expected"),
    [
        ("5/2", 1, "half_up", 3),
        ("-5/2", 1, "half_up", -3),
        ("249/100", 1, "half_up", 2),
        ("201/100", 1, "up", 3),
        ("2", 1, "up", 2),
        ("299/100", 1, "down", 2),
        ("124", 50, "half_up", 100),
        ("125", 50, "half_up", 150),
        ("101", 50, "up", 150),
        ("149", 50, "down", 100),
    ],
)
def test_each_mode_rounds_as_its_name_says(value: str, step: int, mode: str, expected: int) -> None:
    assert round_minor(Fraction(value), step=step, mode=mode) == expected  # type: ignore[arg-type]


@given(amounts, steps)
def test_rounding_lands_on_a_step_less_than_one_away(value: Fraction, step: int) -> None:
    for mode in ("half_up", "up", "down"):
        rounded = round_minor(value, step=step, mode=mode)  # type: ignore[arg-type]
        assert rounded % step == 0
        assert abs(rounded - value) < step
    assert abs(round_minor(value, step=step) - value) * 2 <= step
    assert abs(round_minor(value, step=step, mode="down")) <= abs(value)
    assert abs(round_minor(value, step=step, mode="up")) >= abs(value)


@given(st.integers(min_value=0, max_value=10**9), weights)
def test_a_split_adds_up_and_is_off_by_less_than_one(total: int, parts: list[Fraction]) -> None:
    split = allocate(total, parts)
    assert sum(split) == total
    whole = sum(parts, Fraction(0))
    if whole:
        for part, weight in zip(split, parts, strict=True):
            assert abs(part - total * weight / whole) < 1


def test_without_weights_the_first_part_takes_all() -> None:
    assert allocate(7, [Fraction(0), Fraction(0)]) == [7, 0]
    assert allocate(7, []) == []


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=0, max_value=9_999))
def test_tax_is_a_part_of_the_price(gross: int, rate: int) -> None:
    tax = included_tax(gross, rate_bp=rate)
    assert 0 <= tax <= gross
    assert abs((gross - tax) * rate / 10_000 - tax) <= 1


def test_nineteen_percent_of_119_is_19() -> None:
    assert included_tax(11_900, rate_bp=1_900) == 1_900
