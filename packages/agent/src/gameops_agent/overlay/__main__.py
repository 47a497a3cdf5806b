"""Entry point of the helper process: lines from the core on stdin, answers on stdout."""

import os
import sys
import threading
from pathlib import Path
from typing import BinaryIO

import msgspec

from gameops_agent.overlay.app import Inbox, OverlayApp
from gameops_agent.overlay.messages import (
    MAX_LINE_BYTES,
    FromHelper,
    decode_to_helper,
    encode,
)
from gameops_agent.overlay.system import System


def read_lines(stream: BinaryIO, inbox: Inbox) -> None:
    """Put what the core says into the inbox; ``None`` at the end."""
    try:
        while line := stream.readline(MAX_LINE_BYTES):
            inbox.put(decode_to_helper(line))
    except (OSError, msgspec.DecodeError) as error:
        sys.stderr.write(f"overlay: bad line from the core: {error}\n")
    inbox.put(None)


def serve(reader: BinaryIO, write_handle: int, system: System | None = None) -> None:
    """Run the overlay on these two ends of the core's pipes."""
    inbox = Inbox()

    def send(message: FromHelper) -> None:
        try:
            os.write(write_handle, encode(message))
        except OSError:
            inbox.put(None)

    threading.Thread(target=read_lines, args=(reader, inbox), daemon=True).start()
    OverlayApp(inbox, send, system).run()


def serve_pipe(name: str) -> None:
    """Serve the Windows service over its two named pipes."""
    if sys.platform == "win32":
        from gameops_agent.lock.win32 import PlayerSession  # noqa: PLC0415 - exists there only

        with Path(f"{name}-down").open("rb") as down, Path(f"{name}-up").open("wb") as up:
            serve(down, up.fileno(), PlayerSession())


def main() -> None:
    """Serve the parent process, or the named pipe in ``--pipe NAME``."""
    match sys.argv[1:]:
        case ["--pipe", name]:
            serve_pipe(name)
        case _:
            serve(sys.stdin.buffer, sys.stdout.fileno())
    os._exit(0)  # the reading thread may sit in a read for ever


if __name__ == "__main__":
    main()
