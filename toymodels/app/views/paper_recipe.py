"""The paper's recipe beside the fast trainer, trained on demand: pictures, losses and claims of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.app.compute.recipe_training import CONFIG, finished_recipe, recipe_refusal, recipe_trained
from toymodels.app.compute.training_queue import Progress
from toymodels.app.shell.page import Page
from toymodels.app.shell.paper_check import VERDICTS
from toymodels.experiments.check import TOLERANCE, Check
from toymodels.names import percent, scientific, with_error
from toymodels.pytorch_files import pytorch_program
from toymodels.run import Run
from toymodels.spec import Spec
from toymodels.training.recipe import recipe_seconds
from toymodels.training.run_time import rounded

OURS = "This page's training"
THEIRS = "The paper's recipe"

Picture = Callable[[Run], object]
Claims = Callable[[Run], Sequence[Check]]


def paper_recipe(
    page: Page, spec: Spec, seed: int, run: Callable[[], Run], *, picture: Picture, claims: Claims | None = None
) -> Run | None:
    """A button that trains a spec by the paper's recipe, its progress, and then both side by side.

    What would take too long is refused, with the code to run at home. The result is shared by all visitors, and is
    shown at once to whoever comes while it is kept.

    Args:
        page: on which it is.
        spec: what is trained.
        seed: where the recipe's random numbers start.
        run: gives what the page's own training of the same spec gave; called once there is something beside it.
        picture: draws a run into the place where it is called, the same way for both; keys of elements in it must
            differ, as by `id(run)`.
        claims: tests the page's claims on a run, the same ones in the same order for both.

    Returns:
        The recipe's run, once there is one.

    Raises:
        ValueError: if the run is one of another spec.
    """
    st.subheader("Does the fast trainer cheat?", anchor="recipe")
    result = finished_recipe(spec, seed)
    if result is None:
        result = _ask_and_train(page, spec, seed)
    if result is not None:
        ours = run()
        if ours.spec != spec:
            raise ValueError(f"run must be one of the spec {spec}, got {ours.spec}")
        _show_both(page, ours, result, picture, claims)
    return result


def _ask_and_train(page: Page, spec: Spec, seed: int) -> Run | None:
    refused = recipe_refusal(spec)
    if refused is not None:
        st.caption(f"{refused} At home there is no such limit: this file needs PyTorch, NumPy and Matplotlib only.")
        with st.expander("The recipe as a file of Python"):
            st.code(pytorch_program(spec, seed, CONFIG), language="python")
        return None
    page.small_print(
        f"The recipe of the paper's notebook is plain PyTorch: one start, AdamW at a constant rate of "
        f"{CONFIG.learning_rate:g}, {CONFIG.steps:,} steps of {CONFIG.batch} samples. Here it takes about "
        f"{rounded(recipe_seconds(spec, CONFIG))}; then both stand side by side."
    )
    slot, place = st.empty(), st.empty()
    row = slot.container(horizontal=True, vertical_alignment="center")
    if not row.button("Train it by the paper's recipe", key="paper_recipe", icon=":material/experiment:"):
        return None
    # A click runs the page again, which ends the training where it is.
    row.button("Stop", key="paper_recipe_stop", icon=":material/stop:")

    def waiting(ahead: int) -> None:
        place.caption(
            f"{ahead} training(s) by the recipe before yours; they run one at a time." if ahead else "Training …"
        )

    def look_at(progress: Progress) -> None:
        place.progress(progress.step / progress.steps, _in_words(progress))

    result = recipe_trained(spec, seed, look_at, waiting)
    slot.empty()
    place.empty()
    return result


def _in_words(progress: Progress) -> str:
    if progress.step == 0:
        return "Starting PyTorch …"
    losses = [scientific(loss) for loss in progress.loss]
    shown = losses[0] if len(losses) == 1 else f"{losses[0]} to {losses[-1]}"
    return (
        f"Step {progress.step:,} of {progress.steps:,}, loss of the batch {shown}, "
        f"about {progress.seconds_left:.0f} s left"
    )


def _show_both(page: Page, ours: Run, theirs: Run, picture: Picture, claims: Claims | None) -> None:
    ratio = ours.loss / theirs.loss
    st.markdown(_finding(ratio))
    for column, name, run in zip(st.columns(2, gap="large"), (OURS, THEIRS), (ours, theirs), strict=True):
        with column:
            st.markdown(f"**{name}**")
            picture(run)
            starts = f"the best of {run.restarts} starts" if run.restarts > 1 else "one start"
            took = rounded(run.seconds) if run.seconds >= 10 else f"{run.seconds:.2g} s"
            st.caption(f"{run.steps:,} steps, {starts}, seed {run.seed}, trained in {took}.")
    st.dataframe(_table(ours, theirs, ratio), hide_index=True, width="stretch", key="paper_recipe_losses")
    page.small_print(
        "Losses are estimated on the same held-out samples, ± one standard error. Losses of different densities are "
        "not comparable; their ratios are."
    )
    if claims is not None:
        _show_claims(claims(ours), claims(theirs))


def _finding(ratio: np.ndarray) -> str:
    """One sentence on who has the lower loss, with the range of the ratios.

    Above and below is what differs by more than the tolerance: two trainings never end with the very same loss.
    """
    low, high = float(ratio.min()), float(ratio.max())
    more = f"more than {percent(TOLERANCE - 1)}"
    if len(ratio) == 1:
        spread, lower, higher = f"{scientific(high)} times", "below it", "above it"
    else:
        spread = f"{scientific(low)} to {scientific(high)} times"
        lower = f"{more} below it at some density, nowhere as far above"
        higher = f"{more} above it at some density, nowhere as far below"
    if low < 1 / TOLERANCE and high > TOLERANCE:
        verdict = f"**{more} above it at some density, {more} below at another**"
    elif high > TOLERANCE:
        verdict = f"**{higher}: the recipe finds the better optimum**"
    elif low < 1 / TOLERANCE:
        verdict = f"{lower}: the recipe misses the better optimum"
    else:
        verdict = f"the same within {percent(TOLERANCE - 1)}"
    return f"This page's training ends at **{spread} the recipe's loss**: {verdict}."


def _table(ours: Run, theirs: Run, ratio: np.ndarray) -> pd.DataFrame:
    def losses(run: Run) -> list[str]:
        return [with_error(loss, error) for loss, error in zip(run.loss, run.loss_error, strict=True)]

    return pd.DataFrame(
        {
            "S": [f"{1 - p:.4g}" for p in ours.spec.feature_probability],
            "1 − S": [f"{p:.4g}" for p in ours.spec.feature_probability],
            OURS: losses(ours),
            THEIRS: losses(theirs),
            "ratio": [f"{value:.3f}" for value in ratio],
        }
    )


def _show_claims(ours: Sequence[Check], theirs: Sequence[Check]) -> None:
    changed = sum(one.holds != other.holds for one, other in zip(ours, theirs, strict=True))
    count = len(ours)
    same = f"{count - changed} of {count}" if changed else f"All {count}"
    st.markdown(f"**{same} claims** have the same answer in both.")
    for one, other in zip(ours, theirs, strict=True):
        st.markdown(
            f"{one.claim} :small[{one.source}]  \n"
            f"{VERDICTS[one.holds]} {OURS}: {one.measured}  \n"
            f"{VERDICTS[other.holds]} {THEIRS}: {other.measured}"
        )
