"""Money: integer minor units, exact fractions in between, rounded once."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

Rounding = Literal["half_up", "up", "down"]


def round_minor(value: Fraction, *, step: int = 1, mode: Rounding = "half_up") -> int:
    """Round an exact amount to a multiple of ``step`` minor units; halves go away from zero."""
    units = value / step
    whole = abs(units).numerator // abs(units).denominator
    rest = abs(units) - whole
    up = rest > 0 if mode == "up" else rest >= Fraction(1, 2) if mode == "half_up" else False
    rounded = (whole + up) * step
    return rounded if units >= 0 else -rounded


def allocate(total: int, weights: Sequence[Fraction]) -> list[int]:
    """Split ``total`` by ``weights`` so that the integer parts add up to it exactly.

    Largest remainders get the odd units; all-zero weights put everything on the first part.
    """
    whole = sum(weights, Fraction(0))
    if not weights:
        return []
    if whole == 0:
        return [total] + [0] * (len(weights) - 1)
    exact = [Fraction(total) * weight / whole for weight in weights]
    parts = [value.numerator // value.denominator for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def included_tax(gross_minor: int, *, rate_bp: int) -> int:
    """The tax contained in a gross price; ``rate_bp`` in hundredths of a percent."""
    return round_minor(Fraction(gross_minor * rate_bp, 10_000 + rate_bp))
