"""Findings over other seeds that several pages share."""

from __future__ import annotations

from collections.abc import Sequence

from toymodels.names import plus_minus, scientific, with_error
from toymodels.run import Run


def loss_span(runs: Sequence[Run], here: Run) -> str:
    """The losses of other seeds beside that of the run on the page, of the first instance, with standard errors."""
    losses = [float(run.loss[0]) for run in runs]
    largest = max(float(run.loss_error[0]) for run in runs)
    each = f" (each {plus_minus(largest)} or less)" if largest else ""
    return (
        f"Their losses run from {scientific(min(losses))} to {scientific(max(losses))}{each}; the page's own run has "
        f"{with_error(here.loss[0], here.loss_error[0])}."
    )
