"""Text beside the pictures: the cue track (SubRip) and the table of repetitions (CSV)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from formcheck.assess.analysis import Analysis, Comparison, ExerciseSet, Finding, Rep, RepLift
from formcheck.report.words import is_counted, remark

LONGEST_S = 4.0  # a remark stays long enough to be read twice, then leaves the picture alone
SHORTEST_S = 0.2  # below this a subtitle only flickers: the remark of a quicker repetition joins the one before


@dataclass(frozen=True)
class Cue:
    """One remark shown during [start_s, end_s) on the recording's clock."""

    start_s: float
    end_s: float
    text: str


def cues(analysis: Analysis) -> list[Cue]:
    """What to say after each repetition, in order of time and never two at once."""
    said = sorted((rep.end_s, remark(rep, each)) for each in analysis.sets for rep in each.reps)
    merged: list[tuple[float, list[str]]] = []
    for when_s, text in said:
        if merged and when_s - merged[-1][0] < SHORTEST_S:
            merged[-1][1].append(text)
        else:
            merged.append((when_s, [text]))
    ends = [*(when_s for when_s, _ in merged[1:]), float("inf")]
    return [
        Cue(when_s, min(until_s, when_s + LONGEST_S), "\n".join(texts))
        for (when_s, texts), until_s in zip(merged, ends, strict=False)
    ]


def srt(analysis: Analysis, origin_s: float = 0.0) -> str:
    """The cues as a SubRip track whose zero is `origin_s` on the recording's clock."""
    blocks: list[str] = []
    for cue in cues(analysis):
        start_s, end_s = max(0.0, cue.start_s - origin_s), cue.end_s - origin_s
        if end_s > start_s:
            text = "\n".join(line for line in cue.text.splitlines() if line.strip()).replace("-->", "→")
            blocks.append(f"{len(blocks) + 1}\n{_stamp(start_s)} --> {_stamp(end_s)}\n{text}\n")
    return "\n".join(blocks)


def _stamp(time_s: float) -> str:
    ms = round(time_s * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d},{ms % 1000:03d}"


def reps_csv(analysis: Analysis) -> str:
    """One row per repetition; units are in the column names, a criterion has columns for verdict, score and value."""
    rows = [_row(number, each, rep) for number, each in enumerate(analysis.sets, 1) for rep in each.reps]
    header: dict[str, None] = dict.fromkeys(_FIRST_COLUMNS)
    for row in rows:
        header.update(dict.fromkeys(row))
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(header), restval="", lineterminator="\r\n")  # RFC 4180
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


_FIRST_COLUMNS = (
    *("set", "exercise", "rep", "counted", "complete", "attempt", "side", "start_s", "turn_s", "end_s"),
    *("down_s", "hold_s", "up_s", "score", "confidence", "asymmetry"),
)


def _row(number: int, each: ExerciseSet, rep: Rep) -> dict[str, object]:
    row: dict[str, object] = {
        "set": number,
        "exercise": each.exercise,
        "rep": rep.index,
        "counted": is_counted(rep),
        "complete": rep.complete,
        "attempt": rep.attempt,
        "side": rep.side,
        **{name: getattr(rep, name) for name in ("start_s", "turn_s", "end_s")},
        **{name: getattr(rep.tempo, name) for name in ("down_s", "hold_s", "up_s")},
        **{name: getattr(rep, name) for name in ("score", "confidence", "asymmetry")},
        _named("range_of_motion", each.trace.unit): rep.range_of_motion,
        _named("peak_velocity", f"{each.trace.unit}_s" if each.trace.unit else ""): rep.peak_velocity,
        **({} if rep.correctness is None else {"correctness": rep.correctness.score}),
        **(_lift_cells(rep.lift) if rep.lift else {}),
        "remark": remark(rep, each),
    }
    for finding in rep.judged:
        row |= _finding_cells(finding)
    if rep.comparison is not None:
        row |= _comparison_cells(rep, rep.comparison)
    return row


def _comparison_cells(rep: Rep, comparison: Comparison) -> dict[str, object]:
    """Who the expert is, how far apart, what to do about it, and each joint's largest difference (you less expert)."""
    differences = sorted(comparison.joints, key=lambda each: (each.joint, each.side))
    return {
        "expert": comparison.reference,
        "expert_apart_deg": comparison.apart_deg,
        "expert_advice": " ".join(finding.cue for finding in rep.compared if finding.verdict == "fail"),
        **{
            _named(f"expert_{each.joint}{'' if each.side == 'both' else f'_{each.side}'}", each.unit): each.difference
            for each in differences
        },
    }


def _lift_cells(lift: RepLift) -> dict[str, object]:
    return {
        "rise_m": lift.rise_m,
        "rise_duration_s": lift.duration_s,
        "mean_velocity_m_s": lift.mean_velocity_m_s,
        "peak_velocity_m_s": lift.peak_velocity_m_s,
    }


def _finding_cells(finding: Finding) -> dict[str, object]:
    name = finding.criterion
    return {
        f"{name}_verdict": finding.verdict,
        f"{name}_score": finding.score,
        _named(f"{name}_value", finding.unit): finding.value,
    }


def _named(name: str, unit: str) -> str:
    unit = unit.replace("%", "percent").replace("/", "_").replace(" ", "_")
    return f"{name}_{unit}" if unit else name


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    text = str(value)
    # A spreadsheet would run text that begins like a formula (OWASP, "CSV Injection").
    return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
