"""Stands between the agent's core and its overlay helper, so that a test may ask the real helper
what a person would read on the screen. Lines pass unchanged in both directions.

Run as ``sys.executable`` of the agent: ``<tap> <socket> -m gameops_agent.overlay``.
"""

import json
import os
import queue
import socket
import subprocess
import sys
import threading
from pathlib import Path

DESCRIBE = b'{"type":"describe"}\n'


def main() -> None:
    """Relay until the helper ends."""
    command = [sys.executable, *sys.argv[2:]]
    helper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    lock = threading.Lock()
    answers: queue.Queue[bytes] = queue.Queue()

    def say(line: bytes) -> None:
        with lock:
            helper.stdin.write(line)
            helper.stdin.flush()

    def from_core() -> None:
        for line in sys.stdin.buffer:
            say(line)
        helper.stdin.close()

    def from_test() -> None:
        path = Path(sys.argv[1])
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen()
        while True:
            asker, _ = listener.accept()
            say(DESCRIBE)
            asker.sendall(answers.get())
            asker.close()

    threading.Thread(target=from_core, daemon=True).start()
    threading.Thread(target=from_test, daemon=True).start()
    for line in helper.stdout:
        if json.loads(line)["type"] == "description":
            answers.put(line)
            continue
        try:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # the core is dead: the helper shall notice it as it would alone
            break
    helper.stdout.close()
    os._exit(helper.wait())


if __name__ == "__main__":
    main()
