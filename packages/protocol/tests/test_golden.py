"""Every message, as it is on the wire: a release must read what the last one wrote."""

import json
import typing
from pathlib import Path

import msgspec
import pytest

import gameops_protocol as protocol
from gameops_protocol import (
    Ack,
    Command,
    CommandKind,
    Desired,
    FromAgent,
    FromServer,
    Goodbye,
    Heartbeat,
    HeartbeatReply,
    Hello,
    Journal,
    JournalAck,
    JournalEntry,
    JournalKind,
    Lease,
    LockState,
    Metrics,
    Observed,
    RequestTime,
    SignIn,
    SignInResult,
    StationConfig,
    Welcome,
    decode_from_agent,
    decode_from_server,
    encode,
)

GOLDEN = Path(__file__).parent / "golden"
AT = 1_763_631_000_000

OBSERVED = Observed(revision=7, lock=LockState.UNLOCKED, session_id="0199-s1", remaining=2_640_000)
LEASE = Lease(
    session_id="0199-s1",
    ends_at=AT + 3_600_000,
    remaining=3_600_000,
    total=7_200_000,
    player="Maya",
    warn_at=(600_000, 60_000),
    can_pause=True,
)
PAUSED = Lease(session_id="0199-s1", ends_at=None, remaining=1_200_000, paused=True)
CONFIG = StationConfig(
    station_id="0199-a07",
    station_name="A07",
    venue_name="Pixel Palace",
    zone_name="Main hall",
    locale="de",
    heartbeat=5_000,
    sign_in=False,
)
ENTRY = JournalEntry(
    id="e1", kind=JournalKind.LOCKED, session_id="0199-s1", at=AT, reason="expired"
)

FROM_AGENT: dict[str, FromAgent] = {
    "ack_done": Ack(id="c1", ok=True),
    "ack_failed": Ack(id="c1", ok=False, code="agent.deadline_passed"),
    "ack_image": Ack(id="c2", ok=True, image=b"\x89PNG\r\n\x1a\n"),
    "heartbeat": Heartbeat(
        sent=123_456,
        observed=OBSERVED,
        metrics=Metrics(
            cpu_percent=41.5, memory_percent=63.0, memory_total_mib=16_384, foreground="Valorant"
        ),
    ),
    "heartbeat_bare": Heartbeat(sent=0, observed=Observed(revision=-1, lock=LockState.LOCKED)),
    "hello": Hello(
        protocol=1,
        agent_version="0.1.0",
        hostname="pc-07",
        os="Windows 11",
        boot_id="b1",
        observed=OBSERVED,
        journal_pending=2,
    ),
    "journal": Journal(
        entries=(
            ENTRY,
            JournalEntry(
                id="e2",
                kind=JournalKind.UNLOCKED,
                session_id="0199-s1",
                at=AT + 1,
                reason="resumed",
            ),
        )
    ),
    "request_time": RequestTime(minutes=30),
    "sign_in_account": SignIn(id="q1", identifier="maya", password="s3cret pässword"),
    "sign_in_voucher": SignIn(id="q2", voucher="ABCD-1234"),
}
FROM_SERVER: dict[str, FromServer] = {
    **{
        f"command_{kind.value}": Command(
            id="c1",
            kind=kind,
            deadline=AT + 10_000,
            text={"message": "Your food is ready", "launch": "steam"}.get(kind.value, ""),
        )
        for kind in CommandKind
    },
    "desired_lease": Desired(revision=7, lease=LEASE),
    "desired_locked": Desired(revision=0),
    "desired_maintenance": Desired(revision=9, maintenance=True),
    "desired_open": Desired(revision=10, open=True),
    "desired_paused": Desired(revision=8, lease=PAUSED),
    "goodbye": Goodbye(code="core.restarting"),
    "goodbye_final": Goodbye(code="venue.station_revoked", final=True),
    "heartbeat_reply": HeartbeatReply(sent=123_456, server_time=AT),
    "journal_ack": JournalAck(ids=("e1", "e2")),
    "sign_in_failed": SignInResult(
        id="q1", code="identity.bad_credentials", detail="The name or password is wrong."
    ),
    "sign_in_done": SignInResult(id="q1"),
    "welcome": Welcome(
        protocol=1, server_time=AT, config=CONFIG, desired=Desired(revision=7, lease=LEASE)
    ),
}


def golden(direction: str, name: str) -> Path:
    return GOLDEN / direction / f"{name}.json"


def canonical(text: str | bytes) -> object:
    return json.loads(text)


@pytest.mark.parametrize("name", sorted(FROM_AGENT))
def test_what_an_agent_says_is_written_and_read_as_ever(name: str) -> None:
    wire = golden("from_agent", name).read_text("utf-8")
    assert canonical(encode(FROM_AGENT[name])) == canonical(wire)
    assert decode_from_agent(wire) == FROM_AGENT[name]


@pytest.mark.parametrize("name", sorted(FROM_SERVER))
def test_what_a_server_says_is_written_and_read_as_ever(name: str) -> None:
    wire = golden("from_server", name).read_text("utf-8")
    assert canonical(encode(FROM_SERVER[name])) == canonical(wire)
    assert decode_from_server(wire) == FROM_SERVER[name]


def test_there_is_a_golden_file_for_every_message_and_no_other() -> None:
    for direction, union, messages in (
        ("from_agent", FromAgent, FROM_AGENT),
        ("from_server", FromServer, FROM_SERVER),
    ):
        assert {type(message) for message in messages.values()} == set(typing.get_args(union))
        files = {path.stem for path in (GOLDEN / direction).glob("*.json")}
        assert files == set(messages)


def _with_unknown_fields(value: object) -> object:
    """The same JSON with a field from a later release in every object."""
    if isinstance(value, dict):
        known = {key: _with_unknown_fields(each) for key, each in value.items()}
        return {**known, "from_a_later_release": {"x": [1, None]}}
    return [_with_unknown_fields(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", sorted(FROM_AGENT))
def test_unknown_fields_of_an_agent_are_ignored(name: str) -> None:
    newer = _with_unknown_fields(canonical(encode(FROM_AGENT[name])))
    assert decode_from_agent(json.dumps(newer)) == FROM_AGENT[name]


@pytest.mark.parametrize("name", sorted(FROM_SERVER))
def test_unknown_fields_of_a_server_are_ignored(name: str) -> None:
    newer = _with_unknown_fields(canonical(encode(FROM_SERVER[name])))
    assert decode_from_server(json.dumps(newer)) == FROM_SERVER[name]


def test_everything_a_peer_needs_is_exported() -> None:
    for name in protocol.__all__:
        assert getattr(protocol, name) is not None
    structs = {*typing.get_args(FromAgent), *typing.get_args(FromServer)}
    assert {struct.__name__ for struct in structs} <= set(protocol.__all__)


def test_messages_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        OBSERVED.revision = 8  # type: ignore[misc] # that is the point
    assert msgspec.structs.replace(OBSERVED, revision=8).revision == 8
