"""Random convolutions and a ridge classifier beside the networks, where aeon is installed."""

# pyright: basic

from __future__ import annotations

import sys

import numpy as np
import pytest

from formcheck.learn.data import Examples
from formcheck.learn.rocket import is_rocket, rocket_answers
from formcheck.predictor import BODY, Padded

FRAMES = 30


def _examples(count: int, seed: int) -> Examples:
    """Windows in which one channel swings slowly or fast; another is missing."""
    draw = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    values = 0.05 * draw.standard_normal((count, FRAMES, len(BODY.channels))).astype(np.float32)
    phase = draw.uniform(0, 2 * np.pi, count)[:, None]
    values[:, :, 5] += np.sin(np.arange(FRAMES) * np.where(labels, 0.9, 0.3)[:, None] + phase)
    values[:, :, 7] = np.nan
    names = np.array([f"{at}" for at in range(count)])
    return Examples(values, labels.astype(np.intp), names, names, ("slow", "fast"), BODY, Padded(FRAMES))


def test_it_tells_fast_from_slow_on_windows_that_it_has_not_seen():
    pytest.importorskip("aeon")
    shown = _examples(20, 1)
    logits = rocket_answers(_examples(24, 0), {"test": shown})["test"]
    assert logits.shape == (20, 2) and (logits.argmax(axis=1) == shown.labels).mean() >= 0.9


def test_without_aeon_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "aeon.classification.convolution_based", None)
    with pytest.raises(ValueError, match=r"expected aeon .*formcheck\[learn,rocket\]"):
        rocket_answers(_examples(4, 0), {})
    assert is_rocket("MultiRocket_Hydra") and not is_rocket("lstm")
