"""The claims of the last slide, "3. Is superposition good/bad?", each on runs of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from toymodels.analysis.equivalent_dimensions import worth
from toymodels.analysis.neurons import Count
from toymodels.analysis.transitions import Observed
from toymodels.analysis.weights import feature_dimensionality, represented
from toymodels.arrays import Array
from toymodels.experiments.check import Check
from toymodels.run import Run

SLIDE = "slide “3. Is superposition good/bad?”"

NONE_SAVED = 0.1
"""So many dimensions count as none: a trained model ends a little above the exact loss."""

ALONE = 0.5
"""Features per neuron without superposition: two neurons each (slide "Simple Model")."""

CHANCE_BEATEN = 0.8
"""At least this part of all jumps should fall within drops, and more than the part of the time that drops take."""

TELLS_ALL = 0.95
"""Mean R^2 from which a single unit tells its feature."""

TELLS_HALF = 0.75
"""Mean R^2 below which it no longer does."""

SPARSE = 0.01
"""The claims about sparse inputs are tested at this density, and the sparsest there is if that one is sparser."""


def superposition_saves_dimensions(ladder: Run) -> Check:
    """At the sparsest density m dimensions are worth at least m + 1 without superposition."""
    spec = ladder.spec
    at = int(np.argmin(spec.feature_probability))
    found = float(worth(ladder)[at])
    return Check(
        "Superposition allows to store information in less memory.",
        SLIDE,
        f"{spec.n_hidden} dimensions do what {found:.1f} do without, at 1 − S = {spec.feature_probability[at]:g}.",
        found >= spec.n_hidden + 1 if spec.n_hidden + 1 < spec.n_features else None,
    )


def saving_grows_with_sparsity(ladder: Run) -> Check:
    """What m dimensions are worth does not fall as S grows; dense, they are worth m."""
    order = np.argsort(-np.array(ladder.spec.feature_probability), kind="stable")
    found = worth(ladder)[order]
    densities = np.array(ladder.spec.feature_probability)[order]
    dense = abs(float(found[0]) - ladder.spec.n_hidden) <= NONE_SAVED if densities[0] == 1 else True
    grows = all(later >= earlier - NONE_SAVED for earlier, later in pairwise(found.tolist()))
    words = ", ".join(f"{value:.1f} at {density:g}" for value, density in zip(found, densities, strict=True))
    return Check(
        "Dense features leave nothing to save; the sparser they are, the more dimensions are saved.",
        "paper, “Demonstrating superposition”; closed form without superposition",
        f"{ladder.spec.n_hidden} dimensions are worth {words}.",
        bool(dense and grows) if len(found) > 1 else None,
    )


def more_features_per_neuron(counts: Sequence[Count]) -> Check:
    """At 1 - S = .01 a neuron computes clearly more than the half a feature that it computes without superposition."""
    claim = "Superposition allows to do computations with less operations: fewer neurons per feature."
    at = {one.feature_probability: one for one in counts}
    if SPARSE not in at:
        return Check(claim, SLIDE, f"1 − S = {SPARSE:g} is not trained.", None)
    sparse = at[SPARSE]
    per_neuron = features_per_neuron(sparse)
    return Check(
        claim,
        SLIDE,
        f"{per_neuron:.2f} features per neuron at 1 − S = {SPARSE:g}; without superposition {ALONE:g}.",
        per_neuron >= 1.2 * ALONE,
    )


def features_per_neuron(count: Count) -> float:
    """Features computed, one side counting half, per neuron of the model."""
    return count.features / (count.monosemantic + count.polysemantic + count.dead)


def jumps_fall_in_drops(seen: Observed) -> Check:
    """At least 80 % of the jumps of D_i fall within a drop of the loss, and a larger part than chance gives."""
    claim = "Superposition might be useful for training-process observation: the loss drops where some D_i jumps."
    source = f"{SLIDE}; paper, “Discrete ‘energy level’ jumps”"
    if not seen.jumps:
        return Check(claim, source, "No D_i jumps in this training.", None)
    share = seen.matched / len(seen.jumps)
    return Check(
        claim,
        source,
        f"{seen.matched} of {len(seen.jumps)} jumps fall within {_drops(len(seen.drops))}, which take up "
        f"{seen.covered:.0%} of the time until the last of them"
        + (", so that no jump could miss them." if seen.covered >= 1 else "."),
        share >= CHANCE_BEATEN and share > seen.covered if seen.covered < 1 else None,
    )


def every_drop_has_a_jump(seen: Observed) -> Check:
    """The other way round: no drop of the loss without a jump of some D_i in it."""
    claim = "And where the loss drops, some D_i jumps."
    source = "paper, “Discrete ‘energy level’ jumps”"
    if not seen.drops:
        return Check(claim, source, "The loss does not drop in this training.", None)
    explained = sum(any(first <= jump.frame <= last for jump in seen.jumps) for first, last in seen.drops)
    return Check(claim, source, f"{explained} of {_drops(len(seen.drops))} hold a jump.", explained == len(seen.drops))


def one_neuron_no_longer_tells(told: Mapping[float, Array]) -> Check:
    """Dense, a neuron tells its feature; at the sparsest density it does not, and the mean R^2 falls in between.

    Args:
        told: `telling.Told.r2` by density.
    """
    densities = sorted(told, reverse=True)
    means = [float(told[density].mean()) for density in densities]
    words = ", ".join(f"{mean:.2f} at {density:g}" for mean, density in zip(means, densities, strict=True))
    return Check(
        "Superposition makes interpretability complicated: a single neuron no longer tells what its feature does.",
        SLIDE,
        f"Mean R² of a neuron with the feature that it tells most of: {words}.",
        means[0] >= TELLS_ALL and means[-1] <= TELLS_HALF if densities[0] == 1 and densities[-1] <= SPARSE else None,
    )


def one_direction_no_longer_tells(ladder: Run) -> Check:
    """The same for the directions of represented features, whose R^2 is D_i."""
    claim = (
        "Neither does a single direction: the more features share the dimensions, the less of its variance is its own."
    )
    source = f"{SLIDE}; R² of Ŵᵢ · h is Dᵢ"
    order = np.argsort(-np.array(ladder.spec.feature_probability), kind="stable")
    ends = int(order[0]), int(order[-1])
    told = [feature_dimensionality(ladder.W[k])[represented(ladder.W[k])] for k in ends]
    densities = [ladder.spec.feature_probability[k] for k in ends]
    if not all(one.size for one in told):
        return Check(claim, source, "The densest model, or the sparsest, represents no feature.", None)
    means = [float(one.mean()) for one in told]
    return Check(
        claim,
        source,
        f"Mean R² over the represented features: {means[0]:.2f} at 1 − S = {densities[0]:g}, "
        f"{means[1]:.2f} at {densities[1]:g}.",
        means[0] >= TELLS_ALL and means[1] <= TELLS_HALF if densities[0] == 1 and densities[1] <= SPARSE else None,
    )


def _drops(count: int) -> str:
    return f"{count} drop{'s' * (count != 1)}"
