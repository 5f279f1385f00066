"""The user beside the expert, in step: as video, and as the one picture that a coach would send."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from formcheck.assess.analysis import Analysis, ExerciseSet
from formcheck.reference import Reference
from formcheck.report.drawing import INK, LIT, OUTLINE, Picture, fitted, shade, text_width, wrapped, write
from formcheck.report.footage import Footage
from formcheck.report.mannequin import AIM, AMBER
from formcheck.report.overlay import RATE_HZ, Encoder, even
from formcheck.report.stage import Shown, Stage, aspect_of, body_box, ground_of, lit_at, staged
from formcheck.report.together import Offence, Together
from formcheck.report.words import rep_name

WIDEST_PX, HIGHEST_PX = 1280, 720
GAP_PX = 4
LINES = 2  # of the cue
MOST_OF_A_SET = 3  # repetitions of a set in the video
MOST_SHOWN = 8  # and of all sets
LONGEST_S = 10.0  # of a repetition or hold that is played
SLOW = 0.5  # times the true speed about the largest difference
SLOW_S = 0.5  # to either side of it
STILL_S = 2.0  # it stands still there, long enough to read the cue
MOST_STILLS = 2
STILL_STEP_S = 0.25  # a picture that stays is written again after this, so that players can jump
END_S = 0.8  # the last picture stays


def compared(
    analysis: Analysis, footages: Mapping[str, Footage], references: Mapping[str, Reference]
) -> list[tuple[ExerciseSet, Together]]:
    """The repetitions worth looking at beside their expert, in order of time.

    Of every set the first that is compared, the one that differs most, and one more with something else at fault.
    """
    chosen: list[tuple[ExerciseSet, Together]] = []
    for each in analysis.sets:
        there = [found for rep in each.reps if (found := Together.of(rep, footages, references)) is not None]
        chosen += [(each, one) for one in _worth_showing(there)]
    chosen = sorted(chosen, key=lambda item: -_worst(item[1]))[:MOST_SHOWN]
    return sorted(chosen, key=lambda item: item[1].first_s)


def most_different(there: Sequence[Together]) -> Together | None:
    """The repetition that differs most from its expert's, the first of those that differ alike; None of none."""
    return max(there, key=_worst, default=None)


def _worth_showing(there: Sequence[Together]) -> list[Together]:
    picked = list(there[:1])
    shown = {_kind(offence) for one in picked for offence in one.offences}
    rest = sorted((one for one in there[1:] if one.offences), key=_worst, reverse=True)
    fresh = [one for one in rest[1:] if {_kind(offence) for offence in one.offences} - shown]
    for one in (*rest[:1], *fresh, *rest):
        if one not in picked and len(picked) < MOST_OF_A_SET:
            picked.append(one)
    return picked


def _worst(one: Together) -> float:
    return max((offence.weight for offence in one.offences), default=0.0)


def _kind(offence: Offence) -> str:
    return offence.cue if offence.difference is None else offence.difference.joint


class _Layout:
    """Two halves of `size` px above a band for the cue; at most 1280 x 720 px, all even."""

    def __init__(self, aspect: float) -> None:
        height = 620.0
        for _ in range(6):
            width = 2 * aspect * height + GAP_PX
            self.letters = min(46.0, max(24.0, width / 25))
            band = (1.25 * LINES + 1.1) * self.letters
            height = min(height, (WIDEST_PX - GAP_PX) / (2 * aspect), HIGHEST_PX - band)
        self.size = (even(aspect * height), even(height))
        self.band = even((1.25 * LINES + 1.1) * self.letters)
        self.header = 1.7 * self.letters
        self.whole = (2 * self.size[0] + GAP_PX, self.size[1] + self.band)

    def composed(self, yours: Picture, theirs: Picture, cue: str, color: Sequence[int]) -> Picture:
        """Both halves and the cue below them."""
        width, height = self.whole
        canvas = ground_of((width, height), OUTLINE).copy()
        canvas[: self.size[1], : self.size[0]] = yours
        canvas[: self.size[1], -self.size[0] :] = theirs
        size, edge = self.letters, 0.8 * self.letters
        lines = wrapped(cue, size, 500, width - 2 * edge, LINES)
        top = self.size[1] + (self.band - 1.25 * size * len(lines)) / 2
        if lines:
            bar = (round(0.35 * edge), round(top), round(0.35 * edge) + max(4, round(0.14 * size)))
            canvas[bar[1] : round(top + 1.25 * size * len(lines)), bar[0] : bar[2]] = color
        for number, line in enumerate(lines):
            write(canvas, line, (edge, top + (1.25 * number + 0.93) * size), size, INK, 500)
        return canvas


def _titled(picture: Picture, title: str, below: str, size: float) -> None:
    """Who it is, in the upper left corner, in place."""
    room = picture.shape[1] - 1.4 * size
    title, below = fitted(title, size, 600, room), fitted(below, 0.72 * size, 400, room)
    wide = max(text_width(title, size, 600), text_width(below, 0.72 * size) if below else 0.0)
    tall = (2.75 if below else 1.75) * size
    shade(picture, (0, 0, round(wide + 1.3 * size), round(tall)), 0.72)
    write(picture, title, (0.6 * size, 1.25 * size), size, INK, 600)
    if below:
        write(picture, below, (0.6 * size, 2.3 * size), 0.72 * size, (200, 206, 210))


def _noted(picture: Picture, text: str, size: float) -> None:
    """A short note in the lower left corner, in place."""
    height = picture.shape[0]
    shade(picture, (0, round(height - 1.7 * size), round(text_width(text, size) + 1.2 * size), height), 0.6)
    write(picture, text, (0.6 * size, height - 0.55 * size), size, (200, 206, 210))


def cue_at(pair: Together, time_s: float) -> str:
    """What to say at an instant: the cue of the nearest offence, one at a time."""
    nearest = min(pair.offences, key=lambda each: abs(each.time_s - time_s), default=None)
    return f"{rep_name(pair.rep)}: in step with the expert." if nearest is None else nearest.cue


@dataclass(frozen=True)
class Beat:
    """One picture of the video: the recording's instant that it shows, for how long, and how fast time goes."""

    time_s: float
    lasts_s: float
    slow: bool
    still: Offence | None = None


def beats(pair: Together) -> Iterator[Beat]:
    """The whole repetition at its own speed, slowly about the largest difference, still at the worst moments."""
    first_s, last_s = pair.first_s, pair.last_s
    worst = pair.offences[0] if pair.offences else None
    if last_s - first_s > LONGEST_S:  # a long hold: what matters, or its middle
        middle_s = (first_s + last_s) / 2 if worst is None else worst.time_s
        first_s = min(max(first_s, middle_s - LONGEST_S / 2), last_s - LONGEST_S)
        last_s = first_s + LONGEST_S
    waiting = sorted(pair.offences[:MOST_STILLS], key=lambda each: each.time_s)
    waiting = [each for each in waiting if first_s - 0.05 <= each.time_s <= last_s + 0.05]
    step_s = 1.0 / RATE_HZ
    now_s = first_s
    while now_s < last_s:
        while waiting and waiting[0].time_s <= now_s + 1e-9:
            offence = waiting.pop(0)
            yield Beat(min(max(offence.time_s, first_s), last_s), STILL_S, True, offence)
        slow = worst is not None and abs(now_s - worst.time_s) <= SLOW_S
        yield Beat(now_s, step_s, slow)
        now_s += step_s * (SLOW if slow else 1.0)
    for offence in waiting:
        yield Beat(last_s, STILL_S, True, offence)
    yield Beat(last_s, END_S, False)


def write_beside(
    chosen: Sequence[tuple[ExerciseSet, Together]], path: Path, progress: Callable[[float], None] | None = None
) -> None:
    """Encode the chosen repetitions beside their experts, one after the other, as H.264 in MP4.

    Raises ValueError when none is chosen, OSError (av.FFmpegError) when the file cannot be written.
    """
    if not chosen:
        raise ValueError("expected at least one repetition that is compared with an expert, got none")
    boxes = [body_box(pair) for _, pair in chosen]
    layout = _Layout(max(aspect_of(box) for box in boxes))
    several = len({each.start_s for each, _ in chosen}) > 1
    done_s = 0.0
    canvas = None
    with Encoder(path, layout.whole) as encoder:
        for number, ((each, pair), box) in enumerate(zip(chosen, boxes, strict=True)):
            stage = staged(pair, box, layout.size, layout.header)
            title = f"You, {each.title.lower() if several else ''} {rep_name(pair.rep).lower()}".replace("  ", " ")
            for beat, canvas in _drawn(stage, layout, title):
                for passed_s in np.arange(0.0, beat.lasts_s - 1e-6, STILL_STEP_S):
                    encoder.add(canvas, done_s + float(passed_s))
                done_s += beat.lasts_s
                share = (beat.time_s - pair.first_s) / max(pair.last_s - pair.first_s, 1e-9)
                if progress is not None:
                    progress((number + min(1.0, share)) / len(chosen))
        if canvas is not None:
            encoder.add(canvas, done_s)


def _drawn(stage: Stage, layout: _Layout, title: str) -> Iterator[tuple[Beat, Picture]]:
    pair = stage.pair
    plan = _merged(_snapped(pair, beat) for beat in beats(pair))
    filmed = pair.footage.source is not None
    pictures = pair.footage.pictures([beat.time_s for beat in plan], stage.longest_px) if filmed else iter(())
    who = expert_words(pair)
    for offence in pair.offences:  # words find their place where they matter most
        stage.yours(None, offence.time_s, Shown((offence,)))
        stage.theirs(pair.expert_s(offence.time_s), Shown((offence,)))
    for beat in plan:
        picture = next(pictures, None)
        shown = lit_at(pair, beat.time_s)
        if beat.still is not None:
            shown = Shown((beat.still,), tuple(each for each in pair.offences if each is not beat.still))
        yours = stage.yours(picture, beat.time_s, shown)
        theirs = stage.theirs(pair.expert_s(beat.time_s), shown)
        _titled(yours, title, "", 0.62 * layout.letters)
        _titled(theirs, *who, 0.62 * layout.letters)
        if beat.slow:
            _noted(yours, "still" if beat.still else "half speed", 0.55 * layout.letters)
        cue = cue_at(pair, beat.time_s) if beat.still is None else beat.still.cue
        yield beat, layout.composed(yours, theirs, cue, _cue_color(pair, shown))


def _snapped(pair: Together, beat: Beat) -> Beat:
    """On the clock of the user's frames: a skeleton between two frames would not fit the picture."""
    if pair.footage.source is None:
        return beat
    time = pair.footage.pose.time
    nearest = float(time[np.argmin(np.abs(time - beat.time_s))])
    near = abs(nearest - beat.time_s) < 0.05
    return Beat(nearest, beat.lasts_s, beat.slow, beat.still) if near else beat


def _merged(every: Iterable[Beat]) -> list[Beat]:
    """Neighbours that show the same picture are one."""
    merged: list[Beat] = []
    for beat in every:
        last = merged[-1] if merged else None
        if last is not None and (last.time_s, last.slow, last.still) == (beat.time_s, beat.slow, beat.still):
            merged[-1] = replace(last, lasts_s=last.lasts_s + beat.lasts_s)
        else:
            merged.append(beat)
    return merged


def _cue_color(pair: Together, shown: Shown) -> Sequence[int]:
    return LIT if shown.now else AMBER if pair.offences else AIM


def expert_words(pair: Together) -> tuple[str, str]:
    """Who the expert is: the name, and what is to be known of it."""
    comparison = pair.comparison
    said = ["synthetic expert of the studio"] if comparison.origin == "studio" else []
    said += ["mirrored"] if comparison.mirrored else []
    return f"Expert: {comparison.reference}", ", ".join(said)


def worst_moment(chosen: Sequence[tuple[ExerciseSet, Together]]) -> tuple[Together, float, float, Offence | None]:
    """The pair, both instants and the offence that a coach would point at; without any, the first turning point."""
    pair = max((one for _, one in chosen), key=_worst)
    if not pair.offences:
        pair = chosen[0][1]
        time_s = min(max(pair.rep.turn_s, pair.first_s), pair.last_s)
        return pair, time_s, pair.expert_s(time_s), None
    offence = pair.offences[0]
    told = offence.difference
    return pair, offence.time_s, pair.expert_s(offence.time_s) if told is None else told.reference_s, offence


def coach_picture(chosen: Sequence[tuple[ExerciseSet, Together]]) -> Picture:
    """The worst moment: the user beside the expert, the joint lit, both values, and the cue below; (H, W, 3) RGB."""
    pair, time_s, expert_s, offence = worst_moment(chosen)
    box = body_box(pair)
    layout = _Layout(aspect_of(box))
    stage = staged(pair, box, layout.size, layout.header)
    shown = Shown(() if offence is None else (offence,))
    picture = None
    if pair.footage.source is not None:
        picture = next(pair.footage.pictures([time_s], stage.longest_px), None)
    yours, theirs = stage.yours(picture, time_s, shown), stage.theirs(expert_s, shown)
    each = next(each for each, one in chosen if one is pair)
    _titled(yours, "You", f"{each.title}, {rep_name(pair.rep).lower()}", 0.66 * layout.letters)
    _titled(theirs, *expert_words(pair), 0.66 * layout.letters)
    cue = cue_at(pair, time_s) if offence is None else offence.cue
    return layout.composed(yours, theirs, cue, _cue_color(pair, shown))


def png(picture: Picture) -> bytes:
    """A picture (H, W, 3) RGB as PNG."""
    import cv2

    done, data = cv2.imencode(".png", np.ascontiguousarray(picture[..., ::-1]))
    if not done:
        raise OSError("expected a picture that can be written as PNG, got one that cannot")
    return data.tobytes()
