"""What stands between a test and somebody else's program: start, listen, kill."""

import contextlib
import queue
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from e2e_rig.waiting import until


class Program:
    """A running program whose lines are kept."""

    def __init__(
        self, command: Sequence[str], home: Path, *, environment: Mapping[str, str] | None = None
    ) -> None:
        self.lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            command,
            cwd=home,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            bufsize=1,
        )
        self._said: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.append(line)
            self.lines.put(line.strip())

    @property
    def said(self) -> str:
        """Everything it has said."""
        return "".join(self._said)

    def tell(self, line: str) -> None:
        """Write a line to it."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def until_said(self, line: str, seconds: float = 30) -> None:
        """Wait for a line of its own."""

        def heard() -> bool:
            with contextlib.suppress(queue.Empty):
                while True:
                    if self.lines.get_nowait() == line:
                        return True
            assert self.process.poll() is None, self.said
            return False

        until(heard, f"{line!r} from {self.process.args}", seconds)

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait(10)
        self._reader.join(10)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
