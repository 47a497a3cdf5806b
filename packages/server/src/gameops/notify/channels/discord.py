"""Discord webhooks: embeds (up to ten in one message) or plain text, and boards edited in place."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from gameops.core.db import JsonObject
from gameops.notify.channels.driver import (
    Draft,
    OneByOne,
    Outcome,
    Parcel,
    Place,
    Setting,
    outcome_of,
    sent,
    shortened,
)
from gameops.notify.channels.wire import Answer, Wire, bounded_wait
from gameops.notify.errors import ChannelConfigInvalid
from gameops.notify.rendering import escape_markdown
from gameops.notify.urls import split

HOSTS: Final = frozenset({"discord.com", "discordapp.com", "canary.discord.com", "ptb.discord.com"})
COLORS: Final = {"info": 0x5B8CFF, "good": 0x3FB950, "warning": 0xD29922, "bad": 0xF85149}
NO_MENTIONS: Final = {"parse": list[str]()}
MOST_EMBEDS: Final = 10
MOST_TOGETHER: Final = 5_500
"""Characters in all embeds of a message; Discord's limit is 6,000."""
_PATH: Final = re.compile(r"/api(/v\d+)?/webhooks/[0-9A-Za-z_-]{1,40}/[0-9A-Za-z_.-]{1,200}/?")
_REFUSED: Final = frozenset({401, 403, 404})


class Discord(OneByOne):
    """Messages in the order of what happened, ten at a time when they pile up."""

    kind: ClassVar[str] = "discord"
    label: ClassVar[str] = "Discord"
    ordered: ClassVar[bool] = True
    at_once: ClassVar[int] = 50
    lanes: ClassVar[int] = 1
    settings: ClassVar[Sequence[Setting]] = (
        Setting(
            name="url",
            label="Webhook URL",
            type="secret",
            required=True,
            help="In Discord: channel settings, Integrations, Webhooks, Copy Webhook URL.",
        ),
        Setting(name="username", label="Name shown", type="text"),
        Setting(name="avatar_url", label="Picture shown", type="url"),
        Setting(
            name="embeds", label="Rich messages", type="bool", help="Off: plain lines of text."
        ),
    )

    def check(self, draft: Draft) -> None:
        """The URL must be a webhook's."""
        parts = split(draft.secrets["url"])
        if parts is None:
            raise ChannelConfigInvalid("This is not the URL of a Discord webhook.", field="url")
        known = parts.scheme == "https" and (parts.hostname or "") in HOSTS and not parts.port
        known = known or (draft.options.allow_private_targets and parts.scheme in {"http", "https"})
        if not known or not _PATH.fullmatch(parts.path):
            raise ChannelConfigInvalid("This is not the URL of a Discord webhook.", field="url")

    def bundles(self, place: Place, parcels: Sequence[Parcel]) -> Sequence[Sequence[Parcel]]:
        """As many embeds as fit in one message."""
        if not place.config.get("embeds", True):
            return super().bundles(place, parcels)
        bundles: list[list[Parcel]] = []
        room = 0
        for parcel in parcels:
            size = _size(_embed(parcel))
            if not bundles or len(bundles[-1]) == MOST_EMBEDS or size > room:
                bundles.append([])
                room = MOST_TOGETHER
            bundles[-1].append(parcel)
            room -= size
        return bundles

    async def send(self, wire: Wire, place: Place, parcels: Sequence[Parcel]) -> Outcome:
        """Post one message."""
        if place.config.get("embeds", True):
            body: JsonObject = {"embeds": [_embed(parcel) for parcel in parcels]}
        else:
            body = {"content": shortened(parcels[0].text("discord"), 2_000)}
        answer = await _call(wire, "POST", _url(place), body | _looks(place))
        return _outcome(wire, place, answer)

    async def show_board(
        self, wire: Wire, place: Place, message_id: str | None, wanted: JsonObject
    ) -> tuple[Outcome, str | None]:
        """Edit the board's message, or post it when there is none (any more); its id."""
        body: JsonObject = {"embeds": [_board(wanted)]}
        if message_id is not None:
            answer = await _call(wire, "PATCH", _url(place, f"/messages/{message_id}"), body)
            unknown_message = 10_008
            if answer.status != 404 or answer.json().get("code") != unknown_message:  # noqa: PLR2004 -- else the webhook itself is gone
                return _outcome(wire, place, answer), message_id
        answer = await _call(wire, "POST", _url(place), body | _looks(place))
        new_id = str(answer.json().get("id", ""))[:40] or None
        return _outcome(wire, place, answer), new_id


async def _call(wire: Wire, method: str, url: str, body: JsonObject) -> Answer:
    return await wire.call(
        method,
        url,
        headers={"Content-Type": "application/json"},
        body=msgspec.json.encode(body | {"allowed_mentions": NO_MENTIONS}),
    )


def _url(place: Place, more: str = "") -> str:
    """The webhook's URL; ``wait`` makes Discord answer when the message is really there."""
    parts = urlsplit(place.secrets["url"])
    query = dict(parse_qsl(parts.query)) | ({} if more else {"wait": "true"})
    return urlunsplit(
        (parts.scheme, parts.netloc, parts.path.rstrip("/") + more, urlencode(query), "")
    )


def _looks(place: Place) -> JsonObject:
    return {
        name: place.config[name] for name in ("username", "avatar_url") if place.config.get(name)
    }


def _embed(parcel: Parcel) -> dict[str, Any]:
    embed: dict[str, Any] = {
        "title": shortened(escape_markdown(parcel.title), 256),
        "description": shortened(parcel.text("discord"), 4_096),
        "color": COLORS.get(parcel.severity, COLORS["info"]),
        "timestamp": parcel.at.isoformat(),
    }
    if _is_link(parcel.url):
        embed["url"] = parcel.url
    if parcel.fields:
        embed["fields"] = [
            _field(item["name"], item["value"], inline=True) for item in parcel.fields[:25]
        ]
    return embed


def _field(name: str, value: str, *, inline: bool) -> dict[str, Any]:
    return {
        "name": shortened(escape_markdown(name), 256) or "\u200b",
        "value": shortened(escape_markdown(value), 1_024) or "\u200b",
        "inline": inline,
    }


def _board(wanted: JsonObject) -> dict[str, Any]:
    color = str(wanted.get("color") or "").removeprefix("#")
    board: dict[str, Any] = {
        "title": shortened(escape_markdown(wanted["title"]), 256),
        "color": int(color, 16) if re.fullmatch(r"[0-9a-fA-F]{6}", color) else COLORS["info"],
        "fields": [_field(name, value, inline=False) for name, value in wanted["lines"][:25]],
        "timestamp": wanted["at"],
    }
    if wanted.get("footer"):
        board["footer"] = {"text": shortened(wanted["footer"], 2_048)}
    if _is_link(wanted.get("url")):
        board["url"] = wanted["url"]
    while _size(board) > MOST_TOGETHER:
        board["fields"].pop()
    return board


def _is_link(url: str | None) -> bool:
    return url is not None and url.startswith(("http://", "https://"))


def _size(embed: Mapping[str, Any]) -> int:
    fields = sum(len(item["name"]) + len(item["value"]) for item in embed.get("fields", ()))
    footer = len(embed.get("footer", {}).get("text", ""))
    return len(embed["title"]) + len(embed.get("description", "")) + fields + footer


def _outcome(wire: Wire, place: Place, answer: Answer) -> Outcome:
    told = answer.json()
    words = wire.clean(told.get("message", ""), place.secrets)
    detail = f"HTTP {answer.status}: {words}" if words else f"HTTP {answer.status}"
    if answer.ok:
        return sent(answer, pause_seconds=_pause(answer))
    if answer.status == 429:  # noqa: PLR2004 -- Too Many Requests
        wait = told.get("retry_after")
        plain = outcome_of(answer, detail)
        seconds = bounded_wait(float(wait)) if isinstance(wait, int | float) else None
        return Outcome(
            kind="limited",
            status=429,
            detail=detail,
            pause_seconds=plain.pause_seconds if seconds is None else seconds,
            everywhere=told.get("global") is True,
        )
    if answer.status in _REFUSED:
        return Outcome(
            kind="refused",
            status=answer.status,
            detail=detail,
            reason="channel_refused",
            breaks_channel=True,
        )
    return outcome_of(answer, detail)


def _pause(answer: Answer) -> float | None:
    """The wait that Discord announces before it would refuse."""
    if answer.headers.get("X-RateLimit-Remaining") != "0":
        return None
    try:
        return bounded_wait(float(answer.headers.get("X-RateLimit-Reset-After", "")))
    except ValueError:
        return None
