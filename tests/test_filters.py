"""Pictures are smoothed and sharpened before the estimator, which alone sees it, and what that is worth is measured."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.evaluation.filters import VIDEOS, filter_rows, watched
from formcheck.exercises import find
from formcheck.gathered import Given, gather
from formcheck.pose.recorded import Recorded
from formcheck.sources import Filter
from formcheck.sources.filtered import filtered
from formcheck.synthetic import Athlete, film, perform


def _edge(width):
    """A picture, dark on the left and light on the right."""
    image = np.full((width // 2, width, 3), 60, dtype=np.uint8)
    image[:, width // 2 :] = 180
    return image


def _grain(image):
    noise = np.random.default_rng(4).normal(0, 12, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def test_a_gaussian_takes_grain_and_unsharp_masking_adds_to_it():
    flat = np.full((240, 320, 3), 120, dtype=np.uint8)
    spread = {by: float(filtered(_grain(flat), by).std()) for by in Filter}
    assert spread[Filter.GAUSSIAN] < 0.9 * _grain(flat).std() < 0.7 * spread[Filter.UNSHARP]
    assert spread[Filter.GAUSSIAN] < spread[Filter.BOTH] < spread[Filter.UNSHARP]
    assert all(np.array_equal(filtered(flat, by), flat) for by in Filter)


def test_an_edge_gets_softer_or_steeper_and_the_same_in_every_size():
    small, large = _edge(640), _edge(1280)
    steepest = {by: int(np.diff(filtered(small, by)[100, :, 0].astype(int)).max()) for by in Filter}
    assert steepest[Filter.GAUSSIAN] < 120 <= steepest[Filter.UNSHARP]
    assert steepest[Filter.GAUSSIAN] < steepest[Filter.BOTH]
    for by in Filter:
        here, there = (filtered(each, by)[100, :, 0].astype(float) for each in (small, large))
        assert np.abs(here - (there[::2] + there[1::2]) / 2).max() < 12.0


@pytest.mark.parametrize("by", [None, Filter.BOTH])
def test_only_the_estimator_sees_filtered_pictures(tmp_path, by):
    performance = perform(find("squat"), Athlete.sample(3), 1, (), 3, 10.0, 0.2, 0.2)
    camera = performance.camera()
    film(performance, camera, tmp_path / "clip.mp4")
    shown = []

    class Watching(Recorded):
        def __call__(self, frame):
            shown.append(frame.image)
            return super().__call__(frame)

    exact = performance.landmarks(camera, occlusion=False)
    watched = gather(Given(tmp_path / "clip.mp4", prefilter=by), estimator=lambda: Watching(exact))
    pictures = [frame.image for frame in watched.sources["front"].frames()]
    wanted = pictures if by is None else [filtered(each, by) for each in pictures]
    assert all(np.array_equal(one, other) for one, other in zip(shown, wanted, strict=True))
    assert by is None or not np.array_equal(shown[0], pictures[0])


@pytest.mark.usefixtures("model")
def test_the_table_has_every_video_through_every_filter(monkeypatch):
    monkeypatch.setattr("formcheck.evaluation.filters.SHOWN", (("squat", 90.0),))
    monkeypatch.setattr("formcheck.evaluation.filters.RATE_HZ", 6.0)
    rows = filter_rows(watched([5]))
    assert len(rows) == 1 + len(VIDEOS) * (1 + len(Filter))
    assert [row[1] for row in rows[1:5]] == ["none", "gaussian", "unsharp", "both"]
    assert all(float(row[2]) > 50.0 and float(row[5]) < 30.0 for row in rows[1:])
