"""The core of one station: reconciles what the server wants, time, and what the machine is."""

from collections.abc import Callable
from typing import Final
from uuid import uuid4

import msgspec

from gameops_agent import VERSION, log
from gameops_agent.fittings import Fittings, LockChange, Machine, Reporter
from gameops_agent.orders import Orders
from gameops_agent.overlay.messages import Scene
from gameops_agent.session.clock import Timer
from gameops_agent.session.lease import Face, Override, Verdict, Warnings, judge
from gameops_protocol import (
    PROTOCOL_VERSION,
    Ack,
    Command,
    Desired,
    FromAgent,
    FromServer,
    Heartbeat,
    Hello,
    Journal,
    JournalAck,
    LockState,
    Observed,
    RequestTime,
    SignIn,
    SignInResult,
    StationConfig,
    Welcome,
)

MARK_MS: Final = 5_000
MARK_QUIET_MS: Final = 500
"""So shortly before the end no mark is written: the lock must not wait for a disk."""

__all__ = ["Fittings", "LockChange", "Machine", "Station"]


class Station:
    """One station. Everything here runs on the event loop and returns at once."""

    def __init__(
        self, fittings: Fittings, on_change: Callable[[LockChange], None] | None = None
    ) -> None:
        self.config = fittings.machine.config
        self.boot_id = uuid4().hex
        self._machine = fittings.machine
        self._enforcer = fittings.enforcer
        self._ledger = fittings.ledger
        self._clock = fittings.clock
        self._server_clock = fittings.server_clock
        self._guard_seconds = fittings.guard_seconds
        self._note_link = fittings.note_link
        self._on_change = on_change
        self._orders = Orders(self._enforcer, self._clock)
        self._reporter: Reporter | None = None
        self._send: Callable[[FromAgent], None] | None = None
        self._desired: Desired | None = None
        self._override: Override | None = None
        self._verdict = Verdict(Face.LOCKED)
        self._applied = -1
        self._warnings = Warnings()
        self._scene: Scene | None = None
        self._revoked = False
        self._timer: Timer | None = None
        self._sign_in_id = ""
        self._telling = False
        self._seen_lock = self._enforcer.lock_state
        self._enforcer.attach(self)

    # --- starting and stopping ------------------------------------------------------------

    async def start(self, reporter: Reporter) -> None:
        """Lock the machine and begin to enforce."""
        self._reporter = reporter
        await self._enforcer.start()
        self._reconcile()

    async def stop(self) -> None:
        """Let go on purpose; a session being played counts as interrupted from now on."""
        self._write_mark()
        self._cancel_timer()
        self._orders.cancel()
        await self._enforcer.stop()
        self._ledger.close()

    def enrolled(self, config: StationConfig) -> None:
        """The station has a name now."""
        self.config = config
        self._reconcile()

    # --- what the link asks and says ------------------------------------------------------

    def hello(self) -> Hello:
        """The first frame of a new connection."""
        return Hello(
            protocol=PROTOCOL_VERSION,
            agent_version=VERSION,
            hostname=self._machine.hostname,
            os=self._machine.os,
            boot_id=self.boot_id,
            observed=self.observed(),
            journal_pending=self._ledger.count(),
        )

    def heartbeat(self, sent: int) -> Heartbeat:
        """What the station is now."""
        return Heartbeat(sent=sent, observed=self.observed(), metrics=self._enforcer.metrics)

    def observed(self) -> Observed:
        """The truth: the lock state is the one that the machine confirmed."""
        lease = self._verdict.lease
        return Observed(
            revision=self._applied,
            lock=self._enforcer.lock_state,
            session_id=lease.session_id if lease else None,
            remaining=self._verdict.remaining(self._server_clock.now()),
        )

    def welcomed(self, welcome: Welcome, send: Callable[[FromAgent], None]) -> None:
        """The link is up: its desired state is the new baseline, whatever its revision."""
        self.config = welcome.config
        self._send = send
        self._telling = False
        self._revoked = False
        self._desired = welcome.desired
        log.info("link.up", station=self.config.station_name, revision=welcome.desired.revision)
        self._note_link(True, welcome.server_time)
        self._reconcile()
        self._tell_journal()

    def unlinked(self) -> None:
        """The link is down; the lease goes on."""
        self._send = None
        now = self._server_clock.now()
        self._note_link(False, None if now is None else round(now))
        self._reconcile()

    def revoked(self) -> None:
        """The server will not have this station: lock it until it is enrolled again."""
        self._revoked = True
        self._desired = None
        self._reconcile()

    def time_adjusted(self) -> None:
        """The server's time moved: the timers must move with it."""
        self._reconcile()

    def receive(self, frame: FromServer) -> None:
        """Take one frame of the server."""
        match frame:
            case Desired():
                self._take_desired(frame)
            case Command():
                self._take_command(frame)
            case JournalAck():
                self._forget(frame.ids)
            case SignInResult():
                self._take_sign_in_result(frame)
            case _:
                log.warning("link.unexpected_frame", kind=type(frame).__name__)

    # --- what happens at the screen -------------------------------------------------------

    def lock_changed(self) -> None:
        """The machine confirmed another lock state."""
        state = self._enforcer.lock_state
        if state is self._seen_lock:
            return
        self._seen_lock = state
        self._settle()
        self._report()
        log.info("lock.changed", station=self.config.station_name, lock=state.value)
        if self._on_change is not None:
            self._on_change(self._describe_change(state))

    def wishes_sign_in(self, *, identifier: str, password: str, voucher: str) -> None:
        """Ask the server to start a session; without a link the answer is immediate."""
        if self._send is None:
            self._enforcer.sign_in_answered(code="agent.offline", detail="")
            return
        self._sign_in_id = uuid4().hex
        self._send(
            SignIn(id=self._sign_in_id, identifier=identifier, password=password, voucher=voucher)
        )

    def wishes_time(self, minutes: int) -> None:
        """Ask the staff for more time."""
        if self._send is not None:
            self._send(RequestTime(minutes=minutes))
        self._enforcer.time_asked(sent=self._send is not None)

    # --- frames ---------------------------------------------------------------------------

    def _take_desired(self, desired: Desired) -> None:
        """Follow the newest wish; an older revision is a replay and changes nothing."""
        if self._desired is not None and desired.revision < self._desired.revision:
            log.warning("desired.replayed", revision=desired.revision)
            return
        self._desired = desired
        self._reconcile()
        self._report()

    def _take_command(self, command: Command) -> None:
        self._orders.take(
            command, now=self._server_clock.now(), obey=self._obey_lock, answer=self._answer
        )

    def _obey_lock(self, lock: LockState) -> LockState:
        """Let a staff command outrank this revision; what the station must be after it."""
        if self._desired is not None:
            self._override = Override(revision=self._desired.revision, lock=lock)
            self._reconcile()
        return self._verdict.lock

    def _answer(self, ack: Ack) -> None:
        if self._send is not None:
            self._send(ack)
            self._report()

    def _take_sign_in_result(self, result: SignInResult) -> None:
        if result.id == self._sign_in_id:
            self._enforcer.sign_in_answered(code=result.code, detail=result.detail)

    def _tell_journal(self) -> None:
        """Send the oldest entries; the next batch follows their acknowledgement."""
        if self._send is None or self._telling:
            return
        entries = self._ledger.pending()
        if entries:
            self._telling = True
            self._send(Journal(entries=entries))

    def _forget(self, ids: tuple[str, ...]) -> None:
        before, self._telling = self._ledger.count(), False
        self._ledger.forget(ids)
        if self._ledger.count() < before:
            self._tell_journal()

    # --- reconciling ----------------------------------------------------------------------

    def _reconcile(self) -> None:
        """Make the machine what it must be at this instant, and wake again when that changes."""
        now = self._server_clock.now()
        before, self._verdict = self._verdict, judge(self._desired, self._override, now)
        self._present(now)
        self._keep_ledger(before, now)
        self._settle()
        self._warn(now)
        self._arm(now)

    def _present(self, now: float | None) -> None:
        scene = self._make_scene()
        if scene == self._scene:
            return
        self._scene = scene
        timed = msgspec.structs.replace(scene, server_time=None if now is None else round(now))
        if scene.locked:
            self._enforcer.lock(timed)
        else:
            self._enforcer.unlock(timed)

    def _make_scene(self) -> Scene:
        lease = self._verdict.lease
        return Scene(
            face=self._verdict.face if self.config.station_id or self._desired else Face.ENROL,
            station=self.config.station_name or self._machine.hostname,
            venue=self.config.venue_name,
            zone=self.config.zone_name,
            locale=self.config.locale,
            ends_at=lease.ends_at if lease else None,
            remaining=lease.remaining if lease else None,
            total=lease.total if lease else 0,
            player=lease.player if lease else "",
            sign_in=self.config.sign_in and bool(self.config.station_id),
            online=self._send is not None,
            revoked=self._revoked,
        )

    def _keep_ledger(self, before: Verdict, now: float | None) -> None:
        """Write down what must survive a crash, before anybody is told."""
        lease = self._verdict.playing
        if lease is not None and now is not None:
            self._mark_playing(lease.session_id, round(now), lease.ends_at)
            return
        ended = before.playing
        offline = self._send is None and ended is not None and self._verdict.lease == ended
        if offline and ended is not None and ended.ends_at is not None:
            self._ledger.expired(ended.session_id, ended.ends_at)
        else:
            self._ledger.locked()

    def _mark_playing(self, session_id: str, now: int, ends_at: int | None) -> None:
        marked = self._ledger.marked(session_id)
        fresh = marked is not None and now - marked < MARK_MS
        quiet = marked is not None and ends_at is not None and ends_at - now < MARK_QUIET_MS
        if fresh or quiet:
            return
        if self._ledger.playing(session_id, now):
            self._tell_journal()

    def _write_mark(self) -> None:
        now, lease = self._server_clock.now(), self._verdict.playing
        if lease is not None and now is not None:
            self._ledger.playing(lease.session_id, round(now))

    def _settle(self) -> None:
        """A revision counts as applied once the machine is what it asks for."""
        if self._desired is None or self._enforcer.lock_state is not self._verdict.lock:
            return
        self._orders.settled(self._enforcer.lock_state, self._answer)
        if self._applied != self._desired.revision:
            self._applied = self._desired.revision
            self._report()

    def _report(self) -> None:
        if self._reporter is not None:
            self._reporter.report()

    def _warn(self, now: float | None) -> None:
        lease = self._verdict.playing
        if lease is None or lease.ends_at is None or now is None:
            return
        self._warnings.follow(lease, now)
        if self._warnings.due(lease.ends_at - now) is not None:
            self._enforcer.warn(round(lease.ends_at - now))

    def _describe_change(self, state: LockState) -> LockChange:
        now, lease = self._server_clock.now(), self._verdict.lease
        ends_at = lease.ends_at if lease and state is LockState.LOCKED else None
        return LockChange(
            station=self.config.station_name,
            lock=state,
            session_id=lease.session_id if lease else None,
            at=now,
            due=ends_at if ends_at is not None and now is not None and ends_at <= now else None,
        )

    # --- waking up ------------------------------------------------------------------------

    def _arm(self, now: float | None) -> None:
        """Sleep until the next thing that time alone will change."""
        self._cancel_timer()
        lease = self._verdict.playing
        if lease is None or lease.ends_at is None or now is None:
            return
        left = lease.ends_at - now
        warning = self._warnings.next()
        waits = [left, self._guard_seconds * 1000]
        if warning is not None:
            waits.append(left - warning)
        self._timer = self._clock.call_later(max(0.0, min(waits)) / 1000, self._wake)

    def _wake(self) -> None:
        self._timer = None
        self._reconcile()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
