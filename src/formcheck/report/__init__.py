"""Words and pictures: everything that is drawn from an analysis."""

from formcheck.report.outputs import write_outputs

__all__ = ["write_outputs"]
