"""The one result: what was seen, set by set, repetition by repetition, criterion by criterion."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1.6"

Verdict = Literal["pass", "fail", "not_judged"]
Side = Literal["left", "right", "both"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="null")


class SecondOpinion(_Part):
    """What the one of rule and model says of a criterion that did not decide its verdict."""

    source: Literal["rule", "model"]
    verdict: Literal["pass", "fail"]
    satisfied: float = Field(ge=0, le=1, description="how probable it holds it that the criterion is satisfied")
    agrees: bool = Field(description="whether that is the verdict")


class Finding(_Part):
    """One criterion judged on one repetition."""

    criterion: str = Field(description="id of the criterion in the exercise file")
    title: str = Field(description="the criterion in words, as an achievement: 'Hips below knees'")
    verdict: Verdict
    measure: str = Field(default="", description="what was measured, in words: 'hip height over the knee'")
    value: float | None = Field(description="the measured value, in `unit`; null when not judged")
    unit: str
    good: tuple[float | None, float | None] = Field(description="good range in `unit`; null is an open end")
    score: float | None = Field(ge=0, le=1, description="1 inside the good range, 0.5 at pass/fail; null: not judged")
    confidence: float = Field(ge=0, le=1, description="probability that the verdict is right")
    source: Literal["rule", "model", "reference"] = Field(
        description="who decided: the measured value, or a model that was trained on repetitions, whose score is how "
        "probable it holds it that the criterion is satisfied"
    )
    stream: str | None = Field(description="the camera that was judged: front or side")
    view: str | None = Field(description="the view that camera had of the person")
    time_s: float | None = Field(description="the moment that decided, on the recording's clock")
    joint: str | None = Field(description="the joint to light up in pictures, e.g. knee_left")
    cue: str = Field(description="what to do better, second person, one sentence")
    reason: str | None = Field(description="why it was not judged")
    second: SecondOpinion | None = Field(default=None, description="what the other of rule and model says; null: none")


class Tempo(_Part):
    """How long the parts of a repetition took, in seconds; `out` is from start to turn, `back` from turn to end."""

    down_s: float | None
    hold_s: float | None
    up_s: float | None


class RepLift(_Part):
    """How what is lifted rose in a repetition (its concentric phase), in metres estimated from the size of the body."""

    rise_m: float = Field(description="how far it rose; of a cable, how far the hands pulled it")
    duration_s: float = Field(description="how long that took")
    mean_velocity_m_s: float
    peak_velocity_m_s: float


class LostPoints(_Part):
    """What one criterion cost a repetition."""

    criterion: str
    title: str
    points: float = Field(ge=0, description="of a hundred")


class Correctness(_Part):
    """How correct a repetition was, as a model scores it that was trained on graded faults."""

    score: float = Field(ge=0, le=1)
    error: float = Field(ge=0, description="mean absolute error of scores from these streams, on people not trained on")
    streams: tuple[str, ...] = Field(description="what the model was shown: front, side, imu, thermal")
    lost: tuple[LostPoints, ...] = Field(
        description="what cost the points, the largest first; below one point left out"
    )


class KeyMoment(_Part):
    """A moment of a repetition in which the body is slowest, and the same moment of the expert's."""

    kind: Literal["start", "turn", "end", "sticking point"]
    time_s: float
    reference_s: float | None = Field(description="on the expert's own clock; null where the expert shows none")


class JointDifference(_Part):
    """How a joint differed most from the expert's at the same moment of the movement."""

    joint: str = Field(description="knee, hip, elbow, shoulder, trunk, neck, foot, toes, twist or back")
    title: str = Field(description="what was compared, in words: 'knee flexion'")
    side: Side
    unit: str
    when: Literal["start", "out", "turn", "back", "end"] = Field(description="the part of the repetition")
    time_s: float
    reference_s: float = Field(description="the same moment on the expert's own clock")
    value: float
    reference: float = Field(description="the expert's value")
    difference: float = Field(description="value - reference")
    threshold: float = Field(gt=0, description="a difference beyond it is advised")
    fastest: float | None = Field(default=None, ge=0, description="in the repetition, in `unit` a second")
    reference_fastest: float | None = Field(default=None, ge=0, description="the expert's, on the same ways")


class Comparison(_Part):
    """A repetition beside the expert's that is most like it."""

    reference: str = Field(description="the name of the reference")
    origin: Literal["person", "studio"] = Field(description="a person, or the studio's synthetic expert")
    shown: int = Field(ge=0, description="which of the reference's repetitions, from 0")
    mirrored: bool = Field(description="whether the expert's was mirrored, so that the same side works or is seen")
    stream: str = Field(description="the camera that was compared")
    view: str
    half: Literal["out", "back"] | None = Field(description="the only half that both show; null: the whole repetition")
    distance: float = Field(description="L2 of the normalised poses at the key moments, in trunk lengths a joint")
    apart_deg: float = Field(description="mean difference of the angles in step")
    moments: tuple[KeyMoment, ...]
    steps: tuple[tuple[float, float], ...] = Field(description="in step: seconds here, seconds on the expert's clock")
    joints: tuple[JointDifference, ...] = Field(description="the largest difference for its threshold first")


class Rep(_Part):
    """One repetition, attempt, or part of a repetition at the edge of the recording; or one hold, as of a plank."""

    index: int = Field(ge=1)
    kind: Literal["repetition", "hold"] = Field(
        default="repetition",
        description="hold: a posture timed from start_s to end_s, as far as the recording shows it",
    )
    start_s: float
    turn_s: float = Field(description="the turning point; the middle of a hold")
    end_s: float
    complete: bool = Field(description="false: the recording begins or ends inside it")
    attempt: bool = Field(default=False, description="true: began but fell well short; reported, not counted")
    side: Side = "both"
    score: float | None = Field(ge=0, le=1, description="weighted mean of criterion scores; null: nothing judged")
    confidence: float = Field(ge=0, le=1, description="the probability that this was a repetition")
    tempo: Tempo
    range_of_motion: float | None = Field(description="excursion of the quantity in the trace, in its unit")
    peak_velocity: float | None = Field(description="largest speed of the quantity in the trace, in its unit per s")
    asymmetry: float | None = Field(description="left minus right range of motion over their mean")
    findings: tuple[Finding, ...]
    lift: RepLift | None = Field(default=None, description="how the weight or the body rose; null: not told")
    correctness: Correctness | None = Field(default=None, description="null: no model of this exercise, or not seen")
    comparison: Comparison | None = Field(default=None, description="beside an expert; null: not compared")

    @property
    def judged(self) -> tuple[Finding, ...]:
        """The findings on the exercise's criteria, without those of the comparison with an expert."""
        return tuple(finding for finding in self.findings if finding.source != "reference")

    @property
    def compared(self) -> tuple[Finding, ...]:
        """The findings of the comparison with an expert."""
        return tuple(finding for finding in self.findings if finding.source == "reference")


class Trace(_Part):
    """The quantity that shows the movement of a set: `time_s` and `value` have equal length; null is missing."""

    name: str
    unit: str
    time_s: tuple[float, ...]
    value: tuple[float | None, ...]


class CriterionSummary(_Part):
    """One criterion over a set."""

    criterion: str
    title: str
    passed: int
    failed: int
    not_judged: int
    score: float | None
    cue: str
    why: str


class Advice(_Part):
    """One of the few things that would help most."""

    criterion: str
    cue: str
    why: str
    reps: tuple[int, ...] = Field(description="indices of the repetitions in which it failed")


class Reserve(_Part):
    """How many more repetitions would have been possible."""

    low: int = Field(ge=0)
    high: int | None = Field(description="null: the speed does not say how many more")


class OneRepMax(_Part):
    """The load that could be lifted once, as a range of one standard error to either side."""

    method: Literal["velocity", "repetitions"]
    low_kg: float
    high_kg: float | None = Field(description="null: nothing bounds it from above")
    formula: str = Field(description="the formulas used, by their authors")


class Strength(_Part):
    """How fast the weight, or the body, of a set rose, and what follows from it; estimates from video."""

    load_kg: float | None = Field(description="the weight in kg, as it was told; null: not told")
    lifted: Literal["wrist", "shoulder", "hip"] | None = Field(description="the joint whose rise was measured")
    fastest_m_s: float | None = Field(description="mean velocity of the fastest repetition")
    last_m_s: float | None = Field(description="mean velocity of the last repetition")
    velocity_error: float | None = Field(description="standard error of all velocities in m/s, as a share of them")
    velocity_loss: float | None = Field(description="(fastest - last) / fastest; null: not told")
    velocity_loss_error: float | None = Field(description="its standard error")
    velocity_reason: str | None = Field(description="why velocities or their loss are not told")
    reps_in_reserve: Reserve | None
    reserve_reason: str | None = Field(description="why it is not told")
    one_rep_max: tuple[OneRepMax, ...]
    one_rep_max_reason: str | None = Field(description="why it is not told; null as well where no load was given")


class Likely(_Part):
    """An exercise that a set may have been."""

    exercise: str
    title: str
    probability: float = Field(ge=0, le=1)


class StreamCount(_Part):
    """What a stream of another kind counted while a set went on."""

    kind: Literal["camera", "imu", "thermal"]
    count: int = Field(ge=0)
    confidence: float = Field(ge=0, le=1, description="the probability that it is right, by that stream alone")
    agrees: bool = Field(description="whether it is the count of the set")


class RegionWarmth(_Part):
    """How warm a part of the body looked over a set: an indication, not a diagnosis."""

    region: str
    start_c: float
    end_c: float
    change_k: float


class ExerciseSet(_Part):
    """Repetitions of one exercise without a rest between them."""

    exercise: str
    title: str
    confidence: float = Field(ge=0, le=1, description="the probability that `count` is right")
    start_s: float
    end_s: float
    count: int = Field(ge=0, description="complete repetitions, or holds; attempts and cut-off parts are not counted")
    hold_s: float | None = Field(description="seconds held in all, for holds such as the plank; null: repetitions")
    score: float | None = Field(ge=0, le=1)
    reps: tuple[Rep, ...]
    criteria: tuple[CriterionSummary, ...]
    advice: tuple[Advice, ...]
    trace: Trace
    strength: Strength | None = Field(default=None, description="null: nothing is lifted")
    recognised: tuple[Likely, ...] | None = Field(
        default=None, description="what the exercise looks like, the likeliest first; null: somebody named it"
    )
    correctness: float | None = Field(default=None, ge=0, le=1, description="mean over the repetitions; null: not told")
    counted_by: Literal["camera", "imu", "thermal"] = Field(
        default="camera", description="the kind of stream in which the repetitions were found"
    )
    other_counts: tuple[StreamCount, ...] = Field(
        default=(),
        description="what the other kinds of stream counted; `confidence` of the set is raised or lowered by it",
    )
    other_traces: tuple[Trace, ...] = Field(default=(), description="the movement as the other kinds of stream show it")
    warmth: tuple[RegionWarmth, ...] = Field(default=(), description="an indication, not a diagnosis; empty: not told")
    expert_advice: tuple[Advice, ...] = Field(
        default=(), description="what would make it most like the expert's; `criterion` is that of the finding"
    )
    not_compared: str | None = Field(default=None, description="why no repetition is compared with an expert's")


class Segment(_Part):
    """A stretch that is not exercise."""

    kind: Literal["rest", "unknown"]
    start_s: float
    end_s: float


class Stream(_Part):
    """One input of the recording, as it was read."""

    name: str = Field(
        description="front or side: the first or second camera; the place of an inertial sensor (wrist_left); thermal"
    )
    kind: Literal["camera", "imu", "thermal"] = "camera"
    file: str
    view: str = Field(default="unknown", description="how a camera sees the person; unknown for other streams")
    mirrored: bool = False
    duration_s: float
    frames: int = Field(description="pictures, or samples of a sensor")
    rate_hz: float | None
    frame_size: tuple[int, int] | None = Field(description="(width, height) px; null for sensors")
    found: float = Field(
        ge=0, le=1, description="share of frames in which the person was found; of a sensor, of time in which it ran"
    )
    offset_s: float = Field(
        description="added to this stream's own time to reach the recording's clock; amid the recording, with a drift"
    )
    offset_error_s: float | None = Field(default=None, description="standard error of offset_s; null for the first")
    clock: Literal["reference", "time stamps", "beep", "motion", "not aligned"] = Field(
        default="reference", description="what its offset was told by; what is not aligned was left aside"
    )
    drift_ppm: float | None = Field(
        default=None, description="microseconds a second that its clock falls behind; null: too short to tell"
    )
    drift_error_ppm: float | None = Field(default=None, description="standard error of drift_ppm")
    how: str = Field(default="", description="in words, how its numbers were understood")


class Analysis(_Part):
    """Everything that formcheck says about one recording."""

    schema_version: Literal["1.6"] = SCHEMA_VERSION
    formcheck_version: str
    streams: tuple[Stream, ...]
    sets: tuple[ExerciseSet, ...]
    segments: tuple[Segment, ...] = ()
    private: bool = Field(default=False, description="true: no picture of the person was kept anywhere")
    warnings: tuple[str, ...] = ()
