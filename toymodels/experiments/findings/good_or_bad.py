"""Findings of the page "good or bad": what superposition saves and shows, and what it makes harder to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toymodels.analysis.neurons import Count
from toymodels.analysis.transitions import Transitions
from toymodels.experiments import absolute_value
from toymodels.experiments.good_or_bad import NONE_SAVED
from toymodels.experiments.storage import N_FEATURES
from toymodels.names import counted, percent, plus_minus


@dataclass(frozen=True)
class ClosingNumber:
    """A number of the closing stop, and what it says, in Markdown."""

    value: str
    words: str


def closing_savings(n_hidden: int, sparsity: float, equivalent: float, computed: Count) -> list[ClosingNumber]:
    """What superposition saves: dimensions, and neurons.

    Args:
        n_hidden: m.
        sparsity: S of the page.
        equivalent: the dimensions without superposition that have the loss of m.
        computed: of the sparsest absolute-value model.
    """
    return [
        ClosingNumber(
            f"{n_hidden} → {equivalent:.1f}",
            f"At S = {sparsity:g}, {n_hidden} dimensions store what {equivalent:.1f} do without superposition.",
        ),
        ClosingNumber(
            f"{absolute_value.N_NEURONS // 2} → {computed.features:g}",
            f"{absolute_value.N_NEURONS} neurons compute {computed.features:g} absolute values at 1 − S = "
            f"{computed.feature_probability:g}, and {absolute_value.N_NEURONS // 2} without superposition.",
        ),
    ]


def closing_costs(neuron: tuple[float, float], direction: Sequence[float]) -> list[ClosingNumber]:
    """What it costs: how much of a feature one neuron, and one direction, still tells.

    Args:
        neuron: mean R² of single neurons, in the densest and in the sparsest model.
        direction: mean R² of single directions, from dense to sparse.
    """
    return [
        ClosingNumber(
            f"{percent(neuron[0])} → {percent(neuron[1])}",
            "of a feature’s variance is explained by the neuron that explains it best, dense and sparse.",
        ),
        ClosingNumber(
            f"{percent(direction[0])} → {percent(direction[-1])}" if direction else "none",
            "of it is explained by the direction of the feature, dense and sparse."
            if direction
            else "No feature is represented.",
        ),
    ]


def closing_answer(n_hidden: int, equivalent: float, computed: Count, neuron: tuple[float, float]) -> str:
    """Whether superposition is good or bad, by the numbers of the closing stop. Arguments as of the two above."""
    good = (
        "**Good for the network**: the same dimensions store more, and the same neurons compute more."
        if equivalent > n_hidden + NONE_SAVED and computed.features > absolute_value.N_NEURONS // 2
        else "**Of less use to the network here**: its dimensions store no more, or its neurons compute no more."
    )
    bad = " **Bad for whoever interprets it**: a single neuron tells less." if neuron[1] < neuron[0] else ""
    return good + bad


def for_and_against(
    n_hidden: int,
    sparsity: float,
    equivalent: float,
    computed: Count,
    seen: Transitions,
    neuron: Sequence[float],
    direction: Sequence[float],
) -> list[tuple[str, str, str, str]]:
    """The points of the page in a table: what it is about, without superposition, with it, and what that speaks for.

    Args:
        n_hidden: m.
        sparsity: S of the page.
        equivalent: the dimensions without superposition that have the loss of m.
        computed: of the sparsest absolute-value model.
        seen: the drops and jumps of the training.
        neuron: mean R² of single neurons, in the densest and in the sparsest model.
        direction: mean R² of single directions, from dense to sparse; empty if no feature is represented.
    """
    half = absolute_value.N_NEURONS // 2
    sparse = f"1 − S = {computed.feature_probability:g}"
    return [
        (
            f"Dimensions for the same loss, S = {sparsity:g}",
            f"{equivalent:.1f}",
            f"{n_hidden}",
            "good: less memory" if equivalent > 1.05 * n_hidden else "neither: nothing is saved",
        ),
        (
            f"|x| computed by {absolute_value.N_NEURONS} neurons, {sparse}",
            f"{half}",
            f"{computed.features:g}",
            "good: fewer operations" if computed.features > half else "neither: nothing is saved",
        ),
        (
            "Drops of the loss in which a Dᵢ jumps",
            "–",
            f"{seen.matched} of {counted(len(seen.jumps), 'jump')} in {counted(len(seen.drops), 'drop')}",
            "good, if it can be read off" if seen.matched else "neither here",
        ),
        (
            "What one neuron explains of its best feature, R²",
            f"{neuron[0]:.2f}",
            f"{neuron[1]:.2f}",
            "bad: harder to interpret" if neuron[1] < neuron[0] else "neither",
        ),
        (
            "What one direction explains of its feature, R²",
            f"{direction[0]:.2f}" if len(direction) else "none",
            f"{direction[-1]:.2f}" if len(direction) else "none",
            "bad: harder to interpret" if len(direction) and direction[-1] < direction[0] else "neither",
        ),
    ]


def storage(
    n_hidden: int,
    sparsity: float,
    equivalent: float,
    error: float,
) -> str:
    """To how many dimensions without superposition m in superposition are equivalent at one sparsity.

    Args:
        n_hidden: m.
        sparsity: S of the page.
        equivalent: the equivalent dimensions at this S.
        error: their standard error.
    """
    sure = plus_minus(error) if error >= 0.01 else "± 0.01 or less"
    saved = round(equivalent - n_hidden, 1) + 0.0  # no −0.0
    return (
        f"{N_FEATURES} features at **S = {sparsity:g}**: in superposition **{_do(n_hidden)} what "
        f"{equivalent:.1f} do without** ({sure}): the loss is the same, and {saved:.1f} dimensions are saved."
    )


def storage_over_densities(n_hidden: int, densities: Sequence[float], equivalent: npt.ArrayLike) -> str:
    """To how many dimensions without superposition m in superposition are equivalent when dense and when sparse.

    Args:
        n_hidden: m.
        densities: from dense to sparse.
        equivalent: (densities,) the equivalent dimensions.
    """
    ends = np.asarray(equivalent, dtype=float)[[0, -1]]
    return (
        f"{_do(n_hidden)} what {ends[0]:.1f} do without superposition at 1 − S = {densities[0]:g}, and what "
        f"**{ends[1]:.1f}** do at {densities[-1]:g}."
    )


def _do(n_hidden: int) -> str:
    return "1 dimension does" if n_hidden == 1 else f"{n_hidden} dimensions do"


def computation(counts: Sequence[Count], equivalent_neurons: Sequence[float]) -> str:
    """How many absolute values the neurons compute when dense and when sparse, and what the loss says.

    Args:
        counts: of the absolute-value model, from dense to sparse.
        equivalent_neurons: of each, how many neurons without superposition have its loss.
    """
    first, last, best = counts[0], counts[-1], int(np.argmax(equivalent_neurons))
    return (
        f"{absolute_value.N_NEURONS} neurons compute **{first.features:g} absolute values at 1 − S = "
        f"{first.feature_probability:g} and {last.features:g} at {last.feature_probability:g}**: "
        f"{first.features_per_neuron:.2f} per neuron, then {last.features_per_neuron:.2f}. Without superposition it is "
        f"½. By the loss the gain is smaller: at best they reach the loss that **{equivalent_neurons[best]:.0f} "
        f"neurons** have without superposition, at 1 − S = {counts[best].feature_probability:g}."
    )


def observation(seen: Transitions, sparsity: float) -> str:
    """How many jumps of a D fall within a drop of the loss, and how many chance would match."""
    n_jumps, n_drops = len(seen.jumps), len(seen.drops)
    if not n_jumps:
        return f"**Nothing jumps** in this training at S = {sparsity:g}: the code that it starts from is the best one."
    jumps = f"1 jump of a D {'falls' if seen.matched else 'does not fall'}"
    if n_jumps > 1:
        jumps = f"{seen.matched} of {n_jumps} jumps of a D {'falls' if seen.matched == 1 else 'fall'}"
    matched = f"**{jumps} within a drop of the loss.**"
    if not n_drops:
        return f"{matched} There is no such drop."
    drops = (
        "There is 1 such drop. From the first event to the last it takes up"
        if n_drops == 1
        else f"There are {n_drops} such drops. From the first of them to the last event they take up"
    )
    chance = f"so chance alone would match about {seen.covered * n_jumps:.2g}."
    return f"{matched} {drops} {percent(seen.covered)} of the time, {chance}"


def single_neurons(means: Mapping[float, float], worst: float, together: float | None) -> str:
    """How much of a feature one neuron explains, and all of them together.

    Args:
        means: mean R^2 of the neurons with the feature that each explains best, by density from dense to sparse.
        worst: the least R^2 of a neuron at the sparsest density.
        together: mean R^2 of the outputs of computed features at the sparsest density that has any; None if none has.
    """
    (first, dense), (last, sparse) = next(iter(means.items())), list(means.items())[-1]
    return (
        f"How much of a feature do we know from **one neuron**? R² = {dense:.2f} on average at 1 − S = {first:g}, "
        f"**{sparse:.2f} at {last:g}**, and {worst:.2f} for the worst neuron. "
        + (
            f"The model's output, from all neurons together, has R² = {together:.2f} with the features that it "
            "computes."
            if together is not None
            else "No feature is computed on both sides."
        )
    )


def directions(alone: Mapping[float, float], output: float | None) -> str:
    """How much of a feature the value along its direction explains, and the output after it.

    Args:
        alone: mean R^2, which is D_i, of the represented features, by density from dense to sparse.
        output: mean R^2 of their outputs at the last of these densities; None if there is none.
    """
    if not alone or output is None:
        return "None of these models represents a feature."
    (first, dense), (last, sparse) = next(iter(alone.items())), list(alone.items())[-1]
    return (
        "We look along **one direction**: Ŵᵢ · h is one number per input. Feature i explains the share Dᵢ of its "
        f"variance: {dense:.2f} on average at 1 − S = {first:g}, **{sparse:.2f} at {last:g}**; the rest comes from "
        f"other features. After the model’s own bias and ReLU the share is {output:.2f}: the feature can be read "
        "there, but not by a straight line."
    )


def other_seeds(sparsity: float, n_hidden: int, equivalent: Sequence[float], seen: Sequence[Transitions]) -> str:
    """What eight other seeds save, and how many of their jumps fall within drops.

    Args:
        sparsity: S.
        n_hidden: m.
        equivalent: equivalent dimensions of each seed.
        seen: drops and jumps of each seed.
    """
    matched, jumps = sum(one.matched for one in seen), sum(len(one.jumps) for one in seen)
    by_chance = sum(one.covered * len(one.jumps) for one in seen)
    within = f"**{matched} of {counted(jumps, 'jump')}** {'falls' if matched == 1 else 'fall'} within a drop"
    return (
        f"Eight other seeds at S = {sparsity:g}: {n_hidden} {'dimension does' if n_hidden == 1 else 'dimensions do'} "
        f"what **{min(equivalent):.1f} to {max(equivalent):.1f}** do without. {within}; chance would match "
        f"{by_chance:.2g}. The absolute-value models take too long for this; change the seed above."
    )
