"""Distances and angles of landmarks: as the plain computation has them, whatever is missing, near or far."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.body.pairwise import pairs, pairwise, triplets


def _plain(points):
    """Two loops over combinations, in double precision."""
    points = np.asarray(points, dtype=np.float64)
    distances = {
        pair: np.linalg.norm(points[pair[0]] - points[pair[1]]) for pair in itertools.combinations(range(33), 2)
    }
    cosines = {}
    for a, b, c in itertools.combinations(range(33), 3):
        one, other = points[a] - points[b], points[c] - points[b]
        cosines[a, b, c] = one @ other / (np.linalg.norm(one) * np.linalg.norm(other))
    return distances, cosines


def _expected(points):
    distances, cosines = _plain(points)
    ordered = [distances[pair] for pair in zip(*pairs(), strict=True)]
    return np.array(ordered + [cosines[each] for each in zip(*triplets(), strict=True)])


def test_528_distances_and_5456_angles_as_counted_one_by_one():
    points = np.random.default_rng(0).uniform(0, 1, (33, 3))
    assert len(pairs()[0]) == 528 and len(triplets()[0]) == 5456
    assert np.allclose(pairwise(points), _expected(points), atol=1e-12)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), near=st.sampled_from([1e-4, 1e-3, 1.0]), straight=st.booleans())
def test_single_precision_is_right_to_1e_5_where_landmarks_nearly_coincide_or_lie_on_a_line(seed, near, straight):
    draw = np.random.default_rng(seed)
    points = draw.uniform(0, 1, (33, 3)) * [1.0, 1.0, 0.0 if straight else 1.0]
    points[:11] = points[0] + near * (points[:11] - points[0])  # a face
    if straight:
        points[11:] = points[11] + np.linspace(0, 1, 22)[:, None] * [0.3, 0.9, 0.1]
    points = points.astype(np.float32)
    assert np.abs(pairwise(points) - _expected(points)).max() <= 1e-5
    assert pairwise(points).dtype == np.float32


def test_what_is_missing_stays_missing_and_nothing_else_does():
    points = np.random.default_rng(1).uniform(0, 1, (70, 33, 3))
    points[3, 7] = np.nan
    found = pairwise(points)
    touched = np.concatenate([np.any(np.array(pairs()) == 7, axis=0), np.any(np.array(triplets()) == 7, axis=0)])
    assert np.array_equal(np.isnan(found[3]), touched)
    assert np.isfinite(np.delete(found, 3, axis=0)).all()


def test_scale_invariant_means_just_that():
    points = np.random.default_rng(2).uniform(0, 1, (2, 16, 33, 3))
    assert np.allclose(pairwise(points, True), pairwise(7.0 * points + 3.0, True))
    plain, scaled = pairwise(points), pairwise(points, True)
    assert not np.allclose(plain[..., :528], scaled[..., :528]) and np.array_equal(plain[..., 528:], scaled[..., 528:])


def test_points_without_axes_are_refused():
    with pytest.raises(ValueError, match=r"got shape \(33,\)"):
        pairwise(np.zeros(33))
