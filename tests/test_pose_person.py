"""One person is chosen and kept: arithmetic people, and a follower with the habits of the real one."""

from dataclasses import dataclass

import numpy as np
import pytest
from figures import squatting

from formcheck.body import BLAZEPOSE_33
from formcheck.pose import Landmarks
from formcheck.pose.estimate import estimate
from formcheck.pose.person import OnePerson
from formcheck.sources import Frame

RATE_HZ = 30.0
SIZE = (640, 480)
STANDING = squatting([0.0]).image[0]
STANDING = STANDING - np.nanmean(STANDING, axis=0)


@dataclass
class Somebody:
    """A standing person whose middle is at `x(time_s)`, `y(time_s)` px; `scale` 1 fills about two thirds."""

    x: object
    y: object = 260.0
    scale: float = 1.0
    front: bool = False  # passes in front of the others
    visible: object = True

    def at(self, time_s):
        now = {name: value(time_s) if callable(value) else value for name, value in vars(self).items()}
        if not now["visible"] or not -60 < now["x"] < SIZE[0] + 60:
            return None
        image = np.nan_to_num(STANDING) * 0.7 * self.scale + [now["x"], now["y"]]
        return Landmarks(image, None, np.full(33, 0.9))


class Scene:
    """Plays people, and answers as the two landmarkers do.

    The follower goes on with the nearest person to the last, but hops to whoever covers them; what is greyed out is
    not there; people who overlap are found as one, the front one.
    """

    def __init__(self, *people, seconds=6.0, cut_s=None):
        self.people, self.seconds, self.cut_s = people, seconds, cut_s
        self.last, self.looks = None, 0
        self.frame_size, self.duration_s, self.warnings = SIZE, seconds, ()

    def frames(self, *, longest_px=None, max_rate_hz=None):
        for at in range(round(self.seconds * RATE_HZ)):
            after = self.cut_s is not None and at / RATE_HZ >= self.cut_s
            yield Frame(at / RATE_HZ, np.full((SIZE[1], SIZE[0], 3), 200 if after else 60, np.uint8), SIZE)

    def visible(self, frame):
        """Index and landmarks of who is in the picture and not behind somebody."""
        there = [(index, person.at(frame.time_s)) for index, person in enumerate(self.people)]
        there = [(index, marks) for index, marks in there if marks is not None and lit(frame, marks)]
        covers = [middle(marks) for index, marks in there if self.people[index].front]
        return [
            (index, marks)
            for index, marks in there
            if self.people[index].front or all(abs(middle(marks)[0] - cover[0]) > 70 for cover in covers)
        ]

    def follow(self, frame):
        seen = [marks for _, marks in self.visible(frame)]
        if self.last is not None:
            near = [marks for marks in seen if np.linalg.norm(middle(marks) - self.last) < 130]
            marks = min(near, key=lambda one: np.linalg.norm(middle(one) - self.last), default=None)
        else:
            marks = max(seen, key=lambda one: np.ptp(one.image[:, 1]), default=None)
        self.last = None if marks is None else middle(marks)
        return marks

    def everybody(self, frame):
        self.looks += 1
        return [marks for _, marks in self.visible(frame)]

    def run(self):
        """Whom each frame's landmarks are about, -1 for nobody, as a recording ends up with them."""
        one = OnePerson(BLAZEPOSE_33, self.follow, self.everybody)
        one.skeleton = BLAZEPOSE_33
        sequence = estimate(self, one)
        whose = np.full(len(sequence), -1)
        for at in np.flatnonzero(sequence.found):
            shown = np.nanmean(sequence.image[at], axis=0)
            there = {index: person.at(sequence.time[at]) for index, person in enumerate(self.people)}
            apart = {index: np.linalg.norm(middle(marks) - shown) for index, marks in there.items() if marks}
            whose[at] = min(apart, key=apart.get)
        return whose


def middle(marks):
    return marks.image.mean(axis=0)


def lit(frame, marks):
    """Whether a person's middle is not greyed out."""
    x, y = np.clip(middle(marks).astype(int), 0, [SIZE[0] - 1, SIZE[1] - 1])
    return frame.image[y, x, 0] != 127


def walking(start_s, speed_px_s, start_px=-50.0):
    return lambda time_s: start_px + speed_px_s * (time_s - start_s) if time_s >= start_s else -1e3


def squat_y(time_s):
    return 280.0 + 40.0 * np.cos(2 * np.pi * time_s / 2.5)


def jack_y(time_s):
    return 260.0 - 25.0 * abs(np.sin(2 * np.pi * time_s))


@pytest.mark.parametrize("speed", [120.0, 220.0, 400.0])
@pytest.mark.parametrize("scale", [0.8, 1.0, 1.4])
def test_a_passer_by_in_front_does_not_steal_the_track(speed, scale):
    whose = Scene(Somebody(320.0, squat_y), Somebody(walking(1.5, speed), scale=scale, front=True)).run()
    covered = 200 / speed + 0.35  # seconds behind the passer-by, and to be found again
    assert (whose == 1).sum() / RATE_HZ < 0.25
    assert (whose != 0).sum() / RATE_HZ < covered
    assert (whose[-15:] == 0).all() and (whose[:45] == 0).all()


def test_a_passer_by_behind_costs_nothing():
    assert (Scene(Somebody(320.0, squat_y, front=True), Somebody(walking(1.0, 200.0), scale=0.8)).run() == 0).all()


def test_somebody_at_the_edge_is_not_taken_for_the_athlete():
    scene = Scene(Somebody(300.0, squat_y), Somebody(600.0, scale=1.2))
    scene.follow = first_wrong(scene)
    assert (scene.run() == 0).all()


def first_wrong(scene):
    """The follower of a scene, but it begins with the second person, as the real one may."""
    real = scene.follow

    def follow(frame):
        if scene.last is None and len(scene.visible(frame)) > 1:
            scene.last = middle(scene.people[1].at(frame.time_s))
        return real(frame)

    return follow


def test_whoever_walks_in_after_the_start_and_stays_is_not_followed():
    whose = Scene(Somebody(260.0, jack_y), Somebody(lambda t: max(500.0, 700.0 - 120.0 * t))).run()
    assert (whose == 0).all()


def test_when_the_person_is_gone_the_one_who_stays_takes_over():
    scene = Scene(Somebody(250.0, visible=lambda t: t < 2.0), Somebody(420.0))
    whose = scene.run()
    assert (whose[:60] == 0).all()
    taken = np.flatnonzero(whose == 1)
    assert 2.9 < taken[0] / RATE_HZ < 3.5 and (whose[taken[0] :] == 1).all() and (whose[60 : taken[0]] == -1).all()


def test_the_person_who_comes_back_to_their_place_is_taken_back():
    away = Somebody(250.0, squat_y, visible=lambda t: not 2.0 < t < 7.0)
    whose = Scene(away, Somebody(450.0, scale=0.7), seconds=11.0).run()
    assert (whose[:60] == 0).all() and (whose[120:200] == 1).all() and (whose[-60:] == 0).all()


def test_a_cut_to_another_scene_chooses_anew_at_once():
    scene = Scene(
        Somebody(200.0, visible=lambda t: t < 2.0), Somebody(470.0, scale=0.6, visible=lambda t: t >= 2.0), cut_s=2.0
    )
    whose = scene.run()
    assert (whose[:60] == 0).all() and (whose[66:] == 1).all()


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (320.0, jack_y),
        (lambda t: 320 + 120 * np.sin(2 * np.pi * t / 2.0), 260.0),  # side to side
        (walking(0.0, 130.0, 60.0), 260.0),  # walks through the picture
        (320.0, lambda t: 240 + 90 * np.clip(2 * np.sin(np.pi * t), -1, 1)),  # up and down like a burpee
        (lambda t: 150.0 if t < 2 else 450.0, 260.0),  # leaps, where the video has a gap
    ],
)
def test_one_person_alone_is_never_lost_for_long(x, y):
    scene = Scene(Somebody(x, y), seconds=4.0)
    assert (scene.run() == 0).mean() > 0.9
    assert scene.looks < 30


def test_nobody_is_nobody():
    scene = Scene(Somebody(-1e3))
    assert (scene.run() == -1).all() and scene.looks == 0
