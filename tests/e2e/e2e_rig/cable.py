"""A network cable that can be pulled: a TCP relay between an agent and the server."""

import contextlib
import socket
import threading


class Cable:
    """Relays bytes both ways until it is cut; cut, it drops everything and answers nobody."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._whole = threading.Event()
        self._whole.set()
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The server's address through the cable."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Pull it."""
        self._whole.clear()
        with self._lock:
            for end in self._ends:
                _drop(end)

    def mend(self) -> None:
        """Plug it in again."""
        self._whole.set()

    def close(self) -> None:
        """Take it away."""
        self.cut()
        _drop(self._listener)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if not self._whole.is_set():
                    _drop(near)
                    continue
                try:
                    far = socket.create_connection(("127.0.0.1", self._target), timeout=5)
                except OSError:
                    _drop(near)
                    continue
                far.settimeout(None)
                with self._lock:
                    self._ends |= {near, far}
                    cut = not self._whole.is_set()
                if cut:
                    _drop(near)
                    _drop(far)
                    continue
                for source, sink in ((near, far), (far, near)):
                    arguments = (source, sink)
                    threading.Thread(target=self._relay, args=arguments, daemon=True).start()

    def _relay(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)
        with self._lock:
            self._ends -= {source, sink}
        _drop(source)
        _drop(sink)


def _drop(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
