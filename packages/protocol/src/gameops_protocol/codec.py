"""Bytes to frames and back, with the bounds every edge relies on."""

from typing import Final, TypeVar

import msgspec

from gameops_protocol.messages import FromAgent, FromServer

MAX_FRAME_BYTES: Final = 1_048_576
"""Longer frames are refused unread; a screenshot is the largest thing sent."""

T = TypeVar("T")

_encoder = msgspec.json.Encoder()
_from_agent: msgspec.json.Decoder[FromAgent] = msgspec.json.Decoder(FromAgent)
_from_server: msgspec.json.Decoder[FromServer] = msgspec.json.Decoder(FromServer)


class BadFrame(ValueError):
    """The peer sent something that is no frame of this protocol."""


def encode(frame: FromAgent | FromServer) -> bytes:
    """One frame as UTF-8 JSON."""
    return _encoder.encode(frame)


def decode_from_agent(data: str | bytes) -> FromAgent:
    """Parse what an agent sent; :class:`BadFrame` when it is malformed or too long."""
    return _decode(_from_agent, data)


def decode_from_server(data: str | bytes) -> FromServer:
    """Parse what the server sent; :class:`BadFrame` when it is malformed or too long."""
    return _decode(_from_server, data)


def _decode(decoder: msgspec.json.Decoder[T], data: str | bytes) -> T:
    if len(data) > MAX_FRAME_BYTES:
        raise BadFrame("frame too long")
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadFrame(str(error)) from error
