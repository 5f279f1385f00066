"""The athlete's body as a surface: limbs, trunk with width and depth, head with a face, hands, shoes, clothes.

Girths, breadths and depths are rounded from ANSUR (Gordon et al. 1989), written for a stature of 1.75 m.
"""

from __future__ import annotations

import numpy as np

from formcheck.signals import Floats
from formcheck.synthetic.athlete import Athlete, Rgb
from formcheck.synthetic.mesh import Mesh, profile, ring
from formcheck.synthetic.rotations import turned, unit
from formcheck.synthetic.stance import SIDES, Body

# Trunk sections: part of the spine, point it is fixed to, m above it, half width, front, back, clothes.
_TRUNK = (
    ("pelvis", "hips", -0.085, 0.060, 0.060, 0.065, "shorts"),
    ("pelvis", "hips", -0.045, 0.140, 0.095, 0.118, "shorts"),
    ("pelvis", "hips", 0.0, 0.172, 0.112, 0.135, "shorts"),
    ("pelvis", "hips", 0.050, 0.168, 0.116, 0.128, "shorts"),
    ("pelvis", "l5", 0.0, 0.156, 0.142, 0.076, "shirt"),
    ("waist", "l5", 0.045, 0.146, 0.143, 0.066, "shirt"),
    ("waist", "l3", 0.0, 0.142, 0.140, 0.060, "shirt"),
    ("ribs", "l3", 0.045, 0.143, 0.140, 0.066, "shirt"),
    ("ribs", "t12", 0.0, 0.147, 0.143, 0.073, "shirt"),
    ("chest", "t12", 0.050, 0.154, 0.148, 0.080, "shirt"),
    ("chest", "t12", 0.100, 0.160, 0.152, 0.086, "shirt"),
    ("thorax", "t6", 0.010, 0.164, 0.150, 0.088, "shirt"),
    ("thorax", "t6", 0.060, 0.162, 0.134, 0.084, "shirt"),
    ("thorax", "t6", 0.100, 0.140, 0.112, 0.070, "shirt"),
    ("thorax", "t6", 0.130, 0.105, 0.088, 0.048, "shirt"),
    ("thorax", "t6", 0.152, 0.070, 0.072, 0.030, "shirt"),
)
# Head sections from between the ears: m above, half width, front, back (back as a distance behind).
_HEAD = (
    (0.128, 0.020, 0.015, 0.030),
    (0.117, 0.050, 0.050, 0.072),
    (0.095, 0.068, 0.076, 0.096),
    (0.060, 0.076, 0.091, 0.104),
    (0.030, 0.077, 0.094, 0.102),
    (0.005, 0.075, 0.092, 0.096),
    (-0.020, 0.072, 0.092, 0.086),
    (-0.045, 0.067, 0.092, 0.070),
    (-0.070, 0.058, 0.091, 0.045),
    (-0.095, 0.043, 0.089, 0.020),
    (-0.110, 0.024, 0.080, -0.020),
)
_NORMAL_M = 1.75


def figure(athlete: Athlete, body: Body, gripping: bool) -> Mesh:
    """The surface of an athlete at every instant of a body; `gripping` closes the hands."""
    mesh = Mesh(len(body.points["hips"]))
    _trunk(mesh, athlete, body)
    _neck(mesh, athlete, body)
    _head(mesh, athlete, body)
    for side, sign in SIDES:
        _arm(mesh, athlete, body, side)
        _hand(mesh, athlete, body, side, sign, gripping)
        _leg(mesh, athlete, body, side)
        _shoe(mesh, athlete, body, side)
    return mesh


def _trunk(mesh: Mesh, athlete: Athlete, body: Body) -> None:
    scale = athlete.stature_m / _NORMAL_M
    wide = scale * (0.6 + 0.4 * athlete.girth)
    colours = {"shirt": athlete.outfit.shirt, "shorts": athlete.outfit.shorts}
    rings: list[Floats] = []
    for part, fixed, above, half_width, front, back, _ in _TRUNK:
        frame = body.frames[part]
        belly = 1.0 + 0.6 * (athlete.girth - 1.0) * (part in ("waist", "ribs", "pelvis"))
        shoulders = 0.92 if athlete.female and part in ("chest", "thorax") else 1.0
        hips = 1.04 if athlete.female and part == "pelvis" else 1.0
        centre = body.points[fixed] + frame[:, :, 1] * above * scale
        size = wide * belly
        rings.append(
            ring(
                centre,
                frame[:, :, 0],
                frame[:, :, 2],
                half_width * size * shoulders * hips,
                front * size,
                back * size,
                18,
            )
        )
    mesh.rings(rings, [colours[row[6]] for row in _TRUNK[1:]])
    for side, _ in SIDES:  # the yoke of the shirt from neck to shoulder
        shoulder, thorax = body.points[f"shoulder_{side}"], body.frames["thorax"]
        neck = body.points["c7"] + turned(thorax, 0, -0.03 * scale, 0.035 * scale)
        _tube(
            mesh,
            neck,
            shoulder,
            thorax[:, :, 2],
            ((0.0, 0.2, 0.6, 1.0), (0.040, 0.045, 0.047, 0.046)),
            wide,
            [athlete.outfit.shirt] * 7,
            sides=8,
        )


def _neck(mesh: Mesh, athlete: Athlete, body: Body) -> None:
    scale = athlete.stature_m / _NORMAL_M
    low = body.points["c7"] + turned(body.frames["thorax"], 0, -0.03 * scale, 0.045 * scale)
    high = body.points["head"] + turned(body.frames["head"], 0, -0.02 * scale, -0.005 * scale)
    size = scale * (0.6 + 0.4 * athlete.girth) * (0.88 if athlete.female else 1.0)
    _tube(
        mesh,
        low,
        high,
        body.frames["neck"][:, :, 2],
        ((0.0, 0.5, 1.0), (0.064, 0.058, 0.056)),
        size,
        [athlete.outfit.skin] * 6,
        sides=10,
    )


def _head(mesh: Mesh, athlete: Athlete, body: Body) -> None:
    scale = athlete.head_m / 0.226
    frame, centre = body.frames["head"], body.points["head"]
    outfit = athlete.outfit
    sides = 16
    rings = [
        ring(
            centre + frame[:, :, 1] * up * scale, frame[:, :, 0], frame[:, :, 2], w * scale, f * scale, b * scale, sides
        )
        for up, w, f, b in _HEAD[::-1]
    ]
    mesh.rings(rings, [outfit.skin] * (len(rings) - 1))
    # Hair: over the forehead, and behind the ears down to the nape.
    paint = np.tile(np.array(outfit.skin, dtype=float), ((len(rings) - 1) * sides + sides - 2, 1))
    heights = [row[0] for row in _HEAD[::-1]]
    for at in range(len(rings) - 1):
        for place in range(sides):
            angle = 2 * np.pi * (place + 0.5) / sides
            above, ahead = (heights[at] + heights[at + 1]) / 2, np.cos(angle)
            line = 0.072 if ahead > 0.35 else (0.02 if ahead > -0.1 else -0.075)
            if above > line:
                paint[at * sides + place] = outfit.hair
    paint[(len(rings) - 1) * sides + (sides - 2) // 2 :] = outfit.hair
    mesh.repaint_last(paint)
    _face(mesh, athlete, centre, frame, scale)
    for _, sign in SIDES:
        _ear(mesh, athlete, centre, frame, sign, scale)
    if outfit.long_hair:
        bun = centre + turned(frame, 0, 0.075 * scale, -0.125 * scale)
        _tube(
            mesh,
            bun,
            bun + 0.03 * scale * frame[:, :, 1],
            frame[:, :, 2],
            ((0.0, 1.0), (0.040, 0.036)),
            scale,
            [outfit.hair] * 5,
            sides=10,
        )


def _face(mesh: Mesh, athlete: Athlete, centre: Floats, frame: Floats, scale: float) -> None:
    skin = np.array(athlete.outfit.skin, dtype=float)
    dark = tuple(int(part) for part in np.minimum(np.array(athlete.outfit.hair) * 0.8, skin * 0.45))
    lips = tuple(int(part) for part in skin * [0.78, 0.52, 0.52])

    def patch(corners: list[tuple[float, float, float]], colour: Rgb | tuple[int, ...]) -> None:
        points = np.stack([centre + turned(frame, x * scale, y * scale, z * scale) for x, y, z in corners], axis=1)
        mesh.add(points, np.array([[0, 1, 2, 3]]), np.array([colour], dtype=float))

    for sign in (1.0, -1.0):

        def flat(
            x: float, y: float, z: float, w: float, h: float, colour: Rgb | tuple[int, ...], s: float = sign
        ) -> None:
            corners = [(-w, -h), (w, -h), (w, h), (-w, h)]
            patch([(s * x + dx, y + dy, z - 0.25 * abs(s * x + dx - s * 0.02)) for dx, dy in corners], colour)

        flat(0.032, 0.018, 0.099, 0.0145, 0.0065, (238, 236, 232))
        flat(0.032, 0.018, 0.101, 0.0060, 0.0062, (46, 36, 30))
        flat(0.033, 0.037, 0.100, 0.0175, 0.0032, dark)
    patch([(-0.025, -0.062, 0.099), (0.025, -0.062, 0.099), (0.025, -0.050, 0.099), (-0.025, -0.050, 0.099)], lips)
    bridge, tip, under = (0.0, 0.014, 0.096), (0.0, -0.022, 0.124), (0.0, -0.034, 0.098)
    shade = tuple(int(part) for part in skin * 0.94)
    low = tuple(int(part) for part in skin * 0.7)
    for sign in (1.0, -1.0):
        wing = (sign * 0.018, -0.030, 0.094)
        side = [bridge, tip, wing, wing] if sign < 0 else [bridge, wing, wing, tip]
        patch(side[::-1] if sign < 0 else side, shade)
        bottom = [tip, under, wing, wing]
        patch(bottom if sign < 0 else bottom[::-1], low)


def _ear(mesh: Mesh, athlete: Athlete, centre: Floats, frame: Floats, sign: float, scale: float) -> None:
    middle = centre + turned(frame, sign * 0.070 * scale, 0.002 * scale, -0.006 * scale)
    outer = middle + turned(frame, sign * 0.016 * scale, 0, -0.004 * scale)
    red, green, blue = (int(part * 0.93) for part in athlete.outfit.skin)
    up, back = frame[:, :, 1], frame[:, :, 2] * -sign
    mesh.rings(
        [
            ring(at, up, back, 0.031 * size * scale, 0.019 * size * scale, 0.019 * size * scale, 8)
            for at, size in ((middle, 0.9), (outer, 1.0))
        ],
        [(red, green, blue)],
    )


def _tube(
    mesh: Mesh,
    start: Floats,
    end: Floats,
    forward: Floats,
    shape: tuple[tuple[float, ...], tuple[float, ...]],
    scale: float,
    colours: list[Rgb],
    sides: int = 10,
    caps: tuple[bool, bool] = (True, True),
    bulge: tuple[float, ...] | None = None,
) -> None:
    """A limb from `start` to `end`; `shape` is shares of the way and radii in m; `bulge` moves rings forward, in m."""
    way = end - start
    length = float(np.linalg.norm(way, axis=1).mean())
    along = unit(way)
    ahead = unit(forward - (forward * along).sum(axis=1, keepdims=True) * along)
    aside = np.cross(along, ahead) * -1.0
    shares, radii = shape
    rows = profile([share * length for share in shares], [radius * scale for radius in radii], *caps)
    shift = np.interp(rows[:, 0], [share * length for share in shares], bulge or [0.0] * len(shares)) * scale
    rings = [
        ring(start + along * place + ahead * off, -aside, ahead, radius, radius, radius, sides)
        for (place, radius), off in zip(rows, shift, strict=True)
    ]
    mesh.rings(rings, colours[: len(rings) - 1])


def _arm(mesh: Mesh, athlete: Athlete, body: Body, side: str) -> None:
    scale = athlete.stature_m / _NORMAL_M * athlete.girth * (0.88 if athlete.female else 1.0)
    skin, shirt = athlete.outfit.skin, athlete.outfit.shirt
    shoulder, elbow, wrist = (body.points[f"{joint}_{side}"] for joint in ("shoulder", "elbow", "wrist"))
    upper, fore = unit(elbow - shoulder), unit(wrist - elbow)
    hinge = -np.cross(upper, fore) + 0.1 * body.frames[f"upper_arm_{side}"][:, :, 0]
    ahead = np.cross(hinge, -upper)
    _tube(
        mesh,
        shoulder,
        elbow,
        ahead,
        ((0.0, 0.2, 0.46, 0.48, 0.7, 1.0), (0.062, 0.061, 0.059, 0.048, 0.046, 0.041)),
        scale,
        [shirt] * 5 + [skin] * 4,
    )
    _tube(
        mesh,
        elbow,
        wrist,
        np.cross(hinge, -fore),
        ((0.0, 0.22, 0.6, 1.0), (0.040, 0.043, 0.035, 0.027)),
        scale,
        [skin] * 7,
    )


def _hand(mesh: Mesh, athlete: Athlete, body: Body, side: str, sign: float, gripping: bool) -> None:
    scale = athlete.hand_m / 0.086
    frame, wrist = body.frames[f"hand_{side}"], body.points[f"wrist_{side}"]
    left, palm = frame[:, :, 0], frame[:, :, 2]
    if gripping:
        rows = (
            (-0.01, 0.028, 0.020, 0.0),
            (0.04, 0.040, 0.020, 0.004),
            (0.075, 0.044, 0.026, 0.012),
            (0.105, 0.040, 0.024, 0.016),
        )
    else:
        rows = (
            (-0.01, 0.027, 0.020, 0.0),
            (0.04, 0.040, 0.016, 0.0),
            (0.085, 0.043, 0.014, 0.0),
            (0.125, 0.039, 0.011, 0.002),
            (0.160, 0.030, 0.009, 0.006),
            (0.178, 0.014, 0.006, 0.009),
        )
    rings = [
        ring(wrist + turned(frame, 0, -along * scale, off * scale), left, palm, w * scale, t * scale, t * scale, 8)
        for along, w, t, off in rows
    ]
    mesh.rings(rings[::-1], [athlete.outfit.skin] * (len(rings) - 1))
    root = wrist + turned(frame, sign * 0.022 * scale, -0.025 * scale, 0.004 * scale)
    tip = wrist + turned(frame, sign * 0.050 * scale, -0.088 * scale, (0.02 if not gripping else 0.035) * scale)
    _tube(mesh, root, tip, palm, ((0.0, 0.6, 1.0), (0.014, 0.012, 0.009)), scale, [athlete.outfit.skin] * 6, 6)


def _leg(mesh: Mesh, athlete: Athlete, body: Body, side: str) -> None:
    scale = athlete.stature_m / _NORMAL_M * athlete.girth * (0.97 if athlete.female else 1.0)
    skin, shorts = athlete.outfit.skin, athlete.outfit.shorts
    hip, knee, ankle = (body.points[f"{joint}_{side}"] for joint in ("hip", "knee", "ankle"))
    thigh, shank = unit(knee - hip), unit(ankle - knee)
    hinge = np.cross(thigh, shank) + 0.1 * body.frames["pelvis"][:, :, 0]
    ahead = np.cross(hinge, -thigh)
    _tube(
        mesh,
        hip,
        knee,
        ahead,
        ((0.0, 0.2, 0.4, 0.62, 0.64, 0.8, 1.0), (0.096, 0.098, 0.094, 0.086, 0.071, 0.062, 0.058)),
        scale,
        [shorts] * 6 + [skin] * 4,
        12,
    )
    _tube(
        mesh,
        knee,
        ankle,
        np.cross(hinge, -shank),
        ((0.0, 0.14, 0.32, 0.6, 0.85, 1.0), (0.057, 0.055, 0.060, 0.049, 0.038, 0.037)),
        scale,
        [skin] * 9,
        12,
        (True, True),
        (0.0, -0.006, -0.018, -0.010, -0.002, 0.0),
    )


# A shoe along its length from the heel (shares of heel to ball, then of ball to toe): half width, height.
_HINDFOOT = (
    (-0.06, 0.022, 0.045),
    (0.02, 0.034, 0.070),
    (0.25, 0.038, 0.088),
    (0.5, 0.040, 0.076),
    (0.75, 0.045, 0.060),
    (1.0, 0.048, 0.046),
)
_TOES = ((0.0, 0.048, 0.046), (0.45, 0.044, 0.038), (0.8, 0.034, 0.030), (1.05, 0.016, 0.018))


def _shoe(mesh: Mesh, athlete: Athlete, body: Body, side: str) -> None:
    scale = athlete.foot_m / 0.258
    heel, ball, toe = (body.points[f"{joint}_{side}"] for joint in ("heel", "ball", "foot_index"))
    ankle = body.points[f"ankle_{side}"]
    for start, end, rows, first in ((heel, ball, _HINDFOOT, True), (ball, toe, _TOES, False)):
        along = unit(end - start)
        rise = ankle - ball if not first else ankle - start
        up = unit(rise - (rise * along).sum(axis=1, keepdims=True) * along)
        aside = np.cross(up, along)
        length = end - start
        rings: list[Floats] = []
        for share, half, high in rows:
            centre = start + share * length + up * (high / 2 - 0.013) * scale
            rings.append(ring(centre, aside, up, half * scale, high / 2 * scale, high / 2 * scale, 10))
        mesh.rings(rings[::-1], [athlete.outfit.shoes] * (len(rings) - 1))
