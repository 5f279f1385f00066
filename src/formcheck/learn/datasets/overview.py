"""A dataset in a few tables: people, clips, repetitions, labels, streams."""

from __future__ import annotations

from collections import Counter

from formcheck.learn.datasets.dataset import Dataset

Table = tuple[str, list[tuple[str, ...]]]


def overview(dataset: Dataset) -> list[Table]:
    """Titled tables whose first row is the heading."""
    made = [("What there is", _exercises(dataset)), ("Streams", _streams(dataset))]
    labels = _labels(dataset)
    if len(labels) > 1:
        made.insert(1, ("Labels", labels))
    facts = _facts(dataset)
    if len(facts) > 1:
        made.append(("People", facts))
    return made


def headline(dataset: Dataset) -> str:
    """One sentence: layout, people, clips, repetitions."""
    people = _many(len(dataset.people), "person", "people") if dataset.people_known else "unknown people"
    reps = sum(len(clip.reps) for clip in dataset.clips)
    made = " (synthetic people)" if dataset.synthetic else ""
    counted = _many(reps, "repetition", "repetitions") if reps else "unknown repetitions"
    return f"{dataset.layout}{made}: {people}, {_many(len(dataset.clips), 'clip', 'clips')}, {counted}"


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _exercises(dataset: Dataset) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("exercise", "people", "clips", "repetitions")]
    for exercise in dict.fromkeys(clip.exercise for clip in dataset.clips):
        clips = [clip for clip in dataset.clips if clip.exercise == exercise]
        reps = sum(len(clip.reps) for clip in clips)
        rows.append((exercise, str(len({clip.person for clip in clips})), str(len(clips)), str(reps or "unknown")))
    return rows


def _labels(dataset: Dataset) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("exercise", "criterion", "satisfied", "not satisfied", "unreadable")]
    for exercise in dict.fromkeys(clip.exercise for clip in dataset.clips):
        reps = [rep for clip in dataset.clips if clip.exercise == exercise for rep in clip.reps]
        for criterion in dataset.criteria(exercise):
            counts = Counter(rep.labels.get(criterion) for rep in reps)
            rows.append((exercise, criterion, *(str(counts[label]) for label in (1, 0, None))))
    return rows


def _streams(dataset: Dataset) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("stream", "clips", "files")]
    for stream in dict.fromkeys(stream for clip in dataset.clips for stream in clip.streams):
        files = [clip.streams[stream] for clip in dataset.clips if clip.streams.get(stream)]
        rows.append((stream, str(len(files)), str(sum(map(len, files)))))
    landmarks = Counter(view for clip in dataset.clips for rep in clip.reps for view in rep.landmarks)
    rows += [(f"landmarks {view}", "", f"{count} repetitions") for view, count in landmarks.items()]
    return rows


def _facts(dataset: Dataset) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("fact", "known", "values")]
    for fact in dict.fromkeys(fact for person in dataset.people for fact in person.facts):
        values = [value for person in dataset.people if (value := person.facts.get(fact)) is not None]
        numbers = [float(value) for value in values if not isinstance(value, str)]
        if numbers and len(numbers) == len(values):
            shown = f"{min(numbers):g} to {max(numbers):g}, mean {sum(numbers) / len(numbers):.1f}"
        else:
            counts = Counter(map(str, values))
            shown = ", ".join(f"{count} {value}" for value, count in counts.most_common(6))
        rows.append((fact, str(len(values)), shown))
    return rows
