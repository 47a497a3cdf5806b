"""Lines between the core and its overlay helper: tagged JSON structs, one per line."""

from typing import Final

import msgspec

from gameops_agent.session.lease import UNLOCKED_FACES, Face

MAX_LINE_BYTES: Final = 1_048_576


class Scene(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Everything the player may see of the station; instants are server time in ms."""

    face: Face
    station: str = ""
    venue: str = ""
    zone: str = ""
    locale: str = "en"
    server_time: int | None = None
    """The server's time when the scene was written; ``None`` when it is not known."""
    ends_at: int | None = None
    remaining: int | None = None
    total: int = 0
    player: str = ""
    sign_in: bool = False
    online: bool = False
    revoked: bool = False

    @property
    def locked(self) -> bool:
        """Whether this scene keeps the player out."""
        return self.face not in UNLOCKED_FACES


class Line(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    """Base of every message; ``type`` on the wire names the class."""


class Show(Line, frozen=True, tag="show", kw_only=True):
    """Become this scene, then answer :class:`Shown` with the same serial."""

    serial: int
    scene: Scene


class Warn(Line, frozen=True, tag="warn"):
    """Tell the player that the time ends in so many milliseconds."""

    left: int


class Notice(Line, frozen=True, tag="notice"):
    """Show a message of the staff until the player has read it."""

    text: str


class SignInAnswer(Line, frozen=True, tag="sign_in_answer"):
    """How the player's sign-in went; an empty code is success."""

    code: str = ""
    detail: str = ""


class TimeAnswer(Line, frozen=True, tag="time_answer"):
    """Whether the wish for more time reached the server."""

    sent: bool


class Ping(Line, frozen=True, tag="ping"):
    """Answer :class:`Pong` with the same serial, from the thread that draws."""

    serial: int


class Describe(Line, frozen=True, tag="describe"):
    """Answer :class:`Description`."""


class LockWorkstation(Line, frozen=True, tag="lock_workstation"):
    """Put the operating system's own lock on (Windows)."""


class TakePicture(Line, frozen=True, tag="take_picture"):
    """Answer :class:`Picture`, where only the player's session can see the screen (Windows)."""

    widest: int


class Quit(Line, frozen=True, tag="quit"):
    """The core is being stopped on purpose: leave the screen alone and end."""


class Shown(Line, frozen=True, tag="shown", kw_only=True):
    """What is on the screen now."""

    serial: int
    face: Face
    covered: bool
    """Whether the screen is fully covered and input is held back."""


class Pong(Line, frozen=True, tag="pong"):
    """The helper draws and reads."""

    serial: int
    foreground: str = ""
    """The title of the window in front, where the helper is the one who can tell."""


class Description(Line, frozen=True, tag="description", kw_only=True):
    """What a person would read on the screen, for tests and support."""

    face: Face
    covered: bool
    grabbed: bool
    seconds: int | None = None
    """The time left as shown, in seconds."""
    texts: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()


class Picture(Line, frozen=True, tag="picture"):
    """A PNG of the whole desktop; empty when it could not be taken."""

    image: bytes = b""


class SignInWish(Line, frozen=True, tag="sign_in_wish", kw_only=True):
    """The player wants to start a session here."""

    identifier: str = ""
    password: str = ""
    voucher: str = ""


class TimeWish(Line, frozen=True, tag="time_wish"):
    """The player asks for more time."""

    minutes: int


ToHelper = (
    Show
    | Warn
    | Notice
    | SignInAnswer
    | TimeAnswer
    | Ping
    | Describe
    | LockWorkstation
    | TakePicture
    | Quit
)
FromHelper = Shown | Pong | Description | Picture | SignInWish | TimeWish

_encoder = msgspec.json.Encoder()
_to_helper: msgspec.json.Decoder[ToHelper] = msgspec.json.Decoder(ToHelper)
_from_helper: msgspec.json.Decoder[FromHelper] = msgspec.json.Decoder(FromHelper)


def encode(message: ToHelper | FromHelper) -> bytes:
    """One message as a line."""
    return _encoder.encode(message) + b"\n"


def decode_to_helper(line: bytes) -> ToHelper:
    """Parse what the core sent; ``msgspec.DecodeError`` when it is malformed."""
    return _to_helper.decode(line)


def decode_from_helper(line: bytes) -> FromHelper:
    """Parse what the helper sent; ``msgspec.DecodeError`` when it is malformed."""
    return _from_helper.decode(line)
