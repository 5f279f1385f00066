"""The command that says how well right and wrong repetitions of real people are told apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.cli_screen import Progress, print_table, progress_bar

if TYPE_CHECKING:
    from formcheck.evaluation.form import Shown


def form(
    data: Annotated[
        list[Path],
        typer.Option(
            help="A folder of repetitions labelled right or wrong: UI-PRMD, FrontSquat, pushfit, pose-trainer, or "
            "single frames with errors; may be repeated."
        ),
    ],
    probes: Annotated[
        bool, typer.Option(help="Print what is told from duration alone, and from the first posture alone.")
    ] = True,
) -> None:
    """Learn right and wrong from real people, judge others with it, and compare with the rules.

    Groups are kept apart: people where they are known, else recordings that look alike. Nothing learnt is kept.
    """
    from formcheck.evaluation.form import shown
    from formcheck.learn.form.sets import describe_all, form_set

    sets = [form_set(folder) for folder in data]
    with progress_bar(quiet=False) as progress:
        for found in sets:
            told = describe_all(found, _step(progress, f"{found.layout}: describing"))
            ready = shown(found, told)
            _people(ready, progress) if found.people_known else _sources(ready, progress)
            for note in found.notes:
                typer.echo(note)
            if probes:
                _probes(ready)


def _people(ready: Shown, progress: Progress | None) -> None:
    from formcheck.evaluation import form as tables
    from formcheck.learn.form.protocols import PROTOCOLS, Protocol

    name = ready.found.layout
    said: dict[Protocol, tables.Said] = {}
    for each in PROTOCOLS:
        said[each] = tables.say(ready, each, _step(progress, f"{name}: {each}"))
    title = f"{name}: right or wrong, one person left out, balanced accuracy; 95 % intervals over people"
    print_table(title, tables.protocol_table(ready, said))
    for sentence in tables.PROTOCOL_SENTENCES.values():
        typer.echo(sentence)
    typer.echo(tables.chosen_sentence(said["strict"]))
    print_table(f"{name}, strict: everybody", tables.person_table(ready, said["strict"]))
    in_pairs = tables.shown(ready.found, ready.told, out_of=5)
    pairs = tables.say(in_pairs, "strict", _step(progress, f"{name}: two people left out"))
    print_table(f"{name}, strict, 5 folds of two people", tables.protocol_table(in_pairs, {"strict": pairs}))
    print_table("Beside it", list(tables.PUBLISHED))


def _sources(ready: Shown, progress: Progress | None) -> None:
    from formcheck.evaluation import form as tables
    from formcheck.evaluation.form_rules import ruled

    name = ready.found.layout
    learnt = tables.say(ready, "strict", _step(progress, f"{name}: learning"))
    rules = ruled(ready.found, _step(progress, f"{name}: rules"))
    both = None if rules is None else tables.with_rules(ready, rules, _step(progress, f"{name}: both"))
    title = f"{name}: right or wrong, groups kept apart, balanced accuracy; 95 % intervals over groups"
    print_table(title, tables.rules_table(ready, learnt, rules, both))
    if rules is not None:
        print_table(f"{name}: criteria of the rules, each by itself", tables.criteria_table(ready, rules))
    typer.echo(tables.chosen_sentence(learnt))


def _probes(ready: Shown) -> None:
    from formcheck.evaluation import form as tables

    rows = tables.probe_table(ready, tables.probes(ready))
    print_table(f"{ready.found.layout}: what is told from less, mean over movements", rows)


def _step(progress: Progress | None, name: str) -> Callable[[float], None] | None:
    return None if progress is None else lambda share: progress(name, share)
