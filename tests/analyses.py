"""An analysis by arithmetic, a film to go with it, and a reader for what is made from them."""

import re
from html.parser import HTMLParser

import av
import numpy as np
from figures import squats, squatting

from formcheck.assess.analysis import (
    Advice,
    Analysis,
    CriterionSummary,
    ExerciseSet,
    Finding,
    Rep,
    Stream,
    Tempo,
    Trace,
)
from formcheck.body import Recording
from formcheck.report import write_outputs
from formcheck.sources import Video

OUTPUTS = {"analysis.json", "report.html", "reps.csv", "cues.srt", "overlay.mp4"}


def finding(verdict="pass", criterion="hips_below_knees", **changed):
    judged = verdict != "not_judged"
    fields = {
        "criterion": criterion,
        "title": "Hips below knees",
        "verdict": verdict,
        "value": 84.0 if judged else None,
        "unit": "deg",
        "good": (100.0, None),
        "score": {"pass": 0.9, "fail": 0.2, "not_judged": None}[verdict],
        "confidence": 0.9,
        "source": "rule",
        "stream": "front" if judged else None,
        "view": "front" if judged else None,
        "time_s": None,
        "joint": "knee_left" if judged else None,
        "cue": "Sit deeper until your hips pass below your knees.",
        "reason": None if judged else "your left knee is hidden from the camera",
    }
    return Finding(**(fields | changed))


def rep(index, start_s, verdicts=("pass",), length_s=2.0, **changed):
    findings = tuple(finding(verdict, f"criterion_{at}") for at, verdict in enumerate(verdicts))
    scores = [each.score for each in findings if each.score is not None]
    fields = {
        "index": index,
        "start_s": start_s,
        "turn_s": start_s + length_s / 2,
        "end_s": start_s + length_s,
        "complete": True,
        "score": sum(scores) / len(scores) if scores else None,
        "confidence": 0.9,
        "tempo": Tempo(down_s=0.9, hold_s=None, up_s=0.8),
        "range_of_motion": 95.5,
        "peak_velocity": 200.0,
        "asymmetry": 0.04,
        "findings": findings,
    }
    return Rep(**(fields | changed))


def exercise_set(reps, **changed):
    criteria = []
    for at in range(len(reps[0].findings) if reps else 0):
        verdicts = [each.findings[at].verdict for each in reps]
        criteria.append(
            CriterionSummary(
                criterion=f"criterion_{at}",
                title="Hips below knees",
                passed=verdicts.count("pass"),
                failed=verdicts.count("fail"),
                not_judged=verdicts.count("not_judged"),
                score=0.5,
                cue="Sit deeper.",
                why="It trains more.",
            )
        )
    failed = tuple(each.index for each in reps if each.findings[0].verdict == "fail")
    advice = (Advice(criterion="criterion_0", cue="Sit deeper.", why="It trains more.", reps=failed),) if failed else ()
    start_s, end_s = (reps[0].start_s, reps[-1].end_s) if reps else (0.0, 1.0)
    time = np.arange(start_s, end_s, 0.05)
    fields = {
        "exercise": "squat",
        "title": "Squat",
        "confidence": 0.9,
        "start_s": start_s,
        "end_s": end_s,
        "count": sum(each.complete and not each.attempt for each in reps),
        "hold_s": None,
        "score": 0.7,
        "reps": tuple(reps),
        "criteria": tuple(criteria),
        "advice": advice,
        "trace": Trace(
            name="knee flexion",
            unit="deg",
            time_s=tuple(time.tolist()),
            value=tuple((50 - 50 * np.cos(np.pi * (time - start_s))).tolist()),
        ),
    }
    return ExerciseSet(**(fields | changed))


def analysis(*sets, streams=1, **changed):
    named = ("front", "side")[:streams]
    fields = {
        "formcheck_version": "0.0",
        "streams": tuple(
            Stream(
                name=name,
                file=f"{name}.mp4",
                view={"front": "front", "side": "side-left"}[name],
                mirrored=False,
                duration_s=8.0,
                frames=240,
                rate_hz=30.0,
                frame_size=(640, 480),
                found=0.98,
                offset_s={"front": 0.0, "side": 0.5}[name],
                offset_error_s={"front": None, "side": 0.02}[name],
            )
            for name in named
        ),
        "sets": sets,
    }
    return Analysis(**(fields | changed))


def three_squats():
    """Nine seconds of three squats, seen from the front at 10 pictures a second."""
    return Recording(front=squatting(squats([110, 70, 110], rate_hz=10.0)[0], rate_hz=10.0), offset_s={"front": 0.0})


def film(path, frames=90, rate=30, size=(320, 240), bright=0):
    """A video whose frames show how far it has run: the lower part's brightness grows with time."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for at in range(frames):
            picture = np.full((size[1], size[0], 3), bright, dtype=np.uint8)
            picture[size[1] // 2 :] = 30 + 200 * at // frames
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return Video(path)


def decoded(path):
    with av.open(str(path)) as container:
        return [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


class Page(HTMLParser):
    """What matters of a page: its text, its tags, and where its addresses lead."""

    def __init__(self, html):
        super().__init__()
        self.words, self.tags, self.addresses, self.open = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href", "srcset", "data", "action")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", "".join(self.words))


def written(result, recording, folder, **options):
    paths = write_outputs(result, recording, options.pop("sources", {"front": None}), folder, **options)
    return Page(paths["report.html"].read_text(encoding="utf-8"))
