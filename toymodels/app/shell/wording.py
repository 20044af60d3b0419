"""Sentences that several pages share about how a run was trained, and the seeds of "try 8 seeds"."""

from __future__ import annotations

from collections.abc import Sequence

from toymodels.analysis.solution_tracking import BEST_LOSS_RATIO
from toymodels.app.compute.shared_cache import kept
from toymodels.app.compute.visitor_training import trained_in
from toymodels.names import percent, with_error
from toymodels.run import Run
from toymodels.training import film_error


def eight_other_seeds(seed: int) -> range:
    """The seeds of "try 8 seeds": the eight after the page's own."""
    return range(seed + 1, seed + 9)


def training_note(run: Run, start: str = "", axis: Run | None = None) -> str:
    """How long a run took to train, its steps and starts, and its loss with its standard error, if it has one.

    Args:
        run: of one instance.
        start: what it was trained from, if not from several random starts.
        axis: the run of all sparsities that it was trained in, if it was not trained alone.
    """
    if axis is None:
        return f"{trained_in([run])}: {steps_and_loss(run, start)}"
    return f"{trained_in([axis])}, all {axis.spec.n_instances} sparsities at once: {steps_and_loss(run, start)}"


def training_notes(runs: Sequence[Run], home: Run, which: str) -> str:
    """How long several runs took to train, and the steps, starts and loss of the one that can be taken home.

    Args:
        runs: all runs of the page.
        home: the one to take home.
        which: its name in the sentence.
    """
    models = sum(run.spec.n_instances for run in runs)
    return f"{trained_in(runs)}, {models} models. {which}: {steps_and_loss(home)}"


def film_note(run: Run) -> str:
    """How sure the losses in the film of a run of one instance are."""
    error = float(kept(film_error, run)[0])
    return (
        f"Losses in the film are estimated on fewer inputs, ± {percent(error, 1)} of the loss at the end. These "
        "inputs are the same at every frame, so the difference between two frames is surer than that."
        if error
        else "Losses in the film are exact."
    )


def steps_and_loss(run: Run, start: str = "") -> str:
    """Steps, starts and loss of a run of one instance; `start` as for `training_note`."""
    kept = "the best kept"
    if run.start_numbers is not None:
        kept = f"one of those within {percent(BEST_LOSS_RATIO - 1)} of the best kept"
    begun = start or ("one start" if run.restarts == 1 else f"{run.restarts} starts, {kept}")
    loss, error = float(run.loss[0]), float(run.loss_error[0])
    how = "on held-out inputs" if error else "(exact)"
    return f"{run.steps} steps from {begun}. Loss {with_error(loss, error)} {how}."
