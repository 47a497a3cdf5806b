"""The price of time: a pure function of stretches of play and the rules that held for them.

Amounts are exact fractions of minor units until the very end, where they are rounded once. Time
is counted in whole microseconds of real (UTC) time, so an hour is an hour even when the clocks
change; the windows of a tariff are local times.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from gameops.core.money import Rounding, allocate, round_minor
from gameops.venue.venues.model import DAY, LocalTime, Rule, Tier, window

MICROSECOND: Final = timedelta(microseconds=1)
MICROSECONDS_PER_HOUR: Final = 3_600_000_000
HORIZON: Final = timedelta(days=31)
"""How far ahead an open-ended session is planned."""

RateMinor = Annotated[int, Field(ge=0, le=10_000_000)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000)]


class RateWindow(Rule):
    """An hourly rate on some weekdays between two local times; it belongs to the day it starts."""

    label: Annotated[str, Field(min_length=1, max_length=60)]
    weekdays: Annotated[frozenset[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1)]
    start: Annotated[LocalTime, Field(alias="from")]
    end: Annotated[LocalTime, Field(alias="to")]
    days: Literal["any", "holidays", "workdays"] = "any"
    rate_minor_per_hour: RateMinor

    def holds_on(self, day: date, holidays: frozenset[date]) -> bool:
        """Whether the window begins on this local day."""
        if self.days != "any" and (day in holidays) != (self.days == "holidays"):
            return False
        return day.weekday() in self.weekdays


class TariffRules(Rule):
    """All of one version of a tariff."""

    base_rate_minor_per_hour: RateMinor
    rates: Annotated[tuple[RateWindow, ...], Field(max_length=50)] = ()
    """The first window that holds decides; outside all windows the base rate does."""
    block_seconds: Annotated[int, Field(ge=1, le=86_400)] = 1
    """Time is billed in started blocks of this length."""
    minimum_minor: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    rounding_minor: Annotated[int, Field(ge=1, le=10_000)] = 1
    rounding: Rounding = "half_up"
    tier_discounts_bp: dict[Tier, BasisPoints] = Field(default_factory=dict)
    holidays: Annotated[frozenset[date], Field(max_length=400)] = frozenset()

    def discount_bp(self, tier: Tier) -> int:
        """The tier's discount in hundredths of a percent."""
        return self.tier_discounts_bp.get(tier, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Time played without interruption under one version of a tariff."""

    start: datetime
    end: datetime
    rules: TariffRules
    tz: ZoneInfo
    discount_bp: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a stretch with one rate; ``label`` is empty at the base rate."""

    start: datetime
    end: datetime
    label: str
    rate_minor_per_hour: int
    discount_bp: int
    place: str

    @property
    def microseconds(self) -> int:
        """Its length."""
        return (self.end - self.start) // MICROSECOND

    @property
    def gross(self) -> Fraction:
        """What it costs without discount, exactly."""
        return Fraction(self.rate_minor_per_hour * self.microseconds, MICROSECONDS_PER_HOUR)

    @property
    def net(self) -> Fraction:
        """What it costs, exactly."""
        return self.gross * (10_000 - self.discount_bp) / 10_000


class LineKind(StrEnum):
    """What a line of a price explains."""

    TIME = "time"
    DISCOUNT = "discount"
    MINIMUM = "minimum"
    ROUNDING = "rounding"
    PACKAGE = "package"
    UNUSED = "unused"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """One line of an explanation; the amounts of all lines add up to the price."""

    kind: LineKind
    amount_minor: int
    label: str = ""
    start: datetime | None = None
    end: datetime | None = None
    rate_minor_per_hour: int | None = None
    discount_bp: int | None = None
    place: str = ""

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        if self.start is None or self.end is None:
            return None
        return (self.end - self.start) / timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Price:
    """A rounded price with its explanation."""

    total_minor: int
    lines: tuple[PriceLine, ...]


# --- from time to money ----------------------------------------------------------------------


def pieces(stretch: Stretch) -> Iterator[Piece]:
    """The stretch cut where its rate changes, neighbours with the same rate merged."""
    pending: Piece | None = None
    for piece in _elementary(stretch):
        if pending is not None and _same_rate(pending, piece):
            pending = replace(pending, end=piece.end)
            continue
        if pending is not None:
            yield pending
        pending = piece
    if pending is not None:
        yield pending


def _same_rate(one: Piece, other: Piece) -> bool:
    return (one.label, one.rate_minor_per_hour) == (other.label, other.rate_minor_per_hour)


def _elementary(stretch: Stretch) -> Iterator[Piece]:
    windows = list(_windows(stretch))
    edges = {stretch.start, stretch.end}
    edges |= {edge for start, end, _ in windows for edge in (start, end)}
    cuts = sorted(edge for edge in edges if stretch.start <= edge <= stretch.end)
    for start, end in pairwise(cuts):
        rate = next((rate for begin, stop, rate in windows if begin <= start < stop), None)
        yield Piece(
            start,
            end,
            rate.label if rate else "",
            rate.rate_minor_per_hour if rate else stretch.rules.base_rate_minor_per_hour,
            stretch.discount_bp,
            stretch.place,
        )


def _windows(stretch: Stretch) -> Iterator[tuple[datetime, datetime, RateWindow]]:
    """Every window that may touch the stretch, the deciding ones first."""
    first = stretch.start.astimezone(stretch.tz).date() - DAY
    last = stretch.end.astimezone(stretch.tz).date()
    days = [first + DAY * n for n in range((last - first).days + 1)]
    for rate in stretch.rules.rates:
        for day in days:
            if rate.holds_on(day, stretch.rules.holidays):
                start, end = window(day, rate.start, rate.end, stretch.tz)
                yield start, end, rate


def exact(stretches: Iterable[Stretch]) -> Fraction:
    """What the stretches cost, unrounded, without minimum or blocks."""
    return sum((piece.net for s in stretches for piece in pieces(s)), Fraction(0))


def price(stretches: Sequence[Stretch]) -> Price:
    """What the stretches cost together, and why.

    Blocks, minimum and rounding are those of the first stretch: a session keeps the terms it
    started under when it moves, while its time is priced where it is spent.
    """
    played = [stretch for stretch in stretches if stretch.end > stretch.start]
    if not played:
        return Price(0, ())
    terms = stretches[0].rules
    cut = [piece for stretch in _in_blocks(played, terms) for piece in pieces(stretch)]
    gross = sum((piece.gross for piece in cut), Fraction(0))
    net = sum((piece.net for piece in cut), Fraction(0))
    gross_minor, net_minor = round_minor(gross), round_minor(net)
    total = round_minor(net, step=terms.rounding_minor, mode=terms.rounding)
    amounts = allocate(gross_minor, [piece.gross for piece in cut])
    lines = [_time_line(piece, amount) for piece, amount in zip(cut, amounts, strict=True)]
    lines += _discount_lines(cut, net_minor - gross_minor)
    if total != net_minor:
        lines.append(PriceLine(kind=LineKind.ROUNDING, amount_minor=total - net_minor))
    if total < terms.minimum_minor:
        missing = terms.minimum_minor - total
        lines.append(PriceLine(kind=LineKind.MINIMUM, amount_minor=missing))
        total = terms.minimum_minor
    return Price(total, tuple(lines))


def _in_blocks(stretches: list[Stretch], terms: TariffRules) -> list[Stretch]:
    """The last stretch prolonged so that the whole is a number of full blocks."""
    block = timedelta(seconds=terms.block_seconds)
    length = sum((s.end - s.start for s in stretches), timedelta(0))
    rest = length % block
    if terms.block_seconds == 1 or not rest:
        return stretches
    last = stretches[-1]
    return [*stretches[:-1], replace(last, end=last.end + block - rest)]


def _time_line(piece: Piece, amount: int) -> PriceLine:
    return PriceLine(
        kind=LineKind.TIME,
        amount_minor=amount,
        label=piece.label,
        start=piece.start,
        end=piece.end,
        rate_minor_per_hour=piece.rate_minor_per_hour,
        place=piece.place,
    )


def _discount_lines(cut: list[Piece], total: int) -> list[PriceLine]:
    """One line for each discount that was given."""
    if total == 0:
        return []
    given = sorted({piece.discount_bp for piece in cut if piece.discount_bp})
    weights = [
        sum((p.gross - p.net for p in cut if p.discount_bp == basis_points), Fraction(0))
        for basis_points in given
    ]
    return [
        PriceLine(kind=LineKind.DISCOUNT, amount_minor=-amount, discount_bp=basis_points)
        for basis_points, amount in zip(given, allocate(-total, weights), strict=True)
        if amount
    ]


# --- from money to time ----------------------------------------------------------------------


def reach(stretch: Stretch, value: Fraction) -> datetime:
    """The latest instant until which ``value`` pays, from the stretch's start on.

    The stretch's own end is where planning stops; whatever is free until then is reached.
    """
    left = value
    for piece in pieces(stretch):
        if piece.net > left:
            return piece.start + _affordable(piece, left)
        left -= piece.net
    return stretch.end


def _affordable(piece: Piece, value: Fraction) -> timedelta:
    per_microsecond = piece.net / piece.microseconds
    whole = value / per_microsecond
    return timedelta(microseconds=whole.numerator // whole.denominator)


def open_ended(
    start: datetime, *, rules: TariffRules, tz: ZoneInfo, discount_bp: int, place: str = ""
) -> Stretch:
    """A stretch from ``start`` to the planning horizon, to be cut by :func:`reach`."""
    return Stretch(
        start=start, end=start + HORIZON, rules=rules, tz=tz, discount_bp=discount_bp, place=place
    )


def until(stretch: Stretch, value: Fraction) -> datetime:
    """:func:`reach` on a stretch to the horizon, a few days at a time (it is mostly short)."""
    left, begin = value, stretch.start
    while begin < stretch.end:
        part = replace(stretch, start=begin, end=min(begin + 2 * DAY, stretch.end))
        cost = exact([part])
        if cost > left:
            return reach(part, left)
        left, begin = left - cost, part.end
    return stretch.end


class Window(Rule):
    """When a package may be used: weekdays and local times."""

    weekdays: Annotated[frozenset[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1)]
    start: Annotated[LocalTime, Field(alias="from")]
    end: Annotated[LocalTime, Field(alias="to")]

    def closing(self, at: datetime, tz: ZoneInfo) -> datetime | None:
        """When the window that is open at ``at`` closes; ``None`` when it is not open."""
        today = at.astimezone(tz).date()
        for day in (today - DAY, today):
            if day.weekday() in self.weekdays:
                start, end = window(day, self.start, self.end, tz)
                if start <= at < end:
                    return end
        return None


def rate_at(rules: TariffRules, at: datetime, tz: ZoneInfo) -> tuple[int, str, datetime]:
    """The hourly rate at an instant, its label, and until when it holds (a day at most)."""
    stretch = Stretch(start=at, end=at + DAY, rules=rules, tz=tz)
    first = next(pieces(stretch))
    return first.rate_minor_per_hour, first.label, first.end
