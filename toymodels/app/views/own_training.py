"""Training by the visitor on the geometry page: started by a button, with progress, stopped at any time."""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from toymodels.analysis.feature_graph import groups
from toymodels.analysis.weights import feature_dimensionality, represented
from toymodels.app.compute.training_queue import Progress
from toymodels.app.compute.watched_training import finished, stopped, watched
from toymodels.app.shell.figures import figure
from toymodels.app.shell.page import Page
from toymodels.app.shell.take_home import npz
from toymodels.app.views.feature_groups import draw_groups
from toymodels.app.views.paper_recipe import paper_recipe
from toymodels.arrays import Array
from toymodels.experiments.findings import geometry as findings
from toymodels.names import scientific, with_error
from toymodels.plots.geometry import dimensionality_bars
from toymodels.plots.theme import Theme
from toymodels.run import Run
from toymodels.spec import Autoencoder
from toymodels.training.run_time import rounded, seconds


def own_training(spec: Autoencoder, seed: int, steps: int, threshold: float, look: Theme) -> Run | None:
    """Draw the button, the progress and the outcome of a training; `threshold` as in `groups`.

    Returns:
        Its run, once it has come to its end.
    """
    row = st.container(horizontal=True, vertical_alignment="center")
    start = row.button("Train", type="primary", icon=":material/play_arrow:")
    bar, picture = st.empty(), st.empty()
    if start:
        # A click runs the page again, which ends the training where it is.
        row.button("Stop, keep what is there", icon=":material/stop:")

        def waiting(ahead: int) -> None:
            bar.caption(f"{ahead} long training(s) before yours; they run one at a time." if ahead else "Training …")

        def look_at(progress: Progress) -> None:
            bar.progress(
                progress.step / progress.steps,
                f"Step {progress.step} of {progress.steps}, loss {scientific(progress.loss[0])}, "
                f"about {progress.seconds_left:.0f} s left",
            )
            _draw_bars(picture, progress.parameters["W"][0], f"after {progress.step} steps", look)

        watched(spec, seed, steps, look_at, waiting)
        bar.empty()
    done = finished(spec, seed, steps)
    result = done or stopped(spec, seed, steps)
    if result is None:
        expected = seconds([spec], steps=steps, restarts=1)
        picture.caption(
            f"It takes about {rounded(expected)}, and every Dᵢ appears meanwhile. Stop it at any moment, and look at "
            "what is there."
        )
        return None
    _show(result, done is not None, threshold, look)
    return done


def _draw_bars(place: DeltaGenerator, W: Array, when: str, look: Theme) -> None:
    """How many features have which D_i."""
    kept = represented(W)
    place.altair_chart(
        dimensionality_bars(feature_dimensionality(W), kept, look),
        width="stretch",
        alt=f"{kept.sum()} of {len(kept)} features are represented {when}, the middle one of all has a D of "
        f"{scientific(float(np.median(feature_dimensionality(W))), 2)}.",
    )


def _show(result: Run, is_done: bool, threshold: float, look: Theme) -> None:
    """The outcome of a visitor's own training."""
    W = result.W[0]
    found = groups(W, threshold)
    st.markdown(findings.own_training(W, found))
    st.caption(
        f"{'Trained' if is_done else 'Stopped'} after {result.steps} steps, {result.seconds:.1f} s. Loss "
        f"{with_error(result.loss[0], result.loss_error[0])} on held-out data."
        + ("" if is_done else " The rate had not come down yet: stopped earlier, shapes are less clean.")
    )
    _draw_bars(figure("own_bars"), W, f"after {result.steps} steps", look)
    st.download_button(
        "Weights of this run (.npz)", lambda: npz(result), "own-geometry.npz", "application/octet-stream",
        on_click="ignore", icon=":material/database:",
    )  # fmt: skip
    if found:
        draw_groups(result, threshold, found, look, "own_graph")


def own_recipe(page: Page, own: Run, threshold: float, look: Theme) -> None:
    """The paper's recipe beside what `own_training` returned; `threshold` as in `groups`."""

    def shapes(run: Run) -> None:
        st.markdown(f"{findings.arrangements(groups(run.W[0], threshold))}.")
        _draw_bars(figure(f"own_bars-{id(run)}"), run.W[0], f"after {run.steps} steps", look)

    paper_recipe(page, own.spec, own.seed, lambda: own, picture=shapes)
