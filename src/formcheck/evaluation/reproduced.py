"""What came out of a paper's experiment beside what the paper prints: tables, sentences, plain data.

Every sentence is made from the numbers; intervals are 95 %, by bootstrap over people.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from formcheck.evaluation.interval import bootstrap, with_interval
from formcheck.learn.recipes.recipe import Published
from formcheck.learn.recipes.running import Answers, Dealt, Measured, Reproduction
from formcheck.signals import Floats

Rows = list[tuple[str, ...]]

DRAWS = 2000
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def told(done: Reproduction) -> dict[str, Any]:
    """Everything as plain data, for a file."""
    return {
        "paper": done.recipe.title,
        "data": "synthetic people" if done.data is None else str(done.data),
        "synthetic": done.synthetic,
        "people": done.people,
        "people_never_met": done.strangers,
        "epochs_at_most": done.epochs,
        "seed": done.seed,
        "dealt": [_dealt(each) for each in done.dealt],
        "measured": [_measured(done, each) for each in done.measured],
        "said": sentences(done),
        "chosen": list(done.recipe.chosen),
        "notes": list(done.notes),
    }


def headline(done: Reproduction) -> str:
    """What was run on whom, in a line or two."""
    whom = f"{done.people} synthetic people" if done.synthetic else f"{done.people} people of {done.data}"
    further = f", and {done.strangers} further synthetic people whom no network has met" if done.strangers else ""
    return f"{done.recipe.title} on {whom}{further}; at most {done.epochs} epochs, seed {done.seed}."


def tables(done: Reproduction) -> list[tuple[str, Rows]]:
    """Tables with their titles: how the examples were dealt, the results, and the labels the paper has figures of."""
    found = [("How the windows were dealt (training / validation / test)", _dealing(done))]
    found.append(("Accuracy and macro F1 of windows, % with 95 % intervals over people", _results(done)))
    if done.recipe.by_label:
        found.append(("By exercise, %: the paper / here", _labels(done)))
    return found


def _dealing(done: Reproduction) -> Rows:
    rows: Rows = [("protocol", "windows", "people", "tested people trained on", "tested windows of a clip trained on")]
    for each in done.dealt:
        counts = (" / ".join(map(str, part)) for part in (each.windows, each.people))
        known = (f"{each.known_people} of {each.people[2]}", f"{each.known_windows} of {each.windows[2]}")
        rows.append((each.title, *counts, *known))
    return rows


def _results(done: Reproduction) -> Rows:
    never = ("never met: accuracy", "never met: macro F1") if done.strangers else ()
    rows: Rows = [("network", "protocol", "published", "accuracy", "macro F1", "clips, by vote", *never)]
    size = len(done.recipe.names)
    for each in done.measured:
        others = () if each.strangers is None else (_accuracy(each.strangers), f1_with_interval(each.strangers, size))
        rows.append(
            (
                each.model.title,
                _title(done, each),
                str(each.model.published.get(each.protocol.name, "–")),
                _accuracy(each.test),
                f1_with_interval(each.test, size),
                f"{100 * each.test.clip_accuracy:.1f}",
                *others,
            )
        )
    return rows


def _labels(done: Reproduction) -> Rows:
    """Of the paper's first network only: the figures are its."""
    rows: Rows = [("exercise", "protocol", "precision", "recall", "F1", "tested")]
    for dealt in done.dealt:
        here = [each for each in _of(done, dealt) if each.model.published]
        for name, published in done.recipe.by_label.items() if here else ():
            label = done.recipe.names.index(name)
            counts = _confusion(here[0].test, len(done.recipe.names)).sum(axis=0)
            right, said, true = counts[label, label], counts[:, label].sum(), counts[label].sum()
            figures = (_share(right, said), _share(right, true), _share(2 * right, said + true))
            both = (f"{paper:g} / {ours}" for paper, ours in zip(published, figures, strict=False))
            rows.append((name, dealt.title, *both, f"{true:.0f}"))
    return rows


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f}" if whole else "–"


def _title(done: Reproduction, each: Measured) -> str:
    return next(dealt.title for dealt in done.dealt if dealt.protocol is each.protocol)


def _of(done: Reproduction, dealt: Dealt) -> list[Measured]:
    return [each for each in done.measured if each.protocol is dealt.protocol]


def _hits(answers: Answers) -> Floats:
    return np.asarray(answers.said == answers.truth, dtype=np.float64)


def _accuracy(answers: Answers) -> str:
    return with_interval(_hits(answers), answers.people.tolist())


def _percent(answers: Answers) -> float:
    return 100.0 * float(_hits(answers).mean())


def _confusion(answers: Answers, size: int) -> Floats:
    """(P, L, L) true by predicted counts of each person."""
    people, whose = np.unique(answers.people, return_inverse=True)
    counts = np.zeros((len(people), size, size))
    np.add.at(counts, (whose, answers.truth, answers.said), 1.0)
    return counts


def macro_f1(confusion: Floats) -> Floats:
    """(...) the mean F1 of the labels that occur, of confusions (..., L, L)."""
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    true = confusion.sum(axis=-1)
    both = true + confusion.sum(axis=-2)
    f1 = np.divide(2 * right, both, out=np.zeros_like(right), where=both > 0)
    occurs = true > 0
    return np.asarray((f1 * occurs).sum(axis=-1) / np.maximum(occurs.sum(axis=-1), 1), dtype=np.float64)


def _f1(answers: Answers, size: int) -> tuple[float, Floats]:
    """In per cent, and its interval, by drawing whole people with replacement; NaN of one person."""
    counts = _confusion(answers, size)
    whole = 100.0 * float(macro_f1(counts.sum(axis=0)))
    if len(counts) < 2:
        return whole, np.full(2, np.nan)
    draw = np.random.default_rng(0)
    times = draw.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), DRAWS)
    drawn = (times @ counts.reshape(len(counts), -1)).reshape(DRAWS, size, size)
    return whole, np.percentile(100.0 * macro_f1(drawn), [2.5, 97.5])


def f1_with_interval(answers: Answers, size: int) -> str:
    """`mean [low, high]` of macro F1 over `size` labels, in per cent."""
    whole, (low, high) = _f1(answers, size)
    return f"{whole:.1f}" if np.isnan(low) else f"{whole:.1f} [{low:.1f}, {high:.1f}]"


def sentences(done: Reproduction) -> list[str]:
    """How the networks stand in the paper and here, and what a leaky protocol promises too much."""
    published = _published(done)
    found = [_in_the_paper(published)] if published else []
    best = published[0][0] if published else None
    of_best = [each for each in done.measured if each.model.title == best]
    most = {each.protocol: each.model.published.get(each.protocol.name) for each in of_best}
    for dealt in done.dealt:
        here = _of(done, dealt)
        found += _here(dealt.title, {each.model.title: each.test for each in here}, best, most.get(dealt.protocol))
        if done.strangers:
            others = {each.model.title: each.strangers for each in here if each.strangers is not None}
            found += _here(f"{dealt.title}, people never met", others, best, None)
    return found + [line for dealt in done.dealt for line in _promise(dealt, _of(done, dealt))]


def _published(done: Reproduction) -> list[tuple[str, Published]]:
    """What the paper prints of its networks in the protocol of which it prints most, the best first."""
    models = {each.model.title: each.model for each in done.measured}.values()
    keys = {key: sum(key in each.published for each in models) for each in models for key in each.published}
    if not keys:
        return []
    key = max(keys, key=lambda name: keys[name])
    of = [(each.title, each.published[key]) for each in models if key in each.published]
    return sorted(of, key=lambda each: -each[1].most)


def _in_the_paper(published: Sequence[tuple[str, Published]]) -> str:
    (best, most), *others = published
    if not others:
        return f"In the paper: {best} {most} %, alone."
    level = [title for title, each in others if each.most == most.most]
    if level:
        return f"In the paper: {best} and {_list(level)} come first of {len(published)} with {most} %."
    next_title, behind = others[0]
    level = [title for title, each in others[1:] if each.most == behind.most]
    next_ones = _list([next_title, *level])
    upto = "" if behind.high is None else "at least "
    return (
        f"In the paper: {best} comes first of {len(published)} with {most} %; next {'are' if level else 'is'} "
        f"{next_ones} with {behind} %, {upto}{most.low - behind.most:.1f} points behind."
    )


def _here(title: str, answers: dict[str, Answers], best: str | None, most: Published | None) -> list[str]:
    """Where the paper's best network stands in a protocol, and whether it can be told from the best other one."""
    if best is None or best not in answers:
        return []
    own, others = answers[best], {name: each for name, each in answers.items() if name != best}
    beside = "" if most is None else f", {_percent(own) - most.most:+.1f} points against the paper"
    if not others:
        return [f"Here, {title}: {best} {_percent(own):.1f} %{beside}."]
    place = sum(_percent(each) > _percent(own) for each in others.values())
    other = max(others, key=lambda name: _percent(others[name]))
    apart = 100.0 * (_hits(own) - _hits(others[other]))
    side = "behind" if apart.mean() > 0 else "ahead" if apart.mean() < 0 else "level"
    far = "" if side == "level" else f"{abs(apart.mean()):.1f} points "
    where = "next" if place == 0 else "first" if place == 1 else "the best"
    second = f"{other} with {_percent(others[other]):.1f} %, {far}{side}{_surely(apart, own.people.tolist())}"
    return [
        f"Here, {title}: {best} comes {_ordinal(place)} of {len(answers)} with {_percent(own):.1f} %{beside}; "
        f"{where} is {second}."
    ]


def _surely(apart: Floats, people: Sequence[str]) -> str:
    """The interval of a difference, and whether it says which is better."""
    if len(set(people)) < 2:
        return ""
    low, high = bootstrap(apart, people)
    unsure = "" if low > 0 or high < 0 else ", so they cannot be told apart"
    return f" (difference {apart.mean():+.1f} [{low:+.1f}, {high:+.1f}]{unsure})"


def _promise(dealt: Dealt, here: Sequence[Measured]) -> list[str]:
    """How much better the test part is than people whom the networks never met."""
    gaps = [_percent(each.test) - _percent(each.strangers) for each in here if each.strangers is not None]
    if not gaps:
        return []
    many = f", on average over {len(gaps)} networks (from {min(gaps):+.1f} to {max(gaps):+.1f})"
    mean = float(np.mean(gaps))
    how = f"{abs(mean):.1f} points {'better' if mean >= 0 else 'worse'}"
    return [f"{dealt.title}: the test part is named {how} than people never met{many if len(gaps) > 1 else ''}."]


def _ordinal(place: int) -> str:
    return _PLACES[place] if place < len(_PLACES) else f"number {place + 1}"


def _list(names: Sequence[str]) -> str:
    """Semicolons, since titles hold commas."""
    return names[0] if len(names) == 1 else f"{'; '.join(names[:-1])} and {names[-1]}"


def _dealt(each: Dealt) -> dict[str, Any]:
    return {
        "protocol": each.title,
        "leaky": each.leaky,
        "windows": list(each.windows),
        "people": list(each.people),
        "tested_people_trained_on": each.known_people,
        "tested_windows_of_a_clip_trained_on": each.known_windows,
    }


def _measured(done: Reproduction, each: Measured) -> dict[str, Any]:
    published = each.model.published.get(each.protocol.name)
    size = len(done.recipe.names)
    return {
        "network": each.model.title,
        "sizes": dict(each.model.sizes),
        "protocol": _title(done, each),
        "published_accuracy_percent": None if published is None else [published.low, published.most],
        "test": _figures(each.test, size),
        "never_met": None if each.strangers is None else _figures(each.strangers, size),
        "folder": str(each.folder),
    }


def _figures(answers: Answers, size: int) -> dict[str, Any]:
    people = answers.people.tolist()
    between = bootstrap(100.0 * _hits(answers), people) if len(set(people)) > 1 else np.full(2, np.nan)
    f1, f1_between = _f1(answers, size)
    return {
        "windows": len(people),
        "people": len(set(people)),
        "accuracy_percent": round(_percent(answers), 2),
        "accuracy_interval": _pair(between),
        "macro_f1_percent": round(f1, 2),
        "macro_f1_interval": _pair(f1_between),
        "clip_accuracy_percent": round(100.0 * answers.clip_accuracy, 2),
    }


def _pair(between: Floats) -> list[float] | None:
    return None if np.isnan(between).any() else [round(float(each), 2) for each in between]
