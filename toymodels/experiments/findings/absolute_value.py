"""Findings of the absolute-value page: what neurons compute, and where one of them inhibits another."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from toymodels.analysis.inhibition import Motif, Ratio
from toymodels.analysis.neurons import KINDS, Count, Kind, effective_features, monosemanticity
from toymodels.arrays import Array
from toymodels.experiments.absolute_value import (
    DECAY,
    N_NEURONS,
    RECIPE_FEATURES,
    RECIPE_LOSSES,
    one_neuron_per_side,
)
from toymodels.experiments.findings.seeds import loss_span
from toymodels.names import counted, percent, scientific, with_error
from toymodels.run import Run

# What one neuron of each kind does, and what several do.
_DOES: dict[Kind, tuple[str, str]] = {
    "absolute value": ("computes half of an |x|", "compute half of an |x|"),
    "one side": ("computes |x| for one sign of x only", "compute |x| for one sign of x only"),
    "other": ("has an effect on other outputs too", "have an effect on other outputs too"),
    "dead": ("does nothing", "do nothing"),
}


def simple(run: Run) -> str:
    """Whether a model with two neurons for each feature found one for each side, and its loss."""
    found = one_neuron_per_side(run.W1[0], run.W2[0])
    loss, error = float(run.loss[0]), float(run.loss_error[0])
    return (
        f"n = {run.spec.n_features}, m = {run.spec.n_hidden}: abs(x) = ReLU(x) + ReLU(−x). Training "
        + ("finds just that: **one + and one − neuron per feature**. " if found else "found **something else** here. ")
        + f"Its loss is {with_error(loss, error) if loss >= 1e-6 else 'below 0.000001'}. Drag any x: the two neurons "
        "share the work."
    )


def computed(counts: Sequence[Count]) -> str:
    """How many features the same neurons compute, and how many of these are monosemantic.

    Args:
        counts: of the densities that are shown, from dense to sparse.
    """
    first, last = counts[0], counts[-1]
    return (
        f"The same {N_NEURONS} neurons compute **{counted(first.both_sides, 'feature')}** at 1 − S = "
        f"{first.feature_probability:g}"
        + (f" and **{last.both_sides}** at {last.feature_probability:g}" if len(counts) > 1 else "")
        + ". Monosemantic neurons: "
        + ", ".join(f"**{count.monosemantic}** at {count.feature_probability:g}" for count in counts)
        + "."
    )


def one_stack(weights: Array, names: Sequence[str], density: float) -> str:
    """What the stack of one neuron says: its largest weights, and its two measures.

    Args:
        weights: (features,) its input weights, the largest scaled to 1.
        names: one per feature.
        density: 1 - S of its model.
    """
    sizes = np.abs(weights)
    largest = [int(i) for i in np.argsort(-sizes, kind="stable")[:3]]
    share, several = float(monosemanticity(weights[None])[0]), float(effective_features(weights[None])[0])
    return (
        f"**One stack, enlarged: a neuron at 1 − S = {density:g}.** Each segment is one input weight, without its "
        "sign, and as high as the weight is large; the largest is scaled to 1. This neuron reads "
        + ", ".join(f"{names[i]} ({sizes[i]:.2f})" for i in largest)
        + f" and a little of many others. All its weights add up to {sizes.sum():.2f}, so "
        f"{percent(share)} of its input weight is on {names[largest[0]]}. Its effective number of features is "
        f"{several:.1f}: of weights as unequal as these, small ones hardly count."
    )


def neurons_of_one_density(count: Count) -> str:
    """Counts of neurons and of features computed at one density, without a full stop."""
    return (
        f"{count.monosemantic} of {N_NEURONS} neurons monosemantic, {count.polysemantic} polysemantic"
        + (f", {count.dead} dead" if count.dead else "")
        + f"; {count.several} serve several features by their effective number (mean {count.effective_features:.3g})"
        + f"; {counted(count.both_sides, 'feature')} computed"
        + (f", {count.one_side} more for one sign only" if count.one_side else "")
    )


def small_model(run: Run, kinds: Sequence[Kind], in_motif: Collection[int], sides: int) -> str:
    """What the neurons of the small model do, and how many signs of features they compute together.

    Args:
        run: of the small model, one instance.
        kinds: what each of its neurons does.
        in_motif: the neurons that take part in an instance of the motif.
        sides: how many of its 2n signs of features are computed.
    """
    n, m, S = run.spec.n_features, run.spec.n_hidden, 1 - run.spec.feature_probability[0]
    does = [(kinds.count(kind), *_DOES[kind]) for kind in KINDS]
    others = [neuron for neuron, kind in enumerate(kinds) if kind == "other"]
    inside = sum(neuron in in_motif for neuron in others)
    takes = "takes" if inside == 1 else "take"
    return (
        f"A model small enough to read: n = {n}, m = {m}, Iᵢ = {DECAY}ⁱ⁻¹, S = {S:g}. The choice is ours, "
        f"the deck gives none. Of its {counted(m, 'neuron')} "
        + ", ".join(f"**{number} {one if number == 1 else several}**" for number, one, several in does if number)
        + (f"; **{inside} of these {len(others)}** {takes} part in the motif of inhibition" if others else "")
        + f". Together they compute |x| for **{counted(sides, 'sign')}** of features, two signs (x > 0 and x < 0) "
        "to each feature" + (f": {sides - m} more than there are neurons." if sides > m else ".")
    )


def inhibition(motifs: Sequence[Motif], best: tuple[Motif, Ratio] | None, sparsity: float) -> str:
    """How often the motif is in a model, and what its best instance is for.

    Args:
        motifs: all instances.
        best: the one that is described, and the loss without its inhibition divided by the loss as it is; None if there
            is no instance.
        sparsity: S.
    """
    if best is None:
        return (
            f"**No instance** of the motif in this model at S = {sparsity:g}. With dense inputs every neuron serves "
            "one feature. Try S = 0.77."
        )
    motif, ratio = best
    return (
        f"**{counted(len(motifs), 'instance')}** of the motif in this model. In the best one, $x_A = 1$ alone would "
        f"raise B’s output to {scientific(motif.without, 2)} where 0 is right. With the inhibition it is "
        f"**{scientific(motif.inhibited, 2)}**. Set that one weight to 0, and the loss of the whole model is "
        f"**{with_error(*ratio)} times** as high."
    )


def other_seeds(runs: Sequence[Run], instances: Sequence[int], here: Run) -> str:
    """How many other seeds have the motif, and their losses beside that of the page's run.

    Args:
        runs: of the other seeds.
        instances: of the motif in each of them.
        here: the run on the page.
    """
    having = sum(number > 0 for number in instances)
    mean = sum(instances) / len(instances)
    return (
        f"The small model from {len(runs)} other seeds: **{having} of {len(runs)}** {'has' if having == 1 else 'have'} "
        f"at least one instance of the motif, {mean:.2g} on average. {loss_span(runs, here)}"
    )


def beside_the_recipe(losses: Mapping[float, float], counts: Mapping[float, Count]) -> str:
    """How far the paper's recipe is from these models, in loss and in features computed, and what that changes.

    Args:
        losses: of the page's models by density, each of them in `RECIPE_LOSSES`.
        counts: what their neurons do, by the same densities.
    """
    times = ", ".join(
        f"{_span([theirs / loss for theirs in RECIPE_LOSSES[density]])} times at 1 − S = {density:g}"
        for density, loss in losses.items()
    )
    features = ", ".join(
        f"{_span(RECIPE_FEATURES[density])} by the recipe and {count.features:g} here at {density:g}"
        for density, count in counts.items()
    )
    return (
        f"The two differ most on this page. From two seeds the recipe's loss, over that of the models above, is "
        f"{times}. What depends on that is how many features are computed, one side counting half: {features}. Both "
        "agree that sparse neurons compute more."
    )


def _span(values: Sequence[float]) -> str:
    low, high = f"{min(values):.3g}", f"{max(values):.3g}"
    return low if low == high else f"{low} to {high}"
