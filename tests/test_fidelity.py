"""What a few frames keep of a repetition: silhouettes are the person's, SSIM is its formula, more frames keep more."""

import numpy as np
import pytest

from formcheck.body import BLAZEPOSE_33
from formcheck.exercises import find
from formcheck.learn.criteria.fidelity import FEWER, PUBLISHED, fidelity, silhouettes, ssim
from formcheck.synthetic import Athlete, perform, pictures

SMALL = (120, 160)


def test_a_silhouette_covers_the_person_and_nothing_else():
    squat = perform(find("squat"), Athlete.sample(4), reps=1, seed=4)
    squat = squat.at(squat.time[[0, len(squat.time) // 2]])
    camera = squat.camera("front", frame_size=SMALL)
    masks = silhouettes(squat, camera)
    assert masks.shape == (2, 160, 120)
    joints = [
        BLAZEPOSE_33.index(f"{name}_{side}") for name in ("hip", "knee", "shoulder") for side in ("left", "right")
    ]
    column, row = np.floor(camera.project(squat.points[:, joints])).astype(int).transpose(2, 0, 1)
    assert all(masks[at][row[at], column[at]].all() for at in range(2))
    assert not masks[:, :3].any() and not masks[:, :, :3].any()
    # From one instant to another, pixels of a silhouette change, and beside them only the shadow.
    first, second = (picture.astype(int) for picture in pictures(squat, camera))
    changed = np.abs(first - second).max(axis=2) > 40
    either = masks.any(axis=0)
    assert (changed & either).sum() > 0.5 * changed.sum() and (masks[0] != masks[1]).sum() > 100


def test_ssim_is_the_mean_of_its_formula_in_every_window():
    draw = np.random.default_rng(0)
    one, other = draw.random((2, 14, 13))
    away = np.arange(11) - 5
    weights = np.exp(-(away[:, None] ** 2 + away**2) / (2 * 1.5**2))
    weights /= weights.sum()
    values = []
    for row in range(4):
        for column in range(3):
            x, y = (picture[row : row + 11, column : column + 11] for picture in (one, other))
            mean_x, mean_y = (weights * x).sum(), (weights * y).sum()
            spread_x, spread_y = (weights * (x - mean_x) ** 2).sum(), (weights * (y - mean_y) ** 2).sum()
            together = (weights * (x - mean_x) * (y - mean_y)).sum()
            light = (2 * mean_x * mean_y + 1e-4) / (mean_x**2 + mean_y**2 + 1e-4)
            values.append(light * (2 * together + 9e-4) / (spread_x + spread_y + 9e-4))
    assert ssim(one, other) == pytest.approx(np.mean(values), abs=1e-9)
    assert ssim(one, one) == pytest.approx(1.0)


def test_pictures_of_different_sizes_are_refused():
    with pytest.raises(ValueError, match=r"alike and at least 11 x 11, got \(20, 20\) and \(20, 21\)"):
        ssim(np.zeros((20, 20)), np.zeros((20, 21)))


def test_more_frames_keep_more_of_a_repetition():
    rows = fidelity(["squat"], people=2, frame_size=SMALL)
    assert {(row.view, row.frames) for row in rows} == set(PUBLISHED) and len(rows) == 2 * 2 * len(FEWER)
    assert len({row.person for row in rows}) == 2 and {row.exercise for row in rows} == {"squat"}
    for one in rows[:: len(FEWER)]:
        kept = [row for row in rows if (row.person, row.view) == (one.person, one.view)]
        assert [row.frames for row in kept] == list(FEWER)
        assert (np.diff([row.ssim for row in kept]) > 0).all() and (np.diff([row.iou for row in kept]) > 0).all()
        assert kept[0].ssim > 0.7 and 0.95 < kept[-1].ssim < 1.0 and 0.95 < kept[-1].iou < 1.0


def test_another_exercise_is_refused():
    with pytest.raises(ValueError, match=r"expected exercises of ALEX-GYM-1, lunge, .*got \['push-up'\]"):
        fidelity(["push-up"])
