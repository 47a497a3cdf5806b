"""Entry point of the helper process: lines from the core on stdin, answers on stdout."""

import os
import sys
import threading
from typing import BinaryIO

import msgspec

from gameops_agent.overlay.app import Inbox, OverlayApp
from gameops_agent.overlay.messages import (
    MAX_LINE_BYTES,
    FromHelper,
    decode_to_helper,
    encode,
)


def read_lines(stream: BinaryIO, inbox: Inbox) -> None:
    """Put what the core says into the inbox; ``None`` at the end."""
    try:
        while line := stream.readline(MAX_LINE_BYTES):
            inbox.put(decode_to_helper(line))
    except (OSError, msgspec.DecodeError) as error:
        sys.stderr.write(f"overlay: bad line from the core: {error}\n")
    inbox.put(None)


def serve(reader: BinaryIO, write_handle: int) -> None:
    """Run the overlay on these two ends of the core's pipes."""
    inbox = Inbox()

    def send(message: FromHelper) -> None:
        try:
            os.write(write_handle, encode(message))
        except OSError:
            inbox.put(None)

    threading.Thread(target=read_lines, args=(reader, inbox), daemon=True).start()
    OverlayApp(inbox, send).run()


def main() -> None:
    """Serve the parent process; the reader may sit in a read for ever, so leave it there."""
    serve(sys.stdin.buffer, sys.stdout.fileno())
    os._exit(0)


if __name__ == "__main__":
    main()
