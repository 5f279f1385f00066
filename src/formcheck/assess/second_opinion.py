"""A rule and a model on one criterion of one repetition, made one verdict.

The rule measures; the model has seen many repetitions with and without a fault. Each says how probable it is that the
criterion is satisfied. Their log odds are added with weights that were fitted on people whom neither had met
(logarithmic opinion pool: Satopää et al., "Combining multiple probability predictions using a simple logit model",
Int. J. Forecasting 30(2), 2014). Which of the two decides where they differ was chosen on the same people.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from formcheck.assess.analysis import Finding, SecondOpinion
from formcheck.body.planes import Side
from formcheck.body.track import Track
from formcheck.reps import RepSpan

Trusted = Literal["rule", "model", "both"]

SURELY = 0.99  # no verdict is surer, nor is any rule or model believed to be
CLEAR = 0.8  # where only the model judges, it had better say nothing when it is less sure


@dataclass(frozen=True)
class Opinion:
    """What a model says of one criterion, and what that is worth.

    `satisfied` is the calibrated probability that the criterion is satisfied; `trusted` says who decides where rule and
    model differ ("both": their weighted log odds); `weights` are those of the rule's and of the model's log odds.
    `alone` says that the model may judge where the rule cannot for want of a view. `stream` and `view` are those of the
    camera that shows the criterion best among those that the model saw.
    """

    satisfied: float
    trusted: Trusted = "both"
    weights: tuple[float, float] = (1.0, 1.0)
    alone: bool = False
    stream: str | None = None
    view: str | None = None


Seconds = Callable[[Mapping[str, Track], RepSpan, Side | None], Mapping[str, Opinion]]
"""Gives the opinions on one repetition by criterion: from camera streams, its span, and the working side."""


def pooled(rule: float, model: float, weights: tuple[float, float]) -> float:
    """The probability that follows from those of a rule and of a model, by weighted log odds."""
    return 1.0 / (1.0 + math.exp(-(weights[0] * log_odds(rule) + weights[1] * log_odds(model))))


def log_odds(probability: float) -> float:
    """ln p / (1 - p), with p kept within 0.01 and 0.99."""
    held = min(max(probability, 1.0 - SURELY), SURELY)
    return math.log(held / (1.0 - held))


def satisfied(finding: Finding) -> float | None:
    """How probable a rule holds it that the criterion is satisfied; None where it did not judge."""
    if finding.verdict == "not_judged":
        return None
    return finding.confidence if finding.verdict == "pass" else 1.0 - finding.confidence


def joined(finding: Finding, opinion: Opinion | None, wants_view: bool) -> Finding:
    """A rule's finding with a model's opinion on it.

    Where both say the same, the verdict is surer than what either says alone. Where they differ, the trusted one
    decides, less surely. `wants_view` says that the rule lacks the camera that sees the criterion best: only then may
    the model judge alone.
    """
    if opinion is None:
        return finding
    rule = satisfied(finding)
    if rule is None:
        return _alone(finding, opinion) if wants_view and opinion.alone else finding
    passes, model_passes = finding.verdict == "pass", opinion.satisfied >= 0.5
    together = pooled(rule, opinion.satisfied, opinion.weights)
    if passes == model_passes:
        sure = max(finding.confidence, together if passes else 1.0 - together)
        return _seconded(finding, sure, _model_says(opinion, agrees=True))
    decided = {"rule": passes, "model": model_passes, "both": together >= 0.5}[opinion.trusted]
    sure = max(0.5, together if decided else 1.0 - together)
    if decided == passes:
        return _seconded(finding, sure, _model_says(opinion, agrees=False))
    overruled = SecondOpinion(
        source="rule", verdict="pass" if passes else "fail", satisfied=round(rule, 4), agrees=False
    )
    return _seconded(_decided_by_model(finding, opinion), sure, overruled)


def _model_says(opinion: Opinion, *, agrees: bool) -> SecondOpinion:
    verdict = "pass" if opinion.satisfied >= 0.5 else "fail"
    return SecondOpinion(source="model", verdict=verdict, satisfied=round(opinion.satisfied, 4), agrees=agrees)


def _seconded(finding: Finding, sure: float, second: SecondOpinion) -> Finding:
    return finding.model_copy(update={"confidence": round(min(sure, SURELY), 4), "second": second})


def _decided_by_model(finding: Finding, opinion: Opinion) -> Finding:
    verdict = "pass" if opinion.satisfied >= 0.5 else "fail"
    return finding.model_copy(update={"verdict": verdict, "source": "model", "score": round(opinion.satisfied, 4)})


def _alone(finding: Finding, opinion: Opinion) -> Finding:
    sure = max(opinion.satisfied, 1.0 - opinion.satisfied)
    if sure < CLEAR:
        return finding
    seen = {"stream": opinion.stream, "view": opinion.view, "reason": None}
    return _decided_by_model(finding, opinion).model_copy(update={"confidence": round(min(sure, SURELY), 4), **seen})
