"""The system libraries that MediaPipe and OpenCV link, and the Debian packages that bring them."""

from __future__ import annotations

import ctypes
import sys

_DEBIAN_PACKAGE = {
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libGL.so.1": "libgl1",
    "libgthread-2.0.so.0": "libglib2.0-0",
}


def missing_libraries() -> str | None:
    """What to install, in one sentence, or None when every library can be loaded; asked only on Linux."""
    if not sys.platform.startswith("linux"):
        return None
    missing = [name for name in _DEBIAN_PACKAGE if not _loads(name)]
    if not missing:
        return None
    packages = " ".join(_DEBIAN_PACKAGE[name] for name in missing)
    return (
        f"expected the system libraries that MediaPipe needs, got no {', '.join(missing)}; "
        f"on Debian or Ubuntu install them with: apt-get install {packages}"
    )


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
