"""The streams of a recording in the words of the page: what each is, what it saw, and how its clock was told."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.assess.analysis import ExerciseSet, Stream
from formcheck.report.words import camera_name, counted, length, listed, percent, upper_first, view_words

_KINDS = {"camera": "the camera", "imu": "the sensors", "thermal": "the thermal camera"}
_CLOCKS = {
    "beep": "by a tone that both heard",
    "motion": "by the movement that both recorded",
    "time stamps": "by their time stamps alone",
}


def stream_name(stream: Stream) -> str:
    """A stream as people call it: `first camera`, `sensor on the left wrist`, `thermal camera`."""
    if stream.kind == "camera":
        return camera_name(stream.name)
    if stream.kind == "thermal":
        return "thermal camera"
    part, _, side = stream.name.partition("_")
    return f"sensor on the {side} {part}" if side in ("left", "right") else f"sensor {stream.name.replace('_', ' ')}"


def seen(stream: Stream) -> str:
    """What a stream saw of the person, a sentence."""
    lasts = length(stream.duration_s)
    if stream.kind == "imu":
        return f"{upper_first(stream_name(stream))}: it ran for {percent(stream.found)} % of {lasts}."
    if stream.found == 0:
        return f"{stream.file}: nobody was found in {counted(stream.frames, 'picture')} ({lasts})."
    where = f", seen {view_words(stream.view)}" if stream.kind == "camera" else ""
    return (
        f"{stream.file}: you were found in {percent(stream.found)} % of {counted(stream.frames, 'picture')} "
        f"({lasts}){where}."
    )


@dataclass(frozen=True)
class Input:
    """One stream, in the words of the small print."""

    title: str
    file: str
    seen: str
    size: str
    clock: str

    @classmethod
    def of(cls, stream: Stream) -> Input:
        """Raises nothing: whatever is not known is left out."""
        return cls(upper_first(stream_name(stream)), stream.file, _seen(stream), _size(stream), _clock(stream))


def confirmed(each: ExerciseSet) -> str:
    """What other kinds of stream counted, in a sentence; empty where there are none."""
    if not each.other_counts:
        return ""
    same = [_KINDS[other.kind] for other in each.other_counts if other.agrees]
    said = [f"{listed(same)} counted the same"] if same else []
    said += [f"{_KINDS[other.kind]} counted {other.count}" for other in each.other_counts if not other.agrees]
    by = _KINDS[each.counted_by]
    return f"Counted by {by}; {listed(said)}."


def _seen(stream: Stream) -> str:
    if stream.kind == "imu":
        return f"{upper_first(stream.how)}; it ran for {percent(stream.found)} % of the time."
    if stream.kind == "thermal":
        found = f"You were found in {percent(stream.found)} % of the pictures." if stream.found else "Nobody was found."
        return f"{found} {upper_first(stream.how)}." if stream.how else found
    if not stream.found:
        return "Nobody was found."
    mirrored = ", in a mirrored picture" if stream.mirrored else ""
    return f"You are seen {view_words(stream.view)}{mirrored}; found in {percent(stream.found)} % of the pictures."


def _size(stream: Stream) -> str:
    rate = f" at {stream.rate_hz:.0f} per second" if stream.rate_hz else ""
    if stream.frame_size is None:
        return f"{length(stream.duration_s)}{rate}"
    width, height = stream.frame_size
    return f"{length(stream.duration_s)}, {width} \N{MULTIPLICATION SIGN} {height}{rate}"


def _clock(stream: Stream) -> str:
    if stream.clock == "not aligned":
        return "its clock could not be told, so it was left aside"
    if not stream.offset_s:
        return ""
    error = f" (± {stream.offset_error_s:.2f} s)" if stream.offset_error_s is not None else ""
    started = f"started {abs(stream.offset_s):.2f} s {'later' if stream.offset_s > 0 else 'earlier'}{error}"
    told = _CLOCKS.get(stream.clock, "")
    return f"{started}, told {told}" if told and stream.kind != "camera" else started
