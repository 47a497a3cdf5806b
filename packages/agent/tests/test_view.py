"""What scenes say, without a screen."""

import string
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameops_agent.overlay import theme, view
from gameops_agent.overlay.cover import Area
from gameops_agent.overlay.messages import (
    Description,
    Picture,
    Pong,
    Scene,
    Show,
    Shown,
    decode_from_helper,
    decode_to_helper,
    encode,
)
from gameops_agent.overlay.monitors import _around
from gameops_agent.overlay.paint import Box, Ring, box_png, mix, ring_png
from gameops_agent.overlay.texts import CATALOGUE, Texts
from gameops_agent.overlay.theme import Metric, choose_family
from gameops_agent.session.lease import Face


@pytest.mark.parametrize(
    ("seconds", "short", "long"),
    [
        (0, "0:00", ("0:00", ":00")),
        (59, "0:59", ("0:00", ":59")),
        (61, "1:01", ("0:01", ":01")),
        (3599, "59:59", ("0:59", ":59")),
        (3600, "1:00", ("1:00", ":00")),
        (36_061, "10:01", ("10:01", ":01")),
    ],
)
def test_times_are_written_so(seconds: int, short: str, long: tuple[str, str]) -> None:
    assert view.short(seconds) == short
    assert view.long(seconds) == long


@pytest.mark.parametrize(
    ("seconds", "colour"),
    [(301, theme.TEXT), (300, theme.TEXT), (299, theme.SOON), (60, theme.SOON), (59, theme.BROKEN)],
)
def test_time_that_runs_out_changes_its_colour(seconds: int, colour: str) -> None:
    assert view.urgency(seconds) == colour


def test_the_helper_counts_on_its_own_monotonic_clock() -> None:
    scene = Scene(face=Face.SESSION, server_time=1_000_000, ends_at=1_010_000, remaining=10_000)
    countdown = view.Countdown(scene, received=50.0)
    assert countdown.seconds(50.0) == 10
    assert countdown.seconds(50.001) == 10
    assert countdown.seconds(59.5) == 1
    assert countdown.seconds(60.0) == 0
    assert countdown.seconds(99.0) == 0
    assert countdown.server_now(51.0) == 1_001.0


def test_paused_time_stands_still() -> None:
    countdown = view.Countdown(Scene(face=Face.PAUSED, remaining=61_500), received=0.0)
    assert countdown.seconds(0.0) == countdown.seconds(900.0) == 62


def test_without_time_nothing_is_shown() -> None:
    countdown = view.Countdown(Scene(face=Face.LOCKED), received=0.0)
    assert countdown.seconds(1.0) is None
    assert view.clock(countdown.server_now(1.0)) == ("", "")
    hours, seconds = view.clock(1_700_000_000.0)
    assert (len(hours), len(seconds)) == (5, 3)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (300_000, "5 minutes left"),
        (299_990, "5 minutes left"),
        (60_000, "1 minute left"),
        (59_950, "1 minute left"),
        (30_000, "30 seconds left"),
    ],
)
def test_warnings_are_rounded_to_what_a_person_would_say(left: int, words: str) -> None:
    assert view.warning(Texts("en"), left) == words


@pytest.mark.parametrize(
    ("scene", "colour"),
    [
        (Scene(face=Face.LOCKED, online=True), theme.FREE),
        (Scene(face=Face.LOCKED), theme.SOON),
        (Scene(face=Face.LOCKED, online=True, revoked=True), theme.BROKEN),
    ],
)
def test_the_link_has_a_colour(scene: Scene, colour: str) -> None:
    assert view.link_state(scene, Texts("en"))[0] == colour


def test_both_languages_say_the_same_things_with_the_same_gaps() -> None:
    english, german = CATALOGUE["en"], CATALOGUE["de"]
    assert set(english) == set(german)
    for key, text in english.items():
        assert _gaps(text) == _gaps(german[key]), key
        assert german[key], key


def _gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("locale", ["de", "de-AT", "de_DE", "DE"])
def test_a_locale_takes_its_language(locale: str) -> None:
    assert Texts(locale)("paused") == "Pause"


def test_an_unknown_language_is_english() -> None:
    assert Texts("tlh")("paused") == "Paused"


def test_a_failed_sign_in_is_explained_in_the_players_language() -> None:
    assert Texts("de").error("agent.offline").startswith("Keine Verbindung")
    assert Texts("de").error("venue.something_new", "Details.") == "Details."
    assert Texts("de").error("venue.something_new").startswith("Das hat nicht")


def test_the_desktop_is_what_holds_all_monitors() -> None:
    assert _around([Area(0, 0, 1920, 1080), Area(1920, -200, 1280, 1024)]) == Area(
        0, -200, 3200, 1280
    )


def test_boxes_have_the_colour_of_their_fill_and_of_what_is_behind() -> None:
    box = Box(width=20, height=12, radius=6, fill="#ff0000", behind="#0000ff")
    pixels = _pixels(box_png(box), 20)
    assert pixels[6][10] == (255, 0, 0)
    assert pixels[0][0] == (0, 0, 255)
    assert pixels[0] == pixels[11]
    assert pixels[3] == pixels[3][::-1]


def test_a_border_lies_around_the_fill() -> None:
    box = Box(width=20, height=20, radius=4, fill="#000000", behind="#ffffff", outline="#00ff00")
    pixels = _pixels(box_png(box), 20)
    assert pixels[0][10] == pixels[10][0] == (0, 255, 0)
    assert pixels[10][10] == (0, 0, 0)


@pytest.mark.parametrize(("part", "top_left", "right"), [(0.0, 0, 0), (0.5, 0, 1), (1.0, 1, 1)])
def test_a_ring_is_lit_clockwise_from_the_top(part: float, top_left: int, right: int) -> None:
    ring = Ring(size=60, thickness=8, part=part, lit="#ffffff", track="#000000", behind="#000000")
    pixels = _pixels(ring_png(ring), 60)
    assert pixels[30][55][0] == 255 * right
    assert pixels[30][4][0] == 255 * top_left
    assert pixels[30][30] == (0, 0, 0)


def _pixels(png: bytes, width: int) -> list[list[tuple[int, int, int]]]:
    """Decode what ``encode_png`` writes."""
    start = png.index(b"IDAT")
    length = int.from_bytes(png[start - 4 : start], "big")
    raw = zlib.decompress(png[start + 4 : start + 4 + length])
    stride = 1 + width * 3
    rows = [raw[at + 1 : at + stride] for at in range(0, len(raw), stride)]
    return [[(row[x], row[x + 1], row[x + 2]) for x in range(0, width * 3, 3)] for row in rows]


def test_colours_mix() -> None:
    assert mix("#000000", "#ffffff", 0.5) == "#808080"


def test_lengths_follow_the_monitor_within_what_is_readable() -> None:
    assert Metric.of(1920, 1080).px(100) == 100
    assert Metric.of(3840, 2160).px(100) == 200
    assert Metric.of(640, 480).px(100) == 72
    assert Metric.of(7680, 4320).px(100) == 250


def test_the_best_installed_family_is_taken() -> None:
    assert choose_family(("DejaVu Sans", "inter", "Arial")) == "inter"
    assert choose_family(("Comic Sans MS",)) == "TkDefaultFont"


texts = st.text(max_size=40)


@given(station=texts, player=texts, ends_at=st.none() | st.integers(0, 2**50))
def test_scenes_survive_the_pipe_as_one_line(
    station: str, player: str, ends_at: int | None
) -> None:
    scene = Scene(face=Face.SESSION, station=station, player=player, ends_at=ends_at)
    line = encode(Show(serial=1, scene=scene))
    assert line.count(b"\n") == 1
    assert decode_to_helper(line) == Show(serial=1, scene=scene)


@pytest.mark.parametrize(
    "message",
    [
        Shown(serial=1, face=Face.LOCKED, covered=True),
        Pong(3, "Valorant"),
        Picture(b"\x89PNG"),
        Description(face=Face.PAUSED, covered=True, grabbed=True, seconds=5, texts=("a",)),
    ],
)
def test_answers_survive_the_pipe(message: Shown | Pong | Picture | Description) -> None:
    assert decode_from_helper(encode(message)) == message
