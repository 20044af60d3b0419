"""What the absolute-value models say for and against superposition, drawn anew as they come one by one.

Each figure keeps its place where it is made; `draw` fills it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from toymodels.analysis.equivalent_dimensions import equivalent_dimensions
from toymodels.analysis.neurons import count, sides_computed
from toymodels.app.views.linear_probes import told_by_neurons
from toymodels.experiments import absolute_value
from toymodels.experiments import good_or_bad as claims
from toymodels.names import feature_name
from toymodels.plots.savings import against_density, explained_variance
from toymodels.plots.theme import Theme
from toymodels.run import Run


class Computation:
    """Features computed per neuron, and what the neurons are worth by their loss, against density."""

    def __init__(self, look: Theme) -> None:
        self._look = look
        self._finding = st.empty()
        left, right = st.columns(2, gap="large")
        self._per_neuron, self._worth = left.empty(), right.empty()

    def draw(self, runs: Sequence[Run]) -> None:
        """From dense to sparse, whichever models are there."""
        counts = [count(one) for one in runs]
        rates = [one.features_per_neuron for one in counts]
        neurons_worth = [2 * float(equivalent_dimensions(one)[0]) for one in runs]
        best = int(np.argmax(neurons_worth))
        densities = [one.feature_probability for one in counts]
        self._finding.markdown(
            f"{absolute_value.N_NEURONS} neurons compute **{counts[0].features:g} absolute values at 1 − S = "
            f"{densities[0]:g} and {counts[-1].features:g} at {densities[-1]:g}**: {rates[0]:.2f} per neuron, then "
            f"{rates[-1]:.2f}. Without superposition it is ½. By the loss the gain is smaller: at most they do what "
            f"**{neurons_worth[best]:.0f} neurons** do without, at 1 − S = {densities[best]:g}."
        )
        for place, values, labels, title, without, words in (
            (
                self._per_neuron, rates, [f"{rate:.2g}" for rate in rates], "features computed per neuron",
                claims.WITHOUT_SUPERPOSITION, "two neurons per feature",
            ),
            (
                self._worth, neurons_worth, [f"{value:.0f}" for value in neurons_worth],
                f"neurons that {absolute_value.N_NEURONS} are worth, by loss", absolute_value.N_NEURONS,
                "without superposition",
            ),
        ):  # fmt: skip
            place.altair_chart(
                against_density(
                    pd.DataFrame({"density": densities, "value": values, "label": labels}),
                    title,
                    without,
                    words,
                    None,
                    self._look,
                ),
                width="stretch",
                alt=f"{title} against density: "
                + ", ".join(f"{value:.2f} at {density:g}" for value, density in zip(values, densities, strict=True))
                + f"; {words}: {without:g}.",
            )


class NeuronCost:
    """How much of a feature one neuron tells, against density."""

    def __init__(self, look: Theme) -> None:
        self._look = look
        self._finding, self._place = st.empty(), st.empty()

    def draw(self, runs: Sequence[Run]) -> None:
        """From dense to sparse, whichever models are there."""
        told = {one.spec.feature_probability[0]: told_by_neurons(one) for one in runs}
        means = {density: float(what.one.r2.mean()) for density, what in told.items()}
        together = []
        for one, (density, what) in zip(runs, told.items(), strict=True):
            computed = sides_computed(one.W1[0], one.W2[0], one.b[0]).all(axis=-1)
            if computed.any():
                together.append({"density": density, "r2": float(what.together[computed].mean())})
        first, last = next(iter(told)), list(told)[-1]
        self._finding.markdown(
            f"How much of a feature do we know from **one neuron**? R² = {means[first]:.2f} on average at 1 − S = "
            f"{first:g}, **{means[last]:.2f} at {last:g}**, and {told[last].one.r2.min():.2f} for the worst neuron. "
            + (
                f"All neurons together tell the features that they compute with R² = {together[-1]['r2']:.2f}."
                if together
                else "No feature is computed on both sides."
            )
        )
        dots = pd.concat(
            pd.DataFrame(
                {
                    "density": density,
                    "r2": what.one.r2,
                    "unit": [
                        f"neuron {k}: {feature_name(int(feature))} {'>' if side else '<'} 0"
                        for k, (feature, side) in enumerate(zip(what.one.feature, what.one.side, strict=True))
                    ],
                }
            )
            for density, what in told.items()
        )
        self._place.altair_chart(
            explained_variance(
                dots,
                "one neuron",
                pd.DataFrame(together, columns=["density", "r2"]),
                "all neurons together",
                self._look,
            ),
            width="stretch",
            alt="R² of single neurons with the feature that each tells most of, against density: mean "
            + ", ".join(f"{mean:.2f} at {density:g}" for density, mean in means.items())
            + ".",
        )
