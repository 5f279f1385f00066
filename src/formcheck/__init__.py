"""formcheck: watches somebody exercise, and says what to do better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from formcheck.assess import Analysis
    from formcheck.coach import analyze

__all__ = ["Analysis", "__version__", "analyze"]


def __getattr__(name: str) -> Any:
    """Public names are imported when they are first used, so that `import formcheck` costs nothing."""
    if name == "analyze":
        from formcheck.coach import analyze

        return analyze
    if name == "Analysis":
        from formcheck.assess import Analysis

        return Analysis
    raise AttributeError(f"module 'formcheck' has no attribute {name!r}")
