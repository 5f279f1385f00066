"""What the verdicts of rules and of a model are worth: who is right on people whom neither met, and so who is trusted.

Everything is read by `joined`, which serves: nothing is decided here that the program does not do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from formcheck.assess.analysis import Finding
from formcheck.assess.judge import judge
from formcheck.assess.second_opinion import Opinion, Trusted, joined, log_odds, pooled, satisfied
from formcheck.body import PoseSequence
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.exercises import Exercise
from formcheck.learn.verdicts_studio import cut
from formcheck.predictor.criteria import CriteriaCard, CriteriaModel, Views, show
from formcheck.signals import Floats
from formcheck.synthetic import Performance

VIEWS: tuple[Views, ...] = ("front", "side", "front+side")
LEAST = 4  # repetitions with and without a fault, or nothing is known of a criterion
HEARD = 0.7  # balanced accuracy from which the model is worth hearing
ALONE = 0.9  # from which it may judge what the rule cannot see
BETTER = 0.05  # balanced accuracy by which one alone must be better than both together to be trusted alone
_TEMPERATURES = np.geomspace(0.4, 6.0, 40)
_WEIGHTS = np.arange(0.0, 1.55, 0.1)


@dataclass(frozen=True)
class Said:
    """What was said of one criterion of one repetition.

    `label` 1 = satisfied; `finding` is the rule's, which `wants_view` where its best view is not there; `logit` is the
    model's. `views` are from where the repetition was seen.
    """

    person: str
    exercise: str
    criterion: str
    rep: int
    views: Views
    label: int
    finding: Finding
    wants_view: bool
    logit: float

    @property
    def rule(self) -> float | None:
        """How probable the rule holds it that the criterion is satisfied; None where it did not judge."""
        return satisfied(self.finding)


def said_of(
    exercise: Exercise, done: Performance, poses: Mapping[str, PoseSequence], person: str, model: CriteriaModel
) -> Iterator[Said]:
    """What rules and model say of every repetition that is found in a set, from the streams given."""
    tracks = {name: Track(with_view(pose)) for name, pose in poses.items()}
    for at, span, side in cut(exercise, tracks, done):
        labels = done.labels(at)
        shown = show({name: track.pose for name, track in tracks.items()}, span, side)
        if shown is None:
            continue
        logits = model.logits(shown.values[None])[0]
        for criterion in exercise.criteria:
            if criterion.id not in model.card.criteria:
                continue
            place = model.card.criteria.index(criterion.id)
            yield Said(
                person,
                exercise.name,
                criterion.id,
                at,
                shown.views,
                labels[criterion.id],
                judge(criterion, tracks, span, side),
                criterion.views[0] not in shown.views.split("+"),
                float(logits[place]),
            )


def decided(card: CriteriaCard, said: Sequence[Said]) -> CriteriaCard:
    """The card with temperatures, weights, and who is heard and trusted, from what was said of validation people."""
    heated = {views: _temperature([each for each in said if each.views == views]) for views in VIEWS}
    card = replace(card, temperature=heated)
    card = replace(card, weights=_weights([each for each in said if each.rule is not None], card))
    heard, alone = (
        {
            views: tuple(
                name
                for name in card.criteria
                if _right(card, [each for each in said if (each.views, each.criterion) == (views, name)], "model")
                >= least
            )
            for views in VIEWS
        }
        for least in (HEARD, ALONE)
    )
    card = replace(card, heard=heard, alone=alone)
    return replace(
        card, trusted={name: _trusted(card, [s for s in said if s.criterion == name]) for name in card.criteria}
    )


def _trusted(card: CriteriaCard, said: Sequence[Said]) -> Trusted:
    """Both, unless one alone is plainly better where both judged."""
    shared = [each for each in said if each.rule is not None and each.criterion in card.heard.get(each.views, ())]
    right = {name: _right(card, shared, name) for name in ("rule", "model", "both")}
    if not np.isfinite(right["both"]):
        return "rule"
    best: Trusted = "model" if right["model"] > right["rule"] else "rule"
    return best if right[best] > right["both"] + BETTER else "both"


def probability(card: CriteriaCard, said: Said, who: str) -> float | None:
    """How probable "rule", "model" or "both" (their pooled log odds) hold it that the criterion is satisfied."""
    if who == "rule":
        return said.rule
    model = calibrated(card, said)
    if who == "model":
        return model
    return None if said.rule is None else pooled(said.rule, model, card.weights)


def calibrated(card: CriteriaCard, said: Said) -> float:
    """The model's probability, at the card's temperature."""
    return float(1.0 / (1.0 + np.exp(-said.logit / card.temperature.get(said.views, 1.0))))


def balanced(right: Floats, labels: Floats) -> float:
    """The mean of the shares right of satisfied and of unsatisfied ones; NaN for too few of either."""
    kinds = [right[labels == kind] for kind in (0, 1)]
    return float(np.mean([kind.mean() for kind in kinds])) if min(map(len, kinds)) >= LEAST else float("nan")


def share_right(card: CriteriaCard, said: Sequence[Said], views: Views, criterion: str, who: str) -> float:
    """Balanced accuracy to be expected of "rule", "model" or "both" on one criterion from some views; or NaN."""
    return _right(card, [each for each in said if (each.views, each.criterion) == (views, criterion)], who)


def _right(card: CriteriaCard, said: Sequence[Said], who: str) -> float:
    """Balanced accuracy to be expected: one right and one wrong of either kind are added (Laplace)."""
    told = [(each.label, found) for each in said if (found := probability(card, each, who)) is not None]
    labels, found = (np.array([pair[at] for pair in told], dtype=np.float64) for at in (0, 1))
    right = ((found >= 0.5) == (labels == 1)).astype(np.float64)
    if not np.isfinite(balanced(right, labels)):
        return float("nan")
    shares = [(right[labels == kind].sum() + 1.0) / ((labels == kind).sum() + 2.0) for kind in (0, 1)]
    return float(np.mean(shares))


def _temperature(said: Sequence[Said]) -> float:
    """The one at which the log loss is least; 1 where nothing was said."""
    if not said:
        return 1.0
    logits, labels = np.array([each.logit for each in said]), np.array([each.label for each in said])
    signed = np.where(labels == 1, 1.0, -1.0) * logits
    losses = [float(np.logaddexp(0.0, -signed / each).mean()) for each in _TEMPERATURES]
    return round(float(_TEMPERATURES[int(np.argmin(losses))]), 3)


def _weights(said: Sequence[Said], card: CriteriaCard) -> tuple[float, float]:
    """Those of the rule's and the model's log odds at which the log loss of both together is least."""
    if not said:
        return 1.0, 1.0
    odds = np.array([[log_odds(each.rule or 0.0), log_odds(calibrated(card, each))] for each in said])
    signed = odds * np.where(np.array([each.label for each in said]) == 1, 1.0, -1.0)[:, None]
    losses = [[float(np.logaddexp(0.0, -(signed @ [rule, model])).mean()) for model in _WEIGHTS] for rule in _WEIGHTS]
    at = np.unravel_index(int(np.argmin(losses)), (len(_WEIGHTS), len(_WEIGHTS)))
    return round(float(_WEIGHTS[at[0]]), 2), round(float(_WEIGHTS[at[1]]), 2)


def verdict(card: CriteriaCard, said: Said, who: str) -> float | None:
    """How probable a way to judge holds it that a criterion is satisfied: 0.5 or more passes; None: not judged.

    `who` is "rule", "model" (where it is heard), or "both", joined as when it serves.
    """
    if who == "rule":
        return said.rule
    heard = said.criterion in card.heard.get(said.views, ())
    if who == "model":
        return calibrated(card, said) if heard else None
    if not heard:
        return said.rule
    alone = said.criterion in card.alone.get(said.views, ())
    trusted = card.trusted.get(said.criterion, "rule")
    return satisfied(
        joined(said.finding, Opinion(calibrated(card, said), trusted, card.weights, alone), said.wants_view)
    )
