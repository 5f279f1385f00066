"""The report page: an analysis told in the order in which a trainee asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from formcheck.assess.analysis import Analysis, CriterionSummary, ExerciseSet, Finding, Rep
from formcheck.assess.workout import UNNAMED
from formcheck.reference import Reference
from formcheck.report.comparison import ComparisonPanel, comparison_panel, quietly
from formcheck.report.correctness import CorrectnessPanel, correctness_panel
from formcheck.report.facts import aside, facts
from formcheck.report.figures import RepFigures, rep_figures
from formcheck.report.footage import Footage
from formcheck.report.inputs import Input, confirmed, seen
from formcheck.report.plot import Row, plot_rows, rep_kind
from formcheck.report.strength import StrengthPanel, strength_panel
from formcheck.report.together import Together
from formcheck.report.warmth import WarmImage, WarmPanel, scale_css, warm_panel
from formcheck.report.words import (
    NOT_MEDICAL_ADVICE,
    SYMBOL,
    amount,
    camera_name,
    clock,
    counted,
    differing,
    failures,
    good_range,
    in_reps,
    listed,
    lower_first,
    noun,
    percent,
    quantity,
    recognised,
    rep_name,
    rep_note,
    seconded,
    signal_name,
    unit_suffix,
    upper_first,
)

WIDE_FROM = 1.25  # three pictures wider than this are set in two rows
SURE = 0.75  # verdicts less likely right than this are drawn with a dotted edge


def report_html(
    analysis: Analysis,
    footages: Mapping[str, Footage],
    *,
    blur_face: bool = False,
    warm: Mapping[tuple[int, int], WarmImage] | None = None,
    references: Mapping[str, Reference] | None = None,
    beside: Sequence[tuple[ExerciseSet, Together]] = (),
    progress: Callable[[float], None] | None = None,
) -> str:
    """The report as one HTML page that needs nothing beside it: pictures are data, plots are inline SVG.

    `references` are the experts that repetitions are compared with; `beside` what a video beside it shows of that.
    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    folder = resources.files(__package__ or "formcheck.report")
    environment = Environment(
        loader=FunctionLoader(lambda name: folder.joinpath(name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {"clock": clock, "percent": percent, "counted": counted, "sentence": upper_first}
    environment.filters.update(filters)
    template = environment.get_template("report.html.jinja")
    figures = rep_figures(analysis, footages, progress or (lambda share: None))
    sections = [
        Section.of(
            number,
            each,
            pictures,
            len(footages) > 1,
            warm_panel(number - 1, each, warm or {}),
            comparison_panel(each, footages, references or {}, [pair for one, pair in beside if one is each]),
        )
        for number, (each, pictures) in enumerate(zip(analysis.sets, figures, strict=True), 1)
    ]
    return template.render(
        analysis=analysis,
        sections=sections,
        heading=_heading(analysis),
        seen=[seen(stream) for stream in analysis.streams],
        inputs=[Input.of(stream) for stream in analysis.streams],
        watched=any(stream.kind == "camera" and stream.found for stream in analysis.streams),
        files=list(dict.fromkeys(stream.file for stream in analysis.streams)),
        between=[f"{_segment(part.kind)} ({clock(part.start_s)} to {clock(part.end_s)})" for part in analysis.segments],
        from_landmarks=bool(footages) and all(footage.source is None for footage in footages.values()),
        blur_face=blur_face,
        symbol=SYMBOL,
        noun=noun,
        amount=amount,
        camera_name=camera_name,
        several=len(footages) > 1,
        sure=SURE,
        wide_from=WIDE_FROM,
        not_medical_advice=NOT_MEDICAL_ADVICE,
        warm_colours=scale_css(),
        quietly=quietly,
    )


def _heading(analysis: Analysis) -> str:
    if not analysis.sets:
        return "No exercise found"
    titles = list(dict.fromkeys(each.title for each in analysis.sets))
    return listed([titles[0], *map(lower_first, titles[1:])])


def _segment(kind: str) -> str:
    return {"rest": "rest"}.get(kind, "movement that is no exercise")


@dataclass(frozen=True)
class Cell:
    """A criterion in the rep table: what to print, and what a pointer over it says."""

    kind: str
    unsure: bool
    title: str


@dataclass(frozen=True)
class TableRow:
    """A repetition in the rep table."""

    rep: Rep
    kind: str
    name: str
    note: str
    cells: tuple[Cell, ...]
    tempo: str
    motion: str
    asymmetry: str


@dataclass(frozen=True)
class CriterionView:
    """One criterion over the set, with where it failed and why it was not judged."""

    summary: CriterionSummary
    failed_in: str
    streams: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Picked:
    """A repetition shown in pictures with what is to be said about it."""

    name: str
    note: str
    figures: RepFigures
    failed: tuple[tuple[Finding, str], ...]
    good: str

    @property
    def widest(self) -> float:
        """The width of the widest row of pictures over its height."""
        rows = [[shot.size[0] / shot.size[1] for shot in shots] for shots in self.figures.shots.values()]
        return max(sum(row[: 2 if row[0] > WIDE_FROM else None]) for row in rows)


@dataclass(frozen=True)
class Section:
    """Everything the page says about one set."""

    number: int
    each: ExerciseSet
    facts: tuple[tuple[str, str, str], ...]
    aside: str
    recognised: str
    advice: tuple[tuple[str, str, str, str], ...]
    verdict: str
    criteria: tuple[CriterionView, ...]
    rows: tuple[TableRow, ...]
    kinds: frozenset[str]
    has_sides: bool
    has_motion: bool
    plot: tuple[Row, ...]
    plot_name: str
    motion_unit: str
    strength: StrengthPanel | None
    pictures: tuple[Picked, ...]
    all_pictured: bool
    others: tuple[tuple[str, tuple[Row, ...]], ...]
    confirmed: str
    warm: WarmPanel | None
    correctness: CorrectnessPanel | None
    comparison: ComparisonPanel | None

    @property
    def columns(self) -> tuple[CriterionView, ...]:
        """The criteria that have a column for every repetition: none where no camera looked."""
        return self.criteria if self.each.counted_by == "camera" else ()

    @property
    def paced(self) -> bool:
        """Whether it is known which way is down; of a hold it is always told how long it was held."""
        return bool(self.criteria) and (self.each.counted_by == "camera" or self.each.hold_s is not None)

    @classmethod
    def of(
        cls,
        number: int,
        each: ExerciseSet,
        figures: Sequence[RepFigures],
        several: bool,
        warm: WarmPanel | None = None,
        comparison: ComparisonPanel | None = None,
    ) -> Section:
        titles = {summary.criterion: summary.title for summary in each.criteria}
        return cls(
            number,
            each,
            tuple(facts(each)),
            aside(each),
            recognised(each),
            tuple(_advice(each, titles)),
            _verdict(each),
            tuple(_criterion(summary, each, several) for summary in each.criteria),
            tuple(_table_row(rep, each) for rep in each.reps),
            frozenset(rep_kind(rep) for rep in each.reps),
            any(rep.asymmetry is not None for rep in each.reps),
            any(rep.range_of_motion is not None for rep in each.reps),
            tuple(plot_rows(each)),
            signal_name(each.trace.name, each.trace.unit),
            unit_suffix(each.trace.unit).strip(),
            strength_panel(each),
            tuple(_picked(shown, each) for shown in figures),
            len(figures) == len(each.reps),
            tuple((signal_name(trace.name, trace.unit), tuple(plot_rows(each, trace))) for trace in each.other_traces),
            confirmed(each),
            warm,
            correctness_panel(each),
            comparison,
        )


def _advice(each: ExerciseSet, titles: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """(cue, why, criterion, where) of each piece of advice."""
    whole = [rep for rep in each.reps if not rep.attempt]
    judged = {
        summary.criterion: [rep for rep in whole if _verdict_on(rep, summary.criterion) in ("pass", "fail")]
        for summary in each.criteria
    }
    return [
        (
            entry.cue,
            entry.why,
            titles.get(entry.criterion, entry.criterion),
            in_reps(entry.reps, len(judged.get(entry.criterion, [])), len(whole), noun(each)) if entry.reps else "",
        )
        for entry in each.advice
    ]


def _verdict_on(rep: Rep, criterion: str) -> str | None:
    return next((finding.verdict for finding in rep.judged if finding.criterion == criterion), None)


def _verdict(each: ExerciseSet) -> str:
    """What to say where there is no advice."""
    verdicts = {finding.verdict for rep in each.reps for finding in rep.judged}
    if each.advice:
        return ""
    if "fail" in verdicts:
        return "Nothing stands out. The details below say what varied from rep to rep."
    if "pass" in verdicts:
        return "Well done: nothing to fix in what could be judged."
    if each.counted_by != "camera" and each.correctness is not None:
        return "Counted and scored by how you move; what exactly to do better, a camera sees best."
    if each.counted_by != "camera":
        return "Counted, not judged: form can only be judged with a camera."
    if not each.criteria and each.exercise == UNNAMED:
        return "Say which exercise this is (--exercise), and your form is judged too."
    if not each.criteria:
        return "Your form could not be judged in this recording."
    return "Your form could not be judged in this recording. The reasons stand below."


def _criterion(summary: CriterionSummary, each: ExerciseSet, several: bool) -> CriterionView:
    whole = [rep for rep in each.reps if not rep.attempt]
    found = [(rep, f) for rep in whole for f in rep.judged if f.criterion == summary.criterion]
    failed = [rep.index for rep, finding in found if finding.verdict == "fail"]
    judged = [finding for _, finding in found if finding.verdict != "not_judged"]
    unjudged: dict[str, list[int]] = {}
    for rep, finding in found:
        if finding.verdict == "not_judged":
            unjudged.setdefault(finding.reason or "the reason is not known", []).append(rep.index)
    reasons = [
        f"Not judged{where}: {lower_first(reason).rstrip('.')}."
        for reason, reps in unjudged.items()
        for where in ["" if len(reps) == len(found) else f" {in_reps(reps, -1, -1, noun(each))}"]
    ]
    streams = sorted({finding.stream for finding in judged if finding.stream is not None})
    cameras = [f"the {listed([camera_name(stream) for stream in streams])}"] if streams else []
    both = ["both together"] if any(finding.view == "both" for finding in judged) else []
    seen = f"seen by {listed([*cameras, *both])}" if several and cameras + both else ""
    where = in_reps(failed, len(judged), len(found), noun(each)) if failed else ""
    return CriterionView(summary, where, seen, (*reasons, *differing(found, noun(each))))


def _table_row(rep: Rep, each: ExerciseSet) -> TableRow:
    by_criterion = {finding.criterion: finding for finding in rep.judged}
    ways = (rep.tempo.down_s, rep.tempo.hold_s, rep.tempo.up_s) if rep.kind == "repetition" else (rep.tempo.hold_s,)
    tempo = " / ".join("—" if t is None else f"{t:.1f}" for t in ways)
    return TableRow(
        rep,
        rep_kind(rep),
        rep_name(rep),
        rep_note(rep),
        tuple(_cell(by_criterion.get(summary.criterion)) for summary in each.criteria),
        tempo,
        quantity(rep.range_of_motion, each.trace.unit),
        _asymmetry(rep.asymmetry),
    )


def _asymmetry(share: float | None) -> str:
    if share is None:
        return "—"
    size = round(abs(share) * 100)
    return "even" if size == 0 else f"{'left' if share > 0 else 'right'} +{size} %"


def _cell(finding: Finding | None) -> Cell:
    if finding is None:
        return Cell("none", False, "")
    if finding.verdict == "not_judged":
        return Cell("not_judged", False, f"Not judged: {lower_first(finding.reason or 'the reason is not known')}")
    said = {"pass": "Good", "fail": "To work on"}[finding.verdict]
    told = "; ".join(filter(None, (f"{said}{_measured(finding)}", _sure(finding), seconded(finding))))
    return Cell(finding.verdict, finding.confidence < SURE, told)


def _sure(finding: Finding) -> str:
    return f"{percent(finding.confidence)} % sure"


def _measured(finding: Finding) -> str:
    if finding.value is None:
        return ""
    aim = good_range(finding)
    return f": {quantity(finding.value, finding.unit)}" + (f", aim for {aim}" if aim else "")


def _detail(finding: Finding) -> str:
    differs = finding.source == "model" or (finding.second is not None and not finding.second.agrees)
    said = (_measured(finding).removeprefix(": "), seconded(finding) if differs else "")
    return "; ".join(filter(None, said))


def _picked(shown: RepFigures, each: ExerciseSet) -> Picked:
    rep = shown.rep
    failed = failures(rep, each.advice)
    details = tuple((finding, _detail(finding)) for finding in failed)
    passed = sum(finding.verdict == "pass" for finding in rep.judged)
    good = ""
    if not failed and not rep.attempt:
        unjudged = "Could not be judged." if each.criteria else ""
        good = "Good: nothing to fix in what could be judged." if passed else unjudged
    return Picked(rep_name(rep), rep_note(rep), shown, details, good)
