"""MultiRocket + Hydra: random convolutions and a ridge classifier, which is fitted in one go and has no gradients.

Tan et al., "MultiRocket", Data Mining and Knowledge Discovery 36, 2022; Dempster, Schmidt & Webb, "Hydra", 37, 2023; by
aeon, which holds numpy back and is therefore an extra of its own.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formcheck.learn.data import Examples

NAME = "multirocket-hydra"
INSTALL = "pip install 'formcheck[learn,rocket]' in an environment of its own"
SURE = 8.0  # the logit of what it says: it names one label and does not say how surely


def is_rocket(network: str) -> bool:
    """Whether this is the name of it."""
    return network.lower().replace("_", "-") == NAME


def rocket_answers(train: Examples, shown: dict[str, Examples], seed: int = 0) -> dict[str, NDArray[np.float32]]:
    """Fit it, and give the logits (N, L) of what is shown, which say nothing but the label.

    Missing places are 0, as in the networks. Raises ValueError where aeon is not installed.
    """
    try:
        from aeon.classification.convolution_based import MultiRocketHydraClassifier
    except ImportError as error:
        raise ValueError(f"expected aeon for {NAME}, it is not installed: {INSTALL}") from error
    rocket = MultiRocketHydraClassifier(random_state=seed, n_jobs=-1)
    rocket.fit(_series(train), train.labels)
    answers: dict[str, NDArray[np.float32]] = {}
    for name, part in shown.items():
        logits = np.zeros((len(part), len(part.names)), dtype=np.float32)
        logits[np.arange(len(part)), np.asarray(rocket.predict(_series(part)), dtype=np.intp)] = SURE
        answers[name] = logits
    return answers


def _series(examples: Examples) -> NDArray[np.float64]:
    """(N, C, T), without the channels in which nothing ever happens."""
    return np.nan_to_num(examples.values).transpose(0, 2, 1).astype(np.float64)
