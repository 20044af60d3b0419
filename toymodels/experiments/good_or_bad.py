"""Claims of the last slide, "3. Is superposition good/bad?".

Their runs: `storage`, `observation` and, for computation and single neurons, `absolute_value`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from toymodels.analysis.equivalent_dimensions import equivalent_dimensions, equivalent_dimensions_error
from toymodels.analysis.neurons import Count
from toymodels.analysis.transitions import Transitions
from toymodels.analysis.weights import feature_dimensionality, represented
from toymodels.arrays import Array
from toymodels.experiments.check import Check
from toymodels.names import percent, plus_minus, with_error
from toymodels.run import Run

SLIDE = "slide “3. Is superposition good/bad?”"

NONE_SAVED = 0.1
"""So many dimensions count as none: a trained model ends a little above the exact loss."""

WITHOUT_SUPERPOSITION = 0.5
"""Features per neuron without superposition: two neurons each (slide "Simple Model")."""

CHANCE_BEATEN = 0.8
"""Least fraction of jumps that should fall within drops; it should also exceed the fraction of time that drops take."""

EXPLAINED = 0.95
"""Mean R^2 from which single units count as explaining their features."""

NOT_EXPLAINED = 0.75
"""Mean R^2 up to which they count as no longer doing so."""

MEAN_R2_ERROR = 0.002
"""Standard deviation of a mean R^2 of neurons over sets of held-out samples, at most, of six; a single R^2 has 0.01."""

SPARSE = 0.01
"""The claims about sparse inputs are tested at this density, and the sparsest there is if that one is sparser."""


def superposition_saves_dimensions(sweep: Run) -> Check:
    """At the sparsest density m dimensions are equivalent to at least m + 1 without superposition."""
    spec = sweep.spec
    at = int(np.argmin(spec.feature_probability))
    found, error = float(equivalent_dimensions(sweep)[at]), float(equivalent_dimensions_error(sweep)[at])
    return Check(
        "Superposition allows to store information in less memory.",
        SLIDE,
        f"{spec.n_hidden} dimensions do what {with_error(found, error)} do without, at 1 − S = "
        f"{spec.feature_probability[at]:g}.",
        found >= spec.n_hidden + 1 if spec.n_hidden + 1 < spec.n_features else None,
    )


def saving_grows_with_sparsity(sweep: Run) -> Check:
    """The equivalent dimensions of m do not fall as S grows; dense, they are m."""
    order = np.argsort(-np.array(sweep.spec.feature_probability), kind="stable")
    found = equivalent_dimensions(sweep)[order]
    densities = np.array(sweep.spec.feature_probability)[order]
    dense = abs(float(found[0]) - sweep.spec.n_hidden) <= NONE_SAVED if densities[0] == 1 else True
    grows = all(later >= earlier - NONE_SAVED for earlier, later in pairwise(found.tolist()))
    words = ", ".join(f"{value:.1f} at {density:g}" for value, density in zip(found, densities, strict=True))
    largest = float(equivalent_dimensions_error(sweep).max())
    return Check(
        "Dense features leave nothing to save; the sparser they are, the more dimensions are saved.",
        "paper, “Demonstrating superposition”; closed form without superposition",
        f"{sweep.spec.n_hidden} dimensions are equivalent to {words}, each {plus_minus(largest)} or less.",
        bool(dense and grows) if len(found) > 1 else None,
    )


def more_features_per_neuron(counts: Sequence[Count]) -> Check:
    """At 1 - S = .01 a neuron computes clearly more than the half a feature that it computes without superposition."""
    claim = "Superposition allows to do computations with less operations: fewer neurons per feature."
    at = {one.feature_probability: one for one in counts}
    if SPARSE not in at:
        return Check(claim, SLIDE, f"1 − S = {SPARSE:g} is not trained.", None)
    sparse = at[SPARSE]
    per_neuron = sparse.features_per_neuron
    return Check(
        claim,
        SLIDE,
        f"{per_neuron:.2f} features per neuron at 1 − S = {SPARSE:g}; without superposition {WITHOUT_SUPERPOSITION:g}.",
        per_neuron >= 1.2 * WITHOUT_SUPERPOSITION,
    )


def jumps_fall_in_drops(seen: Transitions) -> Check:
    """At least 80 % of the jumps of D_i fall within a drop of the loss, and a larger part than chance gives."""
    claim = "Superposition might be useful for training-process observation: the loss drops where some Dᵢ jumps."
    source = f"{SLIDE}; paper, “Discrete ‘energy level’ jumps”"
    if not seen.jumps:
        return Check(claim, source, "No Dᵢ jumps in this training.", None)
    share = seen.matched / len(seen.jumps)
    return Check(
        claim,
        source,
        f"{seen.matched} of {len(seen.jumps)} jumps fall within {_drops(len(seen.drops))}, which take up "
        f"{percent(seen.covered)} of the time until the last of them"
        + (", so that no jump could miss them." if seen.covered >= 1 else "."),
        share >= CHANCE_BEATEN and share > seen.covered if seen.covered < 1 else None,
    )


def every_drop_has_a_jump(seen: Transitions) -> Check:
    """The other way round: no drop of the loss without a jump of some D_i in it."""
    claim = "And where the loss drops, some Dᵢ jumps."
    source = "paper, “Discrete ‘energy level’ jumps”"
    if not seen.drops:
        return Check(claim, source, "The loss does not drop in this training.", None)
    explained = sum(any(first <= jump.frame <= last for jump in seen.jumps) for first, last in seen.drops)
    return Check(claim, source, f"{explained} of {_drops(len(seen.drops))} hold a jump.", explained == len(seen.drops))


def neurons_explain_less(r2: Mapping[float, Array]) -> Check:
    """Dense, a neuron explains its feature; at the sparsest density it does not: the mean R^2 of both.

    Args:
        r2: `linear_probes.NeuronProbes.r2` by density.
    """
    densities = sorted(r2, reverse=True)
    means = [float(r2[density].mean()) for density in densities]
    words = ", ".join(f"{mean:.2f} at {density:g}" for mean, density in zip(means, densities, strict=True))
    return Check(
        "Superposition makes interpretability complicated: a single neuron no longer explains its feature.",
        SLIDE,
        f"Mean R² of a neuron with the feature that it explains best: {words}, each ± {MEAN_R2_ERROR:g} or less.",
        means[0] >= EXPLAINED and means[-1] <= NOT_EXPLAINED if densities[0] == 1 and densities[-1] <= SPARSE else None,
    )


def directions_explain_less(sweep: Run) -> Check:
    """The same for the directions of represented features, whose R^2 is D_i."""
    claim = (
        "Neither does a single direction: the more features share the dimensions, the less of its variance is its own."
    )
    source = f"{SLIDE}; R² of Ŵᵢ · h is Dᵢ"
    order = np.argsort(-np.array(sweep.spec.feature_probability), kind="stable")
    ends = int(order[0]), int(order[-1])
    r2 = [feature_dimensionality(sweep.W[k])[represented(sweep.W[k])] for k in ends]
    densities = [sweep.spec.feature_probability[k] for k in ends]
    if not all(one.size for one in r2):
        return Check(claim, source, "The densest model, or the sparsest, represents no feature.", None)
    means = [float(one.mean()) for one in r2]
    return Check(
        claim,
        source,
        f"Mean R² over the represented features: {means[0]:.2f} at 1 − S = {densities[0]:g}, "
        f"{means[1]:.2f} at {densities[1]:g}.",
        means[0] >= EXPLAINED and means[1] <= NOT_EXPLAINED if densities[0] == 1 and densities[1] <= SPARSE else None,
    )


def _drops(count: int) -> str:
    return f"{count} drop{'s' * (count != 1)}"
