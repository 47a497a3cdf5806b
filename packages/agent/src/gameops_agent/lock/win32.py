"""The only file that calls Windows: thin ctypes over the functions named in ``win32_port``.

It holds no decisions. It cannot be run or tested on another system; ``tests/agent_rig/
fake_win32.py`` stands in for it there.
"""

# ruff: noqa: ANN401, D102 - handles are opaque, and the methods are described in win32_port

import contextlib
import ctypes
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from ctypes import wintypes
from typing import Any, Final, Protocol

from gameops_agent.png import encode_png

assert sys.platform == "win32"  # noqa: S101 - tells the type checker

_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_advapi32 = ctypes.WinDLL("advapi32", use_last_error=True)
_wtsapi32 = ctypes.WinDLL("wtsapi32", use_last_error=True)
_userenv = ctypes.WinDLL("userenv", use_last_error=True)
_user32 = ctypes.WinDLL("user32", use_last_error=True)
_gdi32 = ctypes.WinDLL("gdi32", use_last_error=True)

_NO_SESSION: Final = 0xFFFFFFFF
_INVALID_HANDLE: Final = ctypes.c_void_p(-1).value
_WTS_SESSION_INFO_EX: Final = 25
_SESSION_LOCKED: Final = 0
_CREATE_UNICODE_ENVIRONMENT: Final = 0x400
_CREATE_NO_WINDOW: Final = 0x08000000
_PIPE_ACCESS_INBOUND: Final = 1
_PIPE_ACCESS_OUTBOUND: Final = 2
_FILE_FLAG_FIRST_PIPE_INSTANCE: Final = 0x00080000
_PIPE_REJECT_REMOTE_CLIENTS: Final = 8
_PIPE_BUFFER: Final = 1 << 20
_ERROR_PIPE_CONNECTED: Final = 535
_EWX_REBOOT_FORCED: Final = 0x2 | 0x4
_EWX_POWEROFF_FORCED: Final = 0x8 | 0x4
_SHTDN_REASON_PLANNED: Final = 0x80040000
_TOKEN_ADJUST_AND_QUERY: Final = 0x20 | 0x8
_SE_PRIVILEGE_ENABLED: Final = 2
_TOKEN_USER: Final = 1
_SRCCOPY_LAYERED: Final = 0x00CC0020 | 0x40000000
_HALFTONE: Final = 4
_SM_XVIRTUALSCREEN: Final = 76

_kernel32.CreateNamedPipeW.restype = wintypes.HANDLE
_kernel32.GetCurrentProcess.restype = wintypes.HANDLE
_kernel32.GetTickCount64.restype = ctypes.c_ulonglong
_kernel32.LocalFree.argtypes = [ctypes.c_void_p]
_user32.GetForegroundWindow.restype = wintypes.HWND
for _name in ("CreateCompatibleDC", "CreateCompatibleBitmap", "SelectObject"):
    getattr(_gdi32, _name).restype = wintypes.HANDLE
_user32.GetDC.restype = wintypes.HDC


class _StartupInfo(ctypes.Structure):
    _fields_ = (
        ("cb", wintypes.DWORD),
        ("lpReserved", wintypes.LPWSTR),
        ("lpDesktop", wintypes.LPWSTR),
        ("lpTitle", wintypes.LPWSTR),
        ("dwX", wintypes.DWORD),
        ("dwY", wintypes.DWORD),
        ("dwXSize", wintypes.DWORD),
        ("dwYSize", wintypes.DWORD),
        ("dwXCountChars", wintypes.DWORD),
        ("dwYCountChars", wintypes.DWORD),
        ("dwFillAttribute", wintypes.DWORD),
        ("dwFlags", wintypes.DWORD),
        ("wShowWindow", wintypes.WORD),
        ("cbReserved2", wintypes.WORD),
        ("lpReserved2", ctypes.c_void_p),
        ("hStdInput", wintypes.HANDLE),
        ("hStdOutput", wintypes.HANDLE),
        ("hStdError", wintypes.HANDLE),
    )


class _ProcessInformation(ctypes.Structure):
    _fields_ = (
        ("hProcess", wintypes.HANDLE),
        ("hThread", wintypes.HANDLE),
        ("dwProcessId", wintypes.DWORD),
        ("dwThreadId", wintypes.DWORD),
    )


class _SecurityAttributes(ctypes.Structure):
    _fields_ = (
        ("nLength", wintypes.DWORD),
        ("lpSecurityDescriptor", ctypes.c_void_p),
        ("bInheritHandle", wintypes.BOOL),
    )


class _Luid(ctypes.Structure):
    _fields_ = (("LowPart", wintypes.DWORD), ("HighPart", wintypes.LONG))


class _TokenPrivileges(ctypes.Structure):
    _fields_ = (
        ("PrivilegeCount", wintypes.DWORD),
        ("Luid", _Luid),
        ("Attributes", wintypes.DWORD),
    )


class _BitmapInfoHeader(ctypes.Structure):
    _fields_ = (
        ("biSize", wintypes.DWORD),
        ("biWidth", wintypes.LONG),
        ("biHeight", wintypes.LONG),
        ("biPlanes", wintypes.WORD),
        ("biBitCount", wintypes.WORD),
        ("biCompression", wintypes.DWORD),
        ("biSizeImage", wintypes.DWORD),
        ("biXPelsPerMeter", wintypes.LONG),
        ("biYPelsPerMeter", wintypes.LONG),
        ("biClrUsed", wintypes.DWORD),
        ("biClrImportant", wintypes.DWORD),
    )


class _ServiceStatus(ctypes.Structure):
    _fields_ = (
        ("dwServiceType", wintypes.DWORD),
        ("dwCurrentState", wintypes.DWORD),
        ("dwControlsAccepted", wintypes.DWORD),
        ("dwWin32ExitCode", wintypes.DWORD),
        ("dwServiceSpecificExitCode", wintypes.DWORD),
        ("dwCheckPoint", wintypes.DWORD),
        ("dwWaitHint", wintypes.DWORD),
    )


_ServiceMain = ctypes.WINFUNCTYPE(None, wintypes.DWORD, ctypes.POINTER(wintypes.LPWSTR))
_ServiceHandler = ctypes.WINFUNCTYPE(
    wintypes.DWORD, wintypes.DWORD, wintypes.DWORD, ctypes.c_void_p, ctypes.c_void_p
)


class _ServiceTableEntry(ctypes.Structure):
    _fields_ = (("lpServiceName", wintypes.LPWSTR), ("lpServiceProc", _ServiceMain))


def _must(result: Any) -> Any:
    """The result, or the error that Windows left."""
    if not result:
        raise ctypes.WinError(ctypes.get_last_error())
    return result


@contextlib.contextmanager
def _closing(handle: Any) -> Iterator[Any]:
    try:
        yield handle
    finally:
        _kernel32.CloseHandle(handle)


@contextlib.contextmanager
def _user_token(session: int) -> Iterator[Any]:
    token = wintypes.HANDLE()
    _must(_wtsapi32.WTSQueryUserToken(wintypes.ULONG(session), ctypes.byref(token)))
    with _closing(token):
        yield token


def _user_sid(token: Any) -> str:
    """The account of a token, as text."""
    size = wintypes.DWORD()
    _advapi32.GetTokenInformation(token, _TOKEN_USER, None, 0, ctypes.byref(size))
    buffer = ctypes.create_string_buffer(size.value)
    _must(_advapi32.GetTokenInformation(token, _TOKEN_USER, buffer, size, ctypes.byref(size)))
    sid = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_void_p)).contents
    text = wintypes.LPWSTR()
    _must(_advapi32.ConvertSidToStringSidW(sid, ctypes.byref(text)))
    try:
        return str(text.value)
    finally:
        _kernel32.LocalFree(ctypes.cast(text, ctypes.c_void_p))


def _start_process(token: Any, command: tuple[str, ...], flags: int) -> Any:
    """Start a program with that token on the interactive desktop; its process handle."""
    environment = ctypes.c_void_p()
    _must(_userenv.CreateEnvironmentBlock(ctypes.byref(environment), token, False))
    startup = _StartupInfo(cb=ctypes.sizeof(_StartupInfo), lpDesktop="winsta0\\default")
    process = _ProcessInformation()
    line = ctypes.create_unicode_buffer(subprocess.list2cmdline(command))
    try:
        _must(
            _advapi32.CreateProcessAsUserW(
                token, None, line, None, None, False, flags | _CREATE_UNICODE_ENVIRONMENT,
                environment, None, ctypes.byref(startup), ctypes.byref(process),
            )
        )  # fmt: skip
    finally:
        _userenv.DestroyEnvironmentBlock(environment)
    _kernel32.CloseHandle(process.hThread)
    return wintypes.HANDLE(process.hProcess)


def _create_pipe(name: str, direction: int, sid: str) -> Any:
    """One end of a local pipe that only this service and that account can open."""
    descriptor = ctypes.c_void_p()
    rights = f"D:P(A;;GA;;;SY)(A;;GRGW;;;{sid})"
    _must(
        _advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW(
            rights, 1, ctypes.byref(descriptor), None
        )
    )
    attributes = _SecurityAttributes(ctypes.sizeof(_SecurityAttributes), descriptor, False)
    try:
        handle = _kernel32.CreateNamedPipeW(
            name, direction | _FILE_FLAG_FIRST_PIPE_INSTANCE, _PIPE_REJECT_REMOTE_CLIENTS, 1,
            _PIPE_BUFFER, _PIPE_BUFFER, 0, ctypes.byref(attributes),
        )  # fmt: skip
    finally:
        _kernel32.LocalFree(descriptor)
    if handle == _INVALID_HANDLE:
        raise ctypes.WinError(ctypes.get_last_error())
    return wintypes.HANDLE(handle)


class _PipedHelper:
    """A helper process and the two one-way pipes to it."""

    def __init__(self, process: Any, down: Any, up: Any) -> None:
        self._process = process
        self._down = down
        self._up = up
        self._buffer = b""
        self._ready = False
        self._closed = False

    def read_line(self) -> bytes:
        self._connect()
        while b"\n" not in self._buffer:
            chunk = self._read()
            if not chunk:
                return b""
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line + b"\n"

    def write(self, data: bytes) -> None:
        written = wintypes.DWORD()
        if not self._closed:
            _kernel32.WriteFile(self._down, data, len(data), ctypes.byref(written), None)

    def kill(self) -> None:
        if self._closed:
            return
        self._closed = True
        _kernel32.TerminateProcess(self._process, 1)
        for handle in (self._down, self._up, self._process):
            _kernel32.CancelIoEx(handle, None)
            _kernel32.CloseHandle(handle)

    def _connect(self) -> None:
        if self._ready:
            return
        self._ready = True
        for handle in (self._down, self._up):
            if not _kernel32.ConnectNamedPipe(handle, None):
                error = ctypes.get_last_error()
                if error != _ERROR_PIPE_CONNECTED:
                    raise ctypes.WinError(error)

    def _read(self) -> bytes:
        buffer, count = ctypes.create_string_buffer(65_536), wintypes.DWORD()
        ok = _kernel32.ReadFile(self._up, buffer, len(buffer), ctypes.byref(count), None)
        return buffer.raw[: count.value] if ok else b""


class RealWin32:
    """Windows, for a service that runs as LocalSystem."""

    def active_session(self) -> int | None:
        session = int(_kernel32.WTSGetActiveConsoleSessionId()) & _NO_SESSION
        return None if session == _NO_SESSION else session

    def has_user(self, session: int) -> bool:
        try:
            with _user_token(session):
                return True
        except OSError:
            return False

    def is_locked(self, session: int) -> bool:
        buffer, size = ctypes.c_void_p(), wintypes.DWORD()
        found = _wtsapi32.WTSQuerySessionInformationW(
            None, session, _WTS_SESSION_INFO_EX, ctypes.byref(buffer), ctypes.byref(size)
        )
        if not found or buffer.value is None:
            return False
        try:
            level_session_state_flags = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_long))
            return int(level_session_state_flags[3]) == _SESSION_LOCKED
        finally:
            _wtsapi32.WTSFreeMemory(buffer)

    def start_helper(self, session: int) -> _PipedHelper:
        name = rf"\\.\pipe\gameops-{session}-{secrets.token_hex(8)}"
        with _user_token(session) as token:
            sid = _user_sid(token)
            down = _create_pipe(f"{name}-down", _PIPE_ACCESS_OUTBOUND, sid)
            up = _create_pipe(f"{name}-up", _PIPE_ACCESS_INBOUND, sid)
            command = (sys.executable, "-m", "gameops_agent.overlay", "--pipe", name)
            process = _start_process(token, command, _CREATE_NO_WINDOW)
        return _PipedHelper(process, down, up)

    def disconnect(self, session: int) -> None:
        _must(_wtsapi32.WTSDisconnectSession(None, session, False))

    def log_off(self, session: int) -> None:
        _must(_wtsapi32.WTSLogoffSession(None, session, False))

    def exit_windows(self, *, reboot: bool) -> None:
        _enable_privilege("SeShutdownPrivilege")
        how = _EWX_REBOOT_FORCED if reboot else _EWX_POWEROFF_FORCED
        _must(_user32.ExitWindowsEx(how, _SHTDN_REASON_PLANNED))

    def launch(self, session: int, command: tuple[str, ...]) -> None:
        with _user_token(session) as token, _closing(_start_process(token, command, 0)):
            pass


def _enable_privilege(name: str) -> None:
    """Switch on a privilege that this process holds."""
    token, luid = wintypes.HANDLE(), _Luid()
    process = wintypes.HANDLE(_kernel32.GetCurrentProcess())
    _must(_advapi32.OpenProcessToken(process, _TOKEN_ADJUST_AND_QUERY, ctypes.byref(token)))
    with _closing(token):
        _must(_advapi32.LookupPrivilegeValueW(None, name, ctypes.byref(luid)))
        wanted = _TokenPrivileges(1, luid, _SE_PRIVILEGE_ENABLED)
        _must(_advapi32.AdjustTokenPrivileges(token, False, ctypes.byref(wanted), 0, None, None))


# --- for the helper, in the player's session ------------------------------------------------


class PlayerSession:
    """What the helper may do in the session it runs in."""

    orphan_seconds: float | None = 10.0

    def lock_workstation(self) -> None:
        _user32.LockWorkStation()

    def foreground(self) -> str:
        title = ctypes.create_unicode_buffer(256)
        _user32.GetWindowTextW(wintypes.HWND(_user32.GetForegroundWindow()), title, 256)
        return title.value

    def picture(self, widest: int) -> bytes:
        x, y, width, height = (
            int(_user32.GetSystemMetrics(_SM_XVIRTUALSCREEN + index)) for index in range(4)
        )
        shrink = min(1.0, widest / max(1, width))
        size = (max(1, int(width * shrink)), max(1, int(height * shrink)))
        pixels = _grab((x, y, width, height), size)
        rgb = bytearray(size[0] * size[1] * 3)
        rgb[0::3], rgb[1::3], rgb[2::3] = pixels[2::4], pixels[1::4], pixels[0::4]
        return encode_png(*size, bytes(rgb), effort=6)


def _grab(area: tuple[int, int, int, int], size: tuple[int, int]) -> bytes:
    """The pixels of the desktop, blue first, four bytes each, from the top."""
    screen = wintypes.HDC(_user32.GetDC(None))
    memory = wintypes.HDC(_gdi32.CreateCompatibleDC(screen))
    bitmap = wintypes.HANDLE(_gdi32.CreateCompatibleBitmap(screen, *size))
    before = wintypes.HANDLE(_gdi32.SelectObject(memory, bitmap))
    try:
        _gdi32.SetStretchBltMode(memory, _HALFTONE)
        _must(_gdi32.StretchBlt(memory, 0, 0, *size, screen, *area, _SRCCOPY_LAYERED))
        header = _BitmapInfoHeader(
            biSize=ctypes.sizeof(_BitmapInfoHeader), biWidth=size[0], biHeight=-size[1],
            biPlanes=1, biBitCount=32,
        )  # fmt: skip
        buffer = ctypes.create_string_buffer(size[0] * size[1] * 4)
        _gdi32.SelectObject(memory, before)
        _must(_gdi32.GetDIBits(memory, bitmap, 0, size[1], buffer, ctypes.byref(header), 0))
        return buffer.raw
    finally:
        _gdi32.DeleteObject(bitmap)
        _gdi32.DeleteDC(memory)
        _user32.ReleaseDC(None, screen)


def seconds_since_boot() -> float:
    """Seconds since the machine started, suspend included."""
    return int(_kernel32.GetTickCount64()) / 1000


# --- being a service ------------------------------------------------------------------------


class ServiceBody(Protocol):
    """What a service does, called from Windows' own threads."""

    def run(self) -> None:
        """Serve until ``stop`` is called."""

    def stop(self) -> None:
        """End ``run`` soon."""

    def session_changed(self) -> None:
        """Somebody logged on or off, or switched users."""


_RUNNING: Final = 4
_STOPPED: Final = 1
_STOP_PENDING: Final = 3
_OWN_PROCESS: Final = 0x10
_ACCEPT_STOP_SHUTDOWN_SESSION: Final = 0x1 | 0x4 | 0x80
_CONTROL_STOP: Final = 1
_CONTROL_SHUTDOWN: Final = 5
_CONTROL_SESSION_CHANGE: Final = 14


def run_service(name: str, body: ServiceBody) -> None:
    """Hand this process to the service manager until the service has stopped."""
    status: list[Any] = []

    def report(state: int) -> None:
        accepted = _ACCEPT_STOP_SHUTDOWN_SESSION if state == _RUNNING else 0
        now = _ServiceStatus(_OWN_PROCESS, state, accepted, 0, 0, 0, 0)
        _advapi32.SetServiceStatus(status[0], ctypes.byref(now))

    handler = _ServiceHandler(_control(body, report))

    def main(_count: int, _arguments: object) -> None:
        _advapi32.RegisterServiceCtrlHandlerExW.restype = ctypes.c_void_p
        status.append(ctypes.c_void_p(_advapi32.RegisterServiceCtrlHandlerExW(name, handler, None)))
        report(_RUNNING)
        try:
            body.run()
        finally:
            report(_STOPPED)

    table = (_ServiceTableEntry * 2)(
        _ServiceTableEntry(name, _ServiceMain(main)), _ServiceTableEntry(None, _ServiceMain())
    )
    _must(_advapi32.StartServiceCtrlDispatcherW(table))


def _control(
    body: ServiceBody, report: Callable[[int], None]
) -> Callable[[int, int, object, object], int]:
    def control(code: int, _event: int, _data: object, _context: object) -> int:
        if code in {_CONTROL_STOP, _CONTROL_SHUTDOWN}:
            report(_STOP_PENDING)
            body.stop()
        elif code == _CONTROL_SESSION_CHANGE:
            body.session_changed()
        return 0

    return control
