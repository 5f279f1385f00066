"""What a judge may know of the person it judges: nothing, the first correct repetitions, or all but the labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from formcheck.learn.form.judge import Repetitions

FIRST = 3  # of somebody's correct repetitions are the reference, and are not judged themselves

Protocol = Literal["strict", "calibrated", "transductive"]
"""strict: one repetition at a time, nothing else of the person. calibrated: with the person's own first three correct
ones as a reference, which are left out of the test. transductive: with all of the person's repetitions of the
movement, unlabelled, right and wrong together."""

PROTOCOLS: tuple[Protocol, ...] = get_args(Protocol)


@dataclass(frozen=True, eq=False)
class Prepared:
    """Repetitions as a protocol shows them, and which of those given they are: `tested` (N,)."""

    reps: Repetitions
    tested: NDArray[np.bool_]


def prepared(reps: Repetitions, people: NDArray[np.str_], protocol: Protocol) -> Prepared:
    """Repetitions (N) of `people` (N,), in the order in which they were done, as a protocol shows them.

    With a reference there are two families of values: what differs from it, and that beside everything else.
    Raises ValueError for "calibrated" where somebody has too few correct ones.
    """
    everybody = np.ones(len(people), dtype=np.bool_)
    if protocol == "strict":
        return Prepared(reps, everybody)
    away = np.empty_like(reps.values)
    tested = everybody.copy()
    for movement in np.unique(reps.movement):
        for person in np.unique(people):
            mine = np.flatnonzero((reps.movement == movement) & (people == person))
            if not len(mine):
                continue
            known = mine
            if protocol == "calibrated":
                known = mine[reps.correct[mine]][:FIRST]
                if len(known) < FIRST:
                    raise ValueError(f"expected {FIRST} correct repetitions of {person}, got {len(known)}")
                tested[known] = False
            away[mine] = reps.values[mine] - np.median(reps.values[known], axis=0)
    told = reps.families.any(axis=0)
    families = np.stack([np.concatenate([told & False, told]), np.concatenate([told, told])])
    both = replace(reps, values=np.hstack([reps.values, away]), families=families)
    return Prepared(both.rows(tested), tested)
