"""What superposition gains and what it makes harder to read in absolute-value models: charts against density."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from toymodels.analysis.equivalent_dimensions import equivalent_dimensions
from toymodels.analysis.neurons import count, sides_computed
from toymodels.app.compute.shared_cache import kept
from toymodels.app.shell.charts import vega_lite
from toymodels.app.shell.figures import figure
from toymodels.app.views.linear_probes import ProbedNeurons, neuron_probes
from toymodels.experiments import absolute_value
from toymodels.experiments import good_or_bad as claims
from toymodels.experiments.findings import good_or_bad as findings
from toymodels.names import feature_name, neuron_number
from toymodels.plots.savings import against_density, explained_variance
from toymodels.plots.theme import Theme
from toymodels.run import Run


def computation_table(runs: Sequence[Run]) -> pd.DataFrame:
    """One row per run: columns "density", "features_per_neuron" and "equivalent_neurons"."""
    counts = [kept(count, one) for one in runs]
    return pd.DataFrame(
        {
            "density": [one.feature_probability for one in counts],
            "features_per_neuron": [one.features_per_neuron for one in counts],
            "equivalent_neurons": [2 * float(kept(equivalent_dimensions, one)[0]) for one in runs],
        }
    )


def computation_evidence(runs: Sequence[Run], look: Theme) -> None:
    """Features computed per neuron, and the equivalent number of neurons by the loss, against density.

    Args:
        runs: of the absolute-value model, from dense to sparse.
        look: the theme.
    """
    counts = [kept(count, one) for one in runs]
    table = computation_table(runs)
    densities, rates, neurons_worth = (
        table[column].tolist() for column in ("density", "features_per_neuron", "equivalent_neurons")
    )
    st.markdown(findings.computation(counts, neurons_worth))
    columns = st.columns(2, gap="large")
    for column, values, labels, title, without, words in (
        (
            0, rates, [f"{rate:.2g}" for rate in rates], "features computed per neuron",
            claims.WITHOUT_SUPERPOSITION, "two neurons per feature",
        ),
        (
            1, neurons_worth, [f"{value:.0f}" for value in neurons_worth],
            f"equivalent neurons of these {absolute_value.N_NEURONS}",
            absolute_value.N_NEURONS, "without superposition",
        ),
    ):  # fmt: skip
        figure(("computed", "worth")[column], columns[column]).vega_lite_chart(
            vega_lite(
                against_density,
                pd.DataFrame({"density": densities, "value": values, "label": labels}),
                title,
                without,
                words,
                None,
                look,
            ),
            width="stretch",
            alt=f"{title} against density: "
            + ", ".join(f"{value:.2f} at {density:g}" for value, density in zip(values, densities, strict=True))
            + f"; {words}: {without:g}.",
        )


def single_neuron_evidence(runs: Sequence[Run], look: Theme) -> None:
    """R² of single neurons with the feature that each explains best, against density; arguments as above."""
    probes = _probed(runs)
    means = {density: float(probe.one.r2.mean()) for density, probe in probes.items()}
    together = []
    for one, (density, probe) in zip(runs, probes.items(), strict=True):
        computed = kept(sides_computed, one.W1[0], one.W2[0], one.b[0]).all(axis=-1)
        if computed.any():
            together.append({"density": density, "r2": float(probe.together[computed].mean())})
    worst = float(list(probes.values())[-1].one.r2.min())
    st.markdown(findings.single_neurons(means, worst, together[-1]["r2"] if together else None))
    figure("neuron").vega_lite_chart(
        vega_lite(
            explained_variance,
            kept(_neurons, probes),
            "one neuron",
            pd.DataFrame(together, columns=["density", "r2"]),
            "all neurons together",
            look,
        ),
        width="stretch",
        alt="R² of single neurons with the feature that each explains best, against density: mean "
        + ", ".join(f"{mean:.2f} at {density:g}" for density, mean in means.items())
        + ".",
    )


def neuron_table(runs: Sequence[Run]) -> pd.DataFrame:
    """R² of every neuron with the feature that it explains best: columns "density", "r2" and "unit"."""
    return kept(_neurons, _probed(runs))


def _probed(runs: Sequence[Run]) -> dict[float, ProbedNeurons]:
    return {one.spec.feature_probability[0]: neuron_probes(one) for one in runs}


def _neurons(probes: Mapping[float, ProbedNeurons]) -> pd.DataFrame:
    """One row for each neuron of each density: "density", "r2", and "unit", the neuron and what it explains."""
    return pd.concat(
        pd.DataFrame(
            {
                "density": density,
                "r2": probe.one.r2,
                "unit": [
                    f"neuron {neuron_number(k)}: {feature_name(int(feature))} {'>' if side else '<'} 0"
                    for k, (feature, side) in enumerate(zip(probe.one.feature, probe.one.side, strict=True))
                ],
            }
        )
        for density, probe in probes.items()
    )
