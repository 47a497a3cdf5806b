"""The words of the status pages."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from babel.dates import format_timedelta

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "Server status",
        "up": "Online",
        "down": "Offline",
        "unknown": "Not seen yet",
        "servers_up": "servers online",
        "players": "playing",
        "server": "Server",
        "game": "Game",
        "map": "Map",
        "people": "Players",
        "state": "State",
        "since": "for",
        "bots": "bots",
        "updated": "As of",
        "more": "and {} more",
        "empty": "There are no servers here yet.",
        "missing": "There is no status page here.",
        "connect": "Address",
        "playing_now": "On it now",
    },
    "de": {
        "title": "Serverstatus",
        "up": "Online",
        "down": "Offline",
        "unknown": "Noch nicht gesehen",
        "servers_up": "Server online",
        "players": "spielen",
        "server": "Server",
        "game": "Spiel",
        "map": "Karte",
        "people": "Spieler",
        "state": "Zustand",
        "since": "seit",
        "bots": "Bots",
        "updated": "Stand",
        "more": "und {} weitere",
        "empty": "Hier gibt es noch keine Server.",
        "missing": "Hier gibt es keine Statusseite.",
        "connect": "Adresse",
        "playing_now": "Gerade darauf",
    },
}


def since_words(at: datetime | None, now: datetime, language: str) -> str:
    """How long ago, in words."""
    if at is None:
        return ""
    span = max(now - at, timedelta(0))
    if span < timedelta(minutes=1):
        return "< 1 min"
    return format_timedelta(span, format="short", threshold=1.5, locale=language)
