"""Synthetic people before a camera, as a perfect estimator would report them, and experts made of them."""

from dataclasses import replace
from functools import cache

import numpy as np

from formcheck.body.view import with_view
from formcheck.exercises import find
from formcheck.reference import Reference
from formcheck.reference.shown import showing
from formcheck.reps import RepSpan
from formcheck.synthetic import Athlete, perform


@cache
def performed(name, seed, faults=(), reps=2, works_left=True, pauses=None):
    """A set by athlete `seed`; `faults` are pairs of criterion and grade."""
    athlete = replace(Athlete.sample(seed), works_left=works_left)
    return perform(find(name), athlete, reps, dict(faults), seed, before_s=0.8, after_s=0.8, pauses=pauses)


@cache
def filmed(name, seed, view="side-left", azimuth_deg=None, **how):
    """The landmarks of `performed(name, seed, **how)` before a camera."""
    done = performed(name, seed, **how)
    return with_view(done.landmarks(done.camera(view, azimuth_deg=azimuth_deg), occlusion=False))


def spans(done):
    """Where the repetitions of a performance truly are."""
    return [RepSpan(rep.start_s, rep.turn_s, rep.end_s, 1.0) for rep in done.reps]


def side_of(done, rep):
    """The side that works in a repetition; None where both do."""
    return None if done.motion.working == "both" else "left" if rep.works_left else "right"


def reference(called, name, seed, view="side-left", azimuth_deg=None, cut=(), **how):
    """A person's reference of an exercise; `cut` are fields of the spans that are told otherwise."""
    done, pose = performed(name, seed, **how), filmed(name, seed, view, azimuth_deg, **how)
    shown = tuple(
        showing("side", pose, replace(span, **dict(cut)), side_of(done, rep))
        for span, rep in zip(spans(done), done.reps, strict=True)
    )
    return Reference(called, name, shown)


def jittered(pose, share, seed):
    """The pose with pixel noise of this share of the trunk."""
    from formcheck.body.view import torso_px

    noise = np.random.default_rng(seed).normal(0.0, share * float(torso_px(pose)), pose.image.shape)
    return replace(pose, image=pose.image + noise)
