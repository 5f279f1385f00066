"""Verdicts, scores and the result that carries them."""
