"""Nothing that arrives can do more than be refused."""

import json
import typing
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameops_protocol import (
    MAX_FRAME_BYTES,
    Ack,
    BadFrame,
    FromAgent,
    FromServer,
    Heartbeat,
    LockState,
    Observed,
    decode_from_agent,
    decode_from_server,
    encode,
)

Decode = Callable[[str | bytes], object]
BOTH = pytest.mark.parametrize("decode", [decode_from_agent, decode_from_server])
HEARTBEAT = Heartbeat(sent=1, observed=Observed(revision=1, lock=LockState.LOCKED))

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
tags = st.sampled_from(
    [
        struct.__struct_config__.tag
        for struct in (*typing.get_args(FromAgent), *typing.get_args(FromServer))
    ]
)
field_names = st.sampled_from(
    ["id", "ok", "kind", "lease", "revision", "observed", "entries", "sent", "desired", "config"]
)


def refuses_or_reads(decode: Decode, data: str | bytes) -> None:
    """A decoder answers with a message or with :class:`BadFrame`, and with nothing else."""
    try:
        message = decode(data)
    except BadFrame:
        return
    assert isinstance(message, msgspec.Struct)


@BOTH
@given(data=st.binary(max_size=512))
def test_any_bytes_are_read_or_refused(decode: Decode, data: bytes) -> None:
    refuses_or_reads(decode, data)


@BOTH
@given(data=st.text(max_size=512))
def test_any_text_is_read_or_refused(decode: Decode, data: str) -> None:
    refuses_or_reads(decode, data)


@BOTH
@given(tag=tags, fields=st.dictionaries(field_names | st.text(), values, max_size=6))
def test_any_object_with_a_known_type_is_read_or_refused(
    decode: Decode, tag: str, fields: dict[str, object]
) -> None:
    refuses_or_reads(decode, json.dumps({**fields, "type": tag}))


@given(data=st.data())
def test_a_damaged_frame_is_read_or_refused(data: st.DataObject) -> None:
    frame = bytearray(encode(HEARTBEAT))
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    refuses_or_reads(decode_from_agent, bytes(frame))


@BOTH
@pytest.mark.parametrize(
    "data",
    [
        "",
        "null",
        "[]",
        "7",
        "{}",
        '{"type":"nonsense"}',
        '{"type":null}',
        '{"type":"desired","revision":"seven"}',
        '{"type":"ack","id":"c1"}',
        '{"type":"heartbeat","sent":1,"observed":{"revision":1,"lock":"ajar"}}',
        '{"type":"command","id":"c","kind":"explode","deadline":1}',
        '{"type":"ack","id":"c","ok":true,"image":"not base64!"}',
        b"\xff\xfe\xfa",
        b'{"type":"goodbye","code":"\xff"}',
        '{"type":"desired","revision":1' + "0" * 400 + "}",
        '{"type":"desired","revision":9007199254740992}',
        '{"type":"request_time","minutes":-9007199254740992}',
        "[" * 5_000,
    ],
)
def test_malformed_frames_are_refused(decode: Decode, data: str | bytes) -> None:
    with pytest.raises(BadFrame):
        decode(data)


@BOTH
def test_a_frame_that_is_too_long_is_refused_unread(decode: Decode) -> None:
    frame = b'{"type":"goodbye","code":"' + b"x" * MAX_FRAME_BYTES + b'"}'
    with pytest.raises(BadFrame, match="too long"):
        decode(frame)


def test_each_side_refuses_its_own_words() -> None:
    with pytest.raises(BadFrame):
        decode_from_server(encode(HEARTBEAT))


def test_the_largest_screenshot_fits_into_a_frame() -> None:
    frame = encode(Ack(id="c" * 64, ok=True, image=bytes(512 * 1024)))
    assert len(frame) <= MAX_FRAME_BYTES


@given(image=st.binary(max_size=2_000), code=st.text(max_size=50))
def test_an_answer_survives_the_wire(image: bytes, code: str) -> None:
    ack = Ack(id="c1", ok=False, code=code, image=image)
    assert decode_from_agent(encode(ack)) == ack
