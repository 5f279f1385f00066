"""The page of a chain: index.html, and LiteRT.js beside it, so that a browser needs nothing from elsewhere."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

VERSION = "2.5.3"  # of @litertjs/core, that the page was made for
INSTALL = f"npm install @litertjs/core@{VERSION}"
# The runtime for today's browsers, and for those without relaxed SIMD; threads and JSPI are not used.
WASM = tuple(f"litert_wasm_{kind}.{end}" for kind in ("internal", "compat_internal") for end in ("js", "wasm"))


def write_page(out: Path, litertjs: Path) -> list[Path]:
    """Write `index.html` and `litertjs/` into the folder of a chain; what was written.

    `litertjs` is the `node_modules` that `npm install @litertjs/core@2.5.3` makes, or the folder that it is in. Raises
    ValueError where it is not there, or is of another version.
    """
    places = (litertjs / "node_modules" / "@litertjs", litertjs / "@litertjs", litertjs)
    packages = next((each for each in places if (each / "core" / "package.json").is_file()), None)
    if packages is None:
        raise ValueError(f"expected LiteRT.js in {litertjs}, it is not there: {INSTALL}, and give its node_modules")
    version = json.loads((packages / "core" / "package.json").read_text(encoding="utf-8")).get("version")
    if version != VERSION:
        raise ValueError(f"expected @litertjs/core {VERSION}, got {version} in {packages}: {INSTALL}")
    wanted = {packages / name / "dist" / "index.js": out / "litertjs" / name / "index.js" for name in _PACKAGES}
    wanted |= {packages / "core" / "wasm" / name: out / "litertjs" / "wasm" / name for name in WASM}
    wanted[Path(__file__).with_name("page.html")] = out / "index.html"
    if missing := [str(path) for path in wanted if not path.is_file()]:
        raise ValueError(f"expected the files of @litertjs/core {VERSION}, {', '.join(missing)} is missing: {INSTALL}")
    for path, to in wanted.items():
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)
    return list(wanted.values())


_PACKAGES = ("core", "wasm-utils")
