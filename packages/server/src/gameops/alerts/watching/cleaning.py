"""What strangers' servers send, made harmless: short clean texts, counts within bounds."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

from gameops.alerts.watching.reading import Reading

LONGEST_TEXT: Final = 80
MOST_NAMES: Final = 64
LONGEST_NAME: Final = 40
MOST_PLAYERS: Final = 100_000
MOST_LATENCY_MS: Final = 60_000
_EXAMINED: Final = 400
"""So much of a text is looked at; the rest could not be shown anyway."""
_COLOURS: Final = re.compile(r"\u00a7.|\^(?:x[0-9a-fA-F]{3}|[0-9])|\x1b...")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINER: Final = "\u200d"


def text(value: object, *, most: int = LONGEST_TEXT) -> str:
    """The value as one line without colour codes and invisible characters."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    line = str(value)[:_EXAMINED]
    if "\u00a7" in line or "^" in line or "\x1b" in line:
        line = _COLOURS.sub("", line)
    if not line.isprintable():
        line = "".join(_visible(character) for character in line)
    return " ".join(line.split())[:most].rstrip()


def _visible(character: str) -> str:
    if character == _JOINER or unicodedata.category(character) not in _HIDDEN:
        return character
    return " " if character.isspace() else ""


def count(value: object) -> int:
    """A number of players within bounds; ``ValueError`` or ``TypeError`` where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    number = int(value[:12]) if isinstance(value, str) else int(value)
    return min(max(number, 0), MOST_PLAYERS)


def count_if_known(value: object) -> int | None:
    """A number that may be missing."""
    try:
        return count(value)
    except (TypeError, ValueError, OverflowError):
        return None


def names(values: Iterable[object]) -> tuple[str, ...]:
    """Players' names, for showing."""
    found: list[str] = []
    for value in values:
        name = text(value, most=LONGEST_NAME)
        if name:
            found.append(name)
        if len(found) == MOST_NAMES:
            break
    return tuple(found)


class Fields:
    """What a protocol calls by many names."""

    def __init__(self, values: Mapping[Any, Any]) -> None:
        self._values = {str(key).lower(): value for key, value in values.items()}

    def first(self, *keys: str) -> object:
        """The first that is there and not empty."""
        for key in keys:
            if (value := self._values.get(key)) not in (None, ""):
                return value
        return None


def reading(
    *,
    total: object,
    bots: object = 0,
    most: object = None,
    name: object = "",
    game: object = "",
    map_name: object = "",
    version: object = "",
    who: Iterable[object] = (),
) -> Reading:
    """A clean reading; ``total`` counts people and bots together."""
    everybody = count(total)
    robots = min(count_if_known(bots) or 0, everybody)
    return Reading(
        players=everybody - robots,
        bots=robots,
        max_players=count_if_known(most),
        name=text(name),
        game=text(game),
        map=text(map_name),
        version=text(version),
        names=names(who),
    )
