"""Where a sensor was worn, as names say it."""

from __future__ import annotations

import re

_LIMBS = {"wrist": "wrist", "hand": "wrist", "forearm": "wrist", "ankle": "ankle", "shank": "ankle"}
_SIDES = {"left": "left", "l": "left", "right": "right", "r": "right"}
_LIMB = r"(?P<limb>wrist|hand|forearm|ankle|shank)s?"
_SIDE = r"(?P<side>left|right|l|r)"
_GAP = r"[\s_\-.]*"
_EDGE, _END = r"(?<![a-z])", r"(?![a-z])"
_PLACE = (
    re.compile(rf"{_EDGE}{_LIMB}{_GAP}{_SIDE}{_END}"),
    re.compile(rf"{_EDGE}{_SIDE}{_GAP}{_LIMB}{_END}"),
)


def place_in(text: str) -> tuple[str | None, str]:
    """The place that a name tells (`wrist_left`), None where it tells none, and the name without it.

    >>> place_in("anna-squat-wrist-left")
    ('wrist_left', 'anna-squat')
    """
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text).lower()  # LeftShank
    for pattern in _PLACE:
        found = pattern.search(plain)
        if found:
            rest = f"{plain[: found.start()]} {plain[found.end() :]}".strip(" _-.")
            return f"{_LIMBS[found['limb']]}_{_SIDES[found['side']]}", re.sub(r"[\s_\-.]{2,}", "-", rest)
    return None, text.strip()
