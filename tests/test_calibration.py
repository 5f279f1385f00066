"""Cameras are found from rendered boards whose lens is known."""

from __future__ import annotations

import json

import numpy as np
import pytest

from formcheck.calibration import (
    BoardError,
    CalibrationError,
    Charuco,
    Checkerboard,
    Intrinsics,
    Sight,
    calibrate,
    read_intrinsics,
    sights_of,
    write_intrinsics,
)
from formcheck.calibration.board import printable
from formcheck.calibration.pair import paired
from formcheck.sources import Frame
from formcheck.synthetic.board import board_picture, board_places
from formcheck.synthetic.rotations import about

SIZE = (640, 480)
SQUARE_PX = 32
WIDE = Intrinsics(np.array([[350.0, 0, 326], [0, 351.0, 233], [0, 0, 1]]), (-0.28, 0.08, 0.001, -0.0005, 0.0), SIZE)
PLAIN = Intrinsics(np.array([[620.0, 0, 318], [0, 620.0, 244], [0, 0, 1]]), (0.0, 0.0, 0.0, 0.0, 0.0), SIZE)


def _size_m(board):
    return board.columns * board.square_m, board.rows * board.square_m


def _pictures(board, lens, count, seed=0, **options):
    draw = np.random.default_rng(seed)
    drawn = board.drawn(SQUARE_PX)
    for at, (turn, move) in enumerate(board_places(_size_m(board), lens.matrix, SIZE, count, seed, **options)):
        image = board_picture(drawn, SQUARE_PX, board.square_m, lens.matrix, lens.distortion, SIZE, turn, move, draw)
        yield Frame(0.2 * at, np.repeat(image[:, :, None], 3, axis=2), SIZE)


def _exact(board, lens, places):
    """What a perfect detector would say."""
    for at, (turn, move) in enumerate(places):
        local = board.corners_m @ turn.T + move
        pixels = lens.bent(local[:, :2] / local[:, 2:] * np.diag(lens.matrix)[:2] + lens.matrix[:2, 2])
        inside = ((pixels > 0) & (pixels < SIZE)).all(axis=1)
        yield Sight(np.flatnonzero(inside), pixels[inside], 0.1 * at)


@pytest.mark.parametrize(
    ("board", "lens"), [(Charuco(), WIDE), (Checkerboard(), PLAIN)], ids=["charuco", "checkerboard"]
)
def test_a_rendered_board_gives_back_the_lens(board, lens):
    sights, size, looked = sights_of(_pictures(board, lens, 16, 3), board)
    assert size == SIZE and looked == 16 and len(sights) >= 10
    found = calibrate(sights, board, size)
    assert abs(found.lens.focal_px / lens.focal_px - 1) < 0.01
    assert np.abs(found.lens.matrix[:2, 2] - lens.matrix[:2, 2]).max() < 5.0
    edge = np.array([[20.0, 20.0], [620.0, 30.0], [320.0, 470.0], [600.0, 450.0]])
    assert np.abs(found.lens.bent(edge) - lens.bent(edge)).max() < 6.0
    assert found.error_px < 0.5 and found.focal_error_px < 5.0 and found.covered > 0.3


def test_a_part_of_a_charuco_board_counts():
    board = Charuco()
    frame = next(_pictures(board, PLAIN, 1, 5, tilt_deg=5.0))
    frame.image[:, :320] = 120
    sight = board.seen(frame.image[:, :, 0])
    assert sight is not None and 6 <= len(sight.ids) < len(board.corners_m)


def test_boards_that_hardly_differ_are_refused():
    board = Checkerboard()
    places = list(board_places(_size_m(board), PLAIN.matrix, SIZE, 3, 1)) * 5
    with pytest.raises(CalibrationError, match=r"expected the board in at least 8 places, got [123] that differ"):
        calibrate(list(_exact(board, PLAIN, places)), board, SIZE)
    with pytest.raises(CalibrationError, match="at least 8 places, got 0"):
        calibrate([], board, SIZE)


def test_a_board_that_is_never_tilted_is_refused():
    board = Checkerboard()
    places = list(board_places(_size_m(board), PLAIN.matrix, SIZE, 20, 1, tilt_deg=0.0))
    with pytest.raises(CalibrationError, match="expected the board tilted"):
        calibrate(list(_exact(board, PLAIN, places)), board, SIZE)


def test_a_bent_board_is_left_out_and_told():
    board = Checkerboard()
    sights = list(_exact(board, PLAIN, list(board_places(_size_m(board), PLAIN.matrix, SIZE, 18, 1))))
    draw = np.random.default_rng(0)
    sights = [Sight(each.ids, each.pixels + draw.normal(0, 0.1, each.pixels.shape), each.time_s) for each in sights]
    sights[4] = Sight(sights[4].ids, sights[4].pixels + draw.normal(0, 8.0, sights[4].pixels.shape))
    found = calibrate(sights, board, SIZE)
    assert any("1 pictures did not fit" in each for each in found.warnings)
    assert abs(found.lens.focal_px / PLAIN.focal_px - 1) < 0.01


def test_what_cannot_be_a_board_is_refused(tmp_path):
    with pytest.raises(BoardError, match="one even and one odd"):
        Checkerboard(6, 8)
    with pytest.raises(BoardError, match="at least 3 x 3"):
        Charuco(2, 8)
    with pytest.raises(BoardError, match="fits A4"):
        printable(Charuco(9, 14, 0.03), tmp_path / "board.pdf")
    with pytest.raises(CalibrationError, match="got none"):
        sights_of([], Charuco())
    printable(Charuco(), tmp_path / "board.pdf")
    assert (tmp_path / "board.pdf").read_bytes().startswith(b"%PDF")


def test_lenses_straighten_what_they_bend_and_are_read_as_written(tmp_path):
    places = np.random.default_rng(0).uniform([40, 40], [600, 440], (50, 2))
    np.testing.assert_allclose(WIDE.straight(WIDE.bent(places)), places, atol=0.05)
    assert np.isnan(WIDE.straight(np.array([[np.nan, 3.0]]))).all()
    write_intrinsics(tmp_path / "camera.json", WIDE, error_px=0.2)
    again = read_intrinsics(tmp_path / "camera.json")
    np.testing.assert_array_equal(again.matrix, WIDE.matrix)
    assert again.distortion == WIDE.distortion and again.frame_size == SIZE
    assert abs(again.for_frames((1280, 960)).focal_px / WIDE.focal_px - 2) < 1e-9
    with pytest.raises(CalibrationError, match="expected frames of the shape"):
        again.for_frames((480, 640))
    (tmp_path / "broken.json").write_text(json.dumps({"matrix": [[1]]}))
    with pytest.raises(CalibrationError, match=r"in broken\.json"):
        read_intrinsics(tmp_path / "broken.json")


def test_two_cameras_that_were_not_started_together_find_each_other():
    board = Charuco()
    draw = np.random.default_rng(2)
    turn = (about(1, np.array([50.0])) @ about(0, np.array([4.0])))[0]
    move = np.array([-0.9, 0.05, 0.6])
    here, there = list[Sight](), list[Sight]()
    for at in range(120):
        when = 0.1 * at
        tilt = [20 * np.sin(0.9 * when), -25 + 20 * np.sin(0.7 * when), 10 * np.sin(0.5 * when)]
        own = np.eye(3)
        for axis, angle in enumerate(tilt):
            own = own @ about(axis, np.array([angle]))[0]
        place = np.array([0.25 * np.sin(0.8 * when), 0.15 * np.sin(1.1 * when), 1.2 + 0.2 * np.sin(0.6 * when)])
        for kept, lens, (turned, moved), shift in (
            (here, WIDE, (own, place), 0.0),
            (there, PLAIN, (turn @ own, turn @ place + move), -3.4),
        ):
            local = board.corners_m @ turned.T + moved
            pixels = lens.bent(local[:, :2] / local[:, 2:] * np.diag(lens.matrix)[:2] + lens.matrix[:2, 2])
            inside = (local[:, 2] > 0.1) & ((pixels > 0) & (pixels < SIZE)).all(axis=1)
            if inside.sum() >= 6:
                noisy = pixels[inside] + draw.normal(0, 0.15, (inside.sum(), 2))
                kept.append(Sight(np.flatnonzero(inside), noisy, when + shift))
    found = paired(here, there, board, (WIDE, PLAIN))
    assert abs(found.offset_s - 3.4) <= 0.05
    assert np.linalg.norm(found.translation - move) < 0.02
    assert np.degrees(np.arccos(np.clip((np.trace(found.rotation @ turn.T) - 1) / 2, -1, 1))) < 0.5
    with pytest.raises(CalibrationError, match="before both cameras"):
        paired(here[:3], there[:3], board, (WIDE, PLAIN))
