"""Models at all sparsities of the page's slider, trained at once; until their turn comes, the one at the page's S."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from toymodels.analysis.directions import turned
from toymodels.analysis.polytopes import shape
from toymodels.app.compute.visitor_training import trained
from toymodels.app.shell.page import Page
from toymodels.app.views.arrow_planes import Plane, arrow_grid
from toymodels.experiments.two_dimensions import DENSITIES
from toymodels.run import Run
from toymodels.spec import Autoencoder

WIDTH = 540
"""Pixels, of which the plane takes half: about the size of the arrows that take its place."""


def slider_models(page: Page, spec: Autoencoder, seed: int, names: Sequence[str]) -> Run:
    """Tracked run with an instance at each of `DENSITIES`.

    A hundred models take their turn behind what other visitors want that is shorter. A reader who waits for it is shown
    the one model of the page's S, which is trained at once: from the best of its starts, of which tracking may choose
    another one.

    Args:
        page: where it is drawn.
        spec: at the page's S alone.
        seed: of the training.
        names: one per feature.
    """
    # There in every run, so that nothing below it moves in Streamlit's tree.
    place = st.empty()

    def draw_one() -> None:
        run = trained(spec, seed)
        with place.container():
            S = round(1 - spec.densities[0], 6)
            st.markdown(f"The model at S = {S:g}. Those at all other sparsities come next.")
            with st.container(width=WIDTH):
                arrow_grid(
                    [Plane(f"S = {S:g}", turned(run.W[0]))],
                    [shape(run.W[0]).name],
                    names,
                    page.look.importance_colours(spec.importances),
                    page.look,
                    "one_sparsity",
                )

    every = replace(spec, feature_probability=DENSITIES)
    axis = trained(every, seed, tracked=True, meanwhile=draw_one if page.reading else None)
    place.empty()
    return axis
