"""Findings over other seeds that several pages share."""

from __future__ import annotations

from collections.abc import Sequence

from toymodels.run import Run


def loss_span(runs: Sequence[Run], here: Run) -> str:
    """The losses of other seeds beside that of the run on the page, each of the first instance."""
    losses = [float(run.loss[0]) for run in runs]
    return f"Their losses run from {min(losses):.3g} to {max(losses):.3g}; the one above has {here.loss[0]:.3g}."
