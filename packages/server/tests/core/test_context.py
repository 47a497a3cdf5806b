"""What the core keeps and carries for the domains."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from gameops.core.context import Context
from gameops.core.events import Event


class Part:
    def __init__(self, context: Context) -> None:
        self.context = context


@dataclass(frozen=True, slots=True, kw_only=True)
class Born(Event):
    topic: ClassVar[str] = "test.born"
    on: date


def test_a_part_is_made_once_per_context(context: Context) -> None:
    part = context.part(Part)
    assert context.part(Part) is part
    assert part.context is context


def test_a_date_travels_as_text() -> None:
    assert Born(on=date(2008, 2, 29)).payload() == {"on": "2008-02-29"}
