"""Right or wrong: how well it is learnt from labelled repetitions of real people, and what the rules say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.evaluation.form_rules import Ruled
from formcheck.evaluation.interval import with_interval
from formcheck.learn.form.described import Described
from formcheck.learn.form.judge import APART, HELD_UP, SETTINGS, Judged, Repetitions, Setting, balanced, judged
from formcheck.learn.form.protocols import FIRST, PROTOCOLS, Protocol, prepared
from formcheck.learn.form.sets import FormSet, Tell, folds
from formcheck.signals import Floats

Row = tuple[str, ...]
ALONE = tuple(Setting(0.0, ridge, (0,)) for ridge in (0.1, 0.3, 1.0))  # for a family that stands alone

PUBLISHED: tuple[Row, ...] = (
    ("published, UI-PRMD", "accuracy", "people kept apart", "repetitions"),
    ("Multiscale SPD manifold learning, Scientific Reports 2025", "0.924", "cross-subject; folds not told", "1326"),
    ("EGCN, an ensemble of graph networks, IJCAI 2022, its released results", "0.868", "5 folds of 2 people", "1326"),
    ("VanTran, DeepRehabPile, FG 2026", "0.802", "folds look like people, not confirmed", "not told"),
)
"""Figures of others: the two first leave out repetitions that are not like the rest (the "reduced" data set, 1326 of
2000); here all 2000 are judged."""


@dataclass(frozen=True, eq=False)
class Said:
    """What was said of some repetitions: `tested` (N,) which, `right` (N,) whether right was said, and how chosen."""

    tested: NDArray[np.bool_]
    right: NDArray[np.bool_]
    chosen: Mapping[int, Setting]


@dataclass(frozen=True, eq=False)
class Shown:
    """A data set ready to be judged: its repetitions, and the group of each (N,)."""

    found: FormSet
    reps: Repetitions
    groups: NDArray[np.str_]
    told: Sequence[Described]

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Those to choose from: movements of the same people may be learnt together."""
        if self.found.people_known:
            return SETTINGS
        return HELD_UP if self.found.on_hands else APART


def shown(found: FormSet, told: Sequence[Described], out_of: int | None = None) -> Shown:
    """Described repetitions with groups apart: one fold a person, or `out_of` folds of people in turn.

    Raises ValueError where repetitions are described unlike one another.
    """
    if len({each.names for each in told}) != 1:
        raise ValueError("expected repetitions of one skeleton, got several")
    groups = [clip.group for clip in found.clips]
    of = folds(groups, [clip.movement for clip in found.clips], found.people_known)
    reps = Repetitions(
        np.stack([each.values for each in told]),
        told[0].families,
        np.array([found.movements.index(clip.movement) for clip in found.clips], dtype=np.intp),
        of if out_of is None else of % out_of,
        np.array([clip.correct for clip in found.clips]),
    )
    return Shown(found, reps, np.array(groups), told)


def say(data: Shown, protocol: Protocol = "strict", tell: Tell | None = None) -> Said:
    """Every repetition judged by a protocol, by those of other people or sources alone."""
    as_protocol = prepared(data.reps, data.groups, protocol)
    settings = data.settings if protocol == "strict" else tuple(dict.fromkeys(_two(each) for each in APART))
    return _spread(judged(as_protocol.reps, settings, tell), as_protocol.tested)


def _two(setting: Setting) -> Setting:
    """A protocol with a reference has two families: differences from it alone, and beside everything else."""
    return replace(setting, families=(0, 1))


def with_rules(data: Shown, rules: Ruled, tell: Tell | None = None) -> Said:
    """Learnt with the scores of the rules as a further family, for each fold as it does best among the others."""
    more = len(data.reps.families)
    reps = _with_values(data.reps, rules.scores, beside=True)
    settings = tuple(replace(each, families=(*each.families, more)) for each in data.settings)
    return _spread(judged(reps, settings, tell), np.ones(len(data.groups), dtype=np.bool_))


def probes(data: Shown) -> list[tuple[str, Said]]:
    """What can be told without the movement: by what a repetition lasts, and by how it begins; and both added."""
    lasts = np.log([[each.duration_s] for each in data.told])
    begins = np.stack([each.posture for each in data.told])
    more = len(data.reps.families)
    added = tuple(replace(each, families=(*each.families, more)) for each in data.settings if not each.shared)
    everything = np.ones(len(data.groups), dtype=np.bool_)
    alone = (
        (name, judged(_with_values(data.reps, values, beside=False), ALONE))
        for name, values in (("duration alone", lasts), ("first posture alone", begins))
    )
    apart = tuple(each for each in data.settings if not each.shared)
    whole = (
        ("movement, each by itself", judged(data.reps, apart)),
        ("movement, each by itself, and duration", judged(_with_values(data.reps, lasts, beside=True), added)),
    )
    return [(name, _spread(each, everything)) for name, each in (*alone, *whole)]


def _with_values(reps: Repetitions, values: Floats, beside: bool) -> Repetitions:
    """The same with a further family of `values` (N, K), or with that alone."""
    width = values.shape[1]
    if not beside:
        return replace(reps, values=values, families=np.ones((1, width), dtype=np.bool_))
    none = np.zeros((len(reps.families), width), dtype=np.bool_)
    old = np.hstack([reps.families, none])
    new = np.hstack([np.zeros(reps.families.shape[1], dtype=np.bool_), np.ones(width, dtype=np.bool_)])
    return replace(reps, values=np.hstack([reps.values, values]), families=np.vstack([old, new]))


def _spread(found: Judged, tested: NDArray[np.bool_]) -> Said:
    right = np.zeros(len(tested), dtype=np.bool_)
    right[tested] = found.score > 0
    return Said(tested, right, found.chosen)


# --- Tables


def cell(data: Shown, said: Said, movement: int | None = None, plain: bool = False) -> str:
    """Balanced accuracy with its interval over people or sources, of a movement, or the mean over all of them.

    `plain` gives the share of right answers instead. A dash where only one of right and wrong is there.
    """
    mine = said.tested & (True if movement is None else data.reps.movement == movement)
    correct = data.reps.correct
    if movement is not None and np.isnan(balanced(correct[mine], said.right[mine])):
        return "–"
    weights = np.zeros(len(mine))
    for each in np.unique(data.reps.movement[mine]):
        for label in (True, False):
            chosen = mine & (data.reps.movement == each) & (correct == label)
            weights[chosen] = 1.0 if plain else 1.0 / max(1, chosen.sum())
    hits = (said.right == correct).astype(np.float64)
    return with_interval(hits[mine], data.groups[mine].tolist(), percent=False, weights=weights[mine])


def protocol_table(data: Shown, by_protocol: Mapping[Protocol, Said]) -> list[Row]:
    """Balanced accuracy of every movement by every protocol, their mean, and the share of right answers."""
    rows: list[Row] = [("movement", "right", "wrong", *by_protocol)]
    for at, movement in enumerate(data.found.movements):
        rows.append((movement, *_counts(data, at), *(cell(data, said, at) for said in by_protocol.values())))
    rows.append(("mean over movements", *_counts(data, None), *(cell(data, said) for said in by_protocol.values())))
    rows.append(("accuracy", "", "", *(cell(data, said, plain=True) for said in by_protocol.values())))
    return rows


def rules_table(data: Shown, learnt: Said, rules: Ruled | None, both: Said | None) -> list[Row]:
    """Every movement by what is learnt, by the rules alone where they judge, there learnt, and by both together."""
    header = ("movement", "right", "wrong", "groups", "learnt", "rules alone", "judged", "learnt, on those", "both")
    rows: list[Row] = [header]
    for at, movement in enumerate(data.found.movements):
        mine = data.reps.movement == at
        cells = ("–", "–", "–", "–")
        if rules is not None and both is not None and (rules.judged & mine).any():
            judged_by = rules.judged & mine
            alone = Said(rules.judged, rules.right, {})
            share = f"{100 * judged_by.sum() / mine.sum():.0f} %"
            there = replace(learnt, tested=rules.judged)
            cells = (cell(data, alone, at), share, cell(data, there, at), cell(data, both, at))
        groups = str(len(set(data.groups[mine].tolist())))
        rows.append((movement, *_counts(data, at), groups, cell(data, learnt, at), *cells))
    return rows


def criteria_table(data: Shown, rules: Ruled) -> list[Row]:
    """Every criterion by itself as a judge of right and wrong, where it is judged."""
    rows: list[Row] = [("criterion", "judged", "balanced accuracy")]
    for at, name in enumerate(rules.criteria):
        seen = np.isfinite(rules.scores[:, at])
        said = Said(seen, rules.scores[:, at] >= 0.5, {})
        if seen.any():
            rows.append((name, f"{100 * seen.mean():.0f} %", cell(data, said)))
    return rows


def probe_table(data: Shown, found: Sequence[tuple[str, Said]]) -> list[Row]:
    """What can be told from less than the movement, mean over movements."""
    return [("from", "balanced accuracy"), *((name, cell(data, said)) for name, said in found)]


def person_table(data: Shown, said: Said) -> list[Row]:
    """Share of right answers of every person, over all movements."""
    rows: list[Row] = [("person", "right called right", "wrong called wrong", "accuracy")]
    for person in np.unique(data.groups):
        mine = said.tested & (data.groups == person)
        shares = [said.right[mine & data.reps.correct].mean(), (~said.right[mine & ~data.reps.correct]).mean()]
        hits = (said.right == data.reps.correct)[mine].mean()
        rows.append((str(person), *(f"{share:.3f}" for share in (*shares, hits))))
    return rows


def chosen_sentence(said: Said) -> str:
    """How often each setting was chosen among the people who are not tested."""
    names = [
        f"{each.shared:g} of other movements, ridge {each.ridge:g}, families {each.families}"
        for each in said.chosen.values()
    ]
    return "Chosen: " + "; ".join(f"{name} ({names.count(name)}x)" for name in sorted(set(names)))


def _counts(data: Shown, movement: int | None) -> tuple[str, str]:
    mine = data.reps.correct[data.reps.movement == movement] if movement is not None else data.reps.correct
    return str(int(mine.sum())), str(int((~mine).sum()))


PROTOCOL_SENTENCES: Mapping[Protocol, str] = {
    "strict": "strict: everybody is judged by others alone, one repetition at a time; nothing else of them is known.",
    "calibrated": f"calibrated: the first {FIRST} correct repetitions of the person are a reference, and not tested.",
    "transductive": "transductive: all repetitions of the person are known, unlabelled, as many right as wrong.",
}
assert set(PROTOCOL_SENTENCES) == set(PROTOCOLS)
