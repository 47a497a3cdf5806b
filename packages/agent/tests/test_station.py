"""The core: leases, commands and the journal of one station, on a hand-moved clock."""

import asyncio

import pytest
from agent_rig.fakes import EnforcerFailed
from agent_rig.stage import SERVER_START, Stage, lease, locks

from gameops_agent.session.journal import Mark, MemoryJournal, Phase
from gameops_agent.session.lease import Face
from gameops_protocol import (
    CommandKind,
    Desired,
    Journal,
    JournalAck,
    JournalKind,
    Lease,
    LockState,
    RequestTime,
    SignIn,
    SignInResult,
)


@pytest.fixture
async def stage() -> Stage:
    return await Stage().start()


def test_a_station_without_the_servers_time_stays_locked(stage: Stage) -> None:
    assert stage.locked
    assert stage.station.observed().revision == -1


async def test_a_lease_unlocks_and_its_end_locks_to_the_millisecond(stage: Stage) -> None:
    stage.link(Desired(revision=3, lease=lease(10_000)))
    assert not stage.locked
    assert stage.station.observed().revision == 3
    stage.pass_ms(9_999)
    assert not stage.locked
    stage.pass_ms(1)
    assert stage.locked
    assert stage.changes[-1].due == SERVER_START + 10_000
    assert stage.changes[-1].at == pytest.approx(SERVER_START + 10_000, abs=0.01)


async def test_the_end_is_kept_without_a_link(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(10_000)))
    stage.station.unlinked()
    stage.pass_ms(9_999)
    assert not stage.locked
    assert not stage.enforcer.scene.online
    stage.pass_ms(2)
    assert stage.locked
    (entry,) = stage.journal.pending()
    assert (entry.kind, entry.reason) == (JournalKind.LOCKED, "expired")
    assert (entry.session_id, entry.at) == ("s1", SERVER_START + 10_000)


async def test_time_sold_while_the_link_was_cut_ends_the_gap_that_the_old_end_made(
    stage: Stage,
) -> None:
    stage.link(Desired(revision=1, lease=lease(10_000)))
    stage.station.unlinked()
    stage.pass_ms(15_000)
    assert stage.locked
    stage.link(Desired(revision=2, lease=lease(70_000)))
    assert not stage.locked
    locked, resumed = stage.journal.pending()
    assert (locked.kind, locked.at) == (JournalKind.LOCKED, SERVER_START + 10_000)
    assert (resumed.kind, resumed.reason) == (JournalKind.UNLOCKED, "resumed")
    assert resumed.at == pytest.approx(SERVER_START + 15_000, abs=1)
    assert resumed.session_id == locked.session_id


async def test_an_end_the_server_saw_is_not_told_again(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(10_000)))
    stage.pass_ms(11_000)
    assert stage.locked
    assert stage.journal.pending() == ()


async def test_an_extension_moves_the_end(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(10_000)))
    stage.pass_ms(9_000)
    stage.want(2, lease(20_000))
    stage.pass_ms(10_999)
    assert not stage.locked
    stage.pass_ms(1)
    assert stage.locked


async def test_a_shortened_lease_ends_earlier(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(60_000)))
    stage.want(2, lease(5_000))
    stage.pass_ms(5_000)
    assert stage.locked


async def test_a_withdrawn_lease_locks_at_once(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(60_000)))
    stage.want(2)
    assert stage.locked
    assert locks(stage.changes) == [LockState.UNLOCKED, LockState.LOCKED]


async def test_a_paused_lease_locks_and_keeps_its_time(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(60_000)))
    paused = Lease(session_id="s1", ends_at=None, remaining=42_000, paused=True)
    stage.want(2, paused)
    assert stage.locked
    assert stage.enforcer.scene.face is Face.PAUSED
    stage.pass_ms(500_000)
    assert stage.station.observed().remaining == 42_000
    stage.want(3, lease(42_000, now=stage.now))
    assert not stage.locked


async def test_maintenance_outranks_a_lease(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(60_000), maintenance=True))
    assert stage.locked
    assert stage.enforcer.scene.face is Face.MAINTENANCE


async def test_open_unlocks_without_a_lease(stage: Stage) -> None:
    stage.link(Desired(revision=1, open=True))
    assert not stage.locked
    assert stage.enforcer.scene.face is Face.OPEN


async def test_an_older_revision_is_a_replay_and_changes_nothing(stage: Stage) -> None:
    stage.link(Desired(revision=5))
    stage.want(4, lease(60_000))
    assert stage.locked
    assert stage.station.observed().revision == 5


async def test_a_new_welcome_resets_the_revision(stage: Stage) -> None:
    stage.link(Desired(revision=5))
    stage.station.unlinked()
    stage.link(Desired(revision=2, lease=lease(60_000)))
    assert not stage.locked
    assert stage.station.observed().revision == 2


async def test_each_warning_is_given_once_and_again_after_an_extension(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(400_000)))
    stage.pass_ms(100_000)
    assert stage.enforcer.warnings == [300_000]
    stage.pass_ms(150_000)
    assert stage.enforcer.warnings == [300_000]
    stage.want(2, lease(700_000))
    stage.pass_ms(150_000)
    assert stage.enforcer.warnings == [300_000, 300_000]
    stage.pass_ms(240_000)
    assert stage.enforcer.warnings == [300_000, 300_000, 60_000]


async def test_a_short_lease_is_not_warned_of_what_has_passed(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(120_000)))
    assert stage.enforcer.warnings == []
    stage.pass_ms(60_000)
    assert stage.enforcer.warnings == [60_000]


async def test_a_machine_that_slept_past_the_end_locks_on_waking(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(60_000)))
    stage.clock.suspend(3_600)
    stage.pass_ms(1_000)
    assert stage.locked


async def test_a_revision_counts_as_applied_only_when_the_machine_confirms(stage: Stage) -> None:
    stage.link(Desired(revision=1))
    stage.enforcer.slow = True
    reports = stage.reporter.reports
    stage.want(2, lease(60_000))
    assert stage.station.observed().revision == 1
    assert stage.station.observed().lock is LockState.LOCKED
    stage.enforcer.confirm()
    assert stage.station.observed().revision == 2
    assert stage.station.observed().lock is LockState.UNLOCKED
    assert stage.reporter.reports > reports


async def test_a_helper_that_dies_is_told_as_it_is(stage: Stage) -> None:
    stage.link(Desired(revision=1))
    reports = stage.reporter.reports
    stage.enforcer.confirm(LockState.UNLOCKED)
    assert stage.station.observed().lock is LockState.UNLOCKED
    assert stage.reporter.reports > reports


async def test_nothing_is_reported_while_nothing_changes(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(60_000)))
    reports = stage.reporter.reports
    stage.pass_ms(30_000)
    assert stage.reporter.reports == reports


async def test_the_clock_is_slewed_and_the_end_moves_with_it(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(10_000)))
    stage.pass_ms(1_000)
    ticks = stage.server_clock.ticks()
    stage.server_clock.learn(sent=ticks, server_time=stage.now + 9)
    stage.station.time_adjusted()
    stage.pass_ms(8_990)
    assert not stage.locked
    stage.pass_ms(1.1)
    assert stage.locked


# --- commands -----------------------------------------------------------------------------


async def test_lock_holds_until_unlock(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(60_000)))
    stage.command(CommandKind.LOCK, id="a")
    assert stage.locked
    stage.pass_ms(5_000)
    assert stage.locked
    stage.command(CommandKind.UNLOCK, id="b")
    assert not stage.locked
    assert [(ack.id, ack.ok) for ack in stage.acks] == [("a", True), ("b", True)]


async def test_lock_is_lifted_by_a_newer_wish(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(60_000)))
    stage.command(CommandKind.LOCK)
    stage.want(1, lease(60_000))
    assert stage.locked
    stage.want(2, lease(60_000))
    assert not stage.locked


async def test_unlock_without_a_lease_opens_until_the_next_wish(stage: Stage) -> None:
    stage.link(Desired(revision=1))
    stage.command(CommandKind.UNLOCK)
    assert not stage.locked
    stage.want(2)
    assert stage.locked


async def test_unlock_is_not_allowed_in_maintenance(stage: Stage) -> None:
    stage.link(Desired(revision=1, maintenance=True))
    stage.command(CommandKind.UNLOCK)
    assert stage.locked
    assert stage.acks[0].code == "agent.not_allowed"


async def test_a_lock_that_is_not_confirmed_in_time_has_failed(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(60_000)))
    stage.enforcer.slow = True
    stage.command(CommandKind.LOCK)
    assert stage.acks == []
    stage.pass_ms(3_000)
    assert stage.acks[0].code == "agent.failed"


async def test_a_lock_is_answered_when_it_is_confirmed(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(60_000)))
    stage.enforcer.slow = True
    stage.command(CommandKind.LOCK)
    stage.enforcer.confirm()
    assert stage.acks[0].ok
    stage.pass_ms(10_000)
    assert len(stage.acks) == 1


async def test_a_command_past_its_deadline_is_not_done(stage: Stage) -> None:
    stage.link(Desired(revision=1))
    stage.command(CommandKind.UNLOCK, late=1)
    assert stage.locked
    assert stage.acks[0].code == "agent.deadline_passed"


async def test_a_repeated_command_repeats_the_answer_and_not_the_deed(stage: Stage) -> None:
    stage.link(Desired(revision=1))
    for _ in range(3):
        stage.command(CommandKind.MESSAGE, text="hello")
        await _until(lambda: stage.acks)
    assert stage.enforcer.done == [("message", "hello")]
    assert [ack.id for ack in stage.acks] == ["c1", "c1", "c1"]


async def test_commands_are_forgotten_only_after_many_others(stage: Stage) -> None:
    stage.link(Desired(revision=1))
    for number in range(256):
        stage.command(CommandKind.UNLOCK, id=f"c{number}")
    stage.want(2)
    stage.command(CommandKind.UNLOCK, id="c0")
    assert stage.locked


@pytest.mark.parametrize(
    "kind",
    [CommandKind.LOG_OFF, CommandKind.REBOOT, CommandKind.SHUT_DOWN, CommandKind.SCREENSHOT],
)
async def test_each_command_reaches_the_machine(stage: Stage, kind: CommandKind) -> None:
    stage.link(Desired(revision=1))
    stage.command(kind)
    await _until(lambda: stage.acks)
    assert stage.enforcer.done == [(kind.value, "")]
    assert stage.acks[0].image == (b"\x89PNG" if kind is CommandKind.SCREENSHOT else b"")


async def test_only_allowed_programs_are_launched(stage: Stage) -> None:
    stage.link(Desired(revision=1))
    stage.command(CommandKind.LAUNCH, text="rm")
    await _until(lambda: stage.acks)
    assert stage.acks[0].code == "agent.not_allowed"


@pytest.mark.parametrize("failure", [EnforcerFailed(), RuntimeError("a bug")])
async def test_a_failing_machine_answers_so(stage: Stage, failure: Exception) -> None:
    stage.link(Desired(revision=1))
    stage.enforcer.failure = failure
    stage.command(CommandKind.REBOOT)
    await _until(lambda: stage.acks)
    assert stage.acks[0].code == "agent.failed"


async def test_a_picture_too_large_is_not_sent(stage: Stage) -> None:
    stage.link(Desired(revision=1))
    stage.enforcer.image = bytes(600_000)
    stage.command(CommandKind.SCREENSHOT)
    await _until(lambda: stage.acks)
    assert (stage.acks[0].code, stage.acks[0].image) == ("agent.failed", b"")


# --- the player ---------------------------------------------------------------------------


async def test_sign_in_goes_to_the_server_and_its_answer_to_the_screen(stage: Stage) -> None:
    stage.link(Desired(revision=1))
    stage.station.wishes_sign_in(identifier="maya", password="secret", voucher="")
    (wish,) = [frame for frame in stage.sent if isinstance(frame, SignIn)]
    assert (wish.identifier, wish.password) == ("maya", "secret")
    stage.station.receive(SignInResult(id="another", code="x"))
    stage.station.receive(SignInResult(id=wish.id, code="identity.wrong_credentials", detail="No."))
    assert stage.enforcer.sign_ins == [("identity.wrong_credentials", "No.")]


async def test_without_a_link_the_player_is_told_at_once(stage: Stage) -> None:
    stage.station.wishes_sign_in(identifier="maya", password="secret", voucher="")
    stage.station.wishes_time(30)
    assert stage.enforcer.sign_ins == [("agent.offline", "")]
    assert stage.enforcer.time_answers == [False]


async def test_a_wish_for_time_is_sent(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(60_000)))
    stage.station.wishes_time(30)
    assert RequestTime(minutes=30) in stage.sent
    assert stage.enforcer.time_answers == [True]


async def test_a_revoked_station_is_locked_and_says_so(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(60_000)))
    stage.station.revoked()
    assert stage.locked
    assert stage.enforcer.scene.revoked


# --- the journal --------------------------------------------------------------------------


def played(at: int) -> MemoryJournal:
    """A journal whose process died while somebody played."""
    journal = MemoryJournal()
    journal.write(Mark(Phase.PLAYING, "s1", at))
    return journal


async def test_a_restart_tells_since_when_the_station_was_locked() -> None:
    stage = await Stage(played(SERVER_START - 7_000)).start()
    stage.link(Desired(revision=1, lease=lease(60_000)))
    first, second = stage.journal.pending()
    assert (first.kind, first.at, first.reason) == (
        JournalKind.LOCKED,
        SERVER_START - 7_000,
        "restart",
    )
    assert (second.kind, second.at, second.reason) == (
        JournalKind.UNLOCKED,
        SERVER_START,
        "resumed",
    )
    sent = [entry for frame in stage.sent if isinstance(frame, Journal) for entry in frame.entries]
    assert [entry.id for entry in sent] == [first.id, second.id]


async def test_another_session_does_not_resume_the_interrupted_one() -> None:
    stage = await Stage(played(SERVER_START - 7_000)).start()
    stage.link(Desired(revision=1, lease=lease(60_000, session_id="s2")))
    assert [entry.reason for entry in stage.journal.pending()] == ["restart"]


async def test_the_alive_mark_is_at_most_five_seconds_old(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(60_000)))
    for _ in range(30):
        stage.pass_ms(1_000)
        mark = stage.journal.mark()
        assert mark.phase is Phase.PLAYING
        assert stage.now - mark.at <= 5_000


async def test_stopping_on_purpose_marks_the_very_moment(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(60_000)))
    stage.pass_ms(12_345)
    await stage.station.stop()
    assert stage.journal.mark() == Mark(Phase.PLAYING, "s1", stage.now)
    assert stage.clock.waiting == 0


async def test_acknowledged_entries_are_forgotten_and_the_rest_follows(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(1_000)))
    stage.station.unlinked()
    stage.pass_ms(1_000)
    stage.link(Desired(revision=1, lease=lease(1_000)))
    (journal,) = [frame for frame in stage.sent if isinstance(frame, Journal)]
    stage.station.receive(JournalAck(ids=("unknown",)))
    assert stage.journal.count() == 1
    stage.station.receive(JournalAck(ids=tuple(entry.id for entry in journal.entries)))
    assert stage.journal.count() == 0
    assert len([frame for frame in stage.sent if isinstance(frame, Journal)]) == 1


async def test_entries_are_told_again_on_the_next_link_with_the_same_ids(stage: Stage) -> None:
    stage.link(Desired(revision=1, lease=lease(1_000)))
    stage.station.unlinked()
    stage.pass_ms(1_000)
    for _ in range(2):
        stage.link(Desired(revision=2))
        stage.station.unlinked()
    told = [frame.entries for frame in stage.sent if isinstance(frame, Journal)]
    assert len(told) == 2
    assert told[0] == told[1]
    assert stage.station.hello().journal_pending == 1


async def _until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - no event to wait on
            await asyncio.sleep(0)
    await asyncio.sleep(0)
